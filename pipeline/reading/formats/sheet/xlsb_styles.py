"""The styles of a binary OOXML workbook, and its strings with their runs.

Beside xlsb (MS-XLSB 2.4: BrtFont, BrtFill, BrtXF, BrtFmt). Trusts no length.
"""

import struct
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from pipeline.reading.containers.limits import parse_xml
from pipeline.reading.formats.seen import Colour, Look
from pipeline.reading.formats.sheet import number_format, palette
from pipeline.reading.formats.sheet.cell_value import (
    ORDINARY,
    CellStyle,
    Run,
    filled,
)
from pipeline.reading.formats.sheet.xlsx_styles import theme_colours
from pipeline.reading.formats.sheet.xlsx_text import unescaped
from pipeline.reading.formats.symbol_fonts import doubts_of_font

_FONT, _FORMAT, _FILL, _BORDER, _XF = 43, 44, 45, 46, 47
_BEGIN_CELL_STYLES, _END_CELL_STYLES = 617, 618
_STRUCK = 0x08
# fBdrDiagDown and fBdrDiagUp of a border, and where the style of their line stands,
# behind those of its four sides
_DIAGONALS, _DIAGONAL_STYLE = 0x03, 41
# Flag of a string that has runs
_RICH = 0x01
_SOLID = 1
# fShrinkToFit of BrtXF
_SHRINKS = 0x100
# Its alc: how the text is aligned, and that it fills its cell
_ALIGNED, _FILLS = 0x7, 0x4
# Where the name begins in a font
_FONT_NAME = 21
# Characters, as the format allows
_LONGEST_NAME = 32
_BY_INDEX, _BY_RGB, _BY_THEME = 1, 2, 3
_TINT_SCALE = 32767


class RichText(NamedTuple):
    """A text and its runs: where each begins, and its font's index."""

    text: str
    runs: tuple[tuple[int, int], ...]


def rich_text(data: bytes, at: int) -> RichText:
    """A RichStr."""
    flags = data[at]
    length = struct.unpack_from("<L", data, at + 1)[0]
    end = at + 5 + 2 * length
    if end > len(data):
        raise IndexError("a string is cut off")
    text = data[at + 5 : end].decode("utf-16-le", "replace")
    if not flags & _RICH:
        return RichText(text, ())
    count = struct.unpack_from("<L", data, end)[0]
    runs: list[tuple[int, int]] = []
    for place in range(min(count, length + 1)):
        runs.append(struct.unpack_from("<HH", data, end + 4 + 4 * place))
    return RichText(text, tuple(runs))


class Styles:
    """The cell styles by index."""

    def __init__(
        self, records: Iterable[tuple[int, bytes]], theme: bytes
    ) -> None:
        self._theme: list[Colour] = []
        if theme:
            self._theme = theme_colours(parse_xml(theme))
        self._fonts: list[Look] = []
        self._fills: list[Colour | None] = []
        # Whether each crosses what stands in its cell
        self._borders: list[bool] = []
        self._formats: dict[int, str] = {}
        self._cells: list[CellStyle] = []
        in_cells = False
        for kind, data in records:
            if kind == _BEGIN_CELL_STYLES:
                in_cells = True
            elif kind == _END_CELL_STYLES:
                in_cells = False
            elif kind == _FORMAT:
                self._take_format(data)
            elif kind == _FONT:
                self._fonts.append(self._font(data))
            elif kind == _FILL:
                self._fills.append(self._ground(data))
            elif kind == _BORDER:
                crossing = data[0] & _DIAGONALS and data[_DIAGONAL_STYLE]
                self._borders.append(bool(crossing))
            elif kind == _XF and in_cells:
                self._cells.append(self._cell(data))

    def of(self, index: int) -> CellStyle:
        if 0 <= index < len(self._cells):
            return self._cells[index]
        return ORDINARY

    def runs(self, item: RichText) -> list[Run]:
        """A string's runs with their looks; what stands before the first is the cell's."""
        if not item.runs:
            return [(unescaped(item.text), None)]
        starts = [start for start, _ in item.runs]
        ends = [*starts[1:], len(item.text)]
        found: list[Run] = [(item.text[: starts[0]], None)]
        for (start, font), end in zip(item.runs, ends, strict=True):
            look = self._fonts[font] if font < len(self._fonts) else None
            found.append((unescaped(item.text[start:end]), look))
        return found

    def _take_format(self, data: bytes) -> None:
        number, length = struct.unpack_from("<HL", data)
        code = data[6 : 6 + 2 * length].decode("utf-16-le", "replace")
        self._formats[number] = code

    def _font(self, data: bytes) -> Look:
        height, flags, _, escapement = struct.unpack_from("<4H", data)
        return Look(
            struck=bool(flags & _STRUCK),
            raised=escapement in (1, 2),
            points=height / 20,
            ink=self._colour(data, 12),
            doubts=doubts_of_font(self._font_name(data)),
        )

    @staticmethod
    def _font_name(data: bytes) -> str:
        (length,) = struct.unpack_from("<L", data, _FONT_NAME)
        start = _FONT_NAME + 4
        raw = data[start : start + 2 * min(length, _LONGEST_NAME)]
        return raw.decode("utf-16-le", "replace")

    def _ground(self, data: bytes) -> Colour | None:
        if struct.unpack_from("<L", data)[0] != _SOLID:
            return None
        return palette.filled(self._colour(data, 4))

    def _cell(self, data: bytes) -> CellStyle:
        _, form, font, fill, border, _, flags = struct.unpack_from("<7H", data)
        code = self._formats.get(form) or number_format.BUILT_IN.get(
            form, "General"
        )
        look = self._fonts[font] if font < len(self._fonts) else Look()
        ground = self._fills[fill] if fill < len(self._fills) else None
        fits = bool(flags & _SHRINKS)
        look = replace(look, ground=ground)
        if border < len(self._borders) and self._borders[border]:
            look = replace(look, struck=True)
        if flags & _ALIGNED == _FILLS:
            look = filled(look)
        return CellStyle(code, look, fits)

    def _colour(self, data: bytes, at: int) -> Colour | None:
        """A BrtColor: its kind in the upper bits of a byte, an index, a tint, RGBA."""
        kind, index, tint = struct.unpack_from("<BBh", data, at)
        red, green, blue = data[at + 4 : at + 7]
        found: Colour | None = None
        if kind >> 1 == _BY_RGB:
            found = (red, green, blue)
        elif kind >> 1 == _BY_INDEX:
            found = palette.indexed(index)
        elif kind >> 1 == _BY_THEME and index < len(self._theme):
            found = self._theme[index]
        if found is not None and tint:
            return palette.tinted(found, tint / _TINT_SCALE)
        return found
