"""Parts of an RTF file that are read apart from its text: tokens, the text of groups that
are not painted, form controls, the definition of a row.

Beside rtf.py. Trusts nothing; never raises.
"""

import re
from dataclasses import dataclass, field, replace

from pipeline.model.document import Doubt
from pipeline.reading.formats.seen import Colour, Seen
from pipeline.reading.formats.word import fields
from pipeline.reading.formats.word.run_format import (
    TWIPS,
    indent_points,
    is_off_page,
)
from pipeline.reading.formats.word.table_builder import RowCell

TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.DOTALL,
)
# From corner to corner: what stands in the cell is crossed out, or said not to apply
_DIAGONALS = (b"cldglu", b"cldgll")
_SIDES = (b"clbrdrt", b"clbrdrl", b"clbrdrb", b"clbrdrr")
_NO_LINE = (b"brdrnone", b"brdrnil")
BORDERS = frozenset((*_DIAGONALS, *_SIDES, *_NO_LINE))
# \\lin and \\rin say the same for either direction of writing
_INDENTS = {b"lin": b"li", b"rin": b"ri"}
INDENTS = frozenset((*_INDENTS, *b"li fi ri culi cufi curi".split()))
# By word
Indents = dict[bytes, int]
# \\ffres of a control that nobody touched: its default holds
_NO_RESULT = 25


@dataclass
class Row:
    """What the definition of a row says of its cells."""

    cells: list[RowCell] = field(default_factory=list)
    grounds: list[Colour | None] = field(default_factory=list)
    draft: RowCell = field(default_factory=lambda: RowCell(Seen(), 0, 0))
    # Of the cell that is being defined
    fill: Colour | None = None
    crossed: bool = False
    low: bool = False

    def end_cell(self, right: int) -> None:
        self.draft.right = right
        self.cells.append(self.draft)
        self.grounds.append(self.fill)
        self.draft = RowCell(Seen(), right, 0)
        self.fill = None
        self.crossed = False

    def border(self, word: bytes) -> None:
        """Takes which side of the cell is spoken of, and that it has no line there."""
        if word in _DIAGONALS:
            self.crossed = True
            self.draft.seen.doubts.add(Doubt.STRUCK)
        elif word in _SIDES:
            self.crossed = False
        elif word in _NO_LINE and self.crossed:
            self.draft.seen.doubts.discard(Doubt.STRUCK)

    def ground(self, place: int) -> Colour | None:
        if place < len(self.grounds):
            return self.grounds[place]
        return None

    def filled(self, seen: list[Seen]) -> list[RowCell]:
        """The cells with what was read in them; a row that defines too few has columns
        of equal width."""
        found = []
        for index, one in enumerate(seen):
            if len(self.cells) < len(seen):
                found.append(RowCell(one, 1000 * index, 1000 * (index + 1)))
            else:
                one.doubts |= self.cells[index].seen.doubts
                found.append(replace(self.cells[index], seen=one))
        return found


def indented(before: Indents, word: bytes, number: int) -> Indents:
    """How a paragraph is indented after one more word of it."""
    return {**before, _INDENTS.get(word, word): number}


def leaves_page(said: Indents) -> bool:
    """Whether the lines are indented off the page."""
    return is_off_page(
        _indent(said, b"li"),
        _indent(said, b"fi"),
        _indent(said, b"ri"),
    )


def _indent(said: Indents, word: bytes) -> float:
    return indent_points(said.get(b"cu" + word, 0), said.get(word, 0) / TWIPS)


def plain_text(group: bytes, code_page: str) -> str:
    """The text of a group that is not painted: words left out, characters decoded."""
    found: list[str] = []
    to_skip = 0
    for match in TOKEN.finditer(group):
        word, number, octet, sign, _, plain = match.groups()
        if word == b"u" and number is not None:
            found.append(character(int(number)))
            to_skip = 1
        elif to_skip and (octet or plain):
            found.append((plain or b"")[1:].decode(code_page, "replace"))
            to_skip = 0
        elif plain:
            found.append(plain.decode(code_page, "replace"))
        elif octet:
            found.append(bytes((int(octet, 16),)).decode("latin-1"))
        elif sign and sign in b"{}\\":
            found.append(sign.decode("ascii"))
    text = "".join(found)
    # The octets of one character stand in two tokens
    try:
        return text.encode("latin-1").decode(code_page)
    except UnicodeError:
        return text


def control_shown(group: bytes, code_page: str) -> str:
    """What a legacy form control shows: a drop-down's choice, a tick box."""
    kind = re.search(rb"\\fftype(\d)", group)
    result = re.search(rb"\\ffres(\d{1,5})", group)
    default = re.search(rb"\\ffdefres(\d{1,5})", group)
    if result and int(result[1]) != _NO_RESULT:
        chosen = int(result[1])
    else:
        chosen = None
    if default:
        at_first = int(default[1])
    else:
        at_first = None
    if kind is None or kind[1] == b"0":
        return ""
    if kind[1] == b"1":
        if chosen is None:
            ticked = at_first
        else:
            ticked = chosen
        if ticked:
            return "☑"
        return "□"
    entries = []
    for entry in re.findall(rb"\\ffl\b ?([^{}]*)\}", group):
        entries.append(plain_text(entry, code_page))
    return fields.chosen(entries, chosen, at_first)


def control_default(group: bytes, code_page: str) -> str:
    """What a legacy text field holds before anybody types; "" where it holds nothing."""
    default = re.search(rb"\\ffdeftext\b ?([^{}]*)\}", group)
    if default is None:
        return ""
    return plain_text(default[1], code_page).strip()


def character(number: int) -> str:
    """The character of a \\u, whose number is signed, and which may be half of a pair:
    halves are left out."""
    if number < 0:
        code = number + 0x10000
    else:
        code = number
    if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000:
        return chr(code)
    return ""
