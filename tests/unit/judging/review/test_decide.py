"""What staff decide on a held report: accept, correct, reject; and what cannot be decided."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from judging_makers import RULEBOOK, SEP10, SEP20, SEP30, at, ledger, report

from pipeline.judging.review.decide import decide, open_rules
from pipeline.model.form import Figure, Form, Hold, Place, SeenNumber
from pipeline.model.ledger import Ledger
from pipeline.model.report import (
    Decision,
    DecisionRule,
    Report,
    ReportState,
    Ruling,
    Timeliness,
)
from pipeline.model.review.refusal import CannotDecide, Refusal

NOW = at("09-21 10:00")
ACCEPT, CORRECT, REJECT = (
    DecisionRule.ACCEPT,
    DecisionRule.CORRECT,
    DecisionRule.REJECT,
)


def held(**more: Any) -> Report:
    return report(
        **{
            "when": "09-20 10:00",
            "period": SEP20,
            "state": ReportState.HELD,
            **more,
        }
    )


def ruled(
    one: Report, rule: DecisionRule, known: Ledger | None = None, **more: Any
) -> Decision:
    return decide(
        one, Ruling(rule, "tester", **more), RULEBOOK, known or Ledger(), NOW
    )


def test_accept_counts_what_was_read() -> None:
    one = held(completed=356)
    found = ruled(one, ACCEPT, why="已核实")
    assert (found.report_id, found.at, found.by, found.rule, found.why) == (
        one.id,
        NOW,
        "tester",
        ACCEPT,
        "已核实",
    )
    assert (found.state, found.unit, found.period, found.completed) == (
        ReportState.ACCEPTED,
        "甲县",
        SEP20,
        356,
    )


@pytest.mark.parametrize("hold", [Hold.FIGURE_UNCLEAR, Hold.SECOND_LOOK])
def test_of_several_numbers_one_is_named(hold: Hold) -> None:
    """通过 says of two numbers nothing: which of them counts is said, or none does."""
    seen = (
        SeenNumber(1044, Place.LABEL, "1044"),
        SeenNumber(1057, Place.VALUE, "1057"),
    )
    figure = Figure(1057, None, holds=(hold,), seen=seen)
    read = Form("甲县", (), None, figure, (), ())
    one = held(completed=1057, holds=(hold,), form=read)
    with pytest.raises(CannotDecide) as refused:
        ruled(one, ACCEPT, why="情况属实：已电话核实", sure=True)
    assert refused.value.refusal is Refusal.WHICH_NUMBER
    assert refused.value.facts["numbers"] == ("1044", "1057")
    assert ACCEPT not in open_rules(one)
    assert ruled(one, CORRECT, completed=1044).completed == 1044
    alike = replace(read, figure=replace(figure, seen=seen[1:]))
    assert ruled(replace(one, form=alike), ACCEPT).completed == 1057


def test_correct_counts_what_staff_say() -> None:
    assert ruled(held(completed=None), CORRECT, completed=340).completed == 340
    assert ruled(held(completed=356), CORRECT, completed=0).completed == 0


def test_reject_keeps_what_was_read_and_counts_nothing() -> None:
    found = ruled(held(unit=None, completed=None), REJECT, why="重复")
    assert (found.state, found.unit, found.completed) == (
        ReportState.REJECTED,
        None,
        None,
    )


def test_an_unclear_unit_is_named_as_people_write_it() -> None:
    assert (
        ruled(held(unit=None), ACCEPT, unit="乐山市乙县总工会").unit == "乙县"
    )


@pytest.mark.parametrize(
    ("one", "rule", "more", "refusal"),
    [
        (held(unit=None), ACCEPT, {}, Refusal.OWNER_MISSING),
        (
            held(unit=None),
            ACCEPT,
            {"unit": "甲县县"},
            Refusal.UNKNOWN_OWNER,
        ),
        (held(unit=None), ACCEPT, {"unit": "其他"}, Refusal.OWNER_IS_POOL),
        (held(), ACCEPT, {"period": date(2015, 9, 21)}, Refusal.NO_PERIOD),
        (held(completed=None), ACCEPT, {}, Refusal.FIGURE_UNREAD),
        (held(), CORRECT, {"completed": -1}, Refusal.FIGURE_NEGATIVE),
        (held(), CORRECT, {}, Refusal.FIGURE_MISSING),
    ],
)
def test_what_cannot_be_decided_says_what_is_missing(
    one: Report, rule: DecisionRule, more: dict[str, Any], refusal: Refusal
) -> None:
    with pytest.raises(CannotDecide) as told:
        ruled(one, rule, **more)
    assert told.value.refusal is refusal


def test_an_unknown_name_and_day_are_told_with_the_nearest() -> None:
    with pytest.raises(CannotDecide) as told:
        ruled(held(unit=None), ACCEPT, unit="甲县县")
    assert told.value.facts == {"name": "甲县县", "near": ("甲县",)}
    with pytest.raises(CannotDecide) as told:
        ruled(held(), ACCEPT, period=date(2015, 9, 21))
    assert told.value.facts["nearest"] == SEP20


@pytest.mark.parametrize(
    ("period", "timeliness"),
    [
        (None, Timeliness.LATE),
        (SEP10, Timeliness.LATE),
        (SEP30, Timeliness.ON_TIME),
    ],
)
def test_a_report_put_into_another_period_is_timely_by_that_periods_deadline(
    period: date | None, timeliness: Timeliness
) -> None:
    assert (
        ruled(held(when="09-21 09:00"), ACCEPT, period=period).timeliness
        is timeliness
    )


def test_the_report_it_takes_the_place_of_is_named() -> None:
    counting = report("甲县", SEP20, 300, "09-20 09:00")
    one = held()
    assert ruled(one, ACCEPT, ledger(counting, one)).supersedes == counting.id
    assert ruled(one, ACCEPT, ledger(one)).supersedes == ""


def test_what_is_rejected_stays_in_its_period_with_that_periods_timeliness() -> (
    None
):
    """Put from the 20th (late) to the 30th (on time), and then rejected."""
    moved = held(period=SEP30, when="09-21 09:00", state=ReportState.ACCEPTED)
    found = ruled(moved, REJECT, why="重复")
    assert (found.period, found.timeliness) == (SEP30, Timeliness.ON_TIME)
    assert found.state is ReportState.REJECTED


def test_undo_brings_back_all_that_held_before() -> None:
    one = held()
    first = ruled(one, ACCEPT, period=SEP30)
    moved = decide(
        one,
        Ruling(DecisionRule.UNDO, "second", "写错期次"),
        RULEBOOK,
        Ledger(),
        NOW,
        first,
    )
    assert (moved.state, moved.period, moved.completed, moved.timeliness) == (
        first.state,
        first.period,
        first.completed,
        first.timeliness,
    )
    assert (moved.rule, moved.by, moved.why) == (
        DecisionRule.UNDO,
        "second",
        "写错期次",
    )


def test_there_must_be_something_to_undo() -> None:
    with pytest.raises(CannotDecide) as told:
        ruled(held(), DecisionRule.UNDO)
    assert told.value.refusal is Refusal.NOTHING_TO_UNDO


def test_a_unit_alone_answers_whose_it_is_and_leaves_the_figure_in_doubt() -> (
    None
):
    one = held(
        unit=None,
        holds=(Hold.UNIT_UNCLEAR, Hold.UNKNOWN_SENDER, Hold.FIGURE_APPROXIMATE),
    )
    found = ruled(one, DecisionRule.ASSIGN, unit="乙县")
    assert (found.state, found.unit, found.holds) == (
        ReportState.HELD,
        "乙县",
        (Hold.FIGURE_APPROXIMATE,),
    )


def test_it_counts_once_nothing_else_is_in_doubt() -> None:
    one = held(unit=None, holds=(Hold.UNIT_UNCLEAR, Hold.UNKNOWN_SENDER))
    assert (
        ruled(one, DecisionRule.ASSIGN, unit="乙县").state
        is ReportState.ACCEPTED
    )
    moved = ruled(
        held(holds=(Hold.PERIOD_UNCLEAR,)), DecisionRule.ASSIGN, period=SEP30
    )
    assert (moved.state, moved.period) == (ReportState.ACCEPTED, SEP30)


@pytest.mark.parametrize("rule", [ACCEPT, CORRECT, DecisionRule.ASSIGN])
def test_a_doubt_that_nobody_was_shown_holds_it_again_unless_she_vouches(
    rule: DecisionRule,
) -> None:
    """The unit named has reported 300 before; this form says 100."""
    before = ledger(report("乙县", SEP10, 300, "09-10 09:00"))
    one = held(unit=None, completed=100, holds=(Hold.UNIT_UNCLEAR,))
    more: dict[str, Any] = {
        "unit": "乙县",
        "completed": 100 if rule is CORRECT else None,
    }
    found = ruled(one, rule, before, **more)
    assert (found.state, found.holds) == (
        ReportState.HELD,
        (Hold.FIGURE_DECREASED,),
    )
    if rule is not DecisionRule.ASSIGN:
        vouched = {**more, "sure": True, "why": "情况属实；电话核实过"}
        assert ruled(one, rule, before, **vouched).state is ReportState.ACCEPTED


def test_a_doubt_that_she_was_shown_does_not() -> None:
    """The control of the one above."""
    before = ledger(report("甲县", SEP10, 300, "09-10 09:00"))
    one = held(completed=100, holds=(Hold.FIGURE_DECREASED,))
    found = ruled(one, ACCEPT, before, why="情况属实：重复的已剔除")
    assert found.state is ReportState.ACCEPTED


@pytest.mark.parametrize("why", ["", "情况属实", "情况属实。"])
def test_whoever_counts_a_figure_that_failed_a_check_says_why(why: str) -> None:
    before = ledger(report("甲县", SEP10, 300, "09-10 09:00"))
    one = held(completed=100, holds=(Hold.FIGURE_DECREASED,))
    with pytest.raises(CannotDecide) as told:
        ruled(one, ACCEPT, before, why=why, sure=bool(why))
    assert told.value.refusal is Refusal.REASON_NEEDED


def test_the_figure_that_she_says_stood_there_must_stand_there() -> None:
    assert (
        ruled(held(completed=356), CORRECT, completed=340, was=356).completed
        == 340
    )
    with pytest.raises(CannotDecide) as told:
        ruled(held(completed=356), CORRECT, completed=340, was=365)
    assert told.value.refusal is Refusal.OTHER_FIGURE


def test_void_rejects_like_a_return() -> None:
    assert ruled(held(), DecisionRule.VOID).state is ReportState.REJECTED


@pytest.mark.parametrize(
    ("one", "first"),
    [
        (held(completed=356), [ACCEPT]),
        (held(completed=None), []),
        (report(completed=356), [DecisionRule.UNDO]),
    ],
    ids=["held", "held without a figure", "counted by rule"],
)
def test_an_open_report_offers_what_can_be_ruled_on_it(
    one: Report, first: list[DecisionRule]
) -> None:
    offered = open_rules(one)
    always = [CORRECT, DecisionRule.ASSIGN, REJECT, DecisionRule.VOID]
    assert list(offered) == [*first, *always]


@pytest.mark.parametrize("state", [ReportState.ACCEPTED, ReportState.REJECTED])
def test_of_a_report_that_a_person_decided_on_only_that_is_undone(
    state: ReportState,
) -> None:
    one = report(completed=356, state=state, decided_by="shenhe@example.cn")
    assert open_rules(one) == (DecisionRule.UNDO,)
    assert CORRECT in open_rules(one, undone=True)
