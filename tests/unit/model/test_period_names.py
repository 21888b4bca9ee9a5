"""What a period is, how it is called and when it is due in words, by the days."""

from datetime import date

import pytest

from pipeline.model.rules import CalendarRules, nominal_days
from pipeline.model.wording.campaign_words import PERIOD_WORDS, PeriodKind
from pipeline.model.wording.period_names import (
    due_in_words,
    period_kind,
    period_name,
)

LAST = 31
# days, weekdays, months; kind, report, due in words, the name of a day's period
CASES = [
    (
        (10, 20, 30),
        (),
        (),
        "旬报",
        "每月10、20、30日",
        "2024年3月中旬（3月20日）",
    ),
    (
        (5, 15, 25),
        (),
        (),
        "旬报",
        "每月5、15、25日",
        "2024年3月中旬（3月20日）",
    ),
    ((LAST,), (), (), "月报", "每月末", "2024年3月（3月20日）"),
    ((25,), (), (), "月报", "每月25日", "2024年3月（3月20日）"),
    (
        (15, LAST),
        (),
        (),
        "半月报",
        "每月15日和月末",
        "2024年3月下半月（3月20日）",
    ),
    ((10, 30), (4,), (), "周报", "每周五", "2024年第12周（3月20日）"),
    ((10, 30), (0, 3), (), "报表", "每周一、周四", "2024年3月20日期"),
    (
        (LAST,),
        (),
        (3, 6, 9, 12),
        "季报",
        "每季度末",
        "2024年第一季度（3月20日）",
    ),
    (
        (20,),
        (),
        (3, 6, 9, 12),
        "季报",
        "每季度末月20日",
        "2024年第一季度（3月20日）",
    ),
    ((20,), (), (6, 12), "报表", "每年6、12月的20日", "2024年3月20日期"),
    ((1, 8, 15, 22), (), (), "报表", "每月1、8、15、22日", "2024年3月20日期"),
]


@pytest.mark.parametrize(
    ("days", "weekdays", "months", "report", "due", "name"), CASES
)
def test_the_days_say_what_a_period_is(
    days: tuple[int, ...],
    weekdays: tuple[int, ...],
    months: tuple[int, ...],
    report: str,
    due: str,
    name: str,
) -> None:
    kind = period_kind(days, weekdays, months)
    assert PERIOD_WORDS[kind].report == report
    assert due_in_words(days, weekdays, months) == due
    assert period_name(date(2024, 3, 20), kind) == name


def test_each_kind_has_its_words() -> None:
    assert set(PERIOD_WORDS) == set(PeriodKind)


def _dues(**what: object) -> list[date]:
    rules = CalendarRules(
        None,  # type: ignore[arg-type]
        date(2024, 1, 5),
        date(2024, 6, 30),
        **what,  # type: ignore[arg-type]
    )
    return list(nominal_days(rules))


def test_weekdays_rule_where_they_are_given() -> None:
    dues = _dues(weekdays=(4,))
    assert dues[0] == date(2024, 1, 5)
    assert dues[-1] == date(2024, 6, 28)
    assert len(dues) == 26


def test_a_quarter_is_due_in_its_last_month() -> None:
    dues = _dues(report_days=(LAST,), months=(3, 6, 9, 12))
    assert dues == [date(2024, 3, 31), date(2024, 6, 30)]
