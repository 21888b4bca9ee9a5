"""The tables at the end of the official document: progress of all units, who is behind
and by how much, the members of pools.

Every figure is the snapshot's. Each annex stands on a page of its own, its title on the
third line. Import this module late.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, Final

from docx.enum.table import WD_ALIGN_VERTICAL
from docx.shared import Twips
from docx.text.paragraph import Paragraph

from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.letter_sender import Sender
from pipeline.model.standing import Row
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.writing.bulletin.narrative import (
    ROSTER_ORDER,
    growth_rule,
    lag_rule,
    row_remark,
    whole_growth,
)
from pipeline.writing.bulletin.title import subject
from pipeline.writing.docx import layout
from pipeline.writing.docx.package import BODY_FONT, HEADING_FONT, TITLE_FONT
from pipeline.writing.words import (
    day,
    number,
    percent,
    plain,
    shift,
    signed,
)

# Twips: a line of the page's grid
_LINE: Final = 579
_SMALL_LINE: Final = 320
# Twips: at least so high
_ROW: Final = 330
_CELL_LINE: Final = 260
# Points
_CELL: Final = 10.5
# Points: 27 characters in a line
_TITLE: Final = 16
_BODY: Final = 16
# Eighths of a point
_INNER: Final = 4
# Of a table on paper: nobody reads more
_MOST_ROWS: Final = 300


@frozen
class Col:
    """A column of an annex: its head, its width in twips, where its texts stand, and
    whether it stands in this campaign's tables at all."""

    head: str
    width: int
    align: str
    shown: bool = True


Columns = tuple[Col, ...]


@frozen
class Annex:
    """`remark` stands under the title, `notes` under the table. The last of `lines` is
    a total where `summed`; equal neighbours of the first column are joined where
    `grouped`."""

    title: str
    remark: str
    columns: Columns
    lines: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    summed: bool = False
    grouped: bool = False


def _progress_columns(words: CampaignWords, *, measured: bool) -> Columns:
    """`measured`: against targets."""
    return (
        Col("类别", 770, "center"),
        Col("名次", 560, "center", shown=measured),
        Col("单位", 1810, "left"),
        Col(f"{words.so_far}（{words.unit}）", 1000, "right"),
        Col(f"{words.month_growth}（{words.unit}）", 1000, "right"),
        Col(f"{words.term}目标（{words.unit}）", 1000, "right", shown=measured),
        Col("完成率", 940, "right", shown=measured),
        Col("位次升降", 560, "center", shown=measured),
        Col("备注", 1204, "center"),
    )


def _as_shown(annex: Annex) -> Annex:
    """The table of the columns that this campaign has; they share its whole width in
    their proportions."""
    columns = []
    whole = 0
    room = 0
    for column in annex.columns:
        whole += column.width
        if column.shown:
            room += column.width
            columns.append(column)
    for place, column in enumerate(columns):
        width = column.width * whole // room
        columns[place] = replace(column, width=width)
    lines = []
    for line in annex.lines:
        cells = []
        for column, text in zip(annex.columns, line, strict=True):
            if column.shown:
                cells.append(text)
        lines.append(tuple(cells))
    return replace(annex, columns=tuple(columns), lines=tuple(lines))


def _behind_columns(words: CampaignWords) -> Columns:
    return (
        Col("类别", 1400, "left"),
        Col("名次", 620, "center"),
        Col("单位", 1880, "left"),
        Col(f"{words.so_far}（{words.unit}）", 1200, "right"),
        Col("完成率", 960, "right"),
        Col(f"距时序进度差（{words.unit}）", 1392, "right"),
        Col(f"每{words.span}需{words.verb}（{words.unit}）", 1392, "right"),
    )


def _behind_at_the_end(words: CampaignWords) -> Columns:
    """After the last period there is no pace to tell."""
    columns = _behind_columns(words)
    return (
        *columns[:2],
        Col("单位", 2672, "left"),
        *columns[3:5],
        Col(f"距时序进度差（{words.unit}）", 1992, "right"),
    )


