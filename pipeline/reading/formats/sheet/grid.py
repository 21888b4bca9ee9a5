"""Cells of a sheet to a Grid, the same for every spreadsheet format: merged cells once,
hidden rows and columns dropped.

Pure. Bounds what foreign sheets claim: a merged range or a lone far cell costs nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from math import isfinite
from operator import attrgetter
from typing import NamedTuple

from pipeline.model.document import Cell, Grid
from pipeline.reading.formats.sheet import number_format

DENSE_LIMIT = 5_000  # a bounding box up to this area is filled with its empty cells, as a person sees them

Position = tuple[int, int]
Range = tuple[
    int, int, int, int
]  # first row, first column, last row, last column, all inclusive


class Value(NamedTuple):
    """What a cell shows, and its typed number or day."""

    text: str
    number: float | None = None
    day: date | None = None


_EMPTY = Value("")
_reading_order = attrgetter("row", "column")


def typed_value(number: float, code: str, date1904: bool = False) -> Value:
    """A stored number under its format: a day where the format paints one, else a number."""
    if not isfinite(number):
        return Value("")
    text = number_format.paint(number, code, date1904)
    if number_format.is_date_format(code):
        return Value(text, day=number_format.day_of(number, date1904))
    return Value(text, number=number)


class Hidden:
    """Hidden rows and columns; columns as ranges, since files hide XFD at once."""

    def __init__(
        self, rows: Iterable[int] = (), columns: Iterable[tuple[int, int]] = ()
    ) -> None:
        self._rows = frozenset(rows)
        self._columns = tuple(columns)

    def __bool__(self) -> bool:
        return bool(self._rows or self._columns)

    def __contains__(self, position: Position) -> bool:
        return self.row(position[0]) or self.column(position[1])

    def row(self, row: int) -> bool:
        return row in self._rows

    def column(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self._columns)


def build(
    name: str, values: Mapping[Position, Value], merges: Iterable[Range], hidden: Hidden
) -> Grid | None:
    """The Grid of a sheet, its cells in reading order; None where nothing is seen.
    Positions are those of the sheet, so that `where` is what the spreadsheet itself
    shows: Sheet1!B3."""
    filled = [p for p, v in values.items() if v.text.strip()]
    if not filled:
        return None
    rows, columns = [r for r, _ in filled], [c for _, c in filled]
    box = (min(rows), min(columns), max(rows), max(columns))
    merged, covered = _merges(merges, filled, box)
    places = [p for p in _places(filled, box) if p not in covered]
    cells = [
        _cell(name, p, values.get(p, _EMPTY), merged.get(p, (*p, *p)), hidden)
        for p in places
    ]
    seen = sorted([c for c in cells if c is not None], key=_reading_order)
    if any(c.text for c in seen):
        return Grid(name, tuple(seen))
    return None


def _places(filled: list[Position], box: Range) -> list[Position]:
    top, left, bottom, right = box
    if (bottom - top + 1) * (right - left + 1) > DENSE_LIMIT:
        return filled
    return [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]


def _merges(
    merges: Iterable[Range], filled: list[Position], box: Range
) -> tuple[dict[Position, Range], set[Position]]:
    """Merged ranges cut to the box of what is filled, by their top left, and the
    positions that they cover."""
    _, _, lowest, rightmost = box
    dense = (lowest - box[0] + 1) * (rightmost - box[1] + 1) <= DENSE_LIMIT
    merged: dict[Position, Range] = {}
    covered: set[Position] = set()
    for top, left, claimed_bottom, claimed_right in merges:
        bottom, right = (
            max(top, min(claimed_bottom, lowest)),
            max(left, min(claimed_right, rightmost)),
        )
        merged[top, left] = top, left, bottom, right
        if dense and (bottom - top + 1) * (right - left + 1) <= DENSE_LIMIT:
            inside = [
                (r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)
            ]
            covered.update(inside[1:])
        else:
            covered |= {
                (r, c) for r, c in filled if top <= r <= bottom and left <= c <= right
            } - {(top, left)}
    return merged, covered


def _cell(
    name: str, place: Position, value: Value, span: Range, hidden: Hidden
) -> Cell | None:
    """The cell as seen: one that is merged over hidden and visible rows is seen at the
    first visible one."""
    top, left, bottom, right = span
    row, column = top, left
    if hidden and place in hidden:
        row = next((r for r in range(top, bottom + 1) if not hidden.row(r)), -1)
        column = next((c for c in range(left, right + 1) if not hidden.column(c)), -1)
        if row < 0 or column < 0:
            return None
    return Cell(
        value.text,
        row,
        column,
        f"{name}!{column_letters(column)}{row + 1}",
        bottom - row + 1,
        right - column + 1,
        value.number,
        value.day,
    )


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """A, B, ..., Z, AA for 0, 1, ..., 25, 26."""
    letters = ""
    column += 1
    while column:
        column, index = divmod(column - 1, 26)
        letters = chr(ord("A") + index) + letters
    return letters
