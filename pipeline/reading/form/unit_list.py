"""A sheet that lists units: the labels are heads of columns, every row below is a form of its own.

Trusts the heads only where values stand below and not beside them. Never takes a sum's
row (合计) for a unit.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.model.document import Cell, Cells
from pipeline.model.form import FormSpec
from pipeline.reading.form.column_tables import (
    figure_under,
    in_column,
    subheads_of,
    widened,
)
from pipeline.reading.form.findings import Found, Row, found_in_cells
from pipeline.reading.form.label_grid import LabelledGrid, is_filled
from pipeline.reading.form.labels import Field, fold

_SUMS = frozenset(("合计", "总计", "小计", "累计", "全市", "全市合计", "备注"))
_UNIT_HEADS = frozenset(
    ("单位", "单位名称", "各单位", "工会", "工会名称", "县市区", "区县")
)


def listing_heads(sheet: LabelledGrid) -> dict[int, dict[Field, Cell]]:
    """Rows that are the heads of a listing: unit and completed side by side, their
    values below and not beside."""
    heads = {}
    for row, labels in sorted(sheet.labels_by_row.items()):
        columns = {}
        for x in labels:
            if not x.many and not x.inline.strip():
                columns[x.hit.field] = x.cell
        if (
            Field.COMPLETED in columns
            and _add_unit_column(sheet, row, columns)
            and _lists(sheet, columns)
            and _names_units(sheet, columns[Field.UNIT])
        ):
            heads[row] = columns
    return heads


@lru_cache(maxsize=64)
def _roster_names(spec: FormSpec) -> frozenset[str]:
    """The roster's names, folded: once a campaign, since each row of a sheet asks."""
    return frozenset(map(fold, spec.unit_names))


def _names_units(sheet: LabelledGrid, head: Cell) -> bool:
    """A list of townships is its county's form: only units of the roster report."""
    names = _roster_names(sheet.spec)
    below = column_below(sheet, head)
    return not names or any(fold(c.text) in names for c in below)


def _add_unit_column(
    sheet: LabelledGrid, row: int, columns: dict[Field, Cell]
) -> bool:
    """A listing's unit column may be headed 单位 alone, or by nothing but the units below it."""
    names = _roster_names(sheet.spec)
    for cell in _heads(sheet, row):
        if Field.UNIT in columns:
            break
        if fold(cell.text) in _UNIT_HEADS or _first_below(sheet, cell) in names:
            columns[Field.UNIT] = cell
    return Field.UNIT in columns


def _first_below(sheet: LabelledGrid, head: Cell) -> str:
    """The first name under a head that is no sum's, folded; "" for none."""
    for cell in column_below(sheet, head):
        if fold(cell.text) not in _SUMS:
            return fold(cell.text)
    return ""


def _heads(sheet: LabelledGrid, row: int) -> Cells:
    """The cells of a head row, with empty ones for those that the file leaves out."""
    heads: Cells = []
    for cell in sheet.row(row):
        heads += _left_out(row, heads, cell.column)
        heads.append(cell)
    return heads


def _left_out(row: int, heads: Cells, end: int) -> Iterator[Cell]:
    start = 0
    if heads:
        start = heads[-1].column + heads[-1].column_span
    for column in range(start, end):
        yield Cell("", row, column, "")


def _lists(sheet: LabelledGrid, columns: dict[Field, Cell]) -> bool:
    completed = columns[Field.COMPLETED]
    beside = [
        c
        for c in sheet.row(completed.row)
        if c.column > completed.column and not sheet.is_label(c)
    ]
    below = column_below(sheet, completed)
    return (
        bool(below and column_below(sheet, columns[Field.UNIT]))
        and not any(
            c.number is not None or re.search(r"\d", c.text) for c in beside
        )
        and any(
            c.number is not None
            or re.search(r"[\d〇一二三四五六七八九十百千零无]", c.text)
            for c in below
        )
    )


def column_below(sheet: LabelledGrid, head: Cell) -> Cells:
    """The filled cells below a head, down to the end of its table."""
    return [
        c
        for row in sheet.rows_below(head)
        for c in row
        if c.column <= head.column < c.column + c.column_span and is_filled(c)
    ]


def listing(
    sheet: LabelledGrid, heads: dict[int, dict[Field, Cell]]
) -> list[tuple[Cells, Row]]:
    """A row a unit under each set of heads: its cells, and its fields with what their
    heads say; sums are left out."""
    rows = []
    for narrow in heads.values():
        columns, subheads = _with_subheads(sheet, narrow)
        bottom = max(columns.values(), key=lambda c: c.row + c.row_span)
        for cells in sheet.rows_below(bottom):
            fields = tuple(
                _listed(field, head, cells, subheads)
                for field, head in columns.items()
            )
            unit = next(f for f in fields if f.field is Field.UNIT)
            if fold(unit.text) and fold(unit.text) not in _SUMS:
                rows.append((cells, Row(fields)))
    return rows


def _with_subheads(
    sheet: LabelledGrid, columns: dict[Field, Cell]
) -> tuple[dict[Field, Cell], Cells]:
    """The heads, the figure's as wide as the heads under it, and those: 本旬 | 累计."""
    head = columns[Field.COMPLETED]
    top = head.row + head.row_span
    wide = widened(sheet, top, head)
    subheads = subheads_of(sheet, top, wide) or _only_subhead(
        sheet, top, columns
    )
    return {**columns, Field.COMPLETED: wide}, subheads


def _only_subhead(
    sheet: LabelledGrid, top: int, columns: dict[Field, Cell]
) -> Cells:
    """A head under the figure's alone (全年目标), in a row that names no unit."""
    row = sheet.row(top)
    unit = columns[Field.UNIT]
    if any(c.row == top for c in in_column(row, unit)):
        return []
    return in_column(row, columns[Field.COMPLETED])


def _listed(field: Field, head: Cell, cells: Cells, subheads: Cells) -> Found:
    if field is Field.COMPLETED and subheads:
        return figure_under(head, subheads, [cells])
    mine = []
    for c in cells:
        if c.column <= head.column < c.column + c.column_span:
            mine.append(c)
    return found_in_cells(field, "", mine, cells[0].where)
