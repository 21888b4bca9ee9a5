"""Binary OOXML workbooks (.xlsb) to Document: a walk over the records of MS-XLSB.

An own walk, since calamine leaves out cells written in the short form, tells neither
number formats nor hidden columns, and panics on some workbooks. Trusts no length: a
record that points astray ends as struct.error or IndexError, and the file cannot be
read. Hidden sheets, rows and columns are dropped.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.model.document import Block, Document, Doubt, Grid
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import (
    corrupt_on,
    refuse_beyond_limit,
)
from pipeline.reading.containers.zip_package import Package
from pipeline.reading.formats.seen import doubted as doubted_blocks
from pipeline.reading.formats.sheet import grid as sheetgrid
from pipeline.reading.formats.sheet.binary.biff_values import (
    ERRORS,
    number_of_rk,
)
from pipeline.reading.formats.sheet.cell_value import (
    CellStyle,
    Formula,
    doubt_ranges,
    formula_value,
    no_number,
    number_value,
    text_value,
)
from pipeline.reading.formats.sheet.grid import (
    WIDTHS_A_DIGIT,
    Hidden,
    Position,
    Range,
    Value,
)
from pipeline.reading.formats.sheet.sheet_drawings import drawn_over
from pipeline.reading.formats.sheet.workbook_package import parts_of
from pipeline.reading.formats.sheet.xlsb_styles import (
    RichText,
    Styles,
    rich_text,
)
from pipeline.reading.formats.sheet.xlsx_text import unescaped

_ROW, _BLANK, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = range(8)
_F_TEXT, _F_NUMBER, _F_BOOL, _F_ERROR = range(8, 12)
_SHORT_BLANK, _S_RK, _S_ERROR, _S_BOOL, _S_REAL, _S_TEXT, _S_SHARED = range(
    12, 19
)
_SST_ITEM, _COLUMN, _RICH, _MERGE = 19, 60, 62, 176
_WORKBOOK, _SHEET, _CALC = 153, 156, 157
_CONDITIONS = 461
_FIRST_CELL, _LAST_CELL = _BLANK, _S_SHARED
# the short form of a cell leaves out its column: it stands beside the one before it
_LONG_FORM = {short: short - 11 for short in range(_SHORT_BLANK, _S_SHARED + 1)}
_HIDDEN_ROW = 0x10
# 4 points: lower than the smallest type that a person reads
_FLAT_TWIPS = 80
# BrtCalcProp: compute everything when the file opens; some formulas are not computed
_TO_COMPUTE = 0x11


def read_xlsb(file: ForeignFile) -> Document:
    """A binary OOXML workbook. Raises UnreadableError: ENCRYPTED, CORRUPT, TOO_BIG."""
    with corrupt_on(struct.error, IndexError, KeyError, ValueError):
        book = _Book(file.package)
        grids: list[Grid] = []
        for name, part in book.sheets:
            grid = _Sheet(book, part).read(name)
            if grid is not None:
                grids.append(grid)
    blocks: tuple[Block, ...] = tuple(grids)
    if file.package.doubled:
        blocks = doubted_blocks(blocks, Doubt.UNTOLD)
    return Document(file.kind, blocks)


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, content) of each record; both head fields are of seven bits a byte."""
    at = 0
    while at < len(data):
        kind, at = _head(data, at, 2)
        size, at = _head(data, at, 4)
        if at + size > len(data):
            raise IndexError("a record is cut off")
        yield kind, data[at : at + size]
        at += size


def _head(data: bytes, at: int, longest: int) -> tuple[int, int]:
    value = 0
    for place in range(longest):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            break
    return value, at


def wide_text(data: bytes, at: int) -> tuple[str, int]:
    """An XLWideString, and where it ends."""
    length = struct.unpack_from("<L", data, at)[0]
    end = at + 4 + 2 * length
    if end > len(data):
        raise IndexError("a string is cut off")
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


