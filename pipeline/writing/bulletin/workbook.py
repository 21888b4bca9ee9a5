"""The bulletin as .xlsx: standings, history, groups, late and missing, lagging,
measures, charts, all of one snapshot.

Every number is typed and stands as the snapshot has it; no cell holds a formula.
Unconfirmed talks are not in it. Trusts the snapshot; never reads a clock. Import this
module late: openpyxl takes a quarter of a second.
"""

from typing import Any, Final

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.formatting import rule as rules
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook import Workbook

from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.sender import Sender
from pipeline.model.standing import Row
from pipeline.writing.bulletin.narrative import lag_rule
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
    table,
    title,
)
from pipeline.writing.bulletin.title import bulletin_title
from pipeline.writing.docx.package import sealed
from pipeline.writing.words import (
    KIND_NAMES,
    STATE_NAMES,
    day,
    full_day,
    joined,
    moment,
    percent,
)

_GREEN: Final = "2E7D4F"
_RED_FILL: Final = PatternFill("solid", bgColor="FDE2E0")
_AMBER_FILL: Final = PatternFill("solid", bgColor="FFF1D0")
_ROW_CM: Final = 0.53  # the height of a row
_Cells = list[str | float | None]


def bulletin_workbook(bulletin: Bulletin, sender: Sender) -> bytes:
    """The workbook's bytes; the same snapshot gives the same bytes."""
    book = Workbook()
    register_styles(book)
    book.remove(book.worksheets[0])
    _standings(book, bulletin)
    _history(book, bulletin)
    _groups(book, bulletin)
    _timeliness(book, bulletin)
    _lagging(book, bulletin, sender)
    _measures(book, bulletin)
    _talks(book, bulletin)
    _charts(book, bulletin)
    _explanation(book, bulletin, sender)
    book.properties.title, book.properties.creator = (
        bulletin_title(bulletin, sender),
        sender.organizer,
    )
    return sealed(saved(book), bulletin.as_of)


def _sheet(book: Workbook, name: str, bulletin: Bulletin, remark: str = "") -> Sheet:
    sheet: Sheet = book.create_sheet(name)
    as_of = f"第{bulletin.number}期　数据截至{moment(bulletin.as_of)}　数据编号{bulletin.snapshot_id}"
    title(
        sheet,
        f"{name}（{full_day(bulletin.standing.period)}）",
        f"{as_of}　{remark}".rstrip(),
    )
    return sheet


def _when(formula: str, fill: PatternFill) -> Any:
    """A conditional format: where `formula` holds, bold on `fill`."""
    return rules.FormulaRule(formula=[formula], fill=fill, font=Font(bold=True))  # type: ignore[no-untyped-call]


def _footer(bulletin: Bulletin) -> str:
    return f"数据编号{bulletin.snapshot_id}"


def _ranked(bulletin: Bulletin) -> list[Row]:
    """The rows by kind and rank; those without a rank at their kind's end."""
    order = list(KIND_NAMES)
    return sorted(
        bulletin.standing.rows,
        key=lambda row: (order.index(row.kind), row.rank is None, row.rank or 0),
    )


def _standings(book: Workbook, bulletin: Bulletin) -> None:
    sheet = _sheet(
        book, "进度排名", bulletin, f"时序进度{percent(bulletin.standing.schedule)}"
    )
    growth = {month.unit: month.growth for month in bulletin.months}
    columns = (
        Column("类别", 12), Column("名次", 7, RANK), Column("总名次", 8, RANK), Column("单位", 20),
        Column("累计新增（名）", 12, NUMBER), Column("全年目标（名）", 12, NUMBER), Column("完成率", 14, PERCENT),  # noqa: E501
        Column("比时序进度（百分点）", 13, POINTS), Column("本月增加（名）", 11, NUMBER),
        Column("上年末会员（名）", 12, NUMBER), Column("比上年末增长", 11, PERCENT), Column("备注", 22),
    )  # fmt: skip
    totals, schedule = bulletin.standing.totals, bulletin.standing.schedule
    rows = [_standing_cells(row, growth.get(row.unit)) for row in _ranked(bulletin)]
    growths = [value for value in growth.values() if value is not None]
    rows.append(
        ["合计", None, None, "", totals.completed, totals.target, totals.rate, (totals.rate - schedule) * 100,
         sum(growths) if growths else None, None, bulletin.growth_on_base, "增长率只计县（市、区）"]
    )  # fmt: skip
    last = table(sheet, columns, rows, total=True)
    bars: Any = rules.DataBarRule("num", 0, "num", 1, color="7CC196", showValue=True)  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(f"G{FIRST_ROW}:G{last - 1}", bars)
    sheet.conditional_formatting.add(
        f"A{FIRST_ROW}:L{last - 1}", _when(f'$L{FIRST_ROW}="进度滞后"', _RED_FILL)
    )
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 5)
    printed(sheet, _footer(bulletin), landscape=True)


