"""The way out, on a real outbox: what a server's answer does to a copy; a post office in memory stands for the server."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from judging_makers import CAMPAIGN, SEP10, at, ledger, report
from sqlalchemy import text

from pipeline.edges.files.vault import Vault
from pipeline.edges.ledger.cooldowns import Pauses
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.outbox import Outbox
from pipeline.flows.cooldown_gate import Door
from pipeline.flows.deliver import Delivered, Dispatch, deliver, next_try
from pipeline.model.ledger import Ledger
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.operation.clock_evidence import ClockDoubt, ClockSource
from pipeline.model.operation.errors import EdgeError, Refused, Unreachable
from pipeline.model.operation.post import (
    SERVER_SECOND,
    PostAnswer,
    Verdict,
)
from pipeline.model.outgoing import DeliveryEvent, DeliveryState, FrozenMail

NOW = at("09-11 09:05")
SENT = PostAnswer(Verdict.SENT, 250, "OK", "queued-1")


@dataclass
class Office:
    """Answers as it was told, one answer a copy; then SENT."""

    answers: list[PostAnswer | Exception] = field(default_factory=list)
    took: list[str] = field(default_factory=list)
    opened: int = 0

    def check(self) -> list[str]:
        return []

    @contextmanager
    def open(self) -> Iterator["Office"]:
        self.opened += 1
        yield self

    def deliver(self, recipient: str, raw: bytes) -> PostAnswer:
        answer = self.answers.pop(0) if self.answers else SENT
        if isinstance(answer, Exception):
            raise answer
        if answer.verdict is Verdict.SENT:
            self.took.append(recipient)
        return answer


@dataclass
class Desk:
    outbox: Outbox
    vault: Vault
    office: Office = field(default_factory=Office)
    stopping: bool = False
    account: str = "as configured"

    def plan(
        self,
        key: str,
        *to: str,
        once_only: bool = False,
        kind: NoticeKind = NoticeKind.OVERDUE_REMINDER,
    ) -> None:
        action = Action(kind, key, at("09-11 09:00"), "甲县", SEP10, to=to)
        raw = self.vault.keep(key.encode())
        assert self.outbox.plan(
            FrozenMail(f"<{key}@x>", raw, key, to, (action,), once_only), NOW
        )

    def next_try(self, now: datetime) -> datetime | None:
        return next_try(now, self.dispatch(now))

    def send(
        self, now: datetime = NOW, known: Ledger | None = None
    ) -> Delivered:
        return deliver(lambda: now, self.dispatch(now), known or Ledger())

    def dispatch(self, now: datetime) -> Dispatch:
        door = Door(
            "post",
            Pauses(self.outbox.engine),
            lambda: self.account,
            lambda: now,
        )
        return Dispatch(
            CAMPAIGN,
            self.outbox,
            self.vault,
            self.office.open,
            door,
            stopping=lambda: self.stopping,
        )

    def states(self) -> list[str]:
        return [line.state for line in self.outbox.notices()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(
        Outbox(open_database(f"sqlite:///{tmp_path}/ledger.db")),
        Vault(tmp_path / "raw"),
    )


def test_every_recipient_gets_a_copy_once(desk: Desk) -> None:
    desk.plan("a", "jia@example.cn", "yi@example.cn")
    assert (desk.send().sent, desk.states()) == (2, ["sent"])
    assert desk.office.took == ["jia@example.cn", "yi@example.cn"]
    assert desk.send() == Delivered()
    assert desk.office.opened == 1, (
        "the server is not spoken to when there is nothing to say"
    )


@pytest.mark.parametrize(
    ("answer", "state", "stops", "told"),
    [
        (
            PostAnswer(Verdict.TRANSIENT, 451, "MI:SFQ", retry_after=900),
            "planned",
            False,
            False,
        ),
        (
            PostAnswer(Verdict.REFUSED_RECIPIENT, 550, "User not found"),
            "failed",
            False,
            True,
        ),
        (
            PostAnswer(Verdict.REFUSED_TEXT, 554, "DT:SPM"),
            "failed",
            False,
            True,
        ),
        (
            PostAnswer(Verdict.CONFIGURATION, 535, "authentication failed"),
            "planned",
            True,
            True,
        ),
        (PostAnswer(Verdict.UNKNOWN, 0, "cut off"), "planned", False, True),
    ],
)
def test_what_an_answer_means(
    desk: Desk, answer: PostAnswer, state: str, stops: bool, told: bool
) -> None:
    desk.plan("a", "jia@example.cn")
    desk.plan("b", "yi@example.cn")
    desk.office.answers = [answer]
    done = desk.send()
    assert desk.states() == [state, "planned" if stops else "sent"]
    assert (bool(done.stopped), bool(done.problems)) == (stops, told)


def test_a_refusal_for_now_is_tried_again_after_its_time_and_not_before(
    desk: Desk,
) -> None:
    desk.plan("a", "jia@example.cn")
    desk.office.answers = [
        PostAnswer(Verdict.TRANSIENT, 451, "DT:SPM", retry_after=120)
    ]
    desk.send()
    assert desk.send(NOW + timedelta(seconds=119)) == Delivered()
    assert desk.send(NOW + timedelta(seconds=120)).sent == 1


@pytest.mark.parametrize(
    ("answer", "tries", "after"),
    [
        (
            PostAnswer(Verdict.TRANSIENT, 451, "greylisted", retry_after=900),
            20,
            timedelta(days=2),
        ),
        # facts.md: again after 2 minutes, three times
        (
            PostAnswer(
                Verdict.TRANSIENT, 451, "DT:SPM", retry_after=120, most_tries=4
            ),
            4,
            timedelta(minutes=6),
        ),
    ],
)
def test_a_copy_that_is_always_refused_for_now_is_given_up_late_enough(
    desk: Desk, answer: PostAnswer, tries: int, after: timedelta
) -> None:
    desk.plan("a", "jia@example.cn", kind=NoticeKind.RECEIPT)
    desk.office.answers = [answer] * 100
    now = NOW
    while desk.states() == ["planned"]:
        found = desk.send(now)
        (now,) = [d.retry_at for d in desk.outbox.open_deliveries()] or [now]
    assert desk.states() == ["failed"]
    assert found.problems
    assert 100 - len(desk.office.answers) == tries
    assert after <= now - NOW < after * 1.5


@pytest.mark.parametrize(
    "answer",
    [
        PostAnswer(Verdict.CONFIGURATION, 535, "authentication failed"),
        PostAnswer(Verdict.PAUSED, 421, "HL:REP", retry_after=900),
        Unreachable("smtp", "连不上发信服务器"),
    ],
)
def test_what_is_no_fault_of_the_mail_costs_it_no_try(
    desk: Desk, answer: PostAnswer | Exception
) -> None:
    """A wrong password over a weekend, and a greylist on Monday: the letter still goes."""
    desk.plan("a", "jia@example.cn", kind=NoticeKind.RECEIPT)
    now = NOW
    # Two weeks, and more tries than a letter has
    for _ in range(25):
        now += timedelta(hours=13)
        desk.office.answers = [answer]
        with suppress(Unreachable):
            desk.send(now)
    assert [d.tries for d in desk.outbox.open_deliveries()] == [0]
    desk.office.answers = [
        PostAnswer(Verdict.TRANSIENT, 450, "greylisted", retry_after=900)
    ]
    now += timedelta(hours=13)
    desk.send(now)
    assert desk.states() == ["planned"]
    assert desk.send(now + timedelta(minutes=15)).sent == 1


def test_a_refused_login_is_tried_ever_more_seldom_and_at_once_when_it_is_changed(
    desk: Desk,
) -> None:
    desk.plan("a", "jia@example.cn", kind=NoticeKind.RECEIPT)
    refused = PostAnswer(Verdict.CONFIGURATION, 535, "authentication failed")
    tried = []
    # cron, every half hour, over three days
    for minute in range(0, 3 * 24 * 60, 30):
        desk.office.answers = [refused]
        if desk.send(NOW + timedelta(minutes=minute)).spoken:
            tried.append(minute)
    assert tried == [0, 30, 90, 210, 450, 930, 1650, 2370, 3090, 3810]
    desk.account = "with another password"
    desk.office.answers = []
    assert desk.send(NOW + timedelta(minutes=3811)).sent == 1
    desk.plan("b", "yi@example.cn", kind=NoticeKind.RECEIPT)
    desk.office.answers = [refused]
    desk.send(NOW + timedelta(minutes=3812))
    assert desk.send(NOW + timedelta(minutes=3842)).sent == 1, (
        "the first wait again: it had worked in between"
    )


def test_a_pause_holds_the_whole_queue_and_what_is_behind_is_not_touched(
    desk: Desk,
) -> None:
    for name in "abc":
        desk.plan(name, f"{name}@example.cn", kind=NoticeKind.RECEIPT)
    desk.office.answers = [
        SENT,
        PostAnswer(Verdict.PAUSED, 451, "MI:SFQ", retry_after=900),
    ]
    assert desk.send().sent == 1
    assert len(desk.office.answers) == 0
    assert not desk.send(NOW + timedelta(seconds=899)).spoken
    assert desk.send(NOW + timedelta(seconds=900)).sent == 2
    assert desk.office.took == ["a@example.cn", "b@example.cn", "c@example.cn"]


def test_one_refusal_to_several_recipients_is_about_us(desk: Desk) -> None:
    for name in "abcde":
        desk.plan(name, f"{name}@example.cn", kind=NoticeKind.RECEIPT)
    desk.office.answers = [
        PostAnswer(
            Verdict.TRANSIENT,
            550,
            f"refused <{name}@example.cn> id-{n}77",
            retry_after=900,
            most_tries=2,
        )
        for n, name in enumerate("abc")
    ]
    done = desk.send()
    assert done.paused, "the queue waits, and an alarm can say why"
    assert desk.office.took == []
    later = NOW + timedelta(hours=2)
    assert desk.send(later).sent == 5, "everything goes after mending"
    assert desk.states() == ["sent"] * 5


def test_dead_addresses_are_no_fault_of_ours(desk: Desk) -> None:
    for name in "abcde":
        desk.plan(name, f"{name}@example.cn", kind=NoticeKind.RECEIPT)
    dead = PostAnswer(Verdict.REFUSED_RECIPIENT, 550, "5.1.1 User unknown")
    desk.office.answers = [dead] * 4
    assert (desk.send().paused, len(desk.office.took)) == ("", 1)


def test_a_worker_that_stays_sleeps_until_something_can_go(desk: Desk) -> None:
    """Found by the soak: with the door shut, a copy whose own wait was over woke the worker every minute."""
    desk.plan("a", "jia@example.cn", kind=NoticeKind.RECEIPT)
    desk.plan("b", "yi@example.cn", kind=NoticeKind.RECEIPT)
    later = NOW + timedelta(minutes=10)
    desk.office.answers = [
        PostAnswer(Verdict.TRANSIENT, 450, "busy", retry_after=900),
        PostAnswer(Verdict.PAUSED, 451, "MI:SFQ", retry_after=3600),
    ]
    desk.send()
    assert desk.next_try(later) == NOW + timedelta(hours=1)
    desk.account = "changed"
    assert desk.next_try(later) == NOW + timedelta(minutes=15)
    assert desk.send(NOW + timedelta(hours=2)).sent == 2
    assert desk.next_try(NOW + timedelta(hours=2)) is None


def test_one_refused_for_now_keeps_no_other_back(desk: Desk) -> None:
    for name in "abc":
        desk.plan(name, f"{name}@example.cn", kind=NoticeKind.RECEIPT)
    desk.office.answers = [
        SENT,
        PostAnswer(Verdict.TRANSIENT, 450, "busy", retry_after=900),
    ]
    assert desk.send().sent == 2
    assert desk.office.took == ["a@example.cn", "c@example.cn"]


def test_a_mail_that_breaks_connections_goes_last_the_next_time(
    desk: Desk,
) -> None:
    broken = PostAnswer(
        Verdict.TRANSIENT, 0, "connection lost", retry_after=900
    )
    for name in "abc":
        desk.plan(name, f"{name}@example.cn", kind=NoticeKind.RECEIPT)
    desk.office.answers = [broken, SENT, broken]
    assert desk.send().sent == 1, (
        "a server that still takes mail is not left alone"
    )
    desk.plan("d", "d@example.cn", kind=NoticeKind.RECEIPT)
    desk.office.answers = [SENT, broken, broken]
    later = NOW + timedelta(minutes=16)
    assert desk.send(later).paused, "two connections lost one after the other"
    assert desk.office.took == ["b@example.cn", "d@example.cn"]


@pytest.mark.parametrize(
    ("once_only", "state", "took"), [(False, "sent", 1), (True, "failed", 0)]
)
def test_a_copy_in_doubt_goes_again_unless_it_may_go_only_once(
    desk: Desk, once_only: bool, state: str, took: int
) -> None:
    """The worker died between `sending` and the server's answer."""
    desk.plan("a", "jia@example.cn", once_only=once_only)
    (copy,) = desk.outbox.open_deliveries()
    desk.outbox.record(DeliveryEvent(copy.id, NOW, DeliveryState.SENDING))
    done = desk.send()
    assert (desk.states(), len(desk.office.took)) == ([state], took)
    assert bool(done.problems) is once_only


