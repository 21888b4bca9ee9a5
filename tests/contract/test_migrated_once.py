"""A ledger to which the tests tell its schema is one that the migrations made."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from pipeline.edges.ledger import database


def everything(path: Path) -> list[str]:
    """All that a file holds, as statements."""
    with sqlite3.connect(path) as ledger:
        return list(ledger.iterdump())


def test_it_holds_what_the_migrations_leave(
    tmp_path: Path,
    migrated_once: Callable[[Connection], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told, migrated = tmp_path / "told.db", tmp_path / "migrated.db"
    database.open_database(f"sqlite:///{told}").dispose()
    monkeypatch.setattr(database, "upgrade", migrated_once)
    database.open_database(f"sqlite:///{migrated}").dispose()
    assert everything(told) == everything(migrated)
    assert any("alembic_version" in line for line in everything(told))