def _member_columns(words: CampaignWords) -> Columns:
    return (
        Col("所属", 1400, "center"),
        Col("单位", 4244, "left"),
        Col(f"{words.so_far}（{words.unit}）", 1600, "right"),
        Col(f"{words.month_growth}（{words.unit}）", 1600, "right"),
    )


def annexes_of(bulletin: Bulletin, sender: Sender) -> list[Annex]:
    """The annexes of a bulletin, in order; the first one is always there."""
    annexes = [_progress(bulletin, sender)]
    if bulletin.lagging:
        annexes.append(_behind(bulletin, sender))
    if bulletin.members:
        annexes.append(_members(bulletin, sender.words))
    return annexes


def _progress(bulletin: Bulletin, sender: Sender) -> Annex:
    growth = {}
    for month in bulletin.months:
        growth[month.unit] = month.growth
    before = dict(bulletin.ranks_before)
    lines: list[tuple[str, ...]] = []
    for kind, name in sender.words.kind_names.items():
        of_kind = [row for row in bulletin.standing.rows if row.kind == kind]
        for row in sorted(of_kind, key=_by_rank):
            # Narrow: the column's title says what moves.
            moved = shift(before.get(row.unit), row.rank) if before else "—"
            moved = moved.removesuffix("位")
            lines.append(
                (name, *_progress_cells(row, growth.get(row.unit), moved))
            )
    if len(lines) > _MOST_ROWS:
        left = len(lines) - _MOST_ROWS
        more = f"其余{left}个单位见进度表"
        lines = [*lines[:_MOST_ROWS], ("", "", more, *[""] * 6)]
    totals = bulletin.standing.totals
    total = (
        number(totals.completed),
        number(whole_growth(bulletin)),
        number(totals.target),
        percent(totals.rate),
    )
    lines.append(("合计", "", "", *total, "", ""))
    measured = bulletin.standing.has_targets
    annex = Annex(
        title=f"{subject(sender)}进度表（截至{day(bulletin.standing.period)}）",
        remark=_progress_remark(bulletin, sender),
        columns=_progress_columns(sender.words, measured=measured),
        lines=tuple(lines),
        notes=(
            growth_rule(bulletin, sender.words),
            f"数据编号：{bulletin.snapshot_id}",
        ),
        summed=True,
        grouped=True,
    )
    return _as_shown(annex)


def _progress_remark(bulletin: Bulletin, sender: Sender) -> str:
    if not bulletin.standing.has_targets:
        return f"{ROSTER_ORDER}。"
    schedule = percent(bulletin.standing.schedule)
    return f"时序进度{schedule}；{lag_rule(sender)}。"


def _by_rank(row: Row) -> tuple[bool, int]:
    return (row.rank is None, row.rank or 0)


def _progress_cells(
    row: Row, growth: int | None, moved: str
) -> tuple[str, ...]:
    return (
        number(row.rank),
        row.unit,
        number(row.completed),
        signed(growth).removeprefix("+"),
        number(row.target),
        percent(row.rate),
        moved,
        row_remark(row),
    )


def _behind(bulletin: Bulletin, sender: Sender) -> Annex:
    lines = []
    words = sender.words
    columns = _behind_columns(words)
    if bulletin.periods_left <= 0:
        columns = _behind_at_the_end(words)
    for arrears in bulletin.lagging:
        cells = (
            arrears.kind_name,
            str(arrears.rank),
            arrears.unit,
            number(arrears.completed),
            percent(arrears.rate),
            number(arrears.gap_to_schedule),
            number(arrears.per_period),
        )
        lines.append(cells[: len(columns)])
    notes: tuple[str, ...] = ()
    if bulletin.periods_left > 0:
        notes = (
            f"每{words.span}需{words.verb}数按剩余{bulletin.periods_left}次"
            f"{words.report}完成{words.term}任务计算。",
        )
    return Annex(
        title=f"进度滞后单位情况表（截至{day(bulletin.standing.period)}）",
        remark=f"{lag_rule(sender)}。",
        columns=columns,
        lines=tuple(lines),
        notes=notes,
    )


