"""Fields of a form that stands in a grid: the value right of its label, below it, or behind it in the same cell.

Trusts no fixed place: labels lead. A label may be split over cells or merged over rows, a sheet may list one unit a row.
Never takes a label, the form's own print or another pair's value for a value.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.model.document import Cell, Grid, Paragraph
from pipeline.model.form import FormSpec
from pipeline.reading.clauses import printed
from pipeline.reading.labels import Field, Hit, begins_label, completes_label, fold, hits
from pipeline.reading.lines import fields_in_lines
from pipeline.reading.places import Found, Item, Row, Title, found_in_cells, found_inline, split_tail

_Adjoin = Callable[[Cell, Cell], bool]  # whether the second cell stands right behind the first

_CONTINUES = re.compile(r"\s*[(（][^()（）]*(?:新增|字|名|人)[^()（）]*[)）]?\s*")
_OTHER_HEAD = re.compile(
    r"\s*(?:联\s*系|填\s*[报表]\s*人|审\s*[核签批]|(?:单位)?负\s*责\s*人|电\s*话|手\s*机|传\s*真|邮\s*箱|制\s*表|签\s*发)\S{0,4}\s*[:：]?\s*"
)
_LONG = 80  # characters; a longer cell is text, whatever it begins with
_MOST_SPLIT = 8  # cells that one label may be split over
_SUMS = frozenset(("合计", "总计", "小计", "累计", "全市", "全市合计", "备注"))
_UNIT_HEADS = frozenset(("单位", "单位名称", "各单位", "工会", "工会名称", "县市区", "区县"))


@dataclass(frozen=True)
class _Label:
    cell: Cell
    hit: Hit
    bracket: str
    inline: str
    many: bool


class _Sheet:
    """A grid by rows, with its labels told apart from the rest."""

    def __init__(self, grid: Grid, spec: FormSpec) -> None:
        self.spec = spec
        self.cells = _joined(sorted(grid.cells, key=lambda c: (c.row, c.column)), spec)
        found = (_label(cell, spec) for cell in self.cells)
        self._label_at = {(x.cell.row, x.cell.column): x for x in found if x}
        self.labels = list(self._label_at.values())

    def is_label(self, cell: Cell) -> bool:
        return (cell.row, cell.column) in self._label_at

    @cached_property
    def labels_by_row(self) -> dict[int, list[_Label]]:
        rows: dict[int, list[_Label]] = {}
        for label in self.labels:
            rows.setdefault(label.cell.row, []).append(label)
        return rows

    @cached_property
    def _by_row(self) -> dict[int, list[Cell]]:
        rows: dict[int, list[Cell]] = {}
        for cell in self.cells:
            for row in range(cell.row, cell.row + min(cell.row_span, 500)):
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

    def row(self, row: int) -> list[Cell]:
        return self._by_row.get(row, [])

    def right_of(self, cell: Cell, field: Field) -> list[Cell]:
        """The cells right of a label, in all its rows, each row up to the next label."""
        right: dict[int, Cell] = {}
        for row in range(cell.row, cell.row + min(cell.row_span, 500)):
            for other in self.row(row):
                if other.column < cell.column + cell.column_span or id(other) in right:
                    continue
                if (self.is_label(other) and not self._is_text(other, field)) or _OTHER_HEAD.fullmatch(
                    other.text
                ):
                    break
                right[id(other)] = other
        return list(right.values())

    def _is_text(self, cell: Cell, field: Field) -> bool:
        """A long cell beside the measures' label is measures, even where it begins with a label's words."""
        if field is not Field.MEASURES:
            return False
        again = self._label_at[cell.row, cell.column].hit
        inside = "\n" in cell.text[: again.start].lstrip()
        return inside or len(cell.text) > _LONG or again.field is Field.MEASURES or not again.closed

    def room_right(self, cell: Cell) -> bool:
        """Whether a value could stand right of a label: the next column is there, and no label stands in it."""
        column = cell.column + cell.column_span
        return column < self.width and not any(
            c.column == column and self.is_label(c) for c in self.row(cell.row)
        )

    def rows_below(self, cell: Cell) -> Iterable[list[Cell]]:
        """The rows under a cell, up to the next label, the form's print or an empty row."""
        for number in range(cell.row + cell.row_span, self.height):
            row = [c for c in self.row(number) if c.row == number]
            if not any(_filled(c) for c in row) or any(self.is_label(c) or printed(c.text) for c in row):
                return
            yield row


