"""Text in the order of its code points, on PostgreSQL

Questions for a range of keys (`alert:` up to `alert:` and the last code point), and the
order of times as text, hold in the order of code points alone. SQLite knows no other;
PostgreSQL compares by the language that its database was made for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    seen = sa.inspect(connection)
    for table in seen.get_table_names():
        for column in seen.get_columns(table):
            if isinstance(column["type"], sa.String):
                name = column["name"]
                op.execute(
                    f'ALTER TABLE "{table}" ALTER COLUMN "{name}" '
                    'TYPE VARCHAR COLLATE "C"'
                )


def downgrade() -> None:
    """The order of code points harms nothing."""
