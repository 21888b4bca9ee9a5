"""The bulletin as .xlsx: standings, history, groups, late and missing, lagging,
measures, charts, all of one snapshot.

Every number is typed and stands as the snapshot has it; no cell holds a formula.
Unconfirmed talks are not in it. Trusts the snapshot; never reads a clock. Import this
module late: openpyxl takes a quarter of a second.
"""

from typing import Any, Final

from openpyxl.formatting import rule as rules
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model.letters.bulletins import Bulletin, UnitMonth
from pipeline.model.letters.letter_sender import Sender
from pipeline.model.standing import Row
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.writing.bulletin.narrative import (
    ROSTER_ORDER,
    lag_rule,
    row_remark,
    whole_growth,
)
from pipeline.writing.bulletin.sheets import (
    FIRST_ROW,
    HEAD_ROW,
    NUMBER,
    PERCENT,
    POINTS,
    RANK,
    Column,
    Sheet,
    printed,
    register_styles,
    saved,
    sheet_name,
    shown_columns,
    table,
    title,
)
from pipeline.writing.bulletin.title import bulletin_title, issue_name
from pipeline.writing.bulletin.workbook_charts import course_chart, rates_chart
from pipeline.writing.bulletin.workbook_explanation import explained
from pipeline.writing.docx.package import sealed
from pipeline.writing.titles import STANDING_STATES
from pipeline.writing.words import (
    day,
    full_day,
    gap,
    joined,
    listing,
    moment,
    percent,
    shift,
)

_RED_FILL: Final = PatternFill("solid", bgColor="FDE2E0")
_AMBER_FILL: Final = PatternFill("solid", bgColor="FFF1D0")
# The height of a row
_ROW_CM: Final = 0.53
# What the sheet of standings is called with targets, and without
_RANKS_SHEET: Final = "进度排名"
_FIGURES_SHEET: Final = "各单位进度"
# Where the charts find unit, rate and schedule on the sheet of standings.
_CHARTS_A_PAGE: Final = 2
_CHARTED: Final = {"unit": 4, "rate": 7, "schedule": 8}
_Cells = list[str | float | None]


def bulletin_workbook(bulletin: Bulletin, sender: Sender) -> bytes:
    """The workbook's bytes; the same snapshot gives the same bytes."""
    book = Workbook()
    words = sender.words
    register_styles(book)
    book.remove(book.worksheets[0])
    _standings(book, bulletin, words)
    _history(book, bulletin, words)
    _groups(book, bulletin, words)
    _timeliness(book, bulletin, words)
    _lagging(book, bulletin, sender)
    _measures(book, bulletin, words)
    _praise(book, bulletin, words)
    _members(book, bulletin, words)
    _also(book, bulletin, words)
    _talks(book, bulletin, words)
    _charts(book, bulletin, words)
    _explanation(book, bulletin, sender)
    book.properties.title, book.properties.creator = (
        bulletin_title(bulletin, sender),
        sender.organizer,
    )
    return sealed(saved(book), bulletin.as_of)


def _sheet(
    book: Workbook, name: str, bulletin: Bulletin, remark: str = ""
) -> Sheet:
    sheet: Sheet = book.create_sheet(name)
    as_of = f"{issue_name(bulletin)}　数据截至{moment(bulletin.as_of)}　数据编号{bulletin.snapshot_id}"
    title(
        sheet,
        f"{name}（{full_day(bulletin.standing.period)}）",
        f"{as_of}　{remark}".rstrip(),
    )
    return sheet


def _when(formula: str, fill: PatternFill) -> Any:
    """A conditional format: where `formula` holds, bold on `fill`."""
    return rules.FormulaRule(
        formula=[formula],
        fill=fill,
        font=Font(bold=True),
    )  # type: ignore[no-untyped-call]


def _footer(bulletin: Bulletin) -> str:
    return f"数据编号{bulletin.snapshot_id}"


def _ranked(bulletin: Bulletin, words: CampaignWords) -> list[Row]:
    """The rows by kind and rank; those without a rank at their kind's end."""
    order = list(words.kind_names)
    return sorted(
        bulletin.standing.rows,
        key=lambda row: (
            order.index(row.kind) if row.kind in order else len(order),
            row.rank is None,
            row.rank or 0,
        ),
    )


