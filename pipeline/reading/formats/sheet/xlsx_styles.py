"""The styles of a SpreadsheetML package: how each cell style and each run of a rich
string looks.

For: xlsx. Trusts only well-formed XML. Never invents a colour: one that a part names in
a way this module does not know is None, the format's own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from lxml import etree

from pipeline.model.values.frozen import frozen
from pipeline.reading.formats.seen import BLACK, WHITE, Colour, Look, contrast
from pipeline.reading.formats.sheet import number_format, palette
from pipeline.reading.formats.sheet.cell_value import (
    ORDINARY,
    CellStyle,
    filled,
)
from pipeline.reading.formats.symbol_fonts import doubts_of_font

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
S = f"{{{MAIN}}}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# the order in which SpreadsheetML numbers a theme's colours (the file has dk1 first)
_THEME_ORDER = ("lt1", "dk1", "lt2", "dk2")
# Accent1 to accent6 follow
_ACCENTS = 6
# As seen.py: below it a person may not see the text
_LEAST_CONTRAST = 1.5
# <strike/> alone means yes
_ON = ("1", "true", None)

Element = etree._Element
T = TypeVar("T")


@frozen
class Palette:
    """What a package's colours by number mean: its theme's, and the indexed ones where
    it brings its own (from 8 on)."""

    theme: tuple[Colour, ...] = ()
    own: tuple[Colour, ...] = ()


@dataclass
class Styles:
    """The cell styles by index, and for conditional formats which of them can hide or
    strike what a cell shows."""

    cells: list[CellStyle] = field(default_factory=list)
    # Indexes of dxf
    hiding: set[int] = field(default_factory=set)
    palette: Palette = field(default_factory=Palette)

    def of(self, index: int) -> CellStyle:
        if 0 <= index < len(self.cells):
            return self.cells[index]
        return ORDINARY

    def font(self, element: Element) -> Look:
        """The look that a font or a run's properties give."""
        return _font(element, self.palette)


def read_styles(root: Element | None, theme: Element | None) -> Styles:
    """The styles part and the theme part, None where the package has none."""
    colours = Palette(tuple(theme_colours(theme)), _own_colours(root))
    styles = Styles(palette=colours)
    if root is None:
        return styles
    own = {}
    for code in root.iter(f"{S}numFmt"):
        own[whole(code.get("numFmtId"))] = code.get("formatCode", "")
    fonts = []
    for font in _children(root, "fonts"):
        fonts.append(styles.font(font))
    fills = []
    for fill in _children(root, "fills"):
        fills.append(list(_grounds(fill, styles.palette)))
    borders = []
    for border in _children(root, "borders"):
        borders.append(_is_crossing(border))
    for cell in _children(root, "cellXfs"):
        number = whole(cell.get("numFmtId"))
        form = own.get(number) or number_format.BUILT_IN.get(number, "General")
        look = _at(fonts, whole(cell.get("fontId"))) or Look()
        grounds = _at(fills, whole(cell.get("fillId"))) or []
        look = _on_fill(look, grounds)
        if _at(borders, whole(cell.get("borderId"))):
            look = replace(look, struck=True)
        alignment = cell.find(f"{S}alignment")
        fits = False
        if alignment is not None:
            fits = alignment.get("shrinkToFit") in _ON[:2]
            if alignment.get("horizontal") == "fill":
                look = filled(look)
        styles.cells.append(CellStyle(form, look, fits))
    for index, change in enumerate(_children(root, "dxfs")):
        if can_hide(change, styles.palette):
            styles.hiding.add(index)
    return styles


def whole(text: str | None, default: int = 0) -> int:
    """A whole number of an attribute, the default for anything else."""
    if text and text.isdecimal() and len(text) < 10:
        return int(text)
    return default


def points(text: str | None) -> float | None:
    """A measure of an attribute, None where it is none."""
    try:
        return float(text or "")
    except ValueError:
        return None


def _children(root: Element, name: str) -> Iterator[Element]:
    holder = root.find(f"{S}{name}")
    if holder is not None:
        yield from holder


def _at(items: Sequence[T], index: int) -> T | None:
    if 0 <= index < len(items):
        return items[index]
    return None


