"""Changes that the program itself never makes: SQLite's guards are taken off the ledger first, as whoever meant harm would."""

import sqlite3
from contextlib import closing
from pathlib import Path


def unguarded(path: Path) -> sqlite3.Connection:
    """A connection to a ledger that lets itself be changed."""
    connection = sqlite3.connect(path)
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    return connection


def forced(path: Path, *statements: str) -> int:
    """How many rows the last of the statements changed."""
    with closing(unguarded(path)) as connection, connection:
        counts = [
            connection.execute(statement).rowcount for statement in statements
        ]
    return counts[-1]
