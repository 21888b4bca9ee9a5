"""What an office program writes into a .docx about those who edited it: tracked changes and
comments, which readers would see, and names, companies, templates and edit numbers, which
nobody sees and everybody can read.

Trusts nothing: runs in the child process like every reading of a foreign file. Changes
no word of the document.
"""

import zipfile
from io import BytesIO
from typing import Final

from lxml import etree

from pipeline.model.values.frozen import frozen
from pipeline.reading.containers.limits import UnreadableError, parse_xml
from pipeline.reading.containers.zip_package import Package

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TRACKED: Final = frozenset(
    _W + name
    for name in (
        "ins",
        "del",
        "moveFrom",
        "moveTo",
        "cellIns",
        "cellDel",
        "cellMerge",
        "numberingChange",
        "rPrChange",
        "pPrChange",
        "sectPrChange",
        "tblPrChange",
        "tblPrExChange",
        "tblGridChange",
        "trPrChange",
        "tcPrChange",
    )
)
_COMMENTED: Final = frozenset(
    _W + name for name in ("comment", "commentReference", "commentRangeStart")
)
# Of docProps/core.xml and app.xml, by local name: who, where, with what, how long.
_PERSONAL: Final = frozenset(
    (
        "creator",
        "lastModifiedBy",
        "description",
        "keywords",
        "category",
        "subject",
        "contentStatus",
        "lastPrinted",
        "revision",
        "Company",
        "Manager",
        "Template",
        "HyperlinkBase",
        "TotalTime",
    )
)
# Elements of word/settings.xml and word/people.xml that name a person, a folder, or
# which editing sessions wrote what.
_ABOUT_EDITING: Final = frozenset(
    ("rsids", "attachedTemplate", "docVars", "person")
)
_TEMPLATE: Final = "/attachedTemplate"
# What WPS and Word keep among the custom properties about the program and its account;
# ours stay.
_OF_PROGRAMS: Final = ("KSO", "ICV", "MSIP_", "_", "ContentTypeId")
# One date for all parts: a zip tells when each was written.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)


@frozen
class Marks:
    """Whether tracked changes and comments stand in a document."""

    tracked: bool = False
    commented: bool = False


def marks_in(content: bytes) -> Marks:
    """The marks in its text, headers, footers and notes; none where it is no package."""
    tracked = False
    commented = False
    try:
        package = Package(content)
        for name in package.members:
            if _is_text(name):
                tags = {
                    node.tag for node in parse_xml(package.read(name)).iter()
                }
                tracked = tracked or not tags.isdisjoint(_TRACKED)
                commented = commented or not tags.isdisjoint(_COMMENTED)
    except UnreadableError:
        return Marks(tracked, commented)
    return Marks(tracked, commented)


def without_traces(content: bytes) -> bytes:
    """The same document without what tells of its editors. Equal documents give equal
    bytes. Raises UnreadableError."""
    package = Package(content)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as cleaned:
        for name, member in package.members.items():
            if member.is_folder:
                continue
            part = zipfile.ZipInfo(name, _NO_TIME)
            part.compress_type = zipfile.ZIP_DEFLATED
            cleaned.writestr(part, _clean(name, package.read(name)))
    return buffer.getvalue()


def _is_text(name: str) -> bool:
    folder, _, file = name.lower().rpartition("/")
    return folder == "word" and file.endswith(".xml")


def _clean(name: str, content: bytes) -> bytes:
    lower = name.lower()
    if lower in ("docprops/core.xml", "docprops/app.xml"):
        return _written(_without_persons(parse_xml(content)))
    if lower == "docprops/custom.xml":
        return _written(_without_programs(parse_xml(content)))
    if lower == "word/_rels/settings.xml.rels":
        return _written(_without_template(parse_xml(content)))
    if _is_text(name):
        return _written(_without_sessions(parse_xml(content)))
    return content


def _written(root: etree._Element) -> bytes:
    return etree.tostring(
        root,
        xml_declaration=True,
        encoding="UTF-8",
        standalone=True,
    )


def _without_persons(root: etree._Element) -> etree._Element:
    for node in list(root):
        if etree.QName(node).localname in _PERSONAL:
            root.remove(node)
    return root


def _without_programs(root: etree._Element) -> etree._Element:
    for node in list(root):
        if node.get("name", "").startswith(_OF_PROGRAMS):
            root.remove(node)
    return root


def _without_template(root: etree._Element) -> etree._Element:
    for node in list(root):
        if node.get("Type", "").endswith(_TEMPLATE):
            root.remove(node)
    return root


def _without_sessions(root: etree._Element) -> etree._Element:
    for node in list(root.iter()):
        parent = node.getparent()
        name = etree.QName(node).localname
        if parent is not None and name in _ABOUT_EDITING:
            parent.remove(node)
            continue
        for attribute in node.attrib:
            if str(attribute).startswith(f"{_W}rsid"):
                del node.attrib[attribute]
    return root
