"""OpenDocument sheets to Document: ods and fods, by a walk over content.xml.

An own walk and not calamine, for the texts as shown and for hidden sheets, rows and
columns. Repeated rows and cells, which pad every sheet to its edge, cost nothing.
Trusts only well-formed XML (bounds.py).
"""

from collections.abc import Iterator

from pipeline.model.document import Document, Grid
from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import CELLS_LIMIT, UnreadableError
from pipeline.reading.formats.sheet import grid as sheetgrid
from pipeline.reading.formats.sheet import number_format
from pipeline.reading.formats.sheet.grid import Hidden, Position, Range, Value
from pipeline.reading.formats.word.odf_styles import OFFICE, TABLE, TEXT, Element, whole
from pipeline.reading.formats.word.odt import open_odf, rows_of

_MOST_REPEATED = 200  # a filled cell or row that repeats; empty ones are only counted
_NUMBERS = ("float", "percentage", "currency")
_UNSEEN = (f"{OFFICE}annotation", f"{TEXT}ruby-text", f"{TEXT}note")


def read_ods(file: ForeignFile) -> Document:
    """An OpenDocument workbook. Raises UnreadableError: ENCRYPTED, CORRUPT, BOMB, TOO_BIG."""
    root, styles = open_odf(file)
    body = root.find(f"{OFFICE}body/{OFFICE}spreadsheet")
    if body is None:
        raise UnreadableError(TroubleCode.CORRUPT, "no office:spreadsheet")
    tables = [
        t
        for t in body.iter(f"{TABLE}table")
        if t.get(f"{TABLE}style-name") not in styles.hidden_tables
    ]
    grids = (_sheet(table) for table in tables)
    return Document(file.kind, tuple(grid for grid in grids if grid is not None))


def _sheet(table: Element) -> Grid | None:
    values: dict[Position, Value] = {}
    merges: list[Range] = []
    hidden_rows: set[int] = set()
    number = 0
    for row in rows_of(table):
        repeated = max(whole(row.get(f"{TABLE}number-rows-repeated"), 1), 1)
        found = list(_cells(row))
        for r in range(
            number, number + (min(repeated, _MOST_REPEATED) if found else 0)
        ):
            for column, cell, value in found:
                values[r, column] = value
                merges += _merge(cell, r, column)
            if row.get(f"{TABLE}visibility") in ("collapse", "filter"):
                hidden_rows.add(r)
        if len(values) > CELLS_LIMIT:
            raise UnreadableError(TroubleCode.TOO_BIG, f"over {CELLS_LIMIT} cells")
        number += repeated
    hidden = Hidden(hidden_rows, _hidden_columns(table))
    return sheetgrid.build(table.get(f"{TABLE}name", ""), values, merges, hidden)


def _cells(row: Element) -> Iterator[tuple[int, Element, Value]]:
    column = 0
    for cell in row:
        if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        repeated = max(whole(cell.get(f"{TABLE}number-columns-repeated"), 1), 1)
        if cell.tag == f"{TABLE}table-cell":
            value = _value(cell)
        else:
            value = Value("")
        if value.text or f"{TABLE}number-columns-spanned" in cell.attrib:
            for c in range(column, column + min(repeated, _MOST_REPEATED)):
                yield c, cell, value
        column += repeated


def _value(cell: Element) -> Value:
    text = "\n".join("".join(_text(p)) for p in cell if p.tag == f"{TEXT}p")
    kind = cell.get(f"{OFFICE}value-type", "")
    if kind in _NUMBERS:
        number = _number(cell.get(f"{OFFICE}value"))
        return Value(
            text or ("" if number is None else number_format.general(number)),
            number=number,
        )
    if kind == "date":
        stored = cell.get(f"{OFFICE}date-value", "")
        return Value(text or stored, day=number_format.parse_iso_day(stored))
    return Value(text)


def _text(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{TEXT}s":
            yield " " * min(whole(child.get(f"{TEXT}c"), 1), 200)
        elif child.tag == f"{TEXT}line-break":
            yield "\n"
        elif child.tag not in _UNSEEN:
            yield from _text(child)
        yield child.tail or ""


def _number(stored: str | None) -> float | None:
    try:
        return float(stored or "")
    except ValueError:
        return None


def _merge(cell: Element, row: int, column: int) -> list[Range]:
    rows = whole(cell.get(f"{TABLE}number-rows-spanned"), 1)
    columns = whole(cell.get(f"{TABLE}number-columns-spanned"), 1)
    if rows > 1 or columns > 1:
        return [(row, column, row + rows - 1, column + columns - 1)]
    return []


def _hidden_columns(table: Element) -> Iterator[tuple[int, int]]:
    column = 0
    for element in table.iter(f"{TABLE}table-column"):
        repeated = max(whole(element.get(f"{TABLE}number-columns-repeated"), 1), 1)
        if element.get(f"{TABLE}visibility") in ("collapse", "filter"):
            yield column, column + repeated - 1
        column += repeated
