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

from pipeline.reading.formats.pdf.pdf_ink import Box, Ink, Picture

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
    own = max(_correlation(shape, sample) for sample in samples[wanted])
    for digit, shapes in samples.items():
        likeness = max(_correlation(shape, sample) for sample in shapes)
        if digit != wanted and likeness >= max(_ALIKE, own + _CLEARLY):
            return False
    return True


def _correlation(one: Shape, other: Shape) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _shape(rows: Sequence[bytes]) -> Shape | None:
    """The dark part of a place, stretched to the grid; None where there is none."""
    if not rows or not rows[0]:
        return None
    lightest = max(max(row) for row in rows)
    darkest = min(min(row) for row in rows)
    if lightest - darkest < 32:
        return None
    limit = (lightest + darkest) / 2
    inked = [[pixel < limit for pixel in row] for row in rows]
    used = [y for y, row in enumerate(inked) if any(row)]
    columns = []
    for x in range(len(rows[0])):
        if any(row[x] for row in inked):
            columns.append(x)
    if not used or not columns:
        return None
    cut = [
        row[columns[0] : columns[-1] + 1]
        for row in rows[used[0] : used[-1] + 1]
    ]
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
            dark = 0
            for row in rows[first:last]:
                dark += ground * (right - left) - sum(row[left:right])
            found.append(dark / ((last - first) * (right - left)))
    return found


def _normal(values: list[float]) -> Shape | None:
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
            x = column * _STEP + 10
            y = row * _STEP + 15
            raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, x, y)
            raw.FPDFPage_InsertObject(page, text)
    raw.FPDFPage_GenerateContent(page)
    picture = Picture(page.render(scale=1, grayscale=True))
    samples: dict[str, list[Shape]] = {}
    for column, digit in enumerate(_DIGITS):
        shapes: list[Shape] = []
        for row in range(len(_FONTS)):
            top = picture.height - (row + 1) * _STEP
            left = column * _STEP
            rows = [
                picture.row(y, left, left + _STEP)
                for y in range(top, top + _STEP)
            ]
            shape = _shape(rows)
            if shape is not None:
                shapes.append(shape)
        samples[digit] = shapes
    document.close()
    return samples
