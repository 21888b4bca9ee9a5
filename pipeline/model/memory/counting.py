"""Which report counts for each unit and period (rules.md 6): looked up when it is asked for.

Values in, values out. Trusts that of several accepted ones the last one counts, as
`supersede` leaves them. Each unit's newest one is kept as a record; what else was found is
remembered of some units alone: of a hundred thousand with ten reports each the records
would take a gigabyte.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

from pipeline.model.memory.layered import layered
from pipeline.model.memory.period_places import (
    ByUnit,
    newest_places,
    periods_and_places,
    places_for,
)
from pipeline.model.memory.records import fields_at
from pipeline.model.report import Report, ReportState

OfUnit = Mapping[date, Report]
NONE: OfUnit = {}
# None of a unit that has none left
Newest = Mapping[str, Report | None]
# More than a wake asks for one by one where units are few
REMEMBERED = 2000


class Counting(Mapping[str, OfUnit]):
    """unit -> period -> its report; of the units that have one."""

    __slots__ = ("_known", "_newest", "_reports", "_where")

    def __init__(
        self,
        where: ByUnit,
        reports: Sequence[Report],
        newest: Newest,
        known: dict[str, OfUnit],
    ) -> None:
        self._where = where
        self._reports = reports
        self._newest = newest
        self._known = known

    def newest(self, unit: str) -> Report | None:
        """The one of the unit's latest period."""
        return self._newest.get(unit)

    def of(self, unit: str | None) -> OfUnit:
        """None of it where the unit is in question."""
        if not unit:
            return NONE
        if unit not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[unit] = self._found(unit)
        return self._known[unit]

    def place(self, unit: str | None, period: date) -> int | None:
        """Where the one that counts stands among all."""
        if not unit:
            return None
        return self._last(reversed(places_for(self._where, unit, period)))

    def report(self, unit: str | None, period: date) -> Report | None:
        if unit in self._known:
            return self._known[unit].get(period)
        place = self.place(unit, period)
        if place is None:
            return None
        return self._reports[place]

    def grown(
        self,
        where: ByUnit,
        reports: Sequence[Report],
        before: Mapping[int, Report],
        changed: Mapping[int, Report],
    ) -> "Counting":
        """The same of a ledger in which these reports have come or changed, by their
        places."""
        grown = Counting(where, reports, self._newest, dict(self._known))
        units: dict[str, None] = {}
        for report in chain(before.values(), changed.values()):
            if report.unit:
                units[report.unit] = None
            if report.unit in grown._known:
                grown._renew(report.unit, report.period)
        newest: dict[str, Report | None] = {}
        for unit in units:
            place = grown._last(newest_places(where, unit))
            newest[unit] = None
            if place is not None:
                newest[unit] = changed.get(place) or reports[place]
        grown._newest = layered(self._newest, newest)
        return grown

    def __getitem__(self, unit: str) -> OfUnit:
        found = self.of(unit)
        if not found:
            raise KeyError(unit)
        return found

    def __iter__(self) -> Iterator[str]:
        for unit in self._where:
            if unit and self.of(unit):
                yield unit

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _renew(self, unit: str, period: date) -> None:
        of_unit = dict(self._known[unit])
        of_unit.pop(period, None)
        place = self.place(unit, period)
        if place is not None:
            of_unit[period] = self._reports[place]
        self._known[unit] = of_unit

    def _last(self, places: Iterable[int]) -> int | None:
        """The first of these, the newest first, that is accepted."""
        for place in places:
            (state,) = fields_at(self._reports, (place,), "state")
            if state is ReportState.ACCEPTED:
                return place
        return None

    def _found(self, unit: str) -> OfUnit:
        known = list(periods_and_places(self._where, unit))
        newest: dict[date, int] = {}
        places = [place for _, place in known]
        states = fields_at(self._reports, places, "state")
        for (period, place), state in zip(known, states, strict=True):
            if state is ReportState.ACCEPTED:
                newest[period] = place
        return {due: self._reports[place] for due, place in newest.items()}


def counting(where: ByUnit, reports: Sequence[Report]) -> Counting:
    """What counts of these reports, whose places are `where`."""
    newest: dict[str, Report | None] = {}
    for report in reports:
        if report.unit and report.state is ReportState.ACCEPTED:
            known = newest.get(report.unit)
            if known is None or known.period <= report.period:
                newest[report.unit] = report
    return Counting(where, reports, newest, {})
