"""OpenDocument sheets to Document: ods and fods, by a walk over content.xml.

An own walk and not calamine, for the texts as shown and for hidden sheets, rows and
columns. Repeated rows and cells, which pad every sheet to its edge, cost nothing.
Trusts only well-formed XML; a shown text that says another number than the cell holds
is not trusted either.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.model.document import Document, Doubt, Grid
from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import (
    UnreadableError,
    parse_xml,
    refuse_beyond_limit,
)
from pipeline.reading.formats.seen import Look, Seen
from pipeline.reading.formats.sheet import date_format, number_format
from pipeline.reading.formats.sheet import grid as sheetgrid
from pipeline.reading.formats.sheet.cell_value import (
    Formula,
    doubt_ranges,
    doubted,
    formula_value,
    stored_number,
)
from pipeline.reading.formats.sheet.grid import (
    DIGIT_POINTS,
    LAST_COLUMN,
    Hidden,
    Position,
    Range,
    Value,
)
from pipeline.reading.formats.sheet.ods_conditions import (
    CALCEXT,
    hidden_on_condition,
)
from pipeline.reading.formats.sheet.ods_styles import COUNTS, CellStyles
from pipeline.reading.formats.sheet.xlsx_ranges import position_of
from pipeline.reading.formats.word.odf_line import (
    agrees,
    doubts_of_field,
    is_painted,
    is_prompt,
)
from pipeline.reading.formats.word.odf_notes import notes_in
from pipeline.reading.formats.word.odf_styles import (
    DRAW,
    OFFICE,
    TABLE,
    TEXT,
    Element,
    whole,
)
from pipeline.reading.formats.word.odt import open_odf, rows_of

# A filled cell or row that repeats; empty ones are only counted
_MOST_REPEATED = 200
# A row lower than the smallest type that a person reads
_FLAT_POINTS = 4.0
_NO_COUNTS = ("boolean", "time")
_CONFIG = "{urn:oasis:names:tc:opendocument:xmlns:config:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
# programs that compute what they save; libraries that only write are not among them
_COMPUTING = re.compile(
    r"LibreOffice|OpenOffice|MicrosoftOffice|WPS|Kingsoft|Gnumeric|Calligra",
    re.IGNORECASE,
)


def read_ods(file: ForeignFile) -> Document:
    """An OpenDocument workbook. Raises UnreadableError: ENCRYPTED, CORRUPT, BOMB, TOO_BIG."""
    root, text_styles = open_odf(file)
    body = root.find(f"{OFFICE}body/{OFFICE}spreadsheet")
    if body is None:
        raise UnreadableError(TroubleCode.CORRUPT, "no office:spreadsheet")
    styles = CellStyles([*_part(file, "styles.xml"), root])
    computed = _program_computes([*_part(file, "meta.xml"), root])
    zeros = _shows_zeros([*_part(file, "settings.xml"), root])
    grids: list[Grid] = []
    notes: list[str] = []
    for table in body.iter(f"{TABLE}table"):
        if table.get(f"{TABLE}style-name") in text_styles.hidden_tables:
            continue
        notes += notes_in(table)
        grid = _Sheet(table, styles, computed, zeros).read()
        if grid is not None:
            grids.append(grid)
    return Document(file.kind, tuple(grids), notes=tuple(notes))


def _part(file: ForeignFile, name: str) -> list[Element]:
    """A part of a package beside its content; none of a flat file."""
    if not file.content.startswith(b"PK"):
        return []
    data = file.package.get(name)
    if not data:
        return []
    return [parse_xml(data)]


def _program_computes(roots: Iterable[Element]) -> bool:
    for root in roots:
        for generator in root.iter(f"{_META}generator"):
            return _COMPUTING.search(generator.text or "") is not None
    return False


def _shows_zeros(roots: Iterable[Element]) -> bool:
    """Whether a view of the workbook paints its noughts."""
    for root in roots:
        for item in root.iter(f"{_CONFIG}config-item"):
            if item.get(f"{_CONFIG}name") == "ShowZeroValues":
                return item.text != "false"
    return True


@dataclass
class _Sheet:
    """A table while it is read."""

    table: Element
    styles: CellStyles
    computed: bool
    shows_zeros: bool
    values: dict[Position, Value] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    flat_rows: set[int] = field(default_factory=set)
    drawn_over: list[Range] = field(default_factory=list)

    def read(self) -> Grid | None:
        number = 0
        for row in rows_of(self.table):
            repeated = max(whole(row.get(f"{TABLE}number-rows-repeated"), 1), 1)
            found = list(self._cells(row))
            if found:
                rows = range(number, number + min(repeated, _MOST_REPEATED))
                self._take_row(row, rows, found)
            refuse_beyond_limit(len(self.values))
            number += repeated
        if self.table.find(f"{TABLE}shapes/*") is not None:
            # they hang on the page: which cells lie under them, nobody says
            self.drawn_over.append((0, 0, number, LAST_COLUMN))
        for area in self.drawn_over:
            doubt_ranges(self.values, [(Doubt.PICTURED, area)])
        for area in hidden_on_condition(self.table, self.styles):
            doubt_ranges(self.values, [(Doubt.UNTOLD, area)])
        hidden = Hidden(
            rows=self.hidden_rows,
            columns=self._hidden_columns(),
            flat=self.flat_rows,
            widths=self._widths(),
        )
        name = self.table.get(f"{TABLE}name", "")
        return sheetgrid.build(name, self.values, self.merges, hidden)

    def _take_row(
        self, row: Element, rows: range, found: list[tuple[int, Element, Value]]
    ) -> None:
        if row.get(f"{TABLE}visibility") in ("collapse", "filter"):
            self.hidden_rows.update(rows)
        height = self.styles.extent("table-row", row.get(f"{TABLE}style-name"))
        if height is not None and height < _FLAT_POINTS:
            self.flat_rows.update(rows)
        for number in rows:
            for column, cell, value in found:
                self.values[number, column] = value
                self.merges += _merge(cell, number, column)
                self.drawn_over += _drawn_from(cell, number, column)

    def _cells(self, row: Element) -> Iterator[tuple[int, Element, Value]]:
        """(column, cell, value) of the cells that say something or are merged."""
        column = 0
        for cell in row:
            if cell.tag not in (
                f"{TABLE}table-cell",
                f"{TABLE}covered-table-cell",
            ):
                continue
            repeated = max(
                whole(cell.get(f"{TABLE}number-columns-repeated"), 1), 1
            )
            value = Value("")
            if cell.tag == f"{TABLE}table-cell" and (len(cell) or cell.attrib):
                name = cell.get(f"{TABLE}style-name") or row.get(
                    f"{TABLE}default-cell-style-name"
                )
                value = self._value(cell, name or self._column_style(column))
            if (
                value.says_something
                or f"{TABLE}number-columns-spanned" in cell.attrib
                or _is_drawn_on(cell)
            ):
                for c in range(column, column + min(repeated, _MOST_REPEATED)):
                    yield c, cell, value
            column += repeated

    def _value(self, cell: Element, style: str | None) -> Value:
        value = self._seen(cell, style)
        if value.says_something and _is_drawn_on(cell):
            value = doubted(value, Doubt.PICTURED)
        if value.says_something and self.styles.may_hide(style):
            value = doubted(value, Doubt.UNTOLD)
        formula = cell.get(f"{TABLE}formula")
        if formula is None:
            return value
        text = formula.partition(":=")[2] or formula
        return formula_value(value, Formula(text, self.computed))

    def _seen(self, cell: Element, style: str | None) -> Value:
        """What is shown of a cell's stored value."""
        look = self.styles.look("table-cell", style)
        lines: list[str] = []
        seen = Seen()
        for paragraph in cell:
            if paragraph.tag == f"{TEXT}p":
                line = Seen(doubts=seen.doubts)
                own = self._paragraph_look(paragraph, look)
                self._gather(paragraph, own, line)
                written = "".join(map(str, paragraph.itertext()))
                if own.hidden and written.strip():
                    # Calc shows what a text document would hide
                    line.doubts.add(Doubt.UNTOLD)
                lines.append(line.text)
        text = "\n".join(lines)
        return self._typed(cell, style, text, frozenset(seen.doubts))

    def _paragraph_look(self, paragraph: Element, cell: Look) -> Look:
        name = paragraph.get(f"{TEXT}style-name")
        if name is None:
            return cell
        return self.styles.run(name, cell, "paragraph")

    def _typed(
        self,
        cell: Element,
        style: str | None,
        text: str,
        doubts: frozenset[Doubt],
    ) -> Value:
        kind = cell.get(f"{OFFICE}value-type", "")
        shown = Value(text, doubts=doubts)
        if cell.get(f"{CALCEXT}value-type") == "error" or kind in _NO_COUNTS:
            return doubted(shown, Doubt.NOT_A_NUMBER)
        if kind == "date":
            stored = cell.get(f"{OFFICE}date-value", "")
            day = date_format.parse_iso_day(stored)
            value = Value(text or stored, day=day, doubts=doubts)
            return doubted(value, Doubt.NOT_A_NUMBER)
        if self.styles.is_no_count(style, kind, text):
            return doubted(shown, Doubt.NOT_A_NUMBER)
        written = cell.get(f"{OFFICE}value")
        if kind not in COUNTS or written is None:
            return shown
        number = stored_number(written)
        if number is None:
            # NaN, 3,56: each program takes it for another number
            return doubted(shown, Doubt.UNTOLD)
        return self._count(number, style, shown)

    def _count(self, number: float, style: str | None, shown: Value) -> Value:
        """A number under the text that the program left for it."""
        unseen = number == 0 and not self.shows_zeros
        if unseen or self.styles.shows_nothing(style, number):
            return doubted(Value("", doubts=shown.doubts), Doubt.BARELY_SEEN)
        if not shown.text.strip():
            if shown.doubts:
                return shown
            if number == 0 and self.styles.leaves_out_nought(style):
                return doubted(shown, Doubt.BARELY_SEEN)
            return Value(number_format.general(number), number)
        if not agrees(shown.text, number):
            return doubted(shown, Doubt.UNTOLD)
        return shown._replace(number=number, fits=self.styles.fits(style))

    def _gather(self, element: Element, look: Look, seen: Seen) -> None:
        seen.add(element.text or "", look)
        for child in element:
            if child.tag == f"{TEXT}s":
                seen.add(" " * min(whole(child.get(f"{TEXT}c"), 1), 200))
            elif child.tag == f"{TEXT}line-break":
                seen.add("\n")
            elif child.tag == f"{TEXT}tab":
                seen.add("\t")
            elif is_painted(child):
                self._piece(child, look, seen)
            seen.add(child.tail or "", look)

    def _piece(self, child: Element, look: Look, seen: Seen) -> None:
        """A span, a field, or a drawing in the line, whose text is no part of it."""
        if child.tag.startswith(DRAW):
            seen.doubts.add(Doubt.PICTURED)
            return
        seen.doubts |= doubts_of_field(child)
        if is_prompt(child):
            return
        inner = self.styles.run(child.get(f"{TEXT}style-name"), look)
        self._gather(child, inner, seen)

    def _columns(self) -> Iterator[tuple[int, int, Element]]:
        """(first, last, column) as the table declares them."""
        first = 0
        for element in self.table.iter(f"{TABLE}table-column"):
            repeated = max(
                whole(element.get(f"{TABLE}number-columns-repeated"), 1), 1
            )
            yield first, first + repeated - 1, element
            first += repeated

    def _column_style(self, column: int) -> str | None:
        for first, last, element in self._columns():
            if first <= column <= last:
                return element.get(f"{TABLE}default-cell-style-name")
        return None

    def _widths(self) -> Iterator[tuple[int, int, float]]:
        """First and last column, and how many digits they are wide."""
        for first, last, element in self._columns():
            name = element.get(f"{TABLE}style-name")
            width = self.styles.extent("table-column", name)
            if width is not None:
                yield first, last, width / DIGIT_POINTS

    def _hidden_columns(self) -> Iterator[tuple[int, int]]:
        for first, last, element in self._columns():
            width = self.styles.extent(
                "table-column", element.get(f"{TABLE}style-name")
            )
            if (
                element.get(f"{TABLE}visibility") in ("collapse", "filter")
                or width == 0
            ):
                yield first, last


def _is_drawn_on(cell: Element) -> bool:
    return any(child.tag.startswith(DRAW) for child in cell)


def _drawn_from(cell: Element, row: int, column: int) -> Iterator[Range]:
    """The cells that the drawings of a cell lie over: from it to their last one."""
    for drawing in cell:
        end = drawing.get(f"{TABLE}end-cell-address", "")
        last = position_of(end.rpartition(".")[2]) or (row, column)
        if drawing.tag.startswith(DRAW):
            yield row, column, max(last[0], row), max(last[1], column)


def _merge(cell: Element, row: int, column: int) -> list[Range]:
    rows = whole(cell.get(f"{TABLE}number-rows-spanned"), 1)
    columns = whole(cell.get(f"{TABLE}number-columns-spanned"), 1)
    if rows > 1 or columns > 1:
        return [(row, column, row + rows - 1, column + columns - 1)]
    return []
