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
from pipeline.judging.progress.silence import limit
from pipeline.model.arrival import Outcome
from pipeline.model.ledger import Ledger, MailSeen
from pipeline.model.operation.absence import Absence, Likeness, Near
from pipeline.model.report import ReportState
from pipeline.model.roster import Unit

_BEFORE_FIRST = timedelta(days=10)
_PUNCTUAL = timedelta(hours=1)
_MOST_NEAR = 5
_UNREAD = (Outcome.UNREADABLE.value, Outcome.SET_ASIDE.value)


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
    made = tuple(p for p in polls if since < p <= now)
    planned = (
        p
        for p in poll_times(campaign)
        if since < p < min(now, end + timedelta(days=4)) - _PUNCTUAL
    )
    known = campaign.roster.by_name[unit]
    return Absence(
        unit=unit,
        period=period,
        since=since,
        end=end,
        folders=campaign.folders,
        polls=made,
        after=tuple(p for p in made if p >= end),
        missed=tuple(p for p in planned if not _was_kept(p, made)),
        near=tuple(_near(known, period, ledger, since, now))[:_MOST_NEAR],
    )


def _was_kept(planned: datetime, made: Iterable[datetime]) -> bool:
    """Whether a poll was made at its time or soon after it."""
    return any(planned <= one <= planned + _PUNCTUAL for one in made)


def _since(period: date, calendar: Calendar) -> datetime:
    before = calendar.before(period)
    deadline = calendar.deadline(period) - _BEFORE_FIRST
    if before:
        return calendar.deadline(before)
    return deadline


def _near(
    unit: Unit, period: date, ledger: Ledger, since: datetime, now: datetime
) -> Iterator[Near]:
    """Mails of the time, the nearest kind first: the unit's own, those that name it,
    those nobody can place."""
    mails = [
        mail for mail in ledger.messages if since < mail.received_at <= now
    ]
    nameless = {
        r.message_key
        for r in ledger.reports
        if r.unit is None and r.state is ReportState.HELD
    }
    others = {
        r.message_key: r.period
        for r in ledger.of_unit(unit.name)
        if r.period != period
    }

    def own(mail: MailSeen) -> Likeness | None:
        if mail.key in others:
            return Likeness.OTHER_PERIOD
        if mail.sender in unit.emails:
            return Likeness.NO_REPORT
        return None

    def named(mail: MailSeen) -> Likeness | None:
        if unit.name in mail.subject:
            return Likeness.NAMED
        return None

    def unplaced(mail: MailSeen) -> Likeness | None:
        if mail.key in nameless:
            return Likeness.NO_UNIT
        if mail.outcome in _UNREAD:
            return Likeness.UNREAD
        return None

    told: set[str] = set()
    for test in (own, named, unplaced):
        for mail in mails:
            why = test(mail)
            if why is not None and mail.key not in told:
                told.add(mail.key)
                yield Near(mail, why, others.get(mail.key))
