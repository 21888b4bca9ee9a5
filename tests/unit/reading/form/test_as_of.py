"""A form whose file says that its numbers are those of another time is held: a person
sees whether the line was left there or the figure is an old one."""

import pytest
from form_makers import SPEC, document, grid, lines, plain_rows

from pipeline.model.document import Document
from pipeline.model.form import Hold
from pipeline.reading.form.extract import extract


def _document(line: str) -> Document:
    table = grid(plain_rows(day="2015年9月20日"))
    return document(*lines(SPEC.title, line), table)


@pytest.mark.parametrize(
    "line",
    [
        "（数据截至2015年8月31日）",
        "统计截止日期：2015年8月31日",
        "数据截止8月31日",
        "（截至8月底）",
        "统计时间：2015年8月",
        "统计期间：2015年8月21日至8月31日",
        "注：以上数据截至9月10日",
    ],
)
def test_another_time_holds_and_is_shown(line: str) -> None:
    (form,) = extract(_document(line), SPEC)
    assert form.figure.holds == (Hold.FIGURE_UNCLEAR,)
    assert line in form.figure.unexplained


@pytest.mark.parametrize(
    "line",
    [
        "（数据截至2015年9月20日）",
        "统计截止日期：2015年9月18日",
        "（截至9月底）",
        "统计期间：2015年9月11日至9月20日",
        "打印时间：2015年8月31日",
        "乐工发〔2015〕33号 2015年8月25日",
        "截至目前",
    ],
)
def test_its_own_time_or_another_papers_day_does_not(line: str) -> None:
    (form,) = extract(_document(line), SPEC)
    assert form.figure.holds == ()
