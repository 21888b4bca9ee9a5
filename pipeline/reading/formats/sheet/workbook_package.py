"""A workbook's package, .xlsx and .xlsb alike: its parts by their relationships, and
whether its program computed the results that it stored.

Trusts no name of a part: the main part is the one that the package's relationships
name, wherever it lies. Never takes a stored result for computed because it is there:
programs that write workbooks without computing store zeros and old numbers.
"""

import re
from dataclasses import dataclass

from lxml import etree

from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.limits import UnreadableError, parse_xml
from pipeline.reading.containers.opc import custom_properties, relations
from pipeline.reading.containers.zip_package import Package

_MAIN = "officeDocument"
_USUAL = ("xl/workbook.xml", "xl/workbook.bin")
# these compute whenever they save; Excel does too, and leaves its order of computing
# (calcChain) beside every formula, which libraries that only write cannot
_COMPUTING = re.compile(
    r"LibreOffice|OpenOffice|WPS|Kingsoft|Gnumeric", re.IGNORECASE
)
_EXCEL = re.compile(r"Microsoft( Macintosh)? Excel( Online)?", re.IGNORECASE)
# WPS signs what it saves so
_WPS_PROPERTY = "KSOProductBuildVer"

Element = etree._Element


@dataclass
class Parts:
    """The main part, and what it refers to: by relationship id and by kind of part."""

    package: Package
    main: str
    by_id: dict[str, str]
    by_kind: dict[str, str]

    def of_kind(self, kind: str) -> bytes:
        """The bytes of a part by the last word of its relationship's type; b"" for none."""
        return self.package.get(self.by_kind.get(kind, ""))

    def program_computes(self) -> bool:
        """Whether the program that saved last is one that computes its formulas."""
        properties = dict(custom_properties(self.package))
        if _WPS_PROPERTY in properties:
            return True
        data = self.package.get("docProps/app.xml")
        if not data:
            return False
        name = ""
        for element in parse_xml(data):
            if element.tag.endswith("}Application"):
                name = (element.text or "").strip()
        if _EXCEL.fullmatch(name):
            return "calcChain" in self.by_kind
        return _COMPUTING.search(name) is not None


def parts_of(package: Package) -> Parts:
    """The parts of a workbook. Raises UnreadableError(CORRUPT) where no main part is."""
    main = _main_part(package)
    by_id: dict[str, str] = {}
    by_kind: dict[str, str] = {}
    for relation in relations(package, main):
        by_id[relation.id] = relation.part
        by_kind[relation.kind] = relation.part
    return Parts(package, main, by_id, by_kind)


def _main_part(package: Package) -> str:
    for relation in relations(package, ""):
        if relation.kind == _MAIN and relation.part in package:
            return relation.part
    for usual in _USUAL:
        if usual in package:
            return usual
    raise UnreadableError(TroubleCode.CORRUPT, "no workbook part")
