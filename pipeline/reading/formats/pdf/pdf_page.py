"""A PDF's pages as what is painted: glyphs with their boxes, and ruling lines. By pypdfium2.

Bounded in pages, glyphs and lines. A character that leaves no ink is not taken, however
it is hidden: nobody has seen it. Where one is hidden, struck, too pale, or painted as
another than its text says, the place carries a doubt. Form fields and notes are written
onto the page first and count as painted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from math import atan2, hypot, pi
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from pipeline.model.document import Doubt
from pipeline.model.trouble import TroubleCode
from pipeline.model.values.frozen import frozen
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.formats.pdf.digit_shapes import may_be
from pipeline.reading.formats.pdf.pdf_ink import Ink
from pipeline.reading.formats.pdf.pdf_notes import (
    filled_fields,
    painted_by_viewers,
    painted_unlike,
    struck_by_notes,
)
from pipeline.reading.formats.pdf.pdf_objects import (
    Box,
    Matrix,
    Painted,
    Point,
    joined,
    moved,
    objects_of,
    set_upright,
    turn_of,
    turned,
)
from pipeline.reading.formats.pdf.pdf_paths import Lines, Ruling
from pipeline.reading.formats.pdf.pdf_strikes import (
    Stroke,
    crossed,
    overlapping,
)

__all__ = ["Glyph", "Page", "Ruling", "read_pages"]

# A form has one or two; beyond these a document is no form
PAGES_LIMIT = 60
# Of one page
_GLYPHS_LIMIT = 20_000
_LINES_LIMIT = 2_000
# Strokes of a page; painting long ones takes milliseconds each
_SLANTED_LIMIT = 1_000
# Characters of a page; a full page of 5 pt has fewer
_JUDGED_LIMIT = 6_000
# Objects of a page that are painted twice
_PAINTED_LIMIT = 20_000
# No-break and ideographic space, and what stands for a character without Unicode
_BLANKS = (0xA0, 0x3000, 0xFFFE, 0xFFFF)
# steps of grey, of 255: paler than this nobody sees, paler than that perhaps
_NO_INK, _SURE_INK = 16, 64
# As seen.py: a person reads nothing smaller
_LEAST_POINTS = 4.0
# Of the page: no seal, logo or letterhead is so large
_LARGE_PICTURE = 0.4
# Radians: a line of a crooked scan's text layer is no further from the level
_ASLANT = 0.1
# Points: a picture no higher than that is a line
_FLAT = 2.5
_HAN_DIGITS = "〇零一二三四五六七八九十百千万亿两"


@frozen
class Glyph:
    """A character and the box it is set in, in points, y upwards. One whose text is ""
    is not seen or not proved, and stands for its doubts alone. `points` is its font's
    size as painted and `baseline` the height it stands at, where they are known."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    doubts: frozenset[Doubt] = frozenset()
    points: float = 0.0
    baseline: float = 0.0
    # set neither along the lines of the page nor across them
    slanted: bool = False

    @property
    def middle(self) -> Point:
        across = (self.left + self.right) / 2
        up = (self.bottom + self.top) / 2
        return across, up

    @property
    def size(self) -> float:
        return max(self.top - self.bottom, 1.0)

    @property
    def counts(self) -> bool:
        """Whether the character can be a part of a figure."""
        return self.text.isdigit() or self.text in _HAN_DIGITS

    def moved(self, dx: float) -> "Glyph":
        return replace(self, left=self.left + dx, right=self.right + dx)


@dataclass
class Page:
    """What one page shows."""

    glyphs: list[Glyph] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    width: float = 0.0
    slanted: list[Stroke] = field(default_factory=list)


def read_pages(content: bytes) -> list[Page]:
    """The pages. Raises UnreadableError: ENCRYPTED, CORRUPT, TOO_BIG."""
    document = opened(content)
    try:
        if len(document) > PAGES_LIMIT:
            raise UnreadableError(TroubleCode.TOO_BIG, f"{len(document)} pages")
        if document.get_formtype() != raw.FORMTYPE_NONE:
            document.init_forms()
        found = []
        for index in range(len(document)):
            found.append(_page(document, index))
        return found
    except pdfium.PdfiumError as error:
        raise UnreadableError(TroubleCode.CORRUPT, str(error)) from error
    finally:
        document.close()


