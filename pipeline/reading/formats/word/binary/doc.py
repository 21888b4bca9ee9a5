"""The binary Word file to Document: .doc and OLE-wps, from the piece table on, nested
tables and text boxes included.

Trusts nothing: the file is read from memory, and any offset that points astray makes it
CORRUPT. Drops what the page does not show: field codes, hidden text, text deleted by
tracked changes, headers; comments and footnotes stand beside the blocks. Tells of every cell
and line what is doubtful.
"""

import re
import struct
from dataclasses import dataclass, replace

from pipeline.model.document import Block, Document, Doubt
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import PARSER_ERRORS, corrupt_on
from pipeline.reading.formats import list_numbers
from pipeline.reading.formats.seen import Colour, Seen
from pipeline.reading.formats.symbol_fonts import UNKNOWN
from pipeline.reading.formats.word.binary.doc_borders import crossed_cells
from pipeline.reading.formats.word.binary.doc_fields import read_fields
from pipeline.reading.formats.word.binary.doc_file import DocFile, Run
from pipeline.reading.formats.word.binary.doc_sprm import (
    P_DEPTH,
    P_IN_TABLE,
    P_INNER_CELL,
    P_INNER_ROW_END,
    P_LEVEL,
    P_LINE_HEIGHT,
    P_LIST,
    P_ROW_END,
    P_SHADE,
    T_BORDER,
    T_DEFINITION,
    T_ROW_HEIGHT,
    T_SHADES,
    T_SHADES_80,
    T_VERTICAL,
    Properties,
)
from pipeline.reading.formats.word.binary.doc_styles import shade, shade_80
from pipeline.reading.formats.word.markup.wordml_lists import Numbering
from pipeline.reading.formats.word.run_format import (
    AUTO,
    CRUSHED_POINTS,
    TWIPS,
    as_ground,
)
from pipeline.reading.formats.word.table_builder import RowCell, Stream

_PARAGRAPH = re.compile("[^\r\x07\x0c]*[\r\x07\x0c]")
# anchors of pictures and notes, soft hyphens
_UNPRINTED = dict.fromkeys((*range(9), *range(0x0E, 0x1E), 0x1F))
_SHOWN: dict[int, str | None] = {**_UNPRINTED, 0x0B: "\n", 0x1E: "-"}
# Anchors of a picture in the line and of a drawing beside it ([MS-DOC] 2.8.25): a drawn
# line strikes what it lies on, and a box holds words of its own
_DRAWINGS = frozenset("\x01\x08")
# Flags of a cell in its row's definition (TC80)
_JOINS_LEFT, _VERTICAL, _VERTICAL_START = 0x2, 0x20, 0x40
_STREAMS = ("0Table", "1Table", "Data")
# Tables within tables: what says more is no file of an office
_MOST_DEPTH = 30
# From here on a paragraph's list number says that it is in none
_NO_LIST = 0xF800
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_doc(file: ForeignFile) -> Document:
    """A binary Word file of Word 97 or later. Raises UnreadableError: ENCRYPTED,
    CORRUPT, older than that UNSUPPORTED."""
    with corrupt_on(*PARSER_ERRORS):
        ole = file.folder
        word = ole.stream("WordDocument")
        streams = {}
        for name in _STREAMS:
            if name in ole:
                streams[name] = ole.stream(name)
        opened = DocFile(word, streams)
        blocks = tuple(_Walk(opened).blocks())
        return Document(file.kind, blocks, notes=_notes(opened))


def _notes(file: DocFile) -> tuple[str, ...]:
    """What its footnotes say, and its comments and endnotes."""
    found = []
    for story in file.notes:
        found.append(story.translate(_SHOWN).replace("\r", "\n"))
    return tuple(found)


@dataclass
class _Mark:
    """A paragraph by its end mark."""

    first: int
    end: int
    style: int
    found: Properties
    depth: int

    @property
    def ends_row(self) -> bool:
        if self.depth < 1:
            return False
        return P_ROW_END in self.found or P_INNER_ROW_END in self.found


