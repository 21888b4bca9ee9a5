"""A month keeps its shape of 2015-09."""

from datetime import date

import pytest

from pipeline.model.month import (
    Month,
    month_of,
    year_and_number,
)


def test_a_month_of_a_day_is_the_string_that_rows_keep() -> None:
    month = month_of(date(2015, 9, 30))
    assert month == "2015-09"
    assert year_and_number(month) == (2015, 9)


@pytest.mark.parametrize("text", ["", "2015-9", "2015-13", "2015-00"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|month"):
        year_and_number(Month(text))
