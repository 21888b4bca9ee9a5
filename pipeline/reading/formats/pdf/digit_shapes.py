"""Whether the picture of a digit can be the digit that its text says: a PDF's own map
from what it paints to text may lie.

Compares with the digits of the three built-in font families of PDFium. Never reads a
digit: it only says that a picture looks clearly like another one, and of a shape that
it does not know it says nothing.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from operator import mul

import pypdfium2 as pdfium
from pypdfium2 import raw

from pipeline.reading.formats.pdf.pdf_ink import Picture, Strokes, inked_part

# The grid on which shapes are compared
_ACROSS, _DOWN = 8, 12
_FONTS = ("Helvetica", "Helvetica-Bold", "Times-Roman", "Times-Bold", "Courier")
_DIGITS = "0123456789"
# Points of a sample digit
_SIZE = 40
# Points from one to the next
_STEP = 60
# correlation of two shapes, -1 to 1: alike, and by how much another must be more alike
_ALIKE = 0.75
_CLEARLY = 0.12
# No correlation is greater than 1, whatever its rounding
_UNREACHED = 1.001
# Steps of grey between the lightest and the darkest of a place with print in it
_LEAST_CONTRAST = 32

# _ACROSS x _DOWN, its mean taken off, of length 1
Shape = tuple[float, ...]


# Of some 2 KB each; asked of the same digits again and again, as pdf_ink says
@lru_cache(maxsize=1024)
def may_be(text: str, printed: Strokes) -> bool:
    """False where what is printed is clearly another digit than `text`."""
    wanted = str(unicodedata.digit(text, -1))
    if wanted not in _DIGITS:
        return True
    shape = _shape(printed)
    if shape is None:
        return True
    samples = _samples()
    # It must be another one clearly: 6 and 8, 1 and 7 are near in any font.
    least = _ALIKE
    for sample in samples[wanted]:
        least = max(least, _likeness(shape, sample) + _CLEARLY)
        if least > _UNREACHED:
            # So like its own digit that none can be clearly more alike
            return True
    for digit, shapes in samples.items():
        if digit == wanted:
            continue
        if any(_likeness(shape, sample) >= least for sample in shapes):
            return False
    return True


def _likeness(shape: Shape, sample: Shape) -> float:
    """The correlation of the two."""
    product: float = sum(map(mul, shape, sample))
    return product


def _shape(printed: Strokes) -> Shape | None:
    """The inked part of a place, stretched to the grid; None where there is none."""
    if not printed or not printed[0]:
        return None
    most = max(map(max, printed))
    ground = min(map(min, printed))
    if most - ground < _LEAST_CONTRAST:
        return None
    inked = inked_part(printed, (most + ground) // 2)
    if inked is None:
        return None
    # Cut to the ink, so that where the digit stands in its place does not matter.
    left, top, right, bottom = inked
    cut = tuple(row[left:right] for row in printed[top:bottom])
    return _normal(_stretched(cut, ground))


def _stretched(printed: Strokes, ground: int) -> list[float]:
    """The mean ink of each square of the grid, what the ground has taken off."""
    spans = _spans(len(printed[0]), _ACROSS)
    found: list[float] = []
    for first, last in _spans(len(printed), _DOWN):
        columns = map(sum, zip(*printed[first:last], strict=True))
        # How much ink there is left of each column: a square is a difference of two.
        before = list(accumulate(columns, initial=0))
        high = last - first
        for left, right in spans:
            wide = right - left
            ink = before[right] - before[left] - ground * wide * high
            found.append(ink / (high * wide))
    return found


@lru_cache(maxsize=256)
def _spans(length: int, parts: int) -> Sequence[tuple[int, int]]:
    """The pixels, from and to, of each part of a length; each has one at least."""
    spans: list[tuple[int, int]] = []
    for part in range(parts):
        first = part * length // parts
        last = max(first + 1, (part + 1) * length // parts)
        spans.append((first, last))
    return spans


def _normal(values: list[float]) -> Shape | None:
    """So that the product of two shapes is their correlation, however dark each is."""
    mean = sum(values) / len(values)
    away = [value - mean for value in values]
    length = sum(value * value for value in away) ** 0.5
    if length == 0:
        return None
    return tuple(value / length for value in away)


@lru_cache(maxsize=1)
def _samples() -> dict[str, list[Shape]]:
    """The shapes of the ten digits in the built-in fonts, painted once a process."""
    document = pdfium.PdfDocument.new()
    page = document.new_page(_STEP * len(_DIGITS), _STEP * len(_FONTS))
    for row, name in enumerate(_FONTS):
        font = raw.FPDFText_LoadStandardFont(document, name.encode())
        for column, digit in enumerate(_DIGITS):
            text = raw.FPDFPageObj_CreateTextObj(document, font, _SIZE)
            letters = (digit + "\0").encode("utf-16-le")
            raw.FPDFText_SetText(text, raw.cast(letters, raw.FPDF_WIDESTRING))
            # Clear of the edges of its square on all sides
            x = column * _STEP + 10
            y = row * _STEP + 15
            raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, x, y)
            raw.FPDFPage_InsertObject(page, text)
    raw.FPDFPage_GenerateContent(page)
    picture = Picture(page.render(scale=1, grayscale=True))
    samples: dict[str, list[Shape]] = {}
    for column, digit in enumerate(_DIGITS):
        samples[digit] = _shapes_in(picture, column)
    document.close()
    return samples


def _shapes_in(picture: Picture, column: int) -> list[Shape]:
    """The shapes of a column of the sheet of samples: one digit in each font."""
    found: list[Shape] = []
    left = column * _STEP
    for row in range(len(_FONTS)):
        # Rows of the picture count from the top, those of the page from below.
        top = picture.height - (row + 1) * _STEP
        rows: list[bytes] = []
        for y in range(top, top + _STEP):
            grey = picture.row(y, left, left + _STEP)
            rows.append(bytes(255 - pixel for pixel in grey))
        shape = _shape(tuple(rows))
        if shape is not None:
            found.append(shape)
    return found
