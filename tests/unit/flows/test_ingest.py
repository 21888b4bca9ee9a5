"""The way in, on a real store and vault: what is kept, counted, set aside; a mailbox in memory stands for the server."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, mail, moment, settings
from plain_reader import PlainReader

from pipeline.bootstrap import Program, assemble
from pipeline.edges.clock import FixedClock
from pipeline.flows import fetch
from pipeline.flows.fetch import FETCH_TRIES, LOST_FOR, SUSPECT_AFTER, poll
from pipeline.flows.ingest import READ_TRIES, Intake, Taken, take_in
from pipeline.model.form import FormSpec
from pipeline.model.mail import Message
from pipeline.model.operation.errors import (
    BrokeOff,
    EdgeError,
    ReaderDied,
    Refused,
    Unreachable,
)
from pipeline.model.operation.post import Fetched, Sighting

GOOD = form_mail(
    "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
)
OTHER = form_mail(
    "yi@example.cn", "乙县", "2015年9月10日", 200, "2015-09-10 11:00"
)
POISON = mail("bing@example.cn", "POISON", "2015-09-10 09:00")


class Box:
    """A mailbox in memory: UID -> (time, bytes); what is None cannot be fetched, for the reason in `failures`."""

    folder = "INBOX"

    def __init__(
        self,
        *mails: tuple[str, bytes | None],
        uidvalidity: int = 1,
        first: int = 1,
    ) -> None:
        self.uidvalidity = uidvalidity
        self.mails = {
            first + n: (moment(f"2015-09-10 {when}"), raw)
            for n, (when, raw) in enumerate(mails)
        }
        self.failure = "timeout"
        self.breaking: set[int] = (
            set()
        )  # UIDs over which the connection is lost, whatever was asked for with them
        self.fetched: list[int] = []
        self.moved: list[tuple[int, str]] = []
        self.move_trouble: EdgeError | None = None

    def uids(self, since: int = 1) -> list[int]:
        return [uid for uid in self.mails if uid >= since]

    def describe(self, uids: Sequence[int]) -> list[Sighting]:
        return [
            Sighting(self.uidvalidity, uid, when, len(raw or b""), self.folder)
            for uid in uids
            for when, raw in [self.mails[uid]]
        ]

    def fetch(self, sightings: Sequence[Sighting]) -> Iterator[Fetched]:
        for sighting in sightings:
            self.fetched.append(sighting.uid)
            if sighting.uid in self.breaking:
                raise BrokeOff(Unreachable("connection", "连接中断"), sightings)
            raw = self.mails[sighting.uid][1]
            yield Fetched(
                sighting, raw, "" if raw is not None else self.failure
            )

    def header(self, sighting: Sighting) -> bytes:
        return OTHER.split(b"\r\n\r\n")[0] + b"\r\n\r\n"

    def answers(self, sighting: Sighting) -> bool:
        return self.mails[sighting.uid][1] is not None

    def move(self, uid: int, folder: str) -> None:
        if self.move_trouble is not None:
            raise self.move_trouble
        self.moved.append((uid, folder))


class Readers(PlainReader):
    """A mail with POISON in it kills these, as `death` says."""

    def __init__(self, spec: FormSpec) -> None:
        super().__init__(spec)
        self.death: Callable[[], EdgeError] = lambda: ReaderDied(
            "reader_crashed", "读不了"
        )
        self.seen: list[bytes] = []
        self.poison = b"POISON"

    def message(self, raw: bytes, received_at: datetime) -> Message:
        self.seen.append(raw)
        if self.poison in raw:
            raise self.death()
        return super().message(raw, received_at)


@pytest.fixture
def worker(tmp_path: Path) -> Program:
    return assemble(
        settings(made(tmp_path)), moment("2015-09-10 18:05"), read_with=Readers
    )


def readers(worker: Program) -> Readers:
    found: object = worker.reader
    assert isinstance(found, Readers)
    return found


def polled(
    worker: Program,
    box: Box,
    intake: Intake | None = None,
    *,
    whole: bool = False,
) -> Taken:
    taken = Taken()
    poll(box, intake or worker.intake(), taken, whole=whole)
    return taken


def outcomes(worker: Program) -> list[str]:
    return [m.outcome for m in worker.store.ledger().messages]


def test_a_mail_becomes_a_report_and_is_not_fetched_again(
    worker: Program,
) -> None:
    box = Box(("10:00", GOOD), ("11:00", OTHER))
    first = polled(worker, box)
    assert (first.fetched, first.recorded, first.held) == (2, 2, 0)
    assert {
        u: r.completed
        for u, by in worker.store.ledger().counting.items()
        for r in by.values()
    } == {
        "甲县": 300,
        "乙县": 200,
    }
    again = polled(worker, box)
    assert (again.fetched, again.recorded) == (0, 0)
    assert box.fetched == [1, 2]


def test_mails_are_judged_in_the_order_of_reception_whatever_their_numbers(
    worker: Program,
) -> None:
    newer = form_mail(
        "jia@example.cn", "甲县", "2015年9月10日", 310, "2015-09-10 12:00"
    )
    polled(worker, Box(("12:00", newer), ("10:00", GOOD)))
    assert (
        worker.store.ledger()
        .counting["甲县"][moment("2015-09-10 00:00").date()]
        .completed
        == 310
    )


def test_the_same_mail_moved_or_renumbered_is_nothing_at_all(
    worker: Program,
) -> None:
    polled(worker, Box(("10:00", GOOD)))
    for validity in range(2, 8):
        taken = polled(worker, Box(("10:00", GOOD), uidvalidity=validity))
        assert (taken.recorded, taken.set_aside) == (0, [])
    assert outcomes(worker) == ["reported"]


def test_the_same_mail_delivered_again_is_recorded_and_counts_for_nothing(
    worker: Program,
) -> None:
    polled(worker, Box(("10:00", GOOD), ("13:00", GOOD)))
    assert outcomes(worker) == ["reported", "duplicate"]
    assert len(worker.store.ledger().reports) == 1


def test_a_mail_that_kills_its_reader_is_set_aside_and_the_others_go_through(
    worker: Program,
) -> None:
    taken = polled(
        worker, Box(("09:00", POISON), ("10:00", GOOD), ("11:00", POISON))
    )
    assert outcomes(worker) == ["set_aside", "reported", "set_aside"]
    assert len(taken.set_aside) == 2
    assert (
        sum(b"POISON" in raw for raw in readers(worker).seen) == 2 * READ_TRIES
    )
    assert worker.store.unhandled() == []
    for seen in worker.store.ledger().messages:
        assert worker.vault.open(seen.key)
    polled(worker, Box(("09:00", POISON), uidvalidity=2))
    assert outcomes(worker)[-1] == "set_aside", (
        "seen again it costs itself alone"
    )


def test_a_broken_installation_sets_no_mail_aside(worker: Program) -> None:
    readers(worker).death = lambda: EdgeError(
        "reader_start", "文件读取程序无法启动"
    )
    box = Box(("09:00", POISON))
    for _ in range(2 * READ_TRIES):
        with pytest.raises(EdgeError):
            polled(worker, box)
    assert outcomes(worker) == []
    assert len(worker.store.unhandled()) == 1


def later(worker: Program, hours: float) -> Intake:
    """The same way in, so many hours after the first poll."""
    when = FixedClock(worker.clock.now() + timedelta(hours=hours))
    return replace(worker.intake(), clock=when)


def test_a_mail_that_alone_is_refused_is_given_up_after_a_day_and_said(
    worker: Program,
) -> None:
    box = Box(("09:00", GOOD), ("10:00", None))
    for n in range(2 * FETCH_TRIES):
        taken = polled(worker, box, later(worker, n / 10))
        assert taken.set_aside == []
        assert len(taken.unfetched) == 1, "the mailbox was not read to its end"
    taken = polled(
        worker, box, later(worker, LOST_FOR / timedelta(hours=1) + 1)
    )
    assert (len(taken.set_aside), taken.unfetched) == (1, [])
    assert outcomes(worker) == ["reported", "set_aside"]
    assert polled(worker, box, later(worker, 30)).set_aside == []


@pytest.mark.parametrize("failure", ["empty", "garbled: NO", "timeout"])
def test_where_no_mail_comes_the_server_is_at_fault(
    worker: Program, failure: str
) -> None:
    box = Box(("09:00", None), ("10:00", None))
    box.failure = failure
    for hours in (0, 1, 10, 20, 30, 60, 90):
        taken = polled(worker, box, later(worker, hours))
        assert (taken.set_aside, len(taken.unfetched)) == ([], 2)
    box.mails = {n: (when, GOOD) for n, (when, _) in box.mails.items()}
    box.mails[2] = (box.mails[2][0], OTHER)
    assert polled(worker, box, later(worker, 91)).unfetched == []
    assert outcomes(worker) == ["reported", "reported"]


def test_the_server_at_fault_is_known_by_a_mail_that_it_handed_out_before(
    worker: Program,
) -> None:
    box = Box(("09:00", GOOD), ("10:00", None))
    polled(worker, Box(("09:00", GOOD)))
    known = box.mails[1]
    box.mails[1] = (known[0], None)  # today it hands out nothing at all
    for hours in (0, 10, 20, 30, 40, 50):
        assert polled(worker, box, later(worker, hours)).set_aside == []
    box.mails[1] = known
    for hours in (60, 70, 80, 84, 90):
        polled(worker, box, later(worker, hours))
    assert outcomes(worker)[-1] == "set_aside"


def test_a_mail_that_has_gone_from_the_folder_is_nobodys(
    worker: Program,
) -> None:
    box = Box(("09:00", GOOD), ("10:00", None))
    box.failure = "gone"
    taken = polled(worker, box)
    assert (taken.recorded, taken.unfetched, taken.set_aside) == (1, [], [])


def test_a_move_that_fails_costs_the_move_alone(worker: Program) -> None:
    box = Box(("09:00", GOOD), ("10:00", OTHER))
    box.move_trouble = Refused("imap", "邮箱服务器拒绝了操作")
    intake = replace(worker.intake(), done_folder="已处理")
    taken = polled(worker, box, intake)
    assert (taken.recorded, taken.unmoved) == (2, "邮箱服务器拒绝了操作")
    assert outcomes(worker) == ["reported", "reported"]


def test_what_can_be_fetched_in_the_end_counts(worker: Program) -> None:
    box = Box(("10:00", None))
    polled(worker, box)
    box.mails[1] = (box.mails[1][0], GOOD)
    assert polled(worker, box).recorded == 1
    assert outcomes(worker) == ["reported"]


def broken_off(worker: Program, box: Box) -> None:
    """A poll that ends in a lost connection; what came before is taken in, as the worker does."""
    with suppress(BrokeOff):
        polled(worker, box)
    take_in(worker.intake(), Taken())


def test_a_mail_that_breaks_every_connection_keeps_no_other_one_back(
    worker: Program,
) -> None:
    box = Box(("09:00", OTHER), ("10:00", GOOD), ("11:00", POISON))
    box.breaking = {1}
    for _ in range(SUSPECT_AFTER):
        broken_off(worker, box)
        assert outcomes(worker) == [], (
            "until then the order is kept: it may be the network"
        )
    broken_off(
        worker, box
    )  # all three broke with it; each alone, the other two come
    broken_off(worker, box)
    assert sorted(outcomes(worker)) == ["reported", "set_aside"]
    assert worker.store.ledger().counting.keys() == {"甲县"}


def test_a_bad_network_gives_no_mail_up_within_a_day(worker: Program) -> None:
    box = Box(("10:00", GOOD))
    box.breaking = {1}
    for _ in range(5 * FETCH_TRIES):
        broken_off(worker, box)
    assert outcomes(worker) == []
    after = later(worker, LOST_FOR / timedelta(hours=1))
    taken = Taken()
    with pytest.raises(BrokeOff):
        poll(box, after, taken)
    assert len(taken.set_aside) == 1, "it was tried once more, and broke again"
    box.breaking = set()
    assert polled(worker, box, after).fetched == 0, "a person was told"


def test_no_mail_is_given_up_without_another_try(worker: Program) -> None:
    """Refused on Friday, mended on Saturday, asked for again on Monday."""
    box = Box(("09:00", GOOD), ("10:00", None))
    box.breaking = {1}
    for hours in range(3 * FETCH_TRIES):
        with suppress(BrokeOff):
            polled(worker, box, later(worker, hours / 10))
    box.mails[2] = (box.mails[2][0], OTHER)
    box.breaking = set()
    monday = later(worker, 60)
    taken = polled(worker, box, monday)
    assert (taken.set_aside, taken.unfetched) == ([], [])
    assert outcomes(worker) == ["reported", "reported"]


def test_what_is_still_to_come_is_said(worker: Program) -> None:
    box = Box(("10:00", None), ("11:00", OTHER))
    assert len(polled(worker, box).unfetched) == 1
    box.failure = "gone"
    assert polled(worker, box).unfetched == [], "what was deleted comes no more"


def test_other_mails_under_known_numbers_are_found(worker: Program) -> None:
    """NetEase's UIDVALIDITY is always 1: after a restore the same UIDs may name other mails."""
    third = form_mail(
        "bing@example.cn", "丙公司", "2015年9月10日", 50, "2015-09-10 12:00"
    )
    polled(worker, Box(("10:00", GOOD), ("11:00", OTHER)))
    taken = polled(worker, Box(("12:00", third), ("10:00", GOOD)))
    assert (taken.recorded, len(outcomes(worker))) == (1, 2 + 1)
    again = polled(worker, Box(("12:00", third), ("10:00", GOOD)), whole=True)
    assert (again.fetched, again.recorded) == (0, 0)


