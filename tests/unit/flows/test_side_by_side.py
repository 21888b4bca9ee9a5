"""Mails read side by side end in the ledger of mails read one after the other, also where some kill their readers."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, mail, moment, settings
from plain_reader import PlainReader

from pipeline.bootstrap import Program, assemble
from pipeline.edges.processes.readers import (
    ReaderKind,
    Readers,
    ReadingPool,
    Threads,
)
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.ports import Answer, Asked, Reader
from pipeline.model.mail import Message
from pipeline.model.operation.errors import EdgeError, ReaderDied
from pipeline.model.operation.post import Sighting
from pipeline.model.report import ReportState

UNITS = (("jia", "甲县"), ("yi", "乙县"))
MANY = 40


class Fragile(PlainReader):
    """Killed by a mail with POISON in it; one with NOTHING finds no installation."""

    def message(self, raw: bytes, received_at: datetime) -> Message:
        if b"POISON" in raw:
            raise ReaderDied("reader_crashed", "读不了")
        if b"NOTHING" in raw:
            raise EdgeError("reader_fault", "读取程序不完整")
        return super().message(raw, received_at)


def when(number: int) -> str:
    return f"2015-09-10 {9 + number // 60:02}:{number % 60:02}"


def corrections() -> list[bytes]:
    """Each of a unit's mails corrects the one before: the last one counts, and in
    another order it would not."""
    found = []
    for number in range(MANY):
        name, unit = UNITS[number % 2]
        raw = form_mail(
            f"{name}@example.cn",
            unit,
            "2015年9月10日",
            200 + number,
            when(number),
        )
        found.append(raw)
    return found


def taken(
    folder: Path, mails: list[bytes], width: int
) -> tuple[Program, Taken, EdgeError | None]:
    folder.mkdir()
    program = assemble(
        settings(made(folder)), moment("2015-09-10 17:00"), read_with=Fragile
    )
    program.store.born(program.clock.now())
    for number, raw in enumerate(mails):
        sighting = Sighting(1, number + 1, moment(when(number)), len(raw), "IN")
        program.intake().keep(sighting, raw, program.clock.now())
    kind = ReaderKind(Fragile, program.settings.form_spec, twice=False)
    done = Taken()
    with closing(ReadingPool(Readers(kind), Threads(width))) as place:
        try:
            take_in(replace(program.intake(), place=place), done)
        except EdgeError as trouble:
            return program, done, trouble
    return program, done, None


def history(program: Program) -> list[tuple[object, ...]]:
    """Every report in the order of its recording, and every mail's outcome."""
    ledger = program.store.ledger()
    reports = [(r.unit, r.completed, r.state) for r in ledger.reports]
    mails = [(m.outcome, m.received_at) for m in ledger.messages]
    return [*reports, *mails]


@pytest.mark.parametrize(
    "poison",
    [
        # Without any, test_the_last_correction_counts
        pytest.param((), marks=pytest.mark.long),
        pytest.param((0,), marks=pytest.mark.long),
        (5, 6, 30),
        (MANY - 1,),
    ],
)
def test_the_ledger_is_that_of_one_reader(
    tmp_path: Path, poison: tuple[int, ...]
) -> None:
    mails = corrections()
    for number in poison:
        mails[number] = mail("bing@example.cn", "POISON", when(number))
    alone, _, _ = taken(tmp_path / "1", mails, 1)
    beside, done, _ = taken(tmp_path / "3", mails, 3)
    assert history(beside) == history(alone)
    assert done.recorded == MANY - len(poison)
    assert len(done.set_aside) == len(poison)
    figures = [r.completed for r in beside.store.ledger().reports]
    assert max(figures) == max(200 + n for n in range(MANY) if n not in poison)


def test_what_was_read_first_is_recorded_while_the_next_are_read(
    tmp_path: Path,
) -> None:
    """Two thirds of a batch are on the disk before the last mail of it is read."""
    program = assemble(
        settings(made(tmp_path)), moment("2015-09-10 17:00"), read_with=Fragile
    )
    with closing(program):
        program.store.born(program.clock.now())
        for number, raw in enumerate(corrections()):
            sighting = Sighting(1, number + 1, moment(when(number)), 1, "IN")
            program.intake().keep(sighting, raw, program.clock.now())
        looking = _LooksBeforeTheLast(program)
        done = Taken()
        take_in(replace(program.intake(), place=looking), done)
    assert looking.found == MANY * 2 // 3
    assert done.recorded == MANY


@dataclass
class _LooksBeforeTheLast:
    """Reads here, and counts the reports of the ledger before the last mail is read."""

    program: Program
    found: int = 0

    def each(
        self,
        task: Callable[[Reader, Asked], Answer],
        questions: Iterable[Asked],
        count: int,
    ) -> Iterator[Answer]:
        for number, question in enumerate(questions):
            if number == count - 1:
                self.found = len(self.program.store.ledger().reports)
            yield task(self.program.reader, question)


def test_what_is_behind_a_fault_of_the_installation_waits(
    tmp_path: Path,
) -> None:
    """What was read before it is recorded; nothing is set aside for it."""
    mails = corrections()
    mails[20] = mail("bing@example.cn", "NOTHING", when(20))
    program, done, trouble = taken(tmp_path / "3", mails, 3)
    assert trouble is not None
    assert trouble.cause == "reader_fault"
    assert done.recorded == 20
    assert not done.set_aside
    assert len(program.store.unhandled()) == MANY - 20
    waiting = [f"{key}#{n}" for n, _, key, _ in program.store.unhandled()]
    assert not program.store.tried(waiting)


def test_the_last_correction_counts(tmp_path: Path) -> None:
    program, _, _ = taken(tmp_path / "3", corrections(), 3)
    counting = program.store.ledger().counting
    period = moment("2015-09-10 00:00").date()
    assert counting["甲县"][period].completed == 200 + MANY - 2
    assert counting["乙县"][period].completed == 200 + MANY - 1
    assert counting["甲县"][period].state is ReportState.ACCEPTED
