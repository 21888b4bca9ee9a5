"""A form under the title of another office's report is held: its labels may be the same, its number is not this campaign's."""

import pytest
from form_makers import SPEC, document, grid, lines, plain_rows

from pipeline.model.document import Document
from pipeline.model.form import Hold
from pipeline.reading.form.extract import extract


def _under(*titles: str) -> Document:
    return document(*lines(*titles), grid(plain_rows()))


@pytest.mark.parametrize(
    "title",
    [
        "乐山市困难职工帮扶工作旬报表",
        "乐山市工会经费收缴情况旬报表",
        "甲县安全生产月工作旬报表",
        "附件2 女职工权益保护工作进度表",
        "职工技能竞赛情况统计表",
        "2015年劳动竞赛月报表",
        "困难职工建档立卡情况汇总表",
        "安全隐患排查治理旬报表（9月上旬）",
    ],
)
def test_another_title_holds_and_is_shown(title: str) -> None:
    (form,) = extract(_under(title), SPEC)
    assert form.figure.holds == (Hold.FIGURE_UNCLEAR,)
    assert title in form.figure.unexplained


@pytest.mark.parametrize(
    "title",
    [
        "旬报表",
        "2015年9月10日旬报表",
        "九月上旬旬报表",
        "甲县总工会旬报表",
        "各县（市、区）总工会旬报表",
        "农民工入会旬报表",
        "组建工会和发展会员情况旬报表",
        "新增农民工会员情况统计表",
        "目标任务完成情况统计表",
        "2015年度工作目标任务进展情况旬报表",
        "附件3",
        "关于安全生产工作的通知",
    ],
)
def test_a_title_that_may_be_this_campaigns_does_not(title: str) -> None:
    (form,) = extract(_under(title), SPEC)
    assert form.figure.holds == ()


def test_a_title_above_the_campaigns_own_does_not() -> None:
    form = extract(_under("困难职工帮扶情况汇总表", SPEC.title), SPEC)[0]
    assert form.figure.holds == ()
