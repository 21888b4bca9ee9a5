"""Workbooks of Excel 2 to 95 (BIFF2 to BIFF5) to grids, by xlrd.

Trusts nothing: xlrd asserts, indexes and decodes on foreign bytes as if they were its
own, and dies on rich strings. Where it reads only without its formatting, no figure is
proved: every cell is in doubt. Never takes a file for damaged because xlrd died of it.
"""

import os
from dataclasses import replace
from typing import Any

import xlrd
from xlrd.compdoc import CompDocError

from pipeline.model.document import Doubt, Grid
from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.formats.seen import Colour, Look
from pipeline.reading.formats.sheet import grid as sheetgrid
from pipeline.reading.formats.sheet import palette
from pipeline.reading.formats.sheet.cell_value import (
    ORDINARY,
    CellStyle,
    Run,
    doubted,
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
from pipeline.reading.formats.symbol_fonts import doubts_of_font

_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5
# No record, or one of a style alone
_NOTHING = (0, 6)
# Fill pattern
_SOLID = 1
# A point
_TWIPS = 20
# 4 points: lower than the smallest type that a person reads
_FLAT_TWIPS = 80
_CANNOT = "这个表格是很早的 Excel 格式，读不出来，请另存为 .xlsx 后重新发送。"
# what xlrd raises on files that Excel itself opens
_DEATHS = (
    xlrd.XLRDError,
    CompDocError,
    AssertionError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    OSError,
)


def read_old_sheets(stream: bytes) -> list[Grid]:
    """The visible sheets. Takes the bare records, not the container: xlrd's own walk
    over a container follows a chain in a circle for minutes. Raises UnreadableError:
    ENCRYPTED, or UNSUPPORTED where xlrd cannot read it."""
    try:
        return _read(stream, formatted=True)
    except UnreadableError:
        raise
    except _DEATHS as error:
        first = error
    try:
        return _read(stream, formatted=False)
    except _DEATHS as error:
        detail = f"xlrd: {first!r}, {error!r}"[:300]
        raise UnreadableError(
            TroubleCode.UNSUPPORTED, detail, _CANNOT
        ) from error


def _read(stream: bytes, *, formatted: bool) -> list[Grid]:
    # xlrd prints what it thinks of a file
    with open(os.devnull, "w", encoding="utf-8") as silence:  # noqa: PTH123
        try:
            book = xlrd.open_workbook(
                file_contents=stream,
                formatting_info=formatted,
                logfile=silence,
            )
        except xlrd.XLRDError as error:
            if "encrypted" in str(error):
                raise UnreadableError(
                    TroubleCode.ENCRYPTED, str(error)
                ) from error
            raise
        grids: list[Grid] = []
        for sheet in book.sheets():
            if sheet.visibility == 0:
                grid = _Sheet(book, sheet, formatted).read()
                if grid is not None:
                    grids.append(grid)
    return grids


class _Sheet:
    """One sheet of xlrd's."""

    def __init__(self, book: Any, sheet: Any, formatted: bool) -> None:
        self._book = book
        self._sheet = sheet
        self._formatted = formatted

    def read(self) -> Grid | None:
        values: dict[Position, Value] = {}
        for row in range(self._sheet.nrows):
            for column in range(self._sheet.row_len(row)):
                value = self._value(row, column)
                if value is not None:
                    values[row, column] = value
        merges: list[Range] = []
        for top, bottom, left, right in self._sheet.merged_cells:
            merges.append((top, left, bottom - 1, right - 1))
        return sheetgrid.build(self._sheet.name, values, merges, self._hidden())

    def _hidden(self) -> Hidden:
        rows: set[int] = set()
        flat: set[int] = set()
        for number, info in self._sheet.rowinfo_map.items():
            if info.hidden:
                rows.add(number)
            if not info.has_default_height and (info.height or 0) < _FLAT_TWIPS:
                flat.add(number)
        columns: list[tuple[int, int]] = []
        widths: list[tuple[int, int, float]] = []
        for number, info in self._sheet.colinfo_map.items():
            if info.hidden or info.width == 0:
                columns.append((number, number))
            widths.append((number, number, info.width / WIDTHS_A_DIGIT))
        return Hidden(rows, columns, flat, widths)

    def _value(self, row: int, column: int) -> Value | None:
        value = self._typed(row, column)
        if value is None or self._formatted:
            return value
        return doubted(value, Doubt.UNTOLD)

    def _typed(self, row: int, column: int) -> Value | None:
        kind = self._sheet.cell_type(row, column)
        if kind in _NOTHING:
            # Of a cell that no record holds xlrd names a style that may not be there
            return None
        stored = self._sheet.cell_value(row, column)
        style = self._style(row, column)
        if kind == _TEXT:
            return text_value(self._runs(row, column, stored), style)
        if kind in (_NUMBER, _DATE):
            return number_value(stored, style, self._book.datemode == 1)
        if kind == _BOOLEAN:
            return no_number("TRUE" if stored else "FALSE", style)
        if kind == _ERROR:
            return no_number("#N/A", style)
        return None

    def _runs(self, row: int, column: int, text: str) -> list[Run]:
        starts = self._sheet.rich_text_runlist_map.get((row, column), [])
        runs: list[Run] = []
        look: Look | None = None
        at = 0
        for start, font in starts:
            runs.append((text[at:start], look))
            look = self._font(font)
            at = start
        runs.append((text[at:], look))
        found = []
        for part, k in runs:
            found.append((part.replace("\r\n", "\n").replace("\r", "\n"), k))
        return found

    def _style(self, row: int, column: int) -> CellStyle:
        if not self._formatted:
            return ORDINARY
        cell = self._book.xf_list[self._sheet.cell_xf_index(row, column)]
        form = self._book.format_map.get(cell.format_key)
        code = form.format_str if form else "General"
        look = self._font(cell.font_index)
        ground: Colour | None = None
        fill = cell.background
        if fill is not None and fill.fill_pattern == _SOLID:
            ground = palette.filled(self._colour(fill.pattern_colour_index))
        return CellStyle(code, replace(look, ground=ground))

    def _font(self, index: int) -> Look:
        if index >= len(self._book.font_list):
            return Look()
        font = self._book.font_list[index]
        return Look(
            struck=bool(font.struck_out),
            raised=font.escapement in (1, 2),
            points=font.height / _TWIPS,
            ink=self._colour(font.colour_index),
            doubts=doubts_of_font(font.name),
        )

    def _colour(self, index: int) -> Colour | None:
        found = self._book.colour_map.get(index)
        if found is None:
            return None
        red, green, blue = found
        return red, green, blue
