"""The assessment as a workbook (考核表), ready to be filed: the scores with the parts and
counts they are made of, and every report behind them with its mail, so that each number
can be traced.

Trusts its facts to be judged. Import this module late: openpyxl takes its time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from openpyxl.styles import Alignment, Font
from openpyxl.workbook import Workbook

from pipeline.model.assessment import Assessed, AssessedPeriod
from pipeline.model.letters.letter_sender import Sender
from pipeline.model.report import Report, ReportState
from pipeline.model.rules import AssessmentRules
from pipeline.model.standing import State
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.writing.bulletin.sheets import (
    FIRST_ROW,
    FONT,
    NUMBER,
    PERCENT,
    RANK,
    Column,
    Sheet,
    printed,
    put,
    register_styles,
    saved,
    sheet_name,
    table,
    title,
)
from pipeline.writing.bulletin.title import subject
from pipeline.writing.titles import REPORT_STATES, STANDING_STATES
from pipeline.writing.words import (
    day,
    full_day,
)

_SCORE: Final = "0.00"
_Cells = list[str | float | None]


def _score_columns(
    words: CampaignWords, *, measured: bool
) -> tuple[Column, ...]:
    """`measured`: against targets."""
    return (
        Column("类别", 12),
        Column("类内名次", 9, RANK),
        Column("总名次", 8, RANK),
        Column("单位", 20),
        Column(f"累计完成（{words.unit}）", 12, NUMBER),
        Column(f"目标（{words.unit}）", 10, NUMBER, shown=measured),
        Column("完成率", 9, PERCENT, shown=measured),
        Column("完成得分", 9, _SCORE, shown=measured),
        Column("应报（期）", 8, RANK),
        Column("按时", 7, RANK),
        Column("迟报", 7, RANK),
        Column("待核", 7, RANK),
        Column("未能读取", 8, RANK),
        Column("漏报", 7, RANK),
        Column("按时得分", 9, _SCORE),
        Column("计入报表", 8, RANK),
        Column("举措达标", 8, RANK),
        Column("举措得分", 9, _SCORE),
        Column("约谈（次）", 8, RANK, shown=measured),
        Column("得分", 9, _SCORE),
    )


_EVIDENCE: Final = (
    Column("单位", 18),
    Column("报送单位（成员）", 18),
    Column("期", 10),
    Column("状态", 9),
    Column("收到时间", 17),
    Column("报表编号", 13),
    Column("处理结果", 18),
    Column("累计完成", 11, NUMBER),
    Column("举措字数", 9, RANK),
    Column("附件", 26, wrap=True),
    Column("来件主题", 26, wrap=True),
    Column("原件", 12),
    Column("Message-ID", 34, wrap=True),
)
# The column of the link to the kept mail
_ORIGINAL: Final = 12


def assessment_workbook(
    assessed: Sequence[Assessed],
    rules: AssessmentRules,
    sender: Sender,
    as_of: datetime,
    mails: Mapping[str, tuple[str, str, str]],
    *,
    unit_sheets: bool = False,
) -> bytes:
    """The workbook; `as_of` in the campaign's zone. `mails` gives each message key its
    (Message-ID, subject, path of the kept original); with `unit_sheets` every unit has
    a sheet of its own beside."""
    book = Workbook()
    del book[book.sheetnames[0]]
    register_styles(book)
    _scores(
        book=book,
        assessed=assessed,
        rules=rules,
        sender=sender,
        as_of=as_of,
    )
    whose = _head(assessed, sender, as_of)
    _also(book, whose, assessed, sender.words)
    head = f"{whose}考核报表明细"
    _evidence(
        book=book,
        name="报表明细",
        head=head,
        assessed=assessed,
        as_of=as_of,
        mails=mails,
    )
    if unit_sheets:
        for row in assessed:
            _evidence(
                book=book,
                name=sheet_name(row.unit),
                head=f"{head}（{row.unit}）",
                assessed=[row],
                as_of=as_of,
                mails=mails,
            )
    return saved(book)


def _head(assessed: Sequence[Assessed], sender: Sender, as_of: datetime) -> str:
    """Whose, of which year and of what: each sheet may be filed by itself."""
    year = as_of.year
    if assessed and assessed[0].periods:
        year = assessed[0].periods[-1].period.year
    return f"{sender.organizer}{year}年度{subject(sender)}"


def _scores(
    book: Workbook,
    assessed: Sequence[Assessed],
    rules: AssessmentRules,
    sender: Sender,
    as_of: datetime,
) -> None:
    sheet = book.create_sheet("考核得分")
    measured = not assessed or assessed[0].target is not None
    rule = f"数据截至{full_day(as_of)}　{_rule(rules, measured=measured)}"
    title(sheet, f"{_head(assessed, sender, as_of)}考核表", rule)
    rows = []
    for kind in sender.words.kind_names:
        of_kind = [row for row in assessed if row.kind == kind]
        for row in sorted(of_kind, key=_best_first):
            rows.append(_score_cells(row, of_kind, rules, sender.words))
    columns = _score_columns(sender.words, measured=measured)
    last = table(sheet, columns, rows)
    _foot(sheet, last + 2, assessed, sender)
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 5)
    printed(sheet, rule, landscape=True)


def _rule(rules: AssessmentRules, *, measured: bool) -> str:
    """得分＝70×完成率（最高1）＋…; without targets what is scored of the rest."""
    rest = f"{rules.timeliness}×按时÷应报＋{rules.measures}×举措达标÷计入报表"
    if measured:
        return f"得分＝{rules.completion}×完成率（最高1）＋{rest}"
    most = rules.timeliness + rules.measures
    return f"得分＝{rest}，满分{most}（没有目标，不计完成得分）"


# Characters that one line of the table's width holds, and the height of a line in points.
_WARNING_LINE = 95
_WARNING_HEIGHT = 15


def _warn(sheet: Sheet, row: int, warning: str, width: int) -> None:
    """Over the table's `width` of columns and no farther: a longer line would make the
    printed page smaller."""
    cell = put(sheet, row, 1, warning, "xb_remark")
    cell.font = Font(FONT, 11, bold=True, color="C0392B")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.merge_cells(
        start_row=row,
        start_column=1,
        end_row=row,
        end_column=width,
    )
    lines = -(-len(warning) // _WARNING_LINE)
    sheet.row_dimensions[row].height = _WARNING_HEIGHT * lines


def _best_first(row: Assessed) -> tuple[bool, float, str]:
    return (row.pool, -row.score, row.unit)


def _also(
    book: Workbook,
    whose: str,
    assessed: Sequence[Assessed],
    words: CampaignWords,
) -> None:
    """The figures beside the main one; no sheet where nobody reported any."""
    rows: list[_Cells] = []
    for row in assessed:
        for name, value in row.also:
            gap = (row.completed or 0) - value
            rows.append([name, row.unit, value, row.completed, gap])
    if not rows:
        return
    sheet = book.create_sheet("分项数据")
    remark = "各单位最后一份计入的报表所报，不计入得分"
    title(sheet, f"{whose}考核分项数据", remark)
    columns = (
        Column("项目", 18),
        Column("单位", 24),
        Column("所报数", 12, NUMBER),
        Column(f"累计完成（{words.unit}）", 14, NUMBER),
        Column("相差", 12, NUMBER),
    )
    table(sheet, columns, rows)
    printed(sheet, "分项数据")


def _score_cells(
    row: Assessed,
    of_kind: Sequence[Assessed],
    rules: AssessmentRules,
    words: CampaignWords,
) -> _Cells:
    closed = []
    for period in row.periods:
        if period.state is not None:
            closed.append(period)
    better = []
    for r in of_kind:
        if not r.pool and r.score > row.score:
            better.append(r)
    place = None if row.pool else 1 + len(better)
    completion = rules.completion * min(row.rate or 0.0, 1.0)
    timeliness = rules.timeliness * _share(row.on_time, len(closed))
    measures = rules.measures * _share(row.itemised, row.counted)
    cells: _Cells = [words.kind_name(row.kind), place, row.rank, row.unit]
    cells += [row.completed, row.target, row.rate, completion]
    cells += [len(closed), row.on_time, row.late, row.held]
    cells += [row.unreadable, row.missing, timeliness]
    return [*cells, row.counted, row.itemised, measures, row.talks, row.score]


def _share(part: int, whole: int) -> float:
    if whole:
        return part / whole
    return 0.0


def _foot(
    sheet: Sheet, row: int, assessed: Sequence[Assessed], sender: Sender
) -> None:
    """What is still open, and who made and who checked the sheet."""
    waiting = []
    for unit in assessed:
        for period in unit.periods:
            held = sum(r.state is ReportState.HELD for r in period.reports)
            # A report whose unit is in question stands under none until it is ruled on.
            if not held and period.state is State.HELD:
                held = 1
            if held:
                waiting.append(f"{unit.unit}{day(period.period)}期{held}份")
    if waiting:
        warning = (
            f"注意：还有待核报表没有处理，得分可能变化：{'、'.join(waiting)}。"
        )
        _warn(sheet, row, warning, sheet.max_column)
        row += 1
    pools = []
    for unit in assessed:
        if unit.pool:
            pools.append(unit)
    if pools:
        remark = "汇总行（不参加排名）的数为所属单位之和。"
        put(sheet, row, 1, remark, "xb_remark")
    office = f"{sender.organizer}{sender.department}"
    put(sheet, row + 1, 1, f"制表单位：{office}", "xb_remark")
    # A signature has room up to the next one, and the date up to the table's end.
    last = sheet.max_column
    put(sheet, row + 1, 8, "制表：", "xb_remark")
    put(sheet, row + 1, last - 6, "审核：", "xb_remark")
    put(sheet, row + 1, last - 2, "日期：", "xb_remark")


def _evidence(
    book: Workbook,
    name: str,
    head: str,
    assessed: Sequence[Assessed],
    as_of: datetime,
    mails: Mapping[str, tuple[str, str, str]],
) -> None:
    """A line a report; a period without one has a line that says so."""
    sheet = book.create_sheet(name)
    until = f"{full_day(as_of)}{as_of:%H:%M}"
    title(sheet, head, f"每个数字来自哪封邮件、哪个附件　数据截至{until}")
    rows: list[_Cells] = []
    paths: list[str] = []
    for row in assessed:
        for period in row.periods:
            for line, path in _lines(row, period, as_of, mails):
                rows.append(line)
                paths.append(path)
    table(sheet, _EVIDENCE, rows)
    for index, path in enumerate(paths, FIRST_ROW):
        if path:
            sheet.cell(index, _ORIGINAL).hyperlink = path
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 4)
    printed(sheet, name, landscape=True)


def _lines(
    row: Assessed,
    period: AssessedPeriod,
    as_of: datetime,
    mails: Mapping[str, tuple[str, str, str]],
) -> list[tuple[_Cells, str]]:
    """The lines of one period, each with the path of its original."""
    state = STANDING_STATES[period.state.value] if period.state else ""
    if not period.reports:
        cells, path = _without_report(period, state, as_of, mails)
        return [([row.unit, *cells], path)]
    lines = []
    for report in period.reports:
        known = mails.get(report.message_key, ("", "", ""))
        cells = _line(
            report=report,
            period=period,
            state=state,
            as_of=as_of,
            mail=known,
        )
        lines.append(([row.unit, *cells], known[2]))
    return lines


# Why no report stands there; whoever wrote is not said to have sent nothing.
_NO_REPORT: Final = {
    State.UNREADABLE: "来件没有读出报表",
    State.HELD: "来件的单位待核实",
}


def _without_report(
    period: AssessedPeriod,
    state: str,
    as_of: datetime,
    mails: Mapping[str, tuple[str, str, str]],
) -> tuple[_Cells, str]:
    """The line of a period without a report, with the mail that could not be read."""
    why = "没有收到报表"
    if period.state is not None:
        why = _NO_REPORT.get(period.state, why)
    received = ""
    mail = ("", "", "")
    if period.unread is not None:
        came = period.unread.received_at.astimezone(as_of.tzinfo)
        received = f"{came:%Y-%m-%d %H:%M}"
        mail = mails.get(period.unread.key, mail)
    message_id, subject, path = mail
    cells: _Cells = ["", day(period.period), state, received, "", why]
    cells += [None, None, "", subject, _opens(path), message_id]
    return cells, path


def _opens(path: str) -> str:
    """The words of the link to the kept mail."""
    if path:
        return "打开"
    return ""


def _line(
    report: Report,
    period: AssessedPeriod,
    state: str,
    as_of: datetime,
    mail: tuple[str, str, str],
) -> _Cells:
    message_id, subject, path = mail
    received = report.received_at.astimezone(as_of.tzinfo)
    characters = sum(len("".join(clause.split())) for clause in report.measures)
    cells: _Cells = [report.unit, day(period.period), state]
    cells += [f"{received:%Y-%m-%d %H:%M}", report.id]
    cells += [
        REPORT_STATES[report.state],
        report.completed,
        characters,
    ]
    cells += ["、".join(report.files), subject, _opens(path)]
    return [*cells, message_id]
