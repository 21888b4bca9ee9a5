"""What a figure is where something else than people is counted: the campaign's own
measure word is the figure's, and a word for people is not."""

from dataclasses import replace

import pytest
from form_makers import SPEC

from pipeline.model.form import Hold, Nil
from pipeline.reading.form.figure import read_figure

HAZARDS = replace(
    SPEC,
    title="清江县安全隐患排查整治月报表",
    completed_labels=("累计排查隐患数",),
    unit="处",
    verb="排查",
    counted="安全隐患",
)


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("356处", 356),
        ("1,234 处", 1234),
        ("累计排查安全隐患356处", 356),
        ("共排查隐患356处", 356),
        ("356", 356),
        ("三百五十六处", 356),
        ("企业12家，累计排查隐患356处", 356),
    ],
)
def test_the_campaigns_own_measure_word_goes_with_the_figure(
    text: str, completed: int
) -> None:
    figure = read_figure("", text, None, HAZARDS)
    assert (figure.completed, figure.holds) == (completed, ())


@pytest.mark.parametrize("text", ["356名", "出动检查人员356人", "356人"])
def test_people_are_not_what_is_counted(text: str) -> None:
    figure = read_figure("", text, None, HAZARDS)
    assert figure.completed is None
    assert Hold.FIGURE_UNCLEAR in figure.holds


def test_where_people_are_counted_places_are_not() -> None:
    assert read_figure("", "356处", None, SPEC).completed is None


def test_nothing_found_is_a_nil_report() -> None:
    figure = read_figure("", "0处", None, HAZARDS)
    assert (figure.completed, figure.nil) == (0, Nil.NOUGHT)


@pytest.mark.parametrize(
    ("text", "completed", "added"),
    [
        ("本月排查35处", None, 35),
        ("本月新增35处，累计356处", 356, 35),
        ("上月321处，累计356处", 356, None),
        ("较上月增加35处", None, 35),
    ],
)
def test_a_month_is_the_period_of_a_monthly_report(
    text: str, completed: int | None, added: int | None
) -> None:
    figure = read_figure("", text, None, replace(HAZARDS, span="月"))
    assert (figure.completed, figure.added) == (completed, added)
    assert figure.holds == ()


def test_in_a_ten_day_report_a_month_is_another_stretch() -> None:
    figure = read_figure("", "本月排查35处", None, HAZARDS)
    assert (figure.completed, figure.added) == (None, None)
