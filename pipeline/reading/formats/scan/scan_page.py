"""A straightened page to what stands on it: cells by their ruling lines, lines of text
elsewhere, each with its place.

The first reading of a scan. Turns a page that lies on its side or head. Decides nothing about figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from pipeline.reading.formats.pdf.pdf_page import Glyph, Ruling
from pipeline.reading.formats.pdf.ruled_tables import (
    DrawnCell,
    DrawnTable,
    line_text,
    lines_of,
    tables_of,
)
from pipeline.reading.formats.scan.ocr import Said, detect, is_tall, recognise
from pipeline.reading.formats.scan.sheet import POINT, Box, Sheet, rulings_of

# Lines by which the head of a page is told from its foot
_SAMPLE = 6
_SURELY_UPRIGHT = 0.9
# A line read with less is no text: the seal, a crease
_LEAST_SURE = 0.3
# Degrees
_LEVEL = 0.4
# Points: a cell in which nothing can stand
_NARROW = 8.0


@dataclass(frozen=True)
class Spot:
    """A cell, or a line outside of tables: its place on the sheet in pixels, and what
    the first reading found there.

    `table` counts from 0 on the page, None outside; `sure` is the engine's least
    confidence in a character; `height` that of its print in pixels, 0 where it is
    empty.
    """

    box: Box
    text: str
    sure: float
    height: float
    table: int | None = None
    row: int = 0
    column: int = 0
    rows: int = 1
    columns: int = 1


@dataclass
class _Placed:
    """A line that was read, and its characters where they stand."""

    said: Said
    box: Box
    glyphs: list[Glyph]


@dataclass
class _Filled:
    """A cell while lines are put into it."""

    cell: DrawnCell
    lines: list[_Placed] = field(default_factory=list)


def read_page(sheet: Sheet) -> tuple[Sheet, list[Spot]]:
    """The sheet as it was turned, and its spots in reading order."""
    sheet, boxes = _upright(sheet)
    rulings = rulings_of(sheet)
    pieces = [piece for box in boxes for piece in _cut(box, rulings, sheet)]
    read = recognise([_ink(sheet, box) for box in pieces])
    placed = [
        _placed(said, box, sheet)
        for said, box in zip(read, pieces, strict=True)
    ]
    return sheet, _spots(
        [p for p in placed if p.said.mean >= _LEAST_SURE],
        tables_of(rulings),
        sheet,
    )


def _upright(sheet: Sheet) -> tuple[Sheet, list[Box]]:
    """The sheet with its text running from left to right, and where its lines stand."""
    lines = detect(sheet.picture)
    boxes = [line.box for line in lines]
    if _mostly_tall(boxes):
        return _head_up(sheet.turned(), [_turned(box, sheet) for box in boxes])
    slope = median([x.slope for x in lines if not is_tall(x.box)] or [0.0])
    if not sheet.squared and _LEVEL < abs(slope) < 30:
        sheet = sheet.skewed(-slope)
        boxes = [line.box for line in detect(sheet.picture)]
    return _head_up(sheet, boxes)


def _mostly_tall(boxes: list[Box]) -> bool:
    tall = sum(b[3] - b[1] for b in boxes if is_tall(b))
    return tall > sum(b[2] - b[0] for b in boxes if not is_tall(b))


def _turned(box: Box, sheet: Sheet) -> Box:
    """Where a place stands once the sheet is turned by 90 degrees, clockwise."""
    left, top, right, bottom = box
    return sheet.height - bottom, left, sheet.height - top, right


def _head_up(sheet: Sheet, boxes: list[Box]) -> tuple[Sheet, list[Box]]:
    sample = sorted(
        (b for b in boxes if not is_tall(b)), key=lambda b: b[0] - b[2]
    )[:_SAMPLE]
    pictures = [_ink(sheet, b) for b in sample]
    upright = _mean(recognise(pictures))
    if upright >= _SURELY_UPRIGHT or not sample:
        return sheet, boxes
    if _mean(recognise([p[::-1, ::-1] for p in pictures])) <= upright:
        return sheet, boxes
    half = sheet.turned()
    return half.turned(), [_turned(_turned(box, sheet), half) for box in boxes]


def _mean(read: list[Said]) -> float:
    if read:
        return sum(s.mean for s in read) / len(read)
    return 0.0


def _ink(sheet: Sheet, box: Box):  # type: ignore[no-untyped-def]
    left, top, right, bottom = (round(v) for v in box)
    return sheet.ink[max(top, 0) : max(bottom, 1), max(left, 0) : max(right, 1)]


def _cut(box: Box, rulings: list[Ruling], sheet: Sheet) -> Iterator[Box]:
    """A line of text that runs over a ruling line is as many lines."""
    left, top, right, bottom = box
    middle = (sheet.height - (top + bottom) / 2) / POINT
    room = 0.3 * (bottom - top)
    cuts = sorted(
        r.at * POINT
        for r in rulings
        if not r.horizontal
        and r.start <= middle <= r.end
        and left + room < r.at * POINT < right - room
        and not is_tall(box)
    )
    for start, end in zip([left, *cuts], [*cuts, right], strict=True):
        yield start, top, end, bottom


def _placed(said: Said, box: Box, sheet: Sheet) -> _Placed:
    """The characters set out over the line's box, downwards where it runs downwards."""
    left, top, right, bottom = box
    weights = [0.55 if ch.isascii() else 1.0 for ch in said.text]
    total = sum(weights) or 1.0
    at = 0.0
    trim = 0.1 * min(right - left, bottom - top)
    glyphs = []
    for ch, weight in zip(said.text, weights, strict=True):
        start, at = at / total, at + weight
        end = at / total
        if is_tall(box):
            place = (
                left,
                top + start * (bottom - top),
                right,
                top + end * (bottom - top),
            )
        else:
            place = (
                left + start * (right - left),
                top + trim,
                left + end * (right - left),
                bottom - trim,
            )
        if not ch.isspace():
            glyphs.append(_glyph(ch, place, sheet))
    return _Placed(said, box, glyphs)


