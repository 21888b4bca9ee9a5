"""The one form in the shapes that clerks and programs give it: where its fields stand, and what stands there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from form_makers import (
    COMPLETED,
    FOOTER,
    MEASURES,
    SPEC,
    Content,
    document,
    grid,
    lines,
    plain_rows,
)

from pipeline.model.document import (
    Block,
    Cell,
    Document,
    Doubt,
    Grid,
    Paragraph,
)
from pipeline.model.form import Form, Hold
from pipeline.reading.form.extract import extract

UNIT, OTHER = "甲县总工会", "乙县总工会"
TITLE = SPEC.title


def forms(*blocks: Block, kind: str = "docx") -> tuple[Form, ...]:
    return extract(document(*blocks, kind=kind), SPEC, "旬报.docx")


def only(*blocks: Block, kind: str = "docx") -> Form:
    (form,) = forms(*blocks, kind=kind)
    return form


def summary(
    form: Form,
) -> tuple[str, list[tuple[int, int]], int | None, tuple[str, ...]]:
    return (
        form.unit_text,
        [(m.month, m.day) for m in form.mentions],
        form.figure.completed,
        form.measures,
    )


PLAIN = (UNIT, [(9, 10)], 356, ("深入工地摸底。", "集中办理入会。"))
CLAUSES = "1.深入工地摸底。\n2.集中办理入会。"
HEAD = "报送单位：甲县总工会　　　报送时间：2015年9月10日"

Rows = Sequence[Sequence[Content]]


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param([grid(plain_rows())], id="as issued"),
        pytest.param([*lines(TITLE), grid(plain_rows())], id="with its title"),
        pytest.param([*lines(TITLE, HEAD), grid(plain_rows()[1:])], id="unit and date in a line above"),
        pytest.param([grid([[HEAD], *plain_rows()[1:]])], id="unit and date in one cell"),
        pytest.param([grid(plain_rows()[1:]), *lines(HEAD)], id="unit and date in a line below"),
        pytest.param(
            [grid([["报 送", "单 位：", UNIT, "报送", "时间：", "2015.9.10"], *plain_rows()[1:]])],
            id="labels split over cells",
        ),
        pytest.param(
            [grid([["报 送 单 位", UNIT], ["报　送　时　间", "9月10日"], ["已完成目标\n任务数", "（新增\n名农民工入会）", "356"], ["主\n要\n工\n作\n举\n措", "（300\n字左右）", CLAUSES]])],
            id="vertical labels and brackets in cells of their own",
        ),
        pytest.param(
            [grid([["报", UNIT], ["送", None], ["单", None], ["位", None], ["报送时间", "9.10"], [COMPLETED, "356"], [MEASURES, CLAUSES]])],
            id="a label one character a row",
        ),
        pytest.param(
            [grid([["报送单位：甲县总工会", "报送时间：9月10日"], ["已完成目标任务数：356名"], ["主要工作举措：\n" + CLAUSES]])],
            id="values behind their labels",
        ),
        pytest.param(
            [grid([["报送单位", "报送时间", COMPLETED, MEASURES], [UNIT, "2015/9/10", "356", CLAUSES]])], id="values below their labels"
        ),
        pytest.param(
            [grid([["", "报送单位", "", UNIT, "", "报送时间", "", "9.10"], ["", COMPLETED, "", "", "", "", "356"], ["", MEASURES, "", CLAUSES], ["", FOOTER]])],
            id="empty columns between",
        ),
        pytest.param(
            [grid([*plain_rows()[:2], [MEASURES, "1.深入工地摸底。"], ["", "2.集中办理入会。"], [FOOTER]])], id="a clause a row"
        ),
        pytest.param(
            [grid([*plain_rows()[:2], [MEASURES], ["1.深入工地摸底。"], ["2.集中办理入会。"], [FOOTER]])], id="measures under their heading"
        ),
        pytest.param([grid([[TITLE], [""]]), grid(plain_rows(), "表格2")], id="nested in an outer table"),
        pytest.param(
            [grid([["一、报送单位", UNIT], ["二、报送时间", "9月10日"], ["三、已完成目标任务数", "356"], ["四、主要工作举措", CLAUSES]])],
            id="numbered labels",
        ),
        pytest.param(
            [grid([["填报单位（盖章）", UNIT], ["填报日期", "9.10"], ["截至目前已完成目标任务数", "356"], ["主要措施", CLAUSES]])],
            id="other names of the labels",
        ),
        pytest.param(
            [grid([["序号", "内容"], ["报送单位", UNIT, "联系人", "某某"], ["报送时间", "9.10", "联系电话", "0000000"], [COMPLETED, "356"], [MEASURES, CLAUSES], ["填报人：某某"]])],
            id="with rows of its own",
        ),
        pytest.param(
            [grid([["报送单位", UNIT, "报送时间", "2015年", "9月", "10日"], *plain_rows()[1:]])], id="a date over several cells"
        ),
        pytest.param(
            [grid([["报送单位", "报送时间"], [UNIT, "9.10"], [COMPLETED], ["356名"], [MEASURES], [CLAUSES]])],
            id="each value under its label",
        ),
        pytest.param(
            [grid([["報送單位", UNIT], ["報送時間", "9.10"], ["已完成目標任務數（新增　名農民工入會）", "356"], ["主要工作舉措", CLAUSES]])],
            id="labels in traditional characters",
        ),
        pytest.param([*lines(HEAD, COMPLETED + "：356", MEASURES, *CLAUSES.split("\n"), "甲县总工会", "2015年9月10日")], id="signed below"),
        pytest.param([grid([["\n".join([TITLE, HEAD, "已完成目标任务数：356", "主要工作举措：", CLAUSES])]])], id="all in one cell"),
        pytest.param(lines(TITLE, HEAD, "已完成目标任务数（新增 356 名农民工入会）", MEASURES + "：", *CLAUSES.split("\n"), FOOTER), id="no table at all"),
        pytest.param(
            lines("报送单位", UNIT, "报送时间", "9月10日", "已完成目标任务数", "（新增 名农民工入会）", "356", "主要工作举措", *CLAUSES.split("\n"), "填报人：某某"),
            id="a line for each label and value",
        ),
        pytest.param(
            lines("报送单", "位：甲县总工会 报送时间：9月10日", "已完成目标任务数（新增", "356 名农民工入会）", "主要工作", "举措", *CLAUSES.split("\n")),
            id="labels broken over lines",
        ),
        pytest.param(lines("报送单位：\t甲县总工会\t报送时间：\t9月10日", COMPLETED + "\t356名", MEASURES + "\t" + CLAUSES, FOOTER), id="a table as text"),
    ],
)  # fmt: skip
def test_layouts(blocks: Sequence[Block]) -> None:
    assert summary(only(*blocks)) == PLAIN


def test_merged_label_over_rows() -> None:
    cells = [
        Cell(MEASURES, 2, 0, "A3", row_span=2),
        Cell("1.深入工地摸底。", 2, 1, "B3"),
        Cell("2.集中办理入会。", 3, 1, "B4"),
    ]
    table = Grid("表格1", (*grid(plain_rows()[:2]).cells, *cells))
    assert summary(only(table)) == PLAIN


def test_figures_told_apart_in_cells_of_a_merged_label() -> None:
    cells = [
        Cell("已完成目标任务数", 1, 0, "A2", row_span=2),
        Cell("累计", 1, 1, "B2"),
        Cell("4937", 1, 2, "C2"),
        Cell("本旬", 2, 1, "B3"),
        Cell("124", 2, 2, "C3"),
    ]
    form = only(Grid("表格1", (*grid([["报送单位", UNIT]]).cells, *cells)))
    assert (form.figure.completed, form.figure.added) == (4937, 124)


@pytest.mark.parametrize(
    "values",
    [
        (["本旬", "24"], ["累计", "356"]),
        (["累计新增", "356"], ["本旬新增", "24"]),
        (["累计：356", None], ["本旬：24", None]),
        (["356", None], ["365", None]),
        (["356", None], ["（预计）", None]),
        (["上期", "332"], ["本期", "356"]),
        (["目标", "600"], ["完成", "356"]),
        (["356", None], ["其中：女", "120"]),
        (["甲镇", "200"], ["乙镇", "156"]),
    ],
)
def test_rows_under_a_label_are_its_own_merged_or_not(
    values: tuple[list[Content], list[Content]],
) -> None:
    """Many a sheet leaves the cells under a label empty instead of merging them."""
    first, second = values
    head = ["报送单位", UNIT, "报送时间"]
    plain = grid(
        [
            [*head, "2015年9月20日"],
            ["已完成目标任务数", *first],
            ["", *second],
            ["主要工作举措", CLAUSES],
        ]
    )
    merged = []
    for cell in plain.cells:
        span = 2 if cell.text == "已完成目标任务数" else 1
        if cell.text:
            merged.append(replace(cell, row_span=span))
    figure = only(plain).figure
    assert figure == only(replace(plain, cells=tuple(merged))).figure
    assert figure.completed == 356 or figure.holds == UNCLEAR


@pytest.mark.parametrize(
    "below", [["填报人", "经办员"], ["（盖章）", None], ["审核：", None]]
)
def test_a_row_for_a_name_or_a_seal_goes_on_with_nothing(
    below: list[Content],
) -> None:
    rows = [
        ["报送单位", UNIT, "报送时间", "2015年9月20日"],
        ["已完成目标任务数", "356"],
        ["", *below],
        ["主要工作举措", CLAUSES],
    ]
    figure = only(grid(rows)).figure
    assert (figure.completed, figure.holds) == (356, ())


def test_two_rows_of_figures_are_one_field() -> None:
    rows: Rows = [
        ["报送单位", UNIT],
        ["本旬完成任务数", "124"],
        ["累计完成任务数", 4937],
        [MEASURES, "1.摸底。"],
    ]
    form = only(grid(rows))
    assert (
        form.unit_text,
        form.figure.completed,
        form.figure.added,
        form.measures,
    ) == (
        UNIT,
        4937,
        124,
        ("摸底。",),
    )
    (first, *_) = (r for r in rows if r[0] == "本旬完成任务数")
    assert only(grid([rows[0], first])).figure.added == 124


def listing(kind: str = "docx") -> tuple[Form, ...]:
    rows: Rows = [
        [
            "序号",
            "报送单位",
            "目标任务",
            "已完成目标任务数",
            "完成率",
            MEASURES,
        ],
        [1, UNIT, 600, 356, "59.3%", "1.摸底。2.宣传。"],
        [2, OTHER, 700, "四百", "57%", ""],
        ["", "合计", 1300, 756, "", ""],
    ]
    return forms(*lines("报送时间：2015.9.10"), grid(rows), kind=kind)


def test_a_listing_gives_a_form_a_row() -> None:
    assert [summary(f) for f in listing()] == [
        (UNIT, [(9, 10)], 356, ("摸底。", "宣传。")),
        (OTHER, [(9, 10)], 400, ()),
    ]


def test_a_listing_by_the_units_below_its_head() -> None:
    spec = replace(SPEC, unit_names=(UNIT, OTHER))
    table = grid([["", "已完成目标任务数"], [UNIT, 3], [OTHER, 4]])
    assert [
        (f.unit_text, f.figure.completed)
        for f in extract(document(table), spec)
    ] == [
        (UNIT, 3),
        (OTHER, 4),
    ]


def test_two_forms_in_one_file_one_sheet_or_lines() -> None:
    one, two = plain_rows(), plain_rows(OTHER, "2015年9月20日", "400")
    wanted = [PLAIN, (OTHER, [(9, 20)], 400, PLAIN[3])]
    assert [
        summary(f) for f in forms(grid(one), *lines(""), grid(two))
    ] == wanted
    assert [
        summary(f) for f in forms(grid([*one, [], [], *two]), kind="xlsx")
    ] == wanted
    assert [summary(f) for f in forms(grid([*one, *two]))] == wanted
    head = HEAD.replace(UNIT, OTHER).replace("9月10日", "9月20日")
    assert [
        summary(f)
        for f in forms(*lines(HEAD), grid(one[1:]), *lines(head), grid(two[1:]))
    ] == wanted
    assert [
        summary(f)
        for f in forms(grid(one[1:]), *lines(HEAD), grid(two[1:]), *lines(head))
    ] == wanted


def test_forms_side_by_side_are_not_mixed() -> None:
    one, two = plain_rows(), plain_rows(OTHER, "2015年9月20日", "400")
    abreast = [[*a, None, *b] for a, b in zip(one, two, strict=True)]
    wanted = [PLAIN, (OTHER, [(9, 20)], 400, PLAIN[3])]
    assert [summary(f) for f in forms(grid(abreast), kind="xlsx")] == wanted
    three = [[*a, *b, *c] for a, b, c in zip(one, two, one, strict=True)]
    assert [summary(f) for f in forms(grid(three))] == [*wanted, PLAIN]


def test_every_sheet_is_a_form_of_its_own() -> None:
    sheets = [
        grid(plain_rows(day=f"9月{d}日", figure=f), f"{d}日")
        for d, f in ((10, 11), (20, 22), (30, 33))
    ]
    assert [summary(f)[1:3] for f in forms(*sheets, kind="xlsx")] == [
        ([(9, 10)], 11),
        ([(9, 20)], 22),
        ([(9, 30)], 33),
    ]


def test_nothing_is_read_across_sheets() -> None:
    assert [
        summary(f)[0]
        for f in forms(
            grid([["报送单位", UNIT]]), grid(plain_rows()[1:]), kind="xlsx"
        )
    ] == [""]


def test_an_unfilled_form_counts_only_where_it_is_alone_and_names_somebody() -> (
    None
):
    unfilled = [
        ["报送单位：", OTHER, "报送时间：", "9月20日"],
        [COMPLETED, ""],
        [MEASURES, ""],
        [FOOTER],
    ]
    assert [f.unit_text for f in forms(grid([*plain_rows(), *unfilled]))] == [
        UNIT
    ]
    assert [(f.unit_text, f.figure.holds) for f in forms(grid(unfilled))] == [
        (OTHER, (Hold.FIGURE_UNCLEAR,))
    ]
    ruled = [
        ["报送单位：", "", "报送时间：", " 年 月 日"],
        [COMPLETED, "___"],
        [MEASURES, "1.\n2."],
    ]
    assert forms(grid(ruled)) == ()
    assert (
        forms(grid([*plain_rows("", "", "")[:2], [MEASURES, ""], [FOOTER]]))
        == ()
    )


@pytest.mark.parametrize(
    "blocks",
    [
        lines("我县已完成目标任务数的80%，主要工作举措到位，报送时间提前。"),
        lines("各报送单位请注意报送时间。", "完成目标任务数较上旬有增加。"),
        [grid([["报送单位", UNIT], ["报送时间", "9.10"], ["联系人", "某某"]])],
        [grid([["姓名", "单位"], ["某某", "某处"]])],
        [],
    ],
)
def test_no_form(blocks: Sequence[Block]) -> None:
    assert forms(*blocks) == ()


def test_labels_within_measures_are_measures() -> None:
    text = "1.报送时间提前两天，完成任务数翻番。\n2.报送单位：逐级落实责任，确保数据真实可靠。"
    form = only(grid([*plain_rows()[:2], [MEASURES, text]]))
    assert form.measures == (
        "报送时间提前两天，完成任务数翻番。",
        "报送单位：逐级落实责任，确保数据真实可靠。",
    )
    assert form.unit_text == UNIT


def test_numbers_in_measures_are_no_figures() -> None:
    form = only(
        grid(
            [
                ["报送单位", UNIT],
                [COMPLETED, ""],
                [MEASURES, "1.累计发展会员4937名。"],
            ]
        )
    )
    assert (form.figure.completed, form.figure.holds) == (
        None,
        (Hold.FIGURE_UNCLEAR,),
    )


def test_another_pair_is_not_the_units_value() -> None:
    rows: Rows = [
        ["报送单位", "", "联系人", "某某"],
        ["单位负责人：", "某某"],
        *plain_rows()[1:],
    ]
    assert only(grid(rows)).unit_text == ""
    assert (
        only(
            *lines(
                "报送单位：甲县　联系人：某某",
                "报送时间：9.10",
                "已完成目标任务数：356",
            )
        ).unit_text
        == "甲县"
    )
    assert (
        only(
            grid(
                [
                    ["报送单位负责人：", "某某"],
                    ["报送单位", UNIT],
                    [COMPLETED, "3"],
                ]
            )
        ).unit_text
        == UNIT
    )


def test_unit_as_written() -> None:
    assert (
        only(grid(plain_rows("乐山市\n甲县总工会（盖章）"))).unit_text
        == "乐山市甲县总工会"
    )
    assert only(grid(plain_rows("＿＿甲县＿＿"))).unit_text == "甲县"
    signed = "甲县总工会（盖章）填报人：某某"
    assert only(grid(plain_rows(signed))).unit_text == "甲县总工会"
    assert only(grid(plain_rows(""))).unit_text == ""


def test_reported_on_needs_a_year_and_a_day_of_the_calendar() -> None:
    assert only(grid(plain_rows())).reported_on == date(2015, 9, 10)
    assert only(grid(plain_rows(day="9月10日"))).reported_on is None
    assert only(grid(plain_rows(day="2015年9月31日"))).reported_on is None


def test_typed_days() -> None:
    rows = grid([["报送单位", UNIT], [COMPLETED, 356]]).cells
    typed = Cell("10/9/15", 0, 3, "D1", day=date(2015, 9, 10))
    form = only(
        Grid("表格1", (*rows, Cell("报送时间", 0, 2, "C1"), typed)), kind="xlsx"
    )
    assert form.reported_on == date(2015, 9, 10)
    assert only(
        grid([["报送单位", UNIT, "报送时间", 42257], [COMPLETED, 3]]),
        kind="xlsx",
    ).reported_on == date(2015, 9, 10)


def test_evidence_names_the_place_of_each_value() -> None:
    form = only(*lines(TITLE), grid(plain_rows(figure="")), *lines("x"))
    where = {name: (e.where, e.text, e.file) for name, e in form.evidence}
    assert where["unit"] == ("表格1 第1行第2列", UNIT, "旬报.docx")
    assert where["date"] == ("表格1 第1行第4列", "2015年9月10日", "旬报.docx")
    assert where["measures"] == ("表格1 第3行第2列", CLAUSES, "旬报.docx")
    assert where["completed"][0] == "表格1 第2行第1列"


def serials(read: Document) -> list[str]:
    return [f.serial for f in extract(read, SPEC)]


def test_serials() -> None:
    table = grid(plain_rows())
    assert serials(document(table)) == [""]
    assert serials(
        document(table, properties=(("xunbao-serial", "KDM-QXRTBW"),))
    ) == ["KDM-QXRTBW"]
    assert serials(document(table, *lines("报表编号：KDM-QXRTBW"))) == [
        "KDM-QXRTBW"
    ]
    assert serials(
        document(table, Paragraph("报表编号：ＫＤＭ－ＱＸＲＴＢＷ", "第9段"))
    ) == ["KDM-QXRTBW"]
    two = (
        table,
        *lines("报表编号：KDM-QXRTBW"),
        grid(plain_rows(OTHER)),
        *lines("报表编号：KDM-ABCDEF"),
    )
    assert serials(document(*two)) == ["KDM-QXRTBW", "KDM-ABCDEF"]
    assert serials(
        document(table, grid(plain_rows(OTHER)), *lines("报表编号：KDM-QXRTBW"))
    ) == ["", ""]


@pytest.mark.parametrize(
    "below",
    [
        ["备注", ""],
        ["备  注", "无"],
        ["存在问题", "个别企业不够重视。"],
        ["审核意见：", ""],
    ],
)
def test_the_row_below_empty_measures_is_no_measure(below: list[str]) -> None:
    rows = [
        ["报送单位", UNIT],
        ["报送时间", "2015年9月10日"],
        [COMPLETED, "356"],
        [MEASURES, ""],
        below,
    ]
    assert only(grid(rows)).measures == ()


def test_measures_typed_below_their_label_are_measures() -> None:
    rows = [
        ["报送单位", UNIT],
        ["报送时间", "2015年9月10日"],
        [COMPLETED, "356"],
        [MEASURES, ""],
    ]
    typed = [["1.深入工地摸底。", ""], ["2.集中办理入会。", ""]]
    assert only(grid([*rows, *typed])).measures == PLAIN[3]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv", "sheetxml"])
def test_no_field_is_joined_across_the_sheets_of_any_workbook(
    kind: str,
) -> None:
    head = grid([["报送单位：", UNIT, "报送时间：", "2015年9月10日"]], "Sheet1")
    rest = grid([[COMPLETED, None, "356", None]], "Sheet2")
    assert forms(head, rest, kind=kind) == ()
    assert len(forms(head, rest, kind="docx")) == 1


TOWN_HEAD = lines(TITLE, HEAD)
UNCLEAR = (Hold.FIGURE_UNCLEAR,)


def towns(*rows: Sequence[Content], head: str = "乡镇") -> Grid:
    heads = ["序号", head, "目标任务数", "已完成目标任务数", "主要工作举措"]
    return grid([heads, *rows])


@pytest.mark.parametrize("head", ["乡镇", "单位", "街道（乡镇）", "单位名称"])
@pytest.mark.parametrize("sum_first", [False, True])
def test_a_list_of_townships_gives_its_sum(head: str, sum_first: bool) -> None:
    rows = [
        ["1", "甲镇", "3000", "800", "加强领导。"],
        ["2", "乙镇", "2437", "434", "加强宣传。"],
    ]
    total = ["合计", "", "5437", "1234", ""]
    table = towns(*([total, *rows] if sum_first else [*rows, total]), head=head)
    spec = replace(SPEC, unit_names=(UNIT, OTHER))
    (form,) = extract(document(*TOWN_HEAD, table), spec, "旬报.docx")
    assert (form.unit_text, form.figure.completed, form.figure.holds) == (
        UNIT,
        1234,
        (),
    )
    assert form.measures == ("加强领导。", "加强宣传。")


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["1", "甲镇", "3000", "800", "一"],
            ["2", "乙镇", "2437", "434", "二"],
        ],
        [
            ["1", "甲镇", "3000", "800", "一"],
            ["2", "乙镇", "2437", "434", "二"],
            ["合计", "", "5437", "1300", ""],
        ],
        [
            ["1", "甲镇", "", "800", "一"],
            ["小计", "", "", "800", ""],
            ["2", "乙镇", "", "434", "二"],
            ["小计", "", "", "434", ""],
        ],
    ],
    ids=["without a sum", "a sum that is none", "two sums"],
)
def test_a_list_of_townships_without_one_sure_sum_is_held(
    rows: list[Sequence[Content]],
) -> None:
    (form,) = forms(*TOWN_HEAD, towns(*rows))
    assert form.figure.holds == UNCLEAR


@pytest.mark.parametrize(
    ("days", "figures", "completed"),
    [
        (("9月10日", "9月20日", "9月30日"), ("340", "356", "371"), 371),
        (("9月10日", "9月20日", "9月30日"), ("340", "356", ""), 356),
        (("9月上旬", "9月中旬", "9月下旬"), ("340", "356", "371"), 371),
        (("2015.9.10", "2015.9.20", "2015.9.30"), ("340", "356", "356"), 356),
        (("9月10日", "9月20日", "9月30日"), ("340", "16", "15"), None),
        (("9月30日", "9月20日", "9月10日"), ("340", "356", "371"), None),
    ],
)
def test_a_running_sheet_gives_the_row_of_its_period(
    days: tuple[str, ...], figures: tuple[str, ...], completed: int | None
) -> None:
    rows = [
        [d, f, "1.摸底。" if f else ""]
        for d, f in zip(days, figures, strict=True)
    ]
    table = grid([["日期", "已完成目标任务数", "主要工作举措"], *rows])
    (form,) = forms(*lines(TITLE, f"报送单位：{UNIT}"), table)
    if completed is None:
        assert Hold.FIGURE_UNCLEAR in form.figure.holds
    else:
        assert (form.figure.completed, form.figure.holds) == (completed, ())
        day = days[max(i for i, f in enumerate(figures) if f)]
        assert form.mentions[0].text == day


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            [["已完成目标任务数", "主要工作举措"], ["356", CLAUSES]],
            id="two heads",
        ),
        pytest.param(
            [
                ["序号", "目标任务数", COMPLETED, "完成率", MEASURES, "备注"],
                ["1", "600", "356", "59.3%", CLAUSES, "无"],
            ],
            id="columns added",
        ),
        pytest.param(
            [
                ["目标任务数", "已完成目标任务数", "主要工作举措"],
                ["600", "356", CLAUSES],
            ],
            id="the target before it",
        ),
    ],
)
def test_heads_over_columns(rows: Rows) -> None:
    form = only(*lines(TITLE, HEAD), grid(rows))
    assert summary(form) == PLAIN
    assert form.figure.holds == ()


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize(
    ("subheads", "values", "completed", "added"),
    [
        (("本旬", "累计"), ("45", "356"), 356, 45),
        (("累计", "本旬"), ("356", "45"), 356, 45),
        (("上期", "本期"), ("320", "356"), 356, None),
        (("8月", "9月"), ("320", "36"), None, None),
        (("8月", "9月"), ("12", "36"), None, None),
    ],
)
def test_heads_under_the_figures_head_in_a_list_of_units(
    merged: bool,
    subheads: tuple[str, str],
    values: tuple[str, str],
    completed: int | None,
    added: int | None,
) -> None:
    rows = [
        ["报送单位", "报送时间", "已完成目标任务数", "", "主要工作举措"],
        ["", "", *subheads, ""],
        [UNIT, "2015年9月10日", *values, CLAUSES],
    ]
    table = grid(rows)
    if merged:
        wide = []
        for cell in table.cells:
            span = 2 if cell.text == "已完成目标任务数" else 1
            if (cell.row, cell.column) != (0, 3):
                wide.append(replace(cell, column_span=span))
        table = replace(table, cells=tuple(wide))
    form = only(*lines(TITLE), table)
    if completed is None:
        assert form.figure.holds == UNCLEAR
    else:
        assert (form.figure.completed, form.figure.added) == (completed, added)
        assert form.figure.holds == ()


def test_a_running_sheets_row_of_another_day_than_the_forms_is_held() -> None:
    table = grid(
        [
            ["旬别", "已完成目标任务数", "主要工作举措"],
            ["9月上旬", "300", CLAUSES],
            ["9月中旬", "356", CLAUSES],
        ]
    )
    form = only(*lines(TITLE, HEAD), table)
    assert form.figure.holds == UNCLEAR


def test_the_number_of_the_next_line_is_none_of_the_figure() -> None:
    form = only(
        *lines(
            TITLE,
            f"1、报送单位：{UNIT}",
            "2、报送时间：2015年9月10日",
            "3、已完成目标任务数：356",
            f"4、主要工作举措：{CLAUSES}",
        )
    )
    assert (form.figure.completed, form.figure.holds) == (356, ())


def test_two_heads_under_one() -> None:
    head = [
        Cell("已完成目标任务数", 0, 0, "a", column_span=2),
        Cell("主要工作举措", 0, 2, "b"),
    ]
    below = grid([["本旬新增", "累计", ""], [12.0, 356.0, CLAUSES]]).cells
    cells = (*head, *(replace(c, row=c.row + 1) for c in below))
    form = only(*lines(TITLE, HEAD), Grid("表格1", cells))
    assert (form.figure.completed, form.figure.added) == (356, 12)
    assert summary(form) == PLAIN


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("本旬完成任务数", "累计完成任务数"),
        ("累计完成任务数", "本旬完成任务数"),
    ],
)
def test_two_labels_abreast_are_one_figure(left: str, right: str) -> None:
    said = {"本": "12", "累": "356"}
    rows = [
        ["报送单位", UNIT, "报送时间", "2015年9月10日"],
        [left, said[left[0]], right, said[right[0]]],
        ["主要工作举措", CLAUSES, None, None],
    ]
    form = only(*lines(TITLE), grid(rows))
    assert (form.figure.completed, form.figure.added, form.figure.holds) == (
        356,
        12,
        (),
    )


def test_a_table_in_the_value_cell_is_what_the_cell_says() -> None:
    nested = grid([["累计", "356"]], "表格2")
    assert only(grid(plain_rows(figure="")), nested).figure.completed == 356
    both = only(grid(plain_rows(figure="12")), nested)
    assert both.figure.holds == UNCLEAR


@pytest.mark.parametrize(
    ("below", "completed", "added"),
    [
        (("本旬12名", "累计356名"), 356, 12),
        (("本旬新增12名，", "累计新增356名。"), 356, 12),
        (("356名",), 356, None),
        (("356名", "更正：上述数字应为371名"), None, None),
        (("12", "34"), None, None),
        (("356名", "2015年9月10日"), 356, None),
        (("356名", "联系人：某某  电话：0833-1234567"), 356, None),
    ],
)
def test_a_form_in_lines_reads_all_its_lines(
    below: tuple[str, ...], completed: int | None, added: int | None
) -> None:
    form = only(*lines(TITLE, HEAD, COMPLETED, *below, MEASURES, CLAUSES))
    if completed is None:
        assert form.figure.holds == UNCLEAR
    else:
        assert (
            form.figure.completed,
            form.figure.added,
            form.figure.holds,
        ) == (
            completed,
            added,
            (),
        )


@pytest.mark.parametrize("doubt", Doubt)
def test_a_doubt_of_the_figures_cell_holds_it(doubt: Doubt) -> None:
    cells = grid(plain_rows()).cells
    marked = tuple(
        replace(c, doubts=frozenset((doubt,))) if c.text == "356" else c
        for c in cells
    )
    form = only(Grid("表格1", marked))
    assert (form.figure.holds, form.figure.doubts) == (UNCLEAR, (doubt,))
    line = Paragraph(f"{COMPLETED}：356", "第3段", frozenset((doubt,)))
    typed = only(*lines(TITLE, HEAD), line, *lines(MEASURES, CLAUSES))
    assert (typed.figure.holds, typed.figure.doubts) == (UNCLEAR, (doubt,))


def test_a_doubt_elsewhere_holds_nothing() -> None:
    cells = grid(plain_rows()).cells
    marked = tuple(
        replace(c, doubts=frozenset((Doubt.STRUCK,))) if "摸底" in c.text else c
        for c in cells
    )
    assert only(Grid("表格1", marked)).figure.holds == ()


def test_the_target_table_of_the_circular_is_no_report() -> None:
    rows = [
        ["单位", "2014年底会员数", "应完成目标任务数", "主要工作举措"],
        [UNIT, "14207", "600", "无"],
        [OTHER, "3000", "700", "无"],
    ]
    assert forms(*lines(TITLE), grid(rows)) == ()


def test_radicals_are_the_characters_that_they_stand_for() -> None:
    rows = plain_rows()
    rows[1][0] = "已完成⽬标任务数（新增   名农⺠⼯⼊会）"
    rows[2][0] = "主要⼯作举措"
    assert only(grid(rows)).figure.completed == 356


CIRCULAR = lines(
    "关于开展农民工入会集中行动的通知",
    "一、目标任务。净增70000名，各单位目标任务数见附件2。",
    "二、从9月起，每月10日、20日、30日报送旬报表，内容包括报送单位、报送时间、"
    "已完成目标任务数（新增 名农民工入会）、主要工作举措（300字左右）。",
    "报送时间：每月10日、20日、30日",
    "三、工作要求。完成目标任务数达到95%以上的单位予以通报表扬。",
    TITLE,
)
BLANK_FORM = [
    ["报送单位：", "", "报送时间：", "    年  月  日"],
    [COMPLETED, None, "", None],
    [MEASURES, "", None, None],
    [FOOTER, None, None, None],
]


def test_the_circular_with_its_blank_form_is_no_report() -> None:
    target = grid(
        [
            ["序号", "单位", "2014年会员数", "目标任务数", "新增目标数"],
            ["1", UNIT, "57000", "69000", "12000"],
            ["2", OTHER, "31000", "36000", "5000"],
        ]
    )
    assert forms(*CIRCULAR, grid(BLANK_FORM)) == ()
    assert forms(*CIRCULAR, target, grid(BLANK_FORM)) == ()
    assert forms(*CIRCULAR, target) == ()
    filled = only(*CIRCULAR, target, grid(plain_rows()))
    assert summary(filled) == PLAIN


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2015.11.3\t0", date(2015, 11, 30)),
        ("2015.11.1\n0", date(2015, 11, 10)),
        ("2015.1\n1.10", date(2015, 11, 10)),
        ("2015年9月1\t0日", date(2015, 9, 10)),
        ("2015.11.3", date(2015, 11, 3)),
        # Two days, one a line: neither is torn.
        ("2015.9.1\n2015.9.10", date(2015, 9, 1)),
    ],
)
def test_a_day_in_a_cell_too_narrow_for_it_is_read_whole(
    written: str, day: date
) -> None:
    assert only(grid(plain_rows(day=written))).reported_on == day


def test_the_row_of_one_township_is_not_its_countys_figure() -> None:
    rows: Rows = [
        ["序号", "乡镇（街道）", "已完成目标任务数", "主要工作举措"],
        ["1", "甲镇", "800", CLAUSES],
    ]
    assert only(*lines(HEAD), grid(rows)).figure.holds == (Hold.FIGURE_UNCLEAR,)


def test_one_unit_with_two_places_for_its_figure_is_held() -> None:
    rows = plain_rows()
    rows[1] = ["已完成目标任务数", "45", "已完成目标任务数", "1234"]
    assert Hold.FIGURE_UNCLEAR in forms(grid(rows))[0].figure.holds


def test_forms_side_by_side_are_two() -> None:
    rows = plain_rows()
    wide: Rows = [
        [*row, *second]
        for row, second in zip(
            rows, plain_rows(unit=OTHER, figure="120"), strict=True
        )
    ]
    assert [form.figure.completed for form in forms(grid(wide))] == [356, 120]
