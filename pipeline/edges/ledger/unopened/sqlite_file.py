"""A SQLite file as others have it open or left it: its log, and a look into it.

Trusts that no other program than SQLite writes the two. Never writes.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

# SQLite's own words in a URI. Of a file that nobody writes: no lock, no files beside it
AT_REST = "mode=ro&immutable=1"
# Of one that others have open
IN_USE = "mode=ro"
# Of one of our own
OWN = "mode=rw"


@contextmanager
def reading(path: Path, how: str) -> Iterator[sqlite3.Connection]:
    """A connection to a file that is there."""
    uri = f"{path.resolve().as_uri()}?{how}"
    with closing(sqlite3.connect(uri, uri=True)) as opened:
        yield opened


def log_of(path: Path) -> Path:
    """Where what was written last stands, until it is put into the file."""
    return path.with_name(f"{path.name}-wal")


def has_log(path: Path) -> bool:
    """Whether somebody writes the file, or was killed while writing."""
    # It goes with the last one that has the file open
    with suppress(FileNotFoundError):
        return log_of(path).stat().st_size > 0
    return False