def test_control_by_their_numbers_alone_they_are_lost(
    worker: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "_renumbered", lambda known, seen: False)
    third = form_mail(
        "bing@example.cn", "丙公司", "2015年9月10日", 50, "2015-09-10 12:00"
    )
    polled(worker, Box(("10:00", GOOD), ("11:00", OTHER)))
    polled(worker, Box(("12:00", third), ("10:00", GOOD)), whole=True)
    assert len(outcomes(worker)) == 2


def test_far_below_a_renumbering_shows_in_the_daily_comparison(
    worker: Program,
) -> None:
    third = form_mail(
        "bing@example.cn", "丙公司", "2015年9月10日", 50, "2015-09-10 12:00"
    )
    polled(worker, Box(("10:00", GOOD), ("11:00", OTHER)))
    changed = Box(("12:00", third), ("11:00", OTHER))
    assert polled(worker, changed).recorded == 0
    assert polled(worker, changed, whole=True).recorded == 1


@pytest.mark.parametrize("what", ["size", "time"])
def test_a_server_whose_sizes_or_dates_drift_is_not_read_anew(
    worker: Program, what: str
) -> None:
    polled(worker, Box(("10:00", GOOD)))
    drifting = Box(
        (
            "10:00" if what == "size" else "10:01",
            GOOD if what == "time" else GOOD + b"x",
        )
    )
    assert polled(worker, drifting, whole=True).fetched == 0


