"""What a reviewer's reply does to a held case, and to a bulletin's draft."""

from datetime import date

from judging_makers import RULEBOOK, SEP10, at, ledger, report

from pipeline.judging.review.draft_orders import (
    DraftWish,
    rule_on_draft,
)
from pipeline.judging.review.reply import (
    Case,
    judge_reply,
    nothing_done,
)
from pipeline.model.arrival import Judgement, Outcome
from pipeline.model.letters.draft_result import DraftResult
from pipeline.model.notice import approval_key
from pipeline.model.report import (
    Decision,
    DecisionRule,
    Report,
    ReportState,
    Ruling,
)

NOW = at("09-11 10:00")


def answered(one: Report, rule: DecisionRule, **more: object) -> Judgement:
    ruling = Ruling(rule, "shenhe@example.cn", **more)  # type: ignore[arg-type]
    return judge_reply(ruling, Case(one), RULEBOOK, ledger(one), NOW)


def test_a_held_report_is_accepted_corrected_or_rejected() -> None:
    held = report("甲县", SEP10, 300, state=ReportState.HELD)
    accepted = answered(held, DecisionRule.ACCEPT).decisions[0]
    assert (accepted.state, accepted.completed, accepted.by) == (
        ReportState.ACCEPTED,
        300,
        "shenhe@example.cn",
    )
    assert (
        answered(held, DecisionRule.CORRECT, completed=280)
        .decisions[0]
        .completed
        == 280
    )
    assert (
        answered(held, DecisionRule.REJECT, why="写错").decisions[0].state
        is ReportState.REJECTED
    )


def test_the_second_answer_is_told_who_was_first_and_changes_nothing() -> None:
    decided = report("甲县", SEP10, 300, decided_by="first@example.cn")
    judgement = answered(decided, DecisionRule.REJECT, why="写错")
    assert judgement.outcome is Outcome.COMMAND
    assert judgement.decisions == ()
    assert "first@example.cn" in (judgement.reason or "")


def test_a_decision_can_be_undone_and_an_open_case_cannot() -> None:
    decided = report("甲县", SEP10, 280)
    first = Decision(
        decided.id,
        NOW,
        "rule",
        DecisionRule.JUDGED,
        ReportState.HELD,
        "甲县",
        SEP10,
        300,
        "figure_jump",
    )
    undo = Ruling(DecisionRule.UNDO, "shenhe@example.cn")
    (undone,) = judge_reply(
        undo, Case(decided, "", first), RULEBOOK, ledger(decided), NOW
    ).decisions
    assert (undone.state, undone.completed, undone.by) == (
        ReportState.HELD,
        300,
        "shenhe@example.cn",
    )
    held = report("甲县", SEP10, 300, state=ReportState.HELD)
    assert (
        judge_reply(undo, Case(held), RULEBOOK, ledger(held), NOW).decisions
        == ()
    )


def test_what_cannot_be_decided_says_why() -> None:
    nameless = report(None, SEP10, 300, state=ReportState.HELD)
    judgement = answered(nameless, DecisionRule.ACCEPT)
    assert judgement.decisions == ()
    assert (judgement.reason or "").startswith("没有改动")
    named = answered(nameless, DecisionRule.ACCEPT, unit="甲县").decisions[0]
    assert named.unit == "甲县"


def test_an_unclear_reply_is_recorded_as_one() -> None:
    held = report("甲县", SEP10, 300, state=ReportState.HELD)
    assert nothing_done("没有看懂", held).outcome is Outcome.COMMAND
    assert nothing_done("没有看懂", held).decisions == ()


def test_only_consent_releases_a_bulletin_and_only_once() -> None:
    day = date(2015, 10, 1)
    consent = DraftWish("key", release=True)
    found = rule_on_draft(consent, "2015-09", ledger(), day)
    assert (found.result, found.approvals) == (
        DraftResult.RELEASED,
        ("2015-09",),
    )
    refusal = rule_on_draft(DraftWish("key"), "2015-09", ledger(), day)
    assert (refusal.result, refusal.approvals) == (
        DraftResult.NOT_RELEASED,
        (),
    )
    released = ledger(settled=frozenset({approval_key("2015-09")}))
    again = rule_on_draft(consent, "2015-09", released, day)
    assert (again.result, again.approvals) == (
        DraftResult.RELEASED_ALREADY,
        (),
    )