def test_a_bulletin_cut_off_after_its_last_dot_is_never_sent_again(
    desk: Desk,
) -> None:
    desk.plan(
        "a", "jia@example.cn", once_only=True, kind=NoticeKind.MONTHLY_BULLETIN
    )
    desk.office.answers = [PostAnswer(Verdict.UNKNOWN, 0, "cut off")]
    assert desk.send().problems
    assert desk.send(NOW + timedelta(days=1)) == Delivered()


@pytest.mark.parametrize(
    "error",
    [Unreachable("smtp", "连不上发信服务器"), Refused("smtp", "登录被拒绝")],
)
def test_a_server_that_is_away_loses_nothing(
    desk: Desk, error: Exception
) -> None:
    desk.plan("a", "jia@example.cn")
    desk.office.answers = [error]
    with pytest.raises(type(error)):
        desk.send()
    assert desk.states() == ["planned"]
    assert desk.send().sent == 1


def test_a_reminder_whose_reason_has_gone_is_withdrawn(desk: Desk) -> None:
    desk.plan("a", "jia@example.cn")
    assert (
        desk.send(known=ledger(report("甲县", SEP10, 100, "09-11 09:02")))
        == Delivered()
    )
    assert (desk.states(), desk.office.took) == (["dropped"], [])
    assert desk.send() == Delivered(), "withdrawn it stays"


