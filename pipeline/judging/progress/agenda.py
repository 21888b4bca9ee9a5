"""When the campaign wants something done: its polls, closes and notices, and the next
moment to wake.

Values in, times out. Never: asks what has been done already (notices/due).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from pipeline.judging.progress.campaign import Campaign
from pipeline.model.rules import Step


def bulletin_time(month: str, campaign: Campaign) -> datetime:
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


def is_quiet(now: datetime, campaign: Campaign) -> bool:
    """Whether only answers and alerts go now (rules.md 9)."""
    return campaign.notices.quiet.covers(campaign.calendar.local(now).time())


def wake_times(campaign: Campaign) -> Iterable[datetime]:
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


def agenda(campaign: Campaign) -> Iterator[tuple[datetime, str]]:
    """Every time of the campaign with what is done then, in Chinese: for `xunbao
    schedule` and for waking up."""
    rules = campaign.notices
    calendar = campaign.calendar
    named: tuple[tuple[Step, str], ...] = (
        (rules.due_reminder, "报送提醒"),
        (rules.overdue_reminder, "催报、进度提醒"),
        (rules.second_overdue_reminder, "第二次催报"),
        (rules.period_digest, "进度简报"),
    )
    for due in calendar.dues:
        label = f"{due.month}月{due.day}日期"
        day = calendar.shifted(due)
        yield calendar.deadline(due) + rules.close_after, f"{label}：关账"
        for at in rules.poll:
            yield calendar.at(day, at), f"{label}：收信"
        for later in range(1, rules.poll_after_days + 1):
            yield (
                calendar.at(day + timedelta(days=later), min(rules.poll)),
                f"{label}：收信（补报）",
            )
        for step, what in named:
            yield calendar.step(due, step), f"{label}：{what}"
    for month in calendar.months:
        yield bulletin_time(month, campaign), f"{int(month[5:])}月：月度通报"
