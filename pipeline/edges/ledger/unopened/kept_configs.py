"""By which configurations a ledger was kept, read before it is opened and while others
may write it.

Trusts nothing of the file: what cannot be read is left to whoever opens it, who says
why. Never writes, and leaves no file beside a ledger that nobody has open.
"""

import json
import shutil
import sqlite3
import tempfile
from contextlib import suppress
from pathlib import Path

from pipeline.edges.ledger.unopened.ledger_url import SQLITE, file_of, kind_of
from pipeline.edges.ledger.unopened.sqlite_file import (
    AT_REST,
    IN_USE,
    OWN,
    has_log,
    log_of,
    reading,
)

# So often is read what others write meanwhile
_TRIES = 3


def kept_configs(url: str) -> list[dict[str, str]]:
    """The configurations that a ledger has taken up, oldest first; none where there is
    no ledger, or none that can be read, which whoever opens it is told."""
    if kind_of(url) != SQLITE:
        from pipeline.edges.ledger.database import configs_of_server

        return configs_of_server(url)
    path = file_of(url).resolve()
    if not path.is_file():
        return []
    try:
        return [dict(json.loads(row)) for (row,) in _configs(path)]
    except (sqlite3.Error, ValueError):
        return []


def _configs(path: Path) -> list[tuple[str]]:
    """As the ledger stands, with what was written last."""
    for _ in range(_TRIES):
        before = _marks(path)
        with suppress(FileNotFoundError, sqlite3.Error):
            rows = _unlocked(path)
            # What was read while somebody wrote may be of two times
            if _marks(path) == before:
                return rows
    # Somebody has it open, so that a reader leaves no files of its own
    with reading(path, IN_USE) as ledger:
        return _told(ledger)


def _unlocked(path: Path) -> list[tuple[str]]:
    if not has_log(path):
        with reading(path, AT_REST) as ledger:
            return _told(ledger)
    with tempfile.TemporaryDirectory(prefix="xunbao-") as folder:
        copy = Path(folder) / path.name
        # What was written last stands in the log: both are copied, and read there.
        shutil.copyfile(path, copy)
        shutil.copyfile(log_of(path), log_of(copy))
        with reading(copy, OWN) as ledger:
            return _told(ledger)


def _told(ledger: sqlite3.Connection) -> list[tuple[str]]:
    return ledger.execute("SELECT settings FROM config ORDER BY id").fetchall()


def _marks(path: Path) -> list[tuple[int, int]]:
    """What changes with a writing: size and time of the file and of its log."""
    found = []
    for file in (path, log_of(path)):
        with suppress(FileNotFoundError):
            status = file.stat()
            found.append((status.st_size, status.st_mtime_ns))
    return found
