"""RTF to Document, by a walk over its tokens: nested tables, text boxes, list numbers,
every way of writing Chinese.

Trusts nothing: unknown destinations are skipped whole, group depth is bounded, embedded
binary is jumped over. Drops hidden text, tracked deletions, field codes,
headers; notes stand beside the blocks; tells of every cell and line what is doubtful.
"""

import re
from dataclasses import dataclass, field, replace

from pipeline.model.document import Document, Doubt
from pipeline.model.trouble import TroubleCode
from pipeline.model.values.frozen import frozen
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.formats.seen import Colour, Look, Seen
from pipeline.reading.formats.symbol_fonts import UNKNOWN, in_font
from pipeline.reading.formats.word import fields
from pipeline.reading.formats.word.rtf_header import (
    CHARACTER_WORDS,
    DARK_PATTERN,
    PLAIN_FONT,
    Font,
    Header,
)
from pipeline.reading.formats.word.rtf_parts import (
    BORDERS,
    INDENTS,
    TOKEN,
    Indents,
    Row,
    character,
    control_default,
    control_shown,
    indented,
    leaves_page,
    plain_text,
)
from pipeline.reading.formats.word.run_format import (
    CRUSHED_POINTS,
    NOTHING_SAID,
    TWIPS,
    RunFormat,
    as_ground,
)
from pipeline.reading.formats.word.table_builder import Stream

_SIZE_LIMIT = 32 << 20
# Groups in one another, and tables in one another
_DEPTH_LIMIT = 500
_MOST_NESTED = 30

_GROUP = re.compile(rb"\\bin(\d{1,10}) ?|\\[^a-zA-Z]|[{}]", re.DOTALL)
_SKIPPED = frozenset(
    b"xmlopen xmlclose mmathPict shprslt fonttbl colortbl "
    b"stylesheet info pict header headerl headerr headerf footer "
    b"footerl footerr footerf footnote "
    b"annotation listtable listoverridetable revtbl rsidtbl generator "
    b"themedata colorschememapping datastore "
    b"objdata objclass nonesttables atnid atnauthor atndate atnref xmlnstbl "
    b"latentstyles datafield formfield bkmkstart xe rxe txe yxe tc tcn "
    b"nonshppict "
    b"bkmkend sp private pgdsctbl picprop listpicture mmathPr background filetbl docvar userprops".split()
)
_KEPT_STARRED = frozenset(
    (
        b"shpinst",
        b"shptxt",
        b"nesttableprops",
        b"pntext",
        b"fldrslt",
        b"do",
        b"moMath",
        b"moMathPara",
        b"ud",
    )
)
# Destinations that hold one; endnotes are footnotes with a word more
_NOTES = (b"annotation", b"footnote")
_PICTURES = (b"pict", b"shppict")
# A shape of Word 97, one of Word 6, an embedded object: the word before its own text
_DRAWINGS = {b"shp": b"shptxt", b"do": b"dptxbxtext", b"object": b"shptxt"}
_BOX_TEXTS = frozenset(_DRAWINGS.values())
_BEHIND_THE_TEXT = b"\\shpfblwtxt1"
# What the program puts in when it paints the page: numbers of pages and notes, the day.
_OF_THE_MOMENT = frozenset(b"chpgn sectnum chdate chdpl chdpa chtime".split())
# Breaks inside of a paragraph, and where Word last broke its lines
_LINE_ENDS = (b"page", b"column", b"lbr", b"softline", b"softpage", b"softcol")
_CODE_PAGES = {
    936: "gb18030",
    54936: "gb18030",
    950: "cp950",
    932: "cp932",
    949: "cp949",
    65001: "utf-8",
    10008: "gb18030",
}
_SIGNS = {
    b"tab": "\t",
    b"line": "\n",
    b"emdash": "—",
    b"endash": "–",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"emspace": "\u3000",
    b"enspace": " ",
    b"qmspace": " ",
}


# all words that change anything here
_KNOWN = (
    frozenset(
        b"plain cs s deleted mvf f uc ansicpg pard cbpat sl field par sect intbl itap cell "
        b"nestcell row nestrow shptxt nesttableprops trowd trleft trrh clmrg clvmgf clvmrg "
        b"clcbpat cellx pntext listtext flddirty".split()
    )
    | frozenset(_LINE_ENDS)
    | frozenset(b"ls shading cldel clshdng dptxbxtext".split())
    | frozenset(b"chftn fldpriv".split())
    | BORDERS
    | INDENTS
    | _OF_THE_MOMENT
    | frozenset(CHARACTER_WORDS)
)