def _standings(
    book: Workbook, bulletin: Bulletin, words: CampaignWords
) -> None:
    measured = bulletin.standing.has_targets
    if measured:
        schedule = f"时序进度{percent(bulletin.standing.schedule)}"
        sheet = _sheet(book, _RANKS_SHEET, bulletin, schedule)
    else:
        sheet = _sheet(book, _FIGURES_SHEET, bulletin, ROSTER_ORDER)
    growth = {}
    for month in bulletin.months:
        growth[month.unit] = month.growth
    before = dict(bulletin.ranks_before)
    rows = []
    for row in _ranked(bulletin, words):
        moved = shift(before.get(row.unit), row.rank) if before else "—"
        rows.append(_standing_cells(row, growth.get(row.unit), moved, words))
    rows.append(_total_cells(bulletin, words))
    columns = _standing_columns(words, measured=measured)
    last = table(sheet, columns, rows, total=True)
    if measured:
        _mark_rates(sheet, last)
        sheet.freeze_panes = sheet.cell(FIRST_ROW, 5)
    else:
        sheet.freeze_panes = sheet.cell(FIRST_ROW, 3)
    printed(sheet, _footer(bulletin), landscape=measured)


def _total_cells(bulletin: Bulletin, words: CampaignWords) -> _Cells:
    totals = bulletin.standing.totals
    schedule = bulletin.standing.schedule
    return [
        "合计",
        None,
        None,
        "",
        totals.completed,
        totals.target,
        totals.rate,
        schedule,
        _ahead(totals.rate, schedule),
        whole_growth(bulletin),
        "",
        None,
        bulletin.growth_on_base,
        _growth_remark(words),
    ]


def _ahead(rate: float | None, schedule: float | None) -> float | None:
    """As a reader works it out from the two that stand beside it."""
    if rate is None or schedule is None:
        return None
    return float(gap(rate, schedule))


def _mark_rates(sheet: Sheet, last: int) -> None:
    """Bars in the rates, red for the rows that lag."""
    # 备注 is the last column.
    remarks = sheet.cell(1, sheet.max_column).column_letter
    bars: Any = rules.DataBarRule(
        "num", 0, "num", 1, color="7CC196", showValue=True
    )  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(f"G{FIRST_ROW}:G{last - 1}", bars)
    sheet.conditional_formatting.add(
        f"A{FIRST_ROW}:{remarks}{last - 1}",
        _when(f'${remarks}{FIRST_ROW}="进度滞后"', _RED_FILL),
    )


def _growth_remark(words: CampaignWords) -> str:
    """For which kinds growth is told; "" where it is for none."""
    if not words.growing:
        return ""
    return f"增长率只计{listing(kind.name for kind in words.growing)}"


def _standing_columns(
    words: CampaignWords, *, measured: bool
) -> tuple[Column, ...]:
    """`measured`: against targets."""
    grows = bool(words.growing)
    return (
        Column("类别", 12),
        Column("名次", 7, RANK, shown=measured),
        Column("总名次", 8, RANK, shown=measured),
        Column("单位", 18),
        Column(f"{words.so_far}（{words.unit}）", 11, NUMBER),
        Column(f"{words.term}目标（{words.unit}）", 11, NUMBER, shown=measured),
        Column("完成率", 12, PERCENT, shown=measured),
        Column("时序进度", 10, PERCENT, shown=measured),
        Column("比时序进度（百分点）", 13, POINTS, shown=measured),
        Column(f"{words.month_growth}（{words.unit}）", 11, NUMBER),
        Column("位次升降", 9, RANK, shown=measured),
        Column(f"{words.base_column}（{words.unit}）", 12, NUMBER, shown=grows),
        Column("比上年末增长", 11, PERCENT, shown=grows),
        Column("备注", 18),
    )


def _standing_cells(
    row: Row, growth: int | None, moved: str, words: CampaignWords
) -> _Cells:
    # The base of a kind that does not grow is none of its own: the one printed beside
    # a municipal unit is the whole block's (rules.md 1).
    growing = {kind.id for kind in words.growing}
    base = row.base if row.kind in growing else None
    grown = None
    if base and row.completed is not None:
        grown = row.completed / base
    ahead = _ahead(row.rate, row.schedule)
    name = words.kind_name(row.kind)
    return [
        name,
        row.rank,
        row.rank_overall,
        row.unit,
        row.completed,
        row.target,
        row.rate,
        row.schedule,
        ahead,
        growth,
        moved,
        base,
        grown,
        row_remark(row),
    ]


