"""A picture of a page, straightened: the form's outer border made a rectangle, its ruling lines found.

Pure geometry over numpy pictures. A sheet keeps its picture and the way into it, so
that any place can be looked at again from the original and larger. Red ink (the seal)
is looked through.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import cv2
import numpy as np

from pipeline.model.values.frozen import frozen
from pipeline.reading.formats.pdf.pdf_page import Ruling
from pipeline.reading.formats.scan.scan_pictures import Picture

# Numpy float64, 3 x 3: from the source picture to the sheet
Matrix = Any
# Pixels of a sheet in a point of the page geometry
POINT = 2.0
# Pixels: the longer side of the form's border on a sheet
_TABLE = 1300.0
# The longer side of a sheet without a border
_PLAIN = 1800.0
# What of the picture lies around the border is shown up to here
_LARGEST = 2400.0
# The picture is made this small to look for the border
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
# Pixels: what is thicker is a filled bar or a picture, no ruling line
_THICKEST = 30


class Box(NamedTuple):
    """A place on a sheet: pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        across = (self.left + self.right) / 2
        down = (self.top + self.bottom) / 2
        return across, down


def around(boxes: Sequence[Box]) -> Box:
    """The least box that holds them all; one at least."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(
        left=min(lefts),
        top=min(tops),
        right=max(rights),
        bottom=max(bottoms),
    )


@frozen
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
        return self.look(
            Box(
                left=0,
                top=0,
                right=self.width,
                bottom=self.height,
            ),
            1.0,
        )

    @cached_property
    def ink(self) -> Any:
        """The sheet in grey without red ink."""
        return without_red(self.picture)

    def look(self, box: Box, zoom: float) -> Picture:
        """A place of the sheet, taken from the source itself, `zoom` times as large."""
        into = np.array(
            [
                [zoom, 0, -box.left * zoom],
                [0, zoom, -box.top * zoom],
                [0, 0, 1.0],
            ]
        )
        # One warp from the source, never a picture of a picture: each further
        # interpolation would soften the strokes that the readings are compared by.
        width = max(int(box.width * zoom), 1)
        height = max(int(box.height * zoom), 1)
        return cv2.warpPerspective(
            self.source,
            into @ self.matrix,
            (width, height),
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
            source=source,
            matrix=np.diag([zoom, zoom, 1.0]),
            width=round(width * zoom),
            height=round(height * zoom),
        )
    return _squared(source, quad)


def _squared(source: Picture, quad: Any) -> Sheet:
    """The sheet on which the border is a rectangle; what of the picture lies far from
    it is left out."""
    corners = np.array(quad)
    following = np.roll(corners, -1, axis=0)
    sides = np.linalg.norm(corners - following, axis=1)
    top, right, bottom, left = map(float, sides)
    # A photo taken from one side shows the near edge longer than the far one.
    width = (top + bottom) / 2
    height = (left + right) / 2
    zoom = _TABLE / max(width, height)
    width, height = width * zoom, height * zoom
    target = np.array(
        [[0, 0], [width, 0], [width, height], [0, height]], np.float32
    )
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    seen = _extent(source, matrix, width, height)
    to_origin = np.array(
        [[1.0, 0, -seen.left], [0, 1.0, -seen.top], [0, 0, 1.0]]
    )
    return Sheet(
        source=source,
        matrix=to_origin @ matrix,
        width=round(seen.width),
        height=round(seen.height),
        squared=True,
    )


def _extent(
    source: Picture, matrix: Matrix, width: float, height: float
) -> Box:
    """How far the sheet reaches: to the picture's edges, but not far from the border."""
    rows, columns = source.shape[:2]
    corners = np.array(
        [[[0, 0], [columns, 0], [columns, rows], [0, rows]]], np.float32
    )
    seen = cv2.perspectiveTransform(corners, matrix)[0]
    # A steep photo throws its far corners towards infinity; a sheet that reached them
    # would need gigabytes.
    room = max((_LARGEST - max(width, height)) / 2, 100.0)
    left, top = np.maximum(seen.min(0), (-room, -room))
    right, bottom = np.minimum(seen.max(0), (width + room, height + room))
    return Box(
        left=float(min(left, 0)),
        top=float(min(top, 0)),
        right=float(max(right, width)),
        bottom=float(max(bottom, height)),
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
    # A fax or a photo in bad light has lines fainter than its print: looked for again
    # with less asked of a line.
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
    # Component 0 is the paper.
    widths = stats[1:, cv2.CC_STAT_WIDTH].astype(float)
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    largest = 1 + int((widths * heights).argmax())
    ys, xs = np.nonzero(labels == largest)
    points = np.stack([xs, ys], 1).astype(float)
    # x + y is least at the top left corner and greatest at the bottom right one,
    # x - y is so at the other two.
    total = points.sum(1)
    gap = points[:, 0] - points[:, 1]
    corners = (total.argmin(), gap.argmax(), total.argmax(), gap.argmin())
    quad = points[list(corners)]
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
        # Two corners may fall together, and their side has no length then.
        product = np.linalg.norm(a) * np.linalg.norm(b)
        lengths = float(product) + 1e-9
        cosine = abs(float(a @ b)) / lengths
        # 60 degrees: a sheet seen from so steep is no sheet that can be read
        if cosine > 0.5:
            return False
    return True


def _is_drawn(quad: Any, mask: Any) -> bool:
    """Whether ink runs along all four sides."""
    thick = cv2.dilate(mask, np.ones((7, 7), np.uint8))
    for i in range(4):
        corner = quad[i]
        following = quad[(i + 1) % 4]
        places = np.linspace(corner, following, 80)
        steps = places.round().astype(int)
        xs = steps[:, 0].clip(0, mask.shape[1] - 1)
        ys = steps[:, 1].clip(0, mask.shape[0] - 1)
        # A seal or a fold may break a side, but not a third of it.
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
    mask = seal.astype(np.uint8) * 255
    around = np.ones((7, 7), np.uint8)
    covered = cv2.dilate(mask, around)
    across = _lines(ink, covered, horizontal=True)
    down = _lines(ink, covered, horizontal=False)
    return _anchored(across + down)


def _is_red(picture: Picture) -> Any:
    """Where the ink of a seal lies on bare paper: its strokes would pass for lines, and
    cling to those that they cross."""
    # Signed, since they are subtracted
    signed = picture.astype(np.int16)
    blue = signed[:, :, 0]
    green = signed[:, :, 1]
    red = signed[:, :, 2]
    paper = cv2.dilate(red, np.ones((25, 25), np.uint8))
    is_reddish = red - (blue + green) // 2 > _REDNESS
    # Where black print lies under the seal the red is dark: that ink stays.
    is_light = red > 0.55 * paper
    return is_reddish & is_light


def _anchored(lines: list[Ruling]) -> list[Ruling]:
    """The lines that are long or end at other lines on both sides: strokes of print do neither."""
    # A stroke that is dropped may have been all that another ended at.
    while True:
        kept = []
        for r in lines:
            if r.end - r.start > _LONG or _ends_at_lines(r, lines):
                kept.append(r)
        if len(kept) == len(lines):
            return kept
        lines = kept


def _ends_at_lines(line: Ruling, lines: list[Ruling]) -> bool:
    across = []
    for other in lines:
        meets = other.start - _MEETS <= line.at <= other.end + _MEETS
        if meets and other.horizontal != line.horizontal:
            across.append(other.at)
    near = _STRETCH / POINT + _MEETS
    starts = any(abs(at - line.start) <= near for at in across)
    ends = any(abs(at - line.end) <= near for at in across)
    return starts and ends


def line_mask(ink: Any, horizontal: bool) -> Any:
    """What of a black-and-white picture (ink 255) belongs to long straight lines along an axis."""
    fat = cv2.dilate(ink, _kernel(3, not horizontal))
    closed = cv2.morphologyEx(fat, cv2.MORPH_CLOSE, _kernel(3, horizontal))
    return cv2.morphologyEx(
        closed, cv2.MORPH_OPEN, _kernel(_SHORTEST_LINE, horizontal)
    )


def _kernel(length: int, horizontal: bool) -> Any:
    shape = (length, 1)
    if horizontal:
        shape = (1, length)
    return np.ones(shape, np.uint8)


def _lines(ink: Any, covered: Any, horizontal: bool) -> list[Ruling]:
    """The lines along an axis; under a seal (`covered`) a line that comes out on the
    other side goes on."""
    height = ink.shape[0]
    mask = line_mask(ink, horizontal)
    bridged = cv2.morphologyEx(
        mask, cv2.MORPH_CLOSE, _kernel(_SEAL, horizontal)
    )
    # Where the line passes print that leans on it, it is thin for a few pixels.
    joined = cv2.morphologyEx(
        mask | (bridged & covered), cv2.MORPH_CLOSE, _kernel(45, horizontal)
    )
    contours, _ = cv2.findContours(
        joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    lines = []
    for contour in contours:
        x, y, wide, high = cv2.boundingRect(contour)
        box = Box(
            left=x,
            top=y,
            right=x + wide,
            bottom=y + high,
        )
        if horizontal and high < _THICKEST:
            lines.append(_level_line(box, height))
        elif not horizontal and wide < _THICKEST:
            lines.append(_upright_line(box, height))
    return lines


def _level_line(box: Box, height: int) -> Ruling:
    """The line along a flat box; `height` is the sheet's, since y grows upwards in
    points."""
    _, middle = box.middle
    return Ruling(
        horizontal=True,
        at=(height - middle) / POINT,
        start=(box.left - _STRETCH) / POINT,
        end=(box.right + _STRETCH) / POINT,
    )


def _upright_line(box: Box, height: int) -> Ruling:
    middle, _ = box.middle
    return Ruling(
        horizontal=False,
        at=middle / POINT,
        start=(height - box.bottom - _STRETCH) / POINT,
        end=(height - box.top + _STRETCH) / POINT,
    )