def read_rtf(file: ForeignFile) -> Document:
    """A Rich Text file. Raises UnreadableError: TOO_BIG, BOMB (groups without end)."""
    content = file.content
    if len(content) > _SIZE_LIMIT:
        raise UnreadableError(TroubleCode.TOO_BIG, f"{len(content)} bytes")
    walk = _Walk(content)
    walk.run()
    blocks = tuple(walk.stream.blocks())
    return Document(file.kind, blocks, notes=tuple(walk.notes))


@dataclass
class _Field:
    """A field while its group is open."""

    instruction: str = ""
    # The \\formfield group of a legacy form control
    control: bytes = b""
    painted: list[str] = field(default_factory=list)
    stale: bool = False


@frozen
class _State:
    """What a group inherits and gives back at its end."""

    format: RunFormat = NOTHING_SAID
    # Of the paragraph's style
    paragraph: RunFormat = NOTHING_SAID
    deleted: bool = False
    font: Font = PLAIN_FONT
    # Bytes that follow \\u for programs without Unicode
    fallback: int = 1
    nested_definition: bool = False
    box: str = ""
    # Of the table that the paragraph stands in
    depth: int = 0
    # Of the paragraph
    ground: Colour | None = None
    # Lines set too low to be read
    crushed: bool = False
    indents: Indents = field(default_factory=dict)
    # In the order of a list, whose number comes as \\listtext
    listed: bool = False
    starred: bool = False
    # A list's number, for programs that count no lists
    label: bool = False
    field: _Field | None = None


