"""What 漏报 rests on: where was looked for a unit's report, when, and which mails come
nearest to being it.

Values in, values out. Proves nothing beyond what was read: a mail that never reached
the mailbox is not seen here.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from pipeline.judging.calendar import Calendar
from pipeline.judging.progress.agenda import poll_times
from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.progress.near_mails import near_mails
from pipeline.judging.progress.silence import limit
from pipeline.model.ledger import Ledger
from pipeline.model.operation.absence_proof import Absence

_BEFORE_FIRST = timedelta(days=10)
_PUNCTUAL = timedelta(hours=1)
# Mails that are named: more would not be looked at
_MOST_NEAR = 5


def absence(
    unit: str,
    period: date,
    campaign: Campaign,
    ledger: Ledger,
    polls: Iterable[datetime],
    now: datetime,
) -> Absence:
    """What was searched for a unit's report on a period, up to `now`; `polls` are all
    that read the mailbox to its end."""
    calendar = campaign.calendar
    since = _since(period, calendar)
    end = limit(unit, period, calendar, ledger)
    known_polls = tuple(polls)
    made = tuple(p for p in known_polls if since < p <= now)
    planned = (
        p
        for p in poll_times(campaign)
        if since < p < min(now, end + timedelta(days=4)) - _PUNCTUAL
    )
    folders = campaign.folders
    missed = tuple(_missed(planned, made))
    # Of a mailbox that was never read nothing is claimed, nor that it was missed.
    if not known_polls:
        folders = ()
        missed = ()
    near = near_mails(
        unit=campaign.roster.by_name[unit],
        period=period,
        ledger=ledger,
        since=since,
        now=now,
    )
    return Absence(
        unit=unit,
        period=period,
        since=since,
        end=end,
        folders=folders,
        polls=made,
        after=tuple(p for p in made if p >= end),
        missed=missed,
        near=tuple(near)[:_MOST_NEAR],
    )


def _missed(
    planned: Iterable[datetime], made: Iterable[datetime]
) -> Iterator[datetime]:
    for one in planned:
        if not _was_kept(one, made):
            yield one


def _was_kept(planned: datetime, made: Iterable[datetime]) -> bool:
    """Whether a poll was made at its time or soon after it."""
    return any(planned <= one <= planned + _PUNCTUAL for one in made)


def _since(period: date, calendar: Calendar) -> datetime:
    before = calendar.before(period)
    deadline = calendar.deadline(period) - _BEFORE_FIRST
    if before:
        return calendar.deadline(before)
    return deadline
