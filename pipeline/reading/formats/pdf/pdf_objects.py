"""The objects of a PDF page in painting order, through form objects, with their matrices.

Beside pdf_page. Bounded in objects and depth. Points are in the page's own space, y
upwards; `turn` brings them to how a reader holds the page.
"""

import ctypes
from collections.abc import Iterator
from math import pi
from typing import Any, NamedTuple

from pypdfium2 import raw

# Of one page; a form has some hundreds
_OBJECTS_LIMIT = 40_000
# Forms in forms
_DEPTH = 4
# PDFium gives whole pixels: a hundredth of a point each
_FINE = 100
# Points between the places that are asked for
_SPAN = 1000.0

# Characters that are asked which way they stand; fewer are a seal or a page number
_SAMPLE, _FEWEST = 100, 20
_NEARLY_ALL = 0.9

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
UPRIGHT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Box(NamedTuple):
    """A place on a page: points, y upwards."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def middle(self) -> Point:
        across = (self.left + self.right) / 2
        up = (self.bottom + self.top) / 2
        return across, up

    def holds(self, point: Point) -> bool:
        x, y = point
        across = self.left <= x <= self.right
        return across and self.bottom <= y <= self.top


class Painted(NamedTuple):
    """An object of a page: its kind (FPDF_PAGEOBJ_...), its handle, its matrix."""

    kind: int
    handle: Any
    matrix: Matrix


def objects_of(page: Any) -> Iterator[Painted]:
    """Everything painted, in order, the contents of form objects in their place."""
    left = [_OBJECTS_LIMIT]
    for index in range(raw.FPDFPage_CountObjects(page)):
        handle = raw.FPDFPage_GetObject(page, index)
        yield from _opened(handle, UPRIGHT, 0, left)


def _opened(
    handle: Any, outer: Matrix, depth: int, left: list[int]
) -> Iterator[Painted]:
    """`left` counts down the objects that may still be looked at."""
    left[0] -= 1
    if left[0] < 0:
        return
    kind = raw.FPDFPageObj_GetType(handle)
    matrix = joined(_matrix(handle), outer)
    if kind != raw.FPDF_PAGEOBJ_FORM or depth >= _DEPTH:
        yield Painted(kind, handle, matrix)
        return
    for index in range(raw.FPDFFormObj_CountObjects(handle)):
        inner = raw.FPDFFormObj_GetObject(handle, index)
        yield from _opened(inner, matrix, depth + 1, left)


def turn_of(page: Any) -> Matrix:
    """How the page's own coordinates come to lie as a reader holds it: turned by
    /Rotate, and the corner of its crop box at the origin."""
    width, height = page.get_size()
    across = int(width * _FINE)
    down = int(height * _FINE)
    origin = _on_device(page, across, down, (0.0, 0.0))
    right = _on_device(page, across, down, (_SPAN, 0.0))
    up = _on_device(page, across, down, (0.0, _SPAN))
    return (
        (right[0] - origin[0]) / _SPAN,
        (right[1] - origin[1]) / _SPAN,
        (up[0] - origin[0]) / _SPAN,
        (up[1] - origin[1]) / _SPAN,
        *origin,
    )


def set_upright(page: Any, text: Any) -> bool:
    """Turns a page of which nearly all text lies on its side or stands on its head, as
    whoever reads it does; the page must be loaded again then."""
    count = raw.FPDFText_CountChars(text)
    turns = []
    for index in range(0, count, max(count // _SAMPLE, 1)):
        angle = raw.FPDFText_GetCharAngle(text, index)
        if not raw.FPDFText_IsGenerated(text, index):
            turns.append(round(-angle / (pi / 2)) % 4)
    turn = max(turns, key=turns.count, default=0)
    if turn == page.get_rotation() // 90:
        return False
    if turns.count(turn) < _NEARLY_ALL * max(len(turns), _FEWEST):
        return False
    page.set_rotation(90 * turn)
    return True


def _on_device(page: Any, across: int, down: int, point: Point) -> Point:
    """A point of the page as PDFium puts it on a device, in points, y upwards."""
    x = ctypes.c_int()
    y = ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, across, down, 0, *point, x, y)
    return x.value / _FINE, (down - y.value) / _FINE


def moved(point: Point, m: Matrix) -> Point:
    """A point through a matrix, both as PDF writes them (ISO 32000 8.3.4)."""
    x, y = point
    a, b, c, d, e, f = m
    across = a * x + c * y + e
    up = b * x + d * y + f
    return across, up


def turned(box: Box, turn: Matrix) -> Box:
    """Where a box lies once the page is turned as a reader holds it."""
    x0, y0 = moved((box.left, box.bottom), turn)
    x1, y1 = moved((box.right, box.top), turn)
    return Box(
        left=min(x0, x1),
        bottom=min(y0, y1),
        right=max(x0, x1),
        top=max(y0, y1),
    )


def joined(inner: Matrix, outer: Matrix) -> Matrix:
    """The matrix that does `inner` and then `outer`."""
    linear: Matrix = (*outer[:4], 0.0, 0.0)
    a, b, c, d, e, f = inner
    # Directions are turned alone, the origin is moved as well.
    first = moved((a, b), linear)
    second = moved((c, d), linear)
    origin = moved((e, f), outer)
    return (*first, *second, *origin)


def _matrix(handle: Any) -> Matrix:
    m = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(handle, m):
        return UPRIGHT
    return (m.a, m.b, m.c, m.d, m.e, m.f)
