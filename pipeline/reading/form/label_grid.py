"""A grid with its labels told apart from the rest: what stands right of a label, and what below it.

Trusts no fixed place. A label may be split over cells, merged over rows or written one character a row.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property

from pipeline.model.document import Cell, Cells, Grid
from pipeline.model.form import FormSpec
from pipeline.model.values.frozen import frozen
from pipeline.reading.form.clauses import printed
from pipeline.reading.form.findings import split_tail
from pipeline.reading.form.labels import (
    Field,
    Hit,
    begins_label,
    completes_label,
    fold,
    hits,
    lead_of,
)

# Rows that one merged cell is followed over
_TALLEST = 100
# Characters; a longer cell is text, whatever it begins with
LONG = 80

# Whether the second cell stands right behind the first
_Adjoin = Callable[[Cell, Cell], bool]

_OTHER_HEAD = re.compile(
    r"\s*(?:联\s*系|填\s*[报表]\s*人|审\s*[核签批]|(?:单位)?负\s*责\s*人|电\s*话|"
    r"手\s*机|传\s*真|邮\s*箱|制\s*表|签\s*发)\S{0,4}\s*[:：]?\s*"
)
# Cells that one label may be split over
_MOST_SPLIT = 8


@frozen
class LabelCell:
    cell: Cell
    hit: Hit
    bracket: str
    inline: str
    many: bool
    lead: str = ""


class LabelledGrid:
    """A grid by rows, with its labels told apart from the rest."""

    def __init__(self, grid: Grid, spec: FormSpec) -> None:
        self.spec = spec
        self.cells = _joined(
            sorted(grid.cells, key=lambda c: (c.row, c.column)), spec
        )
        found = (_label(cell, spec) for cell in self.cells)
        self._label_at = {(x.cell.row, x.cell.column): x for x in found if x}
        self.labels = list(self._label_at.values())

    def is_label(self, cell: Cell) -> bool:
        return (cell.row, cell.column) in self._label_at

    @cached_property
    def labels_by_row(self) -> dict[int, list[LabelCell]]:
        rows: dict[int, list[LabelCell]] = {}
        for label in self.labels:
            rows.setdefault(label.cell.row, []).append(label)
        return rows

    @cached_property
    def _by_row(self) -> dict[int, Cells]:
        rows: dict[int, Cells] = {}
        for cell in self.cells:
            for row in range(cell.row, cell.row + min(cell.row_span, _TALLEST)):
                rows.setdefault(row, []).append(cell)
        for cells in rows.values():
            cells.sort(key=lambda c: c.column)
        return rows

    @cached_property
    def width(self) -> int:
        return max((c.column + c.column_span for c in self.cells), default=0)

    @cached_property
    def height(self) -> int:
        return max((c.row + c.row_span for c in self.cells), default=0)

    def row(self, row: int) -> Cells:
        return self._by_row.get(row, [])

    def right_of(self, cell: Cell, field: Field) -> Cells:
        """The cells right of a label, in all its rows, each row up to the next label."""
        right: dict[int, Cell] = {}
        edge = self.width
        for row in range(cell.row, cell.row + min(cell.row_span, _TALLEST)):
            for other in self.row(row):
                if (
                    other.column < cell.column + cell.column_span
                    or id(other) in right
                    or other.column >= edge
                ):
                    continue
                if (
                    self.is_label(other) and not self._is_text(other, field)
                ) or is_contact(other):
                    # What stands below such a head is its own, too
                    edge = other.column
                    break
                right[id(other)] = other
        return list(right.values())

    def _is_text(self, cell: Cell, field: Field) -> bool:
        """A long cell beside the measures' label is measures, even where it begins with
        a label's words."""
        if field is not Field.MEASURES:
            return False
        again = self._label_at[cell.row, cell.column].hit
        inside = "\n" in cell.text[: again.start].lstrip()
        return (
            inside
            or len(cell.text) > LONG
            or again.field is Field.MEASURES
            or not again.closed
        )

    def room_right(self, cell: Cell) -> bool:
        """Whether a value could stand right of a label: the next column is there, and
        no label stands in it."""
        column = cell.column + cell.column_span
        return column < self.width and not any(
            c.column == column and self.is_label(c) for c in self.row(cell.row)
        )

    def rows_above(self, cell: Cell, most: int) -> Iterable[Cells]:
        """The rows above a cell, the nearest first, so many at most."""
        top = max(0, cell.row - most)
        return map(self.row, range(cell.row - 1, top - 1, -1))

    def rows_below(self, cell: Cell) -> Iterable[Cells]:
        """The rows under a cell, up to the next label, the form's print or an empty row."""
        for row in self.all_rows_below(cell):
            if not any(map(is_filled, row)):
                return
            yield row

    def all_rows_below(self, cell: Cell) -> Iterable[Cells]:
        """The rows under a cell up to the next label or the form's print, empty ones too."""
        for number in range(cell.row + cell.row_span, self.height):
            row = [c for c in self.row(number) if c.row == number]
            if any(self.is_label(c) or printed(c.text) for c in row):
                return
            yield row


