"""The workbook or CSV in which an office keeps its units: sheets of cells, read and written.

Trusts nothing of what stands in a cell beyond its being text, a number or a day. An own
file of the office, so that it is opened here and not in the child process.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.edges.files.disk import write_whole
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.os_errors import in_words

Sheets = Mapping[str, Sequence[Sequence[str]]]
# Characters of a column, so that a long list of units does not fill the
# screen
_WIDEST = 60


def read_sheets(path: Path, alone: str) -> dict[str, list[list[str]]]:
    """The sheets by name; a file of one sheet (CSV, or a workbook with one) is called `alone`."""
    try:
        if path.suffix.lower() == ".csv":
            return {alone: _csv(path.read_bytes())}
        found = _workbook(path.read_bytes())
    except OSError as error:
        advice = f"读不了 {path}：{in_words(error)}"
        raise EdgeError("roster", advice, repr(error)) from error
    if len(found) == 1:
        return {alone: next(iter(found.values()))}
    return found


def write_sheets(path: Path, sheets: Sheets, alone: str) -> None:
    """As a workbook; as CSV the sheet `alone`, with a BOM, so that Excel sees UTF-8."""
    if path.suffix.lower() == ".csv":
        content = csv_of(sheets[alone])
    else:
        content = workbook_of(sheets)
    try:
        write_whole(path, content)
    except OSError as error:
        advice = f"写不了 {path}：{in_words(error)}；文件开着就先关掉。"
        raise EdgeError("roster", advice, repr(error)) from error


def _csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", "replace")
    found = []
    for row in csv.reader(io.StringIO(text, newline="")):
        found.append(list(row))
    return found


def csv_of(rows: Sequence[Sequence[str]]) -> bytes:
    """With a byte order mark, without which Excel takes UTF-8 for GBK."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _workbook(content: bytes) -> dict[str, list[list[str]]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(
            io.BytesIO(content), read_only=True, data_only=True
        )
        found = {}
        for sheet in book.worksheets:
            rows = sheet.iter_rows(values_only=True)
            found[sheet.title] = [list(map(_shown, row)) for row in rows]
        return found
    except (
        InvalidFileException,
        BadZipFile,
        KeyError,
        ValueError,
        OSError,
    ) as error:
        advice = "这个文件不是 .xlsx 工作簿，请在 Excel 或 WPS 里另存为 .xlsx 或 .csv。"
        raise EdgeError("roster", advice, repr(error)) from error


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def workbook_of(sheets: Sheets) -> bytes:
    """An .xlsx of a sheet a table, its first row the heads."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for place, text in enumerate(row, 1):
                cell = sheet.cell(number, place)
                cell.value = int(text) if text.isdecimal() else text
                if isinstance(cell.value, str):
                    # A text that begins with = is no formula
                    cell.data_type = "s"
                cell.font = Font(bold=number == 1)
        sheet.freeze_panes = "B2"
        for place, column in enumerate(sheet.columns):
            widest = max(len(str(cell.value or "")) for cell in column)
            letter = chr(ord("A") + place)
            sheet.column_dimensions[letter].width = min(_WIDEST, 2 * widest + 2)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
