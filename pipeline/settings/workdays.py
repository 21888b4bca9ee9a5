"""Chinese working days (法定节假日与调休): an office's own table beside config.toml where
it has the year, else the library's, else Monday to Friday.

An office writes its own where the State Council has published a year that the library
does not have yet, or the province has given days of its own. Trusts the file for
nothing: what is wrong in it is a mistake with its line.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field

from pipeline.model.values.frozen import frozen
from pipeline.settings.toml_lines import Path as Place

# Of one holiday: more is a mistyped year
_MOST_DAYS = 60
# Saturday, counted from Monday
_WEEKEND = 5


class DaysOff(BaseModel):
    """One holiday, both ends counted."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    start: date = Field(alias="from")
    end: date = Field(alias="to")
    why: str = ""


class HolidaysPart(BaseModel):
    """The whole of the office's own file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    off: tuple[DaysOff, ...] = ()
    work: tuple[date, ...] = ()


@frozen
class Workdays:
    """Whether people work on a day, make-up Saturdays and Sundays included. A year that
    stands in the own table is taken from it whole."""

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()

    def __call__(self, day: date) -> bool:
        if day in self.work:
            return True
        if day in self.off:
            return False
        if self._own(day.year):
            return day.weekday() < _WEEKEND
        return _by_library(day)

    def has(self, year: int) -> bool:
        """Whether a year is known; without it a shift would be by weekends alone."""
        return self._own(year) or _library_has(year)

    def _own(self, year: int) -> bool:
        return year in self._years

    @cached_property
    def _years(self) -> frozenset[int]:
        found = set()
        for day in self.off:
            found.add(day.year)
        return frozenset(found)


def own_workdays(part: HolidaysPart) -> Workdays:
    off: set[date] = set()
    for one in part.off:
        off.update(_days(one))
    return Workdays(frozenset(off), frozenset(part.work))


def holiday_mistakes(part: HolidaysPart) -> Iterator[tuple[Place, str]]:
    """Where it stands, and one Chinese sentence with the cure."""
    off: set[date] = set()
    for number, one in enumerate(part.off):
        if one.end < one.start:
            yield ("off", number), "to 早于 from，请检查两个日期"
        elif (one.end - one.start).days >= _MOST_DAYS:
            yield (
                ("off", number),
                f"一个假期不会超过 {_MOST_DAYS} 天，请检查年份",
            )
        else:
            off.update(_days(one))
    for number, day in enumerate(part.work):
        if day in off:
            yield ("work", number), f"{day} 既写成放假又写成上班，请留一处"


def _days(one: DaysOff) -> Iterator[date]:
    day = one.start
    while day <= one.end:
        yield day
        day += timedelta(days=1)


def _by_library(day: date) -> bool:
    # Only a campaign with holiday_shift needs the table
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _WEEKEND


def _library_has(year: int) -> bool:
    import chinese_calendar

    known = chinese_calendar.holidays
    return bool(min(known).year <= year <= max(known).year)
