"""The globals of a BIFF8 workbook: its sheets and where they begin, strings, fonts,
fills and number formats.

Beside biff (MS-XLS). Trusts no length.
"""

import struct
from dataclasses import replace

from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.formats.seen import Colour, Look
from pipeline.reading.formats.sheet import number_format, palette
from pipeline.reading.formats.sheet.binary.biff_strings import (
    SharedStrings,
    Text,
    short_text_of_record,
    text_of_record,
)
from pipeline.reading.formats.sheet.cell_value import (
    ORDINARY,
    CellStyle,
    Run,
    filled,
    number_value,
    text_value,
)
from pipeline.reading.formats.sheet.grid import Value
from pipeline.reading.formats.symbol_fonts import doubts_of_font

CONTINUE = 0x003C
_FILEPASS, _DATEMODE, _BOUNDSHEET, _SST = 0x002F, 0x0022, 0x0085, 0x00FC
_FONT, _FORMAT, _XF, _PALETTE = 0x0031, 0x041E, 0x00E0, 0x0092
BOOK_CODES = frozenset(
    (_FILEPASS, _SST, _BOUNDSHEET, _FONT, _FORMAT, _XF, _PALETTE, _DATEMODE)
)
# Where the name begins in a font
_FONT_NAME = 14
# Flag of a font
_STRUCK = 0x08
# There is no font of this index: those above it are one place earlier
_NO_FONT = 4
# Fill pattern
_SOLID = 1
# Half and more of them is of the front colour ([MS-XLS] FillPattern)
_DARK = (2, 3, 5, 6, 7, 8, 9, 10)
# fShrinkToFit of XF, in the byte behind the rotation
_SHRINKS = 0x10
# Its alc: how the text is aligned, and that it fills its cell
_ALIGNED, _FILLS = 0x7, 0x4
# Two bits for a line from corner to corner and back; its style
_DIAGONALS, _DIAGONAL_STYLE = 30, 0x0F << 21
# A point
_TWIPS = 20


class Book:
    """Takes the records of the globals one by one."""

    def __init__(self) -> None:
        self.places: list[tuple[str, int]] = []
        self.date1904 = False
        self._formats: dict[int, str] = {}
        # With the colour's index
        self._fonts: list[tuple[Look, int]] = []
        # With its ink, by index
        self._looks: dict[int, Look] = {}
        self._cells: list[bytes] = []
        self._own_colours: tuple[Colour, ...] = ()
        self._sst: list[bytes] = []
        self._last = 0
        self._strings: list[Text] | None = None
        self._styles: dict[int, CellStyle] = {}

    def take(self, code: int, data: bytes) -> None:
        """A record. Raises UnreadableError(ENCRYPTED), struct.error, IndexError."""
        if code == _FILEPASS:
            raise UnreadableError(TroubleCode.ENCRYPTED, "FILEPASS")
        if code == _SST or (code == CONTINUE and self._last == _SST):
            self._last = _SST
            self._sst.append(data)
            return
        self._last = code
        if code == _BOUNDSHEET:
            self._take_sheet(data)
        elif code == _FORMAT:
            number = struct.unpack_from("<H", data)[0]
            self._formats[number] = text_of_record(data, 2)
        elif code == _FONT:
            self._take_font(data)
        elif code == _XF:
            self._cells.append(data)
        elif code == _PALETTE:
            self._take_palette(data)
        elif code == _DATEMODE:
            self.date1904 = data[:1] == b"\x01"

    def _take_sheet(self, data: bytes) -> None:
        offset, state, kind, length, wide = struct.unpack_from("<LBBBB", data)
        encoding = "latin-1"
        if wide & 1:
            encoding = "utf-16-le"
        name = data[8:].decode(encoding, "replace")[:length]
        # State 1 is hidden, 2 hidden from the menu, too; kinds but 0 are charts and macros.
        if state & 3 == 0 and kind == 0:
            self.places.append((name, offset))

    def _take_font(self, data: bytes) -> None:
        height, flags, colour, _, escapement = struct.unpack_from("<5H", data)
        look = Look(
            struck=bool(flags & _STRUCK),
            raised=escapement in (1, 2),
            points=height / _TWIPS,
            doubts=doubts_of_font(short_text_of_record(data, _FONT_NAME)),
        )
        self._fonts.append((look, colour))

    def _take_palette(self, data: bytes) -> None:
        count = struct.unpack_from("<H", data)[0]
        colours: list[Colour] = []
        for place in range(min(count, (len(data) - 2) // 4)):
            red, green, blue = data[2 + 4 * place : 5 + 4 * place]
            colours.append((red, green, blue))
        self._own_colours = tuple(colours)

    def style(self, index: int) -> CellStyle:
        """The style of a cell by its XF's index."""
        if index not in self._styles:
            self._styles[index] = self._style(index)
        return self._styles[index]

    def _style(self, index: int) -> CellStyle:
        if index >= len(self._cells):
            return ORDINARY
        cell = self._cells[index]
        font, form = struct.unpack_from("<HH", cell)
        # A file may give a built-in number a format of its own.
        code = self._formats.get(form)
        if not code:
            code = number_format.BUILT_IN.get(form, "General")
        pattern = struct.unpack_from("<L", cell, 14)[0] >> 26
        ground: Colour | None = None
        if pattern in (_SOLID, *_DARK):
            front = struct.unpack_from("<H", cell, 18)[0] & 0x7F
            ground = palette.filled(palette.indexed(front, self._own_colours))
        fits = bool(cell[8] & _SHRINKS)
        look = replace(self._font(font), ground=ground)
        sides, others = struct.unpack_from("<LL", cell, 10)
        if sides >> _DIAGONALS and others & _DIAGONAL_STYLE:
            # Crossed out, or said not to apply
            look = replace(look, struck=True)
        if cell[6] & _ALIGNED == _FILLS:
            look = filled(look)
        return CellStyle(code, look, fits)

    def _font(self, index: int) -> Look:
        """Worked out once: each run of each text asks."""
        if index not in self._looks:
            self._looks[index] = self._look(index)
        return self._looks[index]

    def _look(self, index: int) -> Look:
        if index >= _NO_FONT:
            index -= 1
        if not 0 <= index < len(self._fonts):
            return Look()
        look, colour = self._fonts[index]
        return replace(look, ink=palette.indexed(colour, self._own_colours))

    def shared(self, index: int, style: CellStyle) -> Value:
        """The shared string of an index, as its cell shows it."""
        if self._strings is None:
            self._strings = []
            if self._sst:
                self._strings = list(SharedStrings(self._sst).read())
        return self.rich(self._strings[index], style)

    def rich(self, item: Text, style: CellStyle) -> Value:
        """A text with its runs, as its cell shows it."""
        whole = item.text.replace("\r\n", "\n").replace("\r", "\n")
        if not item.runs:
            return text_value([(whole, None)], style)
        starts = [start for start, _ in item.runs]
        ends = [*starts[1:], len(item.text)]
        # What stands before the first run looks as its cell does.
        runs: list[Run] = [(item.text[: starts[0]], None)]
        for (start, font), end in zip(item.runs, ends, strict=True):
            runs.append((item.text[start:end], self._font(font)))
        return text_value(runs, style)

    def number(self, value: float, style: CellStyle) -> Value:
        return number_value(value, style, self.date1904)
