"""Rows as the database holds them, before any type of ours has looked at them: what the
journal takes its hashes of, the same in every database. Writes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Table,
    bindparam,
    select,
    text,
)

from pipeline.edges.ledger.proof.driver import read_rows
from pipeline.edges.ledger.server.postgresql import plain_values

# (table, key) -> a row's columns
Stored = dict[tuple[str, str], dict[str, Any]]
_ALL = text("*")
# Keys in one statement: SQLite takes 999 in its oldest builds
_AT_ONCE = 500


def rows_by_keys(
    connection: Connection, table: Table, keys: Sequence[Any]
) -> Iterator[dict[str, Any]]:
    """The rows of these keys as they are stored; within `as_stored`."""
    for start in range(0, len(keys), _AT_ONCE):
        some = {"keys": keys[start : start + _AT_ONCE]}
        found = connection.execute(_by_keys(table), some)
        yield from _by_column(tuple(found.keys()), found)


def newest_rows(
    connection: Connection, table: Table, number: int
) -> list[dict[str, Any]]:
    """The rows that were numbered last as they are stored, oldest first; within
    `as_stored`, and under the write lock, else they may be another writer's."""
    asked = f"{_newest(table)} LIMIT {number:d}"
    names, newest_first = read_rows(connection, asked)
    return list(_by_column(names, reversed(newest_first)))


def _by_column(
    names: tuple[str, ...], rows: Iterable[Sequence[Any]]
) -> Iterator[dict[str, Any]]:
    """Each row's values by its columns' names."""
    for stored in rows:
        yield dict(zip(names, stored, strict=True))


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


@cache
def _newest(table: Table) -> str:
    """In SQL's own words but for the limit, once a table: SQLAlchemy would match the
    columns of each answer with the question's."""
    (key,) = table.primary_key
    return str(select(_ALL).select_from(table).order_by(key.desc()))
