"""Which characters of a page are crossed by drawn lines, or lie on one another.

Pure geometry. The caller says which part of a character a line must run through to
strike it out: what only touches it is an underline or a border.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from pipeline.reading.formats.pdf.pdf_objects import Box, Point

Square = tuple[int, int]
Stroke = tuple[Point, Point]

# Points: a shorter stroke strikes nothing
_LEAST_LENGTH = 2.0
# Of the smaller of two characters
_LEAST_OVERLAP = 0.4
# Sizes: a watermark's letter does not stand for a figure's
_MOST_UNLIKE = 2.5
# Points: the side of the squares by which neighbours are found
_CELL = 24.0
# Squares of one stroke or character
_MOST_CELLS = 400


def crossed(boxes: Sequence[Box], strokes: Iterable[Stroke]) -> set[int]:
    """The places of the boxes that a stroke runs through."""
    by_square = _by_square(boxes)
    found: set[int] = set()
    for stroke in strokes:
        for square in _along(stroke):
            kept = []
            for place in by_square.get(square, ()):
                if _runs_through(stroke, boxes[place]):
                    found.add(place)
                else:
                    kept.append(place)
            # what is struck need not be looked at again: a page full of lines ends
            if square in by_square:
                by_square[square] = kept
    return found


def _along(stroke: Stroke) -> set[Square]:
    """The squares that a stroke touches, and some beside it."""
    (x0, y0), (x1, y1) = stroke
    longest = max(abs(x1 - x0), abs(y1 - y0))
    # Half a square a step, so that none is leapt over.
    steps = min(int(longest / (_CELL / 2)) + 1, _MOST_CELLS)
    found: set[Square] = set()
    for step in range(steps + 1):
        share = step / steps
        x = x0 + (x1 - x0) * share
        y = y0 + (y1 - y0) * share
        found.add(_square(x, y))
    return found


def _square(x: float, y: float) -> Square:
    return int(x // _CELL), int(y // _CELL)


def overlapping(
    characters: Sequence[tuple[str, Box]], asked: set[int]
) -> set[int]:
    """Which of the characters at the places in `asked` lie on a different one of about
    their size."""
    boxes = [box for _, box in characters]
    found: set[int] = set()
    for places in _by_square(boxes).values():
        for one in asked.intersection(places) - found:
            for other in places:
                # The same character twice is bold print as some programs make it.
                if characters[other][0] == characters[one][0]:
                    continue
                if _overlap(boxes[one], boxes[other]):
                    found.add(one)
                    break
    return found


def _by_square(boxes: Sequence[Box]) -> dict[Square, list[int]]:
    """Places of boxes by the squares that they reach into: neighbours share one."""
    found: dict[Square, list[int]] = defaultdict(list)
    for place, box in enumerate(boxes):
        for square in _squares(box):
            found[square].append(place)
    return found


def _squares(box: Box) -> Iterator[Square]:
    first_column, first_row = _square(box.left, box.bottom)
    last_column, last_row = _square(box.right, box.top)
    columns = range(first_column, last_column + 1)
    rows = range(first_row, last_row + 1)
    # A box as large as that is no character: a watermark, or a font that lies.
    if len(columns) * len(rows) > _MOST_CELLS:
        return
    yield from product(columns, rows)


def _runs_through(stroke: Stroke, box: Box) -> bool:
    """Whether a part of a stroke lies in a box (Liang-Barsky)."""
    (x0, y0), (x1, y1) = stroke
    dx = x1 - x0
    dy = y1 - y0
    if abs(dx) + abs(dy) < _LEAST_LENGTH:
        return False
    first = 0.0
    last = 1.0
    sides = (
        (-dx, x0 - box.left),
        (dx, box.right - x0),
        (-dy, y0 - box.bottom),
        (dy, box.top - y0),
    )
    for step, room in sides:
        # Along this side: inside of it for the whole way, or never
        if step == 0:
            if room < 0:
                return False
            continue
        at = room / step
        if step < 0:
            first = max(first, at)
        else:
            last = min(last, at)
    return first < last


def _overlap(one: Box, other: Box) -> bool:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.top, other.top) - max(one.bottom, other.bottom)
    if width <= 0 or height <= 0:
        return False
    smaller = min(one.height, other.height)
    if max(one.height, other.height) > _MOST_UNLIKE * smaller:
        return False
    least_area = min(one.width * one.height, other.width * other.height)
    return width * height > _LEAST_OVERLAP * least_area
