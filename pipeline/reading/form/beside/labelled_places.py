"""Where the values of fields beside the form's four stand, and how their labels are spaced.

For: also_figures, text_fields. Knows no field.
"""

import re

from pipeline.model.document import Cell, Grid


def right_of(grid: Grid, cell: Cell) -> Cell | None:
    """The cell just beside another, in its row; None where there is none."""
    edge = cell.column + cell.column_span
    for other in grid.cells:
        if other.row == cell.row and other.column == edge:
            return other
    return None


def spaced(label: str) -> str:
    """The pattern of a label, however spaced (电　话)."""
    return r"\s{0,4}".join(map(re.escape, label))
