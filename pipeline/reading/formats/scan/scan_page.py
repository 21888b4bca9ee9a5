"""A straightened page to what stands on it: cells by their ruling lines, lines of text
elsewhere, each with its place.

The first reading of a scan. Turns a page that lies on its side or head. Decides nothing about figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from pipeline.model.values.frozen import frozen
from pipeline.reading.formats.pdf.pdf_page import Glyph, Ruling
from pipeline.reading.formats.pdf.ruled_tables import (
    DrawnCell,
    DrawnTable,
    line_text,
    lines_of,
    tables_of,
)
from pipeline.reading.formats.scan.ocr import (
    Line,
    Said,
    detect,
    is_tall,
    recognise,
)
from pipeline.reading.formats.scan.sheet import (
    POINT,
    Box,
    Sheet,
    around,
    rulings_of,
)

# Lines by which the head of a page is told from its foot
_SAMPLE = 6
# Print that stands on its head is never read with so much confidence
_SURELY_UPRIGHT = 0.9
# A line read with less is no text: the seal, a crease
_LEAST_SURE = 0.3
# Degrees: a slope that harms no reading
_LEVEL = 0.4
# Degrees: what slopes more is a stamp or a signature, not the page
_STEEPEST = 30
# Points: a cell in which nothing can stand
_NARROW = 8.0


@frozen
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
    slope = _slope(lines)
    # A sheet that its border made square is level already.
    if not sheet.squared and _LEVEL < abs(slope) < _STEEPEST:
        sheet = sheet.skewed(-slope)
        boxes = [line.box for line in detect(sheet.picture)]
    return _head_up(sheet, boxes)


def _slope(lines: list[Line]) -> float:
    """Of most lines, in degrees; a few that a seal or a hand set askew do not count."""
    slopes = []
    for line in lines:
        if not is_tall(line.box):
            slopes.append(line.slope)
    if slopes:
        return median(slopes)
    return 0.0


def _mostly_tall(boxes: list[Box]) -> bool:
    """By length, not by number: a label set downwards is short, and many of them make
    no page that lies on its side."""
    tall = wide = 0.0
    for box in boxes:
        if is_tall(box):
            tall += box.height
        else:
            wide += box.width
    return tall > wide


def _turned(box: Box, sheet: Sheet) -> Box:
    """Where a place stands once the sheet is turned by 90 degrees, clockwise."""
    return Box(
        left=sheet.height - box.bottom,
        top=box.left,
        right=sheet.height - box.top,
        bottom=box.right,
    )


def _head_up(sheet: Sheet, boxes: list[Box]) -> tuple[Sheet, list[Box]]:
    """The sheet turned by 180 degrees where its longest lines are read better so."""
    lying = [box for box in boxes if not is_tall(box)]
    lying.sort(key=lambda box: -box.width)
    pictures = [_ink(sheet, box) for box in lying[:_SAMPLE]]
    upright = _mean(recognise(pictures))
    if upright >= _SURELY_UPRIGHT or not pictures:
        return sheet, boxes
    on_its_head = [picture[::-1, ::-1] for picture in pictures]
    if _mean(recognise(on_its_head)) <= upright:
        return sheet, boxes
    half = sheet.turned()
    turned = []
    for box in boxes:
        turned.append(_turned(_turned(box, sheet), half))
    return half.turned(), turned


def _mean(read: list[Said]) -> float:
    if read:
        return sum(s.mean for s in read) / len(read)
    return 0.0


def _ink(sheet: Sheet, box: Box):  # type: ignore[no-untyped-def]
    left, top, right, bottom = map(round, box)
    # A box may reach over the sheet's edge, and numpy counts what is negative from the
    # other end.
    rows = slice(max(top, 0), max(bottom, 1))
    columns = slice(max(left, 0), max(right, 1))
    return sheet.ink[rows, columns]


def _cut(box: Box, rulings: list[Ruling], sheet: Sheet) -> Iterator[Box]:
    """A line of text that runs over a ruling line is as many lines."""
    cuts: list[float] = []
    if not is_tall(box):
        cuts = _cuts(box, rulings, sheet)
    starts = [box.left, *cuts]
    ends = [*cuts, box.right]
    for start, end in zip(starts, ends, strict=True):
        yield Box(
            left=start,
            top=box.top,
            right=end,
            bottom=box.bottom,
        )


def _cuts(box: Box, rulings: list[Ruling], sheet: Sheet) -> list[float]:
    """Where upright lines cross a line of text, from left to right."""
    middle = (sheet.height - box.middle[1]) / POINT
    # The engine's box reaches a little over the ruling line beside a cell's text.
    room = 0.3 * box.height
    found = []
    for ruling in rulings:
        at = ruling.at * POINT
        crosses = ruling.start <= middle <= ruling.end
        inside = box.left + room < at < box.right - room
        if crosses and inside and not ruling.horizontal:
            found.append(at)
    return sorted(found)


def _placed(said: Said, box: Box, sheet: Sheet) -> _Placed:
    """The characters set out over the line's box, downwards where it runs downwards."""
    total = sum(map(_weight, said.text)) or 1.0
    passed = 0.0
    glyphs = []
    for ch in said.text:
        start = passed / total
        passed += _weight(ch)
        place = _part(box, start, passed / total)
        if not ch.isspace():
            glyphs.append(_glyph(ch, place, sheet))
    return _Placed(said, box, glyphs)


