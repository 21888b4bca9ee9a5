"""Figures measured in 万元 or 百户, whose word begins as a numeral goes on (rules.md 5, 12)."""

from dataclasses import replace

import pytest
from form_makers import SPEC

from pipeline.model.form import Hold
from pipeline.reading.form.figure import read_figure

MONEY = replace(SPEC, completed_labels=("完成投资",), unit="万元")


@pytest.mark.parametrize(
    ("label", "text", "wanted"),
    [
        ("完成投资", "1,234万元", 1234),
        ("完成投资", "１２ 万 元", 12),
        ("完成投资（万元）", "120", 120),
        ("完成投资（新增 120 万元）", "", 120),
        ("完成投资", "累计1234万元，本期新增200万元", 1234),
        ("完成投资", "1千万元", 1000),
    ],
)
def test_the_measures_own_numeral_multiplies_nothing(
    label: str, text: str, wanted: int
) -> None:
    read = read_figure(label, text, None, MONEY)
    assert (read.completed, read.holds) == (wanted, ())


@pytest.mark.parametrize("text", ["3万", "1.2亿元", "120元", "1.2万万元"])
def test_what_may_be_two_sums_is_held(text: str) -> None:
    read = read_figure("完成投资", text, None, MONEY)
    assert Hold.FIGURE_UNCLEAR in read.holds


def test_in_people_the_numeral_multiplies_as_ever() -> None:
    assert read_figure("", "3万", None, SPEC).completed == 30000
