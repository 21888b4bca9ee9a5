"""RTF to Document, by a walk over its tokens: nested tables, text boxes, list numbers,
every way of writing Chinese.

Trusts nothing: unknown destinations are skipped whole, group depth is bounded, embedded
binary is jumped over. Drops hidden text, tracked deletions, field codes, headers,
notes; text that is struck through raises a doubt.
"""

import re
from dataclasses import dataclass, replace

from pipeline.model.document import Document
from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import STRUCK, UnreadableError
from pipeline.reading.formats.word.table_builder import RowCell, Stream

_SIZE_LIMIT = 32 << 20
_DEPTH_LIMIT = 500
_MOST_NESTED = 30
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.DOTALL,
)
_GROUP = re.compile(rb"\\bin(\d{1,10}) ?|\\[^a-zA-Z]|[{}]", re.DOTALL)
_SKIPPED = frozenset(
    b"fonttbl colortbl stylesheet info pict header headerl headerr headerf footer "
    b"footerl footerr footerf footnote "
    b"annotation fldinst listtable listoverridetable revtbl rsidtbl generator "
    b"themedata colorschememapping datastore "
    b"objdata objclass nonesttables atnid atnauthor atndate atnref xmlnstbl "
    b"latentstyles datafield formfield bkmkstart "
    b"bkmkend sp private ud pgdsctbl picprop listpicture mmathPr background filetbl docvar userprops".split()
)
_KEPT_STARRED = frozenset(
    (b"shpinst", b"shptxt", b"nesttableprops", b"pntext", b"fldrslt", b"dptxbxtext")
)
_CHARSETS = {
    0: "cp1252",
    1: "gb18030",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "cp950",
}
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


def read_rtf(file: ForeignFile) -> Document:
    """A Rich Text file. Raises UnreadableError: TOO_BIG, BOMB (groups without end)."""
    content = file.content
    if len(content) > _SIZE_LIMIT:
        raise UnreadableError(TroubleCode.TOO_BIG, f"{len(content)} bytes")
    walk = _Walk(content)
    walk.run()
    return Document(
        file.kind, tuple(walk.stream.blocks()), doubts=(STRUCK,) if walk.struck else ()
    )


@dataclass(frozen=True)
class _State:
    """What a group inherits and gives back at its end."""

    hidden: bool = False
    deleted: bool = False
    struck: bool = False
    codec: str = ""
    fallback: int = 1  # bytes that follow \u for programs without Unicode
    nested_definition: bool = False
    box: str = ""
    depth: int = 0  # of the table that the paragraph stands in
    starred: bool = False


