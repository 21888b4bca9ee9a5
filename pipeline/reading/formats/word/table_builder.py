"""A stream of paragraphs and rows to blocks: for the formats that tell of tables as
they go (.doc, RTF).

Pure. Cells of different rows stand in one column where their edges meet; a wider cell
spans the columns under it.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.model.document import (
    Blocks,
    Cell,
    Grid,
    Paragraph,
    place_in_table,
)
from pipeline.reading.containers.limits import (
    refuse_beyond_limit,
)
from pipeline.reading.formats.seen import Seen, joined

# Twips, 0.7 mm: edges dragged by hand never meet exactly
_TOLERANCE = 40


@dataclass
class RowCell:
    """A cell as a row gives it: edges in twips, and whether it joins the cell to its left or above."""

    seen: Seen
    left: int
    right: int
    joins_left: bool = False
    joins_above: bool = False
    starts_below: bool = False


@dataclass
class _Placed:
    seen: Seen
    row: int
    column: int
    columns: int
    rows: int = 1


@dataclass
class _Open:
    """A table while its paragraphs come by."""

    name: str
    rows: list[list[RowCell]] = field(default_factory=list)
    cells: list[Seen] = field(default_factory=list)
    lines: list[Seen] = field(default_factory=list)
    nested: Blocks = field(default_factory=list)


class Stream:
    """Takes paragraphs, ends of cells and ends of rows in order, each with the depth of
    its table (0: in none)."""

    def __init__(self) -> None:
        self._stack: list[_Open] = []
        self._found: Blocks = []
        self._tables = self._paragraphs = self._cells = 0

    def line(self, seen: Seen, depth: int, place: str = "") -> None:
        """A paragraph; `place` names a text box, and is counted as 第n段 where it is empty."""
        self._to_depth(depth)
        if depth:
            self._stack[-1].lines.append(seen)
            return
        self._paragraphs += not place
        text = seen.text.strip()
        if text:
            where = place or f"第{self._paragraphs}段"
            self._found.append(Paragraph(text, where, seen.told()))

    def end_cell(self, seen: Seen, depth: int) -> None:
        """The last paragraph of a cell."""
        self.line(seen, depth)
        table = self._stack[-1]
        table.cells.append(joined(table.lines))
        table.lines = []
        self._cells += 1
        refuse_beyond_limit(self._cells)

    def open_cells(self, depth: int) -> list[Seen]:
        """The cells of the row that is being read."""
        self._to_depth(depth)
        return self._stack[-1].cells

    def cells_so_far(self, depth: int) -> int:
        """How many cells of the row at `depth` have ended; opens and closes nothing."""
        if 0 < depth <= len(self._stack):
            return len(self._stack[depth - 1].cells)
        return 0

    def end_row(self, cells: list[RowCell] | None, depth: int) -> None:
        """A row is complete; None for one that was deleted."""
        self._to_depth(depth)
        if cells:
            self._stack[-1].rows.append(cells)
        self._stack[-1].cells = []

    def blocks(self) -> Blocks:
        """All that came by. Closes what is open."""
        self._to_depth(0)
        return self._found

    def _to_depth(self, depth: int) -> None:
        while len(self._stack) > depth:
            self._close(self._stack.pop())
        while len(self._stack) < depth:
            self._tables += 1
            self._stack.append(_Open(f"表格{self._tables}"))

    def _close(self, table: _Open) -> None:
        left_over = [*table.cells, joined(table.lines)]
        # A row whose end never came
        if any(seen.text for seen in left_over):
            row = []
            for index, seen in enumerate(left_over):
                if seen.text:
                    row.append(RowCell(seen, 1000 * index, 1000 * (index + 1)))
            table.rows.append(row)
        if table.rows:
            blocks = [build(table.name, table.rows), *table.nested]
        else:
            blocks = table.nested
        (self._stack[-1].nested if self._stack else self._found).extend(blocks)


def build(name: str, rows: Sequence[Sequence[RowCell]]) -> Grid:
    """The Grid of the rows, cells in reading order, named 表格1 第2行第2列."""
    ends: set[int] = set()
    for row in rows:
        for cell in row:
            ends.update((cell.left, cell.right))
    edges = _clustered(ends)
    placed: list[_Placed] = []
    open_below: dict[int, _Placed] = {}
    for number, row in enumerate(rows):
        last: _Placed | None = None
        for cell in row:
            column = _index(edges, cell.left)
            columns = max(_index(edges, cell.right) - column, 1)
            if cell.joins_left and last is not None:
                last.columns = max(column + columns - last.column, last.columns)
            elif cell.joins_above and column in open_below:
                open_below[column].rows = number - open_below[column].row + 1
                last = None
            else:
                last = _Placed(
                    seen=cell.seen,
                    row=number,
                    column=column,
                    columns=columns,
                )
                placed.append(last)
                open_below.pop(column, None)
                if cell.starts_below:
                    open_below[column] = last
    return Grid(name, tuple(_cell(name, p) for p in placed))


def _cell(name: str, p: _Placed) -> Cell:
    return Cell(
        text=p.seen.text,
        row=p.row,
        column=p.column,
        where=place_in_table(name, p.row, p.column),
        row_span=p.rows,
        column_span=p.columns,
        doubts=p.seen.told(),
    )


def _clustered(edges: set[int]) -> list[int]:
    """The edges without those that lie within the tolerance of the one before."""
    kept: list[int] = []
    for edge in sorted(edges):
        if not kept or edge - kept[-1] > _TOLERANCE:
            kept.append(edge)
    return kept


def _index(edges: list[int], edge: int) -> int:
    at = bisect_left(edges, edge)
    if at == len(edges) or (at > 0 and edges[at] != edge):
        return at - 1
    return at