def is_filled(cell: Cell) -> bool:
    return (
        bool(cell.text.strip())
        or cell.number is not None
        or cell.day is not None
    )


def is_contact(cell: Cell) -> bool:
    """Whether a cell heads who filled the form in, or how to reach them."""
    return _OTHER_HEAD.fullmatch(cell.text) is not None


def filled_of(cells: Cells) -> Cells:
    """Those of some cells that hold anything."""
    return list(filter(is_filled, cells))


def _joined(cells: Cells, spec: FormSpec) -> Cells:
    """Cells whose texts make one label together stand as one: side by side (报 送 | 单 位：), or one under another."""  # noqa: E501
    beside = _join(cells, spec, lambda a, b: a.row == b.row)
    columns = sorted(beside, key=lambda c: (c.column, c.row))
    below = _join(
        columns,
        spec,
        lambda a, b: a.column == b.column and b.row == a.row + a.row_span,
    )
    return sorted(below, key=lambda c: (c.row, c.column))


def _join(cells: Cells, spec: FormSpec, adjoin: _Adjoin) -> Cells:
    done: Cells = []
    at = 0
    while at < len(cells):
        taken = _label_run(cells, at, spec, adjoin)
        done.append(_as_one(cells[at : at + taken]))
        at += taken
    return done


def _label_run(cells: Cells, at: int, spec: FormSpec, adjoin: _Adjoin) -> int:
    """How many cells from here make one label; 1 where they make none."""
    text = cells[at].text
    if (
        len(text) > LONG
        or not begins_label(fold(text), spec)
        or hits(text, spec)
    ):
        return 1
    for count in range(1, _MOST_SPLIT):
        if at + count >= len(cells) or not adjoin(
            cells[at + count - 1], cells[at + count]
        ):
            return 1
        text += cells[at + count].text
        if completes_label(fold(text[: 4 * LONG]), spec):
            return count + 1
        if not begins_label(fold(text[: 4 * LONG]), spec):
            return 1
    return 1


def _as_one(cells: Cells) -> Cell:
    if len(cells) == 1:
        return cells[0]
    first = cells[0]
    text = ""
    below = 0
    right = 0
    for cell in cells:
        text += cell.text
        below = max(below, cell.row + cell.row_span)
        right = max(right, cell.column + cell.column_span)
    return replace(
        first,
        text=text,
        row_span=below - first.row,
        column_span=right - first.column,
    )


def _label(cell: Cell, spec: FormSpec) -> LabelCell | None:
    found = hits(cell.text, spec)
    if not found or printed(cell.text):
        return None
    hit = found[0]
    if len(cell.text) > LONG and not hit.at_line_start:
        return None
    bracket, inline = split_tail(cell.text[hit.end :])
    lead = lead_of(cell.text, hit.start)
    return LabelCell(
        cell=cell,
        hit=hit,
        bracket=bracket,
        inline=inline,
        many=len(found) > 1,
        lead=lead,
    )
