"""After a backup was put back: what may have gone out since it was made, and must not
go out twice, is left to a person.

Letters may go once more, under the same Message-ID; a bulletin never (rules.md 9). The
ledger cannot know what was sent after the backup, so every bulletin that it holds as
not yet sent is in doubt.
"""

from datetime import datetime

from pipeline.flows.compose import Desk
from pipeline.judging.progress.agenda import bulletin_time
from pipeline.model.notice import (
    Action,
    DropReason,
    NoticeKind,
)
from pipeline.model.notice_key import bulletin_key
from pipeline.model.outgoing import DeliveryEvent, DeliveryState
from pipeline.writing.sentences import drop_sentence

_DOUBT = drop_sentence(DropReason.RESTORED)


def leave_doubts_to_a_person(now: datetime, desk: Desk) -> list[str]:
    """Ends every bulletin that is in doubt; a sentence for each."""
    return [*_copies(now, desk), *_months(now, desk)]


def _copies(now: datetime, desk: Desk) -> list[str]:
    """Copies of bulletins that were planned when the backup was made."""
    waiting = []
    for d in desk.outbox.open_deliveries():
        if d.once_only:
            waiting.append(d)
    for delivery in waiting:
        desk.outbox.record(
            DeliveryEvent(
                delivery_id=delivery.id,
                at=now,
                state=DeliveryState.UNKNOWN,
                text=_DOUBT,
            )
        )
    return [
        f"发给 {delivery.recipient} 的通报：是否已发出不能确定，没有重发"
        for delivery in waiting
    ]


def _months(now: datetime, desk: Desk) -> list[str]:
    """Months whose bulletin has come due and that the ledger has not planned."""
    settled = desk.ledger(now).settled
    times = {
        month: bulletin_time(month, desk.campaign)
        for month in desk.campaign.calendar.months
    }
    doubtful = {
        month: at
        for month, at in times.items()
        if at <= now and bulletin_key(month) not in settled
    }
    actions = [
        Action(
            kind=NoticeKind.MONTHLY_BULLETIN,
            key=bulletin_key(month),
            due_at=at,
            month=month,
            drop_reason=DropReason.RESTORED,
        )
        for month, at in doubtful.items()
    ]
    desk.outbox.settle(actions, (), now)
    return [
        f"{month} 的通报：备份里没有发过的记录。请查发件箱；没有发过的，用 xunbao "
        f"bulletin --month {month} --send --to 邮箱 发出"
        for month in doubtful
    ]
