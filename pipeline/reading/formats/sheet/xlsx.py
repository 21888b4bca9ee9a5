"""SpreadsheetML to Document: xlsx, xlsm and zip-et, by a walk over the sheets' own XML.

An own walk and not calamine, because a form's hidden rows, number formats and formulas
without a stored result matter, and because calamine aborts on a cell at XFD1048576:
here a cell costs what it weighs, wherever it says it stands. Trusts only well-formed
XML (bounds.py). Hidden sheets, rows and columns are dropped.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from pipeline.model.document import Block, Document, Grid
from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import CELLS_LIMIT, UnreadableError, parse_xml
from pipeline.reading.containers.zip_package import Package
from pipeline.reading.formats.sheet import grid as sheetgrid
from pipeline.reading.formats.sheet import number_format
from pipeline.reading.formats.sheet.formula import evaluate
from pipeline.reading.formats.sheet.grid import (
    Hidden,
    Position,
    Range,
    Value,
    typed_value,
)
from pipeline.reading.formats.word.docx import custom_properties

_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", _S.encode()),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_RID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_T, _V, _F, _IS = (f"{{{_S}}}{name}" for name in ("t", "v", "f", "is"))
_ROWS, _COLUMNS, _MERGES = (
    f"{{{_S}}}{name}" for name in ("sheetData", "cols", "mergeCells")
)
_A1 = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_xlsx(file: ForeignFile) -> Document:
    """A SpreadsheetML package. Raises UnreadableError: damaged, encrypted members, DTD,
    beyond its bounds."""
    package = file.package
    book = _Book.open(package)
    grids = [
        grid
        for name, part in book.sheets
        if (grid := _read_sheet(book, name, part)) is not None
    ]
    blocks: tuple[Block, ...] = tuple(grids)
    return Document(file.kind, blocks, custom_properties(package))


@dataclass
class _Book:
    """The workbook's parts that its sheets refer to; strings and formats are parsed
    when first asked for."""

    package: Package
    sheets: list[tuple[str, str]]
    parts: dict[str, str]  # the last word of a relationship's type -> the part
    date1904: bool = False
    _strings: list[Value] | None = None
    _formats: list[str] | None = None

    @classmethod
    def open(cls, package: Package) -> "_Book":
        main = _main_part(package)
        folder, base = posixpath.split(main)
        root = _parse(package.read(main))
        relations = [
            (
                r.get("Id", ""),
                r.get("Type", "").rpartition("/")[2],
                _target(folder, r.get("Target", "")),
            )
            for r in _parse(package.read(f"{folder}/_rels/{base}.rels"))
        ]
        properties = next(root.iter(f"{{{_S}}}workbookPr"), None)
        date1904 = properties is not None and properties.get("date1904") in (
            "1",
            "true",
        )
        targets = {key: part for key, _, part in relations}
        parts = {kind: part for _, kind, part in relations}
        return cls(package, list(_visible_sheets(root, targets)), parts, date1904)

    def _part(self, kind: str) -> bytes:
        return self.package.get(self.parts.get(kind, ""))

    def shared(self, index: int) -> Value:
        """The shared string of an index."""
        if self._strings is None:
            data = self._part("sharedStrings")
            if data:
                self._strings = [Value(_rich_text(item)) for item in _parse(data)]
            else:
                self._strings = []
        if 0 <= index < len(self._strings):
            return self._strings[index]
        return Value("")

    def format(self, style: int) -> str:
        """The number format of a cell's style index."""
        if self._formats is None:
            data = self._part("styles")
            if data:
                self._formats = _formats(_parse(data))
            else:
                self._formats = []
        if 0 <= style < len(self._formats):
            return self._formats[style]
        return "General"


def _parse(data: bytes) -> etree._Element:
    if b"purl.oclc.org" in data[:4096]:
        for strict, transitional in _STRICT:
            data = data.replace(strict, transitional)
    return parse_xml(data)


def _main_part(package: Package) -> str:
    if "xl/workbook.xml" in package:
        return "xl/workbook.xml"
    for relation in parse_xml(package.read("_rels/.rels")):
        if relation.get("Type", "").endswith("/officeDocument"):
            return relation.get("Target", "").lstrip("/")
    raise UnreadableError(TroubleCode.CORRUPT, "no workbook part")


