"""A measure that stands once for a whole form: 单位：百人 in a corner of the page makes
1,200 of a 12, or the clerk left it there from another form. A person must look."""

from dataclasses import replace

import pytest
from form_makers import SPEC, document, grid, lines, plain_rows

from pipeline.model.document import Document
from pipeline.model.form import AlsoSpec, FormSpec, Hold
from pipeline.reading.form.extract import extract

ANOTHER = [
    "单位：百人",
    "        单位：万人",
    "（单位：千人）",
    "计量单位：十人",
    "人数单位：万",
    "（百人）",
    "单位：户",
    "单位：万元",
    "附件3    单位：百人",
    "注：本表人数以百人为单位",
    "数字按百人计",
]
OURS = [
    "单位：人",
    "（单位：名）",
    "计量单位：个",
    "单位：人、户",
    "单位：甲县",
    "单位：（盖章）",
    "以户为单位逐户摸底",
    "按百人计划推进",
    "百人以上企业建会",
]


def _holds(document: Document, spec: FormSpec = SPEC) -> tuple[Hold, ...]:
    (form,) = extract(document, spec)
    return form.figure.holds


@pytest.mark.parametrize("line", ANOTHER)
@pytest.mark.parametrize("above", [True, False])
def test_another_measure_holds_and_is_shown(line: str, above: bool) -> None:
    table, said = grid(plain_rows()), lines(line)
    blocks = (*said, table) if above else (table, *said)
    (form,) = extract(document(*blocks), SPEC)
    assert form.figure.holds == (Hold.FIGURE_UNCLEAR,)
    assert line.strip() in form.figure.unexplained


@pytest.mark.parametrize("line", ANOTHER)
def test_it_may_stand_in_a_cell_of_its_own(line: str) -> None:
    rows = [[line, None, None, None], *plain_rows()]
    assert _holds(document(grid(rows))) == (Hold.FIGURE_UNCLEAR,)


@pytest.mark.parametrize("measure", ["（单位：百人）", "（万人）"])
def test_it_may_stand_behind_the_title(measure: str) -> None:
    title = lines(SPEC.title + measure)
    assert _holds(document(*title, grid(plain_rows()))) != ()


@pytest.mark.parametrize("line", OURS)
def test_our_own_measure_and_other_words_hold_nothing(line: str) -> None:
    assert _holds(document(*lines(line), grid(plain_rows()))) == ()


def test_a_measure_in_the_bracket_of_another_label_is_that_labels_own() -> None:
    rows = [*plain_rows(), ["投入资金\n（单位：万元）", None, "12", None]]
    assert _holds(document(grid(rows))) == ()


def test_measures_speak_of_measures_of_their_own() -> None:
    rows = plain_rows()
    rows[2][1] = "1、摸底，按百人计建立台账。\n2、集中办理入会。"
    assert _holds(document(grid(rows))) == ()


def test_a_figure_beside_the_main_one_has_its_measure() -> None:
    spec = replace(SPEC, also=(AlsoSpec("paid", ("投入资金",), "万元"),))
    said = lines("单位：万元")
    assert _holds(document(*said, grid(plain_rows())), spec) == ()


@pytest.mark.parametrize(
    ("line", "holds"),
    [("单位：万元", ()), ("单位：亿元", (Hold.FIGURE_UNCLEAR,))],
)
def test_the_campaigns_own_measure_may_be_such_a_one(
    line: str, holds: tuple[Hold, ...]
) -> None:
    rows = plain_rows()
    rows[1][0] = "已完成目标任务数"
    spec = replace(SPEC, unit="万元")
    assert _holds(document(*lines(line), grid(rows)), spec) == holds
