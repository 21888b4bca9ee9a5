"""Which period a form is for: one row a branch of rules.md 4, and the days as people write them."""

from datetime import date

import pytest
from judging_makers import (
    CALENDAR,
    OCT10,
    OCT20,
    SEP10,
    SEP20,
    SEP30,
    ZONE,
    at,
    day_of,
)

from pipeline.judging.calendar import Calendar
from pipeline.judging.intake.settle_period import (
    answers_correction,
    mentioned,
    says_correction,
    settle_period,
)
from pipeline.model.form import DateMention, Hold, Note
from pipeline.model.rules import CalendarRules

NOV20, DEC30 = date(2015, 11, 20), date(2015, 12, 30)

# (what it shows, mentioned, received, correction words, reported before, period, notes, holds)
TABLE = [
    ("1 nothing mentioned", (), "09-20 10:00", False, (), SEP20, (), ()),
    ("1 nothing mentioned, received late", (), "09-24 10:00", False, (), SEP20, (), ()),
    ("2 P_R mentioned", (SEP20,), "09-20 10:00", False, (SEP20,), SEP20, (), ()),
    ("2 another mentioned too", (SEP10, SEP20), "09-20 10:00", False, (), SEP20, (Note.PERIOD_CONFLICT,), ()),
    ("2 three mentioned", (SEP10, SEP20, SEP30), "09-20 10:00", True, (SEP10,), SEP20, (Note.PERIOD_CONFLICT,), ()),
    ("3a a correction", (SEP10,), "09-20 10:00", True, (SEP10,), SEP10, (), ()),
    ("3b last time's form reused", (SEP10,), "09-20 10:00", False, (SEP10,), SEP20, (Note.STALE_DATE,), ()),
    ("3b two periods back", (SEP10,), "10-10 10:00", False, (SEP10, SEP20), OCT10, (Note.STALE_DATE,), ()),
    ("3c a late report", (SEP10,), "09-20 10:00", False, (SEP20,), SEP10, (), ()),
    ("3a late and a correction", (SEP10,), "09-20 10:00", True, (), SEP10, (), ()),
    ("4 an early report", (SEP20,), "09-14 10:00", False, (), SEP20, (), ()),
    ("4 early, that period reported before", (SEP20,), "09-14 10:00", False, (SEP20,), SEP20, (), ()),
    ("5 two periods ahead", (SEP30,), "09-10 10:00", False, (), SEP10, (), (Hold.PERIOD_UNCLEAR,)),
    ("5 two others mentioned", (SEP10, SEP30), "10-10 10:00", False, (), OCT10, (), (Hold.PERIOD_UNCLEAR,)),
    ("5 two others, a correction", (SEP10, SEP30), "10-10 10:00", True, (), OCT10, (), (Hold.PERIOD_UNCLEAR,)),
    ("after the last period nothing is early", (NOV20,), "2016-01-20 10:00", False, (), NOV20, (), ()),
]  # fmt: skip


@pytest.mark.parametrize(
    (
        "periods",
        "received",
        "correction",
        "reported",
        "period",
        "notes",
        "holds",
    ),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_the_rule(
    periods: tuple[date, ...],
    received: str,
    correction: bool,
    reported: tuple[date, ...],
    period: date,
    notes: tuple[Note, ...],
    holds: tuple[Hold, ...],
) -> None:
    found = settle_period(
        CALENDAR,
        frozenset(periods),
        at(received),
        correction,
        frozenset(reported),
    )
    assert (found.period, found.notes, found.holds) == (period, notes, holds)


@pytest.mark.parametrize(
    ("text", "received", "period"),
    [
        ("2015-9-10", "09-10 10:00", SEP10),
        ("9-10", "09-10 10:00", SEP10),
        ("9-30", "10-02 10:00", SEP30),  # 9月下旬
        ("12-30", "2016-01-03 10:00", DEC30),  # the year before
        (
            "1-3",
            "12-28 10:00",
            DEC30,
        ),  # next January is nearest to the last period
        (
            "2015-2-30",
            "09-10 10:00",
            SEP10,
        ),  # a day that February lacks is clamped, and near the first period
        (
            "2014-9-10",
            "10-20 10:00",
            SEP10,
        ),  # a year as written is kept, wrong as it may be
        ("10-12", "10-20 10:00", OCT10),
        ("10-16", "10-20 10:00", OCT20),
    ],
)
def test_the_period_a_mentioned_day_means(
    text: str, received: str, period: date
) -> None:
    assert mentioned(CALENDAR, [day_of(text)], at(received)) == {period}


@pytest.mark.parametrize(("year", "last"), [(2015, 28), (2016, 29)])
def test_the_last_third_of_february(year: int, last: int) -> None:
    winter = Calendar(CalendarRules(ZONE, date(year, 1, 10), date(year, 3, 30)))
    assert mentioned(winter, [day_of("2-30")], at(f"{year}-03-02 10:00")) == {
        date(year, 2, last)
    }


@pytest.mark.parametrize("month,day", [(13, 1), (0, 5), (9, 0), (9, 32)])
def test_what_is_no_day_is_not_mentioned(month: int, day: int) -> None:
    assert (
        mentioned(
            CALENDAR, [DateMention(month, day, 2015, "?")], at("09-10 10:00")
        )
        == frozenset()
    )


def test_a_day_without_a_year_counts_from_the_local_day() -> None:
    """1 January 00:30 in China is still the old year in UTC."""
    assert mentioned(CALENDAR, [day_of("12-30")], at("2016-01-01 00:30")) == {
        DEC30
    }


@pytest.mark.parametrize(
    "word", ["补报", "更正", "重报", "更新", "以此件为准", "以此为准"]
)
def test_words_of_a_correction(word: str) -> None:
    assert says_correction("报送旬报", f"您好，{word}。", "旬报.docx")
    assert says_correction(f"{word}旬报", "", "")
    assert says_correction("", "", f"旬报（{word}）.docx")


@pytest.mark.parametrize(
    ("subject", "says", "answers"),
    [
        ("更正：旬报表", True, False),
        ("转发：更正：旬报表", True, False),
        ("回复：更正：旬报表", False, True),
        ("Re(2): 更正旬报", False, True),
        ("转发：Re: 更正旬报", False, True),
        ("回复：【已收到】甲县旬报：已有更新的一份", False, True),
        # What our letter asks for
        ("回复：【退回重报】甲县 9月10日旬报：数字不清", True, False),
        ("答复: 【不予采用】甲县 9月10日旬报：请改好后重报", True, False),
        ("回复：旬报表", False, False),
    ],
)
def test_a_threads_subject_speaks_of_the_mail_that_it_answers(
    subject: str, says: bool, answers: bool
) -> None:
    found = (says_correction(subject, ""), answers_correction(subject))
    assert found == (says, answers)
    assert says_correction(subject, "再次更正")


def test_an_old_date_in_a_corrections_thread_is_asked_about() -> None:
    found = settle_period(
        CALENDAR,
        frozenset({SEP10}),
        at("2015-09-20 10:00"),
        correction=False,
        reported=frozenset({SEP10}),
        in_thread=True,
    )
    assert (found.period, found.holds) == (SEP20, (Hold.PERIOD_UNCLEAR,))


def test_other_words_are_no_correction() -> None:
    assert not says_correction(
        "报送旬报", "请以我单位为准备对象", "新报表.docx"
    )
    assert not says_correction("报送旬报", "已收到更正后的回执，谢谢")
