"""One form laid out as clerks and other offices lay it out: its figure, or it is held. What
each table's figure is was written down before it was read."""

from dataclasses import replace

import pytest
from form_makers import SPEC, Content, document, grid, lines

from pipeline.model.document import Grid
from pipeline.model.form import Figure, Hold
from pipeline.reading.form.extract import extract

Rows = list[list[Content]]

UNIT = "甲县总工会"
HEAD: Rows = [["报送单位", UNIT], ["报送时间", "2015年9月20日"]]
MEASURES: Rows = [["主要工作举措", "1.深入工地摸底。\n2.集中办理入会。"]]
LABEL = "已完成目标任务数"
LISTED = replace(SPEC, unit_names=(UNIT, "乙县总工会"))


def figure(rows: Rows) -> Figure:
    (form,) = extract(document(*lines(SPEC.title), table(rows)), SPEC)
    assert form.unit_text == UNIT
    return form.figure


def table(rows: Rows) -> Grid:
    return grid([*HEAD, *rows, *MEASURES])


@pytest.mark.parametrize(
    "rows",
    [
        # Another's number beside or below an empty value
        [[LABEL, "", "排名", "5"]],
        [[LABEL, "", "位次", 4]],
        [[LABEL, "全市排名"], ["", "3"]],
        [[LABEL, "户", "211"]],
        [[LABEL, 333, "（户）"]],
        [["指标", "单位", "完成情况"], [LABEL, "户", "211"]],
        # What heads the only row below the label
        [["期别", LABEL], ["上期数", "332"]],
        [["类别", LABEL, "备注"], ["其中：女", 120, ""]],
        [[LABEL, "旬别"], ["332", "9月上旬"]],
        [["", LABEL], ["2015年9月10日", "332"]],
        # Several rows below it
        [["", LABEL], ["上次", "332"], ["本次", "356"], ["增减", 24]],
        [["", LABEL], ["9月10日", "332"], ["9月20日", "356"]],
        # An empty row within
        [["类别", LABEL], ["甲镇", "119"], ["", ""], ["乙镇", "237"]],
        [["月份", LABEL], ["8月", 55], ["小计", 55], ["", ""], ["9月", 301]],
        # A label in the middle of heads that are its own
        [["", LABEL, ""], ["累计", "新增", "完成率"], ["356", "24", "59.3%"]],
        # A head over the value that is not right above it
        [["内容", "目标"], ["职工总数", "74"], [LABEL, "1200"]],
        [["", "本月新增"], ["职工总数", ""], [LABEL, "41"]],
        [["", "甲镇"], [LABEL, "348"]],
        # A part of the total beside the total of it
        [["乡镇", "男", "小计", "女"], [LABEL, "108", "108", "107"]],
    ],
)
def test_a_number_of_something_else_is_never_taken(rows: Rows) -> None:
    assert Hold.FIGURE_UNCLEAR in figure(rows).holds


@pytest.mark.parametrize(
    "rows",
    [
        [
            [LABEL, "本旬", "24"],
            ["", "完成百分比", "59.3%"],
            ["", "累计", "356"],
        ],
        [["", "累计", "356"], [LABEL, "本旬", "24"]],
        [[LABEL, "本旬", "24"], ["", "", ""], ["", "累计", "356"]],
        [["指标", "本旬", "累计"], [LABEL, 24, 356]],
        [["", "目标", "本旬", "累计"], [LABEL, "600", "24", "356"]],
        [[LABEL, "", ""], ["本旬", "累计", "完成率"], ["24", "356", "59.3%"]],
        [[LABEL, "", "联系人"], ["本旬", "累计", ""], ["24", "356", "办公室"]],
        [["序号", LABEL, None], ["", "本旬", "累计"], [1, 24, 356]],
        [
            ["类别", LABEL],
            ["甲镇", 119],
            ["", ""],
            ["乙镇", 237],
            ["合计", 356],
        ],
    ],
)
def test_the_total_is_taken_or_held(rows: Rows) -> None:
    read = figure(rows)
    assert read.holds or (read.completed, read.added) in (
        (356, 24),
        (356, None),
    )


@pytest.mark.parametrize(
    "rows",
    [
        [["", "累计", "356"], [LABEL, "本旬", "24"]],
        [["指标", "本旬", "累计"], [LABEL, 24, 356]],
        [["", "目标", "本旬", "累计"], [LABEL, "600", "24", "356"]],
        [[LABEL, "", ""], ["本旬", "累计", "完成率"], ["24", "356", "59.3%"]],
        [[LABEL, "", "联系人"], ["本旬", "累计", ""], ["24", "356", "办公室"]],
        [["序号", LABEL, None], ["", "本旬", "累计"], [1, 24, 356]],
    ],
)
def test_what_nobody_doubts_is_taken(rows: Rows) -> None:
    read = figure(rows)
    assert (read.completed, read.added, read.holds) == (356, 24, ())


def test_a_row_under_another_labels_is_its_own() -> None:
    rows: Rows = [
        ["新建工会数", "本旬", "3"],
        ["", "累计", "45"],
        [LABEL, "本旬", "24"],
        ["", "累计", "356"],
    ]
    assert figure(rows).completed == 356


@pytest.mark.parametrize(
    "heads",
    [
        [["单位", LABEL, "", ""], ["", "目标", "本旬", "累计"]],
        [["单位", LABEL, None, None], ["", "目标", "本旬", "累计"]],
    ],
)
def test_a_list_of_units_under_heads_that_nobody_merged(heads: Rows) -> None:
    rows: Rows = [*heads, [UNIT, "600", "24", "356"]]
    (form,) = extract(document(grid(rows)), LISTED)
    assert (form.figure.completed, form.figure.added) == (356, 24)


@pytest.mark.parametrize("empty", ["", None])
def test_a_sum_above_the_units_is_nobodys(empty: Content) -> None:
    rows: Rows = [
        ["序号", empty, LABEL],
        [1, "合计", 1065],
        [2, UNIT, 356],
        [3, "乙县总工会", 709],
    ]
    forms = extract(document(grid(rows)), LISTED)
    told = [(f.unit_text, f.figure.completed) for f in forms]
    assert told == [(UNIT, 356), ("乙县总工会", 709)]


def test_a_telephone_below_its_head_is_no_figure() -> None:
    plain = table([[LABEL, "电话"], ["", "2441234"]])
    cells = [c for c in plain.cells if c.row != 3 or c.text]
    tall = [replace(c, row_span=2) if c.text == LABEL else c for c in cells]
    (form,) = extract(
        document(*lines(SPEC.title), replace(plain, cells=tuple(tall))), SPEC
    )
    assert form.figure.completed is None
