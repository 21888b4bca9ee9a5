"""The report that counts for each of many units at a period (rules.md 7).

Values in, values out. Says of each unit what `Ledger.figure_at` says of one; trusts that
of several accepted reports for a unit and period the last one counts.
"""

from collections.abc import Iterable
from datetime import date

from pipeline.model.ledger import Ledger
from pipeline.model.report import Report, ReportState


def latest_figures(
    units: Iterable[str], period: date, ledger: Ledger
) -> dict[str, Report]:
    """unit -> the counting report of its latest period up to and with `period`.

    From the newest period back, until each has one: most units are found in the first,
    so the reports of years need not be looked at.
    """
    wanted = set(units)
    found: dict[str, Report] = {}
    for due in sorted(ledger.by_period, reverse=True):
        if due > period:
            continue
        if not wanted:
            break
        of_period = _counting(wanted, ledger.by_period[due])
        found |= of_period
        wanted -= of_period.keys()
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