class _Walk:
    def __init__(self, file: DocFile) -> None:
        self.file = file
        self.numbering: Numbering | None = None
        self.stream = Stream()
        text = _with_page_breaks(file)
        self.fields = read_fields(file, text)
        self.text = self.fields.text
        self.in_box = False
        # Of paragraphs whose end mark is deleted
        self.running = Seen()

    def blocks(self) -> list[Block]:
        self._story(0, self.file.main_length, "")
        for number, (first, last) in enumerate(self.file.boxes(), 1):
            self.in_box = True
            self._story(first, last, f"文本框{number}")
        return self.stream.blocks()

    def _story(self, first: int, last: int, box: str) -> None:
        marks = []
        for match in _PARAGRAPH.finditer(self.text, first, last):
            end = match.end() - 1
            style, found = self.file.paragraph(end)
            marks.append(
                _Mark(
                    first=match.start(),
                    end=end,
                    style=style,
                    found=found,
                    depth=_depth(found),
                )
            )
        rows = _rows_of(marks)
        for mark, row in zip(marks, rows, strict=True):
            self._take(mark, row, box)
        if self.running.text.strip():
            self.stream.line(self._taken(Seen()), 0, box)

    def _take(self, mark: _Mark, row: Properties, box: str) -> None:
        if mark.ends_row:
            cells = self.stream.open_cells(mark.depth)
            kept = None
            if not self._is_gone(mark):
                kept = _row(cells, mark.found)
            self.stream.end_row(kept, mark.depth)
            return
        line = self._line(mark, row)
        # Cells of inner tables end with a paragraph's mark and a property.
        ends_cell = self.text[mark.end] == "\x07" or P_INNER_CELL in mark.found
        if mark.depth and ends_cell:
            self.stream.end_cell(self._taken(line), mark.depth)
        elif self._is_gone(mark):
            self.running.add_seen(line)
        else:
            self.stream.line(self._taken(line), mark.depth, box)

    def _taken(self, line: Seen) -> Seen:
        """A line behind those that it goes on from."""
        if not self.running.parts and not self.running.doubts:
            return line
        whole, self.running = self.running, Seen()
        whole.add_seen(line)
        return whole

    def _is_gone(self, mark: _Mark) -> bool:
        """Whether the end mark itself is hidden or deleted: a row whose mark was deleted
        is a deleted row, a paragraph goes on in the next one."""
        for run in self.file.runs(mark.end, mark.end + 1, mark.style):
            return bool(run.format.hidden)
        return False

    def _line(self, mark: _Mark, row: Properties) -> Seen:
        """The paragraph with its automatic number, where it has one."""
        seen = Seen()
        paragraph = {**self.file.styles.paragraph(mark.style), **mark.found}
        ground = _paragraph_ground(paragraph)
        if ground is None and mark.depth:
            ground = _cell_ground(row, self.stream.cells_so_far(mark.depth))
        low_line = _is_low(paragraph, P_LINE_HEIGHT)
        crushed = low_line or _is_low(row, T_ROW_HEIGHT)
        for run in self.file.runs(mark.first, mark.end, mark.style):
            self._paint(seen, run, ground, crushed)
        label = self._label(paragraph)
        text = seen.text
        if text.strip():
            seen.parts = [list_numbers.before(label, _whole_characters(text))]
        return seen

    def _paint(
        self, seen: Seen, run: Run, ground: Colour | None, crushed: bool
    ) -> None:
        # A text box may be filled, and this reader does not see with what.
        known = ground is not None or not self.in_box
        look = run.format.look(ground, known=known)
        if crushed and not look.hidden:
            look = replace(look, points=0.0)
        at = run.first
        for place in self.fields.ends_in(run.first, run.last):
            seen.add(self._characters(run, at, place), look)
            shown = self.fields.shown[place]
            if not look.hidden:
                seen.doubts |= shown.doubts
            seen.add(shown.text, look)
            at = place
        drawn = set(self.text[run.first : run.last]) & _DRAWINGS
        if drawn and not look.hidden:
            seen.doubts.add(Doubt.PICTURED)
        painted = self._characters(run, at, run.last)
        # A sign of a font that is not known may be a digit.
        unknown = UNKNOWN in painted and painted != self.text[at : run.last]
        if unknown and not look.hidden:
            seen.doubts.add(Doubt.UNTOLD)
        seen.add(painted, look)

    def _characters(self, run: Run, first: int, last: int) -> str:
        text = self.text[first:last].replace("\x00", "")
        return run.painted(text).translate(_SHOWN)

    def _label(self, paragraph: Properties) -> str:
        """The number that Word sets before the paragraph; "" where it is in no list."""
        number = int.from_bytes(paragraph.get(P_LIST, b"")[:2], "little")
        if not 0 < number < _NO_LIST:
            return ""
        if self.numbering is None:
            self.numbering = self.file.numbering()
        level = paragraph.get(P_LEVEL, b"\0")[0]
        return self.numbering.label(str(number), level)


