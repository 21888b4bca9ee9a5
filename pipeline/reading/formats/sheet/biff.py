"""BIFF8, the records of an .xls or OLE-et, to cells: values with their formats, merged
ranges, what is hidden.

Beside sheet.py. An own walk over the records, since calamine gives neither hidden rows
nor number formats, and xlrd takes fifteen milliseconds. Trusts no length: a record that
points astray ends as struct.error or IndexError, which the caller turns into CORRUPT.
"""

import struct
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.limits import CELLS_LIMIT, UnreadableError
from pipeline.reading.formats.sheet import number_format
from pipeline.reading.formats.sheet.grid import (
    Hidden,
    Position,
    Range,
    Value,
    typed_value,
)

_BOF, _EOF, _CONTINUE, _FILEPASS, _DATEMODE = 0x0809, 0x000A, 0x003C, 0x002F, 0x0022
_BOUNDSHEET, _SST, _FORMAT, _XF = 0x0085, 0x00FC, 0x041E, 0x00E0
_ROW, _COLINFO, _MERGED = 0x0208, 0x007D, 0x00E5
_LABELSST, _LABEL, _RSTRING, _NUMBER, _RK, _MULRK = (
    0x00FD,
    0x0204,
    0x00D6,
    0x0203,
    0x027E,
    0x00BD,
)
_FORMULA, _STRING, _BOOLERR = 0x0006, 0x0207, 0x0205
_BIFF8 = 0x0600
_BOOK_CODES = frozenset((_FILEPASS, _SST, _BOUNDSHEET, _FORMAT, _XF, _DATEMODE))
_BEGINS = struct.pack("<H", _BOF)
_HEAD, _STRING_HEAD = struct.Struct("<HH"), struct.Struct("<HB")
_RICH = 0x0C  # flags of a string that carries fonts' runs or phonetic hints
_ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}

Record = tuple[int, bytes]


@dataclass
class Sheet:
    """A visible sheet of cells."""

    name: str
    values: dict[Position, Value] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)

    @property
    def hidden(self) -> Hidden:
        return Hidden(self.hidden_rows, self.hidden_columns)


def is_biff8(stream: bytes) -> bool:
    return struct.unpack_from("<HHH", stream)[::2] == (_BOF, _BIFF8)


def read_sheets(stream: bytes) -> list[Sheet]:
    """The visible sheets of a Workbook stream. Raises UnreadableError: ENCRYPTED,
    TOO_BIG; struct.error, IndexError."""
    book = _Book()
    for code, data in _records(stream, 0, _BOOK_CODES):
        book.take(code, data)
    return [_read_sheet(book, name, stream, offset) for name, offset in book.places]


def _records(stream: bytes, at: int, wanted: Container[int]) -> Iterator[Record]:
    """The wanted records of one substream up to its end, with what continues them;
    those of substreams inside it (charts) are left out. Raises struct.error, IndexError
    where no substream begins there, or it has no end: the file is cut."""
    if at + 4 > len(stream) or stream[at : at + 2] != _BEGINS:
        raise IndexError(f"no sheet begins at {at}")
    depth, continued = 0, False
    head = _HEAD.unpack_from
    while True:
        code, size = head(stream, at)
        at += 4
        if code in (_BOF, _EOF):
            depth += 1 if code == _BOF else -1
            if depth == 0:
                return
        if code != _CONTINUE:
            continued = code in wanted
        if continued and depth == 1:
            yield code, stream[at : at + size]
        at += size


