"""Decisions on the figures beside the main one

What people put right there (改为登记1100), and the notes on such figures from then on. A
decision of an older ledger has neither: what was read with its report holds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS = ("also", "also_notes")


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("decision", sa.Column(name, sa.JSON(), nullable=True))


def downgrade() -> None:
    for name in _COLUMNS:
        op.drop_column("decision", name)
