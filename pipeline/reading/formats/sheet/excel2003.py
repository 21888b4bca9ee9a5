"""Excel 2003 XML to Document: one XML file under the name of .xml or .xls, as some
reporting programs write.

Trusts only well-formed XML. Hidden sheets, rows and columns are dropped; the named
number formats (Percent, Yes/No) are painted as Excel paints them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from lxml import etree

from pipeline.model.document import Document, Doubt, Grid
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import (
    parse_xml,
    refuse_beyond_limit,
)
from pipeline.reading.formats.seen import Colour, Look
from pipeline.reading.formats.sheet import date_format, number_format, palette
from pipeline.reading.formats.sheet import grid as sheetgrid
from pipeline.reading.formats.sheet.cell_value import (
    CellStyle,
    Formula,
    Run,
    doubt_ranges,
    doubted,
    filled,
    formula_value,
    no_number,
    number_value,
    stored_number,
    text_value,
)
from pipeline.reading.formats.sheet.grid import (
    DIGIT_POINTS,
    LAST_COLUMN,
    Hidden,
    Position,
    Range,
    Value,
)
from pipeline.reading.formats.sheet.number_format import NAMED
from pipeline.reading.formats.symbol_fonts import doubts_of_font

_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_HTML = "{http://www.w3.org/TR/REC-html40}"
_VISIBLE = f"{_EXCEL}WorksheetOptions/{_EXCEL}Visible"
_TRUTHS = ("Yes/No", "True/False", "On/Off")
# Rows that one element hides
_MOST_REPEATED = 1_000
# A row lower than the smallest type that a person reads
_FLAT_POINTS = 4.0
_STRUCK = (f"{_HTML}S", f"{_HTML}Strike", f"{_HTML}Del")
_RAISED = (f"{_HTML}Sup", f"{_HTML}Sub")
# Styles that go back to one another
_MOST_PARENTS = 20
# 1048576, counted from 0
_LAST_ROW = 1_048_575
# Ranges of one conditional format
_MOST = 200
_R1C1 = re.compile(r"R(\d{1,7})C(\d{1,5})(?::R(\d{1,7})C(\d{1,5}))?")

Element = etree._Element


def read_sheet_xml(file: ForeignFile) -> Document:
    """A workbook in Excel 2003 XML. Raises UnreadableError: CORRUPT, BOMB, TOO_BIG."""
    root = parse_xml(file.content)
    styles = _Styles(root)
    computed = _program_computes(root)
    grids: list[Grid] = []
    notes: list[str] = []
    for element in root.iter(f"{_SS}Worksheet"):
        if element.findtext(_VISIBLE, "SheetVisible") != "SheetVisible":
            continue
        for note in element.iter(f"{_SS}Comment"):
            notes.append("".join(map(str, note.itertext())))
        grid = _Sheet(element, styles, computed).read()
        if grid is not None:
            grids.append(grid)
    return Document(file.kind, tuple(grids), notes=tuple(notes))


def _program_computes(root: Element) -> bool:
    """Excel signs its version and its window; who only writes XML seldom does."""
    version = root.findtext(f"{_OFFICE}DocumentProperties/{_OFFICE}Version")
    return bool(version) and root.find(f"{_EXCEL}ExcelWorkbook") is not None


class _Styles:
    """The workbook's styles with what they have from their parents."""

    def __init__(self, root: Element) -> None:
        self._elements = {
            s.get(f"{_SS}ID", ""): s for s in root.iter(f"{_SS}Style")
        }
        self._found: dict[str, CellStyle] = {}
        # Styles that show a number as Yes or No
        self.truths: set[str] = set()
        for name in self._elements:
            self._found[name] = self._resolved(name)

    def of(self, *names: str) -> tuple[str, CellStyle]:
        """The first named style that there is, with its name."""
        for name in (*names, "Default"):
            if name in self._found:
                return name, self._found[name]
        return "", CellStyle()

    def _resolved(self, name: str) -> CellStyle:
        chain: list[Element] = []
        parent = name
        while parent in self._elements and len(chain) < _MOST_PARENTS:
            chain.insert(0, self._elements[parent])
            parent = chain[0].get(f"{_SS}Parent", "")
        if "Default" in self._elements and name != "Default":
            chain.insert(0, self._elements["Default"])
        style = CellStyle()
        for element in chain:
            style = self._changed(style, element, name)
        return style

    def _changed(
        self, style: CellStyle, element: Element, name: str
    ) -> CellStyle:
        code = style.code
        look = style.look
        fits = style.fits
        form = element.find(f"{_SS}NumberFormat")
        if form is not None:
            written = form.get(f"{_SS}Format", "")
            code = NAMED.get(written, written or "General")
            self.truths.discard(name)
            if written in _TRUTHS:
                self.truths.add(name)
        font = element.find(f"{_SS}Font")
        if font is not None:
            look = replace(_font(font), ground=look.ground)
        fill = element.find(f"{_SS}Interior")
        if fill is not None:
            look = replace(look, ground=_ground(fill))
        for border in element.iter(f"{_SS}Border"):
            if border.get(f"{_SS}Position", "").startswith("Diagonal"):
                # Crossed out, or said not to apply
                look = replace(look, struck=True)
        alignment = element.find(f"{_SS}Alignment")
        if alignment is not None:
            fits = alignment.get(f"{_SS}ShrinkToFit") == "1"
            if alignment.get(f"{_SS}Horizontal") == "Fill":
                look = filled(look)
        return CellStyle(code, look, fits)


