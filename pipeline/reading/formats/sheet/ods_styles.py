"""The styles of an OpenDocument workbook: how cells and runs of text look, which rows
and columns have no height or width.

Beside ods. Resolves automatic styles, their parents and the defaults of their family.
Trusts only well-formed XML; styles that go back to one another end after a few steps.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from lxml import etree

from pipeline.model.document import Doubt
from pipeline.reading.formats.seen import Look, is_seen
from pipeline.reading.formats.sheet import palette
from pipeline.reading.formats.sheet.cell_value import filled
from pipeline.reading.formats.symbol_fonts import doubts_of_font
from pipeline.reading.formats.word.odf_styles import (
    STYLE,
    TEXT,
    is_oddly_painted,
    is_squeezed,
    is_transparent,
    percent,
)

Element = etree._Element

_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_CONDITION = re.compile(r"value\(\)(<=|>=|!=|<|>|=)(-?\d{1,15}(?:\.\d{1,15})?)")
# Of a character's width
_READABLE_PERCENT = 30.0
# Styles that go back to one another
_MOST_PARENTS = 20
_POINTS = {
    "pt": 1.0,
    "in": 72.0,
    "cm": 28.35,
    "mm": 2.835,
    "px": 0.75,
    "pc": 12.0,
}
_DIGIT = re.compile(r"\d")
# Values of cells that may be a figure
COUNTS = ("float", "currency")
_DATE_STYLES = (f"{_NUMBER}date-style", f"{_NUMBER}time-style")
_NUMBER_STYLES = (
    f"{_NUMBER}number-style",
    f"{_NUMBER}currency-style",
    f"{_NUMBER}percentage-style",
    f"{_NUMBER}boolean-style",
    f"{_NUMBER}text-style",
)


class CellStyles:
    """Styles by family and name."""

    def __init__(self, roots: Iterable[Element]) -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        self._data: dict[str, Element] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        for root in roots:
            for style in root.iter(f"{STYLE}style", f"{STYLE}default-style"):
                family = style.get(f"{STYLE}family", "")
                name = style.get(f"{STYLE}name", "")
                if family == "table-cell" or (family, name) not in self._styles:
                    self._styles[family, name] = style
            for tag in (*_DATE_STYLES, *_NUMBER_STYLES):
                for style in root.iter(tag):
                    self._data[style.get(f"{STYLE}name", "")] = style

    def look(self, family: str, name: str | None) -> Look:
        """How text of a style looks: family "table-cell" or "text"."""
        key = (family, name or "")
        if key not in self._looks:
            look = Look()
            for style in self._chain(family, name or ""):
                look = _changed(look, style)
            self._looks[key] = look
        return self._looks[key]

    def run(self, name: str | None, outer: Look, family: str = "text") -> Look:
        """A run of text, or a paragraph, of its own style inside of text that looks like
        `outer`."""
        look = outer
        for style in self._chain(family, name or ""):
            look = _changed(look, style)
        return look

    def shows_nothing(self, name: str | None, number: float) -> bool:
        """Whether a cell style's number format paints nothing of a number (;;;)."""
        form = self._format(name)
        if form is None or form.tag in _DATE_STYLES:
            return False
        for change in form.iter(f"{STYLE}map"):
            if _holds(change.get(f"{STYLE}condition", ""), number):
                other = change.get(f"{STYLE}apply-style-name", "")
                form = self._data.get(other, form)
                break
        colour = form.find(f"{STYLE}text-properties")
        if colour is not None:
            look = _painted(self.look("table-cell", name), colour)
            if not is_seen(look):
                return True
        return not any(_paints(child) for child in form)

    def leaves_out_nought(self, name: str | None) -> bool:
        """Whether a cell style's number format needs no digit of a number (#)."""
        form = self._format(name)
        if form is None:
            return False
        number = form.find(f"{_NUMBER}number")
        if number is None:
            return False
        return number.get(f"{_NUMBER}min-integer-digits") == "0"

    def may_hide(self, name: str | None) -> bool:
        """Whether a condition may exchange a cell style for one that strikes its text
        or shows it to nobody."""
        for style in self._chain("table-cell", name or ""):
            for change in style.iter(f"{STYLE}map"):
                if self.hides(change.get(f"{STYLE}apply-style-name", "")):
                    return True
        return False

    def hides(self, name: str) -> bool:
        """Whether a cell style strikes its text, shows it to nobody, or paints another
        number for it."""
        look = self.look("table-cell", name)
        if look.struck or not is_seen(look):
            return True
        if self.shows_nothing(name, 1) or self.is_no_count(name, "float", ""):
            return True
        form = self._format(name)
        return form is not None and _scales(form)

    def is_no_count(self, name: str | None, kind: str, text: str) -> bool:
        """Whether a value of a kind (office:value-type) is painted in a cell style as
        something else than the text that the file keeps for it: a day, a share, a
        truth value, figures of the format's own."""
        form = self._format(name)
        share = kind == "percentage"
        if form is not None:
            for said in form.iter(f"{_NUMBER}text", f"{_NUMBER}embedded-text"):
                if _DIGIT.search(said.text or ""):
                    return True
            if kind in COUNTS:
                if form.tag in (*_DATE_STYLES, f"{_NUMBER}boolean-style"):
                    return True
                share = form.tag == f"{_NUMBER}percentage-style"
        return share and "%" not in text

    def fits(self, name: str | None) -> bool:
        """Whether a cell style makes its text smaller until the column is wide enough."""
        for style in reversed(self._chain("table-cell", name or "")):
            cell = style.find(f"{STYLE}table-cell-properties")
            if cell is not None and cell.get(f"{STYLE}shrink-to-fit"):
                return cell.get(f"{STYLE}shrink-to-fit") == "true"
        return False

    def extent(self, family: str, name: str | None) -> float | None:
        """The height of a "table-row" or the width of a "table-column" in points."""
        names = {"table-row": "row-height", "table-column": "column-width"}
        for style in reversed(self._chain(family, name or "")):
            properties = style.find(f"{STYLE}{family}-properties")
            if properties is not None and properties.get(
                f"{STYLE}{names[family]}"
            ):
                return length(properties.get(f"{STYLE}{names[family]}"))
        return None

    def _format(self, name: str | None) -> Element | None:
        for style in reversed(self._chain("table-cell", name or "")):
            data = style.get(f"{STYLE}data-style-name")
            if data:
                return self._data.get(data)
        return None

    def _chain(self, family: str, name: str) -> list[Element]:
        """A style after its parents, the family's default first."""
        chain: list[Element] = []
        unnamed = family == "table-cell" and not name
        if unnamed and (family, "Default") in self._styles:
            # What a cell without a style has; generators may leave it out
            name = "Default"
        while (family, name) in self._styles and len(chain) < _MOST_PARENTS:
            style = self._styles[family, name]
            chain.insert(0, style)
            if not name:
                break
            name = style.get(f"{STYLE}parent-style-name", "")
        return chain


