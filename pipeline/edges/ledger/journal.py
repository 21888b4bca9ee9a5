"""The journal: for every row written, one entry more in the same transaction, chained
by its hash. No writer can forget it.

A hook on the sessions' flush does it, whatever the table: only the lease, which is
updated, and the journal itself are left out. The chain's end is read after the first
row of the transaction was written, hence under the database's write lock: two writers
make one chain. Trusts what the database holds, not what the program meant: the hash is
of the row as stored.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, event, insert, select, text
from sqlalchemy.orm import Session as OrmSession
from sqlmodel import Session, SQLModel

from pipeline.edges.ledger.journal_facts import time_of, told
from pipeline.model.journal_entry import FIRST, PROGRAM, Entry, link, row_digest

UNTOLD = frozenset({"journal", "lease"})

_JOURNAL: Table = SQLModel.metadata.tables["journal"]
_END = (
    select(_JOURNAL.c.seq, _JOURNAL.c.link, _JOURNAL.c.at)
    .order_by(_JOURNAL.c.seq.desc())
    .limit(1)
)
_ALL = text("*")
_INSERT = insert(_JOURNAL)


@event.listens_for(Session, "after_flush")
def _tell(session: OrmSession, context: Any) -> None:
    rows = [row for row in session.new if row.__table__.name not in UNTOLD]
    if rows:
        connection = session.connection()
        connection.execute(_INSERT, list(_entries(connection, rows, *_end(connection))))


def _end(connection: Connection) -> tuple[int, str, datetime]:
    """Number, link and time of the newest entry."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE journal IN EXCLUSIVE MODE"))
    found = connection.execute(_END).first()
    if found:
        return (found.seq, found.link, found.at)
    return (0, FIRST, datetime.min.replace(tzinfo=UTC))


def _entries(
    connection: Connection, rows: list[Any], last: int, previous: str, before: datetime
) -> Iterator[dict[str, Any]]:
    """A row without a time of its own has that of the rows beside it, else that of the entry before."""
    beside = time_of(rows) or before
    program = connection.get_execution_options().get("who", PROGRAM)
    for seq, row in enumerate(rows, last + 1):
        tells, table = told(row), row.__table__
        entry = Entry(
            seq,
            time_of([row]) or beside,
            tells.who or program,
            tells.what,
            tells.unit,
            tells.period,
            tells.subject,
            tells.why,
            table.name,
            row_key(table, row),
            row_digest(stored_row(connection, table, row)),
            previous,
        )
        previous = link(entry)
        yield {**vars(entry), "link": previous}


def stored_row(connection: Connection, table: Table, row: Any) -> dict[str, Any]:
    """A row's columns as the database holds them, before any type of ours has looked at them."""
    keys = {
        f"key_{column.key}": getattr(row, column.key) for column in table.primary_key
    }
    return dict(connection.execute(_by_key(table), keys).one()._mapping)


@cache
def _by_key(table: Table) -> Select[Any]:
    """Made once a table: building a query costs more than running it."""
    same = [
        column == bindparam(f"key_{column.key}", type_=column.type)
        for column in table.primary_key
    ]
    return select(_ALL).select_from(table).where(*same)


def row_key(table: Table, row: Any) -> str:
    return "|".join(str(getattr(row, column.key)) for column in table.primary_key)
