"""Mails that two campaigns at one mailbox share

Which other campaigns have a mail too, and whether its form may be theirs. A mail of an
older ledger is shared with none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sighting", sa.Column("shared_with", sa.JSON()))
    op.add_column("sighting", sa.Column("contested", sa.Boolean()))


def downgrade() -> None:
    op.drop_column("sighting", "contested")
    op.drop_column("sighting", "shared_with")
