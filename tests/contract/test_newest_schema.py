"""A new ledger, which is told its schema at once, is one that the migrations made. Renewed by
`python3 scripts/release/newest_schema.py`."""

import sqlite3
from pathlib import Path

from sqlalchemy import create_engine

from pipeline.edges.ledger.database import migrate, open_database


def everything(path: Path) -> list[str]:
    """All that a file holds, as statements; a migration may make triggers in any order."""
    with sqlite3.connect(path) as ledger:
        return sorted(ledger.iterdump())


def test_it_holds_what_the_migrations_leave(tmp_path: Path) -> None:
    told, migrated = tmp_path / "told.db", tmp_path / "migrated.db"
    open_database(f"sqlite:///{told}").dispose()
    engine = create_engine(f"sqlite:///{migrated}")
    with engine.begin() as connection:
        migrate(connection)
    engine.dispose()
    assert everything(told) == everything(migrated)
    assert any("alembic_version" in line for line in everything(told))
