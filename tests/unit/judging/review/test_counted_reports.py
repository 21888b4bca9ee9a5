"""What the rule has counted can be corrected, moved, given back and set back by staff, as a held report can (rules.md 6)."""

from dataclasses import replace

import pytest
from judging_makers import (
    RULEBOOK,
    SEP10,
    SEP20,
    SEP30,
    arrival,
    at,
    file,
    form,
    ledger,
    report,
)

from pipeline.judging.intake.judge import judge
from pipeline.judging.review.reply import Case, settle
from pipeline.model.form import Hold
from pipeline.model.report import (
    Decision,
    DecisionRule,
    Report,
    ReportState,
    Ruling,
)
from pipeline.model.review.refusal import CannotDecide, Refusal

BY = "staff@example.cn"
NOW = at("09-12 09:00")
COUNTED = report("甲县", SEP10, 100)


def decided(what: Report, rule: DecisionRule, **more: object) -> Decision:
    ruling = Ruling(rule, BY, **more)  # type: ignore[arg-type]
    decision, _ = settle(ruling, Case(what), RULEBOOK, ledger(what), NOW)
    return decision


def test_a_counted_figure_is_corrected() -> None:
    made = decided(COUNTED, DecisionRule.CORRECT, completed=120)
    assert (made.state, made.completed) == (ReportState.ACCEPTED, 120)


def test_a_counted_report_is_moved_to_its_unit_and_period() -> None:
    made = decided(COUNTED, DecisionRule.ASSIGN, unit="乙县", period=SEP20)
    assert (made.state, made.unit, made.period) == (
        ReportState.ACCEPTED,
        "乙县",
        SEP20,
    )


@pytest.mark.parametrize("rule", [DecisionRule.REJECT, DecisionRule.VOID])
def test_a_counted_report_is_given_back_or_voided(rule: DecisionRule) -> None:
    assert decided(COUNTED, rule, why="重报").state is ReportState.REJECTED


def test_undo_of_what_the_rule_counted_sets_it_back_for_staff() -> None:
    made = decided(COUNTED, DecisionRule.UNDO)
    assert (made.state, made.holds) == (ReportState.HELD, (Hold.SET_BACK,))
    held = replace(
        COUNTED, state=made.state, holds=made.holds or (), decided_by=BY
    )
    again = decided(held, DecisionRule.ACCEPT)
    assert (again.state, again.completed) == (ReportState.ACCEPTED, 100)


def test_what_staff_decided_is_undone_first() -> None:
    by_staff = replace(COUNTED, decided_by=BY)
    with pytest.raises(CannotDecide) as told:
        decided(by_staff, DecisionRule.CORRECT, completed=120)
    assert told.value.refusal is Refusal.DECIDED_ALREADY
    assert told.value.facts["by"] == BY


def test_accepting_what_counts_already_says_so() -> None:
    with pytest.raises(CannotDecide) as told:
        decided(COUNTED, DecisionRule.ACCEPT)
    assert told.value.refusal is Refusal.COUNTS_ALREADY


@pytest.mark.parametrize(
    ("figure", "held"), [(90, False), (150, False), (151, True)]
)
def test_a_backfill_above_a_later_figure_is_held(
    figure: int, held: bool
) -> None:
    known = ledger(report("甲县", SEP30, 150, "09-30 10:00"))
    late = arrival(
        file(form("甲县", figure, "9-10")),
        subject="补报9月10日",
        when="10-02 10:00",
    )
    (made,) = judge(late, RULEBOOK, known).reports
    assert made.period == SEP10
    assert (Hold.FIGURE_DECREASED in made.holds) is held
