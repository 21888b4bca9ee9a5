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
        ("2024年第12周", "周", [(2024, 3, 21)]),
        # No month, another span
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
        # The year nearest to reception (2 April 2015)
        ("第12周", "周", {"weekdays": (4,)}, date(2015, 3, 20)),
        # The 12th week, as the period itself is called, whatever its day
        ("第十二周", "周", {"weekdays": (0,)}, date(2015, 3, 16)),
        ("2015年第12周", "周", {"weekdays": (0,)}, date(2015, 3, 16)),
        ("2015年第12周", "周", {"weekdays": (6,)}, date(2015, 3, 22)),
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


@pytest.mark.parametrize(
    ("received", "first", "last", "text", "dues"),
    [
        # Over the new year: the last week of the old one, the first of the new one
        ("2016-01-02", "2015-12-01", "2016-03-31", "第52周", {"2015-12-25"}),
        ("2015-12-30", "2015-12-01", "2016-03-31", "第1周", {"2016-01-08"}),
        # A week of the term, in which nothing is due: no period is named
        ("2015-04-02", "2015-03-01", "2015-06-30", "第3周", set()),
        ("2015-04-02", "2015-03-01", "2015-06-30", "第60周", set()),
    ],
)
def test_a_week_without_a_year_is_that_of_the_nearest_year(
    received: str, first: str, last: str, text: str, dues: set[str]
) -> None:
    days = (date.fromisoformat(first), date.fromisoformat(last))
    calendar = Calendar(CalendarRules(ZONE, *days, weekdays=(4,)))
    mentions = whole_periods(text, "周")
    found = mentioned(calendar, mentions, at(f"{received} 10:00"))
    assert {due.isoformat() for due in found} == dues
