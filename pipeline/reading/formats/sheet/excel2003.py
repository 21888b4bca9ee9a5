"""Excel 2003 XML to Document: one XML file under the name of .xml or .xls, as some
reporting programs write.

Trusts only well-formed XML (bounds.py). Hidden sheets, rows and columns are dropped.
"""

from collections.abc import Iterator

from lxml import etree

from pipeline.model.document import Document, Grid
from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import CELLS_LIMIT, UnreadableError, parse_xml
from pipeline.reading.formats.sheet import grid as sheetgrid
from pipeline.reading.formats.sheet import number_format as numberformat
from pipeline.reading.formats.sheet.grid import (
    Hidden,
    Position,
    Range,
    Value,
    typed_value,
)

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_VISIBLE = "{urn:schemas-microsoft-com:office:excel}WorksheetOptions/{urn:schemas-microsoft-com:office:excel}Visible"  # noqa: E501
_NAMED = {
    "Short Date": "yyyy/m/d",
    "Medium Date": "d-mmm-yy",
    "Long Date": 'yyyy"年"m"月"d"日"',
    "General Date": "yyyy/m/d",
}
_MOST_REPEATED = 1_000

Element = etree._Element


def read_sheet_xml(file: ForeignFile) -> Document:
    """A workbook in Excel 2003 XML. Raises UnreadableError: CORRUPT, BOMB, TOO_BIG."""
    root = parse_xml(file.content)
    formats = dict(_formats(root))
    sheets = [
        s
        for s in root.iter(f"{_SS}Worksheet")
        if s.findtext(_VISIBLE, "SheetVisible") == "SheetVisible"
    ]
    grids = (_sheet(sheet, formats) for sheet in sheets)
    return Document(file.kind, tuple(grid for grid in grids if grid is not None))


def _formats(root: Element) -> Iterator[tuple[str, str]]:
    for style in root.iter(f"{_SS}Style"):
        number_format = style.find(f"{_SS}NumberFormat")
        if number_format is None:
            code = ""
        else:
            code = number_format.get(f"{_SS}Format", "")
        yield style.get(f"{_SS}ID", ""), _NAMED.get(code, code or "General")


def _whole(element: Element, name: str, default: int) -> int:
    text = element.get(f"{_SS}{name}", "")
    if text.isdecimal() and len(text) < 8:
        return int(text)
    return default


def _sheet(sheet: Element, formats: dict[str, str]) -> Grid | None:
    values: dict[Position, Value] = {}
    merges: list[Range] = []
    hidden_rows: list[int] = []
    number = -1
    for row in sheet.iter(f"{_SS}Row"):
        number = _whole(row, "Index", number + 2) - 1
        span = _whole(row, "Span", 0)
        if row.get(f"{_SS}Hidden") == "1":
            hidden_rows += range(number, number + min(span, _MOST_REPEATED) + 1)
        for column, cell in _cells(row):
            values[number, column] = _value(cell, formats)
            down, across = _whole(cell, "MergeDown", 0), _whole(cell, "MergeAcross", 0)
            if down or across:
                merges.append((number, column, number + down, column + across))
        if len(values) > CELLS_LIMIT:
            raise UnreadableError(TroubleCode.TOO_BIG, f"over {CELLS_LIMIT} cells")
        number += span
    return sheetgrid.build(
        sheet.get(f"{_SS}Name", ""),
        values,
        merges,
        Hidden(hidden_rows, _hidden_columns(sheet)),
    )


def _cells(row: Element) -> Iterator[tuple[int, Element]]:
    column = -1
    for cell in row.iter(f"{_SS}Cell"):
        column = _whole(cell, "Index", column + 2) - 1
        yield column, cell
        column += _whole(cell, "MergeAcross", 0)


def _value(cell: Element, formats: dict[str, str]) -> Value:
    data = cell.find(f"{_SS}Data")
    if data is None:
        return Value("")
    text = "".join(str(t) for t in data.itertext()).replace("\r\n", "\n")
    kind = data.get(f"{_SS}Type", "")
    code = formats.get(cell.get(f"{_SS}StyleID", ""), "General")
    if kind == "Number":
        try:
            return typed_value(float(text), code)
        except ValueError:
            return Value(text)
    if kind == "DateTime":
        return _moment(text, code)
    return Value(text)


def _moment(text: str, code: str) -> Value:
    day = numberformat.parse_iso_day(text)
    if day is None:
        return Value(text)
    painted = numberformat.paint_day(
        day, code if numberformat.is_date_format(code) else "yyyy/m/d"
    )
    return Value(painted, day=day)


def _hidden_columns(sheet: Element) -> Iterator[tuple[int, int]]:
    number = -1
    for column in sheet.iter(f"{_SS}Column"):
        number = _whole(column, "Index", number + 2) - 1
        last = number + _whole(column, "Span", 0)
        if column.get(f"{_SS}Hidden") == "1":
            yield number, last
        number = last