class _Book:
    """The globals: sheets and where they begin, strings, formats."""

    def __init__(self) -> None:
        self.places: list[tuple[str, int]] = []
        self.formats: dict[int, str] = {}
        self.format_of: list[int] = []
        self.date1904 = False
        self._sst: list[bytes] = []
        self._last = 0
        self._strings: list[str] | None = None

    def take(self, code: int, data: bytes) -> None:
        if code == _FILEPASS:
            raise UnreadableError(TroubleCode.ENCRYPTED, "FILEPASS")
        if code == _SST or (code == _CONTINUE and self._last == _SST):
            self._last = _SST
            self._sst.append(data)
            return
        self._last = code
        if code == _BOUNDSHEET:
            self._take_sheet(data)
        elif code == _FORMAT:
            self.formats[struct.unpack_from("<H", data)[0]] = _text(data, 2)
        elif code == _XF:
            self.format_of.append(struct.unpack_from("<H", data, 2)[0])
        elif code == _DATEMODE:
            self.date1904 = data[:1] == b"\x01"

    def _take_sheet(self, data: bytes) -> None:
        offset, state, kind, length, wide = struct.unpack_from("<LBBBB", data)
        name = data[8:].decode("utf-16-le" if wide & 1 else "latin-1", "replace")[
            :length
        ]
        if state & 3 == 0 and kind == 0:
            self.places.append((name, offset))

    def string(self, index: int) -> str:
        if self._strings is None:
            if self._sst:
                self._strings = list(_Strings(self._sst).read())
            else:
                self._strings = []
        return self._strings[index]

    def number(self, value: float, style: int) -> Value:
        if style < len(self.format_of):
            index = self.format_of[style]
        else:
            index = 0
        code = self.formats.get(index) or number_format.BUILT_IN.get(index, "General")
        return typed_value(value, code, self.date1904)


