"""A ledger carried from PostgreSQL into a SQLite file and back, row by row: for
backups, for replay, and for looking at what was known at a moment.

Rows are carried as they are stored, the journal's among them, so that `verify` proves
the copy as it proves the original. The lease is left behind: nobody works on a copy.
Never changes the ledger that is copied; never deletes the one that is replaced.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Connection, Table, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from pipeline.edges.ledger.database import (
    has_tables,
    open_database,
    server_engine,
    upgrade,
)
from pipeline.edges.ledger.proof.stored_rows import as_stored
from pipeline.edges.ledger.server import postgresql
from pipeline.model.operation.errors import Busy, EdgeError

_LEFT = frozenset({"lease"})
# Rows of one statement: so many are in memory at once
_AT_ONCE = 500


def copy_from_server(url: str, target: Path) -> None:
    """Makes `target` a SQLite ledger with the rows that a ledger in PostgreSQL has at
    one moment, also while a worker writes. Raises EdgeError where it cannot."""
    engine = open_database(url)
    try:
        open_database(f"sqlite:///{target.as_posix()}").dispose()
        with (
            engine.connect() as connection,
            closing(sqlite3.connect(target)) as copy,
            copy,
        ):
            ledger = connection.execution_options(
                isolation_level="REPEATABLE READ"
            )
            for table in _tables():
                _copy_table(table, ledger, copy)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise EdgeError(
            "database",
            "复制不了数据库服务器里的台账，请检查服务器，以及目标磁盘的空间",
            repr(error),
        ) from error
    finally:
        engine.dispose()


def _tables() -> Iterator[Table]:
    """Those that others name first."""
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in _LEFT:
            yield table


def _copy_table(
    table: Table, ledger: Connection, copy: sqlite3.Connection
) -> None:
    names = [column.name for column in table.columns]
    shown = ", ".join(f'"{name}"' for name in names)
    places = ", ".join("?" for _ in names)
    put = f'INSERT INTO "{table.name}" ({shown}) VALUES ({places})'
    with as_stored(ledger):
        found = ledger.execute(text(f'SELECT {shown} FROM "{table.name}"'))
        for some in found.partitions(_AT_ONCE):
            copy.executemany(put, [list(map(_plain, row)) for row in some])


def _plain(value: Any) -> Any:
    """SQLite keeps days as text."""
    if isinstance(value, date):
        return value.isoformat()
    return value


def put_on_server(source: Path, url: str, aside: str) -> None:
    """Makes a ledger in PostgreSQL of a SQLite one, in one transaction: all of it or
    nothing. A ledger that stands in its place is kept: its schema gets the name `aside`.

    `source` is brought to today's tables. Raises Busy while a worker works on the
    ledger, on whatever machine, and EdgeError where it cannot be done.
    """
    open_database(f"sqlite:///{source.as_posix()}").dispose()
    schema = postgresql.schema_of(url)
    stands = has_tables(url)
    engine = server_engine(url)
    try:
        with (
            engine.begin() as connection,
            closing(sqlite3.connect(source)) as ledger,
        ):
            if not postgresql.work_is_free(connection):
                raise Busy(
                    "busy",
                    "另一个旬报程序正在使用这个台账，请先将它停止。",
                )
            postgresql.lock_writing(connection)
            if stands:
                connection.exec_driver_sql(
                    f"ALTER SCHEMA {schema} RENAME TO {aside}"
                )
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            upgrade(connection)
            for table in _tables():
                _put_table(table, ledger, connection)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise EdgeError(
            "database",
            "没有恢复，数据库里什么也没有改动；请检查数据库账号能不能建模式（schema）",
            repr(error),
        ) from error
    finally:
        engine.dispose()


def _put_table(
    table: Table, ledger: sqlite3.Connection, connection: Connection
) -> None:
    columns = list(table.columns)
    shown = ", ".join(f'"{column.name}"' for column in columns)
    places = ", ".join("%s" for _ in columns)
    put = f'INSERT INTO "{table.name}" ({shown}) VALUES ({places})'
    truths = {
        number
        for number, column in enumerate(columns)
        if isinstance(column.type, Boolean)
    }
    found = ledger.execute(f'SELECT {shown} FROM "{table.name}"')
    while some := found.fetchmany(_AT_ONCE):
        connection.exec_driver_sql(
            put, [_with_truths(row, truths) for row in some]
        )
    _count_on(table, connection)


def _with_truths(row: tuple[Any, ...], truths: set[int]) -> tuple[Any, ...]:
    """SQLite keeps truth as 0 and 1."""
    values = list(row)
    for number in truths:
        if values[number] is not None:
            values[number] = bool(values[number])
    return tuple(values)


def _count_on(table: Table, connection: Connection) -> None:
    """The next row's number follows those that were put in."""
    (key,) = table.primary_key
    counter = connection.execute(
        select(func.pg_get_serial_sequence(table.name, key.name))
    ).scalar()
    highest = connection.execute(select(func.max(key))).scalar()
    if counter is not None and highest is not None:
        connection.execute(select(func.setval(counter, highest)))
