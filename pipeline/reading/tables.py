"""Rows with cell edges to a Grid: for formats that place cells by where they end (.doc, RTF, drawn PDF tables).

Pure. Cells of different rows stand in one column where their edges meet; a wider cell spans the columns under it.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.document import Cell, Grid

_TOLERANCE = 40  # twips, 0.7 mm: edges dragged by hand never meet exactly


@dataclass
class RowCell:
    """A cell as a row gives it: edges in twips, and whether it joins the cell to its left or above."""

    text: str
    left: int
    right: int
    joins_left: bool = False
    joins_above: bool = False
    starts_below: bool = False


@dataclass
class _Placed:
    text: str
    row: int
    column: int
    columns: int
    rows: int = 1


def build(name: str, rows: Sequence[Sequence[RowCell]]) -> Grid:
    """The Grid of the rows, cells in reading order, named 表格1 第2行第2列."""
    edges = _clustered([e for row in rows for cell in row for e in (cell.left, cell.right)])
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
                last = _Placed(cell.text, number, column, columns)
                placed.append(last)
                open_below.pop(column, None)
                if cell.starts_below:
                    open_below[column] = last
    return Grid(name, tuple(_cell(name, p) for p in placed))


def _cell(name: str, p: _Placed) -> Cell:
    return Cell(p.text, p.row, p.column, f"{name} 第{p.row + 1}行第{p.column + 1}列", p.rows, p.columns)


def _clustered(edges: list[int]) -> list[int]:
    """The edges without those that lie within the tolerance of the one before."""
    kept: list[int] = []
    for edge in sorted(set(edges)):
        if not kept or edge - kept[-1] > _TOLERANCE:
            kept.append(edge)
    return kept


def _index(edges: list[int], edge: int) -> int:
    at = bisect_left(edges, edge)
    if at == len(edges) or (at > 0 and edges[at] != edge):
        return at - 1
    return at
