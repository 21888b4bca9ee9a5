"""The rows and cells that go with the figure's label in a grid: under it, over it, or beside
one another under heads of their own: 本旬 | 24 over 累计 | 356.

For: grid_fields, which reads their words with the numbers. Trusts a row to be the label's
where its own column stays empty, or where a figure stands in it. Never picks one of them: all
are given, and two that no word tells apart are held.
"""

import re

from pipeline.model.document import Cell, Cells
from pipeline.reading.form.beside.value_heads import head_over
from pipeline.reading.form.column_tables import in_column
from pipeline.reading.form.figure_counts import Kinds
from pipeline.reading.form.figure_tokens import Sign, tokens_of
from pipeline.reading.form.figure_words import Kind
from pipeline.reading.form.label_grid import (
    LabelCell,
    LabelledGrid,
    filled_of,
    is_contact,
)
from pipeline.reading.form.numbers import as_seen

# Rows of figures over their label
_MOST_ABOVE = 6
# Heads that leave open what a total beside them is the total of
_OF_SOME = re.compile(r"小计|[上中下]旬|[0-9０-９一二三四五六七八九十]月")
# A cell that holds a count and nothing else
_FIGURE_ALONE = re.compile(
    r"(?:累计|新增)?\s?[\d０-９][\d０-９,，. ]{0,12}\s?[名人个处件家户次项台所份起]?"
)
# （预计） under a figure; no place for a seal
_BRACKETED_REMARK = re.compile(
    r"\s*[(（](?!.?[盖公签]?章)[^()（）]{1,12}[)）]\s*"
)


def is_figure(cell: Cell) -> bool:
    """Whether a cell holds a count and nothing else."""
    return _FIGURE_ALONE.fullmatch(cell.text.strip()) is not None


def values_headed(sheet: LabelledGrid, label: LabelCell, values: Cells) -> str:
    """Several values right of a label, each behind its own head: 本旬 | 累计 over 24 | 356.
    "" where two of them have none, or where one is of another time or of some of them."""
    if len(values) < 2:
        return ""
    texts = []
    silent = 0
    for value in values:
        head = head_over(sheet, label.cell, value)
        silent += head == ""
        if value.row != label.cell.row or silent > 1 or _OF_SOME.search(head):
            return ""
        texts.append(f"{head}{value.text.strip()}")
    return "\n".join(texts)


def with_rows_around(
    sheet: LabelledGrid, label: LabelCell, values: Cells
) -> Cells:
    """The values right of a label with those of the rows over and under it that are its
    own, in order."""
    below = _carried_on(sheet, label)
    settled = bool(below) and any(map(_names_total, values + below))
    return [*_leading_up(sheet, label, settled), *values, *below]


def rows_of_column(sheet: LabelledGrid, label: LabelCell) -> Cells:
    """The figures of all rows under a label, each behind what heads its row (上期 | 332):
    two that no word tells apart are held."""
    cells: Cells = []
    for row in sheet.rows_below(label.cell):
        filled = filled_of(row)
        mine = in_column(filled, label.cell)
        if not mine or any(map(is_contact, filled)):
            break
        if cells and not any(map(is_figure, mine)):
            break
        for one in filled:
            if one.column < label.cell.column and _heads_row(sheet, label, one):
                cells.append(one)
        cells += mine
    return cells


def _heads_row(sheet: LabelledGrid, label: LabelCell, cell: Cell) -> bool:
    """Whether nothing stands over a cell in the label's row, and it is no list's mark."""
    over = in_column(sheet.row(label.cell.row), cell)
    return not over and not is_figure(cell)


def _carried_on(sheet: LabelledGrid, label: LabelCell) -> Cells:
    """The rows under the figure's label that go on with it, as if it were merged over them:
    its own column stays empty there, and every word goes with a figure (累计 | 356) or
    stands beside a number, which it then sets in doubt. Seals and names are passed over,
    and behind an empty row all without a number."""
    cells: Cells = []
    parted = False
    edge = label.cell.column + label.cell.column_span
    for row in sheet.all_rows_below(label.cell):
        filled = filled_of(row)
        if not filled:
            parted = True
            continue
        if filled[0].column < edge or any(map(is_contact, filled)):
            break
        understood = all(map(_goes_with_figures, filled))
        if (understood and not parted) or any(map(is_figure, filled)):
            cells += filled
    return cells


def _leading_up(sheet: LabelledGrid, label: LabelCell, settled: bool) -> Cells:
    """The rows of figures over the figure's label that leave its column empty: a label may
    stand in the middle of its rows. Not those under another label's figures, where this
    one's go on below it and say which is the total (`settled`)."""
    cells: Cells = []
    edge = label.cell.column + label.cell.column_span
    for row in sheet.rows_above(label.cell, _MOST_ABOVE):
        filled = filled_of(row)
        told = any(map(is_figure, filled))
        if not told or any(map(sheet.is_label, filled)):
            break
        if filled[0].column < edge:
            if settled:
                return []
            break
        cells = filled + cells
    return cells


def _goes_with_figures(cell: Cell) -> bool:
    """Whether a cell's words go with a figure; in a bracket, whatever they are."""
    if _BRACKETED_REMARK.fullmatch(cell.text):
        return True
    return Sign.FOREIGN not in _kinds(cell)


def _names_total(cell: Cell) -> bool:
    return Kind.SUM in _kinds(cell)


def _kinds(cell: Cell) -> Kinds:
    return {token.kind for token in tokens_of(as_seen(cell.text))}
