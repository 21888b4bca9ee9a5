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

_WORD_97 = 0xA5EC
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
# numbers of the parts in FibRgFcLcb97
_STSHF, _SECTIONS, _BTE_CHPX, _BTE_PAPX, _FONTS = 1, 6, 12, 13, 15
_CLX, _TXBX, _LISTS, _LFOS = 33, 56, 73, 74
_COMPRESSED = 0x40000000
_PAGE = 512
_PIECES_LIMIT = 200_000

_Grpprl = Callable[[bytes, int], bytes]


class _Runs:
    """Ranges of file offsets and the grpprl of each, in order."""

    def __init__(self, runs: list[tuple[int, int, bytes]]) -> None:
        self.runs = runs
        self._starts = [start for start, _, _ in runs]

    def at(self, offset: int) -> bytes:
        index = bisect_right(self._starts, offset) - 1
        if index >= 0 and offset < self.runs[index][1]:
            return self.runs[index][2]
        return b""


@dataclass
class Piece:
    """A stretch of text: characters from `first`, bytes from `offset`, `width` bytes a character."""

    first: int
    last: int
    offset: int
    width: int
    modifiers: Properties


@dataclass(frozen=True)
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
        self.word, self.data = word, streams.get("Data", b"")
        self.table = streams.get(
            "1Table" if flags & _TABLE_1 else "0Table", b""
        )
        counts = struct.unpack_from("<3L1L3L2L", word, 0x4C)
        self.main_length: int = counts[0]
        self.boxes_at: int = sum(
            (counts[0], counts[1], counts[2], counts[4], counts[5])
        )
        self.boxes_length: int = counts[6]
        self.pieces = list(self._read_pieces())
        self._first = [p.first for p in self.pieces]
        self.text = "".join(self._decode(p) for p in self.pieces)
        self._characters = self._runs(_BTE_CHPX, 1, _chpx)
        self._paragraphs = self._runs(_BTE_PAPX, 13, _papx)
        self._starts = [start for start, _, _ in self._characters.runs]
        self.fonts = font_names(self._part(_FONTS))
        self.styles = Styles(self._part(_STSHF), self.fonts)
        self._said: dict[bytes, Properties] = {}

    def _part(self, index: int) -> bytes:
        offset, length = struct.unpack_from("<2L", self.word, 0x9A + 8 * index)
        return self.table[offset : offset + length]

    def _read_pieces(self) -> Iterator[Piece]:
        clx = self._part(_CLX)
        modifiers: list[bytes] = []
        at = 0
        while clx[at] == 1:
            size = int.from_bytes(clx[at + 1 : at + 3], "little")
            modifiers.append(clx[at + 3 : at + 3 + size])
            at += 3 + size
        table = clx[at + 5 :]
        count = (len(table) - 4) // 12
        if count > _PIECES_LIMIT:
            raise UnreadableError(TroubleCode.TOO_BIG, f"{count} pieces")
        places = struct.unpack_from(f"<{count + 1}L", table)
        for index in range(count):
            offset, prm = struct.unpack_from(
                "<LH", table, 4 * (count + 1) + 8 * index + 2
            )
            narrow = bool(offset & _COMPRESSED)
            if narrow:
                offset = (offset & ~_COMPRESSED) // 2
            own: Properties = {}
            if prm & 1 and prm >> 1 < len(modifiers):
                own = properties(modifiers[prm >> 1])
            elif not prm & 1 and prm >> 1 & 0x7F in SHORT_CODES:
                own = {SHORT_CODES[prm >> 1 & 0x7F]: bytes((prm >> 8,))}
            yield Piece(
                places[index],
                places[index + 1],
                offset,
                1 if narrow else 2,
                own,
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
        bins = self._part(index)
        count = max((len(bins) - 4) // 8, 0)
        runs: list[tuple[int, int, bytes]] = []
        for number in (
            struct.unpack_from(f"<{count}L", bins, 4 * (count + 1))
            if count
            else ()
        ):
            start = (number & 0x3FFFFF) * _PAGE
            runs += _page(self.word[start : start + _PAGE], entry_size, grpprl)
        if any(
            one[1] != following[0]
            for one, following in itertools.pairwise(runs)
        ):
            raise IndexError(
                "pages of properties that do not follow one another"
            )
        return _Runs(runs)

    def _piece_at(self, place: int) -> Piece:
        return self.pieces[max(bisect_right(self._first, place) - 1, 0)]

    def paragraph(self, place: int) -> tuple[int, Properties]:
        """(style, properties) of the paragraph whose end mark stands at `place`."""
        piece = self._piece_at(place)
        raw = self._paragraphs.at(
            piece.offset + (place - piece.first) * piece.width
        )
        found = properties(raw[2:])
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
        offset = piece.offset + (first - piece.first) * piece.width
        index = bisect_right(self._starts, offset) - 1
        raw = b""
        last = end
        if index >= 0:
            _, stop, raw = self._characters.runs[index]
            if offset >= stop:
                raw = b""
            else:
                step = -(-(stop - offset) // piece.width)
                last = min(end, first + max(step, 1))
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
            if number < len(self.fonts):
                font = self.fonts[number]
            else:
                font = ""
            symbol = sign_of(font, code)
        data_at = None
        if C_DATA_AT in said:
            data_at = int.from_bytes(said[C_DATA_AT], "little")
        return Run(first, last, format_, symbol, data_at)

    def section_ends(self) -> set[int]:
        """The places of the marks that end sections: another mark like them breaks a
        page inside of a paragraph."""
        table = self._part(_SECTIONS)
        count = max((len(table) - 4) // 16, 0)
        if count:
            places = struct.unpack_from(f"<{count + 1}L", table)
        else:
            places = ()
        found = set()
        for place in places[1:]:
            found.add(place - 1)
        return found

    def boxes(self) -> list[tuple[int, int]]:
        """The ranges of `text` that are the stories of text boxes."""
        if self.boxes_length:
            plc = self._part(_TXBX)
        else:
            plc = b""
        count = (len(plc) - 4) // 26
        if count < 1:
            if self.boxes_length:
                return [(self.boxes_at, self.boxes_at + self.boxes_length)]
            return []
        places = struct.unpack_from(f"<{count + 1}L", plc)
        pairs = itertools.pairwise(places)
        found = []
        for a, b in pairs:
            if a < b <= self.boxes_length:
                found.append((self.boxes_at + a, self.boxes_at + b))
        return found

    def numbering(self) -> Numbering:
        offset = struct.unpack_from("<L", self.word, 0x9A + 8 * _LISTS)[0]
        if self._part(_LISTS):
            return read_numbering(self.table[offset:], self._part(_LFOS))
        return Numbering()


def _page(
    page: bytes, entry_size: int, grpprl: _Grpprl
) -> Iterator[tuple[int, int, bytes]]:
    """A formatted disk page: its ranges of file offsets, and the grpprl of each. A page
    that is cut off or is none raises: what it says to be deleted or hidden would be
    read."""
    count = page[_PAGE - 1]
    offsets = struct.unpack_from(f"<{count + 1}L", page)
    if not count or any(
        one > following for one, following in itertools.pairwise(offsets)
    ):
        raise IndexError("no page of properties")
    for index in range(count):
        at = page[4 * (count + 1) + entry_size * index] * 2
        yield (
            offsets[index],
            offsets[index + 1],
            grpprl(page, at) if at else b"",
        )


def _chpx(page: bytes, at: int) -> bytes:
    return page[at + 1 : at + 1 + page[at]]


def _papx(page: bytes, at: int) -> bytes:
    if page[at]:
        return page[at + 1 : at + 2 * page[at]]
    return page[at + 2 : at + 2 + 2 * page[at + 1]]
