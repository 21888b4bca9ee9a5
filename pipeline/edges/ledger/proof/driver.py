"""The four statements that every told transaction makes, handed to SQLite's driver as they
are.

SQLAlchemy takes as long to hand one on and to wrap its answer as SQLite takes to do it,
and each copy of each letter is such a transaction. Its connection stays the one that
begins, commits and closes, and an error is told in its words. A server is asked by its
own way: there the wire takes longest. Trusts that a transaction is open; commits nothing.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any, NoReturn

from sqlalchemy import Connection


def write_rows(
    connection: Connection, statement: str, rows: Sequence[Any]
) -> None:
    """Writes rows of values as the driver takes them. Raises IntegrityError where a
    unique key is there already."""
    if not _is_file(connection):
        connection.exec_driver_sql(statement, rows)
        return
    cursor = connection.connection.cursor()
    try:
        cursor.executemany(statement, rows)
    except sqlite3.Error as error:
        _raise_as_sqlalchemy(connection, statement, error)


def read_rows(
    connection: Connection, statement: str
) -> tuple[tuple[str, ...], Sequence[Sequence[Any]]]:
    """(names of the columns, the values of each row), as they are stored."""
    if not _is_file(connection):
        answer = connection.exec_driver_sql(statement)
        return tuple(answer.keys()), answer.all()
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement)
        found = cursor.fetchall()
    except sqlite3.Error as error:
        _raise_as_sqlalchemy(connection, statement, error)
    return tuple(column[0] for column in cursor.description), found


def _is_file(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _raise_as_sqlalchemy(
    connection: Connection, statement: str, error: sqlite3.Error
) -> NoReturn:
    """As if SQLAlchemy had handed the statement on: who listens to an engine's errors
    hears of this one, and may raise its own. Without the rows: an error names none."""
    connection._handle_dbapi_exception(error, statement, None, None, None)