def _font(font: Element) -> Look:
    align = font.get(f"{_SS}VerticalAlign", "None")
    return Look(
        struck=font.get(f"{_SS}StrikeThrough") == "1",
        raised=align in ("Superscript", "Subscript"),
        points=_points(font.get(f"{_SS}Size")),
        ink=_colour(font.get(f"{_SS}Color")),
        doubts=doubts_of_font(font.get(f"{_SS}FontName")),
    )


# Half and more of them is of the pattern's own colour
_DARK = (
    "Gray50",
    "Gray75",
    "HorzStripe",
    "VertStripe",
    "DiagCross",
    "ThickDiagCross",
)


def _ground(fill: Element) -> Colour | None:
    pattern = fill.get(f"{_SS}Pattern", "None")
    if pattern in _DARK:
        return _colour(fill.get(f"{_SS}PatternColor", "#000000"))
    if pattern != "Solid":
        return None
    return palette.filled(_colour(fill.get(f"{_SS}Color")))


def _colour(text: str | None) -> Colour | None:
    if text and text.startswith("#"):
        return palette.from_hex(text)
    return None


def _points(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def _whole(element: Element, name: str, default: int) -> int:
    text = element.get(f"{_SS}{name}", "")
    if text.isdecimal() and len(text) < 8:
        return int(text)
    return default


@dataclass
class _Sheet:
    """A worksheet while it is read."""

    element: Element
    styles: _Styles
    computed: bool
    values: dict[Position, Value] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    flat_rows: list[int] = field(default_factory=list)

    def read(self) -> Grid | None:
        number = -1
        for row in self.element.iter(f"{_SS}Row"):
            number = _whole(row, "Index", number + 2) - 1
            span = _whole(row, "Span", 0)
            self._take_height(row, number, span)
            self._take_cells(row, number)
            refuse_beyond_limit(len(self.values))
            number += span
        doubt_ranges(self.values, _conditional(self.element))
        hidden = Hidden(
            rows=self.hidden_rows,
            columns=_hidden_columns(self.element),
            flat=self.flat_rows,
            widths=_widths(self.element),
        )
        name = self.element.get(f"{_SS}Name", "")
        return sheetgrid.build(name, self.values, self.merges, hidden)

    def _take_height(self, row: Element, number: int, span: int) -> None:
        rows = range(number, number + min(span, _MOST_REPEATED) + 1)
        if row.get(f"{_SS}Hidden") == "1":
            self.hidden_rows += rows
        height = _points(row.get(f"{_SS}Height"))
        if height is None:
            height = self._usual_height
        if height is not None and height < _FLAT_POINTS:
            self.flat_rows += rows

    def _take_cells(self, row: Element, number: int) -> None:
        column = -1
        for cell in row.iter(f"{_SS}Cell"):
            column = _whole(cell, "Index", column + 2) - 1
            names = (
                cell.get(f"{_SS}StyleID", ""),
                row.get(f"{_SS}StyleID", ""),
                self._column_style(column),
                self._table_style,
            )
            value = self._value(cell, names)
            if (number, column) in self.values:
                # An index that goes back: Excel does not open such a file
                value = doubted(value, Doubt.UNTOLD)
            self.values[number, column] = value
            down = _whole(cell, "MergeDown", 0)
            across = _whole(cell, "MergeAcross", 0)
            if down or across:
                merge = (number, column, number + down, column + across)
                self.merges.append(merge)
            column += across

    def _column_style(self, column: int) -> str:
        for first, last, name in self._column_styles:
            if first <= column <= last:
                return name
        return ""

    @cached_property
    def _column_styles(self) -> list[tuple[int, int, str]]:
        """First and last column of each style that a column gives its cells."""
        found = []
        for first, last, column in _columns(self.element):
            found.append((first, last, column.get(f"{_SS}StyleID", "")))
        return found

    @cached_property
    def _usual_height(self) -> float | None:
        """In points, of the rows that say nothing of theirs."""
        table = self.element.find(f"{_SS}Table")
        if table is None:
            return None
        return _points(table.get(f"{_SS}DefaultRowHeight"))

    @cached_property
    def _shows_zeros(self) -> bool:
        return self.element.find(f".//{_EXCEL}DoNotDisplayZeros") is None

    @cached_property
    def _table_style(self) -> str:
        table = self.element.find(f"{_SS}Table")
        if table is None:
            return ""
        return table.get(f"{_SS}StyleID", "")

    def _value(self, cell: Element, names: tuple[str, ...]) -> Value:
        name, style = self.styles.of(*names)
        found = cell.findall(f"{_SS}Data")
        value: Value | None = None
        if found:
            value = self._stored(found[0], name, style)
            if value.number == 0 and not self._shows_zeros:
                value = Value("")
        if value is not None and len(found) > 1:
            value = doubted(value, Doubt.UNTOLD)
        formula = cell.get(f"{_SS}Formula")
        if formula is None:
            return value or Value("")
        if value is not None and value.number == 0:
            # programs that do not compute leave a zero
            return formula_value(value, Formula(formula, False))
        return formula_value(value, Formula(formula, self.computed))

    def _stored(self, data: Element, name: str, style: CellStyle) -> Value:
        kind = data.get(f"{_SS}Type", "")
        text = "".join(str(t) for t in data.itertext()).strip()
        if kind == "Number":
            number = stored_number(text)
            if number is None:
                return no_number(text, style)
            value = number_value(number, style)
            if name in self.styles.truths:
                return no_number(value.text, style)
            return value
        if kind == "Boolean":
            return no_number("TRUE" if text == "1" else "FALSE", style)
        if kind == "Error":
            return no_number(text, style)
        if kind == "DateTime":
            return _moment(text, style)
        return text_value(_runs(data, None), style)


def _runs(element: Element, look: Look | None) -> Iterator[Run]:
    """The runs of a rich string, whose elements are those of HTML."""
    if element.text:
        yield element.text.replace("\r\n", "\n"), look
    for child in element:
        yield from _runs(child, _inner_look(child, look))
        if child.tail:
            yield child.tail.replace("\r\n", "\n"), look


def _inner_look(element: Element, look: Look | None) -> Look | None:
    if element.tag in _STRUCK:
        return replace(look or Look(), struck=True)
    if element.tag in _RAISED:
        return replace(look or Look(), raised=True)
    if element.tag == f"{_HTML}Font":
        ink = _colour(element.get(f"{_HTML}Color"))
        size = _points(element.get(f"{_HTML}Size"))
        old = look or Look()
        doubts = doubts_of_font(element.get(f"{_HTML}Face"))
        return replace(
            old,
            ink=ink or old.ink,
            points=size or old.points,
            doubts=old.doubts | doubts,
        )
    return look


def _moment(text: str, style: CellStyle) -> Value:
    day = date_format.parse_iso_day(text)
    if day is None:
        return no_number(text, style)
    painted = number_format.paint_day(day, style.code)
    return no_number(painted, replace(style, code="General"))._replace(day=day)


def _conditional(sheet: Element) -> Iterator[tuple[Doubt, Range]]:
    """The ranges that a condition may show otherwise: what it changes is not worked out,
    so it may hide or strike."""
    for holder in sheet.iter(f"{_EXCEL}ConditionalFormatting"):
        for place in holder.findtext(f"{_EXCEL}Range", "").split(",")[:_MOST]:
            match = _R1C1.fullmatch(place.strip())
            if match is None:
                # Whole rows or columns, or what is not understood
                yield Doubt.UNTOLD, (0, 0, _LAST_ROW, LAST_COLUMN)
                continue
            top = int(match[1]) - 1
            left = int(match[2]) - 1
            bottom = int(match[3] or match[1])
            right = int(match[4] or match[2])
            yield Doubt.UNTOLD, (top, left, bottom - 1, right - 1)


def _widths(sheet: Element) -> Iterator[tuple[int, int, float]]:
    """First and last column, and how many digits they are wide; last all columns, where
    the table says how wide those are that it does not name."""
    for first, last, column in _columns(sheet):
        width = _points(column.get(f"{_SS}Width"))
        if width is not None:
            yield first, last, width / DIGIT_POINTS
    table = sheet.find(f"{_SS}Table")
    if table is not None:
        width = _points(table.get(f"{_SS}DefaultColumnWidth"))
        if width is not None:
            yield 0, LAST_COLUMN, width / DIGIT_POINTS


def _columns(sheet: Element) -> Iterator[tuple[int, int, Element]]:
    """First and last column that an element speaks of."""
    number = -1
    for column in sheet.iter(f"{_SS}Column"):
        first = _whole(column, "Index", number + 2) - 1
        number = first + _whole(column, "Span", 0)
        yield first, number, column


def _hidden_columns(sheet: Element) -> Iterator[tuple[int, int]]:
    for first, last, column in _columns(sheet):
        no_width = _points(column.get(f"{_SS}Width")) == 0
        if column.get(f"{_SS}Hidden") == "1" or no_width:
            yield first, last
