"""A month, a quarter or a week that a form names without a day."""

from dataclasses import replace
from datetime import date

import pytest
from form_makers import COMPLETED, MEASURES, SPEC, grid
from judging_makers import ZONE, at

from pipeline.judging.calendar import Calendar
from pipeline.judging.intake.settle_period import mentioned
from pipeline.model.document import Document
from pipeline.model.rules import CalendarRules
from pipeline.reading.form.extract import extract
from pipeline.reading.form.period_mentions import whole_periods


def told(text: str, span: str) -> list[tuple[int | None, int, int]]:
    return [(m.year, m.month, m.day) for m in whole_periods(text, span)]


@pytest.mark.parametrize(
    ("text", "span", "days"),
    [
        ("2024年3月", "月", [(2024, 3, 31)]),
        ("3月份", "月", [(None, 3, 31)]),
        ("十二月", "月", [(None, 12, 31)]),
        ("２０２４年 ３月", "月", [(2024, 3, 31)]),
        ("2024年第一季度", "季度", [(2024, 3, 31)]),
        ("二季度", "季度", [(None, 6, 31)]),
        ("2024年第12周", "周", [(2024, 3, 22)]),
        # A week without its year, no month, another span
        ("第12周", "周", []),
        ("13月", "月", []),
        ("2024年3月", "", []),
        ("2024年3月", "季度", []),
        ("3月上旬", "月", []),
        ("3月5日", "月", []),
    ],
)
def test_what_is_named(
    text: str, span: str, days: list[tuple[int | None, int, int]]
) -> None:
    assert told(text, span) == days


@pytest.mark.parametrize(
    ("text", "span", "rules", "due"),
    [
        ("3月", "月", {"report_days": (31,)}, date(2015, 3, 31)),
        ("3月份", "月", {"report_days": (25,)}, date(2015, 3, 25)),
        # The report on March is due in April's first days.
        ("3月", "月", {"report_days": (5,)}, date(2015, 4, 5)),
        (
            "第二季度",
            "季度",
            {"report_days": (31,), "months": (3, 6, 9, 12)},
            date(2015, 6, 30),
        ),
        ("2015年第12周", "周", {"weekdays": (4,)}, date(2015, 3, 20)),
    ],
)
def test_the_calendar_takes_it_to_its_period(
    text: str, span: str, rules: dict, due: date
) -> None:
    calendar = Calendar(
        CalendarRules(ZONE, date(2015, 1, 1), date(2015, 12, 31), **rules)
    )
    received = at("2015-04-02 10:00")
    found = mentioned(calendar, whole_periods(text, span), received)
    assert found == {due}


@pytest.mark.parametrize(("span", "months"), [("月", [3]), ("", [])])
def test_a_form_of_a_monthly_campaign(span: str, months: list[int]) -> None:
    rows = [
        ["报送单位：", "犍为县", "报送时间：", "2015年3月"],
        [COMPLETED, "1234", "", ""],
        [MEASURES, "1.摸底。2.宣传。", "", ""],
    ]
    (form,) = extract(Document("docx", (grid(rows),)), replace(SPEC, span=span))
    assert [m.month for m in form.mentions] == months
    assert form.reported_on is None or form.reported_on.month == 3