def fields_in_grid(grid: Grid, spec: FormSpec) -> list[Item]:
    """Titles, fields and listing rows of a grid in reading order."""
    sheet = _Sheet(grid, spec)
    titles = [((c.row, c.column), Title()) for c in sheet.cells if _is_title(c, spec)]
    heads = _listing_heads(sheet)
    items: list[tuple[tuple[int, int], Item]] = [*titles]
    items += [((cells[0].row, cells[0].column), row) for cells, row in _listing(sheet, heads)]
    claimed: set[int] = set()
    for label in sheet.labels:
        if label.cell.row in heads or id(label.cell) in claimed:
            continue
        found, used = _fields_of(sheet, label)
        claimed |= used
        items += [((label.cell.row, label.cell.column), f) for f in found]
    return [item for _, item in sorted(items, key=lambda pair: pair[0])]


def _joined(cells: list[Cell], spec: FormSpec) -> list[Cell]:
    """Cells whose texts make one label together stand as one: side by side (报 送 | 单 位：), or one under another."""
    beside = _join(cells, spec, lambda a, b: a.row == b.row)
    columns = sorted(beside, key=lambda c: (c.column, c.row))
    below = _join(columns, spec, lambda a, b: a.column == b.column and b.row == a.row + a.row_span)
    return sorted(below, key=lambda c: (c.row, c.column))


def _join(cells: list[Cell], spec: FormSpec, adjoin: _Adjoin) -> list[Cell]:
    done: list[Cell] = []
    at = 0
    while at < len(cells):
        taken = _label_run(cells, at, spec, adjoin)
        done.append(_as_one(cells[at : at + taken]))
        at += taken
    return done


def _label_run(cells: list[Cell], at: int, spec: FormSpec, adjoin: _Adjoin) -> int:
    """How many cells from here make one label; 1 where they make none."""
    text = cells[at].text
    if len(text) > _LONG or not begins_label(fold(text), spec) or hits(text, spec):
        return 1
    for count in range(1, _MOST_SPLIT):
        if at + count >= len(cells) or not adjoin(cells[at + count - 1], cells[at + count]):
            return 1
        text += cells[at + count].text
        if completes_label(fold(text[: 4 * _LONG]), spec):
            return count + 1
        if not begins_label(fold(text[: 4 * _LONG]), spec):
            return 1
    return 1


def _as_one(cells: list[Cell]) -> Cell:
    if len(cells) == 1:
        return cells[0]
    first = cells[0]
    return replace(
        first,
        text="".join(c.text for c in cells),
        row_span=max(c.row + c.row_span for c in cells) - first.row,
        column_span=max(c.column + c.column_span for c in cells) - first.column,
    )


def _label(cell: Cell, spec: FormSpec) -> _Label | None:
    found = hits(cell.text, spec)
    if not found or printed(cell.text):
        return None
    hit = found[0]
    if len(cell.text) > _LONG and not hit.at_line_start:
        return None
    bracket, inline = split_tail(cell.text[hit.end :])
    return _Label(cell, hit, bracket, inline, len(found) > 1)


def _fields_of(sheet: _Sheet, label: _Label) -> tuple[list[Found], set[int]]:
    """The fields of one label cell, and the cells taken as their values (by id)."""
    if label.many:
        return _fields_in_cell(sheet, label)
    field, cell = label.hit.field, label.cell
    right = sheet.right_of(cell, field)
    bracket, right = _with_continuation(label, right)
    inline = label.inline.strip()
    if field in (Field.UNIT, Field.DATE) and inline:
        return [found_inline(field, cell.text[label.hit.end :], cell.where)], set()
    values = _values(sheet, label, right)
    if (
        field is Field.COMPLETED and values
    ):  # what stands behind the label is its blank, then: 新增 356 名农民工入会
        bracket, inline = bracket + " " + inline, ""
    found = found_in_cells(field, bracket, values, cell.where)
    if inline:
        found = replace(found, text="\n".join(t for t in (inline, found.text) if t), where=cell.where)
    return [found], {id(c) for c in values}


def _with_continuation(label: _Label, right: list[Cell]) -> tuple[str, list[Cell]]:
    """A bracket that belongs to the label may stand in the next cell: 已完成目标任务数 | （新增 名农民工入会） | 356."""
    if label.bracket or label.hit.field not in (Field.COMPLETED, Field.MEASURES):
        return label.bracket, right
    filled = [c for c in right if _filled(c)]
    if filled and _CONTINUES.fullmatch(filled[0].text):
        return filled[0].text, [c for c in right if c is not filled[0]]
    return label.bracket, right


