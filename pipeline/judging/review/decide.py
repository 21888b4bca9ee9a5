"""What staff decide on a held report (待核): count it, with another figure, unit or
period, give it back, void it, undo.

Values in, a Decision or a code saying why it cannot be made out. One way for
replies and commands. A decision answers the doubts that the reviewer was shown and no
others: where a unit, period or figure that they name brings a new doubt with it (less
than that unit has reported before), the report stays held with that doubt, unless they
vouch for it (情况属实).
"""

import re
from dataclasses import replace
from datetime import date, datetime

from pipeline.judging.intake.candidates import timeliness, unique
from pipeline.judging.intake.settle_figure import SettledFigure, settle_figure
from pipeline.judging.rulebook import Rulebook
from pipeline.model.actor import RULE
from pipeline.model.form import Figure, Hold, Note
from pipeline.model.ledger import Ledger
from pipeline.model.report import (
    VOUCHED,
    Decision,
    DecisionRule,
    Report,
    ReportState,
    Ruling,
    Timeliness,
)
from pipeline.model.review.refusal import CannotDecide, Refusal
from pipeline.model.review.rival_numbers import rival_numbers

UNIT_DOUBTS = frozenset(
    {
        Hold.UNIT_UNCLEAR,
        Hold.UNKNOWN_SENDER,
        Hold.SENDER_MISMATCH,
        Hold.SENDER_UNPROVEN,
    }
)
_BY_LEDGER = frozenset({Hold.FIGURE_DECREASED, Hold.FIGURE_JUMP})
_OUT = frozenset({DecisionRule.REJECT, DecisionRule.VOID})
# On any report that is open to staff
_ALWAYS = (
    DecisionRule.CORRECT,
    DecisionRule.ASSIGN,
    DecisionRule.REJECT,
    DecisionRule.VOID,
)


_CHECKS = frozenset(
    {Hold.FIGURE_JUMP, Hold.FIGURE_DECREASED, Hold.FIGURE_APPROXIMATE}
)


def needs_reason(report: Report) -> bool:
    """Whether the figure failed a check: to count it none the less (情况属实) somebody
    must know why it is true."""
    return report.state is ReportState.HELD and bool(
        _CHECKS & set(report.holds)
    )


def open_rules(
    report: Report, *, undone: bool = False
) -> tuple[DecisionRule, ...]:
    """What staff can rule on a report as it stands, in the order in which it is
    offered. `undone`: what was decided last took a ruling back."""
    if report.state is not ReportState.HELD:
        if is_open(report, undone=undone):
            return (DecisionRule.UNDO, *_ALWAYS)
        # Decided already: what can still be done is to take the decision back.
        return (DecisionRule.UNDO,)
    if report.completed is None or rival_numbers(report):
        return _ALWAYS
    return (DecisionRule.ACCEPT, *_ALWAYS)


def gives_reason(why: str) -> bool:
    """Whether something is said beside 情况属实: why it is so."""
    return len(re.sub(rf"{VOUCHED}|[\W_]", "", why)) > 1


def decide(
    report: Report,
    ruling: Ruling,
    rulebook: Rulebook,
    ledger: Ledger,
    now: datetime,
    before: Decision | None = None,
) -> Decision:
    """The decision that a ruling makes of a report; `before` is what held before the newest decision.

    Raises CannotDecide.
    """
    if (
        ruling.rule is DecisionRule.UNDO
        and before is None
        and is_by_rule(report)
    ):
        return _set_back(report, ruling, now)
    if ruling.rule is DecisionRule.UNDO:
        return _undone(ruling, before, now)
    if ruling.rule is DecisionRule.ACCEPT:
        _check_accepted(report)
    if ruling.rule in _OUT:
        return _decision(
            report=report,
            ruling=ruling,
            state=ReportState.REJECTED,
            unit=report.unit,
            period=report.period,
            completed=report.completed,
            now=now,
        )
    return _settled(
        report=report,
        ruling=ruling,
        rulebook=rulebook,
        ledger=ledger,
        now=now,
    )