def test_told_to_stop_it_leaves_the_rest_for_the_next_time(desk: Desk) -> None:
    desk.plan("a", "jia@example.cn")
    desk.stopping = True
    assert (desk.send().sent, desk.states()) == (0, ["planned"])
    desk.stopping = False
    assert desk.send().sent == 1


def test_what_the_server_named_it_is_kept(desk: Desk) -> None:
    desk.plan("a", "jia@example.cn")
    desk.send()
    (line,) = desk.outbox.notices()
    assert (line.sent_at, line.message_id) == (NOW, "<a@x>")
    assert replace(line.action, to=()) == Action(
        NoticeKind.OVERDUE_REMINDER, "a", at("09-11 09:00"), "甲县", SEP10
    )


AHEAD = ClockDoubt(timedelta(hours=3), ClockSource.POST, NOW)
# What a server answers that names its time, where ours is that much ahead of it
_THEIRS = int((NOW - AHEAD.ahead).timestamp())
THREE_HOURS_AHEAD = replace(SENT, text=f"OK {SERVER_SECOND} {_THEIRS}")


def test_the_first_answer_that_shows_a_wrong_clock_stops_every_verdict(
    desk: Desk,
) -> None:
    desk.plan("overdue", "a@example.cn")
    desk.plan("bulletin", "b@example.cn", kind=NoticeKind.MONTHLY_BULLETIN)
    desk.plan("receipt", "c@example.cn", kind=NoticeKind.RECEIPT)
    desk.office.answers.append(THREE_HOURS_AHEAD)
    desk.send()
    assert desk.office.took == ["c@example.cn"]
    assert desk.states() == ["planned", "planned", "sent"]


