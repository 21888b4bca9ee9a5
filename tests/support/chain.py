"""The journal's chain computed once more, from its definition alone: with the standard library, without the program."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

COLUMNS = "seq, at, who, what, unit, period, subject, why, table_name, row_key, row_digest, previous"


def digest(values: object) -> str:
    return hashlib.sha256(
        json.dumps(values, separators=(",", ":")).encode()
    ).hexdigest()


def rows_by_digest(ledger: sqlite3.Connection) -> list[tuple[str, str]]:
    """(table, digest) of every row that must be told of."""
    tables = [
        name
        for (name,) in ledger.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        )
        if name not in ("journal", "lease", "alembic_version")
        and not name.startswith("sqlite_")
    ]
    found = []
    for table in tables:
        cursor = ledger.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        found += [
            (
                table,
                digest(
                    {
                        n: v
                        for n, v in sorted(zip(names, row, strict=True))
                        if v is not None
                    }
                ),
            )
            for row in cursor
        ]
    return found


def assert_told(path: Path) -> None:
    """Every row has its entry, no entry is of anything else, and each entry is chained to the one before."""
    with closing(sqlite3.connect(path)) as ledger:
        told = ledger.execute(
            "SELECT table_name, row_digest FROM journal"
        ).fetchall()
        assert sorted(told) == sorted(rows_by_digest(ledger))
        end = "0" * 64
        chain = ledger.execute(
            f"SELECT {COLUMNS}, link FROM journal ORDER BY seq"
        )
        for seq, (*entry, link) in enumerate(chain, 1):
            assert (entry[0], entry[-1]) == (seq, end)
            end = link
            assert digest(entry) == link