def _history(book: Workbook, bulletin: Bulletin, words: CampaignWords) -> None:
    sheet = _sheet(
        book,
        "历次数据",
        bulletin,
        f"各{words.span}{words.so_far}（{words.unit}），空格为尚无数据",
    )
    columns = [Column("单位", 20)]
    columns += [
        Column(day(period), 11, NUMBER) for period in bulletin.all_periods
    ]
    rows: list[_Cells] = [
        [month.unit, *month.history] for month in bulletin.months
    ]
    rows.append(["合计", *_sums(bulletin)])
    if bulletin.standing.has_targets:
        rows.append(["时序应完成", *_wanted(bulletin)])
    table(sheet, columns, rows, total=True)
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 2)
    printed(sheet, _footer(bulletin), landscape=True)


def _sums(bulletin: Bulletin) -> list[int]:
    sums = []
    for index in range(len(bulletin.all_periods)):
        sums.append(sum(month.history[index] or 0 for month in bulletin.months))
    return sums


def _wanted(bulletin: Bulletin) -> list[int]:
    """What the schedule wanted of the whole at each period, in whole people; nothing
    without targets."""
    target = bulletin.standing.totals.target
    schedule = bulletin.standing.schedule
    if target is None or schedule is None:
        return []
    schedules = bulletin.schedules or (schedule,) * len(bulletin.all_periods)
    wanted = schedules[: len(bulletin.all_periods)]
    found = []
    for share in wanted:
        found.append(round(share * target))
    return found


def _groups(book: Workbook, bulletin: Bulletin, words: CampaignWords) -> None:
    """No sheet where the campaign has no guidance groups."""
    if not bulletin.groups:
        return
    sheet = _sheet(
        book,
        "分组",
        bulletin,
        "一个单位可以由几个组联系，各组分别列出、分别小计",
    )
    measured = bulletin.standing.has_targets
    columns = (
        Column(words.guides, 16),
        Column("责任部门", 36, wrap=True),
        Column("单位", 20),
        Column(f"{words.so_far}（{words.unit}）", 13, NUMBER),
        Column(f"{words.term}目标（{words.unit}）", 13, NUMBER, shown=measured),
        Column("完成率", 12, PERCENT, shown=measured),
        Column("名次", 8, RANK, shown=measured),
        Column("备注", 12),
    )
    rows: list[_Cells] = []
    subtotals = []
    for group in bulletin.groups:
        own = [row for row in bulletin.standing.rows if row.unit in group.units]
        for row in own:
            cells: _Cells = [
                group.name,
                group.department,
                row.unit,
                row.completed,
            ]
            cells += [row.target, row.rate, row.rank, row_remark(row)]
            rows.append(cells)
        completed = sum(row.completed or 0 for row in own)
        target = sum(row.target or 0 for row in own)
        rate = completed / target if target else None
        rows.append(
            [f"{group.name}小计", "", "", completed, target, rate, None, ""]
        )
        subtotals.append(HEAD_ROW + len(rows))
    table(sheet, columns, rows)
    for index in subtotals:
        _as_total(sheet, index, columns)
    printed(sheet, _footer(bulletin), landscape=True)


def _as_total(
    sheet: Worksheet, index: int, columns: tuple[Column, ...]
) -> None:
    for number, column in enumerate(shown_columns(columns), 1):
        cell = sheet.cell(index, number)
        cell.style = "xb_total"
        if column.form:
            cell.number_format = column.form


def _timeliness(
    book: Workbook, bulletin: Bulletin, words: CampaignWords
) -> None:
    sheet = _sheet(
        book,
        "迟报漏报",
        bulletin,
        f"{words.this_month}各{words.period.of_month}的报送情况",
    )
    columns = [
        Column("单位", 22),
        *(Column(day(period), 12) for period in bulletin.periods),
        Column("按时（次）", 11, RANK),
        Column("迟报（次）", 11, RANK),
        Column("漏报（次）", 11, RANK),
    ]
    rows: list[_Cells] = [_month_cells(month) for month in bulletin.months]
    last = table(sheet, columns, rows)
    right = sheet.cell(1, 1 + len(bulletin.periods)).column_letter
    bottom = max(last, FIRST_ROW)
    area = f"B{FIRST_ROW}:{right}{bottom}"
    for word, fill in (
        ("漏报", _RED_FILL),
        ("迟报", _AMBER_FILL),
        ("待核", _AMBER_FILL),
    ):
        sheet.conditional_formatting.add(
            area, _when(f'B{FIRST_ROW}="{word}"', fill)
        )
    printed(sheet, _footer(bulletin))


