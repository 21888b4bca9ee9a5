"""The ledger as it was at a moment: a copy without the rows that the journal tells of
later. The ledger itself is only read.

By the journal, hence for every table alike: what is counted is when a row was written,
not what it is about. A copy is a SQLite file, whatever database the ledger is kept in.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

import pipeline.edges.ledger.proof.journal  # noqa: F401 -- every session of the ledger tells the journal what it writes
from pipeline.edges.ledger.unopened.ledger_file import has_ledger
from pipeline.edges.ledger.unopened.ledger_url import file_of, is_postgresql
from pipeline.model.operation.errors import EdgeError


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
            "database",
            "还原不出当时的台账，请先运行 xunbao verify",
            repr(error),
        ) from error


def _unguard(ledger: sqlite3.Connection) -> None:
    """The copy may be changed: it is thrown away."""
    for (name,) in ledger.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        ledger.execute(f'DROP TRIGGER "{name}"')


def _forget(ledger: sqlite3.Connection, table: str, later: str) -> None:
    info = ledger.execute(
        "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk",
        (table,),
    )
    key = " || '|' || ".join(
        f'CAST("{name}" AS TEXT)' for (name,) in info.fetchall()
    )
    told = "SELECT row_key FROM journal WHERE table_name = ? AND at > ?"
    ledger.execute(
        f'DELETE FROM "{table}" WHERE {key} IN ({told})', (table, later)
    )


def ledger_place(url: str) -> str:
    """Where a ledger is kept, as people are told: a file's path, or a server's URL
    without a password."""
    if is_postgresql(url):
        return make_url(url).render_as_string(hide_password=True)
    return str(file_of(url).resolve())


def require_ledger(url: str) -> None:
    """EdgeError where there is no ledger yet: looking at it would make one."""
    if not has_ledger(url):
        place = ledger_place(url)
        raise EdgeError("database", f"还没有台账 {place}，请先运行 xunbao once")


def copy_database(url: str, target: Path) -> None:
    """A copy of a ledger as it stands at one moment, also while a worker writes; the
    ledger itself is opened read-only.

    Raises EdgeError where there is no ledger or it cannot be read.
    """
    if not has_ledger(url):
        place = ledger_place(url)
        raise EdgeError("database", f"还没有台账 {place}，没有可以比较的")
    if is_postgresql(url):
        from pipeline.edges.ledger.server.row_copies import copy_from_server

        copy_from_server(url, target)
        return
    path = file_of(url).resolve()
    try:
        with (
            closing(
                sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
            ) as ledger,
            closing(sqlite3.connect(target)) as copy,
        ):
            ledger.backup(copy)
    except sqlite3.Error as error:
        advice = (
            f"复制不了台账 {path}，请检查文件和目录权限、台账是否损坏（xunbao "
            "verify），以及目标磁盘的空间"
        )
        raise EdgeError("database", advice, repr(error)) from error
