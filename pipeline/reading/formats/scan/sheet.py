"""A picture of a page, straightened: the form's outer border made a rectangle, its ruling lines found.

Pure geometry over numpy pictures. A sheet keeps its picture and the way into it, so
that any place can be looked at again from the original and larger. Red ink (the seal)
is looked through.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import cv2
import numpy as np

from pipeline.reading.formats.pdf.pdf_page import Ruling
from pipeline.reading.formats.scan.scan_pictures import Picture

# Numpy float64, 3 x 3: from the source picture to the sheet
Matrix = Any
# Left, top, right, bottom on the sheet, pixels, y downwards
Box = tuple[float, float, float, float]

# Pixels of a sheet in a point of the page geometry
POINT = 2.0
# Pixels: the longer side of the form's border on a sheet
_TABLE = 1300.0
# The longer side of a sheet without a border
_PLAIN = 1800.0
_LARGEST = 2400.0
_THIN_SEARCH = 1200.0
# Pixels: the widest stroke of a seal
_SEAL = 181
_SHORTEST_LINE = 51
_REDNESS = 50
# Points: no stroke of print is so long
_LONG = 200.0
# Points
_MEETS = 3.0
# Pixels that a line is made longer at both ends, so that corners meet
_STRETCH = 2.0


@dataclass(frozen=True)
class Sheet:
    """A page of `width` x `height` pixels, seen through `matrix` in `source`; `squared`
    by the border of its form."""

    source: Picture
    matrix: Matrix
    width: int
    height: int
    squared: bool = False

    @cached_property
    def picture(self) -> Picture:
        return self.look((0, 0, self.width, self.height), 1.0)

    @cached_property
    def ink(self) -> Any:
        """The sheet in grey without red ink."""
        return without_red(self.picture)

    def look(self, box: Box, zoom: float) -> Picture:
        """A place of the sheet, taken from the source anew, `zoom` times as large."""
        left, top, right, bottom = box
        into = np.array(
            [[zoom, 0, -left * zoom], [0, zoom, -top * zoom], [0, 0, 1.0]]
        )
        size = (
            max(int((right - left) * zoom), 1),
            max(int((bottom - top) * zoom), 1),
        )
        return cv2.warpPerspective(
            self.source,
            into @ self.matrix,
            size,
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(255, 255, 255),
        )

    def turned(self) -> "Sheet":
        """The sheet turned by 90 degrees, clockwise."""
        turn = np.array([[0, -1.0, self.height], [1.0, 0, 0], [0, 0, 1.0]])
        return replace(
            self,
            matrix=turn @ self.matrix,
            width=self.height,
            height=self.width,
        )

    def skewed(self, degrees: float) -> "Sheet":
        """The sheet with text that rises by an angle laid level."""
        middle = self.width / 2, self.height / 2
        turn = np.vstack(
            [cv2.getRotationMatrix2D(middle, degrees, 1.0), [0, 0, 1.0]]
        )
        return replace(self, matrix=turn @ self.matrix)


def without_red(picture: Picture) -> Any:
    """Grey as through a red filter: a seal fades, blue and black ink stay, also where
    the seal lies over them."""
    return np.ascontiguousarray(picture[:, :, 2])


def sheet_of(source: Picture) -> Sheet:
    """The page straightened by the form's border; as it lies where no border is seen."""
    quad = _border(source)
    if quad is None:
        height, width = source.shape[:2]
        zoom = _PLAIN / max(height, width)
        return Sheet(
            source,
            np.diag([zoom, zoom, 1.0]),
            round(width * zoom),
            round(height * zoom),
        )
    return _squared(source, quad)


def _squared(source: Picture, quad: Any) -> Sheet:
    """The sheet on which the border is a rectangle; what of the picture lies far from
    it is left out."""
    top, right, bottom, left = (
        float(np.linalg.norm(quad[i] - quad[(i + 1) % 4])) for i in range(4)
    )
    width = (top + bottom) / 2
    height = (left + right) / 2
    zoom = _TABLE / max(width, height)
    width, height = width * zoom, height * zoom
    target = np.array(
        [[0, 0], [width, 0], [width, height], [0, height]], np.float32
    )
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    x0, y0, x1, y1 = _extent(source, matrix, width, height)
    moved = np.array([[1.0, 0, -x0], [0, 1.0, -y0], [0, 0, 1.0]]) @ matrix
    return Sheet(source, moved, round(x1 - x0), round(y1 - y0), squared=True)


def _extent(
    source: Picture, matrix: Matrix, width: float, height: float
) -> Box:
    """How far the sheet reaches: to the picture's edges, but not far from the border."""
    rows, columns = source.shape[:2]
    corners = np.array(
        [[[0, 0], [columns, 0], [columns, rows], [0, rows]]], np.float32
    )
    seen = cv2.perspectiveTransform(corners, matrix)[0]
    room = max((_LARGEST - max(width, height)) / 2, 100.0)
    x0, y0 = np.maximum(seen.min(0), (-room, -room))
    x1, y1 = np.minimum(seen.max(0), (width + room, height + room))
    return (
        float(min(x0, 0)),
        float(min(y0, 0)),
        float(max(x1, width)),
        float(max(y1, height)),
    )


