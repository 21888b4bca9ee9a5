"""The sample month's days told as an office's own: its periods, its deadline, its names of
both. For people who look at letters before the first mail has come.

Trusts the campaign's rules. Its first periods stand for the three of the sample; where a
campaign has fewer, those that would have been before it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from pipeline.model.month import Month, month_of
from pipeline.model.rules import CalendarRules, nominal_days
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import CampaignWords, PeriodKind
from pipeline.model.wording.period_names import (
    WEEKDAY_NAMES,
    period_kind,
    period_name,
)
from pipeline.writing import sample_month
from pipeline.writing.words import day, full_day

# Wide enough for three periods of a campaign that reports once a year
_AROUND = timedelta(days=4 * 366)
# Days after the last period on which the sample's talk is held
_TALK_AFTER = timedelta(days=8)


@frozen
class SampleDays:
    """`dues` are the three periods in order, `following` the one after them."""

    dues: tuple[date, date, date]
    following: date
    kind: PeriodKind
    deadline: datetime

    @property
    def month(self) -> Month:
        return month_of(self.dues[-1])

    @property
    def in_month(self) -> int:
        """How many of the periods the sample's bulletin is of."""
        return sum(month_of(due) == self.month for due in self.dues)

    def on(self, sample: date) -> date:
        """Our day for one of the sample's."""
        known = dict(zip(_SAMPLES, self._own, strict=True))
        return known.get(sample, sample + (self.dues[-1] - sample_month.PERIOD))

    def at(self, sample: datetime) -> datetime:
        """Our moment for one of the sample's: as long before or after the deadline."""
        return self.deadline + (sample - sample_month.DEADLINE)

    def texts(self, words: CampaignWords) -> dict[str, str]:
        """What the sample says of days, and what is said of ours."""
        month = sample_month.MONTH
        name = sample_month.SENDER.words.month_name(month)
        found = {month: str(self.month), name: words.month_name(self.month)}
        for sample, own in zip(_SAMPLES, self._own, strict=True):
            found[period_name(sample)] = period_name(own, self.kind)
            found[full_day(sample)] = full_day(own)
            found[day(sample)] = day(own)
            found[sample.isoformat()] = own.isoformat()
            found[_dotted(sample)] = _dotted(own)
        found[_talk_day(sample_month.PERIOD)] = _talk_day(self.dues[-1])
        return found | self._missed

    @property
    def _missed(self) -> dict[str, str]:
        """Reports that were missed in the month, of those that were due in it."""
        days = [day(due) for due in self.dues[-self.in_month :]][-2:]
        two = "、".join(day(due) for due in sample_month.PERIODS[-2:])
        return {
            f"漏报2次（{two}）": f"漏报{len(days)}次（{'、'.join(days)}）",
            "漏报3次": f"漏报{self.in_month}次",
        }

    @property
    def _own(self) -> tuple[date, ...]:
        return (*self.dues, self.following)


_SAMPLES = (*sample_month.PERIODS, sample_month.FOLLOWING)


def sample_days(rules: CalendarRules) -> SampleDays:
    """The campaign's first month that three periods lead up to."""
    periods = tuple(nominal_days(rules))
    wide = replace(
        rules,
        first_due=rules.first_due - _AROUND,
        last_due=rules.last_due + _AROUND,
        pauses=(),
    )
    ends = tuple(_month_ends(periods))
    with_two_before = [due for due in ends if periods.index(due) >= 2]
    if with_two_before:
        final = with_two_before[0]
        place = periods.index(final)
        first, second = periods[place - 2 : place]
    else:
        final = ends[-1]
        before = [due for due in nominal_days(wide) if due < final]
        first, second = before[-2:]
    kind = period_kind(rules.report_days, rules.weekdays, rules.months)
    return SampleDays(
        dues=(first, second, final),
        following=min(due for due in nominal_days(wide) if due > final),
        kind=kind,
        deadline=datetime.combine(final, rules.deadline, rules.zone),
    )


def _month_ends(periods: tuple[date, ...]) -> Iterator[date]:
    """The last period of each month."""
    last = {}
    for due in periods:
        last[month_of(due)] = due
    yield from last.values()


def _dotted(value: date) -> str:
    """2015.9.30, as some write it."""
    return f"{value.year}.{value.month}.{value.day}"


def _talk_day(final: date) -> str:
    """10月8日（星期四）."""
    held = final + _TALK_AFTER
    weekday = WEEKDAY_NAMES[held.weekday()].removeprefix("周")
    return f"{day(held)}（星期{weekday}）"
