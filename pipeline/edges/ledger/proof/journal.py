"""The journal: for every row written, one entry more in the same transaction, chained
by its hash. No writer can forget it.

Rows that are written by the hundred are told of by their writer (told_writing.py),
all others by a hook on the sessions' flush, whatever the table: only the lease, which is
updated, and the journal itself are left out. The chain's end is read after the first
row of the transaction was written, hence under the database's write lock (PostgreSQL
has none of itself, and is asked for one before it): two writers make one chain. Trusts
what the database holds, not what the program meant: the hash is of the row as stored,
and the same in every database.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    event,
)
from sqlalchemy.orm import Session as OrmSession
from sqlmodel import Session, SQLModel

from pipeline.edges.ledger.proof.driver import read_rows
from pipeline.edges.ledger.proof.insertion import insert_rows
from pipeline.edges.ledger.proof.journal_facts import time_of, told
from pipeline.edges.ledger.proof.stored_rows import (
    Stored,
    as_stored,
    rows_by_keys,
)
from pipeline.edges.ledger.server.postgresql import lock_writing
from pipeline.edges.ledger.tables import kept_time
from pipeline.model.operation.journal_entry import (
    FIRST,
    PROGRAM,
    Entry,
    link,
    row_digest,
)

UNTOLD = frozenset({"journal", "lease"})

_JOURNAL: Table = SQLModel.metadata.tables["journal"]
_END = "SELECT seq, link, at FROM journal ORDER BY seq DESC LIMIT 1"
# In a connection: the transaction, and the end it made
_END_KNOWN = "journal_end"
# In a connection: the transaction that may write
_LOCKED = "journal_locked"
End = tuple[int, str, datetime]


@event.listens_for(Session, "before_flush")
def _queue_up(session: OrmSession, context: Any, instances: Any) -> None:
    if session.new:
        begin_writing(session.connection())


def begin_writing(connection: Connection) -> None:
    """Before the first row of a transaction: SQLite takes its write lock with that row;
    elsewhere it is asked for."""
    if connection.dialect.name == "postgresql":
        transaction = connection.get_transaction()
        if connection.info.get(_LOCKED) is not transaction:
            lock_writing(connection)
            connection.info[_LOCKED] = transaction


@event.listens_for(Session, "after_flush")
def _tell(session: OrmSession, context: Any) -> None:
    rows = []
    for row in session.new:
        if row.__table__.name not in UNTOLD:
            rows.append(row)
    if rows:
        connection = session.connection()
        tell(connection, [rows], _stored_rows(connection, rows))


def tell(
    connection: Connection, groups: Sequence[Sequence[Any]], stored: Stored
) -> None:
    """An entry for each of these rows, which are written already, in their order; those
    of one group were written at one time."""
    program = connection.get_execution_options().get("who", PROGRAM)
    end = _end_in(connection)
    entries: list[dict[str, Any]] = []
    for rows in groups:
        entries += _entries(program, rows, stored, *end)
        newest = entries[-1]
        end = (newest["seq"], newest["link"], newest["at"])
    insert_rows(connection, _JOURNAL, entries)
    connection.info[_END_KNOWN] = (connection.get_transaction(), end)


def _end_in(connection: Connection) -> End:
    """The chain's end. Within one transaction, which holds the database's write lock
    from its first row on, only that transaction moves it."""
    transaction, end = connection.info.get(_END_KNOWN, (None, None))
    if end is not None and transaction is connection.get_transaction():
        known: End = end
        return known
    return end_of(connection)


def end_of(connection: Connection) -> End:
    """Number, link and time of the newest entry; number 0 of a journal without one."""
    _, found = read_rows(connection, _END)
    if found:
        seq, last, at = found[0]
        return (seq, last, kept_time(at))
    return (0, FIRST, datetime.min.replace(tzinfo=UTC))


def _entries(
    program: str,
    rows: Sequence[Any],
    stored: Stored,
    last: int,
    previous: str,
    before: datetime,
) -> Iterator[dict[str, Any]]:
    """A row without a time of its own has that of the rows beside it, else that of the entry before."""
    beside = time_of(rows) or before
    for seq, row in enumerate(rows, last + 1):
        tells = told(row)
        table = row.__table__
        key = row_key(table, row)
        entry = Entry(
            seq=seq,
            at=time_of([row]) or beside,
            who=tells.who or program,
            what=tells.what,
            unit=tells.unit,
            period=tells.period,
            subject=tells.subject,
            why=tells.why,
            table_name=table.name,
            row_key=key,
            row_digest=row_digest(stored[table.name, key]),
            previous=previous,
        )
        previous = link(entry)
        yield {**vars(entry), "link": previous}


def _stored_rows(connection: Connection, rows: list[Any]) -> Stored:
    """Rows that are written, by their keys; of one table's rows many by one question."""
    by_table: dict[Table, list[Any]] = {}
    for row in rows:
        by_table.setdefault(row.__table__, []).append(row)
    found: Stored = {}
    with as_stored(connection):
        for table, written in by_table.items():
            # Every table of the ledger has one column for it
            (key,) = table.primary_key
            keys = []
            for row in written:
                keys.append(getattr(row, key.key))
            for values in rows_by_keys(connection, table, keys):
                found[table.name, str(values[key.name])] = values
    return found


def row_key(table: Table, row: Any) -> str:
    """The primary key as the journal keeps it: its columns' values, joined by |."""
    return "|".join([str(getattr(row, name)) for name in _key_names(table)])


@cache
def _key_names(table: Table) -> tuple[str, ...]:
    """Looked up once a table: each row asks for them."""
    return tuple(table.primary_key.columns.keys())
