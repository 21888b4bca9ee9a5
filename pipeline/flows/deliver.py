"""The outbox's way out: `sending` is committed before the server is spoken to, the
answer before the next copy is.

A letter that was written earlier is asked once more whether it is still true. A copy in
doubt after a crash goes again under the same Message-ID, except a bulletin, which is
never sent twice. What the server says of all our mail shuts its door and costs no
letter a try. Answers go first: where the server's own time shows that our clock is off,
what was written of others' silence waits.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from pipeline.flows.cooldown_gate import Door
from pipeline.flows.ports import Outbox, Post, Vault
from pipeline.judging.operation.clock_skew import difference, named_second
from pipeline.judging.progress.agenda import is_quiet
from pipeline.judging.progress.campaign import Campaign
from pipeline.model.ledger import Ledger
from pipeline.model.notice import ANSWERS, VERDICTS, NoticeKind
from pipeline.model.operation.clock_evidence import (
    ClockDoubt,
    ClockEvidence,
)
from pipeline.model.operation.cooldown import Pause
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.post import PostAnswer, Verdict
from pipeline.model.outgoing import Delivery, DeliveryEvent, DeliveryState
from pipeline.model.values.frozen import frozen
from pipeline.notices.due import still_true

_STATES = {
    Verdict.SENT: DeliveryState.SENT,
    Verdict.TRANSIENT: DeliveryState.TRANSIENT,
    Verdict.PAUSED: DeliveryState.TRANSIENT,
    Verdict.CONFIGURATION: DeliveryState.TRANSIENT,
    Verdict.UNKNOWN: DeliveryState.UNKNOWN,
    Verdict.REFUSED_RECIPIENT: DeliveryState.FAILED,
    Verdict.REFUSED_TEXT: DeliveryState.FAILED,
}
# Seconds
_IN_DOUBT_RETRY = 900
# Tries, before the wait grows
_SAME_WAIT = 4
_LONGEST_WAIT = timedelta(hours=4)
# Connections: then it is not the mail, and the server is left alone for a
# while
_LOST_IN_A_ROW = 2
# Seconds
_LOST_PAUSE = 300
# Recipients who got the same refusal: then it is about us
_SAME_TO = 3
# Seconds
_SAME_PAUSE = 3600
# Queue ids and times differ each time
_CHANGING = re.compile(r"[\w.+-]*\d[\w.+-]*")


@dataclass
class Delivered:
    """What a round of sending did, for the log, the exit status and the alarms.

    `spoken`: the server was spoken to. `stopped`: why the queue was stopped for a
    person, `paused`: why it waits by itself, "" when it was not; `pause` is for how
    long. `shut`: nothing was sent, since such a pause stood before.
    """

    sent: int = 0
    problems: list[str] = field(default_factory=list)
    spoken: bool = False
    stopped: str = ""
    paused: str = ""
    pause: Pause | None = None
    shut: bool = False


@frozen
class Dispatch:
    campaign: Campaign
    outbox: Outbox
    vault: Vault
    post: Callable[[], AbstractContextManager[Post]]
    door: Door
    tell: Callable[[str], None] = lambda text: None
    stopping: Callable[[], bool] = lambda: False
    # What the ledger tells of the server's time before the first letter goes
    clock_evidence: Callable[[], ClockEvidence] = ClockEvidence


class _Steps:
    """What happens to the copies of one round, on its way into the ledger.

    That the server took a copy is written in the transaction in which the next one
    becomes `sending`: one fsync a letter and not two, and both are still committed
    before the server is spoken to again. Any other answer is committed at once, since
    it may shut the door or end the round.
    """

    def __init__(self, dispatch: Dispatch, now: Callable[[], datetime]) -> None:
        self._dispatch = dispatch
        self.now = now
        # The answer that waits, and what is said of it once it is written
        self._waiting: tuple[DeliveryEvent, str] | None = None
        self._newest: DeliveryEvent | None = None

    def begin(self, delivery: Delivery) -> None:
        """Before MAIL FROM."""
        state = DeliveryState.SENDING
        self._write(DeliveryEvent(delivery.id, self.now(), state))

    def taken(self, event: DeliveryEvent, words: str) -> None:
        """The server took it; `words` are for the log."""
        self._waiting = (event, words)
        self._newest = event

    def not_taken(self, event: DeliveryEvent) -> None:
        self._write(event)

    def end(self) -> None:
        """However the round ends: what still waits."""
        if self._waiting is not None:
            self._write()

    def _write(self, *events: DeliveryEvent) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            self._dispatch.outbox.record(*events)
            return
        event, words = waiting
        self._dispatch.outbox.record(event, *events)
        self._dispatch.tell(words)

    @cached_property
    def _known_before(self) -> ClockEvidence:
        return self._dispatch.clock_evidence()

    def is_clock_doubted(self) -> bool:
        """Asked before each letter that says something of silence: the answer to the
        letter before may have told the server's time."""
        evidence = self._known_before
        if self._newest is not None:
            told = named_second(self._newest.text, self._newest.at)
            evidence = replace(evidence, queued=told)
        return difference(evidence, self.now()) is not None


