"""Where units stand with the figures beside the main one (rules.md 12).

Values in, values out. Of each unit's counting report, never of a held one; of a pool its
members' together.
"""

from collections.abc import Iterable
from datetime import date

from pipeline.model.ledger import Ledger
from pipeline.model.roster import Roster

# By the figures' names in the config
AlsoFigures = dict[str, int]


def also_of(units: Iterable[str], period: date, ledger: Ledger) -> AlsoFigures:
    """The sums over these units' latest counting reports up to `period`; a figure that
    none of them has is left out."""
    sums: AlsoFigures = {}
    for unit in units:
        report = ledger.figure_at(unit, period)
        for name, value in report.also if report else ():
            if value is not None:
                sums[name] = sums.get(name, 0) + value
    return sums


def also_standing(
    period: date, roster: Roster, ledger: Ledger
) -> dict[str, AlsoFigures]:
    """Row of the target table -> its figures."""
    roster = roster.on(period)
    found = {}
    for row in roster.rows:
        units = [row.name]
        if row.pool:
            units = [member.name for member in roster.members(row.name)]
        found[row.name] = also_of(units, period, ledger)
    return found