class _Walk:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.stream = Stream()
        self.state = _State()
        self.stack: list[_State] = []
        self.fonts = _fonts(content)
        self.code_page = "cp1252"
        self.text: list[str] = []
        self.octets = bytearray()
        self.to_skip = 0
        self.definitions: dict[bool, list[RowCell]] = {False: [], True: []}
        self.draft = RowCell("", 0, 0)
        self.boxes = 0
        self.struck = False

    def run(self) -> None:
        at = self.content.find(b"{\\rt")
        while at >= 0 and (match := _TOKEN.match(self.content, at)) is not None:
            at = match.end()
            word, number, octet, sign, brace, plain = match.groups()
            if word == b"bin":
                at += min(max(int(number or 0), 0), len(self.content))
            elif word is not None and self._is_unseen(word):
                at = self._end_of_group(at)
            elif word is not None:
                self._word(word, int(number) if number is not None else None)
            elif brace is not None:
                self._brace(brace)
            elif octet is not None:
                self._octets(bytes((int(octet, 16),)))
            elif sign is not None:
                self._sign(sign)
            elif plain is not None:
                self._octets(plain)
        self._flush()
        if self.text:
            self.stream.line(self._line(), 0, self.state.box)

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self.to_skip = 0
        if brace == b"{":
            if len(self.stack) >= _DEPTH_LIMIT:
                raise UnreadableError(TroubleCode.BOMB, "groups without end")
            self.stack.append(self.state)
            self.state = replace(self.state, starred=False)
        elif self.stack:
            if self.state.box and not self.stack[-1].box and self.text:
                self.stream.line(self._line(), self.state.depth, self.state.box)
            self.state = self.stack.pop()

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
        codec = self.state.codec or self.code_page
        if codec == "cp1252" and self.code_page != codec and not octets.isascii():
            try:
                return octets.decode(self.code_page)
            except UnicodeDecodeError:
                pass
        return octets.decode(codec, "replace")

    def _put(self, text: str) -> None:
        state = self.state
        if state.hidden or state.deleted:
            return
        self.struck = self.struck or (state.struck and bool(text.strip()))
        self.text.append(text)

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
        elif not self._character(word, number) and not self._structure(word, number):
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
        self._put(_character(number))
        self.to_skip = self.state.fallback

    def _character(self, word: bytes, number: int | None) -> bool:
        """What changes how characters are read or shown."""
        on = number != 0
        if word == b"plain":
            self.state = replace(
                self.state, hidden=False, deleted=False, struck=False, codec=""
            )
        elif word == b"v":
            self.state = replace(self.state, hidden=on)
        elif word == b"deleted":
            self.state = replace(self.state, deleted=on)
        elif word in (b"strike", b"striked"):
            self.state = replace(self.state, struck=on)
        elif word == b"f":
            self.state = replace(self.state, codec=self.fonts.get(number or 0, ""))
        elif word == b"uc":
            self.state = replace(self.state, fallback=min(max(number or 0, 0), 8))
        elif word == b"ansicpg":
            self.code_page = _CODE_PAGES.get(number or 0, "cp1252")
        else:
            return False
        return True

    def _structure(self, word: bytes, number: int | None) -> bool:
        """What ends paragraphs, cells and rows, and says how deep they stand."""
        if word in (b"par", b"sect", b"page"):
            self._end_paragraph()
        elif word == b"pard":
            self.state = replace(self.state, depth=0)
        elif word == b"intbl":
            self.state = replace(self.state, depth=max(self.state.depth, 1))
        elif word == b"itap":
            self.state = replace(
                self.state, depth=min(max(number or 0, 0), _MOST_NESTED)
            )
        elif word in (b"cell", b"nestcell"):
            self.stream.end_cell(
                self._line(), 1 if word == b"cell" else max(self.state.depth, 2)
            )
        elif word in (b"row", b"nestrow"):
            nested = word == b"nestrow"
            if nested:
                depth = max(self.state.depth, 2)
            else:
                depth = 1
            self.stream.end_row(
                _row(self.stream.open_cells(depth), self.definitions[nested]), depth
            )
        elif word == b"shptxt":
            self.boxes += 1
            self.state = replace(self.state, box=f"文本框{self.boxes}")
        elif word == b"nesttableprops":
            self.state = replace(self.state, nested_definition=True)
        else:
            return False
        return True

    def _definition(self, word: bytes, number: int | None) -> None:
        """The cells that a row will have: merging first, then where each ends."""
        cells = self.definitions[self.state.nested_definition]
        if word == b"trowd":
            cells.clear()
            self.draft = RowCell("", 0, 0)
        elif word == b"trleft" and not cells:
            self.draft.left = number or 0
        elif word == b"clmrg":
            self.draft.joins_left = True
        elif word == b"clvmgf":
            self.draft.starts_below = True
        elif word == b"clvmrg":
            self.draft.joins_above = True
        elif word == b"cellx":
            self.draft.right = number or 0
            cells.append(self.draft)
            self.draft = RowCell("", self.draft.right, 0)

    def _line(self) -> str:
        text = "".join(self.text)
        self.text.clear()
        return text

    def _end_paragraph(self) -> None:
        if not self.state.deleted:
            self.stream.line(self._line(), self.state.depth, self.state.box)


def _character(number: int) -> str:
    """The character of a \\u, whose number is signed, and which may be half of a pair:
    halves are left out."""
    if number < 0:
        code = number + 0x10000
    else:
        code = number
    if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000:
        return chr(code)
    return ""


def _row(texts: list[str], definition: list[RowCell]) -> list[RowCell]:
    if len(definition) < len(texts):
        return [RowCell(text, 1000 * i, 1000 * (i + 1)) for i, text in enumerate(texts)]
    return [
        replace(cell, text=text) for cell, text in zip(definition, texts, strict=False)
    ]


def _fonts(content: bytes) -> dict[int, str]:
    """The codec of each font by its number, from its charset."""
    table = content.find(b"\\fonttbl")
    found = (
        (
            re.findall(
                rb"\\f(\d{1,5})\b[^{}]{0,200}?\\fcharset(\d{1,3})",
                content[table : table + 200_000],
            )
        )
        if table >= 0
        else ()
    )
    return {
        int(font): _CHARSETS[int(charset)]
        for font, charset in found
        if int(charset) in _CHARSETS and int(charset) != 1
    }
