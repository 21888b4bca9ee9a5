"""SpreadsheetML to Document: xlsx, xlsm and zip-et, by a walk over the sheets' own XML.

An own walk and not calamine, because a form's hidden rows, fonts, number formats and
formulas without a stored result matter, and because calamine aborts on a cell at
XFD1048576: here a cell costs what it weighs, wherever it says it stands. Trusts only
well-formed XML. Hidden sheets, rows and columns are dropped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.model.document import Block, Document, Doubt, Grid
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import (
    refuse_beyond_limit,
)
from pipeline.reading.containers.opc import custom_properties
from pipeline.reading.formats.seen import doubted as doubted_blocks
from pipeline.reading.formats.sheet import date_format
from pipeline.reading.formats.sheet import grid as sheetgrid
from pipeline.reading.formats.sheet.cell_value import (
    CellStyle,
    Formula,
    doubt_ranges,
    doubted,
    formula_value,
    no_number,
    number_value,
    plain_text,
    stored_number,
    text_value,
)
from pipeline.reading.formats.sheet.grid import (
    LAST_COLUMN,
    Hidden,
    Position,
    Range,
    Value,
)
from pipeline.reading.formats.sheet.sheet_drawings import drawn_over
from pipeline.reading.formats.sheet.xlsx_book import YES, Book, parse
from pipeline.reading.formats.sheet.xlsx_conditions import conditional_doubts
from pipeline.reading.formats.sheet.xlsx_ranges import position_of, ranges_of
from pipeline.reading.formats.sheet.xlsx_styles import S, points, whole
from pipeline.reading.formats.sheet.xlsx_text import (
    notes_on,
    runs_of,
    unescaped,
)

_V, _F, _IS = f"{S}v", f"{S}f", f"{S}is"
_ROWS, _COLUMNS, _MERGES = f"{S}sheetData", f"{S}cols", f"{S}mergeCells"
_VIEW, _USUAL = f"{S}sheetViews", f"{S}sheetFormatPr"
# A row lower than the smallest type that a person reads
FLAT_POINTS = 4.0

Element = etree._Element


def read_xlsx(file: ForeignFile) -> Document:
    """A SpreadsheetML package. Raises UnreadableError: damaged, encrypted members, DTD,
    beyond its bounds."""
    package = file.package
    book = Book(package)
    grids: list[Grid] = []
    notes: list[str] = []
    for name, part in book.sheets():
        if part not in package:
            continue
        notes += notes_on(package, part)
        grid = _Sheet(book, part).read(name)
        if grid is not None:
            grids.append(grid)
    blocks: tuple[Block, ...] = tuple(grids)
    if package.doubled:
        blocks = doubted_blocks(blocks, Doubt.UNTOLD)
    properties = custom_properties(package)
    return Document(file.kind, blocks, properties, tuple(notes))


@dataclass
class _Sheet:
    """A sheet while it is read."""

    book: Book
    part: str
    values: dict[Position, Value] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    flat_rows: set[int] = field(default_factory=set)
    # Of rows that say nothing of it, in points
    usual_height: float | None = None
    shows_zeros: bool = True
    shows_formulas: bool = False

    def read(self, name: str) -> Grid | None:
        root = parse(self.book.package.read(self.part))
        holders = {}
        for holder in root:
            holders[holder.tag] = holder
        self._take_view(holders.get(_VIEW))
        usual = holders.get(_USUAL)
        if usual is not None:
            self.usual_height = points(usual.get("defaultRowHeight"))
        row_number = -1
        for row in _all(holders.get(_ROWS)):
            row_number = whole(row.get("r"), row_number + 2) - 1
            self._take_row(row, row_number)
            refuse_beyond_limit(len(self.values))
        self._take_doubts(root)
        merges: list[Range] = []
        for merge in _all(holders.get(_MERGES)):
            merges += ranges_of(merge.get("ref", ""))
        columns = _all(holders.get(_COLUMNS))
        widths = _widths(columns, usual)
        hidden = Hidden(
            rows=self.hidden_rows,
            columns=_hidden_columns(columns),
            flat=self.flat_rows,
            widths=widths,
        )
        return sheetgrid.build(name, self.values, merges, hidden)

    def _take_view(self, views: Element | None) -> None:
        for view in _all(views):
            self.shows_zeros = view.get("showZeros", "1") in YES
            self.shows_formulas = view.get("showFormulas", "0") in YES

    def _take_row(self, row: Element, number: int) -> None:
        if row.get("hidden") in YES:
            self.hidden_rows.add(number)
        height = points(row.get("ht"))
        if height is None:
            height = self.usual_height
        if height is not None and height < FLAT_POINTS:
            self.flat_rows.add(number)
        column = -1
        for cell in row:
            place = position_of(cell.get("r", "")) or (number, column + 1)
            column = place[1]
            if len(cell):
                self._take_cell(cell, place)

    def _take_cell(self, cell: Element, place: Position) -> None:
        inline: Element | None = None
        formula: Element | None = None
        stored = ""
        for child in cell:
            if child.tag == _V:
                stored = child.text or ""
            elif child.tag == _F:
                formula = child
            elif child.tag == _IS:
                inline = child
        style = self.book.styles.of(whole(cell.get("s")))
        value: Value | None = None
        if inline is not None:
            value = text_value(runs_of(inline, self.book.styles), style)
            if stored:
                # Which of the two counts, programs disagree about
                value = doubted(value, Doubt.UNTOLD)
        elif stored:
            value = self._stored(cell.get("t", "n"), stored, style)
        if formula is not None:
            written = Formula(formula.text or "", self.book.computed)
            value = formula_value(value, written)
            if self.shows_formulas:
                value = doubted(value, Doubt.UNTOLD)
        if value is not None:
            if place in self.values:
                # Excel mends such a file and LibreOffice takes the last of them
                value = doubted(value, Doubt.UNTOLD)
            self.values[place] = value

    def _stored(self, kind: str, stored: str, style: CellStyle) -> Value:
        """A cell's stored value by its type (ST_CellType)."""
        if kind == "s":
            return self.book.shared(whole(stored, -1), style)
        if kind == "n":
            return self._number(stored, style)
        if kind == "b":
            return no_number("TRUE" if stored in YES else "FALSE", style)
        if kind == "e":
            return no_number(stored, style)
        if kind == "d":
            day = date_format.parse_iso_day(stored)
            return no_number(stored, style)._replace(day=day)
        return plain_text(unescaped(stored), style)

    def _number(self, stored: str, style: CellStyle) -> Value:
        number = stored_number(stored)
        if number is None:
            return no_number(stored, style)
        if number == 0 and not self.shows_zeros:
            return Value("")
        return number_value(number, style, self.book.date1904)

    def _take_doubts(self, root: Element) -> None:
        """What lies over cells, or may change how they look when shown."""
        doubtful = list(conditional_doubts(root, self.book.styles))
        for covered in drawn_over(self.book.package, self.part):
            doubtful.append((Doubt.PICTURED, covered))
        doubt_ranges(self.values, doubtful)


def _all(holder: Element | None) -> Iterable[Element]:
    if holder is None:
        return ()
    return holder


def _widths(
    elements: Iterable[Element], usual: Element | None
) -> Iterator[tuple[int, int, float]]:
    """First and last column, and how many digits of the sheet's type they are wide; last
    all columns, where the sheet says how wide those are that it does not name."""
    for column in elements:
        width = points(column.get("width"))
        if width is not None:
            first = whole(column.get("min")) - 1
            yield first, whole(column.get("max")) - 1, width
    if usual is not None:
        width = points(usual.get("defaultColWidth"))
        if width is not None:
            yield 0, LAST_COLUMN, width


def _hidden_columns(elements: Iterable[Element]) -> Iterator[tuple[int, int]]:
    for column in elements:
        no_width = points(column.get("width")) == 0
        if column.get("hidden") in YES or no_width:
            first = whole(column.get("min"))
            last = whole(column.get("max"))
            yield first - 1, last - 1
