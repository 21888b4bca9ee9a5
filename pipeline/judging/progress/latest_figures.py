"""The report that counts for each of many units at a period, and the figures of the
rows (rules.md 7).

Values in, values out. Says of each unit what `Ledger.figure_at` says of one; trusts that
of several accepted reports for a unit and period the last one counts.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.model.ledger import Ledger
from pipeline.model.report import Report, ReportState
from pipeline.model.roster import Roster, Unit


def latest_figures(
    units: Iterable[str], period: date, ledger: Ledger
) -> dict[str, Report]:
    """unit -> the counting report of its latest period up to and with `period`."""
    if ledger.has_counted:
        return _looked_up(units, period, ledger)
    return _from_the_newest(set(units), period, ledger)


def _looked_up(
    units: Iterable[str], period: date, ledger: Ledger
) -> dict[str, Report]:
    found = {}
    for unit in units:
        report = ledger.figure_at(unit, period)
        if report is not None:
            found[unit] = report
    return found


def _from_the_newest(
    wanted: set[str], period: date, ledger: Ledger
) -> dict[str, Report]:
    """From the newest period back, until each has one: most units are found in the
    first, so the reports of years need not be looked at."""
    found: dict[str, Report] = {}
    for due in sorted(ledger.periods, reverse=True):
        if due > period:
            continue
        if not wanted:
            break
        of_period = _counting(wanted, ledger.of_period(due))
        found |= of_period
        wanted = wanted - of_period.keys()
    return found


def _counting(wanted: set[str], reports: Iterable[Report]) -> dict[str, Report]:
    """unit -> the one of a period's reports that counts."""
    accepted = ReportState.ACCEPTED
    found = {}
    for report in reports:
        unit = report.unit
        if unit in wanted and report.state is accepted:
            found[unit] = report
    return found


def row_figures(
    roster: Roster, counting: Mapping[str, Report]
) -> dict[str, int | None]:
    """row -> its figure, by the report that counts for each unit; a pool's is the sum
    of its members'."""
    found: dict[str, int | None] = {}
    for row in roster.rows:
        name = row.name
        if row.pool:
            found[name] = _pool_figure(roster.members(name), counting)
        elif name in counting:
            found[name] = counting[name].completed
        else:
            found[name] = None
    return found


def _pool_figure(
    members: Iterable[Unit], counting: Mapping[str, Report]
) -> int | None:
    """The sum of the members' figures; None when no member has one."""
    found = []
    for member in members:
        report = counting.get(member.name)
        if report is not None:
            found.append(report.completed or 0)
    if found:
        return sum(found)
    return None