def _settled(
    report: Report,
    ruling: Ruling,
    rulebook: Rulebook,
    ledger: Ledger,
    now: datetime,
) -> Decision:
    """Counted as the ruling says, or held by a doubt that the ruling brings with it."""
    unit = _unit(report, ruling, rulebook)
    period = _period(report, ruling, rulebook)
    counted = _counted(
        report=report,
        ruling=ruling,
        unit=unit,
        period=period,
        rulebook=rulebook,
        ledger=ledger,
    )
    _check_reason(report, ruling, counted)
    holds = _open(report, ruling, unit, counted)
    if holds:
        held = _decision(
            report=report,
            ruling=ruling,
            state=ReportState.HELD,
            unit=unit,
            period=period,
            completed=counted.completed,
            now=now,
        )
        return replace(held, holds=holds)
    return _decision(
        report=report,
        ruling=ruling,
        state=ReportState.ACCEPTED,
        unit=unit,
        period=period,
        completed=counted.completed,
        now=now,
        supersedes=_superseded(report, unit, period, ledger),
        timeliness=_timeliness(report, period, rulebook),
    )


def _superseded(
    report: Report, unit: str | None, period: date, ledger: Ledger
) -> str:
    """The id of the report that counted in this one's place until now; "" where none
    did."""
    counting = ledger.counting.report(unit, period)
    if counting is None or counting.id == report.id:
        return ""
    return counting.id


def _check_reason(
    report: Report, ruling: Ruling, counted: SettledFigure
) -> None:
    """Whoever counts a figure that failed a check says why it is true. Raises
    CannotDecide."""
    new = set(counted.holds) & _BY_LEDGER - set(report.holds)
    accepts = ruling.rule is DecisionRule.ACCEPT
    overrides = (accepts and needs_reason(report)) or (ruling.sure and new)
    if overrides and not gives_reason(ruling.why):
        raise CannotDecide(Refusal.REASON_NEEDED)


def _timeliness(report: Report, period: date, rulebook: Rulebook) -> Timeliness:
    """By the period it is put into. A provider's delay speaks for the period alone that
    it was found for."""
    if Note.PROVIDER_DELAY in report.notes and period == report.period:
        return report.timeliness
    return timeliness(report.received_at, period, rulebook.calendar)


def is_by_rule(report: Report) -> bool:
    """Whether the program alone has decided on it, and counted it or put it aside."""
    return report.decided_by == RULE and report.state is not ReportState.HELD


def is_open(report: Report, *, undone: bool) -> bool:
    """Whether staff can rule on a report: it is held, nobody but the rule has decided
    on it, or what was decided last took a ruling back (`undone`)."""
    return report.state is ReportState.HELD or is_by_rule(report) or undone


def _check_accepted(report: Report) -> None:
    """通过 says that the form's own figure counts: there must be one, and it must not
    count already. Raises CannotDecide."""
    if report.state is ReportState.ACCEPTED and is_by_rule(report):
        raise CannotDecide(Refusal.COUNTS_ALREADY)
    numbers = rival_numbers(report)
    if numbers:
        raise CannotDecide(
            Refusal.WHICH_NUMBER, numbers=tuple(map(str, numbers))
        )


def _set_back(report: Report, ruling: Ruling, now: datetime) -> Decision:
    """撤销 of what the rule counted: it waits for staff, as a held report does."""
    if report.state is not ReportState.ACCEPTED:
        raise CannotDecide(Refusal.NOT_COUNTED)
    decision = _decision(
        report=report,
        ruling=ruling,
        state=ReportState.HELD,
        unit=report.unit,
        period=report.period,
        completed=report.completed,
        now=now,
    )
    return replace(decision, holds=(Hold.SET_BACK,))


def _undone(ruling: Ruling, before: Decision | None, now: datetime) -> Decision:
    """撤销: all that the decision before the newest one said holds again."""
    if before is None:
        raise CannotDecide(Refusal.NOTHING_TO_UNDO)
    return replace(
        before,
        at=now,
        by=ruling.by,
        rule=DecisionRule.UNDO,
        why=ruling.why,
        supersedes="",
    )


def named_unit(name: str, rulebook: Rulebook) -> str:
    """The unit that somebody names. Raises CannotDecide, with the names most like it."""
    unit = rulebook.book.match(name)
    if unit is None:
        near = rulebook.book.suggestions(name)
        raise CannotDecide(Refusal.UNKNOWN_UNIT, name=name, near=near)
    return unit