def deliver(
    now: Callable[[], datetime], dispatch: Dispatch, ledger: Ledger
) -> Delivered:
    """Sends every copy that is due; the server is spoken to only when there is
    something to send, and its door open."""
    done = Delivered()
    due = _all_due(now, dispatch, ledger, done)
    if not due:
        return done
    done.shut = dispatch.door.closed_until() is not None
    if done.shut:
        return done
    with dispatch.post() as post, dispatch.outbox.sending():
        steps = _Steps(dispatch, now)
        try:
            _send_all(due, post, steps, dispatch, ledger, done)
        finally:
            # Before the connection is taken leave of
            steps.end()
    return done


def _send_all(
    due: list[Delivery],
    post: Post,
    steps: _Steps,
    dispatch: Dispatch,
    ledger: Ledger,
    done: Delivered,
) -> None:
    """Copy after copy, until one's answer is about us and not about that mail."""
    lost = 0
    refusals: dict[str, set[str]] = {}
    # What failed before goes last, so that a mail that breaks connections keeps no other one back.
    for delivery in sorted(due, key=_turn):
        if dispatch.stopping():
            return
        if _is_verdict(delivery) and _is_clock_doubted(steps, ledger):
            continue
        answer = _send(delivery, post, steps, dispatch, done)
        if answer.lost:
            lost = lost + 1
        else:
            lost = 0
        if _ends_the_round(answer, lost, dispatch, done):
            return
        if _is_about_us(delivery, answer, refusals):
            done.paused = f"{answer.code} {answer.text}"[:300]
            done.pause = dispatch.door.shut("limit", _SAME_PAUSE)
            return


def _all_due(
    now: Callable[[], datetime],
    dispatch: Dispatch,
    ledger: Ledger,
    done: Delivered,
) -> list[Delivery]:
    due = []
    for delivery in dispatch.outbox.open_deliveries():
        if _due(
            delivery=delivery,
            now=now(),
            dispatch=dispatch,
            ledger=ledger,
            done=done,
        ):
            due.append(delivery)
    return due


# Verdicts that the office itself reads before any unit does.
_TO_STAFF = (
    NoticeKind.PERIOD_DIGEST,
    NoticeKind.TALK_PROPOSAL,
    NoticeKind.BULLETIN_DRAFT,
)


def _turn(delivery: Delivery) -> tuple[int, bool, bool]:
    """Where nothing is known of the clock yet, the first answer tells: it should be one
    to a letter that says nothing of silence, else to one that staff get."""
    verdict = _is_verdict(delivery)
    to_units = verdict and delivery.actions[0].kind not in _TO_STAFF
    return delivery.tries, verdict, to_units


def _is_clock_doubted(steps: _Steps, ledger: Ledger) -> bool:
    """Whether the clock came to be doubted since the ledger was loaded."""
    return ledger.clock is None and steps.is_clock_doubted()


def _is_verdict(delivery: Delivery) -> bool:
    """One mail's notices are of a kind: reminders to one unit, or one notice alone."""
    return bool(delivery.actions) and delivery.actions[0].kind in VERDICTS


def _waits_for_the_clock(delivery: Delivery, doubt: ClockDoubt | None) -> bool:
    """A digest that was written in the knowledge of the doubt says so, and goes."""
    if doubt is None or not _is_verdict(delivery):
        return False
    if delivery.actions[0].kind is not NoticeKind.PERIOD_DIGEST:
        return True
    return delivery.frozen_at is None or delivery.frozen_at <= doubt.seen_at


def _is_about_us(
    delivery: Delivery, answer: PostAnswer, refusals: dict[str, set[str]]
) -> bool:
    """Whether one refusal without a recipient in it has now come to several: what is
    said to all of them is said of us. `refusals` are those of the round, by their words."""
    if answer.code < 500 or answer.verdict is Verdict.REFUSED_RECIPIENT:
        return False
    said = answer.text.lower().replace(delivery.recipient, "")
    words = _CHANGING.sub("", f"{answer.code} {said}")
    who = refusals.setdefault(words, set())
    who.add(delivery.recipient)
    return len(who) >= _SAME_TO


def next_try(now: datetime, dispatch: Dispatch) -> datetime | None:
    """When a copy that did not go is tried next: not before its wait is over, nor while
    the door is shut; None for none."""
    shut = dispatch.door.closed_until()
    waits = []
    for d in dispatch.outbox.open_deliveries():
        waits.append(max(t for t in (d.retry_at, shut, now) if t))
    return min((at for at in waits if at > now), default=None)


