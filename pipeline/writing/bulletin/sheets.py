"""The strokes of a worksheet: typed cells, a dressed table, print set-up. openpyxl
lives here and in workbook.py.

A text is always written as a text, whatever it begins with: a clause that says =cmd()
stays a clause. Trusts its callers for widths and formats; cuts texts to what a cell
holds.
"""

import io
import math
import re
from collections.abc import Sequence
from copy import copy
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from weakref import WeakKeyDictionary

from lxml.etree import SerialisationError
from openpyxl.styles import (
    Alignment,
    Border,
    Font,
    NamedStyle,
    PatternFill,
    Side,
)
from openpyxl.workbook import Workbook

from pipeline.model.standing import shown_rate
from pipeline.model.values.frozen import frozen
from pipeline.writing.words import paragraphs, plain

# A place or a count: short, centred
RANK: Final = "0"
NUMBER: Final = "#,##0"
PERCENT: Final = "0.0%"
_FORBIDDEN: Final = re.compile(r"[\\/*?:\[\]\x00-\x1f]")
# More than a float lies beside the share that it stands for, and less than any rank
# rests on.
_HAIR: Final = 1e-12
POINTS: Final = "+0.0;-0.0;0.0"
# The stubs take every cell for a part of a merged one
Sheet = Any
# Characters; Excel itself takes 32,767
_CELL_LIMIT: Final = 32_000
_FORMULA_STARTS: Final = ("=", "+", "-", "@")
_LINE: Final = Side(style="thin", color="BFBFBF")
_BOX: Final = Border(
    left=_LINE,
    right=_LINE,
    top=_LINE,
    bottom=_LINE,
)
FONT: Final = "微软雅黑"


@frozen
class Column:
    """A column of a table: its head, width in characters, number format ("" for text),
    whether texts wrap, and whether it stands in this campaign's tables at all."""

    head: str
    width: float
    form: str = ""
    wrap: bool = False
    shown: bool = True


def saved(book: Workbook) -> bytes:
    """The workbook's bytes. OSError where the temporary files that openpyxl writes on
    the way have no room."""
    buffer = io.BytesIO()
    try:
        book.save(buffer)
    except SerialisationError as error:
        # Lxml's word for a write that failed
        raise OSError(str(error)) from error
    return buffer.getvalue()


def register_styles(book: Workbook) -> None:
    """The styles that all sheets share; named once, since a style set cell by cell is slow and big."""
    middle = Alignment(vertical="center")
    centre = Alignment(
        horizontal="center",
        vertical="center",
        wrap_text=True,
    )
    text = Font(FONT, 10)
    bold = Font(FONT, 10, bold=True)
    title = Font(FONT, 16, bold=True)
    remark = Font(FONT, 9, color="595959")
    book.add_named_style(NamedStyle("xb_title", font=title, alignment=middle))
    book.add_named_style(NamedStyle("xb_remark", font=remark, alignment=middle))
    for name, font, alignment, colour in (
        ("xb_head", bold, centre, "DDE6F1"),
        ("xb_text", text, middle, ""),
        ("xb_wrap", text, Alignment(vertical="center", wrap_text=True), ""),
        ("xb_rank", text, Alignment("center", "center"), ""),
        ("xb_figure", text, Alignment("right", "center"), ""),
        ("xb_total", bold, middle, "F2F2F2"),
    ):
        style = NamedStyle(name, font, border=_BOX, alignment=alignment)
        if colour:
            style.fill = PatternFill("solid", fgColor=colour)
        book.add_named_style(style)


