"""The ledger as it was at a moment: a copy without the rows that the journal tells of
later. The ledger itself is only read.

By the journal, hence for every table alike: what is counted is when a row was written,
not what it is about. A copy is a SQLite file, whatever database the ledger is kept in.
"""

import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

import pipeline.edges.ledger.proof.journal  # noqa: F401 -- every session of the ledger tells the journal what it writes
from pipeline.edges.ledger.database import has_tables
from pipeline.edges.ledger.server.postgresql import is_postgresql
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


def has_ledger(url: str) -> bool:
    """Whether a ledger is there already: looking must not make one. Raises EdgeError
    where a database server cannot be asked."""
    if is_postgresql(url):
        return has_tables(url)
    return Path(make_url(url).database or "").is_file()


def ledger_place(url: str) -> str:
    """Where a ledger is kept, as people are told: a file's path, or a server's URL
    without a password."""
    made = make_url(url)
    if is_postgresql(url):
        return made.render_as_string(hide_password=True)
    return str(Path(made.database or "").resolve())


def kept_configs(url: str) -> list[dict[str, str]]:
    """The configurations that a ledger has taken up, oldest first; none where there is
    no ledger, or none that can be read, which whoever opens it is told. Leaves no trace:
    even a reader leaves files beside a ledger that nobody has open."""
    made = make_url(url)
    if made.get_backend_name() != "sqlite":
        return _configs_of_server(url)
    path = Path(made.database or "").resolve()
    if not path.is_file():
        return []
    log = path.with_name(f"{path.name}-wal")
    with tempfile.TemporaryDirectory(prefix="xunbao-") as folder:
        if log.is_file() and log.stat().st_size:
            # What was written last stands in the log: both are copied, and read there.
            for file in (path, log):
                shutil.copyfile(file, Path(folder) / file.name)
            uri = (Path(folder) / path.name).as_uri()
        else:
            uri = f"{path.as_uri()}?mode=ro&immutable=1"
        try:
            with closing(sqlite3.connect(uri, uri=True)) as ledger:
                rows = ledger.execute("SELECT settings FROM config ORDER BY id")
                return [dict(json.loads(row)) for (row,) in rows]
        except (sqlite3.Error, ValueError):
            return []


def _configs_of_server(url: str) -> list[dict[str, str]]:
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.connect() as connection:
            rows = connection.execute(
                text("SELECT settings FROM config ORDER BY id")
            )
            return [dict(row) for (row,) in rows]
    except (SQLAlchemyError, ImportError):
        return []
    finally:
        engine.dispose()


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
    path = Path(make_url(url).database or "").resolve()
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