def _standing_cells(row: Row, growth: int | None) -> _Cells:
    # Municipal units have no base of their own: the one printed beside one of them is
    # the whole block's (rules.md 1).
    if row.kind == "county":
        base = row.base
    else:
        base = None
    if base and row.completed is not None:
        grown = row.completed / base
    else:
        grown = None
    return [
        KIND_NAMES[row.kind], row.rank, row.rank_overall, row.unit, row.completed, row.target, row.rate,
        None if row.rate is None else (row.rate - row.schedule) * 100, growth, base, grown, _remark(row),
    ]  # fmt: skip


def _remark(row: Row) -> str:
    if row.completed is None:
        return "尚无数据"
    if row.pool:
        return "不参加排名"
    if row.lagging:
        return "进度滞后"
    return ""


def _history(book: Workbook, bulletin: Bulletin) -> None:
    sheet = _sheet(book, "历次数据", bulletin, "各旬累计新增（名），空格为尚无数据")
    columns = [
        Column("单位", 20),
        *(Column(day(period), 11, NUMBER) for period in bulletin.all_periods),
    ]
    rows: list[_Cells] = [[month.unit, *month.history] for month in bulletin.months]
    sums = [
        sum(month.history[index] or 0 for month in bulletin.months)
        for index in range(len(bulletin.all_periods))
    ]
    table(sheet, columns, [*rows, ["合计", *sums]], total=True)
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 2)
    printed(sheet, _footer(bulletin), landscape=True)


def _groups(book: Workbook, bulletin: Bulletin) -> None:
    sheet = _sheet(book, "分组", bulletin, "一个单位可以由几个组联系，各组分别列出")
    columns = (
        Column("督促指导推进组", 16), Column("责任部门", 26, wrap=True), Column("单位", 20), Column("累计新增（名）", 13, NUMBER),  # noqa: E501
        Column("全年目标（名）", 13, NUMBER), Column("完成率", 12, PERCENT), Column("名次", 8, RANK), Column("备注", 12),  # noqa: E501
    )  # fmt: skip
    rows: list[_Cells] = [
        [
            group.name,
            group.department,
            row.unit,
            row.completed,
            row.target,
            row.rate,
            row.rank,
            _remark(row),
        ]
        for group in bulletin.groups
        for row in bulletin.standing.rows
        if row.unit in group.units
    ]
    table(sheet, columns, rows)
    printed(sheet, _footer(bulletin), landscape=True)


def _timeliness(book: Workbook, bulletin: Bulletin) -> None:
    sheet = _sheet(book, "迟报漏报", bulletin, "本月各旬的报送情况")
    columns = [
        Column("单位", 22), *(Column(day(period), 12) for period in bulletin.periods),
        Column("按时（次）", 11, RANK), Column("迟报（次）", 11, RANK), Column("漏报（次）", 11, RANK),
    ]  # fmt: skip
    rows: list[_Cells] = [
        [
            month.unit,
            *("" if state is None else STATE_NAMES[state] for state in month.states),
            *(
                float(month.states.count(state))
                for state in ("on_time", "late", "missing")
            ),
        ]
        for month in bulletin.months
    ]
    last = table(sheet, columns, rows)
    area = f"B{FIRST_ROW}:{sheet.cell(1, 1 + len(bulletin.periods)).column_letter}{max(last, FIRST_ROW)}"
    for word, fill in (
        ("漏报", _RED_FILL),
        ("迟报", _AMBER_FILL),
        ("待核", _AMBER_FILL),
    ):
        sheet.conditional_formatting.add(area, _when(f'B{FIRST_ROW}="{word}"', fill))
    printed(sheet, _footer(bulletin))


def _lagging(book: Workbook, bulletin: Bulletin, sender: Sender) -> None:
    sheet = _sheet(book, "进度滞后", bulletin, f"{lag_rule(sender)}")
    columns = (
        Column("类别", 12), Column("名次", 7, RANK), Column("单位", 20), Column("累计新增（名）", 12, NUMBER),
        Column("全年目标（名）", 12, NUMBER), Column("完成率", 10, PERCENT), Column("距时序进度差（名）", 18, NUMBER),  # noqa: E501
        Column("不再滞后还差（名）", 18, NUMBER), Column("此后每旬需新增（名）", 20, NUMBER),
    )  # fmt: skip
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
        sheet, columns, rows or [["", None, "无", None, None, None, None, None, None]]
    )
    printed(sheet, _footer(bulletin), landscape=True)


