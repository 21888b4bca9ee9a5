"""The journal: for every row written, one entry more in the same transaction, chained
by its hash. No writer can forget it.

A hook on the sessions' flush does it, whatever the table: only the lease, which is
updated, and the journal itself are left out. The chain's end is read after the first
row of the transaction was written, hence under the database's write lock (PostgreSQL
has none of itself, and is asked for one before it): two writers make one chain. Trusts
what the database holds, not what the program meant: the hash is of the row as stored,
and the same in every database.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Table,
    bindparam,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Session as OrmSession
from sqlmodel import Session, SQLModel

from pipeline.edges.ledger.proof.journal_facts import time_of, told
from pipeline.edges.ledger.server.postgresql import lock_writing, plain_values
from pipeline.model.operation.journal_entry import (
    FIRST,
    PROGRAM,
    Entry,
    link,
    row_digest,
)

UNTOLD = frozenset({"journal", "lease"})

_JOURNAL: Table = SQLModel.metadata.tables["journal"]
_END = (
    select(_JOURNAL.c.seq, _JOURNAL.c.link, _JOURNAL.c.at)
    .order_by(_JOURNAL.c.seq.desc())
    .limit(1)
)
_ALL = text("*")
# Keys in one statement: SQLite takes 999 in its oldest builds
_AT_ONCE = 500
# In a session: the transaction, and the end it made
_END_KNOWN = "journal_end"
# In a session: the transaction that may write
_LOCKED = "journal_locked"
End = tuple[int, str, datetime]
_INSERT = insert(_JOURNAL)


@event.listens_for(Session, "before_flush")
def _queue_up(session: OrmSession, context: Any, instances: Any) -> None:
    """SQLite takes its write lock with the first row; elsewhere it is asked for."""
    if not session.new:
        return
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return
    transaction = session.get_transaction()
    if session.info.get(_LOCKED) is not transaction:
        lock_writing(connection)
        session.info[_LOCKED] = transaction


@event.listens_for(Session, "after_flush")
def _tell(session: OrmSession, context: Any) -> None:
    rows = []
    for row in session.new:
        if row.__table__.name not in UNTOLD:
            rows.append(row)
    if not rows:
        return
    connection = session.connection()
    entries = list(_entries(connection, rows, *_end_in(session, connection)))
    connection.execute(_INSERT, entries)
    newest = entries[-1]
    session.info[_END_KNOWN] = (
        session.get_transaction(),
        (newest["seq"], newest["link"], newest["at"]),
    )


def _end_in(session: OrmSession, connection: Connection) -> End:
    """The chain's end. Within one transaction, which holds the database's write lock
    from its first row on, only that transaction moves it."""
    transaction, end = session.info.get(_END_KNOWN, (None, None))
    if end is not None and transaction is session.get_transaction():
        known: End = end
        return known
    return _end(connection)


def _end(connection: Connection) -> End:
    """Number, link and time of the newest entry."""
    found = connection.execute(_END).first()
    if found:
        return (found.seq, found.link, found.at)
    return (0, FIRST, datetime.min.replace(tzinfo=UTC))


def _entries(
    connection: Connection,
    rows: list[Any],
    last: int,
    previous: str,
    before: datetime,
) -> Iterator[dict[str, Any]]:
    """A row without a time of its own has that of the rows beside it, else that of the entry before."""
    beside = time_of(rows) or before
    program = connection.get_execution_options().get("who", PROGRAM)
    stored = _stored_rows(connection, rows)
    for seq, row in enumerate(rows, last + 1):
        tells = told(row)
        table = row.__table__
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
            row_digest(stored[table.name, row_key(table, row)]),
            previous,
        )
        previous = link(entry)
        yield {**vars(entry), "link": previous}


def _stored_rows(
    connection: Connection, rows: list[Any]
) -> dict[tuple[str, str], dict[str, Any]]:
    """(table, key) -> a row's columns as the database holds them, before any type of
    ours has looked at them; of one table's rows many by one question."""
    by_table: dict[Table, list[Any]] = {}
    for row in rows:
        by_table.setdefault(row.__table__, []).append(row)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    with as_stored(connection):
        for table, written in by_table.items():
            # Every table of the ledger has one column for it
            (key,) = table.primary_key
            keys = []
            for row in written:
                keys.append(getattr(row, key.key))
            for start in range(0, len(keys), _AT_ONCE):
                some = {"keys": keys[start : start + _AT_ONCE]}
                for stored in connection.execute(_by_keys(table), some):
                    values = dict(stored._mapping)
                    found[table.name, str(values[key.name])] = values
    return found


def as_stored(connection: Connection) -> AbstractContextManager[None]:
    """Inside, a question asked in SQL's own words is answered with what is stored, the
    same whatever the database."""
    if connection.dialect.name == "postgresql":
        return plain_values(connection)
    return nullcontext()


@cache
def _by_keys(table: Table) -> Select[Any]:
    """Made once a table: building a query costs more than running it."""
    (key,) = table.primary_key
    wanted = key.in_(bindparam("keys", expanding=True, type_=key.type))
    return select(_ALL).select_from(table).where(wanted)


def row_key(table: Table, row: Any) -> str:
    return "|".join(
        str(getattr(row, column.key)) for column in table.primary_key
    )
