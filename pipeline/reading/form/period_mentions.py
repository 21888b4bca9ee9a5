"""Whole periods that a form's date field names without a day, in campaigns whose reports
cover them: 3月份, 第1季度, 2024年第12周, 第12周 (rules.md 12).

Trusts the campaign's word for what a report covers. Each is told as its last day, which
the calendar takes to the period that it is nearest to; a week without a year by its
number, since which days it has depends on the year.
"""

import re
from collections.abc import Iterator

from pipeline.model.form import DateMention, midweek
from pipeline.reading.form.numbers import normalise, value_of

_YEAR = r"(?:(?P<year>20\d{2})\s?年\s?(?:度\s?)?)?"
_COUNT = r"(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})"
# By the word that the campaign has for what a report covers
_PATTERNS = {
    # No day, no third of it, and no number of months behind it
    "月": re.compile(
        rf"{_YEAR}(?<!\d){_COUNT}\s?月(?!\s?[\d上中下末底一二三])"
    ),
    "季度": re.compile(rf"{_YEAR}第?\s?{_COUNT}\s?季度"),
    "周": re.compile(rf"{_YEAR}第\s?{_COUNT}\s?周"),
}


def whole_periods(text: str, span: str) -> tuple[DateMention, ...]:
    """The periods that a text names, in its order; () where the campaign's reports
    cover something else."""
    pattern = _PATTERNS.get(span)
    if pattern is None:
        return ()
    return tuple(_found(normalise(text), pattern, span))


def _found(
    text: str, pattern: re.Pattern[str], span: str
) -> Iterator[DateMention]:
    for match in pattern.finditer(text):
        value = value_of(match["number"])
        if value is None:
            continue
        year = int(match["year"]) if match["year"] else None
        said = match.group().strip()
        if span == "周" and year is None:
            yield DateMention(
                month=0,
                day=0,
                year=None,
                text=said,
                week=int(value),
            )
            continue
        last = _last_day(int(value), year, span)
        if last is not None:
            yield DateMention(*last, year, said)


def _last_day(
    number: int, year: int | None, span: str
) -> tuple[int, int] | None:
    """Month and day; a day that the month lacks means its last (day_meant)."""
    if span == "周":
        if year is None:
            return None
        thursday = midweek(year, number)
        if thursday is None:
            return None
        return thursday.month, thursday.day
    month = number * 3 if span == "季度" else number
    return (month, 31) if 1 <= month <= 12 else None
