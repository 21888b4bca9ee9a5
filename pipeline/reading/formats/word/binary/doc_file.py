"""The binary Word file (MS-DOC): its pieces of text, the properties of characters and
paragraphs, its lists.

Beside doc.py, which makes blocks of it. Trusts no offset: what points outside of a
stream ends as struct.error or IndexError, which the caller turns into CORRUPT. Knows
the few properties that change what a page shows, and skips the rest by their length.
"""

import itertools
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.model.trouble import TroubleCode
from pipeline.model.values.frozen import frozen
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.formats.symbol_fonts import draws_signs, in_font, sign_of
from pipeline.reading.formats.word.binary.doc_lists import read_numbering
from pipeline.reading.formats.word.binary.doc_sprm import (
    C_DATA_AT,
    C_STYLE,
    C_SYMBOL,
    P_HUGE,
    SHORT_CODES,
    Properties,
    properties,
)
from pipeline.reading.formats.word.binary.doc_styles import (
    Styles,
    font_names,
    run_format,
)
from pipeline.reading.formats.word.markup.wordml_lists import Numbering
from pipeline.reading.formats.word.run_format import RunFormat

# The magic number that begins the file information block (FIB) of Word 97 and later
# (MS-DOC 2.5.1), and two of its flags
_WORD_97 = 0xA5EC
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
# Where the lengths of the stories stand in the FIB (FibRgLw97), and the table of parts
_LENGTHS, _PARTS = 0x4C, 0x9A
# numbers of the parts in FibRgFcLcb97
_STSHF, _SECTIONS, _BTE_CHPX, _BTE_PAPX, _FONTS = 1, 6, 12, 13, 15
_CLX, _TXBX, _LISTS, _LFOS = 33, 56, 73, 74
# Of a piece's offset: the piece holds a byte a character, at half that offset
_COMPRESSED = 0x40000000
# Bytes of a page of properties; its number is that of its 512 bytes in the stream
_PAGE = 512
_PAGE_NUMBER = 0x3FFFFF
# Of text: a document that was edited has hundreds
_PIECES_LIMIT = 200_000

# From a page and a place in it to the list of properties that begins there
_Grpprl = Callable[[bytes, int], bytes]
# A range of file offsets and its list of properties
_Range = tuple[int, int, bytes]


