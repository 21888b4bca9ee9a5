"""The vocabulary of OpenDocument, and what its styles do to the text: how runs look,
what is behind them, list numbers.

Beside odt.py and ods.py. Trusts only well-formed XML.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.reading.formats import list_numbers
from pipeline.reading.formats.word.run_format import (
    AUTO,
    CRUSHED_POINTS,
    NOTHING_SAID,
    OVERLAPPING_POINTS,
    Ink,
    RunFormat,
    hex_colour,
    is_odd_colour,
    is_prompt_style,
)

Element = etree._Element

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE = (
    f"{{{_NS}{name}:1.0}}" for name in ("office", "text", "table")
)
STYLE, DRAW = f"{{{_NS}style:1.0}}", f"{{{_NS}drawing:1.0}}"

_FORMATS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "一": "chineseCounting",
    "壹": "chineseLegalSimplified",
    "①": "decimalEnclosedCircle",
    "甲": "ideographTraditional",
    "子": "ideographZodiac",
    "１": "decimalFullWidth",
    "": "none",
}


FO = f"{{{_NS}xsl-fo-compatible:1.0}}"
_SVG = f"{{{_NS}svg-compatible:1.0}}"
# The name under which the numbers of headings (text:outline-style) are kept
OUTLINE = "\0outline"
# Styles that one is based on, in turn
_MOST_PARENTS = 12
# Points that a size in percent is taken of
_PERCENT_BASE = 12.0
# Of the size: less is a correction of the line
_RAISED_PERCENT = 25.0
_POINTS_IN = {
    "pt": 1.0,
    "in": 72.0,
    "cm": 28.35,
    "mm": 2.835,
    "pc": 12.0,
    "px": 0.75,
}
_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)(pt|in|cm|mm|pc|px|%)")


def whole(text: str | None, default: int) -> int:
    if text and text.isdecimal() and len(text) < 10:
        return int(text)
    return default


@dataclass
class _Style:
    """A style as it is written: its properties by their kind, and what it is based on."""

    parent: str
    shown_name: str
    properties: dict[str, Element]


class OdfStyles:
    """How styles make their text look, and the levels of the list styles, of one or two
    style parts."""

    def __init__(self, roots: Iterable[Element]) -> None:
        self._styles: dict[tuple[str, str], _Style] = {}
        self._fonts: dict[str, str] = {}
        self._runs: dict[tuple[str, str], RunFormat] = {}
        self.hidden_tables: set[str] = set()
        self.levels: dict[tuple[str, int], Element] = {}
        for root in roots:
            for face in root.iter(f"{STYLE}font-face"):
                family = face.get(f"{_SVG}font-family", "").strip("'\"")
                self._fonts[face.get(f"{STYLE}name", "")] = family
            for style in root.iter(f"{STYLE}style", f"{STYLE}default-style"):
                self._take(style)
            for style in root.iter(f"{TEXT}list-style", f"{TEXT}outline-style"):
                name = style.get(f"{STYLE}name", "")
                if style.tag == f"{TEXT}outline-style":
                    name = OUTLINE
                for level in style:
                    depth = whole(level.get(f"{TEXT}level"), 1) - 1
                    self.levels[name, depth] = level

    def _take(self, style: Element) -> None:
        """A default style is kept under the name ""."""
        name = style.get(f"{STYLE}name", "")
        properties = {}
        for child in style:
            if isinstance(child.tag, str):
                properties[etree.QName(child).localname] = child
        family = style.get(f"{STYLE}family", "")
        parent = style.get(f"{STYLE}parent-style-name", "")
        shown = style.get(f"{STYLE}display-name", name)
        self._styles[family, name] = _Style(parent, shown, properties)
        table = properties.get("table-properties")
        if table is not None and table.get(f"{TABLE}display") == "false":
            self.hidden_tables.add(name)

    def _line_of(self, family: str, name: str) -> Iterator[_Style]:
        """A style, those that it is based on, and its family's default."""
        for _ in range(_MOST_PARENTS):
            style = self._styles.get((family, name))
            if style is None:
                break
            yield style
            if not name:
                return
            name = style.parent
        default = self._styles.get((family, ""))
        if default is not None and name:
            yield default

    def run(self, family: str, name: str | None) -> RunFormat:
        """What a style of `family` (paragraph, text, table-cell) says of its text."""
        key = family, name or ""
        found = self._runs.get(key)
        if found is None:
            found = NOTHING_SAID
            for style in self._line_of(*key):
                said = style.properties.get("text-properties")
                found = found.over(self._run_format(said))
                if is_prompt_style(style.shown_name):
                    found = found.over(RunFormat(prompt=True))
            self._runs[key] = found
        return found

    def ground(self, family: str, name: str | None) -> Ink | None:
        """The fill of a style of `family`."""
        for style in self._line_of(family, name or ""):
            said = style.properties.get(f"{family}-properties")
            if said is None:
                colour = None
            else:
                colour = said.get(f"{FO}background-color")
            if colour is not None:
                return hex_colour(colour)
        return None

    def lies_behind(self, name: str | None) -> bool:
        """Whether a drawing of this style lies behind the text, as a watermark does."""
        for style in self._line_of("graphic", name or ""):
            said = style.properties.get("graphic-properties")
            if said is not None and said.get(f"{STYLE}run-through"):
                return said.get(f"{STYLE}run-through") == "background"
        return False

    def is_crushed(self, family: str, name: str | None) -> bool:
        """Whether a row or the lines of a paragraph are set too low to be read."""
        for style in self._line_of(family, name or ""):
            said = style.properties.get(f"{family}-properties")
            if said is None:
                continue
            height = said.get(f"{STYLE}row-height") or said.get(
                f"{FO}line-height"
            )
            if height is not None and not height.endswith("%"):
                points = _points(height)
                return points is not None and points <= CRUSHED_POINTS
        return False

    def _run_format(self, said: Element | None) -> RunFormat:
        if said is None:
            return NOTHING_SAID
        return RunFormat(
            hidden=_is_said(said.get(f"{TEXT}display"), "none"),
            struck=_struck(said),
            raised=_raised(said.get(f"{STYLE}text-position")),
            points=_points(said.get(f"{FO}font-size")),
            scale=percent(said.get(f"{STYLE}text-scale")),
            ink=_ink(said),
            ground=hex_colour(said.get(f"{FO}background-color")),
            font=self._font(said),
            unpainted=is_transparent(said),
            relief=_is_said_not(said.get(f"{STYLE}font-relief"), "none"),
            untold=is_squeezed(said)
            or is_oddly_painted(said)
            or _is_said(said.get(f"{TEXT}display"), "condition"),
        )

    def _font(self, said: Element) -> str | None:
        name = said.get(f"{STYLE}font-name")
        if name is None:
            return said.get(f"{FO}font-family")
        return self._fonts.get(name, name)


