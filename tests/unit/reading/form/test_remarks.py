"""A figure is held where the form's file takes it back elsewhere; a footer that only says
how to fill it in takes nothing back."""

import pytest
from form_makers import FOOTER, SPEC, document, grid, lines, plain_rows

from pipeline.model.document import Document
from pipeline.model.form import Hold
from pipeline.reading.form.extract import extract

TAKEN_BACK = [
    "注：累计应为357",
    "备注：应为357",
    "（以上数字有误，应为357）",
    "上述数字为预计数",
    "表中人数实为357",
    "更正：改为357名",
    "以电话报的357为准",
    "此件作废",
    "（作废）",
    "356作废",
    "原报356，现报357",
    "完成数以附件为准",
    "前一份已收到，本表数据有误",
    "上报数据有误",
    "数据以上次为准",
    "更正：以上次报的为准，本次数据有误",
    "注：预计数",
    "注：此数为上期数",
    "356为上期数",
    "此数据为估算",
    "注：以上数字不含农民工",
    "注：含城镇职工20人",
    "注：含退会12人",
    "注：其中农民工300人",
    "注：数字为新建工会数",
    "数据未经审核，仅供参考",
    "数据待县里审定",
    "（初稿）",
    "征求意见稿",
    "填表示例",
    "（样表）",
    "样 表",
]
HARMLESS = [
    "注：含女职工30人",
    "注：数据为累计数",
    "注：数据已审核",
    "说明：计划下月走访企业",
    "全县分解目标任务",
    "参考样表填写",
    FOOTER,
    "以上情况特此报告。",
    "注：工作举措以条款方式列举。",
    "备注：联系电话 2441234",
    "说明：表中数字如有错误，请与组宣部联系。",
    "上述乡镇均已建会",
    "报送时间以收到为准",
    "前一份数据有误，以此件为准，谢谢。",
    "之前发的那份数据有误，以本表为准",
    "更正：上一次的数据有误",
    "上一封邮件里的数据有误，数据以此件为准",
    "先前上报的人数有误，请以此表为准",
]


def _holds(document: Document) -> tuple[Hold, ...]:
    (form,) = extract(document, SPEC)
    return form.figure.holds


@pytest.mark.parametrize("remark", TAKEN_BACK)
@pytest.mark.parametrize("above", [True, False])
def test_a_remark_outside_of_the_table_holds(remark: str, above: bool) -> None:
    table, said = grid(plain_rows()), lines(remark)
    blocks = (*said, table) if above else (table, *said)
    assert Hold.FIGURE_UNCLEAR in _holds(document(*blocks))


@pytest.mark.parametrize("remark", TAKEN_BACK)
def test_the_remark_is_shown(remark: str) -> None:
    (form,) = extract(document(grid(plain_rows()), *lines(remark)), SPEC)
    assert remark in form.figure.unexplained


@pytest.mark.parametrize("remark", HARMLESS)
def test_a_footer_holds_nothing(remark: str) -> None:
    assert _holds(document(grid(plain_rows()), *lines(remark))) == ()


def test_measures_speak_of_numbers_of_their_own() -> None:
    rows = plain_rows()
    rows[2][1] = "1、对报表中人数有误的乡镇逐一核实。2、整改。"
    assert _holds(document(grid(rows))) == ()


def test_a_remark_at_the_end_of_lines_holds() -> None:
    written = lines(
        "报送单位：甲县",
        "报送时间：2015年9月10日",
        "已完成目标任务数：356",
        "主要工作举措：1、摸底。",
        "注：累计应为357",
    )
    assert Hold.FIGURE_UNCLEAR in _holds(document(*written))


def test_a_note_may_stand_beside_its_own_head() -> None:
    rows = [*plain_rows(), ["备注", "预计数", None, None]]
    assert Hold.FIGURE_UNCLEAR in _holds(document(grid(rows)))


ANOTHER_TOTAL = [
    "合计：365",
    "共计新增365人。",
    "我县全年目标600名，已完成365名，完成率60.8%。",
    "本期累计1300人",
    "累计完成1300名",
    "截至9月10日共新增农民工入会1300名",
]


@pytest.mark.parametrize("line", ANOTHER_TOTAL)
def test_another_total_outside_of_the_table_holds(line: str) -> None:
    (form,) = extract(document(grid(plain_rows()), *lines(line)), SPEC)
    assert form.figure.holds == (Hold.FIGURE_UNCLEAR,)
    assert line in form.figure.unexplained


@pytest.mark.parametrize(
    "line", ["累计356名", "累计新建工会12家", "累计走访1300次"]
)
def test_the_same_total_or_one_of_something_else_does_not(line: str) -> None:
    assert _holds(document(grid(plain_rows()), *lines(line))) == ()


@pytest.mark.parametrize("total", ANOTHER_TOTAL)
def test_measures_in_lines_name_totals_of_their_own(total: str) -> None:
    written = lines(
        "报送单位：甲县",
        "报送时间：2015年9月10日",
        "已完成目标任务数：356",
        f"主要工作举措：1、{total}。",
        f"2、{total}。",
    )
    assert _holds(document(*written)) == ()