def put(
    sheet: Sheet,
    row: int,
    column: int,
    value: str | float | None,
    style: str,
    form: str = "",
) -> Any:
    """Writes one cell: numbers as numbers, everything else as text; None leaves an
    empty, dressed cell."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        if text := "\n".join(paragraphs(value))[:_CELL_LIMIT]:
            cell.value = text
            cell.data_type = "s"
    elif value is not None and form == PERCENT:
        cell.value = shown_alike(value)
    elif value is not None:
        cell.value = value
    _dress(cell, style, form)
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


# By workbook, style and format
_DRESSES: WeakKeyDictionary[Workbook, dict[tuple[str, str], Any]] = (
    WeakKeyDictionary()
)


def _dress(cell: Any, style: str, form: str) -> None:
    """As the first cell that was dressed so: looking a style up by its name takes as
    long as the rest of a cell, and a bulletin for 100 units has three thousand."""
    dresses = _DRESSES.setdefault(cell.parent.parent, {})
    known = dresses.get((style, form))
    if known is not None:
        cell._style = copy(known)
        return
    cell.style = style
    if form:
        cell.number_format = form
    dresses[style, form] = copy(cell._style)


def shown_alike(share: float) -> float:
    """The share so that every program shows of it what the documents say, half up:
    0.5125 is 0.51249999… to a computer, of which LibreOffice takes every digit (51.2%)
    and Excel fifteen (51.3%)."""
    every_digit = Decimal(share) * 100
    if every_digit.quantize(Decimal("0.1"), ROUND_HALF_UP) == shown_rate(share):
        return share
    return share + _HAIR


def sheet_name(words: str) -> str:
    """Words from outside as the name of a sheet: without the signs that Excel forbids
    there, in its 31 characters."""
    kept = _FORBIDDEN.sub("", words).strip("' ")
    return kept[:31] or "表"


def title(sheet: Sheet, text: str, remark: str) -> None:
    """The two lines at the top of every sheet."""
    put(sheet, 1, 1, text, "xb_title")
    put(sheet, 2, 1, remark, "xb_remark")
    sheet.row_dimensions[1].height = 30
    sheet.row_dimensions[2].height = 18


HEAD_ROW: Final = 3
FIRST_ROW: Final = HEAD_ROW + 1


def shown_columns(columns: Sequence[Column]) -> list[Column]:
    """Those that this campaign has: without targets there are no rates to show."""
    shown = []
    for column in columns:
        if column.shown:
            shown.append(column)
    return shown


def table(
    sheet: Sheet,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str | float | None]],
    total: bool = False,
) -> int:
    """A table from HEAD_ROW down, of the columns that this campaign has; with `total`
    the last row is a total. Returns the last row's number."""
    for index, column in enumerate(shown_columns(columns), 1):
        put(sheet, HEAD_ROW, index, column.head, "xb_head")
        sheet.column_dimensions[_letter(sheet, index)].width = column.width
    for row_index, values in enumerate(rows, FIRST_ROW):
        last = total and row_index == HEAD_ROW + len(rows)
        cells = []
        for column, value in zip(columns, values, strict=True):
            if column.shown:
                cells.append((column, value))
        for index, (column, value) in enumerate(cells, 1):
            put(
                sheet,
                row_index,
                index,
                value,
                "xb_total" if last else _style(column),
                column.form,
            )
        _fit_height(sheet, row_index, cells)
    sheet.row_dimensions[HEAD_ROW].height = 32
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 1)
    return HEAD_ROW + len(rows)


# Points a line of 10-point text, and Chinese characters are two columns' widths.
_TEXT_LINE: Final = 15.0


def _fit_height(
    sheet: Sheet,
    row: int,
    cells: Sequence[tuple[Column, str | float | None]],
) -> None:
    """Sets a row as high as its longest wrapped text: programs do it only when a person
    edits the cell."""
    lines = 1
    for column, value in cells:
        if column.wrap and isinstance(value, str):
            needed = 0
            for paragraph in value.splitlines():
                wide = sum(2 if ord(char) > 0x2E7F else 1 for char in paragraph)
                room = max(column.width - 1, 1)
                needed += max(1, math.ceil(wide / room))
            lines = max(lines, needed)
    if lines > 1:
        sheet.row_dimensions[row].height = lines * _TEXT_LINE + 3


def _style(column: Column) -> str:
    if column.form:
        if column.form == RANK:
            return "xb_rank"
        return "xb_figure"
    if column.wrap:
        return "xb_wrap"
    return "xb_text"


def printed(sheet: Sheet, footer: str, landscape: bool = False) -> None:
    """A4, as wide as the sheet, heads repeated, page numbers and `footer` below."""
    sheet.page_setup.paperSize = 9
    if landscape:
        sheet.page_setup.orientation = "landscape"
    else:
        sheet.page_setup.orientation = "portrait"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = f"1:{HEAD_ROW}"
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7
    sheet.oddFooter.left.text = plain(footer).replace("&", "&&")
    sheet.oddFooter.right.text = "第&P页 共&N页"


def _letter(sheet: Sheet, index: int) -> str:
    return str(sheet.cell(1, index).column_letter)