def _ends_the_round(
    answer: PostAnswer, lost: int, dispatch: Dispatch, done: Delivered
) -> bool:
    """Whether the answer is about us and not about that mail: the door is shut, what
    was not sent stays as it is."""
    words = f"{answer.code} {answer.text}"[:300]
    match answer.verdict:
        case Verdict.SENT:
            # Asked once: whatever shuts the door again ends the round
            if done.sent == 1:
                dispatch.door.welcomed()
        case Verdict.CONFIGURATION:
            done.stopped, done.pause = words, dispatch.door.shut("login")
        case Verdict.PAUSED:
            done.paused, done.pause = (
                words,
                dispatch.door.shut("limit", answer.retry_after),
            )
        case _ if lost >= _LOST_IN_A_ROW:
            done.paused, done.pause = (
                words,
                dispatch.door.shut("lost", _LOST_PAUSE),
            )
    return done.pause is not None


def _due(
    delivery: Delivery,
    now: datetime,
    dispatch: Dispatch,
    ledger: Ledger,
    done: Delivered,
) -> bool:
    if delivery.retry_at is not None and delivery.retry_at > now:
        return False
    if delivery.state is DeliveryState.SENDING and delivery.once_only:
        text = "程序在发送途中中断，是否已发出不能确定，未重发"
        dispatch.outbox.record(
            DeliveryEvent(
                delivery_id=delivery.id,
                at=now,
                state=DeliveryState.UNKNOWN,
                text=text,
            )
        )
        done.problems.append(f"{delivery.recipient}：{text}")
        return False
    if _waits_for_morning(delivery, now, dispatch):
        return False
    if _waits_for_the_clock(delivery, ledger.clock):
        return False
    if not all(
        still_true(action, now, dispatch.campaign, ledger)
        for action in delivery.actions
    ):
        dispatch.outbox.record(
            DeliveryEvent(
                delivery_id=delivery.id,
                at=now,
                state=DeliveryState.WITHDRAWN,
                text="发送前情况已变，不再需要",
            )
        )
        return False
    return True


def _waits_for_morning(
    delivery: Delivery, now: datetime, dispatch: Dispatch
) -> bool:
    """In the quiet hours only answers, alerts and what a person orders by name go
    (rules.md 9)."""
    if not is_quiet(now, dispatch.campaign):
        return False
    goes = (*ANSWERS, NoticeKind.ADHOC_BULLETIN)
    return not any(action.kind in goes for action in delivery.actions)


def _send(
    delivery: Delivery,
    post: Post,
    steps: _Steps,
    dispatch: Dispatch,
    done: Delivered,
) -> PostAnswer:
    raw = dispatch.vault.open(delivery.key)
    steps.begin(delivery)
    done.spoken = True
    try:
        answer = post.deliver(delivery.recipient, raw)
    except EdgeError as trouble:
        now = steps.now()
        event = DeliveryEvent(
            delivery_id=delivery.id,
            at=now,
            state=DeliveryState.TRANSIENT,
            text=str(trouble),
            retry_at=now,
        )
        steps.not_taken(event)
        raise
    event = _event(delivery, answer, steps.now())
    if event.state is DeliveryState.SENT:
        mail = delivery.mail_id.strip("<>").partition("@")[0]
        steps.taken(event, f"已发：{mail}（第 {delivery.id} 份）")
        done.sent += 1
        return answer
    steps.not_taken(event)
    if event.state is DeliveryState.FAILED or answer.verdict in (
        Verdict.UNKNOWN,
        Verdict.CONFIGURATION,
    ):
        done.problems.append(
            f"{delivery.recipient}：{answer.code} {answer.text}"[:300]
        )
    return answer


def _event(
    delivery: Delivery, answer: PostAnswer, now: datetime
) -> DeliveryEvent:
    state = _STATES[answer.verdict]
    if state is DeliveryState.UNKNOWN and not delivery.once_only:
        # In doubt: again under the same Message-ID
        state = DeliveryState.TRANSIENT
    about_this_mail = answer.verdict in (Verdict.TRANSIENT, Verdict.UNKNOWN)
    if (
        state is DeliveryState.TRANSIENT
        and about_this_mail
        and delivery.tries + 1 >= answer.most_tries
    ):
        state = DeliveryState.FAILED
    # Where the answer was about us, the door holds the queue, and opens at once when
    # the account is put right.
    again = state is DeliveryState.TRANSIENT and about_this_mail
    if again:
        retry_at = now + _wait(delivery.tries, answer)
    else:
        retry_at = None
    return DeliveryEvent(
        delivery_id=delivery.id,
        at=now,
        state=state,
        verdict=answer.verdict.value,
        code=answer.code,
        text=answer.text,
        queue_id=answer.queue_id,
        retry_at=retry_at,
    )


def _wait(tries: int, answer: PostAnswer) -> timedelta:
    """As long as the answer says, and after some tries longer: twenty of them take two
    days, as a greylist may."""
    asked = timedelta(seconds=answer.retry_after or _IN_DOUBT_RETRY)
    longer: timedelta = asked * 2.0 ** max(0, tries - _SAME_WAIT + 1)
    return max(asked, min(longer, _LONGEST_WAIT))
