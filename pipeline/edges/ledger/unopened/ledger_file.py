"""What is asked of a ledger before it is opened: whether it is there, by which
configurations it was kept, whether anything was ever written into it.

A ledger in a file is asked by sqlite3 alone: the libraries that open it take longer to
load than all else that `status` does. Trusts nothing of the file: what cannot be read is
left to whoever opens it, who says why. Never writes, makes no ledger by looking, and
leaves no file beside it.
"""

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pipeline.edges.ledger.unopened.ledger_url import (
    SQLITE,
    file_of,
    is_postgresql,
    kind_of,
)


def has_ledger(url: str) -> bool:
    """Whether a ledger is there already: looking must not make one. Raises EdgeError
    where a database server cannot be asked."""
    if is_postgresql(url):
        from pipeline.edges.ledger.database import has_tables

        return has_tables(url)
    return file_of(url).is_file()


def is_unwritten(url: str) -> bool:
    """Whether no row was ever written: there is no ledger yet, or its journal, which
    tells of every row, is empty. False wherever that is not certain, and for a database
    server, which is asked by opening it."""
    path = file_of(url)
    if kind_of(url) != SQLITE or not path.name:
        return False
    if not path.is_file():
        return True
    if _has_log(path):
        # Somebody writes, or was killed while writing.
        return False
    try:
        with _at_rest(path) as ledger:
            return ledger.execute("SELECT 1 FROM journal").fetchone() is None
    except sqlite3.Error:
        return False


def last_link(url: str) -> str:
    """The end of the journal's chain (proof/journal.py): while it stands, nothing was
    written. "" wherever that is not certain, and for a database server."""
    path = file_of(url)
    if kind_of(url) != SQLITE or not path.is_file() or _has_log(path):
        return ""
    try:
        with _at_rest(path) as ledger:
            newest = "SELECT link FROM journal ORDER BY seq DESC LIMIT 1"
            for (link,) in ledger.execute(newest):
                return str(link)
    except sqlite3.Error:
        pass
    return ""


def kept_configs(url: str) -> list[dict[str, str]]:
    """The configurations that a ledger has taken up, oldest first; none where there is
    no ledger, or none that can be read, which whoever opens it is told. Leaves no trace:
    even a reader leaves files beside a ledger that nobody has open."""
    if kind_of(url) != SQLITE:
        from pipeline.edges.ledger.database import configs_of_server

        return configs_of_server(url)
    path = file_of(url).resolve()
    if not path.is_file():
        return []
    try:
        with _standing(path) as ledger:
            rows = ledger.execute("SELECT settings FROM config ORDER BY id")
            return [dict(json.loads(row)) for (row,) in rows]
    except (sqlite3.Error, ValueError):
        return []


@contextmanager
def _standing(path: Path) -> Iterator[sqlite3.Connection]:
    """As it stands, with what was written last."""
    if not _has_log(path):
        with _at_rest(path) as ledger:
            yield ledger
        return
    with tempfile.TemporaryDirectory(prefix="xunbao-") as folder:
        # What was written last stands in the log: both are copied, and read there.
        for file in (path, _log(path)):
            shutil.copyfile(file, Path(folder) / file.name)
        copied = (Path(folder) / path.name).as_uri()
        with closing(sqlite3.connect(copied, uri=True)) as ledger:
            yield ledger


@contextmanager
def _at_rest(path: Path) -> Iterator[sqlite3.Connection]:
    """A file that nobody writes."""
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as ledger:
        yield ledger


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _has_log(path: Path) -> bool:
    log = _log(path)
    return log.is_file() and log.stat().st_size > 0
