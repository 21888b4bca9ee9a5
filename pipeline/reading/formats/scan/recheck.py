"""A second and a third look at a place of a scan: found by its ink alone, enlarged, and
read in two other treatments.

Independent of the first reading in where the lines are (all ink of the place, so that
no digit is left out), in size and in contrast. Says what it reads; whether that agrees
is for scan.py.
"""

from typing import Any

import cv2
import numpy as np

from pipeline.model.values.frozen import frozen
from pipeline.reading.formats.scan.ocr import Said, recognise
from pipeline.reading.formats.scan.scan_page import Spot
from pipeline.reading.formats.scan.sheet import (
    Box,
    Sheet,
    line_mask,
    without_red,
)

# The second look is twice as large
_ZOOM = 2.0
# Pixels of the sheet: half a ruling line
_INSET = 3.0
# Pixels: the height of print where the first reading saw none
_PRINT = 30.0
# A cell with a figure in it has one or two
_MOST_LINES = 6
# Grey: paper after it was evenly lit
_PAPER = 245.0
# Grey: the lightest that print can be
_FAINT = 190.0
# Of a line's height: what is lower is a comma, a dash, or a broken digit
_FULL_HEIGHT = 0.8
# Pixels of ink: dust
_SPECK = 14

# Top, bottom, left, right of a line of print in its picture, whole pixels
_LinePlace = tuple[int, int, int, int]


@frozen
class Look:
    """A line read as grey and as black and white, and what its ink shows, lengths in
    the line's own height.

    `pieces`: how many stretches of ink stand side by side; `low`: how many of them do
    not reach the line's height;
    `width`: of them all; `stroke`: the longest straight stroke along the line's middle.
    """

    grey: Said
    black: Said
    pieces: int
    low: int
    width: float
    stroke: float


@frozen
class _Print:
    """A line's pictures and what its ink shows."""

    grey: Any
    black: Any
    shape: tuple[int, int, float, float]


def look_again(spots: list[tuple[Sheet, Spot]]) -> list[tuple[Look, ...]]:
    """The lines of each spot of a sheet."""
    printed = []
    pictures = []
    for sheet, spot in spots:
        lines = _lines_of(sheet, spot)
        printed.append(lines)
        for line in lines:
            pictures += [line.grey, line.black]
    # All pictures go to the engine at once, which reads them in batches.
    read = iter(recognise(pictures))
    looks = []
    for lines in printed:
        looks.append(
            tuple(_look(line, next(read), next(read)) for line in lines)
        )
    return looks


def _look(line: _Print, grey: Said, black: Said) -> Look:
    return Look(grey, black, *line.shape)


def _lines_of(sheet: Sheet, spot: Spot) -> list[_Print]:
    grey = without_red(sheet.look(_inner(spot), _ZOOM))
    # Too narrow for a character, and for the filters below
    if min(grey.shape) < 12:
        return []
    even = _evenly_lit(grey)
    ink = _ink_of(even)
    print_height = (spot.height or _PRINT) * _ZOOM
    black = cv2.GaussianBlur(255 - ink, (3, 3), 0)
    found = []
    for place in _line_places(ink, print_height)[:_MOST_LINES]:
        grey_line = _cut(even, place)
        black_line = _cut(black, place)
        found.append(_Print(grey_line, black_line, _shape(ink, place)))
    return found


def _shape(ink: Any, place: _LinePlace) -> tuple[int, int, float, float]:
    """Pieces, low pieces, width and longest stroke of a line, as Look has them."""
    top, bottom, left, right = place
    line = ink[top:bottom, left:right] > 0
    height = bottom - top
    pieces = _runs(line.any(axis=0), 0)
    low = 0
    for start, end in pieces:
        rows = np.flatnonzero(line[:, start:end].any(axis=1))
        inked = int(rows[-1] - rows[0]) + 1
        if inked < _FULL_HEIGHT * height:
            low += 1
    # A line that strikes a number out runs through its middle; the strokes of 7 and 2
    # along its edges are print.
    edge = height // 5
    longest = 0
    for row in line[edge : height - edge]:
        for start, end in _runs(row, 0):
            longest = max(longest, end - start)
    return len(pieces), low, (right - left) / height, longest / height


