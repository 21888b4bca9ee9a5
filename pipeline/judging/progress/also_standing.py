"""Where units stand with the figures beside the main one (rules.md 12).

Values in, values out. Of each unit's counting report, never of a held one; of a pool its
members' together.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.model.form import AlsoSpec
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


def reported(
    specs: Iterable[AlsoSpec], also: Mapping[str, AlsoFigures]
) -> tuple[AlsoSpec, ...]:
    """Those of the figures that any of the rows has, in the config's order."""
    named: set[str] = set()
    for own in also.values():
        named.update(own)
    found = []
    for spec in specs:
        if spec.name in named:
            found.append(spec)
    return tuple(found)


def counted_units(row: str, roster: Roster) -> list[str]:
    """Whose figures a row of the target table shows: its own, or of a pool its
    members'."""
    if not roster.by_name[row].pool:
        return [row]
    names = []
    for member in roster.members(row):
        names.append(member.name)
    return names


def also_standing(
    period: date, roster: Roster, ledger: Ledger
) -> dict[str, AlsoFigures]:
    """Row of the target table -> its figures."""
    roster = roster.on(period)
    found = {}
    for row in roster.rows:
        units = counted_units(row.name, roster)
        found[row.name] = also_of(units, period, ledger)
    return found
