"""The record of what happened: one entry for every row of the ledger, each chained to
the one before by its hash.

An entry says who did what, when, about whom and why, which row it tells of, and what
that row's bytes were. Changing any of it breaks the chain at that place, for anyone who
computes it again.
"""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any

from pipeline.model.values.frozen import frozen

# What the first entry is chained to
FIRST = "0" * 64
# Who acts where no person does
PROGRAM = "程序"


@frozen
class Told:
    """What a row tells: `what` is a word of `writing/record_words.py`, or the table's
    own name where it has none.

    `subject` names what it is about where unit and period do not: a report, a message,
    a mail, an address.
    """

    what: str
    who: str = ""
    unit: str | None = None
    period: date | None = None
    subject: str = ""
    why: str = ""


@frozen
class Entry:
    """One link of the chain. `row_key` is the row's primary key as text, `row_digest`
    the SHA-256 of its values as stored."""

    seq: int
    at: datetime
    who: str
    what: str
    unit: str | None
    period: date | None
    subject: str
    why: str
    table_name: str
    row_key: str
    row_digest: str
    previous: str


class DamageKind(StrEnum):
    # Its bytes are no longer those that were written
    ROW_CHANGED = "row_changed"
    ROW_MISSING = "row_missing"
    # No entry tells of it: it was not written by this program
    ROW_UNTOLD = "row_untold"
    # The chain's own entry does not fit its link
    ENTRY_CHANGED = "entry_changed"
    # Entries between two others, or at the chain's beginning
    ENTRY_MISSING = "entry_missing"
    # The chain is shorter than it was known to be
    END_MISSING = "end_missing"
    # An entry's link is not the one that was noted down
    CHAIN_REPLACED = "chain_replaced"
    FILE_MISSING = "file_missing"
    FILE_CHANGED = "file_changed"
    # The database cannot read its own pages
    UNREADABLE = "unreadable"


@frozen
class Damage:
    """One thing that is not as it was written. `where` is a table and key, a number in
    the chain, or a file."""

    kind: DamageKind
    where: str
    sentence: str


@frozen
class Noted:
    """The chain's end as it was noted down outside the database."""

    seq: int
    link: str


@frozen
class Examined:
    """What an examination looked at, and what it found. `end` is the chain's last
    entry, None where there is none."""

    entries: int
    rows: int
    files: int
    damages: tuple[Damage, ...]
    end: Noted | None


def link(entry: Entry) -> str:
    """The SHA-256 over the entry and, by `previous`, over all before it. Times count by
    the moment, not by the zone."""
    return link_of(vars(entry).values())


def link_of(values: Iterable[Any]) -> str:
    """The same from the entry's values as they are stored, in its fields' order."""
    return _sha256(list(values))


def row_digest(values: dict[str, Any]) -> str:
    """The SHA-256 of a row's stored values by column. An absent value counts as no
    column, so that a later column harms nothing."""
    return _sha256(
        {
            name: value
            for name, value in sorted(values.items())
            if value is not None
        }
    )


def _sha256(values: Any) -> str:
    text = _CANONICAL.encode(values)
    return sha256(text.encode()).hexdigest()


# Rows and entries that are written together bear one time
@lru_cache(maxsize=64)
def stored_time(value: datetime) -> str:
    """As the ledger keeps a time and the chain counts it, whatever its zone."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return stored_time(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


# Made once: `json.dumps` makes one a call, and a mail's rows ask for twenty
_CANONICAL = json.JSONEncoder(
    ensure_ascii=True,
    separators=(",", ":"),
    default=_plain,
)
