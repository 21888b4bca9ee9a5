"""What notes beside a form say of its figure: what is known to be harmless takes nothing
back, what sets the figure in doubt holds it, and so does what nobody knows of it."""

from dataclasses import replace

import pytest
from form_makers import (
    SPEC,
    Content,
    document,
    grid,
    lines,
    plain_rows,
)
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.form import FormSpec, Hold
from pipeline.reading.form.beside.note_sense import (
    SAYINGS,
    Sense,
    doubtful_note,
    notes_in,
)
from pipeline.reading.form.extract import extract

EXAMPLES = [
    (saying.sense, example)
    for saying in SAYINGS
    for example in saying.examples.split()
]
DOUBTED = [
    "以上为1—8月数据",
    "本表数据统计到8月31日",
    "该数字为截至8月底的数据",
    "注：完成数含以前年度",
    "累计数从2014年算起",
    "注：自2013年起算的累计数",
    "表内人数包含2014年发展的会员",
    "说明：1.数据由各乡镇汇总；2.城关镇数据未报",
    "以上数据仅统计了3个乡镇，其余乡镇未报",
    "注：本期无数据，沿用上期",
    "数据口径：在册会员总数",
    "（暂报，正式数据后补）",
    "请忽略本表",
    "（上期）",
    # Nobody knows what it says of the figure
    "注：数据按丙类填列",
    "本表数字为甲口径",
]
HARMLESS = [
    "以上数据真实有效，如有不实，愿承担责任",
    "单位负责人对数据真实性负责",
    "已完成目标任务数为累计数，从2015年1月1日算起",
    "注：已完成目标任务数指2015年以来累计发展数",
    "填表说明：已完成目标任务数填写累计数，不填新增数",
    "注：本表数据不含城镇职工",
    "注：以上均为实际入会人数，不含预计数",
    "注：上期数据为332人，本期新增24人",
    "注：报送时间不得迟于18:00",
    "以上为1—9月数据",
    "上述单位均已建会",
    "备注：部分企业停产",
    "注：附照片3张",
    "备注：无",
]


def _holds(line: str, spec: FormSpec = SPEC) -> tuple[Hold, ...]:
    (form,) = extract(document(grid(plain_rows()), *lines(line)), spec)
    return form.figure.holds


@pytest.mark.parametrize(("sense", "example"), EXAMPLES)
def test_each_example_says_what_its_line_promises(
    sense: Sense, example: str
) -> None:
    held = _holds(f"注：{example}")
    doubted = sense in (Sense.DOUBTED, Sense.ADDED)
    assert held == ((Hold.FIGURE_UNCLEAR,) if doubted else ())


@pytest.mark.parametrize("line", DOUBTED)
def test_a_note_that_sets_the_figure_in_doubt_holds_it(line: str) -> None:
    assert _holds(line) == (Hold.FIGURE_UNCLEAR,)


@pytest.mark.parametrize("line", HARMLESS)
def test_a_harmless_note_changes_nothing(line: str) -> None:
    assert _holds(line) == ()


def test_a_note_behind_the_measures_of_a_form_in_lines_is_heard() -> None:
    written = (
        "报送单位：甲县总工会",
        "报送时间：2015年9月10日",
        "已完成目标任务数：356",
        "主要工作举措：1.深入工地摸底。",
        "注：缺城关镇数据",
    )
    (form,) = extract(document(*lines(*written)), SPEC)
    assert form.figure.holds == (Hold.FIGURE_UNCLEAR,)
    (form,) = extract(document(*lines(*written[:-1])), SPEC)
    assert form.figure.holds == ()


HEADS: list[Content] = [
    "报送单位",
    "报送时间",
    "备注",
    "已完成目标任务数",
    "主要工作举措",
]


@pytest.mark.parametrize(
    ("note", "held"), [("数据未经审核", True), ("/", False), ("", False)]
)
def test_a_column_of_notes_is_headed_by_its_own_head(
    note: str, held: bool
) -> None:
    values: list[Content] = [
        "甲县总工会",
        "2015年9月10日",
        note,
        "356",
        "1.摸底。",
    ]
    (form,) = extract(document(grid([HEADS, values])), SPEC)
    assert form.figure.holds == ((Hold.FIGURE_UNCLEAR,) if held else ())


def test_a_note_beside_the_figure_is_headed_at_its_left() -> None:
    rows = plain_rows()
    rows[1] = ["已完成目标任务数", "356", "备注", "数据未经审核"]
    (form,) = extract(document(grid(rows)), SPEC)
    assert form.figure.holds == (Hold.FIGURE_UNCLEAR,)


@pytest.mark.parametrize(
    ("rows", "held"),
    [
        ([["备注", "数据未经审核"]], True),
        ([["备注", "", "不含经开区"]], True),
        ([["备注", "无"]], False),
        ([["备注", "", ""], ["", "共356人", ""]], False),
    ],
)
def test_a_row_of_notes_is_headed_at_its_left(
    rows: list[list[Content]], held: bool
) -> None:
    (form,) = extract(document(grid([*plain_rows()[:3], *rows])), SPEC)
    assert form.figure.holds == ((Hold.FIGURE_UNCLEAR,) if held else ())


def test_a_note_is_shown_once_though_two_of_its_words_hold() -> None:
    line = "注：此数有误，应为357"
    (form,) = extract(document(grid(plain_rows()), *lines(line)), SPEC)
    assert form.figure.unexplained == (line,)


def test_new_members_are_what_a_form_of_increments_asks_for() -> None:
    line = "注：表中数为本旬新增"
    assert _holds(line) == (Hold.FIGURE_UNCLEAR,)
    assert _holds(line, replace(SPEC, count="increment")) == ()


def test_the_offices_own_note_is_printed_on_every_form() -> None:
    line = "说明：数据按丙类填列，每月10日报送。"
    assert _holds(line) == (Hold.FIGURE_UNCLEAR,)
    assert _holds(line, replace(SPEC, printed=("数据按丙类填列",))) == ()


def test_measures_may_speak_of_numbers_of_their_own() -> None:
    rows = plain_rows()
    rows[2][1] = "1.数据不准的企业逐户核对。\n数据按丙类归档。"
    (form,) = extract(document(grid(rows)), SPEC)
    assert form.figure.holds == ()


@given(st.text(alphabet="数据人企业2015年8月，。不含为是计划无", max_size=20))
def test_only_a_note_sets_a_figure_in_doubt(said: str) -> None:
    """A line that neither is headed as one nor speaks of the form is not heard."""
    line = f"我县{said}"
    (form,) = extract(document(grid(plain_rows())), SPEC)
    assert doubtful_note(notes_in([line], cumulative=True), form, "") == ""