def _is_said(value: str | None, wanted: str) -> bool | None:
    if value is None:
        return None
    return value == wanted


def _is_said_not(value: str | None, usual: str) -> bool | None:
    if value is None:
        return None
    return value != usual


def is_oddly_painted(said: Element) -> bool | None:
    """Whether characters lie on their side, or are of a colour that programs take
    differently."""
    ink = said.get(f"{FO}color")
    ground = said.get(f"{FO}background-color")
    if is_odd_colour(ink) or is_odd_colour(ground):
        return True
    return _is_said_not(said.get(f"{STYLE}text-rotation-angle"), "0")


def _struck(said: Element) -> bool | None:
    for name in ("style", "type"):
        value = said.get(f"{STYLE}text-line-through-{name}")
        if value is not None:
            return value != "none"
    return None


def _raised(position: str | None) -> bool | None:
    """super, sub, or how far above the line in percent, and how large: "33% 58%"."""
    if position is None:
        return None
    said = position.split() or [""]
    if said[0] in ("super", "sub"):
        return True
    distance = percent(said[0]) or 0.0
    if len(said) > 1:
        size = percent(said[1]) or 100.0
    else:
        size = 100.0
    return abs(distance) >= _RAISED_PERCENT or (distance != 0 and size < 90)


def _points(length: str | None) -> float | None:
    match = _LENGTH.fullmatch(length or "")
    if match is None:
        return None
    if match[2] == "%":
        return _PERCENT_BASE * float(match[1]) / 100
    return float(match[1]) * _POINTS_IN[match[2]]


