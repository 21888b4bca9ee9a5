"""The newest schema for a ledger in a file that holds nothing yet, told at once instead
of by each migration that ever was: what the migrations stand on would stay in a worker
for its whole life, 14 MB.

Trusts `newest.sql` to be what the migrations leave, which
`scripts/release/newest_schema.py` writes. Never touches a file that holds anything.
"""

from pathlib import Path

from sqlalchemy import Connection

FILE = Path(__file__).with_name("newest.sql")
# Between two statements, none of which holds an empty line
BETWEEN = ";\n\n"


def is_new(connection: Connection) -> bool:
    """Whether this is a file that holds nothing yet."""
    if connection.dialect.name != "sqlite":
        return False
    count = "SELECT count(*) FROM sqlite_master"
    return connection.exec_driver_sql(count).scalar() == 0


def tell_newest(connection: Connection) -> None:
    """Within a transaction that is open."""
    for statement in FILE.read_text("utf-8").split(BETWEEN):
        connection.exec_driver_sql(statement)
