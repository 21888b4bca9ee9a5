"""A month as bulletins, talks and keys of notices name it: 2015-09.

A type of its own over that string, so that rows, keys and letters keep it as it is; it
is taken apart here alone. Whoever makes one of what a person typed has checked it.
"""

from datetime import date
from typing import NewType

Month = NewType("Month", str)


def month_of(day: date) -> Month:
    return Month(f"{day.year:04}-{day.month:02}")


def year_and_number(month: Month) -> tuple[int, int]:
    """(2015, 9); ValueError for what is no month."""
    first = date.fromisoformat(f"{month}-01")
    return first.year, first.month
