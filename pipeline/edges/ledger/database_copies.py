"""The ledger as it was at a moment: a copy without the rows that the journal tells of
later. The ledger itself is only read.

By the journal, hence for every table alike: what is counted is when a row was written,
not what it is about.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from pipeline.edges.ledger.database import copy_database
from pipeline.model.errors import EdgeError


def copy_as_of(url: str, target: Path, moment: datetime) -> None:
    """Makes `target` a ledger that knows what this one knew at `moment`. Raises
    EdgeError as copy_database does."""
    copy_database(url, target)
    later = moment.astimezone(UTC).isoformat(timespec="microseconds")
    try:
        with closing(sqlite3.connect(target)) as ledger, ledger:
            _unguard(ledger)
            tables = ledger.execute(
                "SELECT DISTINCT table_name FROM journal WHERE at > ?", (later,)
            )
            for (table,) in tables.fetchall():
                _forget(ledger, table, later)
            ledger.execute("DELETE FROM journal WHERE at > ?", (later,))
    except sqlite3.Error as error:
        raise EdgeError(
            "database", "还原不出当时的台账，请先运行 xunbao verify", repr(error)
        ) from error


def _unguard(ledger: sqlite3.Connection) -> None:
    """The copy may be changed: it is thrown away."""
    for (name,) in ledger.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        ledger.execute(f'DROP TRIGGER "{name}"')


def _forget(ledger: sqlite3.Connection, table: str, later: str) -> None:
    info = ledger.execute(
        "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,)
    )
    key = " || '|' || ".join(f'CAST("{name}" AS TEXT)' for (name,) in info.fetchall())
    told = "SELECT row_key FROM journal WHERE table_name = ? AND at > ?"
    ledger.execute(f'DELETE FROM "{table}" WHERE {key} IN ({told})', (table, later))
