"""A PDF's pages as what is painted: glyphs with their boxes, and ruling lines. By pypdfium2.

Beside pdf.py. Bounded in pages, glyphs and lines. Invisible text (what a scanner's own
reading lays under its picture) is not taken: nobody has seen it. Form fields and notes
written onto the page count as painted.
"""

import ctypes
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.limits import UnreadableError

PAGES_LIMIT = 60
_GLYPHS_LIMIT = 20_000
_LINES_LIMIT = 2_000
_OBJECTS_LIMIT = 40_000
_THIN = 4.0  # points: what is no thicker is a line
_SHORTEST = 2.0
_INVISIBLE = 3
_SEGMENT_MOVE, _SEGMENT_LINE = 2, 0
_DEPTH = 4

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Glyph:
    """A character and the box it is set in, in points, y upwards."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> Point:
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    @property
    def size(self) -> float:
        return max(self.top - self.bottom, 1.0)

    def moved(self, dx: float) -> "Glyph":
        return Glyph(self.text, self.left + dx, self.bottom, self.right + dx, self.top)


@dataclass(frozen=True)
class Ruling:
    """A line along one axis: horizontal at y = `at` from x = `start` to `end`, or
    vertical with x and y changed over."""

    horizontal: bool
    at: float
    start: float
    end: float

    def moved(self, dx: float) -> "Ruling":
        if self.horizontal:
            return Ruling(True, self.at, self.start + dx, self.end + dx)
        return Ruling(False, self.at + dx, self.start, self.end)


@dataclass
class Page:
    """What one page shows; `struck` says that a line runs through text (which then is
    not among the glyphs)."""

    glyphs: list[Glyph] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    struck: bool = False
    width: float = 0.0


def read_pages(content: bytes) -> list[Page]:
    """The pages. Raises UnreadableError: ENCRYPTED, CORRUPT, TOO_BIG."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            code = TroubleCode.ENCRYPTED
        else:
            code = TroubleCode.CORRUPT
        raise UnreadableError(code, str(error)) from error
    try:
        if len(document) > PAGES_LIMIT:
            raise UnreadableError(TroubleCode.TOO_BIG, f"{len(document)} pages")
        if document.get_formtype() != raw.FORMTYPE_NONE:
            document.init_forms()
        return [_page(document[index]) for index in range(len(document))]
    except pdfium.PdfiumError as error:
        raise UnreadableError(TroubleCode.CORRUPT, str(error)) from error
    finally:
        document.close()


def _page(page: Any) -> Page:
    if raw.FPDFPage_GetAnnotCount(page) > 0:
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
    turn = _turn(page)
    found = Page(width=float(page.get_size()[0]))
    objects = list(_objects(page))
    visible = any(
        o_type == raw.FPDF_PAGEOBJ_TEXT
        and raw.FPDFTextObj_GetTextRenderMode(o) != _INVISIBLE
        for o_type, o, _ in objects
    )
    if visible:
        found.glyphs = list(_glyphs(page, turn))
    for o_type, o, matrix in objects:
        if o_type == raw.FPDF_PAGEOBJ_PATH and len(found.rulings) < _LINES_LIMIT:
            found.rulings += _rulings(o, matrix, turn)
    _drop_struck(found)
    return found


def _turn(page: Any) -> Matrix:
    """How the page's own coordinates come to lie as a reader sees them (/Rotate)."""
    width, height = page.get_size()
    return {
        0: (1.0, 0.0, 0.0, 1.0, 0.0, 0.0),
        90: (0.0, -1.0, 1.0, 0.0, 0.0, float(height)),
        180: (-1.0, 0.0, 0.0, -1.0, float(width), float(height)),
        270: (0.0, 1.0, -1.0, 0.0, float(width), 0.0),
    }[page.get_rotation()]


def _moved(point: Point, m: Matrix) -> Point:
    x, y = point
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _joined(inner: Matrix, outer: Matrix) -> Matrix:
    a, b = (
        _moved((inner[0], inner[1]), (*outer[:4], 0, 0)),
        _moved((inner[2], inner[3]), (*outer[:4], 0, 0)),
    )
    return (*a, *b, *_moved((inner[4], inner[5]), outer))


