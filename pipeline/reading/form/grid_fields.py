"""Fields of a form that stands in a grid: the value right of its label, below it, or
behind it in the same cell.

Trusts no fixed place: labels lead. Never takes a label, the form's own print or another
pair's value for a value.
"""

import re
from dataclasses import replace

from pipeline.model.document import Cell, Cells, Doubt, Grid, Paragraph
from pipeline.model.form import FormSpec
from pipeline.reading.form.beside.figure_rows import (
    is_figure,
    rows_of_column,
    values_headed,
    with_rows_around,
)
from pipeline.reading.form.beside.section_heads import section_over
from pipeline.reading.form.beside.value_heads import head_beside, head_over
from pipeline.reading.form.clauses import printed
from pipeline.reading.form.column_tables import column_table
from pipeline.reading.form.findings import (
    Found,
    Item,
    Items,
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
_PERIOD = re.compile(r"累计|累积|本[旬期次月]|当[旬期]")
# 备注, 存在问题: another label, which the spec does not know
_NO_SENTENCE = re.compile(r"\s*(?:[^\s，,。;；、.．]\s*){1,8}")
# Forms side by side on one sheet
_MOST_ABREAST = 6
# Fields whose value is one thing: what follows it in the same cell is another pair
_SINGLE = (Field.UNIT, Field.DATE)
# Fields whose label may go on in the next cell
_BRACKETED = (Field.COMPLETED, Field.MEASURES)

# Row and column, by which what is found is put in reading order
_Placed = tuple[tuple[int, int], Item]


def fields_in_grid(grid: Grid, spec: FormSpec) -> Items:
    """Titles, fields and listing rows of a grid in reading order; forms that stand side
    by side one after another."""
    items: Items = []
    rest = grid
    for _ in range(_MOST_ABREAST):
        sheet = LabelledGrid(rest, spec)
        edge = _second_form(sheet)
        if edge is None:
            return items + _items(sheet)
        if not _names_two(sheet):
            return items + _doubted(_items(sheet))
        first = LabelledGrid(_columns(rest, 0, edge), spec)
        items += _items(first)
        rest = _columns(rest, edge, sheet.width)
    return items


def _names_two(sheet: LabelledGrid) -> bool:
    """Whether forms stand side by side: each has a place for its unit."""
    rows = sheet.labels_by_row.values()
    return any(_again(row, Field.UNIT) is not None for row in rows)


def _doubted(items: Items) -> Items:
    """The items of one form that has two places for its figure, under labels that no
    word tells apart."""
    found: Items = []
    for item in items:
        if isinstance(item, Found) and item.field is Field.COMPLETED:
            doubts = item.doubts | {Doubt.UNTOLD}
            found.append(replace(item, doubts=doubts))
        else:
            found.append(item)
    return found


def _columns(grid: Grid, first: int, end: int) -> Grid:
    kept = [cell for cell in grid.cells if first <= cell.column < end]
    return Grid(grid.name, tuple(kept))


def _second_form(sheet: LabelledGrid) -> int | None:
    """The column where a form beside the first one begins: a row holds the figure's label twice."""
    doubled = False
    seconds = []
    for row in sheet.labels_by_row.values():
        if _again(row, Field.COMPLETED) is not None and not _abreast(row):
            doubled = True
        # Its unit or date may stand further left than its figure.
        for field in Field:
            column = _again(row, field)
            if column is not None:
                seconds.append(column)
    if doubled:
        return min(seconds)
    return None


def _abreast(row: list[LabelCell]) -> bool:
    """本旬完成任务数 and 累计完成任务数 side by side are two figures of one form."""
    named = []
    for label in row:
        if label.hit.field is not Field.COMPLETED:
            continue
        period = _period_of(label)
        if not period or period in named:
            return False
        named.append(period)
    return True


def _period_of(label: LabelCell) -> str:
    """本旬 or 累计 where the label's cell says it before the label, "" elsewhere."""
    found = _PERIOD.search(label.cell.text[: label.hit.start])
    if found:
        return found.group()
    return ""


def _again(row: list[LabelCell], field: Field) -> int | None:
    """The column where a row holds a field's label for the second time."""
    columns = []
    for x in row:
        if x.hit.field is field:
            columns.append(x.cell.column)
    if len(columns) > 1:
        return columns[1]
    return None


def _items(sheet: LabelledGrid) -> Items:
    """What one form's cells say: rows of a listing first, then tables with heads over
    columns, and label by label what is left."""
    placed: list[_Placed] = []
    for cell in sheet.cells:
        if is_title(cell.text, sheet.spec):
            placed.append((_place(cell), Title()))
    heads = listing_heads(sheet)
    for cells, listed in listing(sheet, heads):
        placed.append((_place(cells[0]), listed))
    taken = set(heads)
    for row, labels in sorted(sheet.labels_by_row.items()):
        if row in taken:
            continue
        table = column_table(sheet, row, labels)
        if table is not None:
            placed += [((row, 0), found) for found in table.found]
            taken |= table.rows
    placed += _by_labels(sheet, taken)
    placed.sort(key=lambda pair: pair[0])
    return [item for _, item in placed]


def _place(cell: Cell) -> tuple[int, int]:
    return cell.row, cell.column


def _by_labels(sheet: LabelledGrid, taken: set[int]) -> list[_Placed]:
    """The fields of the labels outside of the rows that are taken. A cell that is one
    label's value is not read as a label itself."""
    placed: list[_Placed] = []
    claimed: set[int] = set()
    for label in sheet.labels:
        if label.cell.row in taken or id(label.cell) in claimed:
            continue
        found, used = _fields_of(sheet, label)
        claimed |= used
        for one in found:
            placed.append((_place(label.cell), one))
    return placed


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
    if field in _SINGLE and inline:
        found = found_inline(field, cell.text[label.hit.end :], cell.where)
        return [replace(found, doubts=cell.doubts)], set()
    values = _values(sheet, label, right)
    # What stands behind the label is its blank, then: 新增 356 名农民工入会
    if field is Field.COMPLETED and values:
        bracket = f"{bracket} {inline}"
        inline = ""
    found = found_in_cells(field, bracket, values, cell.where)
    # The label's own cell is a part of what is read, with all that is doubtful in it.
    if inline or field is Field.COMPLETED:
        found = replace(found, doubts=found.doubts | cell.doubts)
    if field is Field.COMPLETED:
        text = values_headed(sheet, label, values) or found.text
        if text or inline:
            text = f"{_head_of(sheet, label, values)}{_period_of(label)}{text}"
        head = head_beside(sheet, cell) or section_over(sheet, cell)
        lead = f"{head} {label.lead}".strip()
        found = replace(found, lead=lead, text=text)
    if inline:
        text = "\n".join(filter(None, (inline, found.text)))
        found = replace(found, text=text, where=cell.where)
    return [found], {id(c) for c in values}


def _head_of(sheet: LabelledGrid, label: LabelCell, values: Cells) -> str:
    """What heads a single value right of its label, as words before its number."""
    if len(values) != 1:
        return ""
    first = label.cell.row
    if not first <= values[0].row < first + label.cell.row_span:
        return ""
    return head_over(sheet, label.cell, values[0])


def _with_continuation(label: LabelCell, right: Cells) -> tuple[str, Cells]:
    """A bracket that belongs to the label may stand in the next cell: 已完成目标任务数 | （新增 名农民工入会） | 356."""  # noqa: E501
    if label.bracket or label.hit.field not in _BRACKETED:
        return label.bracket, right
    for cell in right:
        if not is_filled(cell):
            continue
        if _CONTINUES.fullmatch(cell.text):
            return cell.text, [c for c in right if c is not cell]
        break
    return label.bracket, right


def _values(sheet: LabelledGrid, label: LabelCell, right: Cells) -> Cells:
    """Value cells: to the right; measures go on below where the label's column stays
    empty; else below the label."""
    cell = label.cell
    filled = [c for c in right if is_filled(c) and not printed(c.text)]
    if label.hit.field is Field.MEASURES:
        return filled + _further(sheet, label, bool(filled))
    if filled and label.hit.field is Field.COMPLETED:
        return with_rows_around(sheet, label, filled)
    if filled or label.inline.strip():
        return filled
    # An empty cell to the right is where the value belongs: nobody wrote one.
    if label.hit.field is not Field.COMPLETED and sheet.room_right(cell):
        return []
    return _values_below(sheet, label)


def _values_below(sheet: LabelledGrid, label: LabelCell) -> Cells:
    """The filled cells of the next row that stand under a label."""
    cell = label.cell
    below: Cells = []
    for row in sheet.rows_below(cell):
        below = [c for c in row if is_filled(c)]
        break
    in_blank = any(ch.isdigit() for ch in label.bracket)
    alone = len(below) == 1 and is_figure(below[0])
    # A figure all alone in the row is the figure, though a cell beside the label is free.
    if sheet.room_right(cell) and not alone and not in_blank:
        return []
    under = []
    for one in below:
        mine = one.column <= cell.column < one.column + one.column_span
        # Where the blank in the label is filled, only a second figure is of interest.
        if mine and (not in_blank or is_figure(one)):
            under.append(one)
    if under and label.hit.field is Field.COMPLETED:
        return rows_of_column(sheet, label)
    return under


def _further(sheet: LabelledGrid, label: LabelCell, beside: bool) -> Cells:
    """The rows under the measures' label that go on with them."""
    cells: Cells = []
    edge = label.cell.column + label.cell.column_span
    for row in sheet.rows_below(label.cell):
        filled = [c for c in row if is_filled(c)]
        under = [c for c in filled if c.column < edge]
        if any(is_title(c.text, sheet.spec) for c in filled):
            break
        # What stands in the labels' own column begins something else.
        if beside and under:
            break
        short = under and _NO_SENTENCE.fullmatch(under[0].text)
        if short and sheet.room_right(label.cell):
            break
        cells += filled
    return cells


def _fields_in_cell(
    sheet: LabelledGrid, label: LabelCell
) -> tuple[list[Found], set[int]]:
    """A cell that holds several fields: as lines; the last one's value may stand in the next cell."""
    where = label.cell.where
    lines = [Paragraph(label.cell.text, where)]
    found = []
    for one in fields_in_lines(lines, sheet.spec):
        if isinstance(one, Found):
            found.append(one)
    last = found[-1]
    right = []
    for cell in sheet.right_of(label.cell, last.field):
        if is_filled(cell) and not printed(cell.text):
            right.append(cell)
    if last.text or not right:
        return found, set()
    found[-1] = found_in_cells(last.field, last.label, right, where)
    return found, {id(c) for c in right}