class _Book:
    """The workbook part and what its sheets share."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._parts = parts_of(package)
        self.sheets: list[tuple[str, str]] = []
        self.date1904 = False
        self._to_compute = False
        for kind, data in records(package.read(self._parts.main)):
            if kind == _SHEET:
                self._take_sheet(data)
            elif kind == _WORKBOOK:
                self.date1904 = bool(data[0] & 1)
            elif kind == _CALC:
                flags = struct.unpack_from("<H", data, 24)[0]
                self._to_compute = bool(flags & _TO_COMPUTE)

    def _take_sheet(self, data: bytes) -> None:
        state = struct.unpack_from("<L", data)[0]
        relation, at = wide_text(data, 8)
        name, _ = wide_text(data, at)
        part = self._parts.by_id.get(relation, "")
        if state == 0 and "chartsheet" not in part and part in self.package:
            self.sheets.append((name, part))

    @cached_property
    def computed(self) -> bool:
        return not self._to_compute and self._parts.program_computes()

    @cached_property
    def styles(self) -> Styles:
        return Styles(
            records(self._parts.of_kind("styles")), self._parts.of_kind("theme")
        )

    @cached_property
    def _strings(self) -> list[RichText]:
        found: list[RichText] = []
        for kind, data in records(self._parts.of_kind("sharedStrings")):
            if kind == _SST_ITEM:
                found.append(rich_text(data, 0))
        return found

    def shared(self, index: int, style: CellStyle) -> Value:
        return text_value(self.styles.runs(self._strings[index]), style)


@dataclass
class _Sheet:
    """A sheet while it is read; `row` and `column` are those of the last cell."""

    book: _Book
    part: str
    values: dict[Position, Value] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    flat_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    widths: list[tuple[int, int, float]] = field(default_factory=list)
    doubtful: list[tuple[Doubt, Range]] = field(default_factory=list)
    row: int = 0
    column: int = -1

    def read(self, name: str) -> Grid | None:
        for kind, data in records(self.book.package.read(self.part)):
            if kind == _ROW:
                self._take_row(data)
            elif kind in _LONG_FORM:
                # as the long form, which has the column before the style
                self.column += 1
                self._take_cell(_LONG_FORM[kind], data)
            elif _FIRST_CELL <= kind <= _LAST_CELL or kind == _RICH:
                self.column = struct.unpack_from("<L", data)[0]
                self._take_cell(kind, data[4:])
            elif kind == _COLUMN:
                self._take_column(data)
            elif kind == _MERGE:
                top, bottom, left, right = struct.unpack_from("<4L", data)
                self.merges.append((top, left, bottom, right))
            elif kind == _CONDITIONS:
                self._take_conditions(data)
            refuse_beyond_limit(len(self.values))
        for covered in drawn_over(self.book.package, self.part):
            self.doubtful.append((Doubt.PICTURED, covered))
        doubt_ranges(self.values, self.doubtful)
        hidden = Hidden(
            rows=self.hidden_rows,
            columns=self.hidden_columns,
            flat=self.flat_rows,
            widths=self.widths,
        )
        return sheetgrid.build(name, self.values, self.merges, hidden)

    def _take_row(self, data: bytes) -> None:
        self.row, _, height = struct.unpack_from("<LLH", data)
        self.column = -1
        if data[11] & _HIDDEN_ROW:
            self.hidden_rows.add(self.row)
        if height < _FLAT_TWIPS:
            self.flat_rows.add(self.row)

    def _take_column(self, data: bytes) -> None:
        first, last, width, _, flags = struct.unpack_from("<4LH", data)
        if flags & 1 or width == 0:
            self.hidden_columns.append((first, last))
        self.widths.append((first, last, width / WIDTHS_A_DIGIT))

    def _take_conditions(self, data: bytes) -> None:
        """A conditional format: what it changes is not worked out, so it may hide."""
        count = struct.unpack_from("<L", data, 8)[0]
        for place in range(min(count, (len(data) - 12) // 16)):
            top, bottom, left, right = struct.unpack_from(
                "<4L", data, 12 + 16 * place
            )
            self.doubtful.append((Doubt.UNTOLD, (top, left, bottom, right)))

    def _take_cell(self, kind: int, data: bytes) -> None:
        """A cell without its column: three bytes of style, a byte of flags, the value."""
        style = self.book.styles.of(
            struct.unpack_from("<L", data)[0] & 0xFFFFFF
        )
        value = self._value(kind, data, style)
        if value is None:
            return
        if _F_TEXT <= kind <= _F_ERROR:
            # the formula's own tokens are not looked at: a quoted text is held too
            value = formula_value(value, Formula("", self.book.computed))
        self.values[self.row, self.column] = value

    def _value(self, kind: int, data: bytes, style: CellStyle) -> Value | None:
        if kind == _RK:
            raw = struct.unpack_from("<L", data, 4)[0]
            return number_value(number_of_rk(raw), style, self.book.date1904)
        if kind in (_REAL, _F_NUMBER):
            number = struct.unpack_from("<d", data, 4)[0]
            return number_value(number, style, self.book.date1904)
        if kind == _SHARED:
            return self.book.shared(struct.unpack_from("<L", data, 4)[0], style)
        if kind == _RICH:
            runs = self.book.styles.runs(rich_text(data, 4))
            return text_value(runs, style)
        if kind in (_TEXT, _F_TEXT):
            text, _ = wide_text(data, 4)
            return text_value([(unescaped(text), None)], style)
        if kind in (_BOOL, _F_BOOL):
            return no_number("TRUE" if data[4] else "FALSE", style)
        if kind in (_ERROR, _F_ERROR):
            return no_number(ERRORS.get(data[4], "#N/A"), style)
        return None
