"""Comments and footnotes are no part of a form, and hold its figure where they speak
against it: 此数有误，应为357 on the figure's cell."""

import pytest
from form_makers import SPEC, document, grid, plain_rows

from pipeline.model.form import Form, Hold
from pipeline.reading.form.extract import extract

AGAINST = [
    "此数有误，应为357",
    "审核人:\n此数有误，应为357",
    "应为357",
    "预计数",
    "此数为上期数",
    "（作废）",
    "356为上期数",
    "含城镇职工20人",
    "数据未经审核",
    "请以357为准",
    "应为357位",
    "电话应为11位，此数应为357",
    "累计1300名",
    "单位：百人",
    "[Threaded comment]\n\nComment:\n    数字写错了，此数有误",
]
HARMLESS = [
    "",
    "请按时报送",
    "收到",
    "已核",
    "数据已审核",
    "填表说明",
    "填表说明：已完成目标任务数为累计数，不是本旬数。",
    "本格填累计数",
    "经办员:\n请填写数字",
    "2015年8月10日",
    "357",
    "累计356名",
    "上期累计300名",
    "如数字有误请联系组宣部",
    "联系电话应为11位",
    "应为11位数字",
    "工作举措应为300字左右",
]


def _form(note: str, figure: str = "356") -> Form:
    made = document(grid(plain_rows(figure=figure)), notes=(note,))
    (form,) = extract(made, SPEC)
    return form


@pytest.mark.parametrize("note", AGAINST)
def test_a_note_against_the_figure_holds_and_is_shown(note: str) -> None:
    figure = _form(note).figure
    assert figure.holds == (Hold.FIGURE_UNCLEAR,)
    assert any(line.startswith("附注：") for line in figure.unexplained)


@pytest.mark.parametrize("note", HARMLESS)
def test_any_other_note_changes_nothing(note: str) -> None:
    (without,) = extract(document(grid(plain_rows())), SPEC)
    assert _form(note) == without


@pytest.mark.parametrize("note", ["356", "已完成目标任务数：356", "累计356名"])
def test_no_figure_is_taken_from_a_note(note: str) -> None:
    figure = _form(note, figure="").figure
    assert (figure.completed, figure.added) == (None, None)
