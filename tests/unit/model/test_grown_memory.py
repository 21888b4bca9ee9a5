"""A ledger that grew mail by mail holds no more memory than one that was read at once."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import islice

from judging_makers import CALENDAR, report, seen

from pipeline.edges.ledger.loader import no_mails, no_reports
from pipeline.model.ledger import Ledger, MailSeen
from pipeline.model.memory.packed import Packed
from pipeline.model.memory.settled_keys import SettledKeys
from pipeline.model.report import Report

MAILS = 400
UNITS = 23
# What is rounded up where something grows by itself: a list and octets by an eighth
ROUNDED = 1.15


def reports() -> Iterator[Report]:
    first = report()
    for number in range(MAILS):
        yield replace(
            first,
            id=f"report {number}",
            message_key=f"key {number:064}",
            unit=f"第{number % UNITS}县",
            period=CALENDAR.dues[number * 3 // MAILS],
            received_at=first.received_at.astimezone(UTC)
            + timedelta(minutes=number),
            completed=number,
            read_completed=number,
            sequence=number + 1,
        )


def taken_in(ledger: Ledger, some: Sequence[Report]) -> Ledger:
    """As the store takes them from its rows, with the mails that brought them."""
    packed, mails = ledger.reports, ledger.messages
    assert isinstance(packed, Packed) and isinstance(mails, Packed)
    changed = dict(enumerate(some, len(packed)))
    come = [
        seen(one.message_key, one.received_at, one.unit, one.period)
        for one in some
    ]
    ledger = ledger.taking(packed.changed(changed), changed)
    mails = mails.changed(dict(enumerate(come, len(mails))))
    return ledger.with_mails(mails, come)


def empty() -> Ledger:
    own = ("id", "message_key", "received_at", "completed", "read_completed")
    packed = Packed(Report, own=(*own, "sequence"), times=("received_at",))
    mails = Packed(
        MailSeen,
        own=("key", "message_id", "received_at"),
        times=("received_at",),
    )
    return Ledger(reports=packed, messages=mails).kept_up()


def grown() -> Ledger:
    """By wakes of a few mails, each decided upon by itself before it is recorded."""
    ledger = empty()
    coming = reports()
    while some := list(islice(coming, 20)):
        known = ledger
        for one in some:
            known = known.with_reports((one,))
        ledger = taken_in(ledger, some)
    return ledger


def read_at_once() -> Ledger:
    return taken_in(empty(), list(reports()))


def held(made: Callable[[], Ledger]) -> int:
    """Octets of a ledger once all else is gone."""
    # What a first one makes for all is not its own
    made()
    gc.collect()
    tracemalloc.start()
    try:
        ledger = made()
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
        assert len(ledger.reports) == MAILS
        return size
    finally:
        tracemalloc.stop()


def test_a_grown_ledger_holds_what_a_loaded_one_holds() -> None:
    assert held(grown) < held(read_at_once) * ROUNDED


def each_counts() -> Ledger:
    """A hundred units, each with a report for each period, and with measures of its own;
    each report was answered."""
    first = report()
    some = []
    for number in range(MAILS):
        made = replace(
            first,
            id=f"report {number}",
            message_key=f"key {number:064}",
            unit=f"第{number % 100}县",
            period=CALENDAR.dues[number // 100],
            received_at=first.received_at.astimezone(UTC),
            measures=(f"一、到{number}户企业", f"二、建会{number}个"),
        )
        some.append(made)
    ledger = Ledger(reports=no_reports(), messages=no_mails()).kept_up()
    settled = SettledKeys(f"receipt:{one.message_key}" for one in some)
    return taken_in(ledger, some).knowing(settled=settled)


def test_a_ledger_whose_reports_all_count_holds_them_as_octets() -> None:
    """With an object each, and the keys of receipts as texts, they take 1,900."""
    assert each_counts().counting["第7县"].keys() == set(CALENDAR.dues[:4])
    assert held(each_counts) / MAILS < 1000


def test_a_tail_that_stays_as_objects_would_be_seen() -> None:
    """The control: the same, some of its mails kept beside it."""
    assert held(lambda: replace(read_at_once(), talks=tuple(reports()))) > (  # type: ignore[arg-type]
        held(read_at_once) * ROUNDED
    )