def _values(sheet: _Sheet, label: _Label, right: list[Cell]) -> list[Cell]:
    """Value cells: to the right; measures go on below where the label's column stays empty; else below the label."""
    cell, measures = label.cell, label.hit.field is Field.MEASURES
    filled = [c for c in right if _filled(c) and not printed(c.text)]
    if measures:
        return filled + _further(sheet, label, bool(filled))
    if filled or label.inline.strip() or (label.hit.field is not Field.COMPLETED and sheet.room_right(cell)):
        return filled
    if any(ch.isdigit() for ch in label.bracket) or sheet.room_right(cell):
        return []
    below = next(iter(sheet.rows_below(cell)), [])
    return [c for c in below if c.column <= cell.column < c.column + c.column_span and _filled(c)]


def _further(sheet: _Sheet, label: _Label, beside: bool) -> list[Cell]:
    """The rows under the measures' label that go on with them."""
    cells: list[Cell] = []
    edge = label.cell.column + label.cell.column_span
    for row in sheet.rows_below(label.cell):
        filled = [c for c in row if _filled(c)]
        if any(_is_title(c, sheet.spec) for c in filled) or (beside and any(c.column < edge for c in filled)):
            break
        cells += filled
    return cells


def _fields_in_cell(sheet: _Sheet, label: _Label) -> tuple[list[Found], set[int]]:
    """A cell that holds several fields: as lines; the last one's value may stand in the next cell."""
    found = [
        f
        for f in fields_in_lines([Paragraph(label.cell.text, label.cell.where)], sheet.spec)
        if isinstance(f, Found)
    ]
    last = found[-1]
    right = [c for c in sheet.right_of(label.cell, last.field) if _filled(c) and not printed(c.text)]
    if not last.text and right:
        found[-1] = found_in_cells(last.field, last.label, right, label.cell.where)
        return found, {id(c) for c in right}
    return found, set()


def _listing_heads(sheet: _Sheet) -> dict[int, dict[Field, Cell]]:
    """Rows that are the heads of a listing: unit and completed side by side, their values below and not beside."""
    heads = {}
    for row, labels in sorted(sheet.labels_by_row.items()):
        columns = {x.hit.field: x.cell for x in labels if not x.many and not x.inline.strip()}
        if Field.COMPLETED in columns and _add_unit_column(sheet, row, columns) and _lists(sheet, columns):
            heads[row] = columns
    return heads


def _add_unit_column(sheet: _Sheet, row: int, columns: dict[Field, Cell]) -> bool:
    """A listing's unit column may be headed 单位 alone, or by nothing but the units below it."""
    names = {fold(n) for n in sheet.spec.unit_names}
    for cell in sheet.row(row):
        if Field.UNIT in columns:
            break
        below = _column_below(sheet, cell)
        if fold(cell.text) in _UNIT_HEADS or (below and fold(below[0].text) in names):
            columns[Field.UNIT] = cell
    return Field.UNIT in columns


def _lists(sheet: _Sheet, columns: dict[Field, Cell]) -> bool:
    completed = columns[Field.COMPLETED]
    beside = [c for c in sheet.row(completed.row) if c.column > completed.column and not sheet.is_label(c)]
    below = _column_below(sheet, completed)
    return (
        bool(below and _column_below(sheet, columns[Field.UNIT]))
        and not any(c.number is not None or re.search(r"\d", c.text) for c in beside)
        and any(
            c.number is not None or re.search(r"[\d〇一二三四五六七八九十百千零无]", c.text) for c in below
        )
    )


def _column_below(sheet: _Sheet, head: Cell) -> list[Cell]:
    return [
        c
        for row in sheet.rows_below(head)
        for c in row
        if c.column <= head.column < c.column + c.column_span and _filled(c)
    ]


def _listing(sheet: _Sheet, heads: dict[int, dict[Field, Cell]]) -> list[tuple[list[Cell], Row]]:
    rows = []
    for columns in heads.values():
        bottom = max(columns.values(), key=lambda c: c.row + c.row_span)
        for cells in sheet.rows_below(bottom):
            fields = tuple(_listed(field, head, cells) for field, head in columns.items())
            unit = next(f for f in fields if f.field is Field.UNIT)
            if fold(unit.text) and fold(unit.text) not in _SUMS:
                rows.append((cells, Row(fields)))
    return rows


def _listed(field: Field, head: Cell, cells: list[Cell]) -> Found:
    mine = [c for c in cells if c.column <= head.column < c.column + c.column_span]
    return found_in_cells(field, "", mine, cells[0].where)


def _is_title(cell: Cell, spec: FormSpec) -> bool:
    title = fold(spec.title)
    return bool(title) and len(cell.text) < 4 * len(title) + 40 and title in fold(cell.text)


def _filled(cell: Cell) -> bool:
    return bool(cell.text.strip()) or cell.number is not None or cell.day is not None