def _month_cells(month: UnitMonth) -> _Cells:
    """A unit's states in the month's periods, then how often each that is counted."""
    cells: _Cells = [month.unit]
    for state in month.states:
        cells.append("" if state is None else STANDING_STATES[state])
    for state in ("on_time", "late", "missing"):
        cells.append(float(month.states.count(state)))
    return cells


def _lagging(book: Workbook, bulletin: Bulletin, sender: Sender) -> None:
    """No sheet without targets: nobody lags."""
    if not bulletin.standing.has_targets:
        return
    words = sender.words
    sheet = _sheet(book, "进度滞后", bulletin, f"{lag_rule(sender)}")
    columns = (
        Column("类别", 12),
        Column("名次", 7, RANK),
        Column("单位", 20),
        Column(f"{words.so_far}（{words.unit}）", 12, NUMBER),
        Column(f"{words.term}目标（{words.unit}）", 12, NUMBER),
        Column("完成率", 10, PERCENT),
        Column(f"距时序进度差（{words.unit}）", 18, NUMBER),
        Column(f"不再滞后还差（{words.unit}）", 18, NUMBER),
        Column(f"此后每{words.span}需{words.verb}（{words.unit}）", 20, NUMBER),
    )
    rows: list[_Cells] = [
        [
            a.kind_name,
            a.rank,
            a.unit,
            a.completed,
            a.target,
            a.rate,
            a.gap_to_schedule,
            a.gap_to_lift,
            a.per_period,
        ]
        for a in bulletin.lagging
    ]
    table(
        sheet,
        columns,
        rows or [["", None, "无", None, None, None, None, None, None]],
    )
    printed(sheet, _footer(bulletin), landscape=True)


def _measures(book: Workbook, bulletin: Bulletin, words: CampaignWords) -> None:
    sheet = _sheet(
        book,
        sheet_name(words.labels.deeds),
        bulletin,
        f"各单位{day(bulletin.standing.period)}{words.report}所列，照录原文",
    )
    columns = (
        Column("单位", 20),
        Column("序号", 7, RANK),
        Column(words.labels.measures, 90, wrap=True),
    )
    rows: list[_Cells] = [
        [row.unit, float(index), clause]
        for row in bulletin.standing.rows
        for index, clause in enumerate(row.measures, 1)
    ]
    table(sheet, columns, rows or [["", None, "无"]])
    printed(sheet, _footer(bulletin), landscape=True)


def _praise(book: Workbook, bulletin: Bulletin, words: CampaignWords) -> None:
    """先进典型 with their source mails, so that each can be looked up."""
    if not bulletin.praise:
        return
    sheet = _sheet(book, "先进典型", bulletin, f"出自各单位{words.report}原文")
    columns = (
        Column("单位", 18),
        Column("举措", 60, wrap=True),
        Column("来件", 30, wrap=True),
        Column("收到时间", 16),
        Column("Message-ID", 40, wrap=True),
        Column("提名依据", 36, wrap=True),
    )
    rows: list[_Cells] = []
    for one in bulletin.praise:
        received = moment(one.received_at) if one.received_at else ""
        rows.append(
            [
                one.unit,
                one.clause,
                one.subject,
                received,
                one.message_id,
                one.why,
            ]
        )
    table(sheet, columns, rows)
    printed(sheet, _footer(bulletin), landscape=True)


def _members(book: Workbook, bulletin: Bulletin, words: CampaignWords) -> None:
    if not bulletin.members:
        return
    sheet = _sheet(book, "所属单位", bulletin, "汇总行的数为所属单位之和")
    columns = (
        Column("所属", 14),
        Column("单位", 28),
        Column(f"{words.so_far}（{words.unit}）", 14, NUMBER),
        Column(f"{words.month_growth}（{words.unit}）", 14, NUMBER),
    )
    rows: list[_Cells] = []
    for member in bulletin.members:
        rows.append([member.pool, member.unit, member.completed, member.growth])
    table(sheet, columns, rows)
    printed(sheet, _footer(bulletin))