def _unit(report: Report, ruling: Ruling, rulebook: Rulebook) -> str | None:
    """Whose it is; None only where the ruling says no more than the period."""
    name = ruling.unit or report.unit or ""
    if not name and ruling.rule is DecisionRule.ASSIGN:
        return None
    if not name:
        raise CannotDecide(Refusal.OWNER_MISSING)
    unit = rulebook.book.match(name)
    if unit is None:
        near = rulebook.book.suggestions(name)
        raise CannotDecide(Refusal.UNKNOWN_OWNER, name=name, near=near)
    if rulebook.book.roster.by_name[unit].pool:
        raise CannotDecide(Refusal.OWNER_IS_POOL, unit=unit)
    return unit


def _period(report: Report, ruling: Ruling, rulebook: Rulebook) -> date:
    period = ruling.period or report.period
    if period not in rulebook.calendar.by_due:
        nearest = rulebook.calendar.near(period)
        raise CannotDecide(Refusal.NO_PERIOD, period=period, nearest=nearest)
    return period


def _counted(
    report: Report,
    ruling: Ruling,
    unit: str | None,
    period: date,
    rulebook: Rulebook,
    ledger: Ledger,
) -> SettledFigure:
    """The figure that would count, with what the unit's history says against it."""
    before, after = ledger.figures_around(unit, period)
    known = rulebook.unit_on(unit, period)
    figure = _figure(report, ruling, unit, period)
    return settle_figure(
        figure=figure,
        unit=known,
        last=before,
        rules=rulebook.checks,
        later=after,
    )


def _figure(
    report: Report, ruling: Ruling, unit: str | None, period: date
) -> Figure:
    """What is said to be done: the reviewer's figure, else the one that was read; the
    form itself is asked again where its unit or period is another now (同上期 and
    本旬新增 mean another figure then)."""
    if ruling.rule is DecisionRule.CORRECT:
        return Figure(_corrected(report, ruling), None)
    moved = (unit, period) != (report.unit, report.period)
    if report.form is not None and (moved or report.completed is None):
        return report.form.figure
    return Figure(report.completed, report.added)


def _corrected(report: Report, ruling: Ruling) -> int:
    if ruling.completed is None:
        raise CannotDecide(Refusal.FIGURE_MISSING)
    if ruling.completed < 0:
        raise CannotDecide(Refusal.FIGURE_NEGATIVE)
    if ruling.was is not None and ruling.was != report.completed:
        raise CannotDecide(
            Refusal.OTHER_FIGURE, was=ruling.was, completed=report.completed
        )
    return ruling.completed


def _open(
    report: Report, ruling: Ruling, unit: str | None, counted: SettledFigure
) -> tuple[Hold, ...]:
    """The doubts that the ruling leaves or brings. Raises CannotDecide where it would count nothing."""
    shown = frozenset(report.holds)
    new = tuple(h for h in counted.holds if h in _BY_LEDGER)
    if ruling.rule is not DecisionRule.ASSIGN:
        if counted.completed is None:
            raise CannotDecide(Refusal.FIGURE_UNREAD)
        if ruling.sure:
            return ()
        return tuple(h for h in new if h not in shown)
    answered = (UNIT_DOUBTS if ruling.unit else frozenset()) | (
        frozenset({Hold.PERIOD_UNCLEAR}) if ruling.period else frozenset()
    )
    left = tuple(h for h in report.holds if h not in answered | _BY_LEDGER)
    nameless = (Hold.UNIT_UNCLEAR,) if unit is None else ()
    unread = (
        (Hold.FIGURE_UNCLEAR,) if counted.completed is None and not left else ()
    )
    return unique(left, nameless, new, unread)


def _decision(
    report: Report,
    ruling: Ruling,
    state: ReportState,
    unit: str | None,
    period: date,
    completed: int | None,
    now: datetime,
    *,
    supersedes: str = "",
    timeliness: Timeliness | None = None,
) -> Decision:
    return Decision(
        report_id=report.id,
        at=now,
        by=ruling.by,
        rule=ruling.rule,
        state=state,
        unit=unit,
        period=period,
        completed=completed,
        why=ruling.why,
        supersedes=supersedes,
        timeliness=timeliness or report.timeliness,
    )
