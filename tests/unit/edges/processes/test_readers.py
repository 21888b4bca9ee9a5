"""Mails are read side by side, and come back in order; a reader that dies costs its own question."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import (
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

import psutil
import pytest
from test_sandbox import BAD_CHILD, SPEC

from pipeline.edges.processes.readers import (
    AHEAD,
    ReaderKind,
    Readers,
    ReadingPool,
    Threads,
)
from pipeline.edges.processes.sandbox import Reader
from pipeline.model.form import FormSpec
from pipeline.model.operation.errors import EdgeError, ReaderDied, Waiting
from pipeline.model.trouble import TroubleCode

MANY = 40
READERS = 3
UNTIL = datetime(2015, 9, 10, 12, tzinfo=UTC)


def bad_reader(spec: FormSpec) -> Reader:
    return Reader(spec, seconds=30, command=BAD_CHILD)


def file(reader: Reader, name: str) -> tuple[str, str, TroubleCode | None]:
    (reading,) = reader.file(name, b"")
    trouble = reading.trouble.code if reading.trouble else None
    return reading.name, reading.kind, trouble


def kind() -> ReaderKind:
    return ReaderKind(bad_reader, SPEC, twice=False)


@dataclass
class Elsewhere:
    """Another executor, asked for two answers at a time."""

    executor: Executor

    def open(self) -> tuple[Executor, int]:
        return self.executor, 2

    def close(self) -> None:
        self.executor.shutdown(wait=True)


@pytest.fixture(
    scope="module"
)  # its children are replaced as the tests kill them
def pool() -> Iterator[ReadingPool]:
    with closing(ReadingPool(Readers(kind()), Threads(READERS))) as opened:
        yield opened


def test_answers_come_in_the_order_of_the_questions_from_several_children(
    pool: ReadingPool,
) -> None:
    names = [f"file {n}" for n in range(MANY)]
    answers = list(pool.each(file, names, MANY))
    assert [name for name, _, _ in answers] == names
    assert 1 < len({kind for _, kind, _ in answers}) <= 3


def test_a_file_that_kills_its_reader_costs_itself_alone(
    pool: ReadingPool,
) -> None:
    names = [f"file {n}" for n in range(MANY)]
    names[7], names[20] = "segfault", "exit"
    answers = list(pool.each(file, names, MANY))
    assert [name for name, _, _ in answers] == names
    lost = {name for name, _, trouble in answers if trouble is not None}
    assert lost == {"segfault", "exit"}


def test_few_questions_are_asked_of_the_readers_that_they_are_worth(
    pool: ReadingPool,
) -> None:
    """A child costs half a second to start: two mails are read by one."""
    answers = list(pool.each(file, ["a", "b"], 2))
    assert len({kind for _, kind, _ in answers}) == 1


def test_where_the_taker_stops_the_rest_is_not_begun(pool: ReadingPool) -> None:
    asked: list[str] = []

    def questions() -> Iterator[str]:
        for n in range(MANY):
            asked.append(f"file {n}")
            yield asked[-1]

    answers = pool.each(file, questions(), MANY)
    assert next(answers)[0] == "file 0"
    answers.close()  # type: ignore[attr-defined]
    # One is taken, and so many are asked ahead of it
    assert len(asked) == 1 + AHEAD * (READERS - 1) < MANY / 2


def test_once_closed_no_child_is_left_and_others_come_when_asked() -> None:
    pool = ReadingPool(Readers(kind()), Threads(2))
    answers = list(pool.each(file, [str(n) for n in range(MANY)], MANY))
    children = {int(kind.split()[0]) for _, kind, _ in answers}
    assert children
    pool.close()
    assert not [pid for pid in children if psutil.pid_exists(pid)]
    again = list(pool.each(file, [str(n) for n in range(MANY)], MANY))
    assert [name for name, _, _ in again] == [name for name, _, _ in answers]
    pool.close()


def test_readers_go_to_another_process_as_their_kind() -> None:
    """As a cluster's executor sends them: each process makes its own."""
    processes = ProcessPoolExecutor(2, mp_context=get_context("spawn"))
    with closing(ReadingPool(Readers(kind()), Elsewhere(processes))) as pool:
        names = [f"file {n}" for n in range(MANY)]
        answers = list(pool.each(file, names, MANY))
    assert [name for name, _, _ in answers] == names
    assert os.getpid() not in {int(kind.split()[0]) for _, kind, _ in answers}


def test_an_error_of_ours_comes_through_another_process_as_it_is() -> None:
    """With its cause and advice, also where its class is made of something else."""
    processes = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    with closing(ReadingPool(Readers(kind()), Elsewhere(processes))) as pool:
        with pytest.raises(ReaderDied) as died:
            list(pool.each(_die, ["a"] * MANY, MANY))
        with pytest.raises(Waiting) as waiting:
            list(pool.each(_wait, ["a"] * MANY, MANY))
    assert died.value.cause == "reader_timeout"
    assert died.value.advice == "读不了"
    assert died.value.detail == "45 s"
    assert waiting.value.until == UNTIL
    assert waiting.value.cause == "waiting"


def _die(reader: Reader, name: str) -> str:
    raise ReaderDied("reader_timeout", "读不了", "45 s")


def _wait(reader: Reader, name: str) -> str:
    raise Waiting(UNTIL)


def test_a_lost_executor_is_told_in_words() -> None:
    """Its workers gone: nothing was read, and nothing is said of the mails."""
    processes = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    with (
        closing(ReadingPool(Readers(kind()), Elsewhere(processes))) as pool,
        pytest.raises(EdgeError) as caught,
    ):
        list(pool.each(_end_the_process, [str(n) for n in range(MANY)], MANY))
    assert caught.value.cause == "reading_place"
    assert "邮件都已保存" in caught.value.advice


def _end_the_process(reader: Reader, name: str) -> str:
    os._exit(1)


def test_an_error_of_the_installation_goes_through_as_it_is(
    pool: ReadingPool,
) -> None:
    with pytest.raises(EdgeError) as caught:
        list(pool.each(file, ["incomplete"] * MANY, MANY))
    assert caught.value.cause == "reader_fault"


def test_readers_of_one_place_share_their_eyes() -> None:
    """The models for scans hold a gigabyte."""
    readers = Readers(kind())
    with ThreadPoolExecutor(1) as other:
        there = other.submit(readers.here).result()
    assert readers.here() is not there
    assert readers.here().eyes is there.eyes
    readers.close()


def test_one_reader_needs_no_threads() -> None:
    with closing(ReadingPool(Readers(kind()), Threads(1))) as pool:
        where = list(pool.each(_thread, ["a"] * MANY, MANY))
    assert set(where) == {threading.get_ident()}


def _thread(reader: Reader, name: str) -> int:
    return threading.get_ident()


class Refusing(Executor):
    """A cluster that cannot be reached."""

    def submit(self, *args: Any, **kwargs: Any) -> "Future[Any]":
        raise OSError("Timed out trying to connect to tcp://10.0.0.1:8786")


def test_a_cluster_out_of_reach_is_told_in_words() -> None:
    with (
        closing(ReadingPool(Readers(kind()), Elsewhere(Refusing()))) as pool,
        pytest.raises(EdgeError) as caught,
    ):
        list(pool.each(file, [str(n) for n in range(MANY)], MANY))
    assert caught.value.cause == "reading_place"
