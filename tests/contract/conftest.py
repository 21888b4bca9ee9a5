"""The contract of the ledger is kept on each database that a URL can name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgresql_server import PostgresqlServer, missing, running_postgresql

from pipeline.edges.ledger.database import open_database


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    if missing():
        pytest.skip(missing())
    with running_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def untouched(postgresql: PostgresqlServer) -> str:
    """The name of a database that holds a new ledger, to be copied: a copy comes sooner
    than a schema."""
    url = postgresql.made()
    open_database(url).dispose()
    return url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a ledger in which nothing has happened, or of none yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/a/ledger.db"
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    name: str = request.getfixturevalue("untouched")
    return server.made(f"TEMPLATE {name}")
