"""The texts of SpreadsheetML: string items with their runs, escaped characters, and what
the comments on a sheet's cells say.

Beside xlsx. Phonetic hints are no text.
"""

import re
from collections.abc import Iterator

from lxml import etree

from pipeline.reading.containers.limits import parse_xml
from pipeline.reading.containers.opc import relations
from pipeline.reading.containers.zip_package import Package
from pipeline.reading.formats.sheet.cell_value import Run
from pipeline.reading.formats.sheet.xlsx_styles import S, Styles

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Parts of comments, old and threaded
_COMMENTS = frozenset(("comments", "threadedComment"))
_TEXT, _RUN, _PROPERTIES = f"{S}t", f"{S}r", f"{S}rPr"


def runs_of(item: etree._Element, styles: Styles) -> list[Run]:
    """The runs of a string item (CT_Rst); a run without a look has its cell's."""
    runs: list[Run] = []
    for child in item:
        if child.tag == _TEXT:
            runs.append((unescaped(child.text or ""), None))
        elif child.tag == _RUN:
            properties = child.find(_PROPERTIES)
            look = None if properties is None else styles.font(properties)
            text = "".join(t.text or "" for t in child.findall(_TEXT))
            runs.append((unescaped(text), look))
    return runs


def notes_on(package: Package, part: str) -> Iterator[str]:
    """The texts of a sheet's comments; what is threaded stands in both kinds of part."""
    for relation in relations(package, part):
        if relation.kind not in _COMMENTS or relation.part not in package:
            continue
        # {*}: the two kinds, and ISO strict, differ in their namespace alone
        for text in parse_xml(package.read(relation.part)).iter("{*}text"):
            yield unescaped("".join(map(str, text.itertext())))


def unescaped(text: str) -> str:
    """_x000D_ and its like as the characters they stand for; line ends as \\n."""
    if "_x" in text:
        text = _ESCAPED.sub(_character, text)
    if "\r" in text:
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    # half of a surrogate pair is no character
    return "" if 0xD800 <= code <= 0xDFFF else chr(code)
