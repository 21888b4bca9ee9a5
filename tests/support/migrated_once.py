"""A new ledger in a file gets at once the schema that the migrations leave: running them for each was a sixth of the time of
the fast tests.

They run once a test process, as the program runs them, into a ledger in memory; its schema is told to each new file, in the
transaction in which they would have run. A file that holds anything is migrated as ever, a ledger on a server too, and so is
each that a process of the program opens. tests/contract/test_migrated_once.py holds both ways against each other.
"""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, create_engine

from pipeline.edges.ledger import database

Upgrade = Callable[[Connection], None]
_TOLD = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
_VERSION = "SELECT version_num FROM alembic_version"


class Schema:
    """The statements that make the newest schema."""

    def __init__(self, upgrade: Upgrade) -> None:
        self._upgrade = upgrade
        self._statements: tuple[str, ...] = ()

    def statements(self) -> tuple[str, ...]:
        if not self._statements:
            self._statements = _left_by(self._upgrade)
        return self._statements


def _left_by(upgrade: Upgrade) -> tuple[str, ...]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        made = connection.exec_driver_sql(_TOLD).scalars().all()
        version = connection.exec_driver_sql(_VERSION).scalar()
    engine.dispose()
    return (*made, f"INSERT INTO alembic_version VALUES ('{version}')")


def is_new(connection: Connection) -> bool:
    """Whether this is a file that holds nothing yet."""
    if connection.dialect.name != "sqlite":
        return False
    count = "SELECT count(*) FROM sqlite_master"
    return connection.exec_driver_sql(count).scalar() == 0


@pytest.fixture(scope="session", autouse=True)
def migrated_once() -> Iterator[Upgrade]:
    """The migrations themselves, which stand behind."""
    upgrade = database.upgrade
    schema = Schema(upgrade)

    def told(connection: Connection) -> None:
        if not is_new(connection):
            upgrade(connection)
            return
        for statement in schema.statements():
            connection.exec_driver_sql(statement)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "upgrade", told)
        yield upgrade
