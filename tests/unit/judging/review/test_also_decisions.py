"""What staff decide on a figure beside the main one touches that figure and its notes alone."""

from dataclasses import replace
from typing import Any

import pytest
from judging_makers import RULEBOOK, SEP20, at, report

from pipeline.judging.review.reply import Case, settle
from pipeline.model.actor import Actor
from pipeline.model.form import AlsoSpec, Hold, Note
from pipeline.model.ledger import Ledger
from pipeline.model.report import (
    Decision,
    DecisionRule,
    Report,
    ReportState,
    Ruling,
)
from pipeline.model.review.refusal import CannotDecide, Refusal
from pipeline.writing.review.refusals import refusal_sentence

NOW = at("09-21 10:00")
BY = Actor("shenhe@example.cn")
SPECS = (AlsoSpec("registered", ("实名登记",), at_most="completed"),)
BOOK = replace(RULEBOOK, checks=replace(RULEBOOK.checks, also=SPECS))


def read(**more: Any) -> Report:
    made = report(when="09-20 10:00", period=SEP20, completed=100)
    known = {"notes": (Note.REGISTERED_BELOW,), "also": (("registered", 80),)}
    return replace(made, **(known | more))


def ruled(what: Report, ruling: Ruling) -> Decision:
    return settle(ruling, Case(what), BOOK, Ledger(), NOW)[0]


def beside(value: int, **more: Any) -> Ruling:
    return Ruling(
        DecisionRule.CORRECT, BY, also=(("registered", value),), **more
    )


def test_a_counted_report_keeps_its_figure_and_loses_the_note() -> None:
    decision = ruled(read(), beside(100))
    assert decision.state is ReportState.ACCEPTED
    assert decision.completed == 100
    assert decision.also == (("registered", 100),)
    assert decision.also_notes == ()


def test_a_held_report_stays_held_by_what_it_was_held_by() -> None:
    held = read(state=ReportState.HELD, holds=(Hold.FIGURE_JUMP,))
    decision = ruled(held, beside(90))
    assert decision.state is ReportState.HELD
    assert decision.holds == (Hold.FIGURE_JUMP,)
    assert decision.also_notes == (Note.REGISTERED_BELOW,)


def test_both_figures_at_once() -> None:
    held = read(state=ReportState.HELD, holds=(Hold.FIGURE_UNCLEAR,))
    decision = ruled(held, beside(110, completed=110))
    assert decision.state is ReportState.ACCEPTED
    assert (decision.completed, decision.also) == (110, (("registered", 110),))
    assert decision.also_notes == ()


def test_what_was_put_right_before_still_holds() -> None:
    known = read(
        state=ReportState.HELD,
        also=(("registered", 100),),
        corrected_also=(("registered", 100),),
    )
    decision = ruled(known, Ruling(DecisionRule.ACCEPT, BY, "已核实"))
    assert decision.also == (("registered", 100),)
    assert decision.also_notes == ()


def test_a_slip_of_hers_is_refused_unless_she_vouches() -> None:
    with pytest.raises(CannotDecide) as told:
        ruled(read(), beside(1100))
    said = refusal_sentence(told.value)
    assert said == "实名登记1100比累计数100还多，请核对"
    sure = ruled(read(), beside(1100, sure=True, why="情况属实：补登"))
    assert sure.also_notes == (Note.ALSO_ABOVE,)


def test_no_figure_of_a_report_that_does_not_count() -> None:
    with pytest.raises(CannotDecide) as told:
        ruled(read(state=ReportState.DUPLICATE), beside(90))
    assert told.value.refusal is Refusal.NOTHING_TO_CORRECT


def test_a_campaign_without_such_figures_decides_as_before() -> None:
    plain = replace(read(state=ReportState.HELD), also=(), notes=())
    ruling = Ruling(DecisionRule.CORRECT, BY, completed=128)
    decision, _ = settle(ruling, Case(plain), RULEBOOK, Ledger(), NOW)
    assert (decision.also, decision.also_notes) == ((), None)