def test_where_all_are_verdicts_staff_get_the_one_that_shows_the_clock(
    desk: Desk,
) -> None:
    """A first wake in an empty mailbox: nothing else can have told of the time."""
    desk.plan("overdue", "a@example.cn")
    desk.plan("digest", "staff@example.cn", kind=NoticeKind.PERIOD_DIGEST)
    desk.plan("talks", "staff@example.cn", kind=NoticeKind.TALK_PROPOSAL)
    desk.plan("draft", "staff@example.cn", kind=NoticeKind.BULLETIN_DRAFT)
    desk.office.answers.append(THREE_HOURS_AHEAD)
    desk.send()
    assert desk.office.took == ["staff@example.cn"]
    assert desk.states() == ["planned", "sent", "planned", "planned"]


def test_with_a_right_clock_all_of_them_go(desk: Desk) -> None:
    desk.plan("overdue", "a@example.cn")
    desk.plan("receipt", "c@example.cn", kind=NoticeKind.RECEIPT)
    desk.send(known=ledger())
    assert desk.office.took == ["c@example.cn", "a@example.cn"]


def test_what_waits_for_the_clock_is_not_withdrawn_and_goes_later(
    desk: Desk,
) -> None:
    desk.plan("overdue", "a@example.cn")
    desk.send(known=replace(ledger(), clock=AHEAD))
    assert desk.states() == ["planned"]
    desk.send(known=ledger())
    assert desk.states() == ["sent"]