def has_pictured_page(content: bytes) -> bool:
    """Whether a picture takes up much of a page, as a scan does. Raises UnreadableError."""
    document = opened(content)
    try:
        for index in range(min(len(document), PAGES_LIMIT)):
            page = document[index]
            width, height = page.get_size()
            if _has_large_picture(objects_of(page), width * height):
                return True
        return False
    finally:
        document.close()


def opened(content: bytes) -> Any:
    """The document of pypdfium2. Raises UnreadableError: ENCRYPTED, CORRUPT."""
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableError(TroubleCode.ENCRYPTED, str(error)) from error
        raise UnreadableError(TroubleCode.CORRUPT, str(error)) from error


def upright(document: Any, index: int) -> Any:
    """A page as whoever reads it turns it."""
    return _with_text(document, document[index], index)[0]


def _with_text(document: Any, page: Any, index: int) -> tuple[Any, Any]:
    """The page and its text, loaded again where it was turned."""
    text = page.get_textpage()
    if set_upright(page, text):
        text.close()
        page.close()
        page = document[index]
        text = page.get_textpage()
    return page, text


def _page(document: Any, index: int) -> Page:
    page = document[index]
    struck: list[Box] = []
    covered: list[Box] = []
    if raw.FPDFPage_GetAnnotCount(page) > 0:
        struck = list(struck_by_notes(page))
        form = document.formenv
        covered = list(painted_by_viewers(page, form))
        fields = list(filled_fields(page, form))
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
        # what flattening wrote is on the page only when it is loaded again
        page.close()
        page = document[index]
        covered += painted_unlike(page, fields)
    page, text = _with_text(document, page, index)
    return _Reader(page, text, struck, covered).read()


@frozen
class _Character:
    """A character before it is known whether it counts: `box` is that of its ink."""

    glyph: Glyph
    box: Box
    # The box without what its top leans aside, as that of italics does
    upright: Box
    # counts, and its text is given by a mark, not by its font (ActualText), or reads from
    # the right
    lies: bool


class _Places:
    """Places of a page, which lie in the file as it is not turned."""

    def __init__(self, boxes: Iterable[Box], turn: Matrix) -> None:
        self._boxes = [turned(box, turn) for box in boxes]

    def hold(self, box: Box) -> bool:
        """Whether one of them holds the middle of a box."""
        return any(place.holds(box.middle) for place in self._boxes)


