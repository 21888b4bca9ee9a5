"""What a reviewer's reply does to a held report, and the sentence that says so to all
reviewers.

Values in, a Judgement out. Who may, and with which token, is asked before (flows/replies.py).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.judging.review.decide import CannotDecide, decide, is_by_rule
from pipeline.judging.review.learn import lesson_words, lessons, not_learnt
from pipeline.judging.rulebook import Rulebook
from pipeline.model.arrival import Judgement, Outcome, ReplyResult
from pipeline.model.ledger import Ledger
from pipeline.model.report import (
    Decision,
    DecisionRule,
    Report,
    ReportState,
    Ruling,
)
from pipeline.model.roster import Lesson

NOTHING_DONE = "没有改动："
REFUSED = "没有采用："
# In a decision's record, before what was learnt with it
LEARNT = "记住："
_STATES = {
    ReportState.ACCEPTED: "已计入",
    ReportState.SUPERSEDED: "已被更新的报表替代",
    ReportState.REJECTED: "已退回或作废",
    ReportState.DUPLICATE: "是重复的报表",
}


@dataclass(frozen=True)
class Case:
    """A report before a reviewer: the address it came from, and what held before its
    newest decision."""

    report: Report
    sender: str = ""
    before: Decision | None = None


def judge_reply(
    ruling: Ruling,
    case: Case,
    rulebook: Rulebook,
    ledger: Ledger,
    now: datetime,
) -> Judgement:
    """The judgement on a reply: outcome `command`, with the decision it made (in words
    by notices/decision_words) or the reason why it made none."""
    try:
        decision, learnt = settle(ruling, case, rulebook, ledger, now)
    except CannotDecide as trouble:
        return nothing_done(str(trouble), case.report)
    return Judgement(
        Outcome.COMMAND,
        decisions=(decision,),
        reply=ReplyResult.DONE,
        lessons=learnt,
        unit=decision.unit,
        period=decision.period,
    )


def settle(
    ruling: Ruling,
    case: Case,
    rulebook: Rulebook,
    ledger: Ledger,
    now: datetime,
) -> tuple[Decision, tuple[Lesson, ...]]:
    """The one way of deciding, by mail and by command: a held case, or a report that
    nobody but the rule has decided on, once. Raises CannotDecide."""
    report = case.report
    open_to_staff = report.state is ReportState.HELD or is_by_rule(report)
    if not open_to_staff and ruling.rule is not DecisionRule.UNDO:
        state = _STATES.get(report.state, report.state.value)
        raise CannotDecide(
            f"这一份已由 {report.decided_by} 处理（{state}）。要改请先撤销"
        )
    decision = decide(report, ruling, rulebook, ledger, now, case.before)
    learnt = lessons(report, case.sender, ruling, decision, rulebook)
    said = [decision.why]
    for lesson in learnt:
        said.append(f"{LEARNT}{lesson_words(lesson)}")
    if not learnt:
        said.append(not_learnt(case.sender, ruling, decision.unit, rulebook))
    return replace(
        decision, why="；".join(part for part in said if part)
    ), learnt


def nothing_done(why: str, report: Report | None = None) -> Judgement:
    """A reply that changes nothing, and why."""
    if report is None:
        return Judgement(
            Outcome.COMMAND,
            f"{NOTHING_DONE}{why}",
            reply=ReplyResult.NOTHING_DONE,
        )
    return Judgement(
        Outcome.COMMAND,
        f"{NOTHING_DONE}{why}",
        unit=report.unit,
        period=report.period,
        reply=ReplyResult.NOTHING_DONE,
    )


def refused(why: str, report: Report | None = None) -> Judgement:
    """A reply of somebody who may not decide, or may not be who the mail says: all
    reviewers are told."""
    judged = nothing_done(why, report)
    return replace(judged, reason=f"{REFUSED}{why}", reply=ReplyResult.REFUSED)


def reply_result(kept: str) -> ReplyResult:
    """What a reply came to, by the words that its row keeps: they begin with one of two
    signs where nothing was changed."""
    if kept.startswith(NOTHING_DONE):
        return ReplyResult.NOTHING_DONE
    if kept.startswith(REFUSED):
        return ReplyResult.REFUSED
    return ReplyResult.DONE


def draft_version(month: str, ledger: Ledger) -> int:
    """How often the month's bulletin was drawn up."""
    return sum(bulletin.month == month for bulletin in ledger.bulletins)