def test_a_mail_that_is_too_big_is_answered_from_its_header(
    worker: Program,
) -> None:
    box = Box(("11:00", None))
    box.failure = "too_big"
    polled(worker, box)
    (seen,) = worker.store.ledger().messages
    assert (seen.outcome, seen.unit) == ("unreadable", "乙县")


@pytest.mark.parametrize(
    ("field", "outcome"),
    [
        (b"X-None: x", "unreadable"),
        (b"Precedence: bulk", "unreadable"),
        (b"X-Autoreply: yes", "unreadable"),
        (b"X-Xunbao: receipt", "unreadable"),
        (b"From: stranger@example.org", "ignored"),
    ],
)
def test_no_registered_senders_big_mail_is_ignored_in_silence(
    worker: Program, field: bytes, outcome: str
) -> None:
    class Headed(Box):
        def header(self, sighting: Sighting) -> bytes:
            lines = super().header(sighting).split(b"\r\n")
            if field.startswith(b"From"):
                lines = [x for x in lines if not x.startswith(b"From")]
            lines = [x for x in lines if not x.startswith(b"Subject")]
            return b"\r\n".join([field, "Subject: 材料".encode(), *lines])

    box = Headed(("11:00", None))
    box.failure = "too_big"
    polled(worker, box)
    assert outcomes(worker) == [outcome]


