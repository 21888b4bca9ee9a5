"""What the URL of a ledger says: which kind of database keeps it, and in which file.

Trusts the URL to be one; whoever opens the ledger says what is wrong with it. Never asks
the database.
"""

from pathlib import Path

POSTGRESQL = "postgresql"
SQLITE = "sqlite"


def kind_of(url: str) -> str:
    """The kind of database, without its driver: "sqlite", "postgresql"."""
    scheme, _, _ = url.partition("://")
    return scheme.partition("+")[0]


def is_postgresql(url: str) -> bool:
    return kind_of(url) == POSTGRESQL


def file_of(url: str) -> Path:
    """The file that the URL of a SQLite ledger names."""
    _, _, place = url.partition(":///")
    return Path(place.partition("?")[0])