def _inner(spot: Spot) -> Box:
    """Inside a cell's ruling lines; around a line that stands free."""
    left, top, right, bottom = spot.box
    if spot.table is None:
        aside = 0.5 * spot.box.height
        above = 0.1 * aside
        return Box(
            left=left - aside,
            top=top - above,
            right=right + aside,
            bottom=bottom + above,
        )
    return Box(
        left=left + _INSET,
        top=top + _INSET,
        right=right - _INSET,
        bottom=bottom - _INSET,
    )


def _evenly_lit(grey: Any) -> Any:
    """The paper white everywhere, shadows taken out."""
    around = np.ones((15, 15), np.uint8)
    lightened = cv2.dilate(grey, around)
    paper = cv2.medianBlur(lightened, 31)
    return cv2.divide(grey, paper, scale=255)


def _ink_of(even: Any) -> Any:
    """Ink as 255, without ruling lines and specks."""
    smooth = cv2.GaussianBlur(even, (3, 3), 0)
    ink = cv2.threshold(smooth, _level(smooth), 255, cv2.THRESH_BINARY_INV)[1]
    for horizontal in (True, False):
        ink[_edge_lines(ink, horizontal) > 0] = 0
    return _without_specks(ink)


def _level(smooth: Any) -> float:
    """Half way between the print and the paper: what is lighter is a shadow, a crease
    or the rest of a seal."""
    level, _ = cv2.threshold(
        smooth, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU
    )
    dark = smooth[smooth <= min(level, _FAINT)]
    if dark.size < _SPECK:
        return _FAINT
    return (float(np.percentile(dark, 25)) + _PAPER) / 2


def _edge_lines(ink: Any, horizontal: bool) -> Any:
    """Long lines along the edges of the place, which are what is left of its ruling."""
    lines = line_mask(ink, horizontal)
    height, width = ink.shape
    # A long line in the inside strikes something out: it must stay to be seen.
    if horizontal:
        inside = lines[10 : height - 10, :]
    else:
        inside = lines[:, 10 : width - 10]
    inside[:] = 0
    return lines


def _without_specks(ink: Any) -> Any:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    light = stats[:, cv2.CC_STAT_AREA] < _SPECK
    small = light | (sides.max(1) < 5)
    ink[small[labels]] = 0
    return ink


def _line_places(ink: Any, print_height: float) -> list[_LinePlace]:
    """The lines of print, by the rows that hold ink."""
    # The strokes of 二 and 三 lie apart; the lines of a cell lie further apart than they do.
    rows = _runs((ink > 0).any(axis=1), 0.22 * print_height)
    places = []
    for top, bottom in rows:
        if bottom - top < 0.25 * print_height:
            continue
        columns = np.flatnonzero((ink[top:bottom] > 0).any(axis=0))
        left, right = int(columns[0]), int(columns[-1])
        places.append((top, bottom, left, right + 1))
    return places


def _runs(filled: Any, bridge: float) -> list[tuple[int, int]]:
    """The stretches of True, those joined that only a small gap parts."""
    runs: list[tuple[int, int]] = []
    for at in np.flatnonzero(filled):
        if runs and at - runs[-1][1] <= bridge:
            runs[-1] = runs[-1][0], int(at) + 1
        else:
            runs.append((int(at), int(at) + 1))
    return runs


def _cut(picture: Any, place: _LinePlace) -> Any:
    """A line with a white margin, as the engine saw lines when it was trained."""
    top, bottom, left, right = place
    pad = max(round(0.18 * (bottom - top)), 4)
    line = picture[top:bottom, left:right]
    return cv2.copyMakeBorder(
        line, pad, pad, 2 * pad, 2 * pad, cv2.BORDER_CONSTANT, value=255
    )