class _Reader:
    """One page while it is read."""

    def __init__(
        self, page: Any, text: Any, struck: list[Box], covered: list[Box]
    ) -> None:
        self._page = page
        self._text = text
        self._turn = turn_of(page)
        self._objects = list(objects_of(page))
        self._struck_by_notes = _Places(struck, self._turn)
        self._under_notes = _Places(covered, self._turn)

    def read(self) -> Page:
        lines = Lines(self._turn, _LINES_LIMIT)
        for item in self._objects:
            if item.kind == raw.FPDF_PAGEOBJ_PATH:
                lines.take(item)
        width, _ = self._page.get_size()
        found = Page(
            rulings=lines.rulings,
            width=float(width),
            slanted=lines.slanted,
        )
        characters = list(self._characters())
        if self._is_too_much(lines, len(characters)):
            # no form, and minutes to paint and compare: what it shows is not told
            untold = frozenset({Doubt.UNTOLD})
            found.glyphs = [replace(c.glyph, doubts=untold) for c in characters]
        elif characters:
            found.glyphs = self._judged(characters, lines)
        return found

    def _is_too_much(self, lines: Lines, characters: int) -> bool:
        if len(lines.slanted) > _SLANTED_LIMIT or characters > _JUDGED_LIMIT:
            return True
        return len(self._objects) > _PAINTED_LIMIT

    def _judged(
        self, characters: list[_Character], lines: Lines
    ) -> list[Glyph]:
        ink = Ink(self._page, self._objects)
        lying = [_lying(c.glyph) for c in characters]
        strokes = [*lines.strokes(), *self._flat_pictures()]
        crossed_out = crossed(lying, strokes)
        doubled = self._doubled(characters)
        found: list[Glyph] = []
        for place, character in enumerate(characters):
            glyph = character.glyph
            if self._is_unseen(character, ink):
                # A blank that a form's print leaves unpainted raises no doubt.
                if glyph.counts:
                    found.append(_only_doubted(glyph, {Doubt.BARELY_SEEN}))
                continue
            struck = place in crossed_out
            struck = struck or self._struck_by_notes.hold(character.box)
            doubts = self._doubts(character, ink, struck, place in doubled)
            if struck or Doubt.UNTOLD in doubts:
                found.append(_only_doubted(glyph, doubts))
            elif doubts:
                found.append(replace(glyph, doubts=frozenset(doubts)))
            else:
                found.append(glyph)
        return found

    def _doubled(self, characters: list[_Character]) -> set[int]:
        """The places of what can be a part of a figure and lies on something else."""
        counting: set[int] = set()
        for place, character in enumerate(characters):
            if character.glyph.counts:
                counting.add(place)
        return overlapping(
            [(c.glyph.text, c.upright) for c in characters], counting
        )

    def _flat_pictures(self) -> Iterator[Stroke]:
        """Pictures as flat as a line: what they strike is struck."""
        for item in self._objects:
            if item.kind != raw.FPDF_PAGEOBJ_IMAGE:
                continue
            # an image is a unit square under its matrix
            m = joined(item.matrix, self._turn)
            a, b, c, d, _, _ = m
            wide = hypot(a, b)
            high = hypot(c, d)
            if high <= _FLAT and wide > 2 * high:
                yield moved((0, 0.5), m), moved((1, 0.5), m)
            elif wide <= _FLAT and high > 2 * wide:
                yield moved((0.5, 0), m), moved((0.5, 1), m)

    def _is_unseen(self, character: _Character, ink: Ink) -> bool:
        if character.glyph.points < _LEAST_POINTS:
            return True
        box = character.box
        return ink.can_tell(box) and not ink.stands_out(box, _NO_INK)

    def _doubts(
        self, character: _Character, ink: Ink, struck: bool, doubled: bool
    ) -> set[Doubt]:
        doubts: set[Doubt] = set()
        glyph = character.glyph
        if struck:
            doubts.add(Doubt.STRUCK)
        if not glyph.counts:
            return doubts
        if not ink.can_tell(character.box) or doubled or character.lies:
            doubts.add(Doubt.UNTOLD)
        elif not ink.stands_out(character.box, _SURE_INK):
            doubts.add(Doubt.BARELY_SEEN)
        elif glyph.text.isdigit() and not _is_painted_so(character, ink):
            doubts.add(Doubt.UNTOLD)
        if self._under_notes.hold(character.box) or ink.is_drawn_beside(
            character.box, glyph.size
        ):
            doubts.add(Doubt.PICTURED)
        return doubts

    def _characters(self) -> Iterator[_Character]:
        text = self._text
        count = min(raw.FPDFText_CountChars(text), _GLYPHS_LIMIT)
        for index in range(count):
            code = raw.FPDFText_GetUnicode(text, index)
            if code <= 0x20 or code in _BLANKS:
                continue
            # PDFium puts blanks and line breaks between words by itself.
            if raw.FPDFText_IsGenerated(text, index) == 1:
                continue
            set_in = self._loose_box(text, index)
            if set_in is not None:
                yield self._character(text, index, chr(code), set_in)

    def _character(
        self, text: Any, index: int, char: str, set_in: Box
    ) -> _Character:
        size = float(raw.FPDFText_GetFontSize(text, index))
        set_under = _determinant(text, index)
        glyph = Glyph(
            char,
            *set_in,
            # as painted: that of its font under its matrix
            points=size * abs(set_under) ** 0.5,
            baseline=self._baseline(text, index),
            slanted=_is_aslant(text, index),
        )
        box = self._tight_box(text, index) or set_in
        # Asked of what can be a part of a figure: of the rest nothing follows from it.
        lies = glyph.counts and (set_under < 0 or _is_renamed(text, index))
        return _Character(glyph, box, _straightened(text, index, box), lies)

    def _loose_box(self, text: Any, index: int) -> Box | None:
        """The place that a character is set in, as wide as its font says."""
        raw_box = raw.FS_RECTF()
        if not raw.FPDFText_GetLooseCharBox(text, index, raw_box):
            return None
        box = Box(
            left=raw_box.left,
            bottom=raw_box.bottom,
            right=raw_box.right,
            top=raw_box.top,
        )
        return turned(box, self._turn)

    def _baseline(self, text: Any, index: int) -> float:
        x = raw.c_double()
        y = raw.c_double()
        if not raw.FPDFText_GetCharOrigin(text, index, x, y):
            return 0.0
        return moved((x.value, y.value), self._turn)[1]

    def _tight_box(self, text: Any, index: int) -> Box | None:
        """The place of its ink alone; None where the font has no outline for it."""
        left, right, bottom, top = (raw.c_double() for _ in range(4))
        if not raw.FPDFText_GetCharBox(text, index, left, right, bottom, top):
            return None
        box = Box(
            left=left.value,
            bottom=bottom.value,
            right=right.value,
            top=top.value,
        )
        if box.width < 0.1 or box.height < 0.1:
            return None
        return turned(box, self._turn)


