"""The workbook part of a SpreadsheetML package and what its sheets share: strings,
styles, the calendar, and whether stored results count.

Beside xlsx. Strings and styles are parsed when a sheet first asks for them.
"""

from collections.abc import Iterator
from functools import cached_property

from lxml import etree

from pipeline.reading.containers.limits import parse_xml
from pipeline.reading.containers.zip_package import Package
from pipeline.reading.formats.sheet.cell_value import CellStyle, Run, text_value
from pipeline.reading.formats.sheet.grid import Value
from pipeline.reading.formats.sheet.workbook_package import parts_of
from pipeline.reading.formats.sheet.xlsx_styles import (
    S,
    Styles,
    read_styles,
)
from pipeline.reading.formats.sheet.xlsx_text import runs_of

_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml/main",
        b"http://schemas.openxmlformats.org/drawingml/2006/main",
    ),
)
_RID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
YES = ("1", "true")

Element = etree._Element


class Book:
    """A workbook. Raises UnreadableError: damaged, encrypted members, DTD, beyond its bounds."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.parts = parts_of(package)
        self._root = parse(package.read(self.parts.main))
        properties = self._root.find(f"{S}workbookPr")
        self.date1904 = (
            properties is not None and properties.get("date1904") in YES
        )

    def sheets(self) -> Iterator[tuple[str, str]]:
        """(name, part) of the visible sheets of cells."""
        for sheet in self._root.iter(f"{S}sheet"):
            part = self.parts.by_id.get(sheet.get(_RID, ""), "")
            if (
                sheet.get("state", "visible") == "visible"
                and "chartsheet" not in part
            ):
                yield sheet.get("name", ""), part

    @cached_property
    def computed(self) -> bool:
        """Whether the results of formulas count: the program computes, and did not
        leave a note that they are still to be worked out."""
        return self._says_computed() and self.parts.program_computes()

    def _says_computed(self) -> bool:
        properties = self._root.find(f"{S}calcPr")
        if properties is None:
            return True
        if properties.get("fullCalcOnLoad") in YES:
            return False
        if properties.get("calcCompleted", "1") not in YES:
            return False
        by_hand = properties.get("calcMode") == "manual"
        return not (by_hand and properties.get("calcOnSave", "1") not in YES)

    @cached_property
    def styles(self) -> Styles:
        return read_styles(self._part("styles"), self._part("theme"))

    @cached_property
    def _strings(self) -> list[list[Run]]:
        root = self._part("sharedStrings")
        if root is None:
            return []
        found = []
        for item in root:
            found.append(runs_of(item, self.styles))
        return found

    def shared(self, index: int, style: CellStyle) -> Value:
        """The shared string of an index, as its cell shows it."""
        if 0 <= index < len(self._strings):
            return text_value(self._strings[index], style)
        return Value("")

    def _part(self, kind: str) -> Element | None:
        data = self.parts.of_kind(kind)
        if not data:
            return None
        return parse(data)


def parse(data: bytes) -> Element:
    """The root of a part, its strict namespaces as the transitional ones."""
    if b"purl.oclc.org" in data[:4096]:
        for strict, transitional in _STRICT:
            data = data.replace(strict, transitional)
    return parse_xml(data)