def theme_colours(root: Element | None) -> list[Colour]:
    """The theme's colours in SpreadsheetML's order; of the programs' own theme, which
    counts where a package has none, those of the page and its text."""
    if root is None:
        return [WHITE, BLACK]
    scheme = root.find(f".//{_A}clrScheme")
    if scheme is None:
        return []
    accents = (f"accent{n}" for n in range(1, _ACCENTS + 1))
    names = (*_THEME_ORDER, *accents)
    colours: list[Colour] = []
    for name in names:
        holder = scheme.find(f"{_A}{name}")
        if holder is None or len(holder) == 0:
            return colours
        text = holder[0].get("lastClr") or holder[0].get("val") or ""
        colours.append(palette.from_hex(text) or (0, 0, 0))
    return colours


def _own_colours(root: Element | None) -> tuple[Colour, ...]:
    """The indexed colours that a package brings, without the eight that repeat."""
    if root is None:
        return ()
    found = []
    for colour in root.iterfind(f"{S}colors/{S}indexedColors/{S}rgbColor"):
        found.append(palette.from_hex(colour.get("rgb", "")) or BLACK)
    return tuple(found[palette.REPEATED :])


def _colour(element: Element | None, colours: Palette) -> Colour | None:
    if element is None:
        return None
    if element.get("rgb"):
        found = palette.from_hex(element.get("rgb", ""))
    elif element.get("theme"):
        found = _at(colours.theme, whole(element.get("theme"), -1))
    else:
        number = whole(element.get("indexed"), -1)
        found = palette.indexed(number, colours.own)
    tint = points(element.get("tint"))
    if found and tint:
        return palette.tinted(found, tint)
    return found


def _font(font: Element, colours: Palette) -> Look:
    size = font.find(f"{S}sz")
    raised = font.find(f"{S}vertAlign")
    struck = font.find(f"{S}strike")
    return Look(
        struck=struck is not None and struck.get("val") in _ON,
        raised=raised is not None
        and raised.get("val", "baseline") != "baseline",
        points=None if size is None else points(size.get("val")),
        ink=_colour(font.find(f"{S}color"), colours),
        doubts=doubts_of_font(_name(font)),
    )


def _name(font: Element) -> str | None:
    """A cell font's name, or that of a run (rFont)."""
    for tag in (f"{S}name", f"{S}rFont"):
        named = font.find(tag)
        if named is not None:
            return named.get("val")
    return None


def _grounds(fill: Element, colours: Palette) -> Iterator[Colour]:
    """The colours that a fill has: one of a solid one, two of a pattern that is as dark
    as its own colour, all stops of a gradient."""
    pattern = fill.find(f"{S}patternFill")
    places = []
    if pattern is not None:
        kind = pattern.get("patternType", "none")
        if kind == "solid" or kind.startswith("dark"):
            yield palette.filled(_colour(pattern.find(f"{S}fgColor"), colours))
        if kind not in ("solid", "none"):
            places.append(pattern.find(f"{S}bgColor"))
    for stop in fill.iter(f"{S}stop"):
        places.append(stop.find(f"{S}color"))
    for place in places:
        colour = _colour(place, colours)
        if colour is not None:
            yield colour


def _is_crossing(border: Element) -> bool:
    """Whether a line runs through the cell from corner to corner: what stands in it is
    crossed out, or does not apply."""
    drawn = {border.get("diagonalUp"), border.get("diagonalDown")}
    line = border.find(f"{S}diagonal")
    if line is None or not drawn & set(_ON[:2]):
        return False
    return line.get("style", "none") != "none"


def _on_fill(look: Look, grounds: Iterable[Colour]) -> Look:
    """The look on a fill of one or more colours (a pattern, a gradient): of them that one
    counts on which the ink is read worst."""
    ink = look.ink or BLACK
    worst = min(grounds, key=lambda g: contrast(ink, g), default=None)
    return replace(look, ground=worst)


def can_hide(change: Element, colours: Palette) -> bool:
    """Whether a conditional format may strike the text, repaint its number, or give it
    a colour that its ground swallows. A cell's own ink is taken for black."""
    if change.find(f"{S}numFmt") is not None:
        return True
    font = change.find(f"{S}font")
    look = Look() if font is None else _font(font, colours)
    grounds: list[Colour] = []
    # in a dxf the solid fill's colour stands in bgColor
    for colour in change.iter(f"{S}bgColor", f"{S}color"):
        if colour.getparent() is not font:
            grounds.append(_colour(colour, colours) or WHITE)
    ground = _on_fill(look, grounds).ground or WHITE
    faint = contrast(look.ink or BLACK, ground) < _LEAST_CONTRAST
    return look.struck or look.raised or faint
