"""Misread labels and names are put right where one thing fits, and nothing else is touched."""

import pytest
from form_makers import SPEC
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading.form.labels import Field, hits
from pipeline.reading.formats.scan.misread import distance, repaired, snapped

NAMES = (
    "犍为县",
    "沐川县",
    "市中区",
    "乐山市市中区",
    "峨眉山市",
    "峨眉山景区管委会",
    "嘉阳集团",
    "嘉阳电力公司",
    "井研县",
)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("报迭单位：", "报送单位："),
        ("报送单仁：犍为县总工会", "报送单位：犍为县总工会"),
        (
            "己完成日标任务数（新增 356 名农民工入会）",
            "已完成目标任务数（新增 356 名农民工入会）",
        ),
        (
            "己完成目标任努数(新增名农民工入会)",
            "已完成目标任务数(新增名农民工入会)",
        ),
        ("王要工作举错（300字左右）", "王要工作举错（300字左右）"),
        ("主要工作举错（300字左右）", "主要工作举措（300字左右）"),
        (
            "报送单位：甲县总工会 报送时问：2015年9月10日",
            "报送单位：甲县总工会 报送时间：2015年9月10日",
        ),
        ("报送单位：甲县总工会", "报送单位：甲县总工会"),
        ("356", "356"),
        ("2015年9月10日", "2015年9月10日"),
        ("犍为县总工会", "犍为县总工会"),
        ("", ""),
    ],
)
def test_a_label_nearly_right_is_put_right(read: str, meant: str) -> None:
    assert repaired(read, SPEC) == meant


def test_a_repaired_label_is_found() -> None:
    assert [h.field for h in hits(repaired("报迭单位：甲县", SPEC), SPEC)] == [
        Field.UNIT
    ]


@given(st.text("0123456789,，.年月日名人 \n", max_size=60))
def test_figures_and_days_are_never_touched(text: str) -> None:
    assert repaired(text, SPEC) == text


@pytest.mark.parametrize(
    ("read", "taken"),
    [
        ("键为县总工会", "犍为县"),
        ("犍为县总工会", "犍为县总工会"),
        ("沐州县", "沐川县"),
        ("峨眉山巾", "峨眉山市"),
        ("嘉阳集田", "嘉阳集团"),
        ("洪雅县", "洪雅县"),
        ("县总工会", "县总工会"),
        ("", ""),
    ],
)
def test_a_name_is_taken_from_the_roster_only_where_it_is_one_character_off(
    read: str, taken: str
) -> None:
    assert snapped(read, NAMES) == taken


def test_between_two_names_none_is_taken() -> None:
    assert snapped("东河县", ("东川县", "东坡县", "西河县")) == "东河县"


@given(
    st.text("甲乙丙", max_size=6),
    st.text("甲乙丙", max_size=6),
    st.text("甲乙丙", max_size=6),
)
def test_distance_is_a_metric(one: str, other: str, third: str) -> None:
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, other) == distance(other, one)
    assert distance(one, third) <= distance(one, other) + distance(other, third)
