"""Fields of a form that stands in a grid: the value right of its label, below it, or
behind it in the same cell.

Trusts no fixed place: labels lead. Never takes a label, the form's own print or another
pair's value for a value.
"""

import re
from dataclasses import replace

from pipeline.model.document import Cell, Grid, Paragraph
from pipeline.model.form import FormSpec
from pipeline.reading.form.clauses import printed
from pipeline.reading.form.column_tables import column_table
from pipeline.reading.form.findings import (
    Found,
    Item,
    Title,
    found_in_cells,
    found_inline,
)
from pipeline.reading.form.label_grid import LabelCell, LabelledGrid, is_filled
from pipeline.reading.form.labels import Field, is_title
from pipeline.reading.form.line_fields import fields_in_lines
from pipeline.reading.form.unit_list import listing, listing_heads

_CONTINUES = re.compile(
    r"\s*[(（][^()（）]*(?:新增|字|[名人处件家户次项台所份起])[^()（）]*[)）]?\s*"
)
_FIGURE_ALONE = re.compile(
    r"(?:累计|新增)?\s?[\d０-９][\d０-９,，. ]{0,12}\s?[名人个处件家户次项台所份起]?"
)
_PERIOD = re.compile(r"累计|累积|本[旬期次月]|当[旬期]")
# 备注, 存在问题: another label, which the spec does not know
_NO_SENTENCE = re.compile(r"\s*(?:[^\s，,。;；、.．]\s*){1,8}")
# Forms side by side on one sheet
_MOST_ABREAST = 6


def fields_in_grid(grid: Grid, spec: FormSpec) -> list[Item]:
    """Titles, fields and listing rows of a grid in reading order; forms that stand side
    by side one after another."""
    items: list[Item] = []
    rest = grid
    for _ in range(_MOST_ABREAST):
        sheet = LabelledGrid(rest, spec)
        edge = _second_form(sheet)
        if edge is None:
            here = sheet
        else:
            here = LabelledGrid(_columns(rest, 0, edge), spec)
        items += _items(here)
        if edge is None:
            return items
        rest = _columns(rest, edge, sheet.width)
    return items


def _columns(grid: Grid, first: int, end: int) -> Grid:
    return Grid(
        grid.name, tuple(c for c in grid.cells if first <= c.column < end)
    )


def _second_form(sheet: LabelledGrid) -> int | None:
    """The column where a form beside the first one begins: a row holds the figure's label twice."""
    doubled = [
        row
        for row in sheet.labels_by_row.values()
        if _again(row, Field.COMPLETED) is not None and not _abreast(row)
    ]
    if not doubled:
        return None
    seconds = (
        _again(row, field)
        for row in sheet.labels_by_row.values()
        for field in Field
    )
    return min(column for column in seconds if column is not None)


def _abreast(row: list[LabelCell]) -> bool:
    """本旬完成任务数 and 累计完成任务数 side by side are two figures of one form."""
    leads = []
    for x in row:
        if x.hit.field is Field.COMPLETED:
            leads.append(_PERIOD.search(x.cell.text[: x.hit.start]))
    named = []
    for lead in leads:
        if lead:
            named.append(lead.group())
    return len(named) == len(leads) == len(set(named))


def _again(row: list[LabelCell], field: Field) -> int | None:
    columns = []
    for x in row:
        if x.hit.field is field:
            columns.append(x.cell.column)
    if len(columns) > 1:
        return columns[1]
    return None


def _items(sheet: LabelledGrid) -> list[Item]:
    titles = [
        ((c.row, c.column), Title())
        for c in sheet.cells
        if is_title(c.text, sheet.spec)
    ]
    heads = listing_heads(sheet)
    items: list[tuple[tuple[int, int], Item]] = [*titles]
    items += [
        ((cells[0].row, cells[0].column), row)
        for cells, row in listing(sheet, heads)
    ]
    taken = set(heads)
    for row, labels in sorted(sheet.labels_by_row.items()):
        if row in taken:
            continue
        table = column_table(sheet, row, labels)
        if table is not None:
            items += [((row, 0), found) for found in table.found]
            taken |= table.rows
    claimed: set[int] = set()
    for label in sheet.labels:
        if label.cell.row in taken or id(label.cell) in claimed:
            continue
        found, used = _fields_of(sheet, label)
        claimed |= used
        items += [((label.cell.row, label.cell.column), f) for f in found]
    return [item for _, item in sorted(items, key=lambda pair: pair[0])]


