"""The day of a mention, which forms and replies share (rules.md 4)."""

from datetime import date

import pytest

from pipeline.model.form import DateMention, day_meant

TODAY = date(2016, 1, 4)
CASES = [
    (9, 20, 2015, date(2015, 9, 20)),
    (12, 30, None, date(2015, 12, 30)),
    (1, 10, None, date(2016, 1, 10)),
    (4, 31, 2015, date(2015, 4, 30)),
    (2, 30, 2016, date(2016, 2, 29)),
    (13, 1, 2015, None),
    (9, 20, 15, None),
]


@pytest.mark.parametrize(("month", "day", "year", "meant"), CASES)
def test_a_mention_means_one_day(
    month: int, day: int, year: int | None, meant: date | None
) -> None:
    mention = DateMention(month, day, year, "")
    assert day_meant(mention, TODAY) == meant


def test_without_a_year_and_a_today_nothing_is_meant() -> None:
    assert day_meant(DateMention(9, 20, None, ""), None) is None


def test_a_reply_and_a_form_mean_the_same_last_day_of_april() -> None:
    from pipeline.reading.replies.review_reply import read_answer

    ruling = read_answer("算2015年4月31日", "a@example.cn", TODAY)
    assert ruling.period == date(2015, 4, 30)
