"""The contract of the ledger is kept on each database that a URL can name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgresql_server import PostgresqlServer, missing, running_postgresql


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    if missing():
        pytest.skip(missing())
    with running_postgresql() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where there is no ledger yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/a/ledger.db"
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    return server.made()
