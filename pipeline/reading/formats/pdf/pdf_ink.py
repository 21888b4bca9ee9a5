"""What of a page's text leaves ink: the page is painted with its text and without it,
and a character counts by the difference that it makes.

For: pdf_page. Asks no object for its colour, opacity, clip, layer or what lies over it:
whatever makes a character unseen, it makes no difference to the picture. Never decides
what an unseen character means.
"""

from typing import Any

from pypdfium2 import raw

from pipeline.reading.formats.pdf.pdf_objects import Painted

_INVISIBLE = raw.FPDF_TEXTRENDERMODE_INVISIBLE
# Pixels a point: a digit of 10 pt is some 20 pixels high
_SCALE = 3.0
# Of the longer side: A4 at the full scale
_MOST_PIXELS = 2_600
# Of a character's outline: less ink than that is cut or covered
_WHOLE = 0.75
# A character smaller than this on the picture is not judged
_LEAST_PIXELS = 6

# Left, bottom, right, top in page points
Box = tuple[float, float, float, float]


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
        texts = []
        for o in objects:
            if o.kind == raw.FPDF_PAGEOBJ_TEXT:
                texts.append(o.handle)
        modes = [raw.FPDFTextObj_GetTextRenderMode(text) for text in texts]
        for text in texts:
            raw.FPDFTextObj_SetTextRenderMode(text, _INVISIBLE)
        self._bare = self._painted()
        for text, mode in zip(texts, modes, strict=True):
            raw.FPDFTextObj_SetTextRenderMode(text, mode)

    def _painted(self) -> Picture:
        bitmap = self._page.render(
            scale=self.scale, grayscale=True, may_draw_forms=False
        )
        return Picture(bitmap)

    def can_tell(self, box: Box) -> bool:
        """Whether a character is large enough on the picture to be judged."""
        left, top, right, bottom = self.pixels_of(box)
        return max(right - left, bottom - top) >= _LEAST_PIXELS

    def strength(self, box: Box) -> int:
        """How much the text in a box stands out, 0 (not at all) to 255. `box` in points
        as a reader holds the page."""
        left, top, right, bottom = self.pixels_of(box)
        if right <= left:
            return 0
        strongest = 0
        for y in range(top, bottom):
            with_text = self.shown.row(y, left, right)
            without = self._bare.row(y, left, right)
            if with_text == without:
                continue
            darker = min(without) - min(with_text)
            lighter = max(with_text) - max(without)
            strongest = max(strongest, darker, lighter)
            if strongest < 1:
                # neither end moved: text as grey as what is around it
                moves = (
                    abs(a - b) for a, b in zip(with_text, without, strict=True)
                )
                strongest = max(strongest, *moves)
        return strongest

    def is_whole(self, box: Box) -> bool:
        """Whether the ink in a box reaches its sides, as an uncut character's does:
        `box` is that of the character's outline."""
        left, top, right, bottom = self.pixels_of(box)
        least = self.strength(box) / 2
        rows: list[int] = []
        columns: set[int] = set()
        for y in range(top, bottom):
            with_text = self.shown.row(y, left, right)
            without = self._bare.row(y, left, right)
            for x, (one, other) in enumerate(
                zip(with_text, without, strict=True)
            ):
                if abs(one - other) > least:
                    rows.append(y)
                    columns.add(x)
        if not rows:
            return False
        across = max(columns) - min(columns) + 1
        down = max(rows) - min(rows) + 1
        wide = (box[2] - box[0]) * self.scale
        high = (box[3] - box[1]) * self.scale
        return bool(across + 1 >= _WHOLE * wide and down + 1 >= _WHOLE * high)

    def text_alone(self, box: Box) -> list[bytes]:
        """What the text in a box paints, on white: rows of grey, without the lines and
        fills around it."""
        left, top, right, bottom = self.pixels_of(box)
        found: list[bytes] = []
        for y in range(top, bottom):
            with_text = self.shown.row(y, left, right)
            without = self._bare.row(y, left, right)
            pairs = zip(with_text, without, strict=True)
            found.append(bytes(255 - abs(one - other) for one, other in pairs))
        return found

    def pixels_of(self, box: Box) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in pixels, inside the picture."""
        left = max(0, int(box[0] * self.scale))
        right = min(self.shown.width, int(box[2] * self.scale) + 1)
        top = max(0, int((self._height - box[3]) * self.scale))
        bottom = min(
            self.shown.height, int((self._height - box[1]) * self.scale) + 1
        )
        return left, top, right, bottom
