"""BIFF8, the records of an .xls or OLE-et, to cells: values as their formats and fonts
show them, merged ranges, what is hidden.

An own walk over the records, since calamine gives neither hidden rows nor number
formats, and xlrd takes fifteen milliseconds. Trusts no length: a record that points
astray ends as struct.error or IndexError, which the caller turns into CORRUPT.
"""

import struct
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from pipeline.model.document import Doubt
from pipeline.reading.containers.limits import (
    refuse_beyond_limit,
)
from pipeline.reading.formats.sheet.binary.biff_book import (
    BOOK_CODES,
    CONTINUE,
    Book,
)
from pipeline.reading.formats.sheet.binary.biff_strings import (
    Text,
    characters,
    rich_text_of_record,
    text_of_record,
)
from pipeline.reading.formats.sheet.binary.biff_values import (
    ERRORS,
    number_of_rk,
)
from pipeline.reading.formats.sheet.cell_value import (
    CellStyle,
    Formula,
    doubt_ranges,
    doubted,
    formula_value,
    no_number,
)
from pipeline.reading.formats.sheet.grid import (
    WIDTHS_A_DIGIT,
    Hidden,
    Position,
    Range,
    Value,
)

# The numbers of records (MS-XLS 2.3)
_BOF, _EOF = 0x0809, 0x000A
_ROW, _COLINFO, _MERGED, _WINDOW = 0x0208, 0x007D, 0x00E5, 0x023E
_USUAL_ROW = 0x0225
_LABELSST, _LABEL, _RSTRING = 0x00FD, 0x0204, 0x00D6
_NUMBER, _RK, _MULRK = 0x0203, 0x027E, 0x00BD
_FORMULA, _STRING, _BOOLERR = 0x0006, 0x0207, 0x0205
_UNCALCED, _CONDITION, _DRAWING, _OBJECT = 0x005E, 0x01B0, 0x00EC, 0x005D
_BOX_TEXT = 0x01B6
_BIFF8 = 0x0600
_BEGINS = struct.pack("<H", _BOF)
_HEAD = struct.Struct("<HH")
# Flags of a formula: compute always, compute when the file opens
_TO_COMPUTE = 0x03
# A formula's token for a quoted text
_PTG_STRING = 0x17
# Flag in a row's height
_DEFAULT_HEIGHT = 0x8000
# 4 points: lower than the smallest type that a person reads
_FLAT_TWIPS = 80
_HIDDEN_ROW = 0x20
# Flags of WINDOW2
_SHOWS_FORMULAS, _SHOWS_ZEROS = 0x01, 0x10
# OfficeArtClientAnchorSheet, its length
_ANCHOR = struct.pack("<HL", 0xF010, 18)
# objects that cover what lies under them: shapes, boxes and pictures, no controls or notes
_COVERING = (2, 3, 5, 6, 8, 9, 30)
_COMMENT = 25

Record = tuple[int, bytes]


@dataclass
class Sheet:
    """A visible sheet of cells."""

    name: str
    values: dict[Position, Value] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    flat_rows: set[int] = field(default_factory=set)
    widths: list[tuple[int, int, float]] = field(default_factory=list)
    # What the comments on its cells say
    notes: list[str] = field(default_factory=list)

    @property
    def hidden(self) -> Hidden:
        return Hidden(
            rows=self.hidden_rows,
            columns=self.hidden_columns,
            flat=self.flat_rows,
            widths=self.widths,
        )


def is_biff8(stream: bytes) -> bool:
    return struct.unpack_from("<HHH", stream)[::2] == (_BOF, _BIFF8)


def read_sheets(stream: bytes) -> list[Sheet]:
    """The visible sheets of a Workbook stream. Raises UnreadableError: ENCRYPTED,
    TOO_BIG; struct.error, IndexError."""
    book = Book()
    for code, data in _records(stream, 0, BOOK_CODES):
        book.take(code, data)
    found = []
    for name, offset in book.places:
        found.append(_read_sheet(book, name, stream, offset))
    return found


def _records(
    stream: bytes, at: int, wanted: Container[int]
) -> Iterator[Record]:
    """The wanted records of one substream up to its end, with what continues them;
    those of substreams inside it (charts) are left out. Raises struct.error, IndexError
    where no substream begins there, or it has no end: the file is cut."""
    if at + 4 > len(stream) or stream[at : at + 2] != _BEGINS:
        raise IndexError(f"no sheet begins at {at}")
    depth = 0
    continued = False
    # The loop runs over every record of the file: names looked up once
    head = _HEAD.unpack_from
    while True:
        code, size = head(stream, at)
        at += 4
        if code == _BOF:
            depth += 1
        elif code == _EOF:
            depth -= 1
            if depth == 0:
                return
        if code != CONTINUE:
            continued = code in wanted
        if continued and depth == 1:
            yield code, stream[at : at + size]
        at += size