def _glyph(ch: str, place: Box, sheet: Sheet) -> Glyph:
    left, top, right, bottom = place
    return Glyph(
        ch,
        left / POINT,
        (sheet.height - bottom) / POINT,
        right / POINT,
        (sheet.height - top) / POINT,
    )


def _spots(
    lines: list[_Placed], tables: list[DrawnTable], sheet: Sheet
) -> list[Spot]:
    cells = [[_Filled(c) for c in table.cells] for table in tables]
    homes = {id(f.cell): f for filled in cells for f in filled}
    outside = []
    for line in lines:
        x = (line.box[0] + line.box[2]) / 2
        y = (line.box[1] + line.box[3]) / 2
        at = x / POINT, (sheet.height - y) / POINT
        cell = next(
            (c for t in tables if (c := t.cell_at(*at)) is not None), None
        )
        home = homes.get(id(cell))
        if home is None:
            outside.append(line)
        else:
            home.lines.append(line)
            home.cell.glyphs.extend(line.glyphs)
    full = [filled for filled in cells if any(f.lines for f in filled)]
    full.sort(key=lambda filled: -max(f.cell.top for f in filled))
    items = [
        (_top(filled, sheet), _cell_spots(filled, n, sheet))
        for n, filled in enumerate(full)
    ]
    items += [(spot.box[1], [spot]) for spot in _outside(outside)]
    return [
        spot for _, spots in sorted(items, key=lambda i: i[0]) for spot in spots
    ]


def _top(filled: list[_Filled], sheet: Sheet) -> float:
    return sheet.height - POINT * max(f.cell.top for f in filled)


def _cell_spots(filled: list[_Filled], table: int, sheet: Sheet) -> list[Spot]:
    found = []
    for f in filled:
        if f.lines or f.cell.right - f.cell.left > _NARROW:
            found.append(_cell_spot(f, table, sheet))
    return found


def _cell_spot(filled: _Filled, table: int, sheet: Sheet) -> Spot:
    c = filled.cell
    box = (
        c.left * POINT,
        sheet.height - c.top * POINT,
        c.right * POINT,
        sheet.height - c.bottom * POINT,
    )
    heights = [
        min(x.box[3] - x.box[1], x.box[2] - x.box[0]) for x in filled.lines
    ]
    sure = min(
        (x for line in filled.lines for x in line.said.sure), default=0.0
    )
    place = (table, c.row, c.column, c.rows, c.columns)
    return Spot(box, c.text, sure, median(heights) if heights else 0.0, *place)


def _outside(lines: list[_Placed]) -> Iterator[Spot]:
    """The lines outside of tables, what stands side by side as one."""
    owner = {id(g): line for line in lines for g in line.glyphs}
    for glyphs in lines_of([g for line in lines for g in line.glyphs]):
        mine = list({id(owner[id(g)]): owner[id(g)] for g in glyphs}.values())
        box = (
            min(x.box[0] for x in mine),
            min(x.box[1] for x in mine),
            max(x.box[2] for x in mine),
            max(x.box[3] for x in mine),
        )
        sure = min((x for line in mine for x in line.said.sure), default=0.0)
        yield Spot(box, line_text(glyphs), sure, box[3] - box[1])
