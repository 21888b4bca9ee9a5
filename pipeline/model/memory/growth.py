"""How the look-ups of a ledger grow: by what has come or changed, never by a look at all that is there.

Values in, values out: the look-ups that are handed in stay what they were.
"""

from bisect import insort
from collections.abc import (
    Callable,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from datetime import date
from itertools import chain, compress

from pipeline.model.memory.layered import layered
from pipeline.model.report import BY_RULE, Report, ReportState

# Places among all reports, or all mails, in their order
Where = Sequence[int]


def are_before_people(reports: Iterable[Report]) -> Sequence[bool]:
    """Of each report whether it is held, or people have decided on it."""
    held = ReportState.HELD
    return [r.state is held or r.rule not in BY_RULE for r in reports]


def id_of(report: Report) -> Hashable:
    return report.id


def mail_of(report: Report) -> Hashable:
    return report.message_key


def read_of(report: Report) -> Hashable:
    return (
        report.unit,
        report.read_completed,
        report.added,
        report.measures,
    )


def now_with_people(
    places: Sequence[int], changed: Mapping[int, Report]
) -> Sequence[int]:
    found = set(places) - changed.keys()
    found.update(compress(changed, are_before_people(changed.values())))
    return sorted(found)


def renewed(
    key: Callable[[Report], Hashable],
    before: Mapping[int, Report],
    changed: Mapping[int, Report],
) -> Iterator[tuple[Hashable, int]]:
    """Where there is now something of another key than before."""
    for place, report in changed.items():
        if place not in before or key(before[place]) != key(report):
            yield key(report), place


def moved(
    where: Mapping[str | None, Mapping[date, Where]],
    before: Mapping[int, Report],
    changed: Mapping[int, Report],
) -> Mapping[str | None, Mapping[date, Where]]:
    """The places by unit and period, with what has come or belongs elsewhere now."""
    # Each copied once, however much comes to it
    touched: dict[str | None, dict[date, list[int]]] = {}

    def own(report: Report) -> list[int]:
        of_unit = touched.setdefault(report.unit, {})
        if report.period not in of_unit:
            known = where.get(report.unit, {}).get(report.period, ())
            of_unit[report.period] = list(known)
        return of_unit[report.period]

    for place, report in changed.items():
        old = before.get(place)
        if old is None:
            insort(own(report), place)
        elif (old.unit, old.period) != (report.unit, report.period):
            own(old).remove(place)
            insort(own(report), place)
    grown: dict[str | None, Mapping[date, Where]] = {}
    for unit, of_unit in touched.items():
        grown[unit] = {**where.get(unit, {}), **of_unit}
    return layered(where, grown)


def counted(
    counting: Mapping[str, Mapping[date, Report]],
    where: Mapping[str | None, Mapping[date, Where]],
    reports: Sequence[Report],
    before: Mapping[int, Report],
    changed: Mapping[int, Report],
) -> Mapping[str, Mapping[date, Report]]:
    """Who counts, looked up again where an accepted report has come or gone."""
    asked: dict[str, set[date]] = {}
    for report in chain(before.values(), changed.values()):
        if report.unit and report.state is ReportState.ACCEPTED:
            asked.setdefault(report.unit, set()).add(report.period)
    touched: dict[str, Mapping[date, Report]] = {}
    for unit, periods in asked.items():
        of_unit = dict(counting.get(unit, {}))
        for period in periods:
            of_unit.pop(period, None)
            for place in reversed(where[unit][period]):
                known = changed.get(place) or reports[place]
                if known.state is ReportState.ACCEPTED:
                    of_unit[period] = known
                    break
        touched[unit] = of_unit
    return layered(counting, touched)


def of_periods(
    before: Mapping[int, Report], changed: Mapping[int, Report]
) -> tuple[dict[date, set[int]], dict[date, set[int]]]:
    """The places that have left a period, and those that have come to one."""
    gone: dict[date, set[int]] = {}
    come: dict[date, set[int]] = {}
    for place, report in changed.items():
        old = before.get(place)
        if old is not None and old.period == report.period:
            continue
        if old is not None:
            gone.setdefault(old.period, set()).add(place)
        come.setdefault(report.period, set()).add(place)
    return gone, come
