"""A moment as its sheet shows it: the date and time codes of spreadsheet number formats.

Pure. For: number_format, which knows from a section's tokens that it paints a moment,
and readers whose files store days as ISO text. Never guesses a calendar: what lies
outside of 1900 to 9999 is no day.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from pipeline.model.wording.characters import chinese, digit_by_digit

_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_WEEKDAYS = "一二三四五六日"
_HALVES = ("上午", "下午")
# Days: 31 December 9999
_LAST_SERIAL = 2_958_466
# The Macintosh calendar begins so many days later
_DAYS_TO_1904 = 1462
# Excel counts a 29 February 1900, so serials below it are one day short
_FALSE_LEAP_DAY = 60
_BEFORE_FIRST = date(1899, 12, 30)
_YEAR = re.compile(r"y+|e+")
_PART = re.compile(r"[mdhs]{1,2}")
_WEEKDAY = ("aaa", "aaaa", "ddd", "dddd")
_HALF = ("am/pm", "上午/下午", "a/p")


def paints_day(tokens: Sequence[str]) -> bool:
    """Whether a section's tokens paint a day: a year, a day, or a month that is no minute."""
    low = []
    for token in tokens:
        low.append(token.lower())
    if any(t[0] in "ydb" or t in ("e", "ee", "aaa", "aaaa") for t in low):
        return True
    months = any(re.fullmatch(r"m{1,5}", t) for t in low)
    return months and not paints_time(tokens)


def paints_time(tokens: Sequence[str]) -> bool:
    """Whether a section's tokens paint hours or seconds, running on ([h]) or not."""
    return any(map(_is_of_time, tokens))


def _is_of_time(token: str) -> bool:
    low = token.lower()
    if low[0] in "hs" or low in _HALF:
        return True
    return re.fullmatch(r"\[[hms]+\]", low) is not None


def day_of(serial: float, date1904: bool = False) -> date | None:
    """The day of a spreadsheet's serial number, None outside of the calendar."""
    if date1904:
        serial += _DAYS_TO_1904
    if not 1 <= serial < _LAST_SERIAL:
        return None
    whole = int(serial)
    return _BEFORE_FIRST + timedelta(days=whole + (whole < _FALSE_LEAP_DAY))


def moment_of(serial: float, date1904: bool = False) -> datetime | None:
    """The day and the time of a serial number, to the second."""
    day = day_of(serial, date1904)
    if day is None:
        return None
    seconds = round(serial % 1 * 86_400)
    return datetime.combine(day, time()) + timedelta(seconds=seconds)


def parse_iso_day(text: str) -> date | None:
    """The day of an ISO 8601 date or moment, None where it is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def paint_moment(
    moment: datetime, tokens: Sequence[str], numerals: bool
) -> str:
    """A moment by a section's tokens; `numerals`: in Chinese numerals ([DBNum1])."""
    text = ""
    after_hour = False
    for token in tokens:
        low = token.lower()
        minutes = after_hour and low[0] == "m"
        # hh:mm, h时mm分: an m that follows an hour is a minute
        after_hour = low[0] == "h" or (after_hour and low[0] in ":m时")
        text += _piece(token, low, moment, minutes, numerals)
    return text


def _piece(
    token: str, low: str, moment: datetime, minutes: bool, numerals: bool
) -> str:
    if token[0] == '"':
        return token[1:-1]
    if token[0] in "\\!":
        return token[1:]
    if _YEAR.fullmatch(low):
        return _year(low, moment.year, numerals)
    if re.fullmatch(r"m{3,5}", low):
        return _MONTHS[moment.month - 1]
    if _PART.fullmatch(low):
        return _part(low, moment, minutes, numerals)
    if low in _WEEKDAY:
        prefix = "星期" if len(low) == 4 else ""
        return prefix + _WEEKDAYS[moment.weekday()]
    if low in _HALF:
        return _HALVES[moment.hour >= 12]
    return token


def _year(low: str, year: int, numerals: bool) -> str:
    shown = f"{year % 100:02d}"
    if len(low) > 2 or low[0] == "e":
        shown = str(year)
    if numerals:
        return digit_by_digit(shown)
    return shown


def _part(low: str, moment: datetime, minutes: bool, numerals: bool) -> str:
    parts = {
        "m": moment.minute if minutes else moment.month,
        "d": moment.day,
        "h": moment.hour,
        "s": moment.second,
    }
    value = parts[low[0]]
    if numerals:
        return chinese(value)
    return f"{value:0{len(low)}d}"
