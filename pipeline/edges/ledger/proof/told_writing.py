"""Writes rows by the hundred, and their journal with them: table by table, those of a
table by one statement, told in the order in which they were handed in.

The ledger is row for row, number for number, the one that writing each row by itself
makes. Trusts that the caller commits; the numbers that it reads back are its own, since
it holds the write lock (proof/journal.py).
"""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Connection, Table
from sqlmodel import SQLModel

from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.proof.insertion import insert_rows
from pipeline.edges.ledger.proof.journal import begin_writing, tell
from pipeline.edges.ledger.proof.stored_rows import (
    Stored,
    as_stored,
    newest_rows,
    rows_by_keys,
)


def write(connection: Connection, steps: Sequence[Sequence[NewRow]]) -> None:
    """Hands rows to the database, and an entry for each to the journal, in the
    transaction that is open. The rows of one step were made at one time.

    Raises IntegrityError where a unique key is there already.
    """
    by_table: dict[Table, list[NewRow]] = {}
    for rows in steps:
        for row in rows:
            by_table.setdefault(row.__table__, []).append(row)
    if not by_table:
        return
    begin_writing(connection)
    stored: Stored = {}
    for table in _tables_in_order():
        if table in by_table:
            _insert(connection, table, by_table[table], stored)
    tell(connection, steps, stored)


def _insert(
    connection: Connection, table: Table, rows: list[NewRow], stored: Stored
) -> None:
    """Writes a table's rows in their order; each learns its number, and what is then
    stored of it goes into `stored`."""
    key = _key(table)
    numbered = rows[0].values[key] is None
    given = []
    for row in rows:
        _name_by_number(row)
        values = dict(row.values)
        if numbered:
            del values[key]
        given.append(values)
    insert_rows(connection, table, given)
    with as_stored(connection):
        if numbered:
            # Under the write lock the last ones are ours
            found = newest_rows(connection, table, len(rows))
            for row, kept in zip(rows, found, strict=True):
                row.values[key] = kept[key]
        else:
            keys = [row.values[key] for row in rows]
            found = list(rows_by_keys(connection, table, keys))
    for kept in found:
        stored[table.name, str(kept[key])] = kept


@cache
def _tables_in_order() -> tuple[Table, ...]:
    """What others name comes before them. Sorted once: it takes longer than writing a
    row."""
    return tuple(SQLModel.metadata.sorted_tables)


def _name_by_number(row: NewRow) -> None:
    """Where a row names another one, by the number that this one was given."""
    for name, value in row.values.items():
        if isinstance(value, NewRow):
            key = _key(value.__table__)
            row.values[name] = value.values[key]


@cache
def _key(table: Table) -> str:
    """Every table of the ledger has one column for it, of one name everywhere."""
    (column,) = table.primary_key
    name: str = column.name
    return name
