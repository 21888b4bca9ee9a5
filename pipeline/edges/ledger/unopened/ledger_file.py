"""What is asked of a ledger before it is opened: whether it is there, whether anything
was ever written into it.

A ledger in a file is asked by sqlite3 alone: the libraries that open it take longer to
load than all else that `status` does. Trusts nothing of the file: what cannot be read is
left to whoever opens it, who says why. Never writes, makes no ledger by looking, and
leaves no file beside it.
"""

import sqlite3

from pipeline.edges.ledger.unopened.ledger_url import (
    SQLITE,
    file_of,
    is_postgresql,
    kind_of,
)
from pipeline.edges.ledger.unopened.sqlite_file import AT_REST, has_log, reading


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
    if has_log(path):
        # Somebody writes, or was killed while writing.
        return False
    try:
        with reading(path, AT_REST) as ledger:
            return ledger.execute("SELECT 1 FROM journal").fetchone() is None
    except sqlite3.Error:
        return False


def last_link(url: str) -> str:
    """The end of the journal's chain (proof/journal.py): while it stands, nothing was
    written. "" wherever that is not certain, and for a database server."""
    path = file_of(url)
    if kind_of(url) != SQLITE or not path.is_file() or has_log(path):
        return ""
    try:
        with reading(path, AT_REST) as ledger:
            newest = "SELECT link FROM journal ORDER BY seq DESC LIMIT 1"
            for (link,) in ledger.execute(newest):
                return str(link)
    except sqlite3.Error:
        pass
    return ""
