"""What a ledger holds of its campaign: which periods are closed, what waits for staff,
what came from outside; and what keeps it from being ended.

Values in, values out.
"""

from datetime import date, datetime

from pipeline.judging.progress.campaign import Campaign
from pipeline.model.arrival import IgnoredReason
from pipeline.model.ledger import Ledger
from pipeline.model.month import Month
from pipeline.model.report import ReportState
from pipeline.model.values.frozen import frozen

_OUTSIDE = (
    IgnoredReason.BEFORE_CAMPAIGN.value,
    IgnoredReason.AFTER_CAMPAIGN.value,
)


@frozen
class CampaignState:
    """Due dates by whether their close has passed; ids of the held reports; months
    whose bulletin has come due and was not drawn up; how many mails are the campaign's
    and how many came before or after it."""

    closed: tuple[date, ...]
    open: tuple[date, ...]
    held: tuple[str, ...]
    undrawn: tuple[Month, ...]
    mails: int
    outside: int


def campaign_state(
    campaign: Campaign, ledger: Ledger, now: datetime
) -> CampaignState:
    """Periods closed and open, months without a bulletin, cases open."""
    calendar = campaign.calendar
    found = []
    for p in calendar.periods:
        if p.deadline <= now:
            found.append(p.due)
    closed = tuple(found)
    drawn = set()
    for bulletin in ledger.bulletins:
        drawn.add(bulletin.month)
    undrawn = []
    for month in calendar.months:
        last = calendar.of_month(month)[-1]
        if last in closed and month not in drawn:
            undrawn.append(month)
    outside = sum(mail.reason in _OUTSIDE for mail in ledger.messages)
    return CampaignState(
        closed=closed,
        open=tuple(due for due in calendar.dues if due not in closed),
        held=tuple(r.id for r in ledger.reports if r.state is ReportState.HELD),
        undrawn=tuple(undrawn),
        mails=len(ledger.messages) - outside,
        outside=outside,
    )
