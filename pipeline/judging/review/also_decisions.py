"""What staff decide on the figures beside the main one (rules.md 12): 改为登记1100.

Values in, a Decision or a sentence saying why it cannot be made out. Never touches the
main figure, nor the doubts about it.
"""

from dataclasses import replace
from datetime import datetime

from pipeline.judging.intake.settle_figure import also_notes
from pipeline.model.form import AlsoSpec, also_called
from pipeline.model.report import (
    Decision,
    DecisionRule,
    Report,
    ReportState,
    Ruling,
)
from pipeline.model.review.refusal import CannotDecide, Refusal
from pipeline.model.rules import CheckRules


def gives_also_alone(ruling: Ruling) -> bool:
    """Whether it puts right figures beside the main one and nothing else."""
    corrects = ruling.rule is DecisionRule.CORRECT
    return corrects and ruling.completed is None and bool(ruling.also)


def beside_alone(report: Report, ruling: Ruling, now: datetime) -> Decision:
    """改为登记1100: the main figure, and the doubts about it, stay as they are. Raises
    CannotDecide."""
    if report.state not in (ReportState.HELD, ReportState.ACCEPTED):
        raise CannotDecide(Refusal.NOTHING_TO_CORRECT)
    held = report.state is ReportState.HELD
    return Decision(
        report_id=report.id,
        at=now,
        by=ruling.by,
        rule=ruling.rule,
        state=report.state,
        unit=report.unit,
        period=report.period,
        completed=report.completed,
        why=ruling.why,
        timeliness=report.timeliness,
        holds=report.holds if held else None,
    )


def figure_called(words: str, rules: CheckRules) -> AlsoSpec:
    """The one figure beside the main one that somebody calls so. Raises CannotDecide."""
    found = also_called(words, rules.also)
    if len(found) == 1:
        return found[0]
    titles = tuple(spec.title for spec in rules.also)
    if not titles:
        raise CannotDecide(Refusal.NO_SUCH_FIGURE, name=words)
    raise CannotDecide(Refusal.WHICH_FIGURE, name=words, figures=titles)


def with_also(
    decision: Decision, report: Report, ruling: Ruling, rules: CheckRules
) -> Decision:
    """The decision with the figures beside the main one as they stand after it, and the
    notes on them; an UNDO brings back those of before. Raises CannotDecide."""
    if ruling.rule is DecisionRule.UNDO:
        return decision
    corrected = {**dict(report.corrected_also), **dict(ruling.also)}
    if not rules.also and not corrected:
        return decision
    values = {**dict(report.also), **corrected}
    _check_bounds(values, decision.completed, ruling, rules)
    return replace(
        decision,
        also=tuple(corrected.items()),
        also_notes=also_notes(values.items(), decision.completed, rules),
    )


def _check_bounds(
    values: dict[str, int | None],
    completed: int | None,
    ruling: Ruling,
    rules: CheckRules,
) -> None:
    """A unit's figure above its bound is noted; a reviewer's own is a slip of theirs, and
    refused while they can still be asked."""
    bounds = {"completed": completed, **values}
    given = dict(ruling.also)
    titles = {spec.name: spec.title for spec in rules.also}
    for spec in rules.also:
        bound = bounds.get(spec.at_most)
        value = given.get(spec.name)
        if value is None or bound is None or value <= bound or ruling.sure:
            continue
        raise CannotDecide(
            Refusal.FIGURE_ABOVE,
            figure=spec.title,
            value=value,
            of=titles.get(spec.at_most),
            bound=bound,
        )