def _measures(book: Workbook, bulletin: Bulletin) -> None:
    sheet = _sheet(book, "工作举措", bulletin, "各单位最近一份旬报所列，照录原文")
    columns = (
        Column("单位", 20),
        Column("序号", 7, RANK),
        Column("主要工作举措", 90, wrap=True),
    )
    rows: list[_Cells] = [
        [row.unit, float(index), clause]
        for row in bulletin.standing.rows
        for index, clause in enumerate(row.measures, 1)
    ]
    table(sheet, columns, rows or [["", None, "无"]])
    printed(sheet, _footer(bulletin), landscape=True)


def _talks(book: Workbook, bulletin: Bulletin) -> None:
    confirmed = [line for line in bulletin.talks if line.state == "confirmed"]
    if not confirmed and not bulletin.circulated:
        return
    sheet = _sheet(book, "约谈和通报", bulletin)
    columns = (
        Column("单位", 20),
        Column("约谈事由", 70, wrap=True),
        Column("全市工会通报", 16),
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
    rows: list[_Cells] = [
        ["依据", sender.document],
        [
            "累计新增",
            "各单位最近一份已计入的旬报所报累计数；待核的数据不计入、不排名。"
            "“其他”为所属企业之和，不参加排名。",
        ],
        [
            "时序进度",
            f"截至{full_day(bulletin.standing.period)}为{percent(bulletin.standing.schedule)}。",
        ],
        ["进度滞后", f"{lag_rule(sender)}。"],
        ["名次", "在同类单位中按未四舍五入的完成率排列，相同的并列。"],
        [
            "数据编号",
            f"{bulletin.snapshot_id}。通报邮件、通报文件和本表出自同一份数据。",
        ],
    ]
    table(sheet, columns, rows)
    printed(sheet, _footer(bulletin))


# --- charts


def _charts(book: Workbook, bulletin: Bulletin) -> None:
    sheet = _sheet(book, "图表", bulletin)
    ranks, history = book["进度排名"], book["历次数据"]
    row = HEAD_ROW
    for kind, name in KIND_NAMES.items():
        places = [
            i
            for i, r in enumerate(_ranked(bulletin), FIRST_ROW)
            if r.kind == kind and r.rank is not None
        ]
        if places:
            chart = _rates(ranks, name, places[0], places[-1])
            sheet.add_chart(chart, f"A{row}")
            row += 2 + int(chart.height / _ROW_CM)
    if len(bulletin.all_periods) > 1:
        sheet.add_chart(
            _course(history, len(bulletin.months), len(bulletin.all_periods)), f"A{row}"
        )
    printed(sheet, _footer(bulletin))


def _rates(sheet: Sheet, name: str, first: int, last: int) -> BarChart:
    chart = BarChart()
    chart.type, chart.style, chart.title, chart.legend = (
        "bar",
        10,
        f"{name}完成率",
        None,
    )
    chart.add_data(Reference(sheet, min_col=7, min_row=first, max_row=last))
    chart.set_categories(Reference(sheet, min_col=4, min_row=first, max_row=last))
    chart.series[0].graphicalProperties = GraphicalProperties(solidFill=_GREEN)
    chart.dataLabels = DataLabelList(
        numFmt="0.0%",
        showVal=True,
        showSerName=False,
        showCatName=False,
        showLegendKey=False,
        showPercent=False,
    )
    chart.gapWidth, chart.width, chart.height = 45, 18, 2.4 + 0.55 * (last - first + 1)
    chart.x_axis.scaling.orientation, chart.x_axis.tickLblSkip = "maxMin", 1
    (
        chart.y_axis.scaling.min,
        chart.y_axis.number_format,
        chart.y_axis.majorGridlines,
    ) = 0, "0%", None
    chart.x_axis.delete = chart.y_axis.delete = False
    return chart


def _course(sheet: Sheet, units: int, periods: int) -> LineChart:
    chart = LineChart()
    chart.style, chart.title, chart.legend = 10, "全市累计新增（名）", None
    total = FIRST_ROW + units
    chart.add_data(
        Reference(sheet, min_col=2, max_col=1 + periods, min_row=total, max_row=total),
        from_rows=True,
    )
    chart.set_categories(
        Reference(
            sheet, min_col=2, max_col=1 + periods, min_row=HEAD_ROW, max_row=HEAD_ROW
        )
    )
    chart.series[0].graphicalProperties.line.solidFill = _GREEN
    chart.width, chart.height, chart.y_axis.number_format = 18, 6.5, "#,##0"
    chart.x_axis.delete = chart.y_axis.delete = False
    return chart
