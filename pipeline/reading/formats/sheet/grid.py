"""Cells of a sheet to a Grid, the same for every spreadsheet format: merged cells once,
hidden rows and columns dropped.

Pure. Bounds what foreign sheets claim: a merged range or a lone far cell costs nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import product
from operator import attrgetter
from typing import NamedTuple

from pipeline.model.document import Cell, Doubt, Grid
from pipeline.reading.formats.seen import Rule, counts

# cells: a bounding box up to this area is filled with its empty cells, as a person
# sees them; a larger one is no form
DENSE_LIMIT = 5_000

Position = tuple[int, int]
# first row, first column, last row, last column, all inclusive
Range = tuple[int, int, int, int]


class Value(NamedTuple):
    """What a cell shows, its typed number or day, and why it proves no figure."""

    text: str
    number: float | None = None
    day: date | None = None
    doubts: frozenset[Doubt] = frozenset()
    # As CellStyle
    fits: bool = False

    @property
    def says_something(self) -> bool:
        """Whether a person sees something here, or should have."""
        return bool(self.doubts) or bool(self.text.strip())


_EMPTY = Value("")
_FIGURES = re.compile(r"[\d,，.]+\s?[名人个]?")
# A digit of the usual type (宋体 11) in points: formats that measure columns in lengths
DIGIT_POINTS = 5.5
# Excel's own files keep widths of columns in 256ths of such a digit ([MS-XLS] ColInfo,
# [MS-XLSB] BrtColInfo)
WIDTHS_A_DIGIT = 256
# XFD, counted from 0
LAST_COLUMN = 16_383
_BARELY_SEEN = frozenset({Doubt.BARELY_SEEN})
_reading_order = attrgetter("row", "column")


class Hidden:
    """Hidden rows and columns, columns as ranges, since files hide XFD at once; `flat`
    are rows that are there and too low for a person to read; `widths` are first and last
    column of a stretch, and how many digits it is wide."""

    def __init__(
        self,
        rows: Iterable[int] = (),
        columns: Iterable[tuple[int, int]] = (),
        flat: Iterable[int] = (),
        widths: Iterable[tuple[int, int, float]] = (),
    ) -> None:
        self._rows = frozenset(rows)
        self._columns = tuple(columns)
        self._flat = frozenset(flat)
        self._widths = tuple(widths)

    def __bool__(self) -> bool:
        return bool(self._rows or self._columns)

    def __contains__(self, position: Position) -> bool:
        return self.row(position[0]) or self.column(position[1])

    def row(self, row: int) -> bool:
        return row in self._rows

    def column(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self._columns)

    def width(self, column: int) -> float | None:
        """How many digits a column is wide, None where nothing is said of it."""
        for first, last, digits in self._widths:
            if first <= column <= last:
                return digits
        return None

    def flat(self, first: int, last: int) -> bool:
        """Whether all the rows of a cell are too low to be read."""
        if not self._flat or not counts(Rule.FLAT):
            return False
        return all(row in self._flat for row in range(first, last + 1))


def build(
    name: str,
    values: Mapping[Position, Value],
    merges: Iterable[Range],
    hidden: Hidden,
) -> Grid | None:
    """The Grid of a sheet, its cells in reading order; None where nothing is seen.
    Positions are those of the sheet, so that `where` is what the spreadsheet itself
    shows: Sheet1!B3."""
    filled = [place for place, value in values.items() if value.says_something]
    if not filled:
        return None
    rows = [row for row, _ in filled]
    columns = [column for _, column in filled]
    box = (min(rows), min(columns), max(rows), max(columns))
    merged, covered = _merges(merges, filled, box)
    seen: list[Cell] = []
    for place in _places(filled, box):
        if place in covered:
            continue
        span = merged.get(place, (*place, *place))
        value = values.get(place, _EMPTY)
        if place not in merged and _is_cut(place, values, hidden):
            value = value._replace(doubts=value.doubts | _BARELY_SEEN)
        cell = _cell(
            name=name,
            place=place,
            value=value,
            span=span,
            hidden=hidden,
        )
        if cell is not None:
            seen.append(cell)
    seen.sort(key=_reading_order)
    if any(cell.text for cell in seen):
        return Grid(name, tuple(seen))
    return None


def _is_cut(
    place: Position, values: Mapping[Position, Value], hidden: Hidden
) -> bool:
    """Whether a column is too narrow for its number: a typed one is painted as a row of
    # then, one that is a text is cut where its neighbour is filled."""
    value = values.get(place, _EMPTY)
    width = hidden.width(place[1])
    if not counts(Rule.NARROW):
        return False
    if width is None or len(value.text) <= width or value.fits:
        return False
    if value.number is not None:
        return True
    beside = values.get((place[0], place[1] + 1), _EMPTY)
    return beside.says_something and _FIGURES.fullmatch(value.text) is not None


def _places(filled: list[Position], box: Range) -> list[Position]:
    if _area(box) > DENSE_LIMIT:
        return filled
    return list(_inside(box))


def _area(box: Range) -> int:
    top, left, bottom, right = box
    return (bottom - top + 1) * (right - left + 1)


def _inside(box: Range) -> Iterator[Position]:
    top, left, bottom, right = box
    return product(range(top, bottom + 1), range(left, right + 1))


def _merges(
    merges: Iterable[Range], filled: list[Position], box: Range
) -> tuple[dict[Position, Range], set[Position]]:
    """Merged ranges cut to the box of what is filled, by their top left, and the
    positions that they cover."""
    _, _, lowest, rightmost = box
    dense = _area(box) <= DENSE_LIMIT
    merged: dict[Position, Range] = {}
    covered: set[Position] = set()
    for top, left, claimed_bottom, claimed_right in merges:
        bottom = max(top, min(claimed_bottom, lowest))
        right = max(left, min(claimed_right, rightmost))
        span = (top, left, bottom, right)
        merged[top, left] = span
        if dense and _area(span) <= DENSE_LIMIT:
            under = set(_inside(span))
        else:
            under = set()
            for place in filled:
                if _is_inside(place, span):
                    under.add(place)
        covered |= under - {(top, left)}
    return merged, covered


def _is_inside(place: Position, span: Range) -> bool:
    top, left, bottom, right = span
    return top <= place[0] <= bottom and left <= place[1] <= right


def _cell(
    name: str, place: Position, value: Value, span: Range, hidden: Hidden
) -> Cell | None:
    """The cell as seen: one that is merged over hidden and visible rows is seen at the
    first visible one."""
    top, left, bottom, right = span
    row = top
    column = left
    if hidden and place in hidden:
        row = next((r for r in range(top, bottom + 1) if not hidden.row(r)), -1)
        column = next(
            (c for c in range(left, right + 1) if not hidden.column(c)), -1
        )
        if row < 0 or column < 0:
            return None
    doubts = value.doubts
    if value.says_something and hidden.flat(top, bottom):
        doubts |= _BARELY_SEEN
    return Cell(
        text=value.text,
        row=row,
        column=column,
        where=f"{name}!{column_letters(column)}{row + 1}",
        row_span=bottom - row + 1,
        column_span=right - column + 1,
        number=value.number,
        day=value.day,
        doubts=doubts,
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
