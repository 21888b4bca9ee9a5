"""Automatic numbering as text: what Word, Writer or a browser paints before a list
item, which no run of text holds.

Measures are often numbered by the program; without this their clauses could not be told
apart. Pure tables and arithmetic; a format that is not known is painted as a plain
decimal.
"""

from collections.abc import Callable

from pipeline.model.wording.characters import chinese, digit_by_digit

_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_LEGAL_UNITS = ("", "拾", "佰", "仟")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def _legal(number: int) -> str:
    return chinese(number, _LEGAL_DIGITS, _LEGAL_UNITS)


def _digit_by_digit(number: int) -> str:
    return digit_by_digit(str(number))


def _roman(number: int) -> str:
    text = ""
    for value, mark in _ROMAN:
        count, number = divmod(number, value)
        text += mark * min(count, 20)
    return text


def _letter(number: int) -> str:
    """a .. z, aa .. zz: Word repeats the letter instead of counting in base 26."""
    turn, index = divmod(number - 1, 26)
    return chr(ord("a") + index) * (min(turn, 20) + 1)


def _circled(number: int) -> str:
    if 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if 21 <= number <= 35:
        return chr(0x3251 + number - 21)
    return str(number)


def _bracketed(number: int) -> str:
    if 1 <= number <= 20:
        return chr(0x2474 + number - 1)
    return f"({number})"


def _with_stop(number: int) -> str:
    if 1 <= number <= 20:
        return chr(0x2488 + number - 1)
    return f"{number}."


def _full_width(number: int) -> str:
    return "".join(chr(ord(d) + 0xFEE0) for d in str(number))


def _turning(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02d}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _bracketed,
    "decimalEnclosedFullstop": _with_stop,
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "koreanDigital2": chinese,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "ideographTraditional": _turning(_STEMS),
    "ideographZodiac": _turning(_BRANCHES),
    "ideographEnclosedCircle": lambda n: (
        chr(0x3280 + n - 1) if 1 <= n <= 10 else chinese(n)
    ),
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
    "lowerLetter": _letter,
    "upperLetter": lambda n: _letter(n).upper(),
    "none": lambda n: "",
}

# nfc of .doc and RTF (\levelnfc) to the names of WordprocessingML
BY_CODE = {
    0: "decimal",
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    10: "japaneseDigitalTenThousand",
    11: "japaneseCounting",
    14: "decimalFullWidth",
    17: "ideographDigital",
    18: "decimalEnclosedCircle",
    19: "decimalFullWidth2",
    22: "decimalZero",
    23: "bullet",
    26: "decimalEnclosedFullstop",
    27: "decimalEnclosedParen",
    28: "decimalEnclosedCircleChinese",
    29: "ideographEnclosedCircle",
    30: "ideographTraditional",
    31: "ideographZodiac",
    33: "taiwaneseCounting",
    35: "taiwaneseCountingThousand",
    37: "chineseCounting",
    38: "chineseLegalSimplified",
    39: "chineseCountingThousand",
    255: "none",
}


def paint(number_format: str, number: int) -> str:
    """A number in one of WordprocessingML's formats (ST_NumberFormat)."""
    if number:
        return _FORMATS.get(number_format, str)(max(number, 0))
    return paint_zero(number_format)


def paint_zero(number_format: str) -> str:
    """Zero as a list's number format paints it (ECMA-376 17.18.59)."""
    return {
        "none": "",
        "chineseCounting": "〇",
        "chineseCountingThousand": "〇",
    }.get(number_format, "0")


def bullet(sign: str) -> str:
    """A bullet's sign; those of the symbol fonts (private use) become •."""
    if not sign or "\ue000" <= sign[0] <= "\uf8ff":
        return "•"
    return sign


def before(label: str, text: str) -> str:
    """A line with its list number, which never joins the digits behind it: 1 before 234
    is no 1234, and 1. before 12 no 1.12, however narrow the gap is painted."""
    mark = label.rstrip()
    first = text.lstrip()[:1]
    if (
        mark
        and (mark[-1].isdigit() or mark[-1] in ".．,，")
        and first.isdigit()
    ):
        return f"{mark}\t{text.lstrip()}"
    return label + text
