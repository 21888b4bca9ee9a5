"""The tables at the head of an RTF file: its fonts, colours and styles.

Beside rtf.py, which walks the text. Trusts nothing: each table is looked for within
bounds, and what is not understood says nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pipeline.model.values.frozen import frozen
from pipeline.reading.formats.symbol_fonts import draws_signs
from pipeline.reading.formats.word.run_format import (
    AUTO,
    NOTHING_SAID,
    OVERLAPPING_POINTS,
    TWIPS,
    Ink,
    RunFormat,
    is_prompt_style,
)

# Bytes of one table
_TABLE_LIMIT = 400_000
# Styles that rest on one another
_MOST_BASES = 12
_HALF_POINTS = 2
_QUARTERS = 4
# Of 10,000: a pattern of which more is painted may swallow the text
DARK_PATTERN = 4_000
# Groups in a style's definition, such as its shortcut
_INNER = re.compile(rb"(?<=[^{;}\r\n ])\s*\{\\\*[^{}]{0,500}\}")
_SYMBOL_CHARSET = 2
CHARSETS = {
    0: "cp1252",
    # Codes of a font of signs, which are no letters
    2: "latin-1",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "cp950",
}
_FONT = re.compile(
    rb"\\f(\d{1,5})\b([^{};]{0,200}(?:\{[^{}]{0,200}\}[^{};]{0,200}){0,4});"
)
_CHARSET = re.compile(rb"\\fcharset(\d{1,3})")
_COLOUR_PART = re.compile(rb"\\(red|green|blue)(\d{1,3})")
_STYLE = re.compile(rb"\{(?:\\\*)?\s*\\(cs|s|ts)(\d{1,5})\b([^{}]{0,2000})")
_BASED_ON = re.compile(rb"\\sbasedon(\d{1,5})")
_WORD = re.compile(rb"\\([a-z]{1,32})(-?\d{1,10})? ?")
_SWITCHES = {
    "v": "hidden",
    "strike": "struck",
    "striked": "struck",
    "super": "raised",
    "sub": "raised",
    "embo": "relief",
    "impr": "relief",
    # Hidden by some programs, in some views, as in docx
    "webhidden": "untold",
    "spv": "untold",
}


# Words that set characters so that they may not be read: over one another, on a dark
# pattern, in two lines of half their height (双行合一)
_UNTOLD: dict[str, Callable[[int], bool]] = {
    "expndtw": lambda twips: twips <= -OVERLAPPING_POINTS * TWIPS,
    "expnd": lambda quarters: quarters <= -OVERLAPPING_POINTS * _QUARTERS,
    "chshdng": lambda share: share >= DARK_PATTERN,
    "fittext": lambda twips: 0 < twips <= OVERLAPPING_POINTS * TWIPS,
    "twoinone": lambda _: True,
}
_OTHERS = "nosupersub up dn fs charscalex cf cb chcbpat highlight"
# the words that Header.character takes
CHARACTER_WORDS = tuple(
    name.encode() for name in (*_SWITCHES, *_UNTOLD, *_OTHERS.split())
)


@frozen
class Font:
    """`codec` decodes its bytes ("": the file's own); `signs` is its name where it draws
    signs instead of letters."""

    codec: str = ""
    signs: str | None = None


PLAIN_FONT = Font()

# Its kind (cs, s, ts) and its number
_StyleName = tuple[bytes, int]


@dataclass
class Header:
    fonts: dict[int, Font] = field(default_factory=dict)
    colours: list[Ink] = field(default_factory=list)
    character_styles: dict[int, RunFormat] = field(default_factory=dict)
    paragraph_styles: dict[int, RunFormat] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes) -> "Header":
        header = cls()
        header.fonts = _fonts(_table(content, b"\\fonttbl"))
        header.colours = _colours(_table(content, b"\\colortbl"))
        styles = _table(content, b"\\stylesheet")
        # Without the word itself, after which the first style is no inner group
        header._take_styles(styles.removeprefix(b"\\stylesheet"))
        return header

    def colour(self, number: int) -> Ink | None:
        if 0 <= number < len(self.colours):
            return self.colours[number]
        return None

    def character(
        self, format_: RunFormat, word: bytes, number: int | None
    ) -> RunFormat | None:
        """The format after a word that changes how characters look, None for any other."""
        name = word.decode("ascii")
        said = _plainly_said(name, number)
        if name == "cf":
            said["ink"] = self.colour(number or 0)
        elif name in ("cb", "chcbpat", "highlight"):
            said["ground"] = self.colour(number) if number else AUTO
        if not said:
            return None
        return replace(format_, **said)  # type: ignore[arg-type]

    def _take_styles(self, table: bytes) -> None:
        bases: dict[_StyleName, tuple[int, RunFormat]] = {}
        for kind, number, said in _STYLE.findall(_INNER.sub(b" ", table)):
            format_ = NOTHING_SAID
            for word, value in _WORD.findall(said):
                if word not in CHARACTER_WORDS:
                    continue
                number_said = int(value) if value else None
                changed = self.character(format_, word, number_said)
                if changed is not None:
                    format_ = changed
            if is_prompt_style(_style_name(said)):
                format_ = replace(format_, prompt=True)
            base = _BASED_ON.search(said)
            based_on = int(base[1]) if base else -1
            bases[kind, int(number)] = (based_on, format_)
        for kind, number in bases:
            format_ = NOTHING_SAID
            at = number
            for _ in range(_MOST_BASES):
                if (kind, at) not in bases:
                    break
                at, said_here = bases[kind, at]
                format_ = format_.over(said_here)
            if kind == b"cs":
                self.character_styles[number] = format_
            elif kind == b"s":
                self.paragraph_styles[number] = format_


def _plainly_said(name: str, number: int | None) -> dict[str, object]:
    """What a word says of characters without the tables at the file's head."""
    said: dict[str, object] = {}
    if name in _SWITCHES:
        said[_SWITCHES[name]] = number != 0
    elif name == "nosupersub":
        said["raised"] = False
    elif name == "up":
        said["shift"] = _shift(number)
    elif name == "dn":
        said["shift"] = -_shift(number)
    elif name == "fs":
        if number is None:
            number = 24
        said["points"] = number / _HALF_POINTS
    elif name == "charscalex":
        said["scale"] = 100 if number is None else number
    elif name in _UNTOLD and _UNTOLD[name](number or 0):
        # Never taken back: \\expndtw0 says nothing of \\twoinone
        said["untold"] = True
    return said


def _shift(half_points: int | None) -> float:
    """Points above or below the line; a word without a number means three."""
    if half_points is None:
        return 3.0
    return half_points / _HALF_POINTS


def _style_name(said: bytes) -> str:
    name = _WORD.sub(b"", said).rstrip(b"; \r\n")
    return name.decode("ascii", "replace").strip()


def _table(content: bytes, name: bytes) -> bytes:
    """The group that a word opens, to its closing brace."""
    start = content.find(name)
    if start < 0:
        return b""
    depth = 0
    for match in re.finditer(
        rb"\\[^a-zA-Z]|[{}]", content[start : start + _TABLE_LIMIT]
    ):
        if match[0] == b"{":
            depth += 1
        elif match[0] == b"}":
            depth -= 1
            if depth < 0:
                return content[start : start + match.start()]
    return content[start : start + _TABLE_LIMIT]


def _fonts(table: bytes) -> dict[int, Font]:
    found: dict[int, Font] = {}
    for number, said in _FONT.findall(table):
        charset = _CHARSET.search(said)
        if charset:
            code = int(charset[1])
        else:
            code = -1
        name = _WORD.sub(b"", re.sub(rb"\{[^{}]*\}", b"", said)).strip()
        plain_name = name.decode("ascii", "replace")
        is_of_signs = code == _SYMBOL_CHARSET or draws_signs(plain_name)
        if is_of_signs:
            signs = plain_name
        else:
            signs = None
        found[int(number)] = Font(CHARSETS.get(code, ""), signs)
    return found


def _colours(table: bytes) -> list[Ink]:
    """The first one is usually empty: the program's own choice."""
    found: list[Ink] = []
    for entry in table.split(b";")[:-1]:
        parts = {}
        for name, value in _COLOUR_PART.findall(entry):
            parts[name] = min(int(value), 255)
        if parts:
            found.append(
                (
                    parts.get(b"red", 0),
                    parts.get(b"green", 0),
                    parts.get(b"blue", 0),
                )
            )
        else:
            found.append(AUTO)
    return found