@dataclass
class WatchingOffice(Office):
    """Notes what is on record of all copies whenever it is spoken to, and taken leave
    of."""

    outbox: Outbox | None = None
    seen: list[list[str]] = field(default_factory=list)

    def _look(self) -> None:
        assert self.outbox is not None
        with self.outbox.engine.connect() as connection:
            asked = text("SELECT state FROM delivery_event ORDER BY id")
            self.seen.append(list(connection.scalars(asked)))

    @contextmanager
    def open(self) -> Iterator["Office"]:
        with super().open():
            yield self
        self._look()

    def deliver(self, recipient: str, raw: bytes) -> PostAnswer:
        self._look()
        return super().deliver(recipient, raw)


@pytest.fixture
def watched(desk: Desk) -> WatchingOffice:
    office = WatchingOffice(outbox=desk.outbox)
    desk.office = office
    desk.plan("a", "jia@example.cn", "yi@example.cn")
    return office


def test_all_is_on_record_before_the_server_is_spoken_to_again(
    desk: Desk, watched: WatchingOffice
) -> None:
    assert desk.send().sent == 2
    assert watched.seen == [
        ["sending"],
        ["sending", "sent", "sending"],
        ["sending", "sent", "sending", "sent"],
    ]


def test_what_was_taken_is_on_record_where_the_next_one_has_no_bytes(
    desk: Desk, watched: WatchingOffice
) -> None:
    raw = desk.vault.path(desk.outbox.open_deliveries()[0].key)
    seen: list[str] = []

    def gone_after_the_first() -> bool:
        if watched.took:
            raw.unlink()
            seen.append("gone")
        return False

    dispatch = replace(desk.dispatch(NOW), stopping=gone_after_the_first)
    with pytest.raises(EdgeError):
        deliver(lambda: NOW, dispatch, Ledger())
    assert seen == ["gone"]
    states = [one.state for one in desk.outbox.open_deliveries()]
    assert states == [DeliveryState.WAITING], "the other one is sent"


def test_told_to_stop_after_one_it_keeps_what_was_taken(
    desk: Desk, watched: WatchingOffice
) -> None:
    told = replace(desk.dispatch(NOW), stopping=lambda: bool(watched.took))
    assert deliver(lambda: NOW, told, Ledger()).sent == 1
    assert watched.seen == [["sending"], ["sending", "sent"]]