class _Runs:
    """Ranges of file offsets and the grpprl of each, in order."""

    def __init__(self, runs: list[_Range]) -> None:
        self.runs = runs
        self._starts = [start for start, _, _ in runs]

    def at(self, offset: int) -> bytes:
        """The properties at a file offset; none where no range holds it."""
        index = self.index_at(offset)
        if index is None:
            return b""
        _, end, grpprl = self.runs[index]
        if offset < end:
            return grpprl
        return b""

    def index_at(self, offset: int) -> int | None:
        """Which range begins at an offset or last before it."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return None
        return index


@dataclass
class Piece:
    """A stretch of text: characters from `first`, bytes from `offset`, `width` bytes a character."""

    first: int
    last: int
    offset: int
    width: int
    modifiers: Properties

    def offset_of(self, place: int) -> int:
        """Where the character at a place of the text stands in the stream."""
        return self.offset + (place - self.first) * self.width


@frozen
class Run:
    """A stretch of text that looks the same, from place `first` to before `last`.
    `symbol` is the sign that stands for each of its characters ("": themselves)."""

    first: int
    last: int
    format: RunFormat
    symbol: str = ""
    # Where the Data stream tells of its form control
    data_at: int | None = None

    def painted(self, text: str) -> str:
        """The characters of the run as its font draws them."""
        if self.symbol:
            return self.symbol * len(text)
        if draws_signs(self.format.font):
            return in_font(self.format.font, text)
        return text


class DocFile:
    """A .doc opened: `text` (main text and what follows it) and what is needed to know how it shows."""

    def __init__(self, word: bytes, streams: dict[str, bytes]) -> None:
        magic, _, flags = struct.unpack_from("<HH6xH", word)
        if magic != _WORD_97:
            raise UnreadableError(
                TroubleCode.UNSUPPORTED, f"Word 95 or older ({magic:#x})"
            )
        if flags & _ENCRYPTED:
            raise UnreadableError(TroubleCode.ENCRYPTED, "FIB flag")
        self.word = word
        self.data = streams.get("Data", b"")
        # A file that was saved in parts (fast save) may hold both; the flag says which.
        table = "0Table"
        if flags & _TABLE_1:
            table = "1Table"
        self.table = streams.get(table, b"")
        # Main text, footnotes, headers, macros (always none), comments, endnotes, text
        # boxes: their characters follow one another in this order.
        main, notes, heads, _, comments, ends, boxes = struct.unpack_from(
            "<7L", word, _LENGTHS
        )
        self.main_length: int = main
        comments_at = main + notes + heads
        self.boxes_at: int = comments_at + comments + ends
        self.boxes_length: int = boxes
        self.pieces = list(self._read_pieces())
        self._first = [p.first for p in self.pieces]
        self.text = "".join(self._decode(p) for p in self.pieces)
        self.notes = (
            self.text[main : main + notes],
            self.text[comments_at : self.boxes_at],
        )
        self._characters = self._runs(_BTE_CHPX, 1, _chpx)
        self._paragraphs = self._runs(_BTE_PAPX, 13, _papx)
        self.fonts = font_names(self._part(_FONTS))
        self.styles = Styles(self._part(_STSHF), self.fonts)
        # A document has a handful of different lists of properties, each thousands of
        # times.
        self._said: dict[bytes, Properties] = {}

    def _part(self, index: int) -> bytes:
        place = _PARTS + 8 * index
        offset, length = struct.unpack_from("<2L", self.word, place)
        return self.table[offset : offset + length]

    def _read_pieces(self) -> Iterator[Piece]:
        """The piece table (MS-DOC, Clx): first what lists of properties pieces share,
        each after a 1, then after a 2 the table itself."""
        clx = self._part(_CLX)
        modifiers: list[bytes] = []
        at = 0
        while clx[at] == 1:
            size = int.from_bytes(clx[at + 1 : at + 3], "little")
            modifiers.append(clx[at + 3 : at + 3 + size])
            at += 3 + size
        table = clx[at + 5 :]
        # A place of 4 bytes and an entry of 8 for each, and one place more at the end
        count = (len(table) - 4) // 12
        if count > _PIECES_LIMIT:
            raise UnreadableError(TroubleCode.TOO_BIG, f"{count} pieces")
        places = struct.unpack_from(f"<{count + 1}L", table)
        entries = 4 * (count + 1)
        for index in range(count):
            entry = entries + 8 * index
            offset, prm = struct.unpack_from("<LH", table, entry + 2)
            width = 2
            if offset & _COMPRESSED:
                width = 1
                offset = (offset & ~_COMPRESSED) // 2
            own = _own_properties(prm, modifiers)
            yield Piece(
                first=places[index],
                last=places[index + 1],
                offset=offset,
                width=width,
                modifiers=own,
            )

    def _decode(self, piece: Piece) -> str:
        size = (piece.last - piece.first) * piece.width
        raw = self.word[piece.offset : piece.offset + size]
        if size < 0 or len(raw) != size:
            raise UnreadableError(
                TroubleCode.CORRUPT, "piece outside of the stream"
            )
        if piece.width == 2:
            # surrogate halves count as characters of their own here, as they do in Word
            return "".join(map(chr, struct.unpack(f"<{size // 2}H", raw)))
        return raw.decode("cp1252", "replace")

    def _runs(self, index: int, entry_size: int, grpprl: _Grpprl) -> _Runs:
        """The ranges of all pages of properties that a part of the file lists."""
        bins = self._part(index)
        count = max((len(bins) - 4) // 8, 0)
        numbers: tuple[int, ...] = ()
        if count:
            numbers = struct.unpack_from(f"<{count}L", bins, 4 * (count + 1))
        runs: list[_Range] = []
        for number in numbers:
            start = (number & _PAGE_NUMBER) * _PAGE
            runs += _page(self.word[start : start + _PAGE], entry_size, grpprl)
        # A page that is missed would show as plain text what it says to be deleted.
        for one, following in itertools.pairwise(runs):
            if one[1] != following[0]:
                raise IndexError(
                    "pages of properties that do not follow one another"
                )
        return _Runs(runs)

    def _piece_at(self, place: int) -> Piece:
        return self.pieces[max(bisect_right(self._first, place) - 1, 0)]

    def paragraph(self, place: int) -> tuple[int, Properties]:
        """(style, properties) of the paragraph whose end mark stands at `place`."""
        piece = self._piece_at(place)
        raw = self._paragraphs.at(piece.offset_of(place))
        found = properties(raw[2:])
        # A list too long for its page, as that of a wide table's row, stands in Data.
        if P_HUGE in found:
            found.update(self._huge(int.from_bytes(found[P_HUGE], "little")))
        found.update(piece.modifiers)
        return int.from_bytes(raw[:2], "little"), found

    def _huge(self, offset: int) -> Properties:
        size = int.from_bytes(self.data[offset : offset + 2], "little")
        return properties(self.data[offset + 2 : offset + 2 + size])

    def runs(self, first: int, last: int, style: int) -> Iterator[Run]:
        """The runs of a stretch of text in order; `style` is its paragraph's."""
        base = self.styles.run(style)
        index = max(bisect_right(self._first, first) - 1, 0)
        while index < len(self.pieces) and self.pieces[index].first < last:
            piece = self.pieces[index]
            here = max(first, piece.first)
            end = min(last, piece.last)
            while here < end:
                run = self._run_at(piece, here, end, base)
                yield run
                here = run.last
            index += 1

    def _run_at(
        self, piece: Piece, first: int, end: int, base: RunFormat
    ) -> Run:
        """The run that begins at a place of a piece, as far as it looks the same."""
        offset = piece.offset_of(first)
        index = self._characters.index_at(offset)
        raw = b""
        last = end
        if index is not None:
            _, stop, raw = self._characters.runs[index]
            if offset >= stop:
                raw = b""
            else:
                # A range that ends within a character holds it whole.
                characters = -(-(stop - offset) // piece.width)
                last = min(end, first + max(characters, 1))
        said = self._said.get(raw)
        if said is None:
            said = self._said[raw] = properties(raw)
        if piece.modifiers:
            said = {**said, **piece.modifiers}
        return self._made(first, last, said, base)

    def _made(
        self, first: int, last: int, said: Properties, base: RunFormat
    ) -> Run:
        if C_STYLE in said:
            own = self.styles.run(int.from_bytes(said[C_STYLE][:2], "little"))
            base = own.over(base)
        format_ = run_format(said, base, self.fonts).over(base)
        symbol = ""
        if C_SYMBOL in said:
            number, code = struct.unpack("<HH", said[C_SYMBOL])
            font = ""
            if number < len(self.fonts):
                font = self.fonts[number]
            symbol = sign_of(font, code)
        data_at = None
        if C_DATA_AT in said:
            data_at = int.from_bytes(said[C_DATA_AT], "little")
        return Run(
            first=first,
            last=last,
            format=format_,
            symbol=symbol,
            data_at=data_at,
        )

    def section_ends(self) -> set[int]:
        """The places of the marks that end sections: another mark like them breaks a
        page inside of a paragraph."""
        table = self._part(_SECTIONS)
        count = max((len(table) - 4) // 16, 0)
        if not count:
            return set()
        places = struct.unpack_from(f"<{count + 1}L", table)
        found = set()
        for place in places[1:]:
            found.add(place - 1)
        return found

    def boxes(self) -> list[tuple[int, int]]:
        """The ranges of `text` that are the stories of text boxes."""
        if not self.boxes_length:
            return []
        table = self._part(_TXBX)
        count = (len(table) - 4) // 26
        if count < 1:
            # Not told apart: one story, rather than none of it
            return [(self.boxes_at, self.boxes_at + self.boxes_length)]
        places = struct.unpack_from(f"<{count + 1}L", table)
        found = []
        for first, last in itertools.pairwise(places):
            # The last place is that of a mark behind all stories.
            if first < last <= self.boxes_length:
                found.append((self.boxes_at + first, self.boxes_at + last))
        return found

    def numbering(self) -> Numbering:
        """How the file's lists count."""
        place = _PARTS + 8 * _LISTS
        offset = struct.unpack_from("<L", self.word, place)[0]
        # The part's length leaves out the levels that follow it in the table stream.
        if self._part(_LISTS):
            return read_numbering(self.table[offset:], self._part(_LFOS))
        return Numbering()


def _own_properties(prm: int, modifiers: list[bytes]) -> Properties:
    """What a piece says of all its characters: one of the lists that pieces share, or
    one property in short (MS-DOC, Prm)."""
    number = prm >> 1
    if prm & 1:
        if number < len(modifiers):
            return properties(modifiers[number])
        return {}
    code = SHORT_CODES.get(number & 0x7F)
    if code is None:
        return {}
    return {code: bytes((prm >> 8,))}


def _page(
    page: bytes, entry_size: int, grpprl: _Grpprl
) -> Iterator[tuple[int, int, bytes]]:
    """A formatted disk page: its ranges of file offsets, and the grpprl of each. A page
    that is cut off or is none raises: what it says to be deleted or hidden would be
    read."""
    count = page[_PAGE - 1]
    offsets = struct.unpack_from(f"<{count + 1}L", page)
    if not count or list(offsets) != sorted(offsets):
        raise IndexError("no page of properties")
    entries = 4 * (count + 1)
    for index in range(count):
        # In words of two bytes; 0 says that nothing differs from the style
        at = page[entries + entry_size * index] * 2
        found = b""
        if at:
            found = grpprl(page, at)
        yield offsets[index], offsets[index + 1], found


def _chpx(page: bytes, at: int) -> bytes:
    """Properties of characters: a byte of length, and so many bytes (MS-DOC, Chpx)."""
    return page[at + 1 : at + 1 + page[at]]


def _papx(page: bytes, at: int) -> bytes:
    """The style and the properties of a paragraph (MS-DOC, PapxInFkp): a length in words
    that counts half of itself; where it is 0 the true one follows."""
    words = page[at]
    if words:
        return page[at + 1 : at + 2 * words]
    first = at + 2
    words = page[at + 1]
    return page[first : first + 2 * words]
