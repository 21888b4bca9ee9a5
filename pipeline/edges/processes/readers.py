"""Readers side by side: mails are read by the threads of an executor, each thread with a
reader of its own, whose child can be killed without the others.

For: reading (house.md, "where reading runs"). The executor may be threads of this process
or a cluster's; what is handed to it is plain values and `Readers`, which travel as the way
to make them. Answers come in the order of the questions. Trusts no reader: one that dies
costs its own mail. Knows no ledger.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol, TypeVar

from pipeline.edges.processes.sandbox import Eyes, Reader
from pipeline.model.form import FormSpec
from pipeline.model.operation.errors import EdgeError
from pipeline.model.values.frozen import frozen

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

# Questions handed out ahead of the answer that is taken, for each further reader: none
# idles while the taker decides a part, and few mails are in memory at once
AHEAD = 8
# Seconds: a mail with many files, each at its limit; then the workers of a cluster are
# taken to be gone
PATIENCE = 900.0
# Mails for which one more reader is worth its start, half a second of a core
WORTH_A_READER = 8


@frozen
class ReaderKind:
    """How a reader is made. `twice`: with the second look (rules.md 5)."""

    make: Callable[[FormSpec], Reader]
    spec: FormSpec
    twice: bool

    def reader(self) -> Reader:
        reader = self.make(self.spec)
        if self.twice:
            reader.look_twice()
        return reader


@dataclass
class Readers:
    """Readers of one kind, one for each thread that asks, all with the same eyes for
    scans, which hold a gigabyte."""

    kind: ReaderKind
    _here: threading.local = field(default_factory=threading.local)
    _made: list[Reader] = field(default_factory=list)
    _eyes: Eyes | None = None
    _making: threading.Lock = field(default_factory=threading.Lock)

    def __reduce__(
        self,
    ) -> tuple[Callable[[ReaderKind], "Readers"], tuple[ReaderKind]]:
        """To another process it goes as its kind."""
        return _readers_there, (self.kind,)

    def here(self) -> Reader:
        """This thread's."""
        reader = getattr(self._here, "reader", None)
        if reader is None:
            with self._making:
                reader = self.kind.reader()
                self._share_eyes(reader)
                self._made.append(reader)
            self._here.reader = reader
        return reader

    def _share_eyes(self, reader: Reader) -> None:
        if self._eyes is None:
            self._eyes = reader.eyes
        else:
            reader.eyes = self._eyes

    def rest(self) -> None:
        """After the work: give back what holds much memory."""
        for reader in self._made:
            reader.rest()

    def close(self) -> None:
        for reader in self._made:
            reader.close()


@cache
def _readers_there(kind: ReaderKind) -> Readers:
    """One set of readers for a kind in a process of a cluster; they end with it."""
    return Readers(kind)


class Place(Protocol):
    """Where questions are asked."""

    def open(self) -> tuple[Executor, int]:
        """The executor as it stands now, and how many it asks at a time; 1 where
        nothing is gained by it."""

    def close(self) -> None: ...


class Threads:
    """Of this process: they wait for children, and cost no core themselves."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._executor: ThreadPoolExecutor | None = None

    def open(self) -> tuple[Executor, int]:
        if self._executor is None:
            self._executor = ThreadPoolExecutor(self._width, "reader")
        return self._executor, self._width

    def close(self) -> None:
        """Ends them with what they have begun; the next question starts others."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None


@dataclass
class ReadingPool:
    """Questions to readers, several at a time at a place; all here where they are few."""

    readers: Readers
    place: Place

    def each(
        self,
        task: Callable[[Reader, Asked], Answer],
        questions: Iterable[Asked],
        count: int,
    ) -> Iterator[Answer]:
        """The answers in the order of the questions, some `count`, which are taken as
        they are needed. Where the taker stops, what nobody began is not begun.

        Raises EdgeError `reading_place` where the executor itself fails.
        """
        further = count // WORTH_A_READER
        if further == 0:
            return self._each_here(task, questions)
        executor, width = self.place.open()
        ahead = AHEAD * min(width - 1, further)
        if ahead == 0:
            return self._each_here(task, questions)
        return _each_there(
            executor=executor,
            readers=self.readers,
            task=task,
            questions=questions,
            ahead=ahead,
        )

    def _each_here(
        self,
        task: Callable[[Reader, Asked], Answer],
        questions: Iterable[Asked],
    ) -> Iterator[Answer]:
        reader = self.readers.here()
        for question in questions:
            yield task(reader, question)

    def close(self) -> None:
        self.place.close()
        self.readers.close()


def _each_there(
    executor: Executor,
    readers: Readers,
    task: Callable[[Reader, Asked], Answer],
    questions: Iterable[Asked],
    ahead: int,
) -> Iterator[Answer]:
    waiting: deque[Future[Answer]] = deque()
    try:
        for question in questions:
            waiting.append(
                executor.submit(_asked_here, readers, task, question)
            )
            if len(waiting) > ahead:
                yield waiting.popleft().result(PATIENCE)
        while waiting:
            yield waiting.popleft().result(PATIENCE)
    except EdgeError:
        raise
    except Exception as error:
        # Whatever a cluster raises whose workers are lost
        advice = "读取邮件的程序没有应答；邮件都已保存，下次会再读。"
        raise EdgeError("reading_place", advice, repr(error)[:2000]) from error
    finally:
        for future in waiting:
            future.cancel()


def _asked_here(
    readers: Readers, task: Callable[[Reader, Asked], Answer], question: Asked
) -> Answer:
    return task(readers.here(), question)
