"""When the campaign wants something done: its polls, closes and notices, and the next
moment to wake.

Values in, times out. Never: asks what has been done already (notices/due).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from pipeline.judging.progress.campaign import Campaign
from pipeline.model.month import Month
from pipeline.model.rules import AgendaItem, Occasion, Step


def bulletin_time(month: Month, campaign: Campaign) -> datetime:
    """When a month's bulletin is drawn: a step behind its last period's deadline."""
    last = campaign.calendar.of_month(month)[-1]
    return campaign.calendar.step(last, campaign.notices.monthly_bulletin)


def next_wake(now: datetime, campaign: Campaign) -> datetime:
    """The next moment at which something may fall due: a poll, a close, a notice, or the
    end of the quiet hours, when what waited goes."""
    planned = (t for t in wake_times(campaign) if t > now)
    soonest = min(planned, default=now + timedelta(days=1))
    local = campaign.calendar.local(now)
    quiet = campaign.notices.quiet
    if not quiet.covers(local.time()):
        return soonest
    end = campaign.calendar.at(local.date(), quiet.end)
    if end <= now:
        end = campaign.calendar.at(local.date() + timedelta(days=1), quiet.end)
    return min(soonest, end)


def is_over(now: datetime, campaign: Campaign) -> bool:
    """Whether the campaign has nothing more to do: then the mailbox alone is looked at,
    once a day."""
    return max(wake_times(campaign), default=now) <= now


def is_quiet(now: datetime, campaign: Campaign) -> bool:
    """Whether only answers and alerts go now (rules.md 9)."""
    return campaign.notices.quiet.covers(campaign.calendar.local(now).time())


def wake_times(campaign: Campaign) -> Iterable[datetime]:
    """Every moment at which something happens by the calendar, in no order."""
    return (moment for moment, _ in agenda(campaign))


def poll_times(campaign: Campaign) -> Iterator[datetime]:
    """The scheduled polls: on report days at each of the times, on the days after at
    the first of them."""
    rules = campaign.notices
    calendar = campaign.calendar
    for due in calendar.dues:
        day = calendar.shifted(due)
        yield from (calendar.at(day, at) for at in rules.poll)
        for later in range(1, rules.poll_after_days + 1):
            yield calendar.at(day + timedelta(days=later), min(rules.poll))


def agenda(campaign: Campaign) -> Iterator[tuple[datetime, AgendaItem]]:
    """Every time of the campaign with what is done then: for `xunbao schedule` and for
    waking up."""
    rules = campaign.notices
    calendar = campaign.calendar
    steps: tuple[tuple[Step, Occasion], ...] = (
        (rules.due_reminder, Occasion.DUE_REMINDER),
        (rules.overdue_reminder, Occasion.OVERDUE_REMINDER),
        (rules.second_overdue_reminder, Occasion.SECOND_OVERDUE_REMINDER),
        (rules.period_digest, Occasion.PERIOD_DIGEST),
    )
    for due in calendar.dues:
        of = due.isoformat()
        day = calendar.shifted(due)
        closes = calendar.deadline(due) + rules.close_after
        yield closes, AgendaItem(Occasion.CLOSE, of)
        for at in rules.poll:
            yield calendar.at(day, at), AgendaItem(Occasion.POLL, of)
        for later in range(1, rules.poll_after_days + 1):
            after = calendar.at(day + timedelta(days=later), min(rules.poll))
            yield after, AgendaItem(Occasion.LATE_POLL, of)
        for step, what in steps:
            yield calendar.step(due, step), AgendaItem(what, of)
    for month in calendar.months:
        item = AgendaItem(Occasion.MONTHLY_BULLETIN, month)
        yield bulletin_time(month, campaign), item
