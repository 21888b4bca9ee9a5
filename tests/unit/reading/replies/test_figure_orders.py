"""改为登记1100 and its kin: which words of a reply put right which figure of the form."""

import pytest

from pipeline.model.form import AlsoSpec
from pipeline.model.report import DecisionRule
from pipeline.reading.replies.figure_orders import FigureWords
from pipeline.reading.replies.reply_words import Unclear
from pipeline.reading.replies.review_reply import read_answer

BY = "shenhe@example.cn"
UNION = FigureWords(
    (AlsoSpec("registered", ("实名登记人数", "其中实名登记", "实名登记")),),
    ("已完成目标任务数", "农民工会员"),
    "名",
)
HAZARDS = FigureWords(
    (
        AlsoSpec("mended", ("整改到位数", "其中已整改", "已整改")),
        AlsoSpec("grave", ("重大隐患数", "其中重大隐患", "重大隐患")),
        AlsoSpec("listed", ("挂牌整改数",)),
    ),
    ("累计排查隐患数", "安全隐患"),
    "处",
)
CORRECT = DecisionRule.CORRECT


@pytest.mark.parametrize(
    ("text", "rule", "completed", "also"),
    [
        ("改为登记1100", CORRECT, None, {"registered": 1100}),
        ("登记改为1100人", CORRECT, None, {"registered": 1100}),
        ("请将实名登记人数更正为1,100", CORRECT, None, {"registered": 1100}),
        ("实名登记应为一千一百名", CORRECT, None, {"registered": 1100}),
        (
            "改为1234，其中实名登记1100人",
            CORRECT,
            1234,
            {"registered": 1100},
        ),
        ("改为1234\n登记改为1100", CORRECT, 1234, {"registered": 1100}),
        ("改为1234", CORRECT, 1234, {}),
        (
            "通过，登记改为1100",
            DecisionRule.ACCEPT,
            None,
            {"registered": 1100},
        ),
        (
            "归犍为县，登记改为1100",
            DecisionRule.ASSIGN,
            None,
            {"registered": 1100},
        ),
    ],
)
def test_a_reply_puts_right_the_figure_that_it_names(
    text: str, rule: DecisionRule, completed: int | None, also: dict[str, int]
) -> None:
    ruling = read_answer(text, BY, None, UNION)
    assert ruling.rule is rule
    assert ruling.completed == completed
    assert dict(ruling.also) == also


@pytest.mark.parametrize(
    ("text", "completed", "also"),
    [
        ("已整改改为80处", None, {"mended": 80}),
        ("改为120处，已整改80处，重大3处", 120, {"mended": 80, "grave": 3}),
        ("挂牌改为2", None, {"listed": 2}),
        ("mended改为80", None, {"mended": 80}),
        ("改为70处", 70, {}),
    ],
)
def test_each_of_several_figures_by_its_own_words(
    text: str, completed: int | None, also: dict[str, int]
) -> None:
    ruling = read_answer(text, BY, None, HAZARDS)
    assert ruling.completed == completed
    assert dict(ruling.also) == also


def test_a_measure_word_that_elsewhere_counts_another_thing() -> None:
    visits = FigureWords(unit="户")
    assert read_answer("改为70户", BY, None, visits).completed == 70
    with pytest.raises(Unclear):
        read_answer("改为70户", BY)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        # 整改 may be two of them, 隐患 the main figure, and 其中 is no name
        ("整改改为80", HAZARDS),
        ("隐患改为80", HAZARDS),
        ("改为其中80", HAZARDS),
        # No verb: an enumeration is no order
        ("实名登记1100人", UNION),
        ("登记改为1100，登记改为1200", UNION),
        ("登记改为1100左右", UNION),
        ("退回：登记改为1100", FigureWords()),
        ("是否登记改为1100？", UNION),
        ("登记改为1100，退回：表不对", UNION),
        ("登记改为1100", FigureWords()),
    ],
)
def test_what_may_mean_something_else_changes_no_figure(
    text: str, figures: FigureWords
) -> None:
    try:
        ruling = read_answer(text, BY, None, figures)
    except Unclear:
        return
    assert ruling.rule is DecisionRule.REJECT
    assert ruling.also == ()