def _holds(condition: str, number: float) -> bool:
    """value()>=0 and its like; what is written otherwise does not hold."""
    match = _CONDITION.fullmatch(condition.strip())
    if match is None:
        return False
    limit = float(match[2])
    return {
        "<": number < limit,
        ">": number > limit,
        "=": number == limit,
        "<=": number <= limit,
        ">=": number >= limit,
        "!=": number != limit,
    }[match[1]]


def _scales(form: Element) -> bool:
    """Whether a number format paints thousands as ones (0,)."""
    scaled = f"{_NUMBER}number[@{_NUMBER}display-factor]"
    return form.find(scaled) is not None


def _paints(part: Element) -> bool:
    """Whether a part of a number format shows anything."""
    if part.tag in (f"{_NUMBER}text", f"{_NUMBER}fill-character"):
        return bool((part.text or "").strip())
    return part.tag.startswith(_NUMBER)


def length(text: str | None) -> float | None:
    """A length in points: 12pt, 0.5cm; None for what is none (a percentage)."""
    if text and text[-2:] in _POINTS:
        try:
            return float(text[:-2]) * _POINTS[text[-2:]]
        except ValueError:
            return None
    return None


def _changed(look: Look, style: Element) -> Look:
    """A look with what one style says of it."""
    cell = style.find(f"{STYLE}table-cell-properties")
    if cell is not None:
        look = _changed_by_cell(look, cell)
    text = style.find(f"{STYLE}text-properties")
    if text is not None:
        look = _painted(_sized(look, text), text)
    return look


def _changed_by_cell(look: Look, cell: Element) -> Look:
    fill = cell.get(f"{_FO}background-color")
    if fill:
        look = replace(look, ground=palette.from_hex(fill))
    if cell.get(f"{STYLE}repeat-content") == "true":
        look = filled(look)
    if cell.get(f"{STYLE}rotation-angle") == "180":
        # 906 upside down is 906
        look = replace(look, doubts=look.doubts | {Doubt.REORDERED})
    for line in ("diagonal-bl-tr", "diagonal-tl-br"):
        if cell.get(f"{STYLE}{line}", "none") != "none":
            # Crossed out, or said not to apply
            look = replace(look, struck=True)
    protected = cell.get(f"{STYLE}cell-protect", "")
    if protected.startswith("hidden"):
        # hidden-and-protected: the cell is not shown while the sheet is protected
        look = replace(look, opacity=0.0)
    return look


def _sized(look: Look, text: Element) -> Look:
    """What is struck, raised, in a font of signs, or made small."""
    struck = text.get(
        f"{STYLE}text-line-through-style",
        text.get(f"{STYLE}text-line-through-type"),
    )
    if struck is not None:
        look = replace(look, struck=struck != "none")
    position = text.get(f"{STYLE}text-position")
    if position is not None:
        look = replace(look, raised=not position.startswith(("0%", "0 ")))
    family = text.get(f"{STYLE}font-name") or text.get(f"{_FO}font-family")
    if family is not None:
        look = replace(look, doubts=doubts_of_font(family.strip("'\"")))
    if is_squeezed(text) or is_oddly_painted(text):
        look = replace(look, doubts=look.doubts | {Doubt.UNTOLD})
    size = length(text.get(f"{_FO}font-size"))
    if size is not None:
        look = replace(look, points=size)
    narrowed = percent(text.get(f"{STYLE}text-scale"))
    if narrowed is not None and narrowed < _READABLE_PERCENT:
        # as Word's 字符缩放: of 1 % only a hair is left
        look = replace(look, points=0.0)
    return look


def _painted(look: Look, text: Element) -> Look:
    """In which ink, and whether at all."""
    if is_transparent(text):
        look = replace(look, opacity=0.0)
    if text.get(f"{_FO}color"):
        look = replace(look, ink=palette.from_hex(text.get(f"{_FO}color", "")))
    if text.get(f"{STYLE}use-window-font-color") == "true":
        look = replace(look, ink=None)
    if text.get(f"{TEXT}display") in ("none", "true"):
        look = replace(look, hidden=text.get(f"{TEXT}display") == "none")
    return look
