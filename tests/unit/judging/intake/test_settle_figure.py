"""Which figure counts: a row for each sentence of rules.md 5, at the exact bounds."""

from fractions import Fraction

import pytest
from judging_makers import CHECKS, MEASURES, ROSTER

from pipeline.judging.intake.settle_figure import (
    measures_chars,
    measures_notes,
    settle_figure,
)
from pipeline.model.form import Figure, Hold, Nil, Note
from pipeline.model.rules import CheckRules

INCREMENT = CheckRules(count="increment")
JIA = "甲县"  # target 1000

# (what it shows, figure, last, completed, notes, holds), for a unit with target 1000
TABLE = [
    ("a first figure", Figure(completed=356), None, 356, (), ()),
    ("as stated", Figure(completed=356, added=56), 300, 356, (), ()),
    ("no growth", Figure(completed=300), 300, 300, (), ()),
    ("nil 0 after a figure", Figure(nil=Nil.NOUGHT), 300, 300, (Note.NIL_REPORT,), ()),
    ("nil 无 after a figure", Figure(nil=Nil.NONE), 300, 300, (Note.NIL_REPORT,), ()),
    ("nil 同上期 after a figure", Figure(nil=Nil.SAME), 300, 300, (Note.NIL_REPORT,), ()),
    ("nil 0 after nought", Figure(nil=Nil.NOUGHT), 0, 0, (Note.NIL_REPORT,), ()),
    ("nil 0 at first is nought", Figure(nil=Nil.NOUGHT), None, 0, (), ()),
    ("nil 无 at first", Figure(nil=Nil.NONE), None, None, (), (Hold.FIGURE_UNCLEAR,)),
    ("nil 同上期 at first", Figure(nil=Nil.SAME), None, None, (), (Hold.FIGURE_UNCLEAR,)),
    ("only added", Figure(added=56), 300, 356, (Note.DERIVED_CUMULATIVE,), ()),
    ("only added, after nought", Figure(added=56), 0, 56, (Note.DERIVED_CUMULATIVE,), ()),
    ("only added, at first", Figure(added=56), None, None, (), (Hold.FIGURE_UNCLEAR,)),
    ("no number at all", Figure(), 300, None, (), (Hold.FIGURE_UNCLEAR,)),
    ("unclear on the form", Figure(holds=(Hold.FIGURE_UNCLEAR,)), 300, None, (), (Hold.FIGURE_UNCLEAR,)),
    ("approximate", Figure(completed=356, holds=(Hold.FIGURE_APPROXIMATE,)), 300, 356, (), (Hold.FIGURE_APPROXIMATE,)),
    ("rounded", Figure(completed=400, notes=(Note.ROUNDED,)), 300, 400, (Note.ROUNDED,), ()),
    ("less than before", Figure(completed=299), 300, 299, (), (Hold.FIGURE_DECREASED,)),
    ("exactly 150 % of the target", Figure(completed=1500), 1400, 1500, (), ()),
    ("over 150 % of the target", Figure(completed=1501), 1400, 1501, (), (Hold.FIGURE_JUMP,)),
    ("a rise of exactly 50 % of the target", Figure(completed=800), 300, 800, (), ()),
    ("a rise of more than that", Figure(completed=801), 300, 801, (), (Hold.FIGURE_JUMP,)),
    ("a first figure may rise", Figure(completed=900), None, 900, (), ()),
    ("a first figure over 150 %", Figure(completed=1501), None, 1501, (), (Hold.FIGURE_JUMP,)),
    ("a derived figure may jump", Figure(added=600), 300, 900, (Note.DERIVED_CUMULATIVE,), (Hold.FIGURE_JUMP,)),
    ("rate off by exactly a point", Figure(completed=500, rate=0.51), 400, 500, (), ()),
    ("rate off by a little more", Figure(completed=500, rate=0.5101), 400, 500, (Note.RATE_MISMATCH,), ()),
    ("rate off to the other side", Figure(completed=500, rate=0.48), 400, 500, (Note.RATE_MISMATCH,), ()),
    ("rate over 100 %", Figure(completed=1100, rate=1.1), 1000, 1100, (), ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "last", "completed", "notes", "holds"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_the_rule(
    figure: Figure,
    last: int | None,
    completed: int | None,
    notes: tuple[Note, ...],
    holds: tuple[Hold, ...],
) -> None:
    found = settle_figure(figure, ROSTER.by_name[JIA], last, CHECKS)
    assert (found.completed, found.notes, found.holds) == (
        completed,
        notes,
        holds,
    )
    assert found.added == figure.added


@pytest.mark.parametrize(
    ("unit", "completed", "last", "jumps"),
    [
        (
            "市直机关工会",
            900,
            10,
            False,
        ),  # target 90: under 100, tested for neither
        ("东风公司", 90_000, 10, False),  # a member of the pool: for neither
        ("嘉阳集团", 451, 400, True),  # target 300: over 150 %
        ("嘉阳集团", 450, 300, False),
        ("嘉阳集团", 251, 100, True),  # up by more than 150
    ],
)
def test_who_is_tested_for_a_jump(
    unit: str, completed: int, last: int, jumps: bool
) -> None:
    found = settle_figure(
        Figure(completed=completed), ROSTER.by_name[unit], last, CHECKS
    )
    assert found.holds == ((Hold.FIGURE_JUMP,) if jumps else ())


def test_a_target_of_exactly_the_small_target_is_tested() -> None:
    rules = CheckRules(small_target=300)
    found = settle_figure(
        Figure(completed=451), ROSTER.by_name["嘉阳集团"], None, rules
    )
    assert found.holds == (Hold.FIGURE_JUMP,)


def test_a_member_of_the_pool_is_still_held_for_less_than_before() -> None:
    found = settle_figure(
        Figure(completed=9), ROSTER.by_name["东风公司"], 10, CHECKS
    )
    assert found.holds == (Hold.FIGURE_DECREASED,)


def test_without_a_unit_nothing_is_compared() -> None:
    found = settle_figure(Figure(completed=10**9, rate=0.5), None, None, CHECKS)
    assert (found.completed, found.notes, found.holds) == (10**9, (), ())


@pytest.mark.parametrize(
    ("last", "completed"), [(None, 56), (0, 56), (300, 356)]
)
def test_counted_by_increments_a_first_one_starts_at_nought(
    last: int | None, completed: int
) -> None:
    found = settle_figure(
        Figure(added=56), ROSTER.by_name[JIA], last, INCREMENT
    )
    assert (found.completed, found.added, found.notes, found.holds) == (
        completed,
        56,
        (Note.DERIVED_CUMULATIVE,),
        (),
    )


def test_the_bounds_come_from_the_rules() -> None:
    rules = CheckRules(
        over_target=Fraction(2),
        jump=Fraction(1),
        rate_tolerance=Fraction(1, 10),
    )
    jia = ROSTER.by_name[JIA]
    assert (
        settle_figure(Figure(completed=2000, rate=1.9), jia, 1000, rules).holds
        == ()
    )
    assert settle_figure(Figure(completed=2001), jia, 1500, rules).holds == (
        Hold.FIGURE_JUMP,
    )
    assert settle_figure(Figure(completed=1900), jia, 800, rules).holds == (
        Hold.FIGURE_JUMP,
    )


@pytest.mark.parametrize(
    ("measures", "notes"),
    [
        (MEASURES, ()),
        ((), (Note.MEASURES_MISSING,)),
        (("入" * 100,), (Note.MEASURES_NOT_ITEMISED,)),
        (("入" * 49, "会" * 50), (Note.MEASURES_SHORT,)),
        (("入" * 50, "会" * 50), ()),
        (
            ("入" * 49 + " \u3000\n", "会" * 50),
            (Note.MEASURES_SHORT,),
        ),  # blanks are no characters
        (("摸底",), (Note.MEASURES_SHORT, Note.MEASURES_NOT_ITEMISED)),
    ],
)
def test_notes_on_the_measures(
    measures: tuple[str, ...], notes: tuple[Note, ...]
) -> None:
    assert measures_notes(measures, CHECKS) == notes


def test_characters_of_the_measures() -> None:
    assert measures_chars(("摸 底。", "入\n会")) == 5
