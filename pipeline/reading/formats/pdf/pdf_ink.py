"""What of a page's text leaves ink: the page is painted with its text and without it,
and a character counts by the difference that it makes.

For: pdf_page. Asks no object for its colour, opacity, clip, layer or what lies over it:
whatever makes a character unseen, it makes no difference to the picture. Never decides
what an unseen character means.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

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
# A character smaller than this on the picture is not judged
_LEAST_PIXELS = 6
# Left, top, right, bottom on the picture, rows counted downwards
Pixels = tuple[int, int, int, int]


class Picture:
    """A page in grey: rows of bytes, 0 black to 255 white."""

    def __init__(self, bitmap: Any) -> None:
        self.width = int(bitmap.width)
        self.height = int(bitmap.height)
        self.stride = int(bitmap.stride)
        self.pixels = bytes(bitmap.buffer)

    def row(self, y: int, left: int, right: int) -> bytes:
        start = y * self.stride
        return self.pixels[start + left : start + right]


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

    def strength(self, box: Box) -> int:
        """How much the text in a box stands out, 0 (not at all) to 255. `box` in points
        as a reader holds the page."""
        left, _, right, _ = self.pixels_of(box)
        if right <= left:
            return 0
        strongest = 0
        for _, with_text, without in self._rows(box):
            if with_text == without:
                continue
            darker = min(without) - min(with_text)
            lighter = max(with_text) - max(without)
            strongest = max(strongest, darker, lighter)
            if strongest < 1:
                # neither end moved: text as grey as what is around it
                strongest = max(strongest, *_moves(with_text, without))
        return strongest

    def _rows(self, box: Box) -> Iterator[tuple[int, bytes, bytes]]:
        """(number, with text, without) of each row of pixels in a box."""
        left, top, right, bottom = self.pixels_of(box)
        for y in range(top, bottom):
            shown = self.shown.row(y, left, right)
            yield y, shown, self._bare.row(y, left, right)

    def is_whole(self, box: Box) -> bool:
        """Whether the ink in a box reaches its sides, as an uncut character's does:
        `box` is that of the character's outline."""
        # Half: the soft edge of a stroke is no ink of its own.
        least = self.strength(box) / 2
        rows: list[int] = []
        columns: set[int] = set()
        for y, with_text, without in self._rows(box):
            for x, move in enumerate(_moves(with_text, without)):
                if move > least:
                    rows.append(y)
                    columns.add(x)
        if not rows:
            return False
        across = max(columns) - min(columns) + 1
        down = max(rows) - min(rows) + 1
        # A pixel more on either side, since outlines fall between pixels.
        wide_enough = across + 1 >= _WHOLE * box.width * self.scale
        high_enough = down + 1 >= _WHOLE * box.height * self.scale
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

    def text_alone(self, box: Box) -> list[bytes]:
        """What the text in a box paints, on white: rows of grey, without the lines and
        fills around it."""
        found: list[bytes] = []
        for _, with_text, without in self._rows(box):
            moves = _moves(with_text, without)
            found.append(bytes(255 - move for move in moves))
        return found

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


def _moves(with_text: bytes, without: bytes) -> list[int]:
    """By how many steps of grey the text changes each pixel of a row."""
    return [abs(a - b) for a, b in zip(with_text, without, strict=True)]
