"""What a reviewer's reply came to, as a code

Until now it was told from the first words of the sentence that its row keeps. A mail of
an older ledger has no code: its sentence is asked as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# As all texts on PostgreSQL since 0006
_CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("message", sa.Column("reply", _CODE, nullable=True))


def downgrade() -> None:
    op.drop_column("message", "reply")
