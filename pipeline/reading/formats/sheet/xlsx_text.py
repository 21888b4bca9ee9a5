"""The texts of SpreadsheetML: string items with their runs, and escaped characters.

Beside xlsx. Phonetic hints are no text.
"""

import re

from lxml import etree

from pipeline.reading.formats.sheet.cell_value import Run
from pipeline.reading.formats.sheet.xlsx_styles import S, Styles

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
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
