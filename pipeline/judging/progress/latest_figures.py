"""The report that counts for each of many units at a period, and the figures of the
rows (rules.md 7).

Values in, values out. Says of each unit what `Ledger.figure_at` says of one; trusts that
of several accepted reports for a unit and period the last one counts.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from pipeline.model.ledger import Ledger
from pipeline.model.memory.counting import REMEMBERED
from pipeline.model.report import Report, ReportState
from pipeline.model.roster import Roster, Unit

_T = TypeVar("_T")

# Of a period, unit -> what counts for it, of those that are wanted
_OfPeriod = Callable[
    [date, set[str], Ledger],
    dict[str, _T],
]


def latest_figures(
    units: Iterable[str],
    period: date,
    ledger: Ledger,
) -> dict[str, Report]:
    """unit -> the counting report of its latest period up to and with `period`."""
    found, wanted = _known(units, period, ledger)
    if len(wanted) > REMEMBERED:
        older = _from_the_newest(wanted, period, ledger, _reports)
    else:
        older = _looked_up(wanted, period, ledger)
    return found | older


def latest_completed(
    units: Iterable[str],
    period: date,
    ledger: Ledger,
) -> dict[str, int | None]:
    """The same, its figure alone: of a hundred thousand no report is made for it."""
    found, wanted = _known(units, period, ledger)
    if len(wanted) > REMEMBERED:
        older = _from_the_newest(wanted, period, ledger, _completed)
    else:
        older = completed_of(_looked_up(wanted, period, ledger))
    return completed_of(found) | older


def completed_of(
    counting: Mapping[str, Report],
) -> dict[str, int | None]:
    found = {}
    for unit, report in counting.items():
        found[unit] = report.completed
    return found


def _known(
    units: Iterable[str],
    period: date,
    ledger: Ledger,
) -> tuple[dict[str, Report], set[str]]:
    """Those whose newest report is not behind the period; and the units that have a
    newer one, of which an older one is looked for."""
    found = {}
    wanted = set()
    newest_of = ledger.counting.newest
    for unit in units:
        report = newest_of(unit)
        if report is None:
            continue
        if report.period <= period:
            found[unit] = report
        else:
            wanted.add(unit)
    return found, wanted


def _looked_up(
    wanted: set[str],
    period: date,
    ledger: Ledger,
) -> dict[str, Report]:
    found = {}
    for unit in wanted:
        report = ledger.figure_at(unit, period)
        if report is not None:
            found[unit] = report
    return found


def _from_the_newest(
    wanted: set[str],
    period: date,
    ledger: Ledger,
    of_period: _OfPeriod[_T],
) -> dict[str, _T]:
    """From the newest period back, until each has one: most units are found in the
    first, so the reports of years need not be looked at."""
    found: dict[str, _T] = {}
    for due in sorted(ledger.periods, reverse=True):
        if due > period:
            continue
        if not wanted:
            break
        counting = of_period(due, wanted, ledger)
        found |= counting
        wanted = wanted - counting.keys()
    return found


def _reports(
    due: date,
    wanted: set[str],
    ledger: Ledger,
) -> dict[str, Report]:
    accepted = ReportState.ACCEPTED
    found = {}
    for report in ledger.of_period(due):
        unit = report.unit
        if unit in wanted and report.state is accepted:
            found[unit] = report
    return found


def _completed(
    due: date,
    wanted: set[str],
    ledger: Ledger,
) -> dict[str, int | None]:
    accepted = ReportState.ACCEPTED
    found = {}
    told = ledger.told_of_period(due, "unit", "state", "completed")
    for unit, state, completed in told:
        if unit in wanted and state is accepted:
            found[unit] = completed
    return found


def row_figures(
    roster: Roster, completed: Mapping[str, int | None]
) -> dict[str, int | None]:
    """row -> its figure, by the one that counts for each unit; a pool's is the sum of
    its members'."""
    found: dict[str, int | None] = {}
    for row in roster.rows:
        name = row.name
        if row.pool:
            found[name] = _pool_figure(roster.members(name), completed)
        else:
            found[name] = completed.get(name)
    return found


def _pool_figure(
    members: Iterable[Unit], completed: Mapping[str, int | None]
) -> int | None:
    """The sum of the members' figures; None when no member has one."""
    found = []
    for member in members:
        if member.name in completed:
            found.append(completed[member.name] or 0)
    if found:
        return sum(found)
    return None
