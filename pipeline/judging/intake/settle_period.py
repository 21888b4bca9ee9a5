"""Which period a form is for (rules.md 4): by the days it mentions and the server's
time of reception."""

import calendar as months
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.judging.calendar import Calendar
from pipeline.model.form import DateMention, Hold, Note

_CORRECTION = re.compile(r"补报|更正|重报|更新|以此件?为准")


@dataclass(frozen=True)
class SettledPeriod:
    period: date
    notes: tuple[Note, ...] = ()
    holds: tuple[Hold, ...] = ()


def says_correction(*texts: str) -> bool:
    """Whether subject, body or file name call the report a late or corrected one (rules.md 4, 3a)."""
    return any(_CORRECTION.search(text) for text in texts)


def mentioned(
    calendar: Calendar, mentions: Iterable[DateMention], received_at: datetime
) -> frozenset[date]:
    """The periods that the mentioned days mean; a day without a year takes the year
    nearest to reception."""
    today = calendar.local(received_at).date()
    return frozenset(
        calendar.near(day) for m in mentions if (day := _day(m, today)) is not None
    )


def _day(mention: DateMention, today: date) -> date | None:
    years = (
        (mention.year,)
        if mention.year
        else (today.year - 1, today.year, today.year + 1)
    )
    days = [
        d
        for year in years
        if (d := _date(year, mention.month, mention.day)) is not None
    ]
    return min(days, key=lambda d: abs((d - today).days), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    """A real date; the 30th of February (2月下旬) is its last day."""
    if not (1 <= month <= 12 and 1 <= day <= 31 and 1900 <= year <= 2200):
        return None
    return date(year, month, min(day, months.monthrange(year, month)[1]))


def settle_period(
    calendar: Calendar,
    periods: frozenset[date],
    received_at: datetime,
    correction: bool,
    reported: frozenset[date],
) -> SettledPeriod:
    """`periods` as mentioned, `reported` those for which the unit has an accepted
    report (rules.md 4, 1-5)."""
    by_reception = calendar.received_for(received_at)
    if not periods:
        return SettledPeriod(by_reception)
    if by_reception in periods:
        return SettledPeriod(
            by_reception, (Note.PERIOD_CONFLICT,) if len(periods) > 1 else ()
        )
    if len(periods) > 1:
        return SettledPeriod(by_reception, holds=(Hold.PERIOD_UNCLEAR,))
    (only,) = periods
    if only < by_reception:
        if correction or only not in reported:
            return SettledPeriod(only)
        return SettledPeriod(by_reception, (Note.STALE_DATE,))
    if only == calendar.after(by_reception):
        return SettledPeriod(only)
    return SettledPeriod(by_reception, holds=(Hold.PERIOD_UNCLEAR,))
