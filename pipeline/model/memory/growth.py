"""How the look-ups of a ledger grow: by what has come or changed, never by a look at all that is there.

Values in, values out: the look-ups that are handed in stay what they were.
"""

from collections.abc import (
    Callable,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from datetime import date
from itertools import compress

from pipeline.model.report import BY_RULE, Report, ReportState


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