def _with_page_breaks(file: DocFile) -> str:
    """The text, page breaks inside of paragraphs as breaks of the line, place for place."""
    if "\x0c" not in file.text:
        return file.text
    ends = file.section_ends()
    characters = list(file.text)
    for place, character in enumerate(characters):
        if character == "\x0c" and place not in ends:
            characters[place] = "\x0b"
    return "".join(characters)


def _whole_characters(text: str) -> str:
    """Halves of a character beyond 16 bits joined again."""
    if not _SURROGATE.search(text):
        return text
    halves = text.encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "replace")


def _depth(found: Properties) -> int:
    """In how many tables a paragraph stands, one within the other. Word 97 knew no
    tables within tables, and says only that it stands in one."""
    depth = int.from_bytes(found.get(P_DEPTH, b"")[:4], "little")
    if depth:
        return min(depth, _MOST_DEPTH)
    return int(found.get(P_IN_TABLE, b"\0")[:1] == b"\1")


def _rows_of(marks: list[_Mark]) -> list[Properties]:
    """For each paragraph what the row says that it stands in: a row's properties stand
    at its end."""
    found: list[Properties] = []
    rows: dict[int, Properties] = {}
    for mark in reversed(marks):
        if mark.ends_row:
            rows[mark.depth] = mark.found
        row: Properties = {}
        if mark.depth:
            row = rows.get(mark.depth, {})
        found.append(row)
    found.reverse()
    return found


def _paragraph_ground(paragraph: Properties) -> Colour | None:
    if P_SHADE not in paragraph:
        return None
    return as_ground(shade(paragraph[P_SHADE]), None)


def _cell_ground(row: Properties, place: int) -> Colour | None:
    """The fill of a cell by its place in the row: as Word 2000 and later write it, 10
    bytes a cell, or as Word 97 does, by a number of 16 colours."""
    shades = row.get(T_SHADES, b"")
    if len(shades) >= 10 * (place + 1):
        fill = shade(shades[10 * place : 10 * place + 10])
        if fill not in (None, AUTO):
            return as_ground(fill, None)
    old = row.get(T_SHADES_80, b"")
    if len(old) >= 2 * (place + 1):
        number = int.from_bytes(old[2 * place : 2 * place + 2], "little")
        return as_ground(shade_80(number), None)
    return None


def _is_low(found: Properties, code: int) -> bool:
    """Whether lines or rows are set exactly so low (a negative height) that nothing of
    them is seen."""
    height = int.from_bytes(found.get(code, b"")[:2], "little", signed=True)
    return -CRUSHED_POINTS * TWIPS <= height < 0


def _row(seen: list[Seen], found: Properties) -> list[RowCell]:
    """The cells of a row with the edges that its definition gives; a row without one
    has columns of equal width."""
    definition = found.get(T_DEFINITION, b"")
    count = 0
    if definition:
        count = definition[0]
    cells = []
    if count < len(seen):
        for index, one in enumerate(seen):
            cells.append(RowCell(one, 1000 * index, 1000 * (index + 1)))
        return cells
    edges = struct.unpack_from(f"<{count + 1}h", definition, 1)
    flags = definition[1 + 2 * (count + 1) :]
    for index, one in enumerate(seen):
        # 20 bytes a cell, the flags first; a row that was cut off says nothing of its last
        flag = int.from_bytes(flags[20 * index : 20 * index + 2], "little")
        starts = bool(flag & _VERTICAL_START)
        cell = RowCell(
            seen=one,
            left=edges[index],
            right=edges[index + 1],
            joins_left=bool(flag & _JOINS_LEFT),
            joins_above=bool(flag & _VERTICAL) and not starts,
            starts_below=starts,
        )
        cells.append(cell)
    _merge(cells, found.get(T_VERTICAL, b""))
    for place in crossed_cells(found.get(T_BORDER, b"")):
        if place < len(cells):
            cells[place].seen.doubts.add(Doubt.STRUCK)
    return cells


def _merge(cells: list[RowCell], said: bytes) -> None:
    """Vertical merges that were told apart from the row's definition, of one cell each:
    1 goes on from the row above, 3 begins (MS-DOC, VertMergeOperand)."""
    for at in range(0, len(said) - 1, 2):
        if said[at] < len(cells):
            cell = cells[said[at]]
            cell.joins_above = said[at + 1] == 1
            cell.starts_below = said[at + 1] == 3
