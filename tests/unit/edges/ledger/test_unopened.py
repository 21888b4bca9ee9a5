"""What is known of a ledger before it is opened: never more than the opened one would say."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from campaign_maker import made

from pipeline.bootstrap import Program, assemble
from pipeline.edges.ledger.unopened.kept_configs import kept_configs
from pipeline.edges.ledger.unopened.ledger_file import (
    has_ledger,
    is_unwritten,
)
from pipeline.edges.ledger.unopened.ledger_url import file_of, is_postgresql
from pipeline.settings import load

NOW = datetime(2015, 9, 10, 4, tzinfo=UTC)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    found = assemble(load(made(tmp_path)), NOW)
    yield found
    found.close()


def url_of(program: Program) -> str:
    return program.settings.storage.database


def test_what_is_not_there_is_unwritten_and_not_made(program: Program) -> None:
    url = url_of(program)
    assert is_unwritten(url)
    assert not has_ledger(url)
    assert not file_of(url).exists()


def test_known_without_opening_is_what_the_opened_one_knows(
    program: Program,
) -> None:
    unopened = program.known(), program.open_alarms(), program.last_poll()
    assert not has_ledger(url_of(program))
    opened = (
        program.desk().ledger(NOW),
        program.alarms.book.open_alarms(),
        program.store.last_poll(),
    )
    assert has_ledger(url_of(program))
    assert unopened == opened


def test_a_ledger_with_tables_and_no_row_is_unwritten(program: Program) -> None:
    assert program.store.ledger().messages == ()
    program.close()
    assert has_ledger(url_of(program))
    assert is_unwritten(url_of(program))


def test_any_row_makes_it_written(program: Program) -> None:
    program.store.born(NOW)
    program.close()
    assert not is_unwritten(url_of(program))


def test_a_row_that_stands_in_the_log_alone_makes_it_written(
    program: Program,
) -> None:
    """Another process writes: the file itself does not hold it yet."""
    program.store.born(NOW)
    file = file_of(url_of(program))
    log = file.with_name(f"{file.name}-wal")
    assert log.stat().st_size > 0, "written, and not yet in the file"
    assert not is_unwritten(url_of(program))


_WRITE = "REPLACE INTO noise VALUES (1, zeroblob(9000))"


def in_turns(file: Path, stop: Event) -> None:
    """Opens a ledger, writes, closes it, which puts its log away; and again."""
    while not stop.is_set():
        with closing(sqlite3.connect(file)) as ledger, ledger:
            ledger.execute(_WRITE)


def without_a_pause(file: Path, stop: Event) -> None:
    with closing(sqlite3.connect(file)) as ledger:
        while not stop.is_set():
            ledger.execute(_WRITE)
            ledger.commit()


@pytest.mark.parametrize("write", [in_turns, without_a_pause])
def test_what_was_kept_is_read_while_another_writes(
    program: Program, write: Callable[[Path, Event], None]
) -> None:
    program.store.born(NOW)
    program.close()
    file = file_of(url_of(program))
    with closing(sqlite3.connect(file)) as ledger, ledger:
        ledger.execute("CREATE TABLE noise (id INTEGER PRIMARY KEY, row BLOB)")
        ledger.execute(
            "INSERT INTO config (digest, settings, at, changes) VALUES (?, ?, ?, ?)",
            ("x", json.dumps({"a": "b"}), NOW.isoformat(), "[]"),
        )
    stop = Event()
    with ThreadPoolExecutor() as pool:
        writing = pool.submit(write, file, stop)
        try:
            found = [kept_configs(url_of(program)) for _ in range(20)]
        finally:
            stop.set()
        writing.result()
    assert found == [[{"a": "b"}]] * 20


@pytest.mark.parametrize("content", [b"", b"no database", b"\x00" * 4096])
def test_what_cannot_be_read_is_left_to_whoever_opens_it(
    program: Program, content: bytes
) -> None:
    file = file_of(url_of(program))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    assert not is_unwritten(url_of(program))
    assert kept_configs(url_of(program)) == []


def test_a_ledger_of_a_time_without_a_journal_is_opened(
    program: Program,
) -> None:
    file = file_of(url_of(program))
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as ledger, ledger:
        ledger.execute("CREATE TABLE message (id INTEGER PRIMARY KEY)")
    assert not is_unwritten(url_of(program))


def test_a_database_server_is_asked_by_opening_it() -> None:
    url = "postgresql+psycopg://xunbao@db.example.cn/xunbao?schema=a"
    assert is_postgresql(url)
    assert not is_unwritten(url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///"])
def test_a_ledger_without_a_file_is_opened(url: str) -> None:
    assert not is_unwritten(url)


def test_the_url_names_the_file() -> None:
    assert file_of("sqlite:////var/x/ledger.db?timeout=5") == Path(
        "/var/x/ledger.db"
    )
    assert file_of("sqlite:///storage/ledger.db") == Path("storage/ledger.db")
