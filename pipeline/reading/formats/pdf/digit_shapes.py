"""Whether the picture of a digit can be the digit that its text says: a PDF's own map
from what it paints to text may lie.

Compares with the digits of the three built-in font families of PDFium. Never reads a
digit: it only says that a picture looks clearly like another one, and of a shape that
it does not know it says nothing.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import pypdfium2 as pdfium
from pypdfium2 import raw

from pipeline.reading.formats.pdf.pdf_ink import Ink, Picture
from pipeline.reading.formats.pdf.pdf_objects import Box

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
# Steps of grey between the lightest and the darkest of a place with print in it
_LEAST_CONTRAST = 32

# _ACROSS x _DOWN, its mean taken off, of length 1
Shape = tuple[float, ...]


def may_be(text: str, box: Box, ink: Ink) -> bool:
    """False where the picture in a box is clearly that of another digit than `text`."""
    wanted = str(unicodedata.digit(text, -1))
    if wanted not in _DIGITS:
        return True
    shape = _shape(ink.text_alone(box))
    if shape is None:
        return True
    samples = _samples()
    # It must be another one clearly: 6 and 8, 1 and 7 are near in any font.
    least = max(_ALIKE, _likeness(shape, samples[wanted]) + _CLEARLY)
    for digit, shapes in samples.items():
        if digit != wanted and _likeness(shape, shapes) >= least:
            return False
    return True


def _likeness(shape: Shape, samples: Sequence[Shape]) -> float:
    """The best correlation with any of the samples."""
    best = -1.0
    for sample in samples:
        products = (a * b for a, b in zip(shape, sample, strict=True))
        best = max(best, sum(products))
    return best


def _shape(rows: Sequence[bytes]) -> Shape | None:
    """The dark part of a place, stretched to the grid; None where there is none."""
    if not rows or not rows[0]:
        return None
    lightest = max(map(max, rows))
    darkest = min(map(min, rows))
    if lightest - darkest < _LEAST_CONTRAST:
        return None
    limit = (lightest + darkest) / 2
    used: list[int] = []
    columns: set[int] = set()
    for y, row in enumerate(rows):
        inked = [x for x, pixel in enumerate(row) if pixel < limit]
        columns.update(inked)
        if inked:
            used.append(y)
    if not used:
        return None
    # Cut to the ink, so that where the digit stands in its place does not matter.
    left = min(columns)
    right = max(columns) + 1
    top = used[0]
    bottom = used[-1] + 1
    cut = [row[left:right] for row in rows[top:bottom]]
    return _normal(_stretched(cut, lightest))


def _stretched(rows: Sequence[bytes], ground: int) -> list[float]:
    """The mean darkness of each square of the grid."""
    height = len(rows)
    width = len(rows[0])
    found: list[float] = []
    for down in range(_DOWN):
        first = down * height // _DOWN
        last = max(first + 1, (down + 1) * height // _DOWN)
        for across in range(_ACROSS):
            left = across * width // _ACROSS
            right = max(left + 1, (across + 1) * width // _ACROSS)
            wide = right - left
            dark = 0
            for row in rows[first:last]:
                dark += ground * wide - sum(row[left:right])
            found.append(dark / ((last - first) * wide))
    return found


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
        rows = []
        for y in range(top, top + _STEP):
            rows.append(picture.row(y, left, left + _STEP))
        shape = _shape(rows)
        if shape is not None:
            found.append(shape)
    return found
