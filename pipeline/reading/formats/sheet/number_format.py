"""A typed number as its sheet shows it: the part of spreadsheet number formats that forms use.

Pure. Chooses the section that a value falls into, and paints it: digits, thousands,
decimals, percentages, literal words (0"名"), Chinese numerals ([DBNum1]), dates. Never
lets a display pass for a count that it is not: a date, a time or a format that this
module cannot paint raises a doubt, and so does a number that its format shows to nobody
(;;;).
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import NamedTuple

from pipeline.model.document import Doubt
from pipeline.model.wording.characters import chinese
from pipeline.reading.formats.list_numbers import paint as paint_numeral
from pipeline.reading.formats.sheet import date_format

# what a Chinese Excel shows for the ids that no file spells out
BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"¥"#,##0;"¥"\\-#,##0',
    6: '"¥"#,##0;"¥"\\-#,##0',
    7: '"¥"#,##0.00;"¥"\\-#,##0.00',
    8: '"¥"#,##0.00;"¥"\\-#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
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
    34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    37: "#,##0",
    38: "#,##0",
    39: "#,##0.00",
    40: "#,##0.00",
    41: '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "¥"* #,##0_ ;_ "¥"* \\-#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}
# Formats by their names, as Excel 2003 XML and pages write them
NAMED = {
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
    "Scientific": "0.00E+00",
    "Currency": '"¥"#,##0.00',
    "Euro Currency": '"€"#,##0.00',
    "General Number": "General",
    "Yes/No": '"Yes";"Yes";"No"',
    "True/False": '"True";"True";"False"',
    "On/Off": '"On";"On";"Off"',
    "Short Date": "yyyy/m/d",
    "Medium Date": "d-mmm-yy",
    "Long Date": 'yyyy"年"m"月"d"日"',
    "General Date": "yyyy/m/d h:mm",
    "Short Time": "h:mm",
    "Medium Time": "h:mm AM/PM",
    "Long Time": "h:mm:ss",
}
_TOKEN = re.compile(
    r'"[^"]*"?|[\\!].|_.|\*.|\[[^\]]*\]|general|G/通用格式|e[+-][0#?]+|yyyy|yy|e+|'
    r"m{1,5}|d{1,4}|h+|s+|a{3,4}|am/pm|a/p|上午/下午|b{1,4}|.",
    re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(r'(?:"[^"]*"?|[\\!_*].|\[[^\]]*\]|[^;])*', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?[0-9.]{1,20})\]")
_WHITE = re.compile(r"\[(?:white|白色?|color ?2|颜色 ?2)\]", re.IGNORECASE)
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_CURRENCY = re.compile(r"\[\$([^\]-]*)[^\]]*\]")
_GENERAL = ("general", "g/通用格式", "@")
_DIGITS = "#0?"
_FIGURE = re.compile(r"\d")
# what a section may say unquoted without any meaning of its own
_PLAIN_SIGNS = " $¥￥€£+-()（）:：'~{}<>=^&"
# Digits after the point that any sheet shows
_MOST_PLACES = 30
# Significant digits: more are never shown (Excel, WPS, LibreOffice)
_SHOWN_DIGITS = 15
# list_numbers writes no larger number in Chinese numerals
_LARGEST_NUMERAL = 9_999
_SIGNS_OF_CODES = ("0", "#", "?", ".", ",", "%", "E", "/")
# a form has ten formats, a forged workbook thousands
_remembered = lru_cache(maxsize=256)

_NOT_A_NUMBER = frozenset({Doubt.NOT_A_NUMBER})
_UNTOLD = frozenset({Doubt.UNTOLD})
_UNSEEN = frozenset({Doubt.BARELY_SEEN})
_SURE: frozenset[Doubt] = frozenset()


class Painted(NamedTuple):
    """What a cell shows of a number: its text, the count that this text states (None
    where it states none: a rate, a date, words), the day of a date."""

    text: str
    number: float | None = None
    day: date | None = None
    doubts: frozenset[Doubt] = _SURE


class Section(NamedTuple):
    """One of the up to four parts of a format."""

    # Without colours, conditions, padding and filling
    tokens: tuple[str, ...]
    condition: tuple[str, float] | None
    # "1", "2", "3": [DBNum1] and so on; "" none
    numerals: str
    white: bool
    # Fills the cell with a sign, or says what this module cannot read
    strange: bool


def paint(value: float, code: str, date1904: bool = False) -> Painted:
    """A finite number as the cell shows it under a format code."""
    section, shown = _chosen(value, sections(code or "General"))
    if section is None:
        return Painted("", doubts=_UNSEEN if value else _SURE)
    if date_format.paints_day(section.tokens):
        return _paint_day(value, section, date1904)
    if date_format.paints_time(section.tokens):
        return Painted(_time_of_day(value, section), doubts=_NOT_A_NUMBER)
    painted = _paint_section(shown, section)
    if section.white or (value and not painted.text.strip()):
        return Painted("", doubts=_UNSEEN)
    if value < 0 <= shown and painted.number is not None:
        # the section writes the sign itself, as -5, as (5), or not at all
        signed = -painted.number if "-" in painted.text else None
        return painted._replace(number=signed)
    return painted


def paint_day(day: date, code: str) -> str:
    """A day under a date format; the year, month and day where it is none."""
    serial = (day - date(1899, 12, 30)).days
    painted = paint(serial, code)
    if painted.day is None:
        return paint(serial, "yyyy/m/d").text
    return painted.text


def shows_text(code: str) -> bool:
    """Whether a cell of text is shown under this format: its fourth section says so."""
    parts = sections(code)
    if len(parts) < 4:
        return True
    return "@" in parts[3].tokens or "general" in [
        t.lower() for t in parts[3].tokens
    ]


def changes_text(code: str) -> bool:
    """Whether a cell of text shows more than its text under this format: figures beside
    it (@"0"), or itself twice (@@)."""
    parts = sections(code)
    section = parts[-1]
    if "@" not in section.tokens:
        return False
    for token in section.tokens:
        if token[0] in '"\\!' and _FIGURE.search(token):
            return True
    return section.strange or section.tokens.count("@") > 1


def is_date_format(code: str) -> bool:
    """Whether the first section of a format paints a day (a time of day alone is no day)."""
    return date_format.paints_day(sections(code)[0].tokens)


def general(value: float) -> str:
    """A number without a format: whole where it is whole, at most 15 digits."""
    text = f"{value:.{_SHOWN_DIGITS}g}"
    if "e" in text and abs(value) < 1e15:
        return f"{Decimal(text):f}"
    if text == "-0":
        return "0"
    return text


@_remembered
def sections(code: str) -> tuple[Section, ...]:
    """The sections of a format code, at least one."""
    found: list[Section] = []
    at = 0
    while at <= len(code) and len(found) < 4:
        match = _SECTION.match(code, at)
        text = match[0] if match else ""
        found.append(_section(text))
        at += len(text) + 1
    return tuple(found)


def _section(text: str) -> Section:
    condition = _CONDITION.search(text)
    limit = None
    if condition and condition[2].replace(".", "", 1).lstrip("-").isdigit():
        limit = condition[1], float(condition[2])
    numerals = re.search(r"\[dbnum([123])\]", text, re.IGNORECASE)
    tokens: list[str] = []
    strange = False
    for token in _TOKEN.findall(text):
        if token[0] == "*":
            strange = strange or token[1:] not in ("", " ")
        elif token[0] == "[":
            currency = _CURRENCY.match(token)
            if _ELAPSED.fullmatch(token):
                tokens.append(token)
            elif currency and currency[1]:
                tokens.append(f'"{currency[1]}"')
        elif token[0] != "_":
            tokens.append(token)
    return Section(
        tokens=tuple(tokens),
        condition=limit,
        numerals=numerals[1] if numerals else "",
        white=_WHITE.search(text) is not None,
        strange=strange,
    )


def _chosen(
    value: float, parts: tuple[Section, ...]
) -> tuple[Section | None, float]:
    """The section for a value, and what of the value it paints: a section of its own
    for negative numbers writes their sign itself."""
    if len(parts) == 1 and parts[0].condition is None:
        return parts[0], value
    if any(p.condition for p in parts[:2]):
        for part in parts[:2]:
            if part.condition and _holds(value, part.condition):
                return part, value
        rest = [p for p in parts[:3] if p.condition is None]
        return (rest[-1] if rest else None), value
    if value < 0:
        return parts[1], -value
    if value == 0 and len(parts) > 2:
        return parts[2], value
    return parts[0], value


def _holds(value: float, condition: tuple[str, float]) -> bool:
    sign, limit = condition
    return {
        "<": value < limit,
        ">": value > limit,
        "=": value == limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "<>": value != limit,
    }[sign]


def _paint_day(value: float, section: Section, date1904: bool) -> Painted:
    moment = date_format.moment_of(value, date1904)
    if moment is None:
        return Painted(general(value), doubts=_NOT_A_NUMBER)
    text = date_format.paint_moment(
        moment, section.tokens, bool(section.numerals)
    )
    day = date_format.day_of(value, date1904)
    if section.white or not text.strip():
        return Painted("", day=day, doubts=_NOT_A_NUMBER | _UNSEEN)
    return Painted(text, day=day, doubts=_NOT_A_NUMBER)


def _time_of_day(value: float, section: Section) -> str:
    moment = date_format.moment_of(value % 1 + 1)
    if moment is None or any(t.startswith("[") for t in section.tokens):
        return general(value)
    return date_format.paint_moment(moment, section.tokens, False)


class _Mask(NamedTuple):
    """A section taken apart: words before and after its digits, and the digits' code."""

    before: str
    digits: str
    after: str
    percent: bool
    # Its digits stand together, and every sign of it has one meaning
    readable: bool


