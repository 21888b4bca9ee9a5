"""What a label says of its number besides: the number of another time, of a part or of
another thing is not the figure, whatever stands in the cell."""

from dataclasses import replace

import pytest
from form_makers import SPEC

from pipeline.model.form import DateMention, Hold
from pipeline.reading.form.figure import read_figure
from pipeline.reading.form.labels import Field, hits

DAY = DateMention(9, 10, 2015, "2015年9月10日")
NAME = SPEC.completed_labels[0]
BLANK = "（新增   名农民工入会）"


@pytest.mark.parametrize(
    "lead",
    [
        "预计",
        "拟",
        "计划",
        "应",
        "还需",
        "上期",
        "上旬",
        "2014年",
        "8月",
        "9月中旬",
        "下旬",
        "其中：",
        "人均",
        "未能",
        "≥",
    ],
)
def test_a_word_before_the_label_holds(lead: str) -> None:
    figure = read_figure(BLANK, "356", None, SPEC, DAY, lead)
    assert Hold.FIGURE_UNCLEAR in figure.holds


@pytest.mark.parametrize(
    "blank",
    [
        "（拟新增   名农民工入会）",
        "（单位：万人）",
        "（百人）",
        "（家）",
        "（%）",
        "（预计）",
        "（上期）",
        "（截至8月底）",
        "（2014年）",
        "（含拟发展）",
        "（其中女性）",
        "排名",
        "（本旬新增   名，累计   名）",
    ],
)
def test_a_word_in_the_blank_holds(blank: str) -> None:
    figure = read_figure(f"{NAME}{blank}", "356", None, SPEC, DAY)
    assert Hold.FIGURE_UNCLEAR in figure.holds


@pytest.mark.parametrize(
    "blank",
    [
        "",
        "（人）",
        "（单位：人）",
        "（累计）",
        "（填累计数）",
        "（截至9月10日）",
        "*",
    ],
)
def test_what_tells_the_clerk_what_to_fill_in_does_not(blank: str) -> None:
    figure = read_figure(f"{NAME}{blank}", "356", None, SPEC, DAY)
    assert (figure.completed, figure.holds) == (356, ())


def test_a_part_in_the_cell_goes_with_the_number_in_the_blank() -> None:
    label = f"{NAME}（新增 356 名农民工入会）"
    figure = read_figure(label, "含女性30名", None, SPEC, DAY)
    assert (figure.completed, figure.holds) == (356, ())
    figure = read_figure(label, "含女性400名", None, SPEC, DAY)
    assert figure.holds


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("356名（见附件）", 356),
        ("356名，名单附后", 356),
        ("356名，全部实名登记", 356),
        ("356见附件", None),
        ("见附件，356", None),
        ("356名，名单见附件2", None),
        ("2014年356", None),
        ("人均356", None),
        ("⑶56", None),
        ("356...", None),
    ],
)
def test_words_beside_the_number(text: str, completed: int | None) -> None:
    figure = read_figure(BLANK, text, None, SPEC, DAY)
    assert (figure.completed if not figure.holds else None) == completed


@pytest.mark.parametrize("sign", ["/", "／", "、", ""])
def test_a_label_is_found_with_its_own_sign_or_without(sign: str) -> None:
    """A config's own label may hold one: 整治做法/成效."""
    spec = replace(SPEC, measures_labels=("整治做法/成效",))
    text = f"已完成目标任务数：40\n整治做法{sign}成效：1、清理河道。"
    found = [hit.field for hit in hits(text, spec)]
    assert found == [Field.COMPLETED, Field.MEASURES]
    broken = f"已完成目标任务数：40\n整治{sign or '：'}做法成效：1、清理河道。"
    assert Field.MEASURES not in [hit.field for hit in hits(broken, spec)]