def _members(bulletin: Bulletin, words: CampaignWords) -> Annex:
    lines = []
    for member in bulletin.members:
        cells = (
            member.pool,
            member.unit,
            number(member.completed),
            signed(member.growth).removeprefix("+"),
        )
        lines.append(cells)
    pools = "、".join(
        dict.fromkeys(f"“{member.pool}”" for member in bulletin.members)
    )
    ranking = ""
    if bulletin.standing.has_targets:
        ranking = "，不参加排名"
    return Annex(
        title=f"{pools}所属单位进度表（截至{day(bulletin.standing.period)}）",
        remark=f"{pools}的数为所属单位之和{ranking}；没有数据的单位按0计。",
        columns=_member_columns(words),
        lines=tuple(lines),
        grouped=True,
    )


# --- strokes


def add_annex(document: Any, annex: Annex, index: int) -> None:
    """Adds an annex on a new page; `index` 0 where it is the only one."""
    label = layout.layout(document.add_paragraph(), line=_LINE)
    label.paragraph_format.page_break_before = True
    layout.write(
        label, f"附件{index or ''}", HEADING_FONT, _BODY, latin=HEADING_FONT
    )
    layout.layout(document.add_paragraph(), line=_LINE)
    title = layout.layout(document.add_paragraph(), line=_LINE, align="center")
    layout.write(title, plain(annex.title), TITLE_FONT, _TITLE)
    remark = layout.layout(
        document.add_paragraph(),
        line=_SMALL_LINE,
        after=60,
        align="center",
        gridless=True,
    )
    layout.write(remark, plain(annex.remark), BODY_FONT, _CELL)
    _add_table(document, annex)
    for note in filter(None, annex.notes):
        paragraph = layout.layout(
            document.add_paragraph(),
            line=_SMALL_LINE,
            before=60,
            gridless=True,
        )
        layout.write(paragraph, plain(note), BODY_FONT, _CELL)


def _add_table(document: Any, annex: Annex) -> None:
    """One row is laid out, and all others are copies of it: laying one out takes ten
    times as long, and an annex has a row for each unit."""
    table = document.add_table(rows=1, cols=len(annex.columns))
    layout.fixed_widths(table, tuple(column.width for column in annex.columns))
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    layout.grid_lines(table, **dict.fromkeys(sides, _INNER))
    layout.cell_margins(table, 60)
    head = table.rows[0]
    _lay_out(head, annex.columns)
    pattern = deepcopy(head._tr)
    _fill(head._tr, [column.head for column in annex.columns], HEADING_FONT)
    layout.repeat_head(head)
    for place, cells in enumerate(annex.lines, 1):
        row = deepcopy(pattern)
        font = BODY_FONT
        if annex.summed and place == len(annex.lines):
            font = HEADING_FONT
        _fill(row, cells, font)
        table._tbl.append(row)
    if annex.grouped:
        layout.joined_down(table, 0)


def _lay_out(row: Any, columns: Sequence[Col]) -> None:
    """A row without its texts. Heads stand as their columns do."""
    row.height = Twips(_ROW)
    layout.unbroken(row)
    for cell, column in zip(row.cells, columns, strict=True):
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        layout.layout(
            cell.paragraphs[0],
            line=_CELL_LINE,
            align=column.align,
            gridless=True,
        )


def _fill(row: Any, cells: Sequence[str], font: str) -> None:
    """Into the element of a row that is laid out."""
    for cell, text in zip(row.tc_lst, cells, strict=True):
        paragraph = Paragraph(cell.p_lst[0], None)
        layout.write(paragraph, plain(text), font, _CELL)
