"""What staff decide on a held report (待核): accept, correct or reject it, with the unit and period where those were unclear.

Values in, a Decision or a sentence saying why it cannot be made out. An older decision is never changed: a new one follows.
"""

from dataclasses import replace
from datetime import date, datetime

from pipeline.judging.office import Office
from pipeline.judging.reports import timeliness
from pipeline.model.ledger import Ledger
from pipeline.model.report import Decision, DecisionRule, Report, ReportState, Ruling, Timeliness


class CannotDecide(Exception):
    """The ruling cannot be carried out; the text says in Chinese what is missing."""


def decide(
    report: Report,
    ruling: Ruling,
    office: Office,
    ledger: Ledger,
    now: datetime,
    before: Decision | None = None,
) -> Decision:
    """The decision that a ruling makes of a report; `before` is what held before the newest decision.

    Raises CannotDecide.
    """
    if ruling.rule is DecisionRule.UNDO:
        return _undone(ruling, before, now)
    if ruling.rule is DecisionRule.REJECT:
        return _decision(
            report, ruling, ReportState.REJECTED, report.unit, report.period, report.completed, now
        )
    unit = _unit(report, ruling, office)
    period = ruling.period or report.period
    if period not in office.calendar.by_due:
        raise CannotDecide(f"没有 {period} 这一期，最近的是 {office.calendar.near(period)}")
    completed = ruling.completed if ruling.rule is DecisionRule.CORRECT else report.completed
    if completed is None:
        raise CannotDecide("这份报表没有读出数字，请用 correct 并写明 --completed")
    if completed < 0:
        raise CannotDecide("累计完成数不能是负数")
    counting = ledger.counting.get(unit, {}).get(period)
    supersedes = counting.id if counting and counting.id != report.id else ""
    return _decision(
        report,
        ruling,
        ReportState.ACCEPTED,
        unit,
        period,
        completed,
        now,
        supersedes=supersedes,
        timeliness=timeliness(report.received_at, period, office.calendar),
    )


def _undone(ruling: Ruling, before: Decision | None, now: datetime) -> Decision:
    """撤销: all that the decision before the newest one said holds again."""
    if before is None:
        raise CannotDecide("这份报表还没有人作过决定，没有可以撤销的")
    return replace(before, at=now, by=ruling.by, rule=DecisionRule.UNDO, why=ruling.why, supersedes="")


def _unit(report: Report, ruling: Ruling, office: Office) -> str:
    name = ruling.unit or report.unit or ""
    unit = office.book.match(name) if name else None
    if unit is None:
        near = "、".join(office.book.suggestions(name)) if name else ""
        hint = f"，名称相近的有：{near}" if near else ""
        raise CannotDecide(f"这份报表还不知道是哪个单位的，请用 --unit 写明{hint}")
    if office.book.roster.by_name[unit].pool:
        raise CannotDecide(f"{unit} 是汇总行，请写明是哪个成员单位")
    return unit


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
        report.id,
        now,
        ruling.by,
        ruling.rule,
        state,
        unit,
        period,
        completed,
        ruling.why,
        supersedes,
        timeliness or report.timeliness,
    )