def test_a_number_that_shows_up_late_is_still_found(worker: Program) -> None:
    box = Box(("10:00", GOOD), ("11:00", OTHER), first=300)
    late = box.mails.pop(300)
    polled(worker, box)
    box.mails[300] = late
    assert polled(worker, box).recorded == 1


def test_only_the_comparison_of_the_whole_list_finds_what_is_far_below(
    worker: Program,
) -> None:
    box = Box(("11:00", OTHER), first=5000)
    polled(worker, box)
    box.mails[7] = (moment("2015-09-10 10:00"), GOOD)
    assert polled(worker, box).recorded == 0
    assert polled(worker, box, whole=True).recorded == 1


def test_what_was_handled_is_moved_where_the_config_says_so(
    worker: Program,
) -> None:
    box = Box(("10:00", GOOD), ("11:00", OTHER))
    polled(worker, box, replace(worker.intake(), done_folder="已处理"))
    assert sorted(box.moved) == [(1, "已处理"), (2, "已处理")]


def test_told_to_stop_it_leaves_the_rest_for_the_next_time(
    worker: Program,
) -> None:
    stopping = iter([False, True])
    polled(
        worker,
        Box(("10:00", GOOD), ("11:00", OTHER)),
        replace(worker.intake(), stopping=lambda: next(stopping)),
    )
    assert len(outcomes(worker)) == 1
    taken = Taken()
    take_in(worker.intake(), taken)
    assert (taken.recorded, len(outcomes(worker))) == (1, 2)