def _weight(ch: str) -> float:
    """How wide a character is beside others: Latin letters and digits take a little
    over half of a Chinese character's square."""
    if ch.isascii():
        return 0.55
    return 1.0


def _part(box: Box, start: float, end: float) -> Box:
    """What lies between two shares of a line's length."""
    left, top, right, bottom = box
    if is_tall(box):
        return Box(
            left=left,
            top=top + start * box.height,
            right=right,
            bottom=top + end * box.height,
        )
    # The engine's boxes of two lines under each other overlap a little.
    trim = 0.1 * min(box.width, box.height)
    return Box(
        left=left + start * box.width,
        top=top + trim,
        right=left + end * box.width,
        bottom=bottom - trim,
    )


def _glyph(ch: str, place: Box, sheet: Sheet) -> Glyph:
    return Glyph(
        text=ch,
        left=place.left / POINT,
        bottom=(sheet.height - place.bottom) / POINT,
        right=place.right / POINT,
        top=(sheet.height - place.top) / POINT,
    )


def _has_lines(filled: list[_Filled]) -> bool:
    return any(cell.lines for cell in filled)


def _spots(
    lines: list[_Placed], tables: list[DrawnTable], sheet: Sheet
) -> list[Spot]:
    """The tables' cells and the lines outside of them, from the top of the page down."""
    cells = [list(map(_Filled, table.cells)) for table in tables]
    outside = _filled_in(lines, cells, tables, sheet)
    full = [filled for filled in cells if _has_lines(filled)]
    full.sort(key=lambda filled: _top(filled, sheet))
    items = []
    for number, filled in enumerate(full):
        items.append((_top(filled, sheet), _cell_spots(filled, number, sheet)))
    for spot in _outside(outside):
        items.append((spot.box.top, [spot]))
    items.sort(key=lambda item: item[0])
    found: list[Spot] = []
    for _, spots in items:
        found += spots
    return found


def _filled_in(
    lines: list[_Placed],
    cells: list[list[_Filled]],
    tables: list[DrawnTable],
    sheet: Sheet,
) -> list[_Placed]:
    """Puts each line into the cell around its middle; gives back those that stand in none."""
    homes = {}
    for filled in cells:
        for home in filled:
            homes[id(home.cell)] = home
    outside = []
    for line in lines:
        cell = _cell_around(line, tables, sheet)
        if cell is None:
            outside.append(line)
            continue
        home = homes[id(cell)]
        home.lines.append(line)
        home.cell.glyphs.extend(line.glyphs)
    return outside


def _cell_around(
    line: _Placed, tables: list[DrawnTable], sheet: Sheet
) -> DrawnCell | None:
    """The innermost: `tables` have the inner ones first."""
    x, y = line.box.middle
    for table in tables:
        cell = table.cell_at(x / POINT, (sheet.height - y) / POINT)
        if cell is not None:
            return cell
    return None


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
    box = Box(
        left=c.left * POINT,
        top=sheet.height - c.top * POINT,
        right=c.right * POINT,
        bottom=sheet.height - c.bottom * POINT,
    )
    heights = []
    for line in filled.lines:
        heights.append(min(line.box.height, line.box.width))
    height = 0.0
    if heights:
        height = median(heights)
    place = (table, c.row, c.column, c.rows, c.columns)
    return Spot(box, c.text, _least_sure(filled.lines), height, *place)


def _least_sure(lines: list[_Placed]) -> float:
    """The confidence of the character that was read with least."""
    sure: list[float] = []
    for line in lines:
        sure += line.said.sure
    return min(sure, default=0.0)


def _outside(lines: list[_Placed]) -> Iterator[Spot]:
    """The lines outside of tables, what stands side by side as one."""
    owner = {}
    every: list[Glyph] = []
    for line in lines:
        every += line.glyphs
        for glyph in line.glyphs:
            owner[id(glyph)] = line
    for glyphs in lines_of(every):
        mine: list[_Placed] = []
        for glyph in glyphs:
            if owner[id(glyph)] not in mine:
                mine.append(owner[id(glyph)])
        box = around([line.box for line in mine])
        yield Spot(
            box=box,
            text=line_text(glyphs),
            sure=_least_sure(mine),
            height=box.height,
        )
