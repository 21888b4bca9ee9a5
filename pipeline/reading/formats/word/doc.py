"""The binary Word file to Document: .doc and OLE-wps, from the piece table on, nested
tables and text boxes included.

Trusts nothing: the file is read from memory, and any offset that points astray makes it
CORRUPT. Drops what the page does not show: field codes, hidden text, text deleted by
tracked changes, comments, headers.
"""

import re
import struct

from pipeline.model.document import Block, Document
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import STRUCK, corrupt_on
from pipeline.reading.formats.word.doc_file import DocFile
from pipeline.reading.formats.word.doc_sprm import (
    P_DEPTH,
    P_IN_TABLE,
    P_INNER_CELL,
    P_INNER_ROW_END,
    P_LEVEL,
    P_LIST,
    P_ROW_END,
    T_DEFINITION,
    T_VERTICAL,
    Properties,
)
from pipeline.reading.formats.word.table_builder import RowCell, Stream
from pipeline.reading.formats.word.wordml_lists import Numbering

_BLANK = "\x00"  # stands for a character that the page does not show
_PARAGRAPH = re.compile("[^\r\x07\x0c]*[\r\x07\x0c]")
_FIELD = re.compile("[\x13\x14\x15]")
_UNPRINTED = dict.fromkeys(
    (*range(9), *range(0x0E, 0x1E), 0x1F)
)  # anchors of pictures and notes, soft hyphens
_SHOWN: dict[int, str | None] = {**_UNPRINTED, 0x0B: "\n", 0x1E: "-"}
_JOINS_LEFT, _VERTICAL, _VERTICAL_START = 0x2, 0x20, 0x40
_STREAMS = ("0Table", "1Table", "Data")
_MOST_DEPTH = 30


def read_doc(file: ForeignFile) -> Document:
    """A binary Word file of Word 97 or later. Raises UnreadableError: ENCRYPTED,
    CORRUPT, older than that UNSUPPORTED."""
    with corrupt_on(
        OSError,
        struct.error,
        IndexError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
    ):
        ole = file.folder
        word = ole.stream("WordDocument")
        streams = {name: ole.stream(name) for name in _STREAMS if name in ole}
        doc_file = DocFile(word, streams)
        return Document(
            file.kind,
            tuple(_Walk(doc_file).blocks()),
            doubts=(STRUCK,) if doc_file.struck() else (),
        )


class _Walk:
    def __init__(self, file: DocFile) -> None:
        self.file = file
        self.numbering: Numbering | None = None
        self.stream = Stream()
        self.unseen_marks: set[int] = set()
        self.text = without_field_codes(self._blank())

    def blocks(self) -> list[Block]:
        self._story(0, self.file.main_length, "")
        for number, (first, last) in enumerate(self.file.boxes(), 1):
            self._story(first, last, f"文本框{number}")
        return self.stream.blocks()

    def _story(self, first: int, last: int, box: str) -> None:
        for match in _PARAGRAPH.finditer(self.text, first, last):
            end = match.end() - 1
            style, found = self.file.paragraph(end)
            text = match[0][:-1].replace(_BLANK, "").translate(_SHOWN)
            self._take(text, _depth(found), style, found, end, box)

    def _take(
        self, text: str, depth: int, style: int, found: Properties, end: int, box: str
    ) -> None:
        if depth and (P_ROW_END in found or P_INNER_ROW_END in found):
            cells = self.stream.open_cells(depth)
            self.stream.end_row(
                None if end in self.unseen_marks else _row(cells, found), depth
            )
        elif depth and (self.text[end] == "\x07" or P_INNER_CELL in found):
            self.stream.end_cell(self._labelled(text, style, found), depth)
        else:
            self.stream.line(self._labelled(text, style, found), depth, box)

    def _labelled(self, text: str, style: int, found: Properties) -> str:
        """The paragraph with its automatic number, where it has one."""
        if P_LIST not in found:
            found = {**self.file.style(style), **found}
        number = int.from_bytes(found.get(P_LIST, b"")[:2], "little")
        if not 0 < number < 0xF800:
            return text
        if self.numbering is None:
            self.numbering = self.file.numbering()
        label = self.numbering.label(str(number), found.get(P_LEVEL, b"\0")[0])
        if text.strip():
            return label + text
        return text

    def _blank(self) -> str:
        """The text with what is not seen blanked, place for place. Marks that end a
        cell or a row stay: of those, it is only noted that they are unseen (a row whose
        end mark was deleted is a deleted row)."""
        text = list(self.file.text)
        for first, last in self.file.unseen():
            for place in range(first, min(last, len(text))):
                if text[place] == "\x07" or (
                    text[place] == "\r" and self._ends_inner(place)
                ):
                    self.unseen_marks.add(place)
                else:
                    text[place] = _BLANK
        return "".join(text)

    def _ends_inner(self, place: int) -> bool:
        found = self.file.paragraph(place)[1]
        return P_INNER_CELL in found or P_INNER_ROW_END in found


def _depth(found: Properties) -> int:
    depth = min(int.from_bytes(found.get(P_DEPTH, b"")[:4], "little"), _MOST_DEPTH)
    return depth or int(found.get(P_IN_TABLE, b"\0")[:1] == b"\1")


def without_field_codes(text: str) -> str:
    """The text with field codes blanked (what stands between \\x13 and \\x14), their results kept."""
    if "\x13" not in text:
        return text
    kept: list[str] = []
    at, codes = 0, 0
    seen_separator: list[bool] = []
    for match in _FIELD.finditer(text):
        stretch = text[at : match.start()]
        kept.append(_BLANK * len(stretch) if codes else stretch)
        kept.append(_BLANK)
        at = match.end()
        if match[0] == "\x13":
            seen_separator.append(False)
            codes += 1
        elif seen_separator and match[0] == "\x14" and not seen_separator[-1]:
            seen_separator[-1] = True
            codes -= 1
        elif seen_separator and match[0] == "\x15" and not seen_separator.pop():
            codes -= 1
    return "".join(kept) + text[at:]


def _row(texts: list[str], found: Properties) -> list[RowCell]:
    """The cells of a row with the edges that its definition gives; a row without one
    has columns of equal width."""
    definition = found.get(T_DEFINITION, b"")
    if definition:
        count = definition[0]
    else:
        count = 0
    if count < len(texts):
        return [RowCell(text, 1000 * i, 1000 * (i + 1)) for i, text in enumerate(texts)]
    edges = struct.unpack_from(f"<{count + 1}h", definition, 1)
    flags = definition[1 + 2 * (count + 1) :]
    cells = []
    for index, text in enumerate(texts):
        flag = int.from_bytes(flags[20 * index : 20 * index + 2], "little")
        starts, above = (
            bool(flag & _VERTICAL_START),
            bool(flag & _VERTICAL) and not flag & _VERTICAL_START,
        )
        cells.append(
            RowCell(
                text,
                edges[index],
                edges[index + 1],
                bool(flag & _JOINS_LEFT),
                above,
                starts,
            )
        )
    vertical = found.get(T_VERTICAL, b"")
    if len(vertical) >= 2 and vertical[0] < len(cells):
        cell = cells[vertical[0]]
        cell.joins_above, cell.starts_below = vertical[1] == 1, vertical[1] == 3
    return cells
