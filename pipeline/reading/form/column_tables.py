"""A form whose labels are heads of columns: the value stands below its label and not
beside it. One row of values; or a list of townships with its sum; or a running sheet
with a row for each period.

Trusts the heads only where the row of the label holds no figure itself. Never takes the
first of several rows: it is the sum's, or that of the form's own day, or all of them,
which no rule settles.
"""

import re
from dataclasses import replace
from decimal import Decimal

from pipeline.model.document import Cell, Cells, Doubt
from pipeline.model.form import DateMention
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.vocabulary import HEADS_OF_PARTS
from pipeline.reading.form import dates
from pipeline.reading.form.beside.value_heads import is_corner, row_head
from pipeline.reading.form.clauses import printed
from pipeline.reading.form.findings import Found, found_in_cells
from pipeline.reading.form.label_grid import (
    LabelCell,
    LabelledGrid,
    filled_of,
    is_contact,
    is_filled,
)
from pipeline.reading.form.labels import Field, fold
from pipeline.reading.form.numbers import as_seen, number_at, whole

Rows = list[Cells]

_SUM = re.compile(
    r"(?:全[县区市])?(?:合计|总计|小计|累计|共计|总数)数?|全[县区市]"
)
_FIGURE = re.compile(r"[0-9０-９〇一二两三四五六七八九十百千万零无]")
# 9月 and 1-9月 head a column, too
_MONTHS = re.compile(r"(?:[0-9]{1,2}\s?[-~—至]\s?)?[0-9]{1,2}\s?月")
_DIGIT = re.compile(r"[0-9０-９]")
# Of one table; a form has a handful
_MOST_ROWS = 400


@frozen
class ColumnTable:
    """The fields found in a table with heads over columns, and the rows that it takes up
    (its heads included): no other rule reads them again."""

    found: tuple[Found, ...]
    rows: frozenset[int]


def column_table(
    sheet: LabelledGrid, row: int, labels: list[LabelCell]
) -> ColumnTable | None:
    """The table whose heads stand in a row, if they are heads of columns."""
    heads = {}
    for x in labels:
        if not x.many:
            heads[x.hit.field] = x
    figure = heads.get(Field.COMPLETED)
    if figure is None:
        return None
    top = figure.cell.row + figure.cell.row_span
    figure = replace(figure, cell=widened(sheet, top, figure.cell))
    subheads = subheads_of(sheet, top, figure.cell)
    if not _is_head_row(sheet, row, figure, bool(subheads)):
        return None
    heads[Field.COMPLETED] = figure
    if subheads:
        top += 1
    values = _value_rows(sheet, top, figure.cell)
    if not any(in_column(cells, figure.cell) for cells in values):
        return None
    table = _Table(
        sheet=sheet,
        heads=heads,
        subheads=subheads,
        rows=values,
    )
    rows = {
        row,
        *range(figure.cell.row, top),
        *(cells[0].row for cells in values),
    }
    return ColumnTable(table.found(), frozenset(rows))


def _is_head_row(
    sheet: LabelledGrid, row: int, figure: LabelCell, has_subheads: bool
) -> bool:
    """No figure stands beside the label in its row or in its blank, and other heads do,
    beside it or below."""
    others = filled_of(sheet.row(row))
    others = [c for c in others if c.column != figure.cell.column]
    if figure.inline.strip() or any(ch.isdigit() for ch in figure.bracket):
        return False
    if any(c.number is not None or _DIGIT.search(_bare(c)) for c in others):
        return False
    if not others and not has_subheads:
        return False
    return _is_filled_below(sheet, figure.cell, has_subheads or len(others) > 1)


def _is_filled_below(sheet: LabelledGrid, head: Cell, many_heads: bool) -> bool:
    """Whether values stand under the label, and under the other heads too (under one of
    two heads alone, they may be the other's)."""
    top = head.row + head.row_span
    # The second where the first holds heads of its own
    for row in (
        top,
        top + 1,
    ):
        below = _next_row(sheet, row)
        own = in_column(below, head)
        if any(c.number is not None or _FIGURE.search(c.text) for c in own):
            beside = [c for c in below if c not in own and is_filled(c)]
            return bool(beside) or many_heads
        if len(own) < 2:
            return False
    return False


def _bare(cell: Cell) -> str:
    """A head's text without its own bracket: （300字左右）."""
    return re.sub(r"[(（][^()（）]*[)）]", "", cell.text)


def _next_row(sheet: LabelledGrid, row: int) -> Cells:
    cells = [c for c in sheet.row(row) if c.row == row]
    if any(sheet.is_label(c) or printed(c.text) for c in cells):
        return []
    return cells


def in_column(cells: Cells, head: Cell) -> Cells:
    """The filled cells under a head, which may be as wide as several of them."""
    edge = head.column + head.column_span
    found = []
    for c in cells:
        if (
            is_filled(c)
            and c.column < edge
            and head.column < c.column + c.column_span
        ):
            found.append(c)
    return found


