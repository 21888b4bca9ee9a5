"""The drawn lines of a PDF page: rulings along an axis, which make tables, and strokes
of any direction, which may strike figures out.

Beside pdf_page. Bounded in segments, curves cut into few straight pieces.
"""

import ctypes
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from pypdfium2 import raw

from pipeline.model.values.frozen import frozen
from pipeline.reading.formats.pdf.pdf_objects import (
    Matrix,
    Painted,
    Point,
    moved,
)

Points = list[Point]

# Points: what is no thicker is a line
THIN = 4.0
# Points: a dot or a corner is no line
_SHORTEST = 2.0
# Points: lines this near meet, as in ruled_tables
_TOUCHING = 1.6
_SEGMENT_LINE, _SEGMENT_BEZIER, _SEGMENT_MOVE = 0, 1, 2
# pieces that a curve is cut into: a wave of one letter's width stays a wave
_PIECES = 4
# Of one page; a form with drawn borders has some hundreds
SEGMENTS_LIMIT = 20_000


@frozen
class Ruling:
    """A line along one axis: horizontal at y = `at` from x = `start` to `end`, or
    vertical with x and y changed over."""

    horizontal: bool
    at: float
    start: float
    end: float

    def moved(self, dx: float) -> "Ruling":
        if self.horizontal:
            return Ruling(
                horizontal=True,
                at=self.at,
                start=self.start + dx,
                end=self.end + dx,
            )
        return Ruling(
            horizontal=False,
            at=self.at + dx,
            start=self.start,
            end=self.end,
        )


Stroke = tuple[Point, Point]


class Lines:
    """Collects the lines of a page's paths until their budget is spent."""

    def __init__(self, turn: Matrix, most_rulings: int) -> None:
        self.rulings: list[Ruling] = []
        # Strokes that no ruling can be
        self._sides: list[Stroke] = []
        # Strokes along no axis: of a form none, of a drawing many
        self.slanted: list[Stroke] = []
        self._turn = turn
        self._most_rulings = most_rulings
        self._segments_left = SEGMENTS_LIMIT

    def take(self, path: Painted) -> None:
        """A thin filled shape is one line, a stroked outline one for each side."""
        if self._segments_left <= 0:
            return
        stroked = _is_stroked(path.handle)
        for run in self._runs(path):
            line = _thin_shape(run)
            if line is not None:
                self._add(line)
            if stroked:
                self._take_sides(run, is_line=line is not None)

    def _take_sides(self, run: Points, *, is_line: bool) -> None:
        for first, last in pairwise(run):
            side = _thin_shape([first, last])
            if side is None:
                self._sides.append((first, last))
                if _is_slanted(first, last):
                    self.slanted.append((first, last))
            elif not is_line:
                self._add(side)

    def _add(self, line: Ruling) -> None:
        if len(self.rulings) < self._most_rulings:
            self.rulings.append(line)

    def strokes(self) -> list[Stroke]:
        """What may strike text out: all that is no border. A border ends at other
        lines, and may run through a text that is too long for its row."""
        found = list(self._sides)
        down = [r for r in self.rulings if not r.horizontal]
        across = [r for r in self.rulings if r.horizontal]
        found += _free(across, down)
        found += _free(down, across)
        return found

    def _runs(self, path: Painted) -> list[Points]:
        """The path's runs of points; a closed one comes back to its start."""
        runs: list[Points] = []
        curve: Points = []
        for kind, point, closes in self._segments(path.handle):
            place = moved(moved(point, path.matrix), self._turn)
            if kind == _SEGMENT_MOVE or not runs:
                runs.append([place])
                curve = []
            elif kind == _SEGMENT_BEZIER:
                curve.append(place)
                if len(curve) == 3:
                    runs[-1] += _pieces(runs[-1][-1], curve)
                    curve = []
            else:
                runs[-1].append(place)
            if closes:
                runs[-1].append(runs[-1][0])
        return runs

    def _segments(self, handle: Any) -> Iterator[tuple[int, Point, bool]]:
        x = ctypes.c_float()
        y = ctypes.c_float()
        count = min(raw.FPDFPath_CountSegments(handle), self._segments_left)
        self._segments_left -= max(count, 1)
        for index in range(count):
            segment = raw.FPDFPath_GetPathSegment(handle, index)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            kind = raw.FPDFPathSegment_GetType(segment)
            closes = bool(raw.FPDFPathSegment_GetClose(segment))
            yield kind, (x.value, y.value), closes


def _pieces(start: Point, curve: Sequence[Point]) -> Points:
    """A cubic curve as straight pieces, without its start."""
    xs, ys = zip(start, *curve, strict=True)
    found: Points = []
    for step in range(1, _PIECES + 1):
        share = step / _PIECES
        found.append((_on_curve(xs, share), _on_curve(ys, share)))
    return found


def _on_curve(corners: Sequence[float], share: float) -> float:
    """One coordinate of a Bézier curve of four corners, a share of the way along it."""
    begin, first, second, end = corners
    rest = 1 - share
    return (
        rest**3 * begin
        + 3 * rest**2 * share * first
        + 3 * rest * share**2 * second
        + share**3 * end
    )


def _free(
    lines: Sequence[Ruling], others: Iterable[Ruling]
) -> Iterator[Stroke]:
    """Those of the lines that meet none of the others, which run across them."""
    crossing = sorted(others, key=_at)
    places = [other.at for other in crossing]
    for line in lines:
        # Sorted, so that a page of thousands of lines takes no second.
        first = bisect_left(places, line.start - _TOUCHING)
        last = bisect_right(places, line.end + _TOUCHING)
        if not any(_reaches(o, line.at) for o in crossing[first:last]):
            yield _ends(line)


def _at(line: Ruling) -> float:
    return line.at


def _reaches(line: Ruling, at: float) -> bool:
    return line.start - _TOUCHING <= at <= line.end + _TOUCHING


def _ends(line: Ruling) -> Stroke:
    if line.horizontal:
        return (line.start, line.at), (line.end, line.at)
    return (line.at, line.start), (line.at, line.end)


def _is_slanted(first: Point, last: Point) -> bool:
    across = abs(first[0] - last[0])
    down = abs(first[1] - last[1])
    return across > THIN and down > THIN


def _is_stroked(handle: Any) -> bool:
    fill = ctypes.c_int()
    stroke = ctypes.c_int()
    known = raw.FPDFPath_GetDrawMode(handle, fill, stroke)
    return bool(known) and bool(stroke.value)


def _thin_shape(points: Sequence[Point]) -> Ruling | None:
    """The line that a shape is where it is as thin as one; None for any other."""
    xs, ys = zip(*points, strict=True)
    left = min(xs)
    right = max(xs)
    low = min(ys)
    high = max(ys)
    width = right - left
    height = high - low
    if height <= THIN and width > max(_SHORTEST, height):
        return Ruling(
            horizontal=True,
            at=(high + low) / 2,
            start=left,
            end=right,
        )
    if width <= THIN and height > max(_SHORTEST, width):
        return Ruling(
            horizontal=False,
            at=(right + left) / 2,
            start=low,
            end=high,
        )
    return None
