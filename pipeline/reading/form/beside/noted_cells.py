"""The texts of a document, those of cells behind or under 备注 as the notes that they are:
备注 | 预计数 in a row of its own, or a column 备注 beside the form's other heads.

For: remarks, which hears what they say. Trusts nothing. Never reads the head of the next
column as a note.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from pipeline.model.document import Cell, Cells, Document, Grid, Paragraph
from pipeline.model.form import FormSpec
from pipeline.reading.form.labels import hits

_HEAD = re.compile(r"\s*备\s*注\s*[:：]?\s*")
_DIGIT = re.compile(r"\d")
_SHOWN_HEAD = "备注："


def texts_with_heads(document: Document, spec: FormSpec) -> Iterator[str]:
    """What every line and every cell says, in reading order."""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield block.text
            continue
        noted = _noted(block, spec)
        for cell in block.cells:
            if id(cell) in noted:
                yield f"{_SHOWN_HEAD}{cell.text}"
            else:
                yield cell.text


def _noted(grid: Grid, spec: FormSpec) -> set[int]:
    """The cells (by id) that 备注 heads: all below it, where labels of the form and no
    number stand beside it, else the next one of its row."""
    if not any(map(_is_head, grid.cells)):
        return set()
    noted = set()
    heads: set[int] = set()
    for row in _rows(grid):
        of_columns = _heads_columns(row, spec)
        behind = False
        for cell in row:
            if behind or (cell.column in heads and not of_columns):
                noted.add(id(cell))
            behind = _is_head(cell) and not of_columns
            if of_columns and _is_head(cell):
                heads.add(cell.column)
    return noted


def _heads_columns(row: Cells, spec: FormSpec) -> bool:
    labelled = any(hits(cell.text, spec) for cell in row)
    return labelled and not any(_DIGIT.search(cell.text) for cell in row)


def _rows(grid: Grid) -> list[Cells]:
    """The filled cells, row by row."""
    rows: defaultdict[int, Cells] = defaultdict(list)
    for cell in grid.cells:
        if cell.text.strip():
            rows[cell.row].append(cell)
    return list(rows.values())


def _is_head(cell: Cell) -> bool:
    return _HEAD.fullmatch(cell.text) is not None