class _Strings:
    """The shared strings, which run on over CONTINUE records: inside of a string each
    begins with a flag of its own."""

    def __init__(self, chunks: list[bytes]) -> None:
        self.chunks, self.chunk, self.at = chunks, 0, 8

    def read(self) -> Iterator[str]:
        for _ in range(struct.unpack_from("<L", self.chunks[0], 4)[0]):
            if self.chunk >= len(self.chunks) - 1 and self.at >= len(self.chunks[-1]):
                return
            yield self._string()

    def _string(self) -> str:
        """The next one: mostly plain and whole in its record, which is read at once."""
        chunk, at = self.chunks[self.chunk], self.at
        if at + 3 <= len(chunk):
            length, flags = _STRING_HEAD.unpack_from(chunk, at)
            end = at + 3 + (length << (flags & 1))
            if not flags & _RICH and end <= len(chunk):
                self.at = end
                return chunk[at + 3 : end].decode(
                    "utf-16-le" if flags & 1 else "latin-1", "replace"
                )
        return self._string_in_parts()

    def _string_in_parts(self) -> str:
        length, flags = struct.unpack("<HB", self._take(3))
        if flags & 8:
            runs = struct.unpack("<H", self._take(2))[0]
        else:
            runs = 0
        if flags & 4:
            extra = struct.unpack("<L", self._take(4))[0]
        else:
            extra = 0
        text = self._characters(length, flags & 1)
        self._take(4 * runs + extra)
        return text

    def _take(self, size: int) -> bytes:
        taken = b""
        while True:
            part = self.chunks[self.chunk][self.at : self.at + size - len(taken)]
            taken += part
            self.at += len(part)
            if len(taken) == size:
                return taken
            self.chunk, self.at = self.chunk + 1, 0

    def _characters(self, length: int, wide: int) -> str:
        parts: list[str] = []
        while length:
            if self.at >= len(self.chunks[self.chunk]):
                self.chunk, self.at = self.chunk + 1, 1
                wide = self.chunks[self.chunk][0] & 1
            if wide:
                width = 2
            else:
                width = 1
            count = min(length, (len(self.chunks[self.chunk]) - self.at) // width)
            raw = self._take(count * width)
            parts.append(raw.decode("utf-16-le" if wide else "latin-1", "replace"))
            length -= count
            if count == 0:
                raise IndexError("string runs out")
        return "".join(parts)


def _text(data: bytes, at: int) -> str:
    """A string of one record: length, flag, characters (runs of fonts are not looked at)."""
    length, flags = struct.unpack_from("<HB", data, at)
    at += 3 + (2 if flags & 8 else 0) + (4 if flags & 4 else 0)
    if flags & 1:
        return data[at : at + 2 * length].decode("utf-16-le", "replace")
    return data[at : at + length].decode("latin-1")


def _truth_or_error(value: int, is_error: bool) -> str:
    if is_error:
        return _ERRORS.get(value, "#N/A")
    if value:
        return "TRUE"
    return "FALSE"


def _rk(raw: int) -> float:
    if raw & 2:
        value = float((raw ^ 0x80000000) - 0x80000000 >> 2)
    else:
        value = struct.unpack("<d", struct.pack("<Q", (raw & 0xFFFFFFFC) << 32))[0]
    if raw & 1:
        return value / 100
    return value


def _read_sheet(book: _Book, name: str, stream: bytes, offset: int) -> Sheet:
    sheet = _Reader(book, Sheet(name))
    for code, data in _records(stream, offset, _TAKERS):
        if code != _CONTINUE:
            _TAKERS[code](sheet, data)
        if len(sheet.into.values) > CELLS_LIMIT:
            raise UnreadableError(TroubleCode.TOO_BIG, f"over {CELLS_LIMIT} cells")
    return sheet.into


class _Reader:
    """One sheet's records; `waiting` is the cell of a formula whose text comes in the
    next STRING record."""

    def __init__(self, book: _Book, into: Sheet) -> None:
        self.book, self.into = book, into
        self.waiting: Position | None = None

    def shared_text(self, data: bytes) -> None:
        row, column, _, index = struct.unpack_from("<HHHL", data)
        self._put(row, column, self.book.string(index))

    def own_text(self, data: bytes) -> None:
        row, column = struct.unpack_from("<HH", data)
        self._put(row, column, _text(data, 6))

    def _put(self, row: int, column: int, text: str) -> None:
        self.into.values[row, column] = Value(
            text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
        )

    def number(self, data: bytes) -> None:
        row, column, style, value = struct.unpack_from("<HHHd", data)
        self.into.values[row, column] = self.book.number(value, style)

    def packed(self, data: bytes) -> None:
        row, column, style, raw = struct.unpack_from("<HHHL", data)
        self.into.values[row, column] = self.book.number(_rk(raw), style)

    def packed_row(self, data: bytes) -> None:
        row, first = struct.unpack_from("<HH", data)
        for index in range((len(data) - 6) // 6):
            style, raw = struct.unpack_from("<HL", data, 4 + 6 * index)
            self.into.values[row, first + index] = self.book.number(_rk(raw), style)

    def formula(self, data: bytes) -> None:
        row, column, style, value = struct.unpack_from("<HHHd", data)
        if data[12:14] != b"\xff\xff":
            self.into.values[row, column] = self.book.number(value, style)
        elif data[6] == 0:
            self.waiting = row, column
        elif data[6] in (1, 2):
            self._put(row, column, _truth_or_error(data[8], data[6] == 2))

    def formula_text(self, data: bytes) -> None:
        if self.waiting is not None:
            self._put(*self.waiting, _text(data, 0))
            self.waiting = None

    def truth(self, data: bytes) -> None:
        row, column, _, value, is_error = struct.unpack_from("<HHHBB", data)
        self._put(row, column, _truth_or_error(value, bool(is_error)))

    def row(self, data: bytes) -> None:
        if data[12] & 0x20:
            self.into.hidden_rows.add(struct.unpack_from("<H", data)[0])

    def columns(self, data: bytes) -> None:
        first, last, _, _, flags = struct.unpack_from("<5H", data)
        if flags & 1:
            self.into.hidden_columns.append((first, last))

    def merged(self, data: bytes) -> None:
        for index in range(struct.unpack_from("<H", data)[0]):
            top, bottom, left, right = struct.unpack_from("<4H", data, 2 + 8 * index)
            self.into.merges.append((top, left, bottom, right))


_TAKERS = {
    _LABELSST: _Reader.shared_text,
    _LABEL: _Reader.own_text,
    _RSTRING: _Reader.own_text,
    _NUMBER: _Reader.number,
    _RK: _Reader.packed,
    _MULRK: _Reader.packed_row,
    _FORMULA: _Reader.formula,
    _STRING: _Reader.formula_text,
    _BOOLERR: _Reader.truth,
    _ROW: _Reader.row,
    _COLINFO: _Reader.columns,
    _MERGED: _Reader.merged,
}