def _target(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    if folder:
        way = f"{folder}/{target}"
    else:
        way = target
    if "./" in way or "//" in way:
        return posixpath.normpath(way)
    return way


def _visible_sheets(
    root: etree._Element, targets: dict[str, str]
) -> Iterator[tuple[str, str]]:
    for sheet in root.iter(f"{{{_S}}}sheet"):
        part = targets.get(sheet.get(_RID, ""), "")
        if sheet.get("state", "visible") == "visible" and "chartsheet" not in part:
            yield sheet.get("name", ""), part


def _formats(root: etree._Element) -> list[str]:
    own = {
        _whole(f.get("numFmtId")): f.get("formatCode", "")
        for f in root.iter(f"{{{_S}}}numFmt")
    }
    cells = next(root.iter(f"{{{_S}}}cellXfs"), None)
    if cells is None:
        ids = []
    else:
        ids = [_whole(x.get("numFmtId")) for x in cells]
    return [own.get(i) or number_format.BUILT_IN.get(i, "General") for i in ids]


def _rich_text(item: etree._Element) -> str:
    """The text of a string item: its runs, without the phonetic hints."""
    if len(item) == 1 and (only := item[0]).tag == _T:
        return _unescape(only.text or "")
    parts = [
        t.text or ""
        for t in item.iter(f"{{{_S}}}t")
        if (parent := t.getparent()) is not None and not parent.tag.endswith("}rPh")
    ]
    return _unescape("".join(parts))


def _unescape(text: str) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(
            lambda m: chr(int(m[1], 16)) if m[1] not in ("D800",) else "", text
        )
    if "\r" in text:
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _whole(text: str | None, default: int = 0) -> int:
    if text and text.isdecimal() and len(text) < 10:
        return int(text)
    return default


@lru_cache(maxsize=4096)
def _position(reference: str) -> Position | None:
    match = _A1.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


@dataclass
class _Sheet:
    """A sheet while it is read: shown values, and the formulas whose result is not stored."""

    values: dict[Position, Value] = field(default_factory=dict)
    formulas: dict[Position, tuple[str, str]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)


def _read_sheet(book: _Book, name: str, part: str) -> Grid | None:
    if part not in book.package:
        return None
    parts = _parts(_parse(book.package.read(part)))
    sheet = _Sheet()
    row_number = -1
    for row in parts[_ROWS]:
        row_number = _whole(row.get("r"), row_number + 2) - 1
        if row.get("hidden") in ("1", "true"):
            sheet.hidden_rows.add(row_number)
        _read_row(book, sheet, row, row_number)
        if len(sheet.values) > CELLS_LIMIT:
            raise UnreadableError(TroubleCode.TOO_BIG, f"over {CELLS_LIMIT} cells")
    if sheet.formulas:
        _settle_formulas(book, sheet)
    return sheetgrid.build(
        name,
        sheet.values,
        _merges(parts[_MERGES]),
        Hidden(sheet.hidden_rows, _hidden_columns(parts[_COLUMNS])),
    )


def _parts(root: etree._Element) -> dict[str, list[etree._Element]]:
    """The rows, columns and merged ranges of a sheet, by the element that holds them."""
    found: dict[str, list[etree._Element]] = {_ROWS: [], _COLUMNS: [], _MERGES: []}
    for holder in root:
        if holder.tag in found:
            found[holder.tag] += holder
    return found


def _read_row(book: _Book, sheet: _Sheet, row: etree._Element, row_number: int) -> None:
    column = -1
    for cell in row:
        place = _position(cell.get("r", "")) or (row_number, column + 1)
        column = place[1]
        if len(cell):
            _read_cell(book, sheet, cell, place)


def _read_cell(
    book: _Book, sheet: _Sheet, cell: etree._Element, place: Position
) -> None:
    kind = cell.get("t", "n")
    inline, formula, stored = None, "", ""
    for child in cell:
        tag = child.tag
        if tag == _V:
            stored = child.text or ""
        elif tag == _F:
            formula = child.text or ""
        elif tag == _IS:
            inline = child
    if kind == "inlineStr":
        sheet.values[place] = Value("" if inline is None else _rich_text(inline))
    elif not stored:
        if formula:
            sheet.formulas[place] = formula, book.format(_whole(cell.get("s")))
    elif kind == "s":
        sheet.values[place] = book.shared(_whole(stored, -1))
    elif kind == "n":
        sheet.values[place] = _number_value(
            stored, book.format(_whole(cell.get("s"))), book.date1904
        )
    else:
        sheet.values[place] = _other_value(kind, stored)


def _other_value(kind: str, stored: str) -> Value:
    if kind == "b":
        return Value("TRUE" if stored == "1" else "FALSE")
    if kind == "d":
        day = number_format.parse_iso_day(stored)
        return Value(stored, day=day)
    return Value(_unescape(stored))


def _number_value(stored: str, code: str, date1904: bool) -> Value:
    """A stored number with its format: a day, a number, or text where the format says text."""
    try:
        number = float(stored)
    except ValueError:
        return Value(stored)
    return typed_value(number, code, date1904)


def _settle_formulas(book: _Book, sheet: _Sheet) -> None:
    """Formulas that were never computed (written by a program): the simple ones are,
    the others stay empty."""
    formulas = {place: text for place, (text, _) in sheet.formulas.items()}
    numbers = {
        place: v.number for place, v in sheet.values.items() if v.number is not None
    }
    for place, (text, code) in sheet.formulas.items():
        result = evaluate(text, numbers, formulas)
        if result is not None:
            sheet.values[place] = typed_value(result, code, book.date1904)


def _merges(elements: list[etree._Element]) -> Iterator[Range]:
    for merge in elements:
        first, _, last = merge.get("ref", "").partition(":")
        start, end = _position(first), _position(last or first)
        if start and end:
            yield start[0], start[1], end[0], end[1]


def _hidden_columns(elements: list[etree._Element]) -> Iterator[tuple[int, int]]:
    for column in elements:
        if column.get("hidden") in ("1", "true"):
            yield _whole(column.get("min")) - 1, _whole(column.get("max")) - 1