def _read_sheet(book: Book, name: str, stream: bytes, offset: int) -> Sheet:
    reader = _Reader(book, Sheet(name))
    for code, data in _records(stream, offset, _TAKERS):
        if code == CONTINUE:
            reader.more_text(data)
        else:
            _TAKERS[code](reader, data)
        refuse_beyond_limit(len(reader.into.values))
    reader.end()
    return reader.into


class _Reader:
    """One sheet's records. `_waiting` is the cell of a formula whose text comes in the
    next STRING record."""

    def __init__(self, book: Book, into: Sheet) -> None:
        self.book = book
        self.into = into
        self._waiting: tuple[Position, CellStyle, Formula] | None = None
        self._formulas: set[Position] = set()
        self._zeros: set[Position] = set()
        self._computed = True
        self._shows_zeros = True
        self._shows_formulas = False
        self._doubtful: list[tuple[Doubt, Range]] = []
        self._anchor: Range | None = None
        self._in_comment = False
        # Characters of a comment that are still to come
        self._to_come = 0
        # Twips, of rows that have no height of their own
        self._usual_height = _FLAT_TWIPS

    def end(self) -> None:
        """What is known only when all records have come."""
        values = self.into.values
        for place in self._formulas:
            if place not in values:
                continue
            if not self._computed:
                values[place] = doubted(values[place], Doubt.UNCOMPUTED)
            # What is painted is the formula, not its result.
            if self._shows_formulas:
                values[place] = doubted(values[place], Doubt.UNTOLD)
        if not self._shows_zeros:
            for place in self._zeros:
                values[place] = Value("", doubts=values[place].doubts)
        doubt_ranges(values, self._doubtful)

    def shared_text(self, data: bytes) -> None:
        row, column, style, index = struct.unpack_from("<HHHL", data)
        value = self.book.shared(index, self.book.style(style))
        self.into.values[row, column] = value

    def own_text(self, data: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", data)
        text = Text(text_of_record(data, 6))
        self._put_text((row, column), text, style)

    def rich_text(self, data: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", data)
        text = rich_text_of_record(data, 6)
        self._put_text((row, column), text, style)

    def _put_text(self, place: Position, text: Text, style: int) -> None:
        look = self.book.style(style)
        self.into.values[place] = self.book.rich(text, look)

    def number(self, data: bytes) -> None:
        row, column, style, value = struct.unpack_from("<HHHd", data)
        self._put_number((row, column), value, style)

    def packed(self, data: bytes) -> None:
        row, column, style, raw = struct.unpack_from("<HHHL", data)
        self._put_number((row, column), number_of_rk(raw), style)

    def packed_row(self, data: bytes) -> None:
        row, first = struct.unpack_from("<HH", data)
        # Six bytes a cell, between the first and the last column's number
        count = (len(data) - 6) // 6
        for index in range(count):
            style, raw = struct.unpack_from("<HL", data, 4 + 6 * index)
            place = (row, first + index)
            self._put_number(place, number_of_rk(raw), style)

    def _put_number(self, place: Position, number: float, style: int) -> None:
        if number == 0:
            self._zeros.add(place)
        look = self.book.style(style)
        self.into.values[place] = self.book.number(number, look)

    def formula(self, data: bytes) -> None:
        row, column, index, number = struct.unpack_from("<HHHd", data)
        place = (row, column)
        style = self.book.style(index)
        self._formulas.add(place)
        flags = struct.unpack_from("<H", data, 14)[0]
        quoted = ""
        if len(data) > 22 and _is_quoted_text(data):
            quoted = '""'
        formula = Formula(quoted, not flags & _TO_COMPUTE)
        result: Value | None = None
        # A result that is no number ends in FF FF, which makes it no number in IEEE
        # either; its first byte tells: 0 text, 1 truth, 2 error, 3 empty (MS-XLS, FormulaValue).
        if data[12:14] != b"\xff\xff":
            result = self.book.number(number, style)
            if number == 0:
                # programs that do not compute leave a zero
                formula = Formula(quoted, False)
        elif data[6] == 0:
            self._waiting = (place, style, formula)
            return
        elif data[6] in (1, 2):
            result = no_number(_truth_or_error(data[8], data[6] == 2), style)
        self.into.values[place] = formula_value(result, formula)

    def formula_text(self, data: bytes) -> None:
        if self._waiting is not None:
            place, style, formula = self._waiting
            value = self.book.rich(Text(text_of_record(data, 0)), style)
            self.into.values[place] = formula_value(value, formula)
            self._waiting = None

    def truth(self, data: bytes) -> None:
        row, column, style, value, is_error = struct.unpack_from("<HHHBB", data)
        shown = _truth_or_error(value, bool(is_error))
        self.into.values[row, column] = no_number(shown, self.book.style(style))

    def row(self, data: bytes) -> None:
        number, _, _, height = struct.unpack_from("<4H", data)
        # Excel hides a row by a flag, other programs by a height of nothing.
        if data[12] & _HIDDEN_ROW:
            self.into.hidden_rows.add(number)
        if height & _DEFAULT_HEIGHT:
            height = self._usual_height
        if height < _FLAT_TWIPS:
            self.into.flat_rows.add(number)

    def usual_row(self, data: bytes) -> None:
        (self._usual_height,) = struct.unpack_from("<H", data, 2)

    def columns(self, data: bytes) -> None:
        first, last, width, _, flags = struct.unpack_from("<5H", data)
        if flags & 1 or width == 0:
            self.into.hidden_columns.append((first, last))
        self.into.widths.append((first, last, width / WIDTHS_A_DIGIT))

    def merged(self, data: bytes) -> None:
        count = struct.unpack_from("<H", data)[0]
        for index in range(count):
            place = 2 + 8 * index
            top, bottom, left, right = struct.unpack_from("<4H", data, place)
            self.into.merges.append((top, left, bottom, right))

    def window(self, data: bytes) -> None:
        flags = struct.unpack_from("<H", data)[0]
        self._shows_formulas = bool(flags & _SHOWS_FORMULAS)
        self._shows_zeros = bool(flags & _SHOWS_ZEROS)

    def uncalculated(self, data: bytes) -> None:
        self._computed = False

    def condition(self, data: bytes) -> None:
        """A conditional format: what it changes is not worked out, so it may hide."""
        top, bottom, left, right = struct.unpack_from("<4H", data, 4)
        self._doubtful.append((Doubt.UNTOLD, (top, left, bottom, right)))

    def drawing(self, data: bytes) -> None:
        """Where a drawn object lies; what it is says the OBJ record after it."""
        at = data.rfind(_ANCHOR)
        self._anchor = None
        if at >= 0:
            corners = struct.unpack_from("<9H", data, at + len(_ANCHOR))
            _, left, _, top, _, right, _, bottom, _ = corners
            self._anchor = (top, left, bottom, right)

    def object(self, data: bytes) -> None:
        kind = struct.unpack_from("<H", data, 4)[0]
        self._in_comment = kind == _COMMENT
        if self._anchor is not None and kind in _COVERING:
            self._doubtful.append((Doubt.PICTURED, self._anchor))
        self._anchor = None

    def box_text(self, data: bytes) -> None:
        """How long an object's text is, which comes in CONTINUE records; only that of a
        comment is taken."""
        self._to_come = 0
        if self._in_comment:
            self._to_come = struct.unpack_from("<H", data, 10)[0]
            self.into.notes.append("")

    def more_text(self, data: bytes) -> None:
        if self._to_come and data:
            text = characters(data[1:], data[0])[: self._to_come]
            self.into.notes[-1] += text
            self._to_come -= len(text)


def _truth_or_error(value: int, is_error: bool) -> str:
    if is_error:
        return ERRORS.get(value, "#N/A")
    if value:
        return "TRUE"
    return "FALSE"


def _is_quoted_text(data: bytes) -> bool:
    """Whether a formula is one quoted text and nothing else (="1234")."""
    size = struct.unpack_from("<H", data, 20)[0]
    if data[22] != _PTG_STRING or size < 3:
        return False
    length = data[23]
    flags = data[24]
    # The token, its length and its flags, then one or two bytes a character
    whole = 3 + (length << (flags & 1))
    return bool(size == whole)


_TAKERS = {
    _LABELSST: _Reader.shared_text,
    _LABEL: _Reader.own_text,
    _RSTRING: _Reader.rich_text,
    _NUMBER: _Reader.number,
    _RK: _Reader.packed,
    _MULRK: _Reader.packed_row,
    _FORMULA: _Reader.formula,
    _STRING: _Reader.formula_text,
    _BOOLERR: _Reader.truth,
    _ROW: _Reader.row,
    _USUAL_ROW: _Reader.usual_row,
    _COLINFO: _Reader.columns,
    _MERGED: _Reader.merged,
    _WINDOW: _Reader.window,
    _UNCALCED: _Reader.uncalculated,
    _CONDITION: _Reader.condition,
    _DRAWING: _Reader.drawing,
    _OBJECT: _Reader.object,
    _BOX_TEXT: _Reader.box_text,
}
