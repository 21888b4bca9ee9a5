"""Which period a form is for (rules.md 4): by the days it mentions and the server's
time of reception."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from pipeline.judging.calendar import Calendar
from pipeline.model.form import DateMention, Hold, Note, day_meant
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.purposes import CORRECTION, THREAD_SUBJECT

# From a Thursday to either end of its week
_HALF_A_WEEK = timedelta(days=3)


@frozen
class SettledPeriod:
    period: date
    notes: tuple[Note, ...] = ()
    holds: tuple[Hold, ...] = ()


def says_correction(subject: str, *texts: str) -> bool:
    """Whether subject, body or file name call the report a late or corrected one (rules.md 4, 3a).
    A thread's subject says it of an earlier mail."""
    if not THREAD_SUBJECT.match(subject):
        texts = (subject, *texts)
    return any(CORRECTION.search(text) for text in texts)


def answers_correction(subject: str) -> bool:
    """Whether a thread's subject says it: of this mail too, or of an earlier one alone."""
    if THREAD_SUBJECT.match(subject) is None:
        return False
    return CORRECTION.search(subject) is not None


def mentioned(
    calendar: Calendar, mentions: Iterable[DateMention], received_at: datetime
) -> frozenset[date]:
    """The periods that the mentioned days mean; a day without a year, or with one in
    which the campaign has no day, takes the year nearest to reception. A week by its
    number alone means a period only where one is due in it."""
    today = calendar.local(received_at).date()
    found = set()
    for mention in mentions:
        slip = is_slip(calendar, mention)
        known = replace(mention, year=None) if slip else mention
        day = day_meant(known, today)
        if day is None:
            continue
        due = calendar.near(day)
        away = due - day
        # Schools count the weeks of a term: the third of it is no week of January.
        if mention.week and abs(away) > _HALF_A_WEEK:
            continue
        found.add(due)
    return frozenset(found)


def is_slip(calendar: Calendar, mention: DateMention) -> bool:
    """Whether the year of a mention lies outside the campaign (rules.md 4)."""
    if mention.year is None:
        return False
    return not calendar.begins.year <= mention.year <= calendar.ends.year


def settle_period(
    calendar: Calendar,
    periods: frozenset[date],
    received_at: datetime,
    correction: bool,
    reported: frozenset[date],
    *,
    in_thread: bool = False,
) -> SettledPeriod:
    """`periods` as mentioned, `reported` those for which the unit has an accepted
    report (rules.md 4, 1-5). `in_thread`: the mail answers one that was a correction,
    so that a date of before may be meant, or left there."""
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
        if in_thread:
            return SettledPeriod(by_reception, holds=(Hold.PERIOD_UNCLEAR,))
        return SettledPeriod(by_reception, (Note.STALE_DATE,))
    if only == calendar.after(by_reception):
        return SettledPeriod(only)
    return SettledPeriod(by_reception, holds=(Hold.PERIOD_UNCLEAR,))
