"""The figures beside the main one (rules.md 12) as a bulletin tells them: of each unit's
counting report, never of a held one."""

from datetime import date

from pipeline.judging.progress.also_standing import counted_units
from pipeline.model.form import AlsoSpec
from pipeline.model.letters.bulletins import AlsoTold
from pipeline.model.standing import Standing
from pipeline.notices.facts import Facts


def also_told(facts: Facts, final: Standing) -> tuple[AlsoTold, ...]:
    """Each figure that at least one unit has reported, in the config's order."""
    told = []
    for spec in facts.campaign.rulebook.checks.also:
        rows = _rows(spec, facts, final)
        if rows:
            told.append(
                AlsoTold(
                    title=spec.title,
                    unit=spec.unit or facts.campaign.words.unit,
                    within=spec.at_most == "completed",
                    rows=rows,
                )
            )
    return tuple(told)


def _rows(
    spec: AlsoSpec, facts: Facts, final: Standing
) -> tuple[tuple[str, int, int], ...]:
    roster = facts.campaign.roster.on(final.period)
    rows = []
    for row in final.rows:
        for name in counted_units(row.unit, roster):
            found = _figure(spec.name, name, final.period, facts)
            if found is not None:
                rows.append((name, *found))
    return tuple(rows)


def _figure(
    name: str, unit: str, period: date, facts: Facts
) -> tuple[int, int] | None:
    report = facts.ledger.figure_at(unit, period)
    value = dict(report.also).get(name) if report else None
    if report is None or value is None:
        return None
    return value, report.completed or 0
