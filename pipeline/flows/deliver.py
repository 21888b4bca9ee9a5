"""The outbox's way out: `sending` is committed before the server is spoken to, the answer before the next copy.

A letter that was written earlier is asked once more whether it is still true. A copy in doubt after a crash goes again under
the same Message-ID, except a bulletin, which is never sent twice.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.flows.ports import Outbox, Post, Vault
from pipeline.judging.due import Campaign, still_true
from pipeline.model.failure import EdgeError
from pipeline.model.ledger import Ledger
from pipeline.model.outbox import Delivery, DeliveryEvent, DeliveryState
from pipeline.model.post import PostAnswer, Verdict

_MOST_TRIES = 20
_STATES = {
    Verdict.SENT: DeliveryState.SENT,
    Verdict.TRANSIENT: DeliveryState.TRANSIENT,
    Verdict.CONFIGURATION: DeliveryState.TRANSIENT,
    Verdict.UNKNOWN: DeliveryState.UNKNOWN,
    Verdict.REFUSED_RECIPIENT: DeliveryState.FAILED,
    Verdict.REFUSED_TEXT: DeliveryState.FAILED,
}
_CONFIGURATION_RETRY = timedelta(minutes=30)


@dataclass
class Delivered:
    """What a round of sending did, for the log, the exit status and the alerts."""

    sent: int = 0
    problems: list[str] = field(default_factory=list)
    stopped: str = ""  # why the queue was stopped, "" when it was not


@dataclass(frozen=True)
class Dispatch:
    campaign: Campaign
    outbox: Outbox
    vault: Vault
    post: Callable[[], AbstractContextManager[Post]]
    tell: Callable[[str], None] = lambda text: None
    stopping: Callable[[], bool] = lambda: False


def deliver(now: Callable[[], datetime], dispatch: Dispatch, ledger: Ledger) -> Delivered:
    """Sends every copy that is due; the server is spoken to only when there is something to send."""
    done = Delivered()
    due = [d for d in dispatch.outbox.open_deliveries() if _due(d, now(), dispatch, ledger, done)]
    if not due:
        return done
    with dispatch.post() as post:
        for delivery in due:
            if done.stopped or dispatch.stopping():
                break
            _send(delivery, post, now, dispatch, done)
    return done


def _due(delivery: Delivery, now: datetime, dispatch: Dispatch, ledger: Ledger, done: Delivered) -> bool:
    if delivery.retry_at is not None and delivery.retry_at > now:
        return False
    if delivery.state is DeliveryState.SENDING and delivery.once_only:
        text = "程序在发送途中中断，是否已发出不能确定，未重发"
        dispatch.outbox.record(DeliveryEvent(delivery.id, now, DeliveryState.UNKNOWN, text=text))
        done.problems.append(f"{delivery.recipient}：{text}")
        return False
    if not all(still_true(action, now, dispatch.campaign, ledger) for action in delivery.actions):
        dispatch.outbox.record(
            DeliveryEvent(delivery.id, now, DeliveryState.WITHDRAWN, text="发送前情况已变，不再需要")
        )
        return False
    return True


def _send(
    delivery: Delivery, post: Post, now: Callable[[], datetime], dispatch: Dispatch, done: Delivered
) -> None:
    raw = dispatch.vault.open(delivery.key)
    dispatch.outbox.record(DeliveryEvent(delivery.id, now(), DeliveryState.SENDING))
    try:
        answer = post.deliver(delivery.recipient, raw)
    except EdgeError as trouble:
        event = DeliveryEvent(delivery.id, now(), DeliveryState.TRANSIENT, text=str(trouble), retry_at=now())
        dispatch.outbox.record(event)
        raise
    event = _event(delivery, answer, now())
    dispatch.outbox.record(event)
    if event.state is DeliveryState.SENT:
        done.sent += 1
        dispatch.tell(f"已发 {delivery.recipient}")
    elif answer.verdict is not Verdict.TRANSIENT or event.state is DeliveryState.FAILED:
        done.problems.append(f"{delivery.recipient}：{answer.code} {answer.text}"[:300])
    if answer.verdict is Verdict.CONFIGURATION:
        done.stopped = f"{answer.code} {answer.text}"[:300]


def _event(delivery: Delivery, answer: PostAnswer, now: datetime) -> DeliveryEvent:
    state = _STATES[answer.verdict]
    if state is DeliveryState.UNKNOWN and not delivery.once_only:
        state = DeliveryState.TRANSIENT  # in doubt: again under the same Message-ID
    if state is DeliveryState.TRANSIENT and delivery.tries >= _MOST_TRIES:
        state = DeliveryState.FAILED
    wait = _CONFIGURATION_RETRY if answer.verdict is Verdict.CONFIGURATION else timedelta(minutes=15)
    if answer.retry_after is not None:
        wait = timedelta(seconds=answer.retry_after)
    retry_at = now + wait if state is DeliveryState.TRANSIENT else None
    return DeliveryEvent(
        delivery.id, now, state, answer.verdict.value, answer.code, answer.text, answer.queue_id, retry_at
    )
