"""Where in a long row of reports those of each unit stand, by their periods: eight octets each.

Values in, values out: what was handed in stays what it was. A unit's entries are its
own array, in order, so that those for a period lie beside each other.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from pipeline.model.memory.layered import layered
from pipeline.model.report import Report

_PLACE = 0xFFFFFFFF
_BITS = 32
# A unit -> its reports, each its period and, behind that, its place among all
ByUnit = Mapping[str | None, "array[int]"]


def by_unit(reports: Iterable[Report]) -> ByUnit:
    found: dict[str | None, array[int]] = {}
    for place, report in enumerate(reports):
        if report.unit not in found:
            found[report.unit] = array("Q")
        insort(found[report.unit], _entry(report.period, place))
    return found


def places_of(known: ByUnit, unit: str | None) -> list[int]:
    """All of a unit, in the order of their places."""
    return sorted(entry & _PLACE for entry in known.get(unit, ()))


def places_for(known: ByUnit, unit: str | None, period: date) -> list[int]:
    """Those of a unit and period, in their order."""
    entries = known.get(unit)
    if entries is None:
        return []
    begin = bisect_left(entries, _entry(period, 0))
    end = bisect_left(entries, _entry(period, _PLACE), begin)
    return [entry & _PLACE for entry in entries[begin:end]]


def periods_and_places(
    known: ByUnit, unit: str | None
) -> Iterator[tuple[date, int]]:
    """All of a unit, period by period."""
    for entry in known.get(unit, ()):
        yield date.fromordinal(entry >> _BITS), entry & _PLACE


def newest_places(known: ByUnit, unit: str | None) -> Iterator[int]:
    """All of a unit, from its latest period back, of one period the last first."""
    for entry in reversed(known.get(unit, ())):
        yield entry & _PLACE


def moved(
    known: ByUnit, before: Mapping[int, Report], changed: Mapping[int, Report]
) -> ByUnit:
    """With what has come, by its place, or belongs elsewhere now; `before` are those of
    the changed that stood there."""
    # Each copied once, however much comes to it
    touched: dict[str | None, array[int]] = {}

    def own(report: Report) -> "array[int]":
        if report.unit not in touched:
            touched[report.unit] = array("Q", known.get(report.unit, ()))
        return touched[report.unit]

    for place, report in changed.items():
        old = before.get(place)
        if old is not None:
            if (old.unit, old.period) == (report.unit, report.period):
                continue
            own(old).remove(_entry(old.period, place))
        insort(own(report), _entry(report.period, place))
    return layered(known, touched)


def _entry(period: date, place: int) -> int:
    return period.toordinal() << _BITS | place