@_remembered
def _mask(tokens: tuple[str, ...]) -> _Mask:
    sides = ["", ""]
    digits = ""
    side = 0
    percent = False
    readable = True
    for token in tokens:
        if token.lower() in _GENERAL or token in (*_DIGITS, ".", ","):
            readable = readable and not sides[1]
            side = 1
            digits += "G" if token.lower() in _GENERAL else token
        elif token == "%":
            percent = True
            sides[side] += token
        elif token[0] in '"\\!':
            words = token.strip('"') if token[0] == '"' else token[1:]
            # a digit in quotes beside the number would be read as one of its digits
            readable = readable and not any(c.isdigit() for c in words)
            sides[side] += words
        else:
            readable = readable and (
                token in _PLAIN_SIGNS or not token.isascii()
            )
            sides[side] += token
    return _Mask(
        before=sides[0],
        digits=digits,
        after=sides[1],
        percent=percent,
        readable=readable,
    )


def _paint_section(value: float, section: Section) -> Painted:
    mask = _mask(section.tokens)
    if not section.tokens:
        return Painted("")
    if section.strange or not mask.readable or mask.digits.count("G") > 1:
        return Painted(general(value), doubts=_UNTOLD)
    if section.numerals:
        return _paint_numerals(value, section, mask)
    if not mask.digits:
        return Painted(mask.before + mask.after)
    if mask.digits == "G":
        shown = general(value)
        return _beside_words(shown, float(shown), mask)
    return _paint_digits(value, mask)


