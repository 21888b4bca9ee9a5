"""A row over the whole table says what the rows under it count: under 一、新建工会情况 the
label 已完成目标任务数 stands for unions, though it is the form's own."""

import pytest
from form_makers import SPEC, Content, document, grid

from pipeline.model.form import Form, Hold
from pipeline.reading.form.extract import extract

HEAD: list[Content] = ["报送单位", "甲县", "报送时间", "2015年9月20日"]
OTHER: list[Content] = ["走访企业数", "5", "", ""]
FIGURE: list[Content] = ["已完成目标任务数", "45", "", ""]
WORK: list[Content] = ["主要工作举措", "1、摸底。2、办理入会。", "", ""]


def _form(*rows: list[Content]) -> Form:
    (form,) = extract(document(grid([HEAD, *rows, WORK])), SPEC)
    return form


def _section(text: str) -> list[Content]:
    return [text, None, None, None]


ANOTHER = [
    "一、新建工会情况",
    "（一）新建工会",
    "新建工会",
    "新建企业工会数",
    "二、组建基层工会情况",
    "1.建会情况",
    "三、上期情况",
    "去年同期",
    "（二）女职工入会情况",
    "二、实名制登记情况",
    "第二部分：会员总数",
    "货车司机入会情况",
]
NEUTRAL = [
    SPEC.title,
    "一、农民工入会情况",
    "农民工入会（含女职工）情况",
    "一、基本情况",
    "一、单位情况",
    "二、工会组织建设情况",
    "二、主要工作",
    "一、目标任务",
    "一、目标任务完成情况",
    "二、建会入会情况",
    "（一）新增会员",
    "一、工作任务完成情况",
    "填报内容",
    "单位：人",
    "甲县总工会",
    "新建工会12个",
    "本次行动已组建基层工会，请各单位据实填写下列数据",
]


@pytest.mark.parametrize("text", ANOTHER)
@pytest.mark.parametrize("between", [[], [OTHER]])
def test_a_section_of_something_else_holds(
    text: str, between: list[list[Content]]
) -> None:
    figure = _form(_section(text), *between, FIGURE).figure
    assert figure.holds == (Hold.FIGURE_UNCLEAR,)


@pytest.mark.parametrize("text", NEUTRAL)
def test_any_other_row_does_not(text: str) -> None:
    figure = _form(_section(text), FIGURE).figure
    assert (figure.completed, figure.holds) == (45, ())


def test_the_nearest_section_counts() -> None:
    first, second = map(_section, ("一、新建工会情况", "二、农民工入会情况"))
    assert _form(first, OTHER, second, FIGURE).figure.holds == ()
    held = _form(second, OTHER, first, FIGURE).figure.holds
    assert held == (Hold.FIGURE_UNCLEAR,)


def test_a_section_ends_with_the_forms_next_label() -> None:
    day: list[Content] = ["填报日期", "2015年9月20日", "", ""]
    section = _section("一、新建工会情况")
    assert _form(section, OTHER, day, FIGURE).figure.holds == ()