def _also(book: Workbook, bulletin: Bulletin, words: CampaignWords) -> None:
    """The figures beside the main one, unit by unit; no sheet where there are none."""
    if not bulletin.also:
        return
    sheet = _sheet(book, "分项数据", bulletin, "各单位最近一份计入的报表所报")
    columns = (
        Column("项目", 18),
        Column("单位", 24),
        Column("所报数", 12, NUMBER),
        Column(f"{words.so_far}（{words.unit}）", 14, NUMBER),
        Column("相差", 12, NUMBER),
    )
    rows: list[_Cells] = []
    for told in bulletin.also:
        for unit, value, main in told.rows:
            short = main - value if told.within else None
            rows.append([told.title, unit, value, main, short])
    table(sheet, columns, rows)
    printed(sheet, _footer(bulletin))


def _talks(book: Workbook, bulletin: Bulletin, words: CampaignWords) -> None:
    confirmed = [line for line in bulletin.talks if line.state == "confirmed"]
    if not confirmed and not bulletin.circulated:
        return
    sheet = _sheet(book, "约谈和通报", bulletin)
    columns = (
        Column("单位", 20),
        Column("约谈事由", 70, wrap=True),
        Column(words.circulation, 16),
    )
    named = {line.unit for line in confirmed}
    rows: list[_Cells] = [
        [
            line.unit,
            joined(line.reasons),
            "是" if line.unit in bulletin.circulated else "",
        ]
        for line in confirmed
    ]
    rows += [
        [unit, "连续两次被约谈", "是"]
        for unit in bulletin.circulated
        if unit not in named
    ]
    table(sheet, columns, rows)
    printed(sheet, _footer(bulletin), landscape=True)


def _explanation(book: Workbook, bulletin: Bulletin, sender: Sender) -> None:
    sheet = _sheet(book, "说明", bulletin)
    columns = (Column("名目", 20), Column("说明", 80, wrap=True))
    table(sheet, columns, explained(bulletin, sender))
    printed(sheet, _footer(bulletin))


# --- charts


def _charts(book: Workbook, bulletin: Bulletin, words: CampaignWords) -> None:
    """Without targets the course of the whole alone, and no sheet where that is one
    point."""
    measured = bulletin.standing.has_targets
    charts = []
    remark = ""
    if measured:
        remark = "绿为达到时序进度，黄为未达到，红为进度滞后；虚线为时序进度"
        charts = _rate_charts(book, bulletin, words)
    if len(bulletin.all_periods) > 1:
        charts.append(_course(book, bulletin, words))
    if not charts and not measured:
        return
    sheet = _sheet(book, "图表", bulletin, remark)
    _place_charts(sheet, charts)
    printed(sheet, _footer(bulletin), landscape=True)


def _rate_charts(
    book: Workbook, bulletin: Bulletin, words: CampaignWords
) -> list[Any]:
    """One chart for each kind."""
    charts = []
    ranks = book[_RANKS_SHEET]
    placed = list(enumerate(_ranked(bulletin, words), FIRST_ROW))
    for kind, name in words.kind_names.items():
        rows: list[Row] = []
        first = 0
        for index, row in placed:
            if row.kind == kind and row.rank is not None:
                first = first or index
                rows.append(row)
        if rows:
            charts.append(
                rates_chart(
                    sheet=ranks,
                    name=name,
                    rows=rows,
                    first=first,
                    columns=_CHARTED,
                )
            )
    return charts


def _course(book: Workbook, bulletin: Bulletin, words: CampaignWords) -> Any:
    beside = ""
    if bulletin.standing.has_targets:
        beside = "与时序应完成"
    return course_chart(
        sheet=book["历次数据"],
        periods=list(map(day, bulletin.all_periods)),
        totals=_sums(bulletin),
        wanted=_wanted(bulletin),
        title=f"{words.whole}{words.so_far}{beside}（{words.unit}）",
    )


def _place_charts(sheet: Sheet, charts: list[Any]) -> None:
    """Below the rows that every page repeats, and with them a piece of what stands there."""
    at = FIRST_ROW
    for number, chart in enumerate(charts):
        # Where the sheet is fitted to the page's width no program heeds a break
        if number and number % _CHARTS_A_PAGE == 0:
            at += 2
        sheet.add_chart(chart, f"A{at}")
        at += 2 + int(chart.height / _ROW_CM)
