"""The campaign's rules as values, every number from config.toml (rules.md; the italics there)."""

import calendar
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from fractions import Fraction

from pipeline.model.form import AlsoSpec, TextSpec
from pipeline.model.values.frozen import frozen


@frozen
class Step:
    """A time relative to a due date: `days` later (negative: before) at local time `at`."""

    days: int
    at: time


class Occasion(StrEnum):
    """What the campaign wants done at a time of its own accord."""

    CLOSE = "close"
    POLL = "poll"
    # For late reports, on the days after
    LATE_POLL = "late_poll"
    DUE_REMINDER = "due_reminder"
    OVERDUE_REMINDER = "overdue_reminder"
    SECOND_OVERDUE_REMINDER = "second_overdue_reminder"
    PERIOD_DIGEST = "period_digest"
    MONTHLY_BULLETIN = "monthly_bulletin"


@frozen
class AgendaItem:
    """What is to be done, and for what: a period's due date or a month as ISO 8601
    writes it."""

    what: Occasion
    of: str

    def __lt__(self, other: "AgendaItem") -> bool:
        return (self.what, self.of) < (other.what, other.of)


@frozen
class CalendarPause:
    """Days, both ends counted, in which nothing is due; `why` is told to people."""

    start: date
    end: date
    why: str = ""


@frozen
class CalendarRules:
    """Due are the `report_days` of each month, or of `months` alone; where `weekdays`
    (0 is Monday) are given, those instead.

    `shift_to_workday` moves a due date that falls on a day off to the next working
    day; the period keeps its name.

    `begins` and `ends` are the first and the last local day whose mail is the campaign's
    (None: so long before the first and after the last due date, rules.md 2).
    """

    zone: tzinfo
    first_due: date
    last_due: date
    report_days: tuple[int, ...] = (10, 20, 30)
    deadline: time = time(18)
    shift_to_workday: bool = False
    begins: date | None = None
    ends: date | None = None
    pauses: tuple[CalendarPause, ...] = ()
    is_workday: Callable[[date], bool] = field(
        default=lambda day: day.weekday() < 5, compare=False
    )
    weekdays: tuple[int, ...] = ()
    months: tuple[int, ...] = ()


def nominal_days(rules: CalendarRules) -> Iterable[date]:
    """The nominal due dates between the first and the last one; a day the month lacks
    becomes its last day. None in a pause (rules.md 11)."""
    for due in _due_days(rules):
        within = rules.first_due <= due <= rules.last_due
        if within and not any(p.start <= due <= p.end for p in rules.pauses):
            yield due


def _due_days(rules: CalendarRules) -> Iterator[date]:
    if rules.weekdays:
        yield from _due_weekdays(rules)
        return
    year = rules.first_due.year
    month = rules.first_due.month
    while (year, month) <= (rules.last_due.year, rules.last_due.month):
        if not rules.months or month in rules.months:
            yield from due_in_month(year, month, rules.report_days)
        month += 1
        if month > 12:
            year += 1
            month = 1


def due_in_month(
    year: int, month: int, report_days: Iterable[int]
) -> list[date]:
    """The due dates of one month, ascending; a day that it lacks becomes its last
    (rules.md 2)."""
    last = calendar.monthrange(year, month)[1]
    return sorted({date(year, month, min(day, last)) for day in report_days})


def _due_weekdays(rules: CalendarRules) -> Iterator[date]:
    day = rules.first_due
    while day <= rules.last_due:
        if day.weekday() in rules.weekdays:
            yield day
        day += timedelta(days=1)


@frozen
class AnswerRules:
    """How many mails are answered in a day: of one address, and of all strangers, or
    all registered ones, together."""

    per_address: int = 20
    per_day: int = 300


@frozen
class QuietHours:
    """Local hours in which only answers and alerts go (rules.md 9); equal ends: none."""

    start: time = time(21)
    end: time = time(7, 30)

    def covers(self, local: time) -> bool:
        if self.start <= self.end:
            return self.start <= local < self.end
        # Over midnight.
        return local >= self.start or local < self.end


@frozen
class NoticeRules:
    """When notices fall due, relative to a period's due date (rules.md 9). `poll` are
    local times on report days."""

    poll: tuple[time, ...] = (time(8, 30), time(12), time(16), time(18, 5))
    poll_after_days: int = 3
    close_after: timedelta = timedelta(hours=2)
    due_reminder: Step = Step(-1, time(9))
    overdue_reminder: Step = Step(1, time(9))
    second_overdue_reminder: Step = Step(3, time(9))
    period_digest: Step = Step(1, time(9, 30))
    monthly_bulletin: Step = Step(1, time(15))
    # How long a letter that asks for a decision may be answered by mail
    token_days: int = 30
    drop_after: timedelta = timedelta(days=2)
    bulletin_to_units: bool = True
    bulletin_needs_approval: bool = False
    # 主送 and 抄送 in the config's words; () takes the roster's kinds and groups.
    bulletin_addressees: tuple[str, ...] = ()
    bulletin_copies: tuple[str, ...] = ()
    # A case of the month still held: the bulletin waits for staff, or goes and names it.
    bulletin_waits_for_held: bool = False
    # A late report moved a printed figure: a correction of its own, or a sentence in the
    # next bulletin and a line in the staff's digest.
    late_reports_corrected: bool = False
    quiet: QuietHours = QuietHours()
    reminder_gap: timedelta = timedelta(hours=20)
    answers: AnswerRules = AnswerRules()


@frozen
class ProgressRules:
    """Schedule progress (时序进度): linear over the days from `start` to `end`, or
    through `milestones` (rules.md 7)."""

    start: date
    end: date
    lag_margin: Fraction = Fraction(1, 10)
    milestones: tuple[tuple[date, Fraction], ...] = ()


@frozen
class CheckRules:
    """Bounds of the figure's checks (rules.md 5), as shares of the target or, for
    measures, in characters."""

    # Or "increment": what a bare number means
    count: str = "cumulative"
    accept_unknown_sender: bool = False
    rate_tolerance: Fraction = Fraction(1, 100)
    over_target: Fraction = Fraction(3, 2)
    jump: Fraction = Fraction(1, 2)
    small_target: int = 100
    measures_min_chars: int = 100
    # what is held: "fail" refuted senders, "pass" all that are not proven, "off"
    # neither
    sender_proof: str = "fail"
    # Who may write Authentication-Results ("mx*"); empty: the topmost counts
    authserv: tuple[str, ...] = ()
    # Figures beside the main one
    also: tuple[AlsoSpec, ...] = ()
    # Fields of words beside the four, and whether the measures are asked for
    texts: tuple[TextSpec, ...] = ()
    measures_needed: bool = True
    # How forms call the main one
    main_labels: tuple[str, ...] = ()


@frozen
class TalkRules:
    """Who is proposed for a talk (约谈; rules.md 8)."""

    lowest: int = 1
    missing: int = 2
    auto_confirm: bool = False


@frozen
class AssessmentRules:
    """The weights of the year's assessment (rules.md 10)."""

    completion: int = 70
    timeliness: int = 20
    measures: int = 10


@frozen
class Period:
    """`due` is the nominal due date and the period's name; `deadline` is the moment
    (UTC), after any holiday shift."""

    due: date
    deadline: datetime
