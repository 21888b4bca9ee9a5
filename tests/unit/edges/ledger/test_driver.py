"""What is handed to SQLite's driver past SQLAlchemy fails in the words in which all else does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.proof.driver import read_rows, write_rows
from pipeline.model.operation.errors import StorageFailed

ROUND = "INSERT INTO round (key, at) VALUES (?, ?)"
AT = "2015-09-10T10:00:00.000000+00:00"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_database(f"sqlite:///{tmp_path}/ledger.db")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_rows_are_read_with_their_columns(connection: Connection) -> None:
    write_rows(connection, ROUND, [("a", AT), ("b", AT)])
    asked = "SELECT key, at FROM round ORDER BY key DESC"
    assert read_rows(connection, asked) == (
        ("key", "at"),
        [("b", AT), ("a", AT)],
    )


def test_a_key_that_is_there_is_told_as_sqlalchemy_does(
    connection: Connection,
) -> None:
    write_rows(connection, ROUND, [("a", AT)])
    with pytest.raises(IntegrityError) as told:
        write_rows(connection, ROUND, [("b", AT), ("a", AT)])
    assert AT not in str(told.value)


def test_a_ledger_that_cannot_be_written_is_told_with_what_to_do(
    connection: Connection,
) -> None:
    connection.exec_driver_sql("PRAGMA query_only=ON")
    with pytest.raises(StorageFailed, match="台账只能读"):
        write_rows(connection, ROUND, [("a", AT)])


def test_a_question_that_fails_is_told_as_well(connection: Connection) -> None:
    with pytest.raises(StorageFailed, match="台账读写失败"):
        read_rows(connection, "SELECT key FROM a_table_that_is_gone")
