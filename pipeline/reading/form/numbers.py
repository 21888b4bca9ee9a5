"""Numbers as people type them into a form: 1,234, １２３４, 一千二百三十四,
壹仟贰佰叁拾肆, 1.2万 (rules.md 5).

Trusts nothing about the text; every pattern is linear in its length. Never decides what
a number means: that is figure's work. Never joins digits across a tab, a line end, an
ideographic space or a wrongly placed comma, nor two groups of three across a blank.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from pipeline.model.values.frozen import frozen
from pipeline.model.wording.characters import (
    FORMAL_DIGITS,
    HAN_DIGITS,
    HAN_UNITS,
)

# Longer runs of digits are all the same nonsense
ABSURD = Decimal(10) ** 15
# Digits that a sheet keeps: what is beyond them is its own rounding
SIGNIFICANT = 15

_TENS = str.maketrans({"廿": "二十", "卅": "三十"})
# NFKC would make bare figures of list marks
_CIRCLED = re.compile("[①-⓿❶-➓㈠-㉃⑴-⒛]")
_UNIT = "".join(HAN_UNITS)
_HAN = "".join(HAN_DIGITS) + _UNIT + "廿卅"
_PIECE = re.compile(r"[0-9][0-9, ]*(?:\.[0-9]+)?|.")

# 1 234 567, but 356 360 may be two figures side by side (rules.md 5): groups of three
# digits alone are never joined by blanks
_BY_COMMAS = r"[0-9]{1,3}(?:,[0-9]{3})+"
_BY_BLANKS = r"[0-9]{1,2}(?:\ [0-9]{3})+"
_GROUPED = rf"(?:{_BY_COMMAS}|{_BY_BLANKS})(?![0-9])"
_NUMBER = re.compile(
    rf"""(?P<share>百分之\ ?)?
    (?P<token>
      (?:{_GROUPED}|[0-9]+)(?:\.[0-9]+)?
        (?:\ ?[{_UNIT}]{{1,3}}(?:[0-9]{{1,4}}(?![0-9.])|零?[0-9]{{1,3}}(?=[{_UNIT}]))?)*
    | [{_HAN}]+(?:点[{_HAN}]+)?)
    (?P<percent>\ ?%)?""",
    re.VERBOSE,
)
# A digit that goes on behind a separator which groups no thousands (1,2345, 3.4.5).
# 0356, 0,356: a code, or a digit lost
_LEADING_NOUGHT = re.compile(r"0,?[0-9]")
_BROKEN = re.compile(r"[,.，][0-9]|[0-9]")

_RATE_BEHIND = re.compile(r"[,，][0-9]{1,3}\.[0-9]{1,2}\ ?%")

# What a person sees as one and the same character (Unicode's own tags), and what nobody
# sees at all. Superscripts, fractions, circles and squares are none of these.
_SAME = ("<wide>", "<narrow>", "<noBreak>", "<small>", "<font>", "<vertical>")
_COMPATIBLE = "<compat>"
_UNSEEN = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0e\ufe0f")
# Between thousands, as typed
_JOINING_BLANKS = frozenset(" \u00a0\u2009\u202f")
# A circle is typed for 〇 among numerals; alone it is a mark (有, 是)
_NUMERAL = "0-9０-９〇○零一二三四五六七八九十百千万"
_NOUGHT = re.compile(f"(?<=[{_NUMERAL}])○|○(?=[{_NUMERAL}])")
_ALIKE = {"−": "-", "،": ",", "∶": ":", "％": "%"}


@frozen
class Number:
    """One number in a text; `value` is exact, a share for a percentage (0.52 for 52 %).

    `rounded`: written with 万 (or 千, 亿) and Arabic figures, so known only so far.
    """

    value: Decimal
    start: int
    end: int
    percent: bool = False
    rounded: bool = False


def normalise(text: str) -> str:
    """Full-width to half-width, list marks to blanks, every kind of space to a plain
    one; line ends stay. For dates, labels and replies; a figure's text is `as_seen`."""
    folded = (
        unicodedata.normalize("NFKC", _CIRCLED.sub(" ", text))
        .replace("○", "〇")
        .replace("−", "-")
        .replace("،", ",")
    )
    return re.sub(r"[^\S\n]", " ", folded)


def as_seen(text: str) -> str:
    """A text in the characters that a person sees: full-width as half-width, a tab or a
    wide blank as a tab, line ends as \\n; superscripts, circles and fractions stay what
    they are. Never longer than the text."""
    if "○" in text:
        text = _NOUGHT.sub("〇", text)
    return "".join(_seen(character) for character in text)


@lru_cache(maxsize=4_096)
def _seen(character: str) -> str:
    if character in _UNSEEN:
        return ""
    if character in _JOINING_BLANKS:
        return " "
    if character in "\n\r\v\f\x85\u2028\u2029":
        return "\n"
    if character.isspace() or character in "_＿﹍":
        return "\t"
    if character in _ALIKE:
        return _ALIKE[character]
    tag, _, mapped = unicodedata.decomposition(character).partition(" ")
    if tag in _SAME or (tag == _COMPATIBLE and " " not in mapped):
        return _seen(unicodedata.normalize("NFKC", character)[:1])
    return character