def _only_doubted(glyph: Glyph, doubts: set[Doubt]) -> Glyph:
    """In the glyph's place its doubts, without its text."""
    return replace(glyph, text="", doubts=frozenset(doubts))


def _has_large_picture(objects: Iterable[Painted], area: float) -> bool:
    for item in objects:
        if item.kind == raw.FPDF_PAGEOBJ_IMAGE:
            # its area is the determinant of the matrix that its unit square is under
            a, b, c, d, _, _ = item.matrix
            if abs(a * d - b * c) > _LARGE_PICTURE * area:
                return True
    return False


def _is_painted_so(character: _Character, ink: Ink) -> bool:
    """Whether a digit is painted whole, and as no other digit."""
    box = character.box
    printed = ink.printed(box)
    if not ink.is_whole(box, printed):
        return False
    return may_be(character.glyph.text, printed.ink)


def _lying(glyph: Glyph) -> Box:
    """Where a line strikes a character out: its place on the line, also of a full stop;
    lower down it underlines."""
    aside = 0.2 * (glyph.right - glyph.left)
    return Box(
        left=glyph.left + aside,
        bottom=glyph.bottom + 0.3 * glyph.size,
        right=glyph.right - aside,
        top=glyph.bottom + 0.72 * glyph.size,
    )


def _determinant(text: Any, index: int) -> float:
    """Of the matrix that a character is set under; below 0 it is set as in a mirror,
    and who reads it reads another order of characters."""
    m = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(text, index, m):
        return 1.0
    return float(m.a * m.d - m.b * m.c)


def _straightened(text: Any, index: int, box: Box) -> Box:
    m = raw.FS_MATRIX()
    set_under = _determinant(text, index)
    if set_under == 0 or not raw.FPDFText_GetMatrix(text, index, m):
        return box
    leaning = (m.a * m.c + m.b * m.d) / set_under
    aside = min(abs(leaning) * box.height, box.width) / 2
    return box._replace(left=box.left + aside, right=box.right - aside)


def _is_aslant(text: Any, index: int) -> bool:
    """Whether a character's line does not run along the page or straight up it. A font
    that is slanted by its matrix, as programs make italics, stands on a level line."""
    m = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(text, index, m):
        return False
    quarter = pi / 2
    past = atan2(m.b, m.a) % quarter
    return min(past, quarter - past) > _ASLANT


def _is_renamed(text: Any, index: int) -> bool:
    """Whether a mark gives a text of its own to the object that paints a character."""
    handle = raw.FPDFText_GetTextObject(text, index)
    if not handle:
        return False
    for place in range(raw.FPDFPageObj_CountMarks(handle)):
        mark = raw.FPDFPageObj_GetMark(handle, place)
        kind = raw.FPDFPageObjMark_GetParamValueType(mark, b"ActualText")
        if kind == raw.FPDF_OBJECT_STRING:
            return True
    return False
