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


HEADED_ELSE = [
    "（2015年8月）",
    "2015年8月份",
    "8月下旬旬报",
    "（8月下旬）",
    "2015年八月下旬",
    "2015年9月上旬",
    "期别：8月下旬",
    f"{SPEC.title}（2015年8月下旬）",
    f"2015年8月{SPEC.title}",
    f"{SPEC.title}（9月下旬）",
]
HEADED_SO = [
    "（2015年9月）",
    "（2015年9月中旬）",
    "9月中旬旬报",
    f"{SPEC.title}（2015年9月中旬）",
    "期别：9月中旬",
    # The day of a paper, or a sentence
    "2015年8月31日",
    "2015年8月25日印发",
    "8月下旬起实施",
    "自2015年8月开展集中行动",
    "2015年8月启动大会后填报",
]


@pytest.mark.parametrize("line", HEADED_ELSE)
def test_a_head_of_another_period_holds_and_is_shown(line: str) -> None:
    (form,) = extract(_document(line), SPEC)
    assert form.figure.holds == (Hold.FIGURE_UNCLEAR,)
    assert line in form.figure.unexplained


@pytest.mark.parametrize("line", HEADED_SO)
def test_its_own_period_or_no_period_at_the_head_does_not(line: str) -> None:
    (form,) = extract(_document(line), SPEC)
    assert form.figure.holds == ()


@pytest.mark.parametrize("line", HEADED_ELSE)
def test_below_the_form_such_a_line_is_of_something_else(line: str) -> None:
    table = grid(plain_rows(day="2015年9月20日"))
    (form,) = extract(document(table, *lines(line)), SPEC)
    assert form.figure.holds == ()


@pytest.mark.parametrize("day", ["2015年10月1日", "2015年9月30日"])
def test_a_late_report_of_a_month_is_one_of_it(day: str) -> None:
    head = lines(SPEC.title, "（2015年9月）")
    (form,) = extract(document(*head, grid(plain_rows(day=day))), SPEC)
    assert form.figure.holds == ()


def test_of_two_forms_the_head_tells_nothing() -> None:
    tables = [grid(plain_rows(day="2015年9月20日"), name) for name in "甲乙"]
    forms = extract(document(*lines("8月下旬旬报"), *tables), SPEC)
    assert [form.figure.holds for form in forms] == [(), ()]
