"""The older and rarer workbooks to Document: .xls and OLE-et (BIFF8 by biff.py, older
by xlrd), .xlsb (calamine).

Trusts nothing; what the libraries raise on foreign bytes becomes CORRUPT. Hidden sheets
are dropped everywhere, hidden rows and columns wherever the library tells of them (not
for .xlsb).
"""

import io
import os
import struct
from datetime import date, datetime
from typing import Any

from pipeline.model.document import Block, Document, Grid
from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import CELLS_LIMIT, UnreadableError, corrupt_on
from pipeline.reading.formats.sheet import biff, number_format
from pipeline.reading.formats.sheet import grid as sheetgrid
from pipeline.reading.formats.sheet.grid import Hidden, Position, Value, typed_value

_OLE = b"\xd0\xcf\x11\xe0"
_XLRD_TEXT, _XLRD_NUMBER, _XLRD_DATE, _XLRD_BOOLEAN = 1, 2, 3, 4


def read_xls(file: ForeignFile) -> Document:
    """A workbook of Excel 2 to 2003. Raises UnreadableError: ENCRYPTED, CORRUPT, TOO_BIG."""
    with corrupt_on(
        OSError,
        struct.error,
        IndexError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
    ):
        stream = _stream(file)
        if not biff.is_biff8(stream):
            return Document(file.kind, tuple(_old_grids(stream)))
        sheets = biff.read_sheets(stream)
    grids = (sheetgrid.build(s.name, s.values, s.merges, s.hidden) for s in sheets)
    return Document(file.kind, tuple(g for g in grids if g is not None))


def _stream(file: ForeignFile) -> bytes:
    if not file.content.startswith(_OLE):
        return file.content
    ole = file.folder
    return ole.stream("Workbook" if "Workbook" in ole else "Book")


def _old_grids(stream: bytes) -> list[Block]:
    """By xlrd, which takes the bare records: its own walk over a container follows a
    chain in a circle for minutes."""
    import xlrd
    from xlrd.compdoc import CompDocError

    with open(os.devnull, "w", encoding="utf-8") as silence:  # noqa: PTH123 - xlrd prints what it thinks of a file
        try:
            book = xlrd.open_workbook(
                file_contents=stream, formatting_info=True, logfile=silence
            )
        except (xlrd.XLRDError, CompDocError, AssertionError) as error:
            if "encrypted" in str(error):
                code = TroubleCode.ENCRYPTED
            else:
                code = TroubleCode.CORRUPT
            raise UnreadableError(code, str(error)) from error
        grids = [
            _old_grid(book, sheet) for sheet in book.sheets() if sheet.visibility == 0
        ]
    return [grid for grid in grids if grid is not None]


def _old_grid(book: Any, sheet: Any) -> Grid | None:
    values = {
        (r, c): value
        for r in range(sheet.nrows)
        for c in range(sheet.row_len(r))
        if (value := _old_value(book, sheet, r, c)) is not None
    }
    rows = [r for r, info in sheet.rowinfo_map.items() if info.hidden]
    columns = [(c, c) for c, info in sheet.colinfo_map.items() if info.hidden]
    merges = [
        (top, left, bottom - 1, right - 1)
        for top, bottom, left, right in sheet.merged_cells
    ]
    return sheetgrid.build(sheet.name, values, merges, Hidden(rows, columns))


def _old_value(book: Any, sheet: Any, row: int, column: int) -> Value | None:
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind == _XLRD_TEXT:
        return Value(value.replace("\r\n", "\n").replace("\r", "\n"))
    if kind in (_XLRD_NUMBER, _XLRD_DATE):
        form = book.format_map.get(
            book.xf_list[sheet.cell_xf_index(row, column)].format_key
        )
        return typed_value(
            value, form.format_str if form else "General", book.datemode == 1
        )
    if kind == _XLRD_BOOLEAN:
        return Value("TRUE" if value else "FALSE")
    return None


def read_xlsb(file: ForeignFile) -> Document:
    """A binary OOXML workbook. Raises UnreadableError. calamine may panic on a forged
    one: it is read in a child."""
    import python_calamine as calamine

    with corrupt_on(calamine.CalamineError, OSError, ValueError):
        book = calamine.load_workbook(io.BytesIO(file.content))
        seen = [
            m.name
            for m in book.sheets_metadata
            if m.visible == calamine.SheetVisibleEnum.Visible
        ]
        grids = [_binary_grid(book.get_sheet_by_name(name)) for name in seen]
    return Document(file.kind, tuple(g for g in grids if g is not None))


def _binary_grid(sheet: Any) -> Grid | None:
    if sheet.start is None:
        return None
    if sheet.height * sheet.width > CELLS_LIMIT:
        raise UnreadableError(TroubleCode.TOO_BIG, f"{sheet.height} x {sheet.width}")
    top, left = sheet.start
    values: dict[Position, Value] = {}
    for r, row in enumerate(sheet.to_python(skip_empty_area=True)):
        for c, value in enumerate(row):
            if value != "":
                values[top + r, left + c] = _binary_value(value)
    merges = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    return sheetgrid.build(sheet.name, values, merges, Hidden())


def _binary_value(value: object) -> Value:
    if isinstance(value, bool):
        return Value("TRUE" if value else "FALSE")
    if isinstance(value, int | float):
        return Value(number_format.general(float(value)), number=float(value))
    if isinstance(value, date):
        if isinstance(value, datetime):
            day = value.date()
        else:
            day = value
        return Value(f"{day.year}年{day.month}月{day.day}日", day=day)
    return Value(str(value))