class _Walk:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.stream = Stream()
        self.state = _State()
        self.stack: list[_State] = []
        self.header = Header.of(content)
        self.code_page = "cp1252"
        self.line = Seen()
        self.octets = bytearray()
        self.to_skip = 0
        self.definitions: dict[bool, Row] = {False: Row(), True: Row()}
        self.boxes = 0
        # What comments, footnotes and endnotes say
        self.notes: list[str] = []
        self.in_note = False
        # The paragraph brings its list number
        self.labelled = False
        # Lines that text boxes hang on
        self.outside: list[Seen] = []
        self._last_key = NOTHING_SAID, NOTHING_SAID
        self._last_format = NOTHING_SAID

    def run(self) -> None:
        at = self.content.find(b"{\\rt")
        while at >= 0 and (match := TOKEN.match(self.content, at)) is not None:
            at = match.end()
            word, number, octet, sign, brace, plain = match.groups()
            if word is not None:
                value = int(number) if number is not None else None
                at = self._command(word, value, at)
            elif brace is not None:
                self._brace(brace)
            elif octet is not None:
                self._octets(bytes((int(octet, 16),)))
            elif sign is not None:
                self._sign(sign)
            elif plain is not None:
                self._octets(plain)
        self._flush()
        if self.line.parts:
            self.stream.line(self._taken(), 0, self.state.box)

    def _command(self, word: bytes, number: int | None, at: int) -> int:
        """Takes a control word that ends at `at`, and tells where the reading goes on."""
        if word == b"bin":
            return at + min(max(number or 0, 0), len(self.content))
        if word == b"upr":
            # The same twice; the second is in Unicode
            return self._end_of_group(self.content.find(b"{", at) + 1) + 1
        if word in _DRAWINGS:
            self.state = replace(self.state, starred=False)
            return self._drawing(word, at)
        if word == b"mmath":
            self._flush()
            self.line.doubts.add(Doubt.PICTURED)
        if word == b"fldinst":
            end = self._end_of_group(at)
            self._instruct(self.content[at:end])
            return end
        if self._is_unseen(word):
            if word in _PICTURES and self.state.depth:
                self.line.doubts.add(Doubt.PICTURED)
            end = self._end_of_group(at)
            if word in _NOTES and not self.in_note:
                self.notes.append(self._note(self.content[at:end]))
            return end
        self._word(word, number)
        return at

    def _note(self, group: bytes) -> str:
        """What a note says, read as a file of its own under this one's header. Notes in
        it are passed over."""
        self._flush()
        inner = _Walk(b"{\\rtf1 " + group + b"}")
        inner.in_note = True
        inner.header = self.header
        inner.code_page = self.code_page
        inner.state = replace(inner.state, fallback=self.state.fallback)
        inner.run()
        return "\n".join(Document("rtf", tuple(inner.stream.blocks())).texts())

    def _drawing(self, word: bytes, at: int) -> int:
        """Where the reading goes on behind a word that begins a drawing. One without a
        text of its own is passed over: a line may strike what it lies on, an object
        paints a number that its text need not say."""
        self._flush()
        end = self._end_of_group(at)
        group = self.content[at:end]
        if b"\\" + _DRAWINGS[word] in group:
            return at
        if _BEHIND_THE_TEXT not in group:
            self.line.doubts.add(Doubt.PICTURED)
        return end

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self.to_skip = 0
        if brace == b"{":
            if len(self.stack) >= _DEPTH_LIMIT:
                raise UnreadableError(TroubleCode.BOMB, "groups without end")
            self.stack.append(self.state)
            self.state = replace(self.state, starred=False)
        elif self.stack:
            self._leave(self.stack[-1])
            if self.state.field is not self.stack[-1].field:
                self._end_field()
            self.state = self.stack.pop()

    def _leave(self, outer: _State) -> None:
        """Ends what its group alone holds: a text box, a list's number."""
        if self.state.box and not outer.box:
            if self.line.parts:
                self.stream.line(self.line, self.state.depth, self.state.box)
            self.line = self.outside.pop()
            if outer.depth:
                # it lies over a cell, or beside it
                self.line.doubts.add(Doubt.UNTOLD)
        ended = self.line.text.endswith("\t")
        if self.state.label and not outer.label and not ended:
            self._put("\t")

    def _octets(self, data: bytes) -> None:
        if self.to_skip:
            skipped = min(self.to_skip, len(data))
            self.to_skip -= skipped
            data = data[skipped:]
        self.octets += data

    def _flush(self) -> None:
        """The bytes since the last token that was no text, decoded together: a Chinese
        character takes two."""
        if self.octets:
            self._put(self._decoded(bytes(self.octets)))
            self.octets.clear()

    def _decoded(self, octets: bytes) -> str:
        """By the font's charset; where that is a Western one in a Chinese file, Chinese
        bytes are Chinese all the same."""
        codec = self.state.font.codec or self.code_page
        if (
            codec == "cp1252"
            and self.code_page != codec
            and not octets.isascii()
        ):
            try:
                return octets.decode(self.code_page)
            except UnicodeDecodeError:
                pass
        return octets.decode(codec, "replace")

    def _put(self, text: str) -> None:
        state = self.state
        if state.deleted or not text:
            return
        format_ = self._format()
        if state.font.signs is not None:
            text = in_font(state.font.signs, text)
            if UNKNOWN in text and not format_.hidden:
                self.line.doubts.add(Doubt.UNTOLD)
        if state.indents and leaves_page(state.indents):
            self.line.doubts.add(Doubt.UNTOLD)
        look = self._look(format_)
        before = len(self.line.parts)
        self.line.add(text, look)
        if state.field is not None:
            state.field.painted += self.line.parts[before:]

    def _format(self) -> RunFormat:
        """What counts for characters that come now; kept, since it seldom changes."""
        key = self.state.format, self.state.paragraph
        if self._last_key[0] is not key[0] or self._last_key[1] is not key[1]:
            self._last_key = key
            self._last_format = key[0].over(key[1])
        return self._last_format

    def _look(self, format_: RunFormat) -> Look:
        state = self.state
        crushed = state.crushed
        ground = state.ground
        if state.depth:
            row = self.definitions[state.depth > 1]
            crushed = crushed or row.low
            if ground is None:
                ground = row.ground(self.stream.cells_so_far(state.depth))
        look = format_.look(ground, known=ground is not None or not state.box)
        if crushed and not look.hidden:
            return replace(look, points=0.0)
        return look

    def _instruct(self, group: bytes) -> None:
        """A field's instruction, with the fields that stand in it."""
        if self.state.field is not None:
            self.state.field.instruction += plain_text(group, self.code_page)
            if b"\\formfield" in group:
                self.state.field.control = group

    def _end_field(self) -> None:
        """A field without a result shows what its instruction makes."""
        ended = self.state.field
        if ended is None:
            return
        result = "".join(ended.painted).strip()
        if result:
            self.line.doubts |= self._doubts_of(ended, result)
            return
        if ended.control:
            shown = fields.Shown(control_shown(ended.control, self.code_page))
        else:
            shown = fields.shown_of(ended.instruction)
        self.line.doubts |= shown.doubts
        self.state = replace(self.state, field=self.stack[-1].field)
        self._put(shown.text)

    def _doubts_of(self, ended: _Field, result: str) -> frozenset[Doubt]:
        """What is doubtful of a field that shows a result."""
        if ended.stale:
            return frozenset((Doubt.UNCOMPUTED,))
        if result == control_default(ended.control, self.code_page):
            return frozenset((Doubt.UNFILLED,))
        return fields.doubts_of_result(ended.instruction)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.state = replace(self.state, starred=True)
        elif sign in b"{}\\":
            self._octets(sign)
        else:
            self._flush()
            self._put({b"~": " ", b"_": "-", b"\t": "\t"}.get(sign, ""))
            if sign in b"\r\n":
                self._end_paragraph()

    def _word(self, word: bytes, number: int | None) -> None:
        if word == b"u" and number is not None:
            self._unicode(number)
            return
        self._flush()
        if word in _SIGNS:
            self._put(_SIGNS[word])
            return
        # Most of what Word and LibreOffice write
        if word not in _KNOWN:
            return
        for takes in (
            self._character,
            self._paragraph,
            self._in_the_line,
            self._structure,
        ):
            if takes(word, number):
                return
        self._definition(word, number)

    def _is_unseen(self, word: bytes) -> bool:
        """Whether the word opens a destination that is not painted: a known one, or any
        unknown one behind \\*."""
        starred = self.state.starred
        if starred:
            self.state = replace(self.state, starred=False)
        return word in _SKIPPED or (starred and word not in _KEPT_STARRED)

    def _end_of_group(self, at: int) -> int:
        """Where the brace stands that closes the group around `at`."""
        depth = 0
        while (match := _GROUP.search(self.content, at)) is not None:
            at = match.end()
            if match[1] is not None:
                at += min(int(match[1]), len(self.content))
            elif match[0] == b"{":
                depth += 1
            elif match[0] == b"}":
                depth -= 1
                if depth < 0:
                    return at - 1
        return len(self.content)

    def _unicode(self, number: int) -> None:
        self._flush()
        self.to_skip = 0
        self._put(character(number))
        self.to_skip = self.state.fallback

    def _character(self, word: bytes, number: int | None) -> bool:
        """What changes how characters are read or shown."""
        changed = self.header.character(self.state.format, word, number)
        if changed is not None:
            self.state = replace(self.state, format=changed)
        elif word == b"plain":
            self.state = replace(
                self.state,
                format=NOTHING_SAID,
                deleted=False,
                font=PLAIN_FONT,
            )
        elif word == b"cs":
            style = self.header.character_styles.get(number or 0, NOTHING_SAID)
            self.state = replace(
                self.state, format=style.over(self.state.format)
            )
        elif word == b"s":
            style = self.header.paragraph_styles.get(number or 0, NOTHING_SAID)
            self.state = replace(self.state, paragraph=style)
        elif word in (b"deleted", b"mvf"):
            self.state = replace(self.state, deleted=number != 0)
        elif word == b"f":
            font = self.header.fonts.get(number or 0, PLAIN_FONT)
            self.state = replace(self.state, font=font)
        elif word == b"uc":
            self.state = replace(
                self.state, fallback=min(max(number or 0, 0), 8)
            )
        elif word == b"ansicpg":
            self.code_page = _CODE_PAGES.get(number or 0, "cp1252")
        else:
            return False
        return True

    def _paragraph(self, word: bytes, number: int | None) -> bool:
        """What changes how a paragraph is shown."""
        if word == b"pard":
            # Style 0 is that of a paragraph that names none
            usual = self.header.paragraph_styles.get(0, NOTHING_SAID)
            self.state = replace(
                self.state,
                depth=0,
                paragraph=usual,
                ground=None,
                crushed=False,
                indents={},
                listed=False,
            )
        elif word == b"cbpat":
            ground = as_ground(self.header.colour(number or 0), None)
            self.state = replace(self.state, ground=ground)
        elif word == b"sl":
            # Negative: exactly so high
            crushed = -CRUSHED_POINTS * TWIPS <= (number or 0) < 0
            self.state = replace(self.state, crushed=crushed)
        elif word in INDENTS:
            indents = indented(self.state.indents, word, number or 0)
            self.state = replace(self.state, indents=indents)
        elif word == b"shading" and (number or 0) >= DARK_PATTERN:
            style = replace(self.state.paragraph, untold=True)
            self.state = replace(self.state, paragraph=style)
        elif word == b"ls":
            self.state = replace(self.state, listed=bool(number))
        else:
            return False
        return True

    def _in_the_line(self, word: bytes, _: int | None) -> bool:
        """What stands among the characters: fields, breaks, what the program counts."""
        if word == b"field":
            self.state = replace(self.state, field=_Field())
        elif word == b"flddirty" and self.state.field is not None:
            self.state.field.stale = True
        elif word in _OF_THE_MOMENT or word == b"fldpriv":
            self.line.doubts.add(Doubt.UNTOLD)
        elif word == b"chftn":
            # A note's mark, which stands among the digits unless it is raised
            look = self._look(self._format())
            if not (look.raised or look.hidden):
                self.line.doubts.add(Doubt.UNTOLD)
        elif word in _LINE_ENDS:
            # A break inside of a paragraph
            self._put("\n")
        else:
            return False
        return True

    def _structure(self, word: bytes, number: int | None) -> bool:
        """What ends paragraphs, cells and rows, and says how deep they stand."""
        if word in (b"par", b"sect"):
            self._end_paragraph()
        elif word == b"intbl":
            self.state = replace(self.state, depth=max(self.state.depth, 1))
        elif word == b"itap":
            self.state = replace(
                self.state, depth=min(max(number or 0, 0), _MOST_NESTED)
            )
        elif word in (b"cell", b"nestcell"):
            self.stream.end_cell(
                self._taken(),
                1 if word == b"cell" else max(self.state.depth, 2),
            )
        elif word in (b"row", b"nestrow"):
            nested = word == b"nestrow"
            if nested:
                depth = max(self.state.depth, 2)
            else:
                depth = 1
            cells = self.definitions[nested].filled(
                self.stream.open_cells(depth)
            )
            self.stream.end_row(cells, depth)
        elif word in _BOX_TEXTS:
            self.boxes += 1
            if not self.state.box:
                self.outside.append(self._taken())
            self.state = replace(self.state, box=f"文本框{self.boxes}")
        elif word in (b"pntext", b"listtext"):
            self.labelled = True
            self.state = replace(self.state, label=True)
        elif word == b"nesttableprops":
            self.state = replace(self.state, nested_definition=True)
        else:
            return False
        return True

    def _definition(self, word: bytes, number: int | None) -> None:
        """The cells that a row will have: merging first, then where each ends."""
        row = self.definitions[self.state.nested_definition]
        value = number or 0
        if word == b"trowd":
            self.definitions[self.state.nested_definition] = Row()
        elif word == b"trleft" and not row.cells:
            row.draft.left = value
        elif word == b"trrh":
            # Negative: exactly so high
            row.low = -CRUSHED_POINTS * TWIPS <= value < 0
        elif word == b"clmrg":
            row.draft.joins_left = True
        elif word == b"clvmgf":
            row.draft.starts_below = True
        elif word == b"clvmrg":
            row.draft.joins_above = True
        elif word == b"clcbpat":
            row.fill = as_ground(self.header.colour(value), None)
        elif _hides_a_cell(word, value):
            row.draft.seen.doubts.add(Doubt.UNTOLD)
        elif word == b"cellx":
            row.end_cell(value)
        else:
            row.border(word)

    def _taken(self) -> Seen:
        """The paragraph as far as it has come; the next one begins."""
        line = self.line
        if self.state.listed and not self.labelled:
            # Its number is counted by who paints it
            line.doubts.add(Doubt.UNTOLD)
        self.labelled = False
        self.line = Seen()
        return line

    def _end_paragraph(self) -> None:
        if not self.state.deleted:
            self.stream.line(self._taken(), self.state.depth, self.state.box)


def _hides_a_cell(word: bytes, number: int) -> bool:
    """Whether a cell of the row is deleted, or filled with a pattern so dark that it may
    swallow what stands in it."""
    return word == b"cldel" or (word == b"clshdng" and number >= DARK_PATTERN)
