"""Letters that a person orders by command: a bulletin now, the notice of a talk.

Trusts that the order was looked at: the addresses are the roster's, the mailbox was
read. Sends nothing: what is ordered goes into the outbox, once per key.
"""

from datetime import datetime

from pipeline.flows.compose import Desk, send_letter
from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.talk_letters import TalkNotice
from pipeline.model.month import Month
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.notice_key import talk_key
from pipeline.model.roster import Unit
from pipeline.notices.talk_facts import talk_line


def issue(
    bulletin: Bulletin,
    key: str,
    to: tuple[str, ...],
    desk: Desk,
    now: datetime,
) -> bool:
    """Whether it is in the outbox now; False where it was before."""
    action = Action(
        kind=bulletin.kind,
        key=key,
        due_at=now,
        month=bulletin.month,
        to=to,
    )
    return send_letter(bulletin, (action,), now, desk)


def announce_talk(
    unit: Unit, month: Month, appointment: str, desk: Desk, now: datetime
) -> bool:
    """Tells a unit of its talk, with its groups in copy; False where it was told before.
    The worker sends it at its next wake. Raises LookupError where no talk is known."""
    groups: list[str] = []
    for group in desk.campaign.roster.groups_of(unit.name):
        groups += group.emails
    action = Action(
        kind=NoticeKind.TALK_NOTICE,
        key=talk_key(unit.first_name, month),
        due_at=now,
        unit=unit.name,
        month=month,
        to=unit.emails,
        cc=tuple(groups),
    )
    campaign = desk.campaign
    letter = TalkNotice(
        line=talk_line(unit.name, month, campaign, desk.store.ledger()),
        month_name=campaign.words.month_name(month),
        appointment=appointment,
    )
    return send_letter(letter, (action,), now, desk)
