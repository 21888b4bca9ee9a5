"""What a reviewer's reply does: only a held case is decided, once; a later answer is told who was first."""

from datetime import datetime

from pipeline.judging.office import Office
from pipeline.judging.review import CannotDecide, decide
from pipeline.model.arrival import Judgement, Outcome
from pipeline.model.ledger import Ledger
from pipeline.model.notice import approval_key
from pipeline.model.report import Decision, DecisionRule, Report, ReportState, Ruling

_STATES = {
    ReportState.ACCEPTED: "已计入",
    ReportState.SUPERSEDED: "已被更新的报表替代",
    ReportState.REJECTED: "已退回",
}


def judge_reply(
    ruling: Ruling,
    report: Report,
    office: Office,
    ledger: Ledger,
    now: datetime,
    before: Decision | None = None,
) -> Judgement:
    """The judgement on a reply: outcome `command`, with the decision it made or the reason why it made none."""
    settled = report.state is not ReportState.HELD
    if settled and ruling.rule is not DecisionRule.UNDO:
        state = _STATES.get(report.state, report.state.value)
        return _nothing(
            report, f"没有改动：这一份已由 {report.decided_by} 处理（{state}）。要改请先回复 撤销"
        )
    try:
        decision = decide(report, ruling, office, ledger, now, before)
    except CannotDecide as trouble:
        return _nothing(report, f"没有改动：{trouble}")
    return Judgement(
        Outcome.COMMAND,
        _result(decision),
        decisions=(decision,),
        unit=decision.unit,
        period=decision.period,
    )


def judge_draft_reply(ruling: Ruling, month: str, ledger: Ledger) -> Judgement:
    """A reply to a bulletin's draft: 同意发布 releases it; nothing else does."""
    if approval_key(month) in ledger.settled:
        return Judgement(Outcome.COMMAND, f"没有改动：{month} 的通报已经批准发布")
    if ruling.rule is not DecisionRule.ACCEPT:
        return Judgement(
            Outcome.COMMAND, f"没有改动：{month} 的通报没有批准，暂不发布；要发布请回复 同意发布"
        )
    return Judgement(Outcome.COMMAND, f"已批准，{month} 的通报即将发出", approvals=(month,))


def unclear_reply(report: Report | None, why: str) -> Judgement:
    return _nothing(report, f"没有改动：{why}")


def _nothing(report: Report | None, sentence: str) -> Judgement:
    if report is None:
        return Judgement(Outcome.COMMAND, sentence)
    return Judgement(Outcome.COMMAND, sentence, unit=report.unit, period=report.period)


def _result(decision: Decision) -> str:
    undone = "已撤销原来的决定：" if decision.rule is DecisionRule.UNDO else ""
    if decision.state is ReportState.HELD:
        return f"{undone}回到待核"
    if decision.state is ReportState.REJECTED:
        return f"{undone}已退回，不予采用"
    return f"{undone}已计入，累计 {decision.completed} 名"