def _objects(page: Any) -> Iterator[tuple[int, Any, Matrix]]:
    """(type, object, matrix) of everything painted, through form objects."""
    upright: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    stack = [
        (raw.FPDFPage_GetObject(page, i), upright, 0)
        for i in range(raw.FPDFPage_CountObjects(page))
    ]
    for _ in range(_OBJECTS_LIMIT):
        if not stack:
            return
        item, outer, depth = stack.pop()
        kind = raw.FPDFPageObj_GetType(item)
        matrix = _joined(_matrix(item), outer)
        if kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
            count = raw.FPDFFormObj_CountObjects(item)
            stack += [
                (raw.FPDFFormObj_GetObject(item, i), matrix, depth + 1)
                for i in range(count)
            ]
        else:
            yield kind, item, matrix


def _matrix(item: Any) -> Matrix:
    m = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, m):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _glyphs(page: Any, turn: Matrix) -> Iterator[Glyph]:
    text = page.get_textpage()
    count = min(raw.FPDFText_CountChars(text), _GLYPHS_LIMIT)
    box = raw.FS_RECTF()
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if (
            code <= 0x20
            or code in (0xA0, 0x3000, 0xFFFE, 0xFFFF)
            or raw.FPDFText_IsGenerated(text, index) == 1
        ):
            continue
        if raw.FPDFText_GetLooseCharBox(text, index, box):
            (x0, y0), (x1, y1) = (
                _moved((box.left, box.bottom), turn),
                _moved((box.right, box.top), turn),
            )
            yield Glyph(chr(code), min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _rulings(path: Any, matrix: Matrix, turn: Matrix) -> Iterator[Ruling]:
    """The lines of a path: a thin filled shape is one line, a stroked outline one for
    each side along an axis."""
    runs = [[_moved(_moved(p, matrix), turn) for p in run] for run in _runs(path)]
    for run in runs:
        line = _thin_shape(run)
        if line is not None:
            yield line
        elif _is_stroked(path):
            yield from (
                s for a, b in pairwise(run) if (s := _thin_shape([a, b])) is not None
            )


def _is_stroked(path: Any) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(raw.FPDFPath_GetDrawMode(path, fill, stroke)) and bool(stroke.value)


def _runs(path: Any) -> list[list[Point]]:
    """The path's straight runs of points; a closed one comes back to its start."""
    runs: list[list[Point]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(raw.FPDFPath_CountSegments(path), _LINES_LIMIT)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        if raw.FPDFPathSegment_GetType(segment) == _SEGMENT_MOVE or not runs:
            runs.append([])
        runs[-1].append((x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment):
            runs[-1].append(runs[-1][0])
    return runs


def _thin_shape(points: list[Point]) -> Ruling | None:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if height <= _THIN and width > max(_SHORTEST, height):
        return Ruling(True, (max(ys) + min(ys)) / 2, min(xs), max(xs))
    if width <= _THIN and height > max(_SHORTEST, width):
        return Ruling(False, (max(xs) + min(xs)) / 2, min(ys), max(ys))
    return None


def _drop_struck(page: Page) -> None:
    """Takes out the glyphs that a line runs through, and remembers that there were some."""
    lines = sorted((r for r in page.rulings if r.horizontal), key=lambda r: r.at)
    heights = [r.at for r in lines]
    kept = []
    for glyph in page.glyphs:
        low, high = (
            glyph.bottom + 0.3 * glyph.size,
            glyph.bottom + 0.72 * glyph.size,
        )  # lower: it underlines
        crossing = lines[bisect_left(heights, low) : bisect_right(heights, high)]
        if not any(r.start - 1 <= glyph.middle[0] <= r.end + 1 for r in crossing):
            kept.append(glyph)
    page.struck = len(kept) < len(page.glyphs)
    page.glyphs = kept