def _border(source: Picture) -> Any:
    """The corners of the largest thing made of thin dark lines: from top left on,
    clockwise; None where there is none."""
    shrink = min(_THIN_SEARCH / max(source.shape[:2]), 1.0)
    grey = cv2.resize(
        without_red(source),
        None,
        fx=shrink,
        fy=shrink,
        interpolation=cv2.INTER_AREA,
    )
    dark = cv2.morphologyEx(
        grey, cv2.MORPH_BLACKHAT, np.ones((11, 11), np.uint8)
    )
    level, _ = cv2.threshold(dark, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    for share in (1.0, 0.6, 0.4):
        mask = (dark > max(level * share, 12)).astype(np.uint8)
        quad = _largest_quad(cv2.dilate(mask, np.ones((3, 3), np.uint8)))
        if quad is not None:
            return quad / shrink
    return None


def _largest_quad(mask: Any) -> Any:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if len(stats) < 2:
        return None
    spans = (
        stats[1:, cv2.CC_STAT_WIDTH].astype(float)
        * stats[1:, cv2.CC_STAT_HEIGHT]
    )
    largest = 1 + int(spans.argmax())
    ys, xs = np.nonzero(labels == largest)
    points = np.stack([xs, ys], 1).astype(float)
    total = points.sum(1)
    gap = points[:, 0] - points[:, 1]
    quad = points[[total.argmin(), gap.argmax(), total.argmax(), gap.argmin()]]
    if _is_form_like(quad, mask) and _is_drawn(quad, mask):
        return quad
    return None


def _is_form_like(quad: Any, mask: Any) -> bool:
    """Large enough, and with corners near to right angles."""
    if cv2.contourArea(quad.astype(np.float32)) < 0.05 * mask.size:
        return False
    for i in range(4):
        a = quad[i - 1] - quad[i]
        b = quad[(i + 1) % 4] - quad[i]
        cosine = abs(float(a @ b)) / (
            float(np.linalg.norm(a) * np.linalg.norm(b)) + 1e-9
        )
        if cosine > 0.5:
            return False
    return True


def _is_drawn(quad: Any, mask: Any) -> bool:
    """Whether ink runs along all four sides."""
    thick = cv2.dilate(mask, np.ones((7, 7), np.uint8))
    for i in range(4):
        steps = np.linspace(quad[i], quad[(i + 1) % 4], 80).round().astype(int)
        xs = steps[:, 0].clip(0, mask.shape[1] - 1)
        ys = steps[:, 1].clip(0, mask.shape[0] - 1)
        if thick[ys, xs].mean() < 0.7:
            return False
    return True


def rulings_of(sheet: Sheet) -> list[Ruling]:
    """The ruling lines, in points with y upwards, as the geometry of PDF pages has them."""
    seal = _is_red(sheet.picture)
    grey = sheet.ink.copy()
    grey[seal] = 255
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 12
    )
    covered = cv2.dilate(seal.astype(np.uint8) * 255, np.ones((7, 7), np.uint8))
    return _anchored(
        _lines(ink, covered, horizontal=True)
        + _lines(ink, covered, horizontal=False)
    )


def _is_red(picture: Picture) -> Any:
    """Where the ink of a seal lies on bare paper: its strokes would pass for lines, and
    cling to those that they cross."""
    blue, green, red = (picture[:, :, i].astype(np.int16) for i in range(3))
    paper = cv2.dilate(red, np.ones((25, 25), np.uint8))
    return (red - (blue + green) // 2 > _REDNESS) & (red > 0.55 * paper)


def _anchored(lines: list[Ruling]) -> list[Ruling]:
    """The lines that are long or end at other lines on both sides: strokes of print do neither."""
    while True:
        kept = []
        for r in lines:
            if r.end - r.start > _LONG or _ends_at_lines(r, lines):
                kept.append(r)
        if len(kept) == len(lines):
            return kept
        lines = kept


def _ends_at_lines(line: Ruling, lines: list[Ruling]) -> bool:
    across = [
        r
        for r in lines
        if r.horizontal != line.horizontal
        and r.start - _MEETS <= line.at <= r.end + _MEETS
    ]
    return all(
        any(abs(r.at - end) <= _STRETCH / POINT + _MEETS for r in across)
        for end in (line.start, line.end)
    )


def line_mask(ink: Any, horizontal: bool) -> Any:
    """What of a black-and-white picture (ink 255) belongs to long straight lines along an axis."""
    fat = cv2.dilate(ink, _kernel(3, not horizontal))
    closed = cv2.morphologyEx(fat, cv2.MORPH_CLOSE, _kernel(3, horizontal))
    return cv2.morphologyEx(
        closed, cv2.MORPH_OPEN, _kernel(_SHORTEST_LINE, horizontal)
    )


def _kernel(length: int, horizontal: bool) -> Any:
    return np.ones((1, length) if horizontal else (length, 1), np.uint8)


def _lines(ink: Any, covered: Any, horizontal: bool) -> list[Ruling]:
    """The lines along an axis; under a seal (`covered`) a line that comes out on the
    other side goes on."""
    height = ink.shape[0]
    mask = line_mask(ink, horizontal)
    hidden = (
        cv2.morphologyEx(mask, cv2.MORPH_CLOSE, _kernel(_SEAL, horizontal))
        & covered
    )
    joined = cv2.morphologyEx(
        mask | hidden, cv2.MORPH_CLOSE, _kernel(45, horizontal)
    )
    contours, _ = cv2.findContours(
        joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    boxes = []
    for c in contours:
        boxes.append(cv2.boundingRect(c))
    if horizontal:
        return [
            Ruling(
                True,
                (height - y - h / 2) / POINT,
                (x - _STRETCH) / POINT,
                (x + w + _STRETCH) / POINT,
            )
            for x, y, w, h in boxes
            if h < 30
        ]
    return [
        Ruling(
            False,
            (x + w / 2) / POINT,
            (height - y - h - _STRETCH) / POINT,
            (height - y + _STRETCH) / POINT,
        )
        for x, y, w, h in boxes
        if w < 30
    ]
