"""Which characters of a page are crossed by drawn lines, or lie on one another.

Pure geometry. The caller says which part of a character a line must run through to
strike it out: what only touches it is an underline or a border.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

Point = tuple[float, float]
# Left, bottom, right, top
Box = tuple[float, float, float, float]
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
            here = by_square.get(square)
            if not here:
                continue
            hit = {
                place for place in here if _runs_through(stroke, boxes[place])
            }
            if hit:
                found |= hit
                # what is struck need not be looked at again: a page full of lines ends
                by_square[square] = [
                    place for place in here if place not in hit
                ]
    return found


def _along(stroke: Stroke) -> set[tuple[int, int]]:
    """The squares that a stroke touches, and some beside it."""
    (x0, y0), (x1, y1) = stroke
    steps = min(
        int(max(abs(x1 - x0), abs(y1 - y0)) / (_CELL / 2)) + 1, _MOST_CELLS
    )
    found: set[tuple[int, int]] = set()
    for step in range(steps + 1):
        x = x0 + (x1 - x0) * step / steps
        y = y0 + (y1 - y0) * step / steps
        found.add((int(x // _CELL), int(y // _CELL)))
    return found


def overlapping(characters: Sequence[tuple[str, Box]]) -> set[int]:
    """The places of characters that lie on a different one of about their size."""
    boxes = []
    for _, box in characters:
        boxes.append(box)
    found: set[int] = set()
    for places in _by_square(boxes).values():
        for index, one in enumerate(places):
            for other in places[index + 1 :]:
                if one in found and other in found:
                    continue
                same = characters[one][0] == characters[other][0]
                if not same and _overlap(boxes[one], boxes[other]):
                    found |= {one, other}
    return found


def _by_square(boxes: Sequence[Box]) -> dict[tuple[int, int], list[int]]:
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, box in enumerate(boxes):
        for square in _squares(box):
            found[square].append(place)
    return found


def _squares(box: Box) -> Iterator[tuple[int, int]]:
    columns = range(int(box[0] // _CELL), int(box[2] // _CELL) + 1)
    rows = range(int(box[1] // _CELL), int(box[3] // _CELL) + 1)
    if len(columns) * len(rows) > _MOST_CELLS:
        return
    for column in columns:
        for row in rows:
            yield column, row


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
        (-dx, x0 - box[0]),
        (dx, box[2] - x0),
        (-dy, y0 - box[1]),
        (dy, box[3] - y0),
    )
    for step, room in sides:
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
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return False
    tall = (one[3] - one[1]), (other[3] - other[1])
    if max(tall) > _MOST_UNLIKE * min(tall):
        return False
    areas = _area(one), _area(other)
    return width * height > _LEAST_OVERLAP * min(areas)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
