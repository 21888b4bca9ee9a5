"""What 漏报 rests on: where was looked for a unit's report, when, and which mails come
nearest to being it.

Values in, values out. Proves nothing beyond what was read: a mail that never reached
the mailbox is not seen here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.judging.calendar import Calendar
from pipeline.judging.progress.agenda import poll_times
from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.progress.silence import limit
from pipeline.model.arrival import Outcome
from pipeline.model.ledger import Ledger, MailSeen
from pipeline.model.report import ReportState
from pipeline.model.roster import Unit

_BEFORE_FIRST = timedelta(days=10)
_PUNCTUAL = timedelta(hours=1)
_MOST_NEAR = 5
_UNREAD = (Outcome.UNREADABLE.value, Outcome.SET_ASIDE.value)
_FOLDERS = {"INBOX": "收件箱"}


@dataclass(frozen=True)
class Near:
    """A mail that might be what is missed, and why it comes into question."""

    mail: MailSeen
    why: str


@dataclass(frozen=True)
class Absence:
    """Times are UTC. `polls` read the mailbox to its end from `since` on, `after` of
    them past the unit's deadline; `missed` are scheduled ones at which nothing was read
    within the hour.
    """

    unit: str
    period: date
    since: datetime
    end: datetime
    folders: tuple[str, ...]
    polls: tuple[datetime, ...]
    after: tuple[datetime, ...]
    missed: tuple[datetime, ...]
    near: tuple[Near, ...]


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
        unit,
        period,
        since,
        end,
        campaign.folders,
        made,
        tuple(p for p in made if p >= end),
        tuple(
            p
            for p in planned
            if not any(p <= one <= p + _PUNCTUAL for one in made)
        ),
        tuple(_near(known, period, ledger, since, now))[:_MOST_NEAR],
    )


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

    def own(mail: MailSeen) -> str:
        if mail.key in others:
            return f"该单位来信，报的是{_day(others[mail.key])}期"
        if mail.sender in unit.emails:
            return "该单位邮箱来信，没有读出本期报表"
        return ""

    def named(mail: MailSeen) -> str:
        if unit.name in mail.subject:
            return "主题提到该单位"
        return ""

    def unplaced(mail: MailSeen) -> str:
        if mail.key in nameless:
            return "待核，单位不明"
        if mail.outcome in _UNREAD:
            return "读不出"
        return ""

    told: set[str] = set()
    for test in (own, named, unplaced):
        for mail in mails:
            why = test(mail)
            if why and mail.key not in told:
                told.add(mail.key)
                yield Near(mail, why)


def absence_sentence(found: Absence, calendar: Calendar) -> str:
    """已查收件箱、垃圾邮件；截止后收信2次（最近9月11日09:30）；漏了1次定时收信；可能有关的来信1封."""
    folders = "、".join(_FOLDERS.get(name, name) for name in found.folders)
    if not folders:
        parts = ["按导入的邮件查"]
    elif found.polls:
        parts = [f"已查{folders}"]
    else:
        # Nothing is claimed of a mailbox that nobody read.
        parts = [f"这一期还没有收过信，{folders}没有查过"]
    if found.after:
        last = f"（最近{_moment(calendar.local(found.after[-1]))}）"
    else:
        last = ""
    parts.append(f"截止后收信{len(found.after)}次{last}")
    if found.missed:
        parts.append(f"漏了{len(found.missed)}次定时收信")
    parts.append(
        f"可能有关的来信{len(found.near)}封"
        if found.near
        else "没有可能有关的来信"
    )
    return "；".join(parts)


def _day(value: date) -> str:
    return f"{value.month}月{value.day}日"


def _moment(value: datetime) -> str:
    return f"{_day(value)}{value:%H:%M}"