def _fields_of(
    sheet: LabelledGrid, label: LabelCell
) -> tuple[list[Found], set[int]]:
    """The fields of one label cell, and the cells taken as their values (by id)."""
    if label.many:
        return _fields_in_cell(sheet, label)
    field = label.hit.field
    cell = label.cell
    right = sheet.right_of(cell, field)
    bracket, right = _with_continuation(label, right)
    inline = label.inline.strip()
    if field in (Field.UNIT, Field.DATE) and inline:
        found = found_inline(field, cell.text[label.hit.end :], cell.where)
        return [replace(found, doubts=cell.doubts)], set()
    values = _values(sheet, label, right)
    # What stands behind the label is its blank, then: 新增 356 名农民工入会
    if field is Field.COMPLETED and values:
        bracket, inline = bracket + " " + inline, ""
    found = found_in_cells(field, bracket, values, cell.where)
    if inline or field is Field.COMPLETED:
        found = replace(found, doubts=found.doubts | cell.doubts)
    if field is Field.COMPLETED:
        found = replace(found, lead=label.lead)
        period = _PERIOD.search(cell.text[: label.hit.start])
        if period and (found.text or inline):
            found = replace(found, text=f"{period.group()}{found.text}")
    if inline:
        found = replace(
            found,
            text="\n".join(t for t in (inline, found.text) if t),
            where=cell.where,
        )
    return [found], {id(c) for c in values}


def _with_continuation(
    label: LabelCell, right: list[Cell]
) -> tuple[str, list[Cell]]:
    """A bracket that belongs to the label may stand in the next cell: 已完成目标任务数 | （新增 名农民工入会） | 356."""  # noqa: E501
    if label.bracket or label.hit.field not in (
        Field.COMPLETED,
        Field.MEASURES,
    ):
        return label.bracket, right
    filled = [c for c in right if is_filled(c)]
    if filled and _CONTINUES.fullmatch(filled[0].text):
        return filled[0].text, [c for c in right if c is not filled[0]]
    return label.bracket, right


def _values(
    sheet: LabelledGrid, label: LabelCell, right: list[Cell]
) -> list[Cell]:
    """Value cells: to the right; measures go on below where the label's column stays
    empty; else below the label."""
    cell = label.cell
    measures = label.hit.field is Field.MEASURES
    filled = [c for c in right if is_filled(c) and not printed(c.text)]
    if measures:
        return filled + _further(sheet, label, bool(filled))
    if (
        filled
        or label.inline.strip()
        or (label.hit.field is not Field.COMPLETED and sheet.room_right(cell))
    ):
        return filled
    in_blank = any(ch.isdigit() for ch in label.bracket)
    below = [c for c in next(iter(sheet.rows_below(cell)), []) if is_filled(c)]
    alone = len(below) == 1 and _FIGURE_ALONE.fullmatch(below[0].text.strip())
    if sheet.room_right(cell) and not alone and not in_blank:
        return []
    under = []
    for c in below:
        mine = c.column <= cell.column < c.column + c.column_span
        if mine and (not in_blank or _FIGURE_ALONE.fullmatch(c.text.strip())):
            under.append(c)
    return under


def _further(sheet: LabelledGrid, label: LabelCell, beside: bool) -> list[Cell]:
    """The rows under the measures' label that go on with them."""
    cells: list[Cell] = []
    edge = label.cell.column + label.cell.column_span
    for row in sheet.rows_below(label.cell):
        filled = [c for c in row if is_filled(c)]
        under = [c for c in filled if c.column < edge]
        if any(is_title(c.text, sheet.spec) for c in filled) or (
            beside and under
        ):
            break
        if (
            sheet.room_right(label.cell)
            and under
            and _NO_SENTENCE.fullmatch(under[0].text)
        ):
            break
        cells += filled
    return cells


def _fields_in_cell(
    sheet: LabelledGrid, label: LabelCell
) -> tuple[list[Found], set[int]]:
    """A cell that holds several fields: as lines; the last one's value may stand in the next cell."""
    found = []
    for f in fields_in_lines(
        [Paragraph(label.cell.text, label.cell.where)], sheet.spec
    ):
        if isinstance(f, Found):
            found.append(f)
    last = found[-1]
    right = [
        c
        for c in sheet.right_of(label.cell, last.field)
        if is_filled(c) and not printed(c.text)
    ]
    if not last.text and right:
        found[-1] = found_in_cells(
            last.field, last.label, right, label.cell.where
        )
        return found, {id(c) for c in right}
    return found, set()
