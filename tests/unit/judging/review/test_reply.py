"""What a reviewer's reply does to a held case, and to a bulletin's draft."""

from datetime import date

import pytest
from judging_makers import RULEBOOK, SEP10, at, ledger, report

from pipeline.judging.review.draft_orders import (
    DraftWish,
    rule_on_draft,
)
from pipeline.judging.review.reply import Case, settle
from pipeline.model.letters.draft_result import DraftResult
from pipeline.model.notice_key import approval_key
from pipeline.model.report import (
    Decision,
    DecisionRule,
    Report,
    ReportState,
    Ruling,
)
from pipeline.model.review.refusal import CannotDecide, Refusal

NOW = at("09-11 10:00")


def answered(one: Report, rule: DecisionRule, **more: object) -> Decision:
    ruling = Ruling(rule, "shenhe@example.cn", **more)  # type: ignore[arg-type]
    decision, _ = settle(ruling, Case(one), RULEBOOK, ledger(one), NOW)
    return decision


def test_a_held_report_is_accepted_corrected_or_rejected() -> None:
    held = report("甲县", SEP10, 300, state=ReportState.HELD)
    accepted = answered(held, DecisionRule.ACCEPT)
    assert (accepted.state, accepted.completed, accepted.by) == (
        ReportState.ACCEPTED,
        300,
        "shenhe@example.cn",
    )
    corrected = answered(held, DecisionRule.CORRECT, completed=280)
    assert corrected.completed == 280
    rejected = answered(held, DecisionRule.REJECT, why="写错")
    assert rejected.state is ReportState.REJECTED


def test_the_second_answer_is_told_who_was_first_and_changes_nothing() -> None:
    decided = report("甲县", SEP10, 300, decided_by="first@example.cn")
    with pytest.raises(CannotDecide) as told:
        answered(decided, DecisionRule.REJECT, why="写错")
    assert told.value.refusal is Refusal.DECIDED_ALREADY
    assert told.value.facts["by"] == "first@example.cn"


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
    undone, _ = settle(
        undo, Case(decided, "", first), RULEBOOK, ledger(decided), NOW
    )
    assert (undone.state, undone.completed, undone.by) == (
        ReportState.HELD,
        300,
        "shenhe@example.cn",
    )
    held = report("甲县", SEP10, 300, state=ReportState.HELD)
    with pytest.raises(CannotDecide) as told:
        settle(undo, Case(held), RULEBOOK, ledger(held), NOW)
    assert told.value.refusal is Refusal.NOTHING_TO_UNDO


def test_what_cannot_be_decided_says_why() -> None:
    nameless = report(None, SEP10, 300, state=ReportState.HELD)
    with pytest.raises(CannotDecide) as told:
        answered(nameless, DecisionRule.ACCEPT)
    assert told.value.refusal is Refusal.OWNER_MISSING
    assert answered(nameless, DecisionRule.ACCEPT, unit="甲县").unit == "甲县"


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
