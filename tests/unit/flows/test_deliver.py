"""The way out, on a real outbox: what a server's answer does to a copy; a post office in memory stands for the server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from judging_makers import CAMPAIGN, SEP10, at, ledger, report

from pipeline.edges.database import open_database
from pipeline.edges.outbox import Outbox
from pipeline.edges.vault import Vault
from pipeline.flows.deliver import Delivered, Dispatch, deliver
from pipeline.model.failure import Refused, Unreachable
from pipeline.model.ledger import Ledger
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.outbox import DeliveryEvent, DeliveryState, FrozenMail
from pipeline.model.post import PostAnswer, Verdict

NOW = at("09-11 09:05")
SENT = PostAnswer(Verdict.SENT, 250, "OK", "queued-1")


@dataclass
class Office:
    """Answers as it was told, one answer a copy; then SENT."""

    answers: list[PostAnswer | Exception] = field(default_factory=list)
    took: list[str] = field(default_factory=list)
    opened: int = 0

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

    def plan(
        self, key: str, *to: str, once_only: bool = False, kind: NoticeKind = NoticeKind.OVERDUE_REMINDER
    ) -> None:
        action = Action(kind, key, at("09-11 09:00"), "甲县", SEP10, to=to)
        raw = self.vault.keep(key.encode())
        assert self.outbox.plan(FrozenMail(f"<{key}@x>", raw, key, to, (action,), once_only), NOW)

    def send(self, now: datetime = NOW, known: Ledger | None = None) -> Delivered:
        dispatch = Dispatch(
            CAMPAIGN, self.outbox, self.vault, self.office.open, stopping=lambda: self.stopping
        )
        return deliver(lambda: now, dispatch, known or Ledger())

    def states(self) -> list[str]:
        return [line.state for line in self.outbox.notices()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Outbox(open_database(f"sqlite:///{tmp_path}/ledger.db")), Vault(tmp_path / "raw"))


def test_every_recipient_gets_a_copy_once(desk: Desk) -> None:
    desk.plan("a", "jia@example.cn", "yi@example.cn")
    assert (desk.send().sent, desk.states()) == (2, ["sent"])
    assert desk.office.took == ["jia@example.cn", "yi@example.cn"]
    assert desk.send() == Delivered()
    assert desk.office.opened == 1, "the server is not spoken to when there is nothing to say"


@pytest.mark.parametrize(
    ("answer", "state", "stops", "told"),
    [
        (PostAnswer(Verdict.TRANSIENT, 451, "MI:SFQ", retry_after=900), "planned", False, False),
        (PostAnswer(Verdict.REFUSED_RECIPIENT, 550, "User not found"), "failed", False, True),
        (PostAnswer(Verdict.REFUSED_TEXT, 554, "DT:SPM"), "failed", False, True),
        (PostAnswer(Verdict.CONFIGURATION, 535, "authentication failed"), "planned", True, True),
        (PostAnswer(Verdict.UNKNOWN, 0, "cut off"), "planned", False, True),
    ],
)
def test_what_an_answer_means(desk: Desk, answer: PostAnswer, state: str, stops: bool, told: bool) -> None:
    desk.plan("a", "jia@example.cn")
    desk.plan("b", "yi@example.cn")
    desk.office.answers = [answer]
    done = desk.send()
    assert desk.states() == [state, "planned" if stops else "sent"]
    assert (bool(done.stopped), bool(done.problems)) == (stops, told)


def test_a_refusal_for_now_is_tried_again_after_its_time_and_not_before(desk: Desk) -> None:
    desk.plan("a", "jia@example.cn")
    desk.office.answers = [PostAnswer(Verdict.TRANSIENT, 451, "DT:SPM", retry_after=120)]
    desk.send()
    assert desk.send(NOW + timedelta(seconds=119)) == Delivered()
    assert desk.send(NOW + timedelta(seconds=120)).sent == 1


def test_a_copy_that_is_always_refused_for_now_is_given_up(desk: Desk) -> None:
    desk.plan("a", "jia@example.cn", kind=NoticeKind.RECEIPT)
    desk.office.answers = [PostAnswer(Verdict.TRANSIENT, 451, "busy", retry_after=1)] * 100
    now = NOW
    while desk.states() == ["planned"]:
        now += timedelta(minutes=15)
        problems = desk.send(now).problems
    assert desk.states() == ["failed"]
    assert problems
    assert now < NOW + timedelta(days=1)


@pytest.mark.parametrize(("once_only", "state", "took"), [(False, "sent", 1), (True, "failed", 0)])
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


def test_a_bulletin_cut_off_after_its_last_dot_is_never_sent_again(desk: Desk) -> None:
    desk.plan("a", "jia@example.cn", once_only=True, kind=NoticeKind.MONTHLY_BULLETIN)
    desk.office.answers = [PostAnswer(Verdict.UNKNOWN, 0, "cut off")]
    assert desk.send().problems
    assert desk.send(NOW + timedelta(days=1)) == Delivered()


@pytest.mark.parametrize("error", [Unreachable("smtp", "连不上发信服务器"), Refused("smtp", "登录被拒绝")])
def test_a_server_that_is_away_loses_nothing(desk: Desk, error: Exception) -> None:
    desk.plan("a", "jia@example.cn")
    desk.office.answers = [error]
    with pytest.raises(type(error)):
        desk.send()
    assert desk.states() == ["planned"]
    assert desk.send().sent == 1


def test_a_reminder_whose_reason_has_gone_is_withdrawn(desk: Desk) -> None:
    desk.plan("a", "jia@example.cn")
    assert desk.send(known=ledger(report("甲县", SEP10, 100, "09-11 09:02"))) == Delivered()
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
