"""A head over a figure's cell, or before its label, is a word beside its number: 计划 over
400 makes it no figure, though it stands right of the figure's label."""

import pytest
from form_makers import SPEC, Content, document, grid

from pipeline.model.form import Form, Hold
from pipeline.reading.form.extract import extract

HEAD: list[Content] = ["报送单位", "甲县", "报送时间", "2015年9月20日"]
WORK: list[Content] = ["主要工作举措", "1、摸底。2、办理入会。", "", ""]


def _form(
    heads: list[Content], values: list[Content], *between: list[Content]
) -> Form:
    label = "已完成目标任务数"
    rows = [HEAD, heads, *between, [label, *values], WORK]
    (form,) = extract(document(grid(rows)), SPEC)
    return form


DENIED = [
    (["指标", "计划", "实际"], ["400", ""]),
    (["指标", "年度目标", "完成数"], [12869, ""]),
    (["指标", "上期数", "本期数"], ["300", ""]),
    (["", "计划", "实际"], ["400", ""]),
    (["指标", "上年同期", "本年"], ["300", ""]),
    (["时间", "9月10日", "9月20日"], ["300", ""]),
    (["时间", "9月10日", "9月20日", "9月30日"], ["", "", "356"]),
    (["指标", "男", "女"], ["300", ""]),
    (["乡镇", "乙镇"], ["300"]),
    (["", "乙镇", "丙镇"], ["300", ""]),
    (["指标", "完成率", "数量"], ["56", ""]),
    (["指标", "万人"], ["4"]),
]


@pytest.mark.parametrize(("heads", "values"), DENIED)
def test_a_head_that_says_otherwise_holds(
    heads: list[Content], values: list[Content]
) -> None:
    assert _form(heads, values).figure.holds == (Hold.FIGURE_UNCLEAR,)


@pytest.mark.parametrize(
    ("heads", "values"), [pair for pair in DENIED if pair[0][0]]
)
def test_rows_of_other_figures_may_stand_between(
    heads: list[Content], values: list[Content]
) -> None:
    other: list[Content] = ["新建工会数", "5", *[""] * (len(values) - 1)]
    held = _form(heads, values, other).figure.holds
    assert held == (Hold.FIGURE_UNCLEAR,)


@pytest.mark.parametrize(
    ("heads", "values"),
    [
        (["指标", "年度目标", "完成数"], ["", "356"]),
        (["时间", "9月10日", "9月20日"], ["", "356"]),
        (["指标", "本旬新增", "累计"], ["", 356]),
        (["项目", "内容"], ["356"]),
        (["项目", "人数"], [356]),
        (["指标", "计划", "实际"], ["", "356"]),
        (["联系人", "经办员"], ["356"]),
        (["", "单位：人"], ["356"]),
    ],
)
def test_a_head_that_agrees_or_says_nothing_does_not(
    heads: list[Content], values: list[Content]
) -> None:
    figure = _form(heads, values).figure
    assert (figure.completed, figure.holds) == (356, ())


def test_a_head_makes_the_number_this_periods_part() -> None:
    figure = _form(["指标", "本旬新增", "累计"], [56, ""]).figure
    assert (figure.completed, figure.added) == (None, 56)


def _row(*before: Content, figure: Content = "356") -> Form:
    rows = [HEAD, [*before, "已完成目标任务数", figure], WORK]
    (form,) = extract(document(grid(rows)), SPEC)
    return form


@pytest.mark.parametrize(
    "head", ["新建工会", "上期", "2014年", "乙镇", "其中：女", "三季度", "计划"]
)
def test_a_head_before_the_label_that_says_otherwise_holds(head: str) -> None:
    assert _row(head).figure.holds == (Hold.FIGURE_UNCLEAR,)
    beside_a_pair = _row(head, "目标任务数", "100", figure="45")
    assert beside_a_pair.figure.holds == (Hold.FIGURE_UNCLEAR,)


@pytest.mark.parametrize(
    "head",
    ["1", "（一）", "农民工入会", "工作任务完成情况", "填报内容", SPEC.title],
)
def test_a_mark_or_a_sections_name_before_it_does_not(head: str) -> None:
    figure = _row(head).figure
    assert (figure.completed, figure.holds) == (356, ())


def test_a_pair_before_the_label_heads_nothing() -> None:
    assert _row("联系电话", "2441234").figure.holds == ()
    assert _row("目标任务数", "12869").figure.holds == ()


def test_the_head_of_the_filled_one_of_two_rows_counts() -> None:
    label = "已完成目标任务数"
    rows: list[list[Content]] = [
        HEAD,
        ["农民工入会", label, ""],
        ["新建工会", label, "45"],
        WORK,
    ]
    (form,) = extract(document(grid(rows)), SPEC)
    assert form.figure.holds == (Hold.FIGURE_UNCLEAR,)