def _paint_numerals(value: float, section: Section, mask: _Mask) -> Painted:
    if value != int(value) or not 0 <= value <= _LARGEST_NUMERAL:
        return Painted(general(value), doubts=_UNTOLD)
    names = {"1": "chineseCounting", "2": "chineseLegalSimplified"}
    number = int(value)
    # To the full-width digits
    wide = {48 + i: 0xFF10 + i for i in range(10)}
    shown = str(number).translate(wide)
    if section.numerals == "1" and mask.digits == "0":
        shown = "".join(chinese(int(digit)) for digit in str(number))
    elif section.numerals in names:
        shown = paint_numeral(names[section.numerals], number)
    return _beside_words(shown, value, mask)


def _paint_digits(value: float, mask: _Mask) -> Painted:
    """The figures as the digit places ask, halves rounded away from zero."""
    whole, _, fraction = mask.digits.partition(".")
    if "G" in mask.digits or "." in fraction or "," in fraction:
        return Painted(general(value), doubts=_UNTOLD)
    thousands = len(whole) - len(whole.rstrip(","))
    if thousands:
        # 0, shows thousands: a person sees another number than the cell holds
        return Painted(general(value), doubts=_UNTOLD)
    places = min(len(fraction), _MOST_PLACES)
    rounded = _rounded(value, places, mask.percent)
    number = f"{abs(rounded):f}"
    if "." in number:
        number = _without_optional(number, fraction)
    number = _with_leading(number, whole)
    if rounded == 0 and not whole.strip("#,?") and "0" not in fraction:
        number = ""
    if rounded < 0:
        number = f"-{number}"
    return _beside_words(number, float(rounded), mask)


def _rounded(value: float, places: int, percent: bool) -> Decimal:
    """Rounded as sheets do: first to 15 digits, then to the places that are shown."""
    with localcontext(prec=400):
        exact = Decimal(f"{value:.{_SHOWN_DIGITS}g}") * (100 if percent else 1)
        return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _with_leading(number: str, code: str) -> str:
    """With the zeros that the code's whole places ask for: 0,000 shows 356 as 0,356."""
    digits, point, places = number.partition(".")
    plain = digits.zfill(code.count("0"))
    if "," in code:
        # A group is three digits, from the last one on
        first = len(plain) % 3 or 3
        groups = [plain[:first]]
        groups += re.findall("...", plain[first:])
        plain = ",".join(groups)
    return f"{plain}{point}{places}"


def _without_optional(number: str, fraction: str) -> str:
    """Without the last zeros that the code's # leave out."""
    whole, _, digits = number.partition(".")
    least = len(fraction.rstrip("#?"))
    while len(digits) > least and digits.endswith("0"):
        digits = digits[:-1]
    return f"{whole}.{digits}" if digits else whole


def _beside_words(shown: str, value: float, mask: _Mask) -> Painted:
    sign = "-" if shown.startswith("-") else ""
    text = sign + mask.before + shown.removeprefix("-") + mask.after
    if mask.percent:
        return Painted(text)
    return Painted(text, value)