def subheads_of(sheet: LabelledGrid, top: int, head: Cell) -> Cells:
    """Heads under a wide head: 本旬新增 | 累计 under 已完成目标任务数."""
    own = in_column(_next_row(sheet, top), head)
    named = []
    for c in own:
        if c.number is None and not _DIGIT.search(_MONTHS.sub("", c.text)):
            named.append(c)
    if len(own) > 1 and named == own:
        return own
    return []


def widened(sheet: LabelledGrid, top: int, head: Cell) -> Cell:
    """A head with the empty cells right of it, where heads of its own stand below them
    all: 已完成目标任务数 | (empty) over 本旬 | 累计, which nobody merged."""
    edge = _next_head(sheet, head)
    wide = replace(head, column_span=edge - head.column)
    below = subheads_of(sheet, top, wide)
    taken = sum(c.column_span for c in below)
    if below and taken == edge - head.column:
        return wide
    return head


def _next_head(sheet: LabelledGrid, head: Cell) -> int:
    """The column of the next filled cell right of a head, in its row or at the sheet's edge
    (a sheet may leave out its empty cells); of heads below only as far as they go."""
    edge = sheet.width
    for cell in reversed(filled_of(sheet.row(head.row))):
        if cell.column > head.column:
            edge = cell.column
    end = head.column + head.column_span
    for cell in filled_of(sheet.row(head.row + head.row_span)):
        end = max(end, min(edge, cell.column + cell.column_span))
    return end


def _value_rows(sheet: LabelledGrid, top: int, figure: Cell) -> Rows:
    """The rows under the heads, up to a label or the form's print. Behind an empty row the
    table goes on where the figure's column does."""
    rows: Rows = []
    parted = False
    for number in range(top, min(sheet.height, top + _MOST_ROWS)):
        cells = _next_row(sheet, number)
        if any(is_filled(c) for c in cells):
            if parted and not _goes_on(cells, figure):
                break
            rows.append(cells)
        elif any(c.row == number for c in filled_of(sheet.row(number))):
            break
        else:
            parted = bool(rows)
    return rows


def _goes_on(cells: Cells, figure: Cell) -> bool:
    """Whether a row has something of its own under the figure's head."""
    own = in_column(cells, figure)
    told = any(c.number is not None or _FIGURE.search(c.text) for c in own)
    return told and not any(map(is_contact, cells))


class _Table:
    """A table with its heads and rows, on the way to the form's fields."""

    def __init__(
        self,
        sheet: LabelledGrid,
        heads: dict[Field, LabelCell],
        subheads: Cells,
        rows: Rows,
    ) -> None:
        self.sheet = sheet
        self.heads = heads
        self.subheads = subheads
        # The row of a running sheet that counts
        self.running: Cells | None = None
        self.sums = [cells for cells in rows if _is_sum(cells)]
        self.parts = [cells for cells in rows if cells not in self.sums]

    def found(self) -> tuple[Found, ...]:
        chosen, doubts = self._chosen()
        if self._has_headless():
            doubts |= {Doubt.UNTOLD}
        found = []
        for field in self.heads:
            if field is Field.COMPLETED:
                figure = replace(
                    self._figure(chosen), lead=self.heads[field].lead
                )
                found.append(
                    replace(
                        figure,
                        doubts=figure.doubts | doubts,
                        row_day=self._running_day(),
                    )
                )
            else:
                found.append(self._other(field, chosen))
        if self.running is not None and Field.DATE not in self.heads:
            day = _day_cell(self.running, self._figure_head)
            if day is not None:
                found.append(
                    found_in_cells(
                        field=Field.DATE,
                        bracket="",
                        cells=[day],
                        where=day.where,
                    )
                )
        return tuple(found)

    def _has_headless(self) -> bool:
        """Whether a head of the second row, left of the figure's, has none over it: a label
        in the middle of its heads may be that of all."""
        head = self._figure_head
        over = self.sheet.row(head.row)
        for sub in self.subheads[:1]:
            for cell in filled_of(self.sheet.row(sub.row)):
                if cell.column < head.column and not in_column(over, cell):
                    return True
        return False

    def _running_day(self) -> DateMention | None:
        """The day that the row of a running sheet is for."""
        if self.running is None:
            return None
        cell = _day_cell(self.running, self._figure_head)
        if cell is None:
            return None
        if cell.day is not None:
            return DateMention(
                month=cell.day.month,
                day=cell.day.day,
                year=cell.day.year,
                text=cell.text,
            )
        return dates.mentions(cell.text)[0]

    def _chosen(self) -> tuple[Rows, frozenset[Doubt]]:
        """The rows that the form's figure is in, and what sets them in doubt."""
        if self.sums:
            total = self.sums[-1]
            if len(self.sums) == 1 and self._adds_up(total):
                return [total], frozenset()
            return [total], frozenset((Doubt.UNTOLD,))
        filled = []
        for r in self.parts:
            if in_column(r, self._figure_head):
                filled.append(r)
        if self._is_of_parts(filled):
            # One township's row is not its county's figure
            return filled, frozenset((Doubt.UNTOLD,))
        days = []
        for cells in filled:
            days.append(_day_of(cells, self._figure_head))
        told = []
        for day in days:
            if day is not None:
                told.append(day)
        if len(filled) < 2 or len(set(told)) < len(filled):
            return filled, frozenset()
        self.running = filled[-1]
        if told == sorted(told) and self._never_falls(filled):
            return [filled[-1]], frozenset()
        return [filled[-1]], frozenset((Doubt.UNTOLD,))

    def _is_of_parts(self, rows: Rows) -> bool:
        """Whether each row is that of a part of the unit: a head says so, and a name
        stands under it."""
        for head in self.sheet.row(self._figure_head.row):
            if HEADS_OF_PARTS.fullmatch(fold(head.text)) is None:
                continue
            return any(in_column(cells, head) for cells in rows)
        return False

    @property
    def _figure_head(self) -> Cell:
        return self.heads[Field.COMPLETED].cell

    def _adds_up(self, total: Cells) -> bool:
        """Whether a sum is that of its rows, in every column of figures."""
        for head in self.subheads or [self._figure_head]:
            stated = _value_under(total, head)
            values = []
            for cells in self.parts:
                values.append(_value_under(cells, head))
            known = []
            for v in values:
                if v is not None:
                    known.append(v)
            if stated is not None and known and sum(known) != stated:
                return False
        return True

    def _never_falls(self, rows: Rows) -> bool:
        """A running sheet of cumulative figures; where one falls they are something else."""
        values = []
        for cells in rows:
            values.append(_value_under(cells, self._figure_head))
        known = []
        for v in values:
            if v is not None:
                known.append(v)
        return known == sorted(known)

    def _figure(self, rows: Rows) -> Found:
        head = self.heads[Field.COMPLETED]
        found = figure_under(head.cell, self.subheads, rows, head.bracket)
        said = ""
        if len(rows) == 1 and rows[0] not in (*self.sums, self.running):
            said = self._said_of(rows[0])
        return replace(found, text=f"{said}{found.text}")

    def _said_of(self, cells: Cells) -> str:
        """What stands in a row under a head of rows' names (期别), or under none at its
        left, as words before its figure: 上期: 332."""
        figure = self._figure_head
        said = ""
        for cell in cells:
            over = in_column(self.sheet.row(figure.row), cell)
            if over:
                heads = is_corner(over[0])
            else:
                heads = cell.column < figure.column
            if heads and is_filled(cell):
                said += f"{row_head(cell, self.sheet.spec)}\t"
        return said

    def _other(self, field: Field, chosen: Rows) -> Found:
        """Another field of the form: of all rows for the measures, of the row that
        counts for the rest."""
        head = self.heads[field]
        rows = chosen
        if field is Field.MEASURES and chosen == self.sums[-1:]:
            rows = self.parts
        cells = [c for row in rows for c in in_column(row, head.cell)]
        return found_in_cells(field, head.bracket, cells, head.cell.where)


