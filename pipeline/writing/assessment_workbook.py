"""The assessment as a workbook (考核表): the scores, and every report behind them with
its message, so that each number can be traced.

Trusts its facts to be judged. Import this module late: openpyxl takes its time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from openpyxl.workbook import Workbook

from pipeline.model.assessment import Assessed, AssessedPeriod
from pipeline.model.letters.sender import Sender
from pipeline.model.report import Report
from pipeline.model.rules import AssessmentRules
from pipeline.writing.bulletin.sheets import (
    FIRST_ROW,
    NUMBER,
    PERCENT,
    RANK,
    Column,
    printed,
    register_styles,
    saved,
    table,
    title,
)
from pipeline.writing.words import KIND_NAMES, REPORT_STATE_NAMES, STATE_NAMES, day

_SCORE = "0.00"
_Cells = list[str | float | None]


def assessment_workbook(
    assessed: Sequence[Assessed],
    rules: AssessmentRules,
    sender: Sender,
    as_of: datetime,
    message_ids: Mapping[str, str],
) -> bytes:
    """The workbook; `as_of` in the campaign's zone, `message_ids` give each message key
    its Message-ID."""
    book = Workbook()
    del book[book.sheetnames[0]]
    register_styles(book)
    remark = (
        f"数据截至{as_of:%Y-%m-%d %H:%M}　得分＝{rules.completion}×完成率（最高1）＋{rules.timeliness}×按时率"
        f"＋{rules.measures}×举措达标率"
    )
    _scores(book, assessed, sender, remark)
    _evidence(book, assessed, as_of, message_ids)
    return saved(book)


def _scores(
    book: Workbook, assessed: Sequence[Assessed], sender: Sender, remark: str
) -> None:
    sheet = book.create_sheet("考核得分")
    title(sheet, f"{sender.campaign}考核得分", remark)
    columns = (
        Column("名次", 7, RANK), Column("类别", 14), Column("单位", 22), Column("累计完成（名）", 13, NUMBER), Column("目标（名）", 11, NUMBER),  # noqa: E501
        Column("完成率", 10, PERCENT), Column("按时（期）", 9, RANK), Column("迟报", 7, RANK), Column("待核", 7, RANK), Column("漏报", 7, RANK),  # noqa: E501
        Column("计入报表", 9, RANK), Column("举措达标", 9, RANK), Column("约谈（次）", 9, RANK), Column("得分", 9, _SCORE),  # noqa: E501
    )  # fmt: skip
    ranked = sorted(assessed, key=lambda a: (a.pool, a.rank or 0))
    rows: list[_Cells] = [
        [a.rank, KIND_NAMES[a.kind], a.unit, a.completed,
         a.target, a.rate, a.on_time, a.late, a.held, a.missing, a.counted, a.itemised, a.talks, a.score]
        for a in ranked
    ]  # fmt: skip
    table(sheet, columns, rows)
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 4)
    printed(sheet, remark, landscape=True)


def _evidence(
    book: Workbook,
    assessed: Sequence[Assessed],
    as_of: datetime,
    message_ids: Mapping[str, str],
) -> None:
    """A line a report; a period without one has a line that says so."""
    sheet = book.create_sheet("报表明细")
    title(sheet, "报表明细", "每个数字来自哪封邮件、哪个附件")
    columns = (
        Column("单位", 20), Column("报送单位（成员）", 20), Column("期", 10), Column("状态", 9), Column("收到时间", 17), Column("报表编号", 13),  # noqa: E501
        Column("处理结果", 20), Column("累计完成", 11, NUMBER), Column("举措字数", 9, RANK), Column("附件", 30, wrap=True), Column("Message-ID", 44, wrap=True),  # noqa: E501
    )  # fmt: skip
    rows = [
        line
        for a in assessed
        for p in a.periods
        for line in _lines(a, p, as_of, message_ids)
    ]
    table(sheet, columns, rows)
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 4)
    printed(sheet, "报表明细", landscape=True)


def _lines(
    row: Assessed,
    period: AssessedPeriod,
    as_of: datetime,
    message_ids: Mapping[str, str],
) -> list[_Cells]:
    if period.state:
        state = STATE_NAMES[period.state.value]
    else:
        state = ""
    if not period.reports:
        return [
            [
                row.unit,
                "",
                day(period.period),
                state,
                "",
                "",
                "没有收到报表",
                None,
                None,
                "",
                "",
            ]
        ]
    return [
        [row.unit, *_line(report, period, state, as_of, message_ids)]
        for report in period.reports
    ]


def _line(
    report: Report,
    period: AssessedPeriod,
    state: str,
    as_of: datetime,
    message_ids: Mapping[str, str],
) -> _Cells:
    received = report.received_at.astimezone(as_of.tzinfo)
    return [
        report.unit, day(period.period), state, f"{received:%Y-%m-%d %H:%M}", report.id, REPORT_STATE_NAMES[report.state.value],  # noqa: E501
        report.completed, sum(len("".join(c.split())) for c in report.measures), "、".join(report.files), message_ids.get(report.message_key, ""),  # noqa: E501
    ]  # fmt: skip
