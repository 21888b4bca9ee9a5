"""Cells of a PDF's tables that a slanted line crosses out, whether or not it touches the
number in them.

Pure geometry. A seal's or an ornament's curve comes in shorter pieces, and a line that
only cuts a corner belongs to a neighbour; neither crosses anything out.
"""

from collections.abc import Sequence
from math import dist

from pipeline.model.document import Doubt
from pipeline.reading.formats.pdf.pdf_objects import Box
from pipeline.reading.formats.pdf.pdf_strikes import Stroke, crossed
from pipeline.reading.formats.pdf.ruled_tables import DrawnCell, DrawnTable

# Points: longer than the pieces that the round of a seal is cut into
_LEAST_LENGTH = 40.0
# Of a cell's height and width, on each side: what runs there cuts a corner
_ASIDE = 0.25, 0.02


def doubt_crossed(
    tables: Sequence[DrawnTable], strokes: Sequence[Stroke]
) -> None:
    """Gives the cells with text that one of the slanted strokes crosses their doubt."""
    long = [stroke for stroke in strokes if dist(*stroke) >= _LEAST_LENGTH]
    if not long:
        return
    cells: list[DrawnCell] = []
    for table in tables:
        cells += [cell for cell in table.cells if cell.glyphs]
    boxes = [_middle_of(cell) for cell in cells]
    for place in crossed(boxes, long):
        cells[place].doubts.add(Doubt.STRUCK)


def _middle_of(cell: DrawnCell) -> Box:
    down, across = _ASIDE
    high = down * (cell.top - cell.bottom)
    wide = across * (cell.right - cell.left)
    return Box(
        left=cell.left + wide,
        bottom=cell.bottom + high,
        right=cell.right - wide,
        top=cell.top - high,
    )