def figure_under(
    head: Cell, subheads: Cells, rows: Rows, bracket: str = ""
) -> Found:
    """The figure of rows under its head: each cell with the head that it has for itself,
    where there are such."""
    if not subheads:
        cells = [c for row in rows for c in in_column(row, head)]
        return found_in_cells(Field.COMPLETED, bracket, cells, head.where)
    pairs = [
        (sub, cell)
        for row in rows
        for sub in subheads
        for cell in in_column(row, sub)
    ]
    text = "\n".join(_under(sub, cell) for sub, cell in pairs)
    where = pairs[0][1].where if pairs else head.where
    doubts = frozenset(d for _, cell in pairs for d in cell.doubts)
    return Found(
        field=Field.COMPLETED,
        label=bracket,
        text=text,
        where=where,
        doubts=doubts,
    )


def _under(head: Cell, cell: Cell) -> str:
    """Head and value as one text; 12 under 8月 is no 12th of August."""
    name = head.text.strip()
    if name.endswith("月"):
        name += ":"
    return f"{name}{cell.text.strip()}"


def _is_sum(cells: Cells) -> bool:
    return any(_SUM.fullmatch(fold(c.text)) is not None for c in cells)


def _day_of(cells: Cells, figure: Cell) -> tuple[int, int, int] | None:
    """The day that a row of a running sheet is for, which stands left of its figure."""
    cell = _day_cell(cells, figure)
    if cell is None:
        return None
    if cell.day is not None:
        return cell.day.year, cell.day.month, cell.day.day
    return _in_order(dates.mentions(cell.text)[0])


def _day_cell(cells: Cells, figure: Cell) -> Cell | None:
    for cell in cells:
        if cell.column >= figure.column:
            return None
        if cell.day is not None or len(dates.mentions(cell.text)) == 1:
            return cell
    return None


def _in_order(day: DateMention) -> tuple[int, int, int]:
    return day.year or 0, day.month, day.day


def _value_under(cells: Cells, head: Cell) -> int | None:
    own = in_column(cells, head)
    if len(own) != 1:
        return None
    if own[0].number is not None:
        return whole(Decimal(repr(own[0].number)))
    line = as_seen(own[0].text).strip()
    number = number_at(line, 0) if line else None
    if number is None:
        return None
    return whole(number.value)
