"""A typed number as its sheet shows it: the part of spreadsheet number formats that forms use.

Pure. Decides whether a format paints a date (then the number is a day) and paints
dates, percentages, thousands, decimals, literal words (0"名") and Chinese numerals
([DBNum1]). Anything stranger is painted as General.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

from pipeline.reading.formats.list_numbers import chinese

# what a Chinese Excel shows for the ids that no file spells out
BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    37: "#,##0",
    38: "#,##0",
    39: "#,##0.00",
    40: "#,##0.00",
    49: "@",
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}
_TOKEN = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|general|G/通用格式|e[+-]0+|yyyy|yy|e+|m{1,5}|'
    r"d{1,4}|h+|s+|a{3,4}|am/pm|上午/下午|.",
    re.IGNORECASE | re.DOTALL,
)
_GENERAL = ("general", "g/通用格式")
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
_DAYS = "一二三四五六日"
_EXACT = 1e15
_LAST_SERIAL = 2_958_466  # 31 December 9999
_remembered = lru_cache(
    maxsize=256
)  # a form has ten formats; a forged workbook thousands


@_remembered
def is_date_format(code: str) -> bool:
    """Whether the first section of a format paints a day (a time of day alone is no day)."""
    tokens = [t.lower() for t in _tokens(code)]
    return any(t[0] in "yd" or t in ("e", "ee", "aaa", "aaaa") for t in tokens) or (
        any(re.fullmatch(r"m{1,5}", t) for t in tokens)
        and not any(t[0] in "hs" for t in tokens)
    )


@_remembered
def _tokens(code: str) -> tuple[str, ...]:
    found = [t for t in _TOKEN.findall(_section(code)) if not t.startswith(("_", "*"))]
    if code.lower() in (*_GENERAL, "@", ""):
        return ()
    return tuple(t for t in found if not t.startswith("["))


@_remembered
def _section(code: str) -> str:
    return (re.match(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*', code) or [""])[0]


def day_of(serial: float, date1904: bool = False) -> date | None:
    """The day of a spreadsheet's serial number, None outside of the calendar."""
    if date1904:
        serial += 1462
    if not 1 <= serial < _LAST_SERIAL:
        return None
    whole = int(serial)
    return date(1899, 12, 30) + timedelta(
        days=whole + (whole < 60)
    )  # Excel counts a 29 February 1900


def paint(value: float, code: str, date1904: bool = False) -> str:
    """A number as the cell shows it."""
    if is_date_format(code):
        day = day_of(value, date1904)
        if day is not None:
            return paint_moment(datetime.combine(day, time()) + _time_of(value), code)
    return _paint_number(value, code)


def paint_day(day: date, code: str) -> str:
    """A day under a date format."""
    return paint_moment(datetime.combine(day, time()), code)


def _time_of(value: float) -> timedelta:
    return timedelta(seconds=round(value % 1 * 86_400))


def paint_moment(moment: datetime, code: str) -> str:
    """A moment under a date format, Chinese numerals where the format asks for them."""
    numerals = "[dbnum1]" in code.lower()
    text, clock = "", False
    for token in _tokens(code):
        low = token.lower()
        clock = low[0] == "h" or (clock and low[0] in ":m时")
        text += _piece(token, low, moment, clock and low[0] == "m", numerals)
    return text


_HALVES = ("上午", "下午")


def _piece(
    token: str, low: str, moment: datetime, minutes: bool, numerals: bool
) -> str:
    if token[0] == '"':
        return token[1:-1]
    if token[0] == "\\":
        return token[1:]
    if low[0] in "ye" and low.strip("ye") == "":
        if len(low) > 2 or low[0] == "e":
            year = str(moment.year)
        else:
            year = f"{moment.year % 100:02d}"
        return _han_year(year) if numerals else year
    if re.fullmatch(r"m{3,5}", low):
        return _MONTHS[moment.month - 1]
    if re.fullmatch(r"[mdhs]{1,2}", low):
        part = {
            "m": moment.minute if minutes else moment.month,
            "d": moment.day,
            "h": moment.hour,
            "s": moment.second,
        }
        value = part[low[0]]
        return chinese(value) if numerals else f"{value:0{len(low)}d}"
    if low in ("aaa", "aaaa", "ddd", "dddd"):
        return ("星期" if len(low) == 4 else "") + _DAYS[moment.weekday()]
    if low in ("am/pm", "上午/下午"):
        return _HALVES[moment.hour >= 12]
    return token


def _han_year(year: str) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in year)


def general(value: float) -> str:
    """A number without a format: whole where it is whole, at most 15 digits."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}"


def _paint_number(value: float, code: str) -> str:
    if code == "General":
        return general(value)
    section = _section(code)
    before, after = _around(section)
    if "[dbnum1]" in section.lower() and value == int(value):
        return before + chinese(int(value)) + after
    mask = re.search(
        r"[#0?][#0?,]*(?:\.([0#?]+))?(?:E\+0+)?", _bare(section), re.IGNORECASE
    )
    if mask is None:
        if any(g in section.lower() for g in _GENERAL):
            return before + general(value) + after
        return general(value)
    if "E+" in mask[0].upper():
        return general(value)
    return before + _digits(value, section, mask) + after


def _digits(value: float, section: str, mask: re.Match[str]) -> str:
    """The figures as the digit places of a format ask, halves rounded away from nought."""
    if mask[1]:
        places = min(len(mask[1]), 30)
    else:
        places = 0
    grouped = "," in mask[0].rstrip(",")
    if (
        not places
        and float(value).is_integer()
        and abs(value) < _EXACT
        and "%" not in section
    ):
        if grouped:
            number = f"{int(value):,}"
        else:
            number = str(int(value))
        if grouped:
            return number
        return number.zfill(_noughts(mask))
    with localcontext(prec=400):
        exact = Decimal(repr(value)) * (100 if "%" in _bare(section) else 1)
        number = f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):{',' if grouped else ''}f}"
    if mask[1] and "#" in mask[1]:
        number = number.rstrip("0").rstrip(".")
    if not grouped and not places:
        return number.zfill(_noughts(mask))
    return number


def _noughts(mask: re.Match[str]) -> int:
    """How many digits a format asks for before the point."""
    return mask[0].partition(".")[0].count("0")


@_remembered
def _bare(section: str) -> str:
    return re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", section)


@_remembered
def _around(section: str) -> tuple[str, str]:
    """The words and signs before and after the digits of a format."""
    sides = ["", ""]
    side = 0
    for token in _TOKEN.findall(section):
        if token[0] in "#0?" or token.lower() in _GENERAL:
            side = 1
        elif token[0] == '"':
            sides[side] += token[1:-1]
        elif token[0] == "\\":
            sides[side] += token[1:]
        elif token[0] not in "[_*,.":
            sides[side] += token
    return sides[0], sides[1]


def parse_iso_day(text: str) -> date | None:
    """The day of an ISO 8601 date or moment, None where it is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
