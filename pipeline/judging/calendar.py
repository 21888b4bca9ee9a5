"""The reporting calendar (rules.md 2, 4): which periods there are, when each is due,
which one a day means.

Trusts the rules it is given; knows the campaign's zone and the days off, never the clock.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from pipeline.model.month import Month, month_of
from pipeline.model.rules import CalendarRules, Period, Step, nominal_days
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import PeriodKind
from pipeline.model.wording.period_names import period_kind, period_name

# How far the campaign reaches around its due dates where the config says nothing:
# forms are sent early, and corrections for weeks after the last period (rules.md 2).
_BEGINS_BEFORE = timedelta(days=10)
_ENDS_AFTER = timedelta(days=30)


@frozen
class Calendar:
    rules: CalendarRules

    @property
    def begins(self) -> date:
        """The first local day whose mail is the campaign's."""
        return self.rules.begins or self.rules.first_due - _BEGINS_BEFORE

    @property
    def ends(self) -> date:
        """The last local day whose mail is the campaign's."""
        return self.rules.ends or self.rules.last_due + _ENDS_AFTER

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """All periods of the campaign, in order."""
        found = []
        for day in nominal_days(self.rules):
            found.append(self._period(day))
        return tuple(found)

    @cached_property
    def kind(self) -> PeriodKind:
        rules = self.rules
        return period_kind(rules.report_days, rules.weekdays, rules.months)

    def name(self, due: date) -> str:
        """How people call a period: 2015年9月上旬（9月10日）."""
        return period_name(due, self.kind)

    @cached_property
    def dues(self) -> tuple[date, ...]:
        found = []
        for p in self.periods:
            found.append(p.due)
        return tuple(found)

    @cached_property
    def by_due(self) -> dict[date, Period]:
        found = {}
        for p in self.periods:
            found[p.due] = p
        return found

    def _period(self, due: date) -> Period:
        return Period(due, self.at(self.shifted(due), self.rules.deadline))

    def shifted(self, due: date) -> date:
        """The day on which a period is really due."""
        day = due
        while self.rules.shift_to_workday and not self.rules.is_workday(day):
            day += timedelta(days=1)
        return day

    def at(self, day: date, clock_time: time) -> datetime:
        """Local time on a day, in UTC."""
        return datetime.combine(day, clock_time, self.rules.zone).astimezone(
            UTC
        )

    @cached_property
    def _steps(self) -> dict[tuple[date, int, time], datetime]:
        return {}

    def step(self, due: date, step: Step) -> datetime:
        """When a step of a period comes, UTC; asked for each unit, worked out once."""
        asked = (due, step.days, step.at)
        if asked not in self._steps:
            day = self.shifted(due) + timedelta(days=step.days)
            self._steps[asked] = self.at(day, step.at)
        return self._steps[asked]

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.rules.zone)

    def deadline(self, due: date) -> datetime:
        """The deadline of a period, UTC; of one that the calendar has lost, as its rules
        would have it."""
        known = self.by_due.get(due)
        if known is None:
            known = self._period(due)
        return known.deadline

    @cached_property
    def _shifted(self) -> tuple[tuple[date, date], ...]:
        """(when it is really due, its name), in order."""
        found = []
        for due in self.dues:
            found.append((self.shifted(due), due))
        return tuple(found)

    def near(self, day: date) -> date:
        """The period whose due date, shifted where it is, lies nearest to `day`; the
        earlier one in a tie (rules.md 2, 4). A period's nominal day is its name, and
        means that period however far its due date was shifted."""
        if day in self.by_due:
            return day

        def distance(pair: tuple[date, date]) -> tuple[int, date]:
            return abs((pair[0] - day).days), pair[1]

        return min(self._shifted, key=distance)[1]

    def received_for(self, moment: datetime) -> date:
        """`P_R`: the period nearest to the local day of reception."""
        return self.near(self.local(moment).date())

    def after(self, due: date) -> date | None:
        """The period that follows, None after the last one."""
        index = bisect_left(self.dues, due) + 1
        if index < len(self.dues):
            return self.dues[index]
        return None

    def before(self, due: date) -> date | None:
        index = bisect_left(self.dues, due) - 1
        if index >= 0:
            return self.dues[index]
        return None

    def left_after(self, due: date) -> int:
        return len(self.dues) - bisect_left(self.dues, due) - 1

    def current(self, moment: datetime) -> date:
        """The newest period due on or before the local day; the first one before that."""
        today = self.local(moment).date()
        past = []
        for due, name in self._shifted:
            if due <= today:
                past.append(name)
        return max(past, default=self.dues[0])

    def of_month(self, month: Month) -> tuple[date, ...]:
        """The due dates of a month given as 2015-09."""
        found = []
        for d in self.dues:
            if month_of(d) == month:
                found.append(d)
        return tuple(found)

    @cached_property
    def months(self) -> tuple[Month, ...]:
        return tuple(dict.fromkeys(map(month_of, self.dues)))

    def month_before(self, month: Month) -> Month | None:
        """The month whose bulletin comes before a month's: three months earlier where
        units report by the quarter. None before the first one."""
        found = None
        for known in self.months:
            if known < month:
                found = known
        return found
