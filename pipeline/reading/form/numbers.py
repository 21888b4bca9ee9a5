"""Numbers as people type them into a form: 1,234, １２３４, 一千二百三十四,
壹仟贰佰叁拾肆, 1.2万, 约4000余名 (rules.md 5).

Trusts nothing about the text; every pattern is linear in its length. Never decides what
a number means: that is figure's work. Spans are positions in the text as `normalise`
gives it.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

ABSURD = Decimal(10) ** 15  # longer runs of digits are all the same nonsense

_DIGITS = {
    c: i
    for i, cs in enumerate(
        (
            "〇零",
            "一壹",
            "二贰貳两兩",
            "三叁參",
            "四肆",
            "五伍",
            "六陆陸",
            "七柒",
            "八捌",
            "九玖",
        )
    )
    for c in cs
}
_UNITS = {
    "十": 10,
    "拾": 10,
    "百": 100,
    "佰": 100,
    "千": 1000,
    "仟": 1000,
    "万": 10_000,
    "萬": 10_000,
    "亿": 10**8,
    "億": 10**8,
}
_TENS = str.maketrans({"廿": "二十", "卅": "三十"})
_CIRCLED = re.compile("[①-⓿❶-➓㈠-㉃⑴-⒛]")  # NFKC would make bare figures of list marks
_UNIT = "".join(_UNITS)
_HAN = "".join(_DIGITS) + _UNIT + "廿卅"
_ARABIC = r"(?:\d{1,3}(?:(?:, ?| )\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_TOKEN = re.compile(
    rf"{_ARABIC}(?:[{_UNIT}]{{1,3}}(?:\d{{1,4}}(?![\d.])|"
    rf"零?\d{{1,3}}(?=[{_UNIT}]))?)*|[{_HAN}]+(?:点[{_HAN}]+)?"
)
_PIECE = re.compile(r"\d[\d, ]*(?:\.\d+)?|.")

_ABOUT_BEFORE = re.compile(
    r"(?:大约|大概|约|将近|接近|(?<![最附邻新])近|超过|超|逾|不足|不到|至少|突破)(?:为|有)?\s?$"
)
_ABOUT_AFTER = re.compile(
    r"\s?(?:余|多|左右|上下|以上|来(?=[名人个位])|几(?=[名人个位])|"
    r"[名人个位](?:左右|上下|以上|余|多(?![为数种次])))"
)
_SOME_MORE = re.compile(r"\s?[余多]")
_VAGUE = re.compile(
    r"[几数][十百千万]+|[十百千万][几]|若干|[一二三四五六七八九两]{2}[十百千万](?![一二三四五六七八九十])"
)
_COUNTED = re.compile(
    r"\s?(?:余|多)?(?:名|人(?!次)|位|个(?!百分|工会|基层|企业|项目|站))"
)


@dataclass(frozen=True)
class Number:
    """One number in a text; `value` is exact, a share for a percentage (0.52 for 52 %).

    `rounded`: written with 万 (or 千, 亿) and Arabic figures, so known only so far.
    `counted`: people are counted (名, 人).
    """

    value: Decimal
    start: int
    end: int
    percent: bool = False
    rounded: bool = False
    approximate: bool = False
    negative: bool = False
    counted: bool = False


def normalise(text: str) -> str:
    """Full-width to half-width, list marks to blanks, every kind of space to a plain
    one; line ends stay."""
    folded = (
        unicodedata.normalize("NFKC", _CIRCLED.sub(" ", text))
        .replace("○", "〇")
        .replace("−", "-")
        .replace("،", ",")
    )
    return re.sub(r"[^\S\n]", " ", folded)


def vague(text: str) -> bool:
    """A quantity without a figure: 几百, 数十, 三四百."""
    return _VAGUE.search(text) is not None


def find(text: str) -> tuple[Number, ...]:
    """Every number in a normalised text, in order; 一体化 and 第一 hold none."""
    found = (_number(text, m) for m in _TOKEN.finditer(text))
    return tuple(n for n in found if n is not None)


def parse(text: str) -> Number | None:
    """The one number that a text consists of, with or without 名/人/个 behind it; None
    for anything else."""
    line = normalise(text).strip()
    match = _TOKEN.match(line)
    if match:
        number = _number(line, match, alone=True)
    else:
        number = None
    if number is None or not re.fullmatch(
        r"\s?%?\s?(?:名|人|位|个)?", line[number.end :]
    ):
        return None
    return number


def value_of(token: str) -> Decimal | None:
    """What a bare token is worth: Arabic figures, Chinese numerals or a mixture
    (1万2千); None where it is no number."""
    if "点" in token:
        return _with_point(token)
    pieces = _PIECE.findall(token.translate(_TENS))
    if len(pieces) == 1 and pieces[0][0].isdigit() and pieces[0][0].isascii():
        return _arabic(pieces[0])
    if all(p in _DIGITS for p in pieces):
        return _positional(pieces)
    return _by_units(pieces)


def _number(text: str, match: re.Match[str], alone: bool = False) -> Number | None:
    token = match.group().rstrip(" ,")
    start, end = match.start(), match.start() + len(token)
    before, after = text[max(0, start - 6) : start], text[end : end + 8]
    percent = after.lstrip().startswith("%") or before.endswith("百分之")
    counted = _COUNTED.match(after) is not None
    if not (
        token[0].isascii()
        or alone
        or _stands(text, token, before, after, percent or counted)
    ):
        return None
    value = value_of(token)
    if value is None:
        return None
    return Number(
        value / 100 if percent else value,
        start,
        end,
        percent,
        rounded="点" in token
        or (token[0].isascii() and any(u in token for u in _UNIT)),
        approximate=bool(_ABOUT_BEFORE.search(before) or _ABOUT_AFTER.match(after)),
        negative=bool(re.search(r"(?<!\d)(?:-|负)\s?$", before)),
        counted=counted,
    )


def _stands(text: str, token: str, before: str, after: str, counted: bool) -> bool:
    """Whether Chinese numerals in running text are a number, and no part of a word such
    as 统一 or 第一."""
    if before.endswith("第"):
        return False
    return (
        counted
        or len(token) >= 3
        or text.strip() == token
        or bool(len(token) == 2 and _SOME_MORE.match(after))
    )


def _arabic(token: str) -> Decimal:
    figures = token.replace(",", "").replace(" ", "")
    if len(figures) <= 15:
        return Decimal(figures)
    return ABSURD


def _positional(pieces: list[str]) -> Decimal:
    figures = "".join(str(_DIGITS[p]) for p in pieces[:16])
    if len(figures) <= 15:
        return Decimal(figures)
    return ABSURD


def _with_point(token: str) -> Decimal | None:
    whole, _, rest = token.partition("点")
    if rest[-1] in _UNITS:
        tail = rest[-1]
    else:
        tail = ""
    decimals = rest[: len(rest) - len(tail)]
    head = value_of(whole)
    if (
        head is None
        or not decimals
        or any(c not in _DIGITS for c in decimals)
        or len(decimals) > 6
    ):
        return None
    return (
        head + Decimal("0." + "".join(str(_DIGITS[c]) for c in decimals))
    ) * _UNITS.get(tail, 1)


def _by_units(pieces: list[str]) -> Decimal | None:
    """一千二百三十四, 1万2千, 一万二 (= 12,000); units within a section must fall, else
    it is no number."""
    if len(pieces) > 24:
        return None
    total, section, digit, unit, zero = Decimal(0), Decimal(0), None, 10**9, False
    for place, piece in enumerate(pieces):
        if piece in _DIGITS or piece[0].isdigit():
            if digit is not None and digit != 0:
                return None
            if piece[0].isdigit():
                digit = _arabic(piece)
            else:
                digit = Decimal(_DIGITS[piece])
            zero = zero or digit == 0
            continue
        size = _UNITS[piece]
        if size >= 10_000:
            held = section + (digit or 0)
            if held == 0 or (total and size >= unit):
                return None
            total, section, digit, unit = (
                (total + held) * size
                if total and size == 10**8
                else total + held * size,
                Decimal(0),
                None,
                size,
            )
        else:
            if digit is None and size == 10 and place == 0:
                digit = Decimal(1)
            if not digit or size >= unit:
                return None
            section, digit, unit = section + digit * size, None, size
        zero = False
    colloquial = digit and not zero and unit >= 100 and pieces[-1] in _DIGITS
    return total + section + (digit or 0) * (unit // 10 if colloquial else 1)
