"""What a reviewer writes in a reply, and what it is taken for: a doubtful sentence decides nothing."""

import pytest

from pipeline.model.report import DecisionRule
from pipeline.reading.replies.reply_words import Unclear
from pipeline.reading.replies.review_reply import read_answer

CLEAR = [
    ("通过", DecisionRule.ACCEPT, None, ""),
    ("同意。\n\n审核员", DecisionRule.ACCEPT, None, ""),
    ("  情况属实，已电话核实", DecisionRule.ACCEPT, None, ""),
    ("同意发布", DecisionRule.ACCEPT, None, ""),
    ("通过，单位：甲县", DecisionRule.ACCEPT, None, "甲县"),
    ("改为128", DecisionRule.CORRECT, 128, ""),
    ("改为１，２３４名", DecisionRule.CORRECT, 1234, ""),
    ("更正为：3 456 人，已与单位核对", DecisionRule.CORRECT, 3456, ""),
    ("改为0", DecisionRule.CORRECT, 0, ""),
    ("退回：报送单位写错", DecisionRule.REJECT, None, ""),
    ("驳回，数字有误", DecisionRule.REJECT, None, ""),
    ("撤销", DecisionRule.UNDO, None, ""),
    ("您好！\n通过", DecisionRule.ACCEPT, None, ""),
    ("已电话核实，数字无误，通过", DecisionRule.ACCEPT, None, ""),
    ("没有问题，同意", DecisionRule.ACCEPT, None, ""),
    ("经再次核实，通过", DecisionRule.ACCEPT, None, ""),
    ("请将累计数改为638", DecisionRule.CORRECT, 638, ""),
    ("改为1 234", DecisionRule.CORRECT, 1234, ""),
    ("归沐川县、改为638", DecisionRule.CORRECT, 638, "沐川县"),
    ("把表中数字改为638", DecisionRule.CORRECT, 638, ""),
]
UNCLEAR = [
    "退回：改为638",
    "退回，改成 638 名。",
    "退回\n原因：改为638",
    "",
    "收到",
    "不同意",
    "通过电话核实，数字有误，改为320",
    "通过，数字改成320",
    "通过，应该是三百二十名",
    "通过\n退回：写错了",
    "退回",
    "不通过",
    "请再核实一下",
    "改为",
    "改为正确的数",
    "同意退回",
    "改为638，再核实",
    "通过，还没核实",
    "改为638，尚未核对",
    "通过，需要核实",
    "通过\n\n待核实",
    "没有问题",
    "有没有问题？通过",
    "如无异议，通过",
    "归沐川县、犍为县",
    "改为638 683",
    "通过\n\n等他们盖章后再说",
    "改为638\n\n原来的数是对的",
]


@pytest.mark.parametrize(("text", "rule", "completed", "unit"), CLEAR)
def test_clear_answers(
    text: str, rule: DecisionRule, completed: int | None, unit: str
) -> None:
    ruling = read_answer(text, "shenhe@example.cn")
    assert (ruling.rule, ruling.completed, ruling.unit) == (
        rule,
        completed,
        unit,
    )
    assert ruling.by == "shenhe@example.cn"


@pytest.mark.parametrize("text", UNCLEAR)
def test_unclear_answers_decide_nothing(text: str) -> None:
    with pytest.raises(Unclear):
        read_answer(text, "shenhe@example.cn")


def test_only_the_first_lines_count() -> None:
    signature = "\n".join(
        ["您好", "说明一", "说明二", "说明三", "说明四", "通过"]
    )
    with pytest.raises(Unclear):
        read_answer(signature, "shenhe@example.cn")


def test_the_reason_is_kept() -> None:
    assert (
        read_answer("退回：单位写错 请重报", "x@example.cn").why
        == "单位写错 请重报"
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("改为128：笔误", "笔误"),
        ("改为128: 9月12日电话更正", "9月12日电话更正"),
        ("按128计入：重复计算", "重复计算"),
    ],
)
def test_another_figure_has_its_reason(words: str, why: str) -> None:
    ruling = read_answer(words, "shenhe@example.cn")
    assert (ruling.completed, ruling.why) == (128, why)


@pytest.mark.parametrize(
    "why",
    ["实际130", "130", "不通过", "算了", "是否准确？", "有疑问", "先不改"],
)
def test_a_reason_that_speaks_against_it_changes_nothing(why: str) -> None:
    with pytest.raises(Unclear):
        read_answer(f"改为128：{why}", "shenhe@example.cn")