def is_squeezed(said: Element) -> bool | None:
    """Whether characters lie over one another, in two lines of half their height
    (双行合一), or all in the place of one (纵中横)."""
    if said.get(f"{STYLE}text-combine") in ("lines", "letters"):
        return True
    points = _points(said.get(f"{FO}letter-spacing"))
    if points is None:
        return None
    return points <= -OVERLAPPING_POINTS


def percent(text: str | None) -> float | None:
    """62 of 62%; None for any other length."""
    match = _LENGTH.fullmatch(text or "")
    if match is not None and match[2] == "%":
        return float(match[1])
    return None


def _ink(said: Element) -> Ink | None:
    if said.get(f"{STYLE}use-window-font-color") == "true":
        return AUTO
    return hex_colour(said.get(f"{FO}color"))


def is_transparent(said: Element) -> bool | None:
    """loext:opacity, which LibreOffice writes for the transparency of characters, and
    as 0 % where the ink is its own choice."""
    if said.get(f"{STYLE}use-window-font-color") == "true":
        return False
    for name, value in said.attrib.items():
        if str(name).endswith("}opacity"):
            opacity = percent(str(value))
            return opacity is not None and opacity < 5
    return None


class OdfLists:
    """The running numbers of lists, by their style."""

    def __init__(self, styles: OdfStyles) -> None:
        self._levels = styles.levels
        self._counters: dict[str, dict[int, int]] = {}

    def begin(self, element: Element, style: str, depth: int) -> None:
        """A list begins: its numbers start afresh, unless it says that it goes on."""
        goes_on = element.get(
            f"{TEXT}continue-numbering"
        ) == "true" or element.get(f"{TEXT}continue-list")
        counters = self._counters.setdefault(style, {})
        if not goes_on:
            _forget(counters, depth)

    def label(self, style: str, depth: int, item: Element) -> str:
        """What stands before the item, with its gap; advances the list."""
        counters = self._counters.setdefault(style, {})
        start = whole(item.get(f"{TEXT}start-value"), 0)
        counters[depth] = (
            start or counters.get(depth, self._start(style, depth) - 1) + 1
        )
        _forget(counters, depth + 1)
        level = self._levels.get((style, depth))
        if level is None:
            return ""
        if level.tag == f"{TEXT}list-level-style-bullet":
            return (
                list_numbers.bullet(level.get(f"{TEXT}bullet-char", "")) + " "
            )
        numbers = ".".join(self._numbers(style, depth, level, counters))
        text = (
            level.get(f"{STYLE}num-prefix", "")
            + numbers
            + level.get(f"{STYLE}num-suffix", "")
        )
        if text:
            return f"{text} "
        return ""

    def _start(self, style: str, depth: int) -> int:
        level = self._levels.get((style, depth))
        if level is None:
            return 1
        return whole(level.get(f"{TEXT}start-value"), 1)

    def _numbers(
        self, style: str, depth: int, level: Element, counters: dict[int, int]
    ) -> Iterator[str]:
        shown = max(whole(level.get(f"{TEXT}display-levels"), 1), 1)
        for d in range(max(depth - shown + 1, 0), depth + 1):
            own = self._levels.get((style, d))
            if own is None:
                sign = "1"
            else:
                sign = own.get(f"{STYLE}num-format", "")
            text = list_numbers.paint(
                _FORMATS.get(sign.split(",")[0].strip(), "decimal"),
                counters.get(d, 1),
            )
            if text:
                yield text


def _forget(counters: dict[int, int], depth: int) -> None:
    """The numbers of a level and of those below it start afresh."""
    for deeper in list(counters):
        if deeper >= depth:
            del counters[deeper]