def number_at(text: str, at: int) -> Number | None:
    """The number that begins at a position of a text as `as_seen` gives it; None where
    none does, or where its digits go on behind what groups no thousands."""
    match = _NUMBER.match(text, at)
    if match is None or _goes_on(text, match):
        return None
    token = match["token"]
    value = value_of(token)
    if value is None or _LEADING_NOUGHT.match(token):
        return None
    percent = bool(match["share"] or match["percent"])
    arabic = token[0].isascii()
    return Number(
        value=value / 100 if percent else value,
        start=at,
        end=match.end(),
        percent=percent,
        rounded="点" in token or (arabic and any(u in token for u in _UNIT)),
    )


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether more digits follow behind what groups no thousands. A rate is no part of
    the number beside it: 97.9%，1234 and 1234，97.9%; 12,34% may be 12.34 %."""
    if _BROKEN.match(text, match.end()) is None:
        return False
    if match["percent"] and text[match.end()] in ",，":
        return False
    return _RATE_BEHIND.match(text, match.end()) is None


def whole(value: Decimal) -> int | None:
    """The integer that a value is to a sheet's own precision; None for a broken number."""
    if value == 0:
        return 0
    rounded = round(value, SIGNIFICANT - 1 - value.adjusted())
    if rounded == rounded.to_integral_value():
        return int(rounded)
    return None


def value_of(token: str) -> Decimal | None:
    """What a bare token is worth: Arabic figures, Chinese numerals or a mixture
    (1万2千); None where it is no number."""
    if "点" in token:
        return _with_point(token)
    pieces = [p for p in _PIECE.findall(token.translate(_TENS)) if p != " "]
    if len(pieces) == 1 and pieces[0][0].isdigit() and pieces[0][0].isascii():
        return _arabic(pieces[0])
    if all(p in HAN_DIGITS for p in pieces):
        return _positional(pieces)
    return _by_units(pieces)


def _arabic(token: str) -> Decimal:
    figures = token.replace(",", "").replace(" ", "")
    if len(figures.partition(".")[0]) <= SIGNIFICANT:
        return Decimal(figures)
    return ABSURD


def _positional(pieces: list[str]) -> Decimal | None:
    figures = "".join(str(HAN_DIGITS[p]) for p in pieces[:16])
    if len(figures) > 1 and not figures.strip("0"):
        # ○○: a place to be filled in
        return None
    if len(figures) <= SIGNIFICANT:
        return Decimal(figures)
    return ABSURD


def _with_point(token: str) -> Decimal | None:
    before, _, rest = token.partition("点")
    if rest[-1] in HAN_UNITS:
        tail = rest[-1]
    else:
        tail = ""
    decimals = rest[: len(rest) - len(tail)]
    head = value_of(before)
    if head is None or not 1 <= len(decimals) <= 6:
        return None
    if any(c not in HAN_DIGITS for c in decimals):
        return None
    part = Decimal("0." + "".join(str(HAN_DIGITS[c]) for c in decimals))
    return (head + part) * HAN_UNITS.get(tail, 1)


def _by_units(pieces: list[str]) -> Decimal | None:
    """一千二百三十四, 1万2千, 一万二 (= 12,000); units within a section must fall, else
    it is no number."""
    if len(pieces) > 24:
        return None
    sections = _Sections()
    for place, piece in enumerate(pieces):
        if piece in HAN_DIGITS:
            taken = sections.take_digit(Decimal(HAN_DIGITS[piece]))
        elif piece[0].isdigit():
            last = place + 1 == len(pieces)
            taken = sections.take_figures(piece, last=last)
        else:
            taken = sections.take_unit(HAN_UNITS[piece], first=place == 0)
        if not taken:
            return None
    return sections.total_with(pieces[-1])


class _Sections:
    """A numeral while it is read: sections of up to 万 or 亿, in each the digit that
    waits for its unit. Each step says whether the numeral may go on so."""

    def __init__(self) -> None:
        self.total = self.section = Decimal(0)
        self.digit: Decimal | None = None
        # The unit read last: the next one must be smaller
        self.unit = 10**9
        # The figures that wait are more than one digit
        self.large = False
        # A 零 was read since: 一千零五 is 1,005 and 一千五 is 1,500
        self.zero = False

    def take_digit(self, digit: Decimal) -> bool:
        if self.digit:
            return False
        self.digit = digit
        self.zero = self.zero or digit == 0
        return True

    def take_figures(self, figures: str, *, last: bool) -> bool:
        """Arabic figures: behind the last unit all of its places, since 1万2 may be
        12,000; before 十, 百 or 千 one, since nobody counts 356 tens."""
        places = len(figures.partition(".")[0])
        if last and self.unit < 10**9 and 10**places != self.unit:
            return False
        self.large = places > 1
        return self.take_digit(_arabic(figures))

    def take_unit(self, size: int, *, first: bool) -> bool:
        self.zero = False
        if size >= 10_000:
            return self._close_section(size)
        if self.digit is None and size == 10 and first:
            self.digit = Decimal(1)
        if not self.digit or size >= self.unit or self.large:
            return False
        self.section += self.digit * size
        self.digit = None
        self.unit = size
        return True

    def _close_section(self, size: int) -> bool:
        held = self.section + (self.digit or 0)
        if held == 0 or (self.total and size >= self.unit):
            return False
        if self.total and size == 10**8:
            self.total = (self.total + held) * size
        else:
            self.total += held * size
        self.section, self.digit, self.unit = Decimal(0), None, size
        self.large = False
        return True

    def total_with(self, last: str) -> Decimal | None:
        """The value; 一百一 is 110, 三千五 3,500. None for 壹佰贰: 102 or 120."""
        colloquial = (
            self.digit
            and not self.zero
            and self.unit >= 100
            and last in HAN_DIGITS
        )
        if colloquial and last in FORMAL_DIGITS:
            return None
        worth = self.unit // 10 if colloquial else 1
        return self.total + self.section + (self.digit or 0) * worth
