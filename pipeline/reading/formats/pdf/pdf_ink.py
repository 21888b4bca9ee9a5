"""What of a page's text leaves ink: the page is painted with its text and without it,
and a character counts by the difference that it makes.

For: pdf_page. Asks no object for its colour, opacity, clip, layer or what lies over it:
whatever makes a character unseen, it makes no difference to the picture. Never decides
what an unseen character means.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import sub
from typing import Any, NamedTuple

from pypdfium2 import raw

from pipeline.reading.formats.pdf.pdf_objects import Box, Painted

_INVISIBLE = raw.FPDF_TEXTRENDERMODE_INVISIBLE
# Pixels a point: a digit of 10 pt is some 20 pixels high
_SCALE = 3.0
# Of the longer side: A4 at the full scale
_MOST_PIXELS = 2_600
# Of a character's outline: less ink than that is cut or covered
_WHOLE = 0.75
# How far a drawn digit stands from a written one at most, of the size of the type, and
# at least, in points: the soft edge of a stroke
_BESIDE, _GAP = 0.7, 0.4
# Of a digit's height: what reaches so far above and below it is a border
_MARGIN = 0.12
# Of a digit's height: less is a dash or a dot
_HALF = 0.5
# Steps of grey
_DRAWN = 64
_MOST = 255
# A character smaller than this on the picture is not judged
_LEAST_PIXELS = 6
# Left, top, right, bottom on the picture, rows counted downwards
Pixels = tuple[int, int, int, int]
# A row of pixels, with the text and without it
Row = tuple[bytes, bytes]
# Rows of what text alone paints: a byte a pixel, 0 nothing to 255
Strokes = tuple[bytes, ...]


class Printed(NamedTuple):
    """What text paints in a place, and by how many steps of grey it stands out there."""

    ink: Strokes
    strength: int


class Picture:
    """A page in grey: rows of bytes, 0 black to 255 white."""

    def __init__(self, bitmap: Any) -> None:
        self.width = int(bitmap.width)
        self.height = int(bitmap.height)
        self.stride = int(bitmap.stride)
        # Keeps what it looks into: the buffer is freed with its bitmap, and a copy
        # of a page of text is 4.5 MB of which a hundredth is asked for.
        self._bitmap = bitmap
        self._pixels = memoryview(bitmap.buffer)

    def row(self, y: int, left: int, right: int) -> bytes:
        start = y * self.stride
        return bytes(self._pixels[start + left : start + right])


class Ink:
    """A page's two pictures, with its text and without."""

    def __init__(self, page: Any, objects: list[Painted]) -> None:
        width, height = page.get_size()
        self.scale = min(_SCALE, _MOST_PIXELS / max(width, height, 1.0))
        self._page = page
        self._height = height
        self.shown = self._painted()
        modes = []
        for item in objects:
            if item.kind == raw.FPDF_PAGEOBJ_TEXT:
                mode = raw.FPDFTextObj_GetTextRenderMode(item.handle)
                modes.append((item.handle, mode))
        for text, _ in modes:
            raw.FPDFTextObj_SetTextRenderMode(text, _INVISIBLE)
        self._bare = self._painted()
        # As it was: the page is asked for its text after this.
        for text, mode in modes:
            raw.FPDFTextObj_SetTextRenderMode(text, mode)

    def _painted(self) -> Picture:
        bitmap = self._page.render(
            scale=self.scale,
            grayscale=True,
            may_draw_forms=False,
        )
        return Picture(bitmap)

    def can_tell(self, box: Box) -> bool:
        """Whether a character is large enough on the picture to be judged."""
        left, top, right, bottom = self.pixels_of(box)
        return max(right - left, bottom - top) >= _LEAST_PIXELS

    def stands_out(self, box: Box, steps: int) -> bool:
        """Whether the text in a box stands out by so many steps of grey, at least 1.
        `box` in points as a reader holds the page."""
        # Row by row: the first stroke of nearly every character is enough.
        return _strongest(self._rows(box), steps) >= steps

    def _rows(self, box: Box) -> Iterator[Row]:
        left, top, right, bottom = self.pixels_of(box)
        for y in range(top, bottom):
            shown = self.shown.row(y, left, right)
            yield shown, self._bare.row(y, left, right)

    def printed(self, box: Box) -> Printed:
        """What the text in a box paints, without the lines and fills around it."""
        return _printed(tuple(self._rows(box)))

    def is_whole(self, box: Box, printed: Printed) -> bool:
        """Whether the ink in a box reaches its sides, as an uncut character's does:
        `box` is that of the character's outline, `printed` what the text paints there."""
        # Half: the soft edge of a stroke is no ink of its own.
        inked = inked_part(printed.ink, printed.strength // 2)
        if inked is None:
            return False
        left, top, right, bottom = inked
        # A pixel more on either side, since outlines fall between pixels.
        wide_enough = right - left + 1 >= _WHOLE * box.width * self.scale
        high_enough = bottom - top + 1 >= _WHOLE * box.height * self.scale
        return bool(wide_enough and high_enough)

    def is_drawn_beside(self, box: Box, size: float) -> bool:
        """Whether something that is no text stands just before or behind a character and
        is about as high: a digit that is drawn. What goes on above and below is a
        border. `size` of the character's type, in points."""
        width = _BESIDE * size
        margin = _MARGIN * box.height
        for left, right in (
            (box.left - width, box.left - _GAP),
            (box.right + _GAP, box.right + width),
        ):
            tall = Box(left, box.bottom - margin, right, box.top + margin)
            if self._has_shape(tall, box):
                return True
        return False

    def _has_shape(self, place: Box, box: Box) -> bool:
        """Whether a place of the page without its text holds a shape as high as the
        character in `box`, and no higher than the place."""
        left, top, right, bottom = self.pixels_of(place)
        _, first, _, last = self.pixels_of(box)
        rows = []
        for y in range(top, bottom):
            rows.append(self._bare.row(y, left, right))
        if not rows or len(set(rows)) == 1:
            # As on nearly all pages: nothing, or what runs through
            return False
        ground = Counter(b"".join(rows)).most_common(1)[0][0]
        inked: set[int] = set()
        for x in range(right - left):
            column: set[int] = set()
            for y, row in enumerate(rows):
                if abs(row[x] - ground) > _DRAWN:
                    column.add(y)
            if not column >= {0, len(rows) - 1}:
                inked |= column
        inked &= set(range(first - top, last - top))
        return len(inked) >= _HALF * max(last - first, 1)

    def pixels_of(self, box: Box) -> Pixels:
        """The pixels that a box reaches into, inside the picture."""
        left = int(box.left * self.scale)
        right = int(box.right * self.scale) + 1
        top = int((self._height - box.top) * self.scale)
        bottom = int((self._height - box.bottom) * self.scale) + 1
        return (
            max(0, left),
            max(0, top),
            min(self.shown.width, right),
            min(self.shown.height, bottom),
        )


def _strongest(rows: Iterable[Row], enough: int) -> int:
    """How much text stands out in some rows, 0 (not at all) to 255; what it stands out
    by in the first of them where that is enough."""
    strongest = 0
    for with_text, without in rows:
        if with_text == without:
            continue
        darker = min(without) - min(with_text)
        lighter = max(with_text) - max(without)
        strongest = max(strongest, darker, lighter)
        if strongest < 1:
            # neither end moved: text as grey as what is around it
            strongest = max(strongest, *_moves(with_text, without))
        if strongest >= enough:
            break
    return strongest


# A font's digit is painted alike wherever it stands: most of a form's come again, on
# its page and in other files of the same program. An entry is of some 2 KB.
@lru_cache(maxsize=1024)
def _printed(rows: tuple[Row, ...]) -> Printed:
    ink = tuple(_moves(shown, bare) for shown, bare in rows)
    return Printed(ink, _strongest(rows, _MOST))


@lru_cache(maxsize=1024)
def inked_part(printed: Strokes, least: int) -> Pixels | None:
    """The smallest part that holds all pixels of more ink than `least`, right and
    bottom one further; None where there are none."""
    more = _more_than(least)
    rows: list[int] = []
    lefts: list[int] = []
    rights: list[int] = []
    for y, row in enumerate(printed):
        marked = row.translate(more)
        left = marked.find(1)
        if left >= 0:
            rows.append(y)
            lefts.append(left)
            rights.append(marked.rfind(1) + 1)
    if not rows:
        return None
    return min(lefts), rows[0], max(rights), rows[-1] + 1


@lru_cache(maxsize=256)
def _more_than(least: int) -> bytes:
    """A table for bytes.translate: 1 for more than `least`, else 0."""
    return bytes(value > least for value in range(256))


def _moves(with_text: bytes, without: bytes) -> bytes:
    """By how many steps of grey the text changes each pixel of a row."""
    return bytes(map(abs, map(sub, with_text, without)))
