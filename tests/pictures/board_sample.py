"""A board of the circular's 23 rows in October, with invented figures, for looking at it: what a bad month and a good one look like."""

from pathlib import Path

from judging_makers import Records, at, ledger, report

from pipeline.bootstrap import assemble
from pipeline.model.letters.board_content import Board
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.operation.cooldown import Alarm
from pipeline.model.outgoing import NoticeLine
from pipeline.model.report import Report, ReportState
from pipeline.notices.board_facts import Pictures, board
from pipeline.notices.facts import Facts
from pipeline.reading.evidence import pdf_table
from pipeline.settings import load

SAMPLE = Path(__file__).parents[2] / "config.example.toml"
NOW = "2015-10-21 09:40"
# Shares of each year's target by period, of a unit that keeps up; others take a part of it.
PACE = (0.60, 0.66, 0.71, 0.75, 0.81)
PERIODS = ("09-10", "09-20", "09-30", "10-10", "10-20")


def sample_board() -> Board:
    campaign = assemble(load(SAMPLE)).campaign
    held = ledger(*_reports(campaign.roster.rows), read_until=at(NOW))
    alarm = Alarm(
        "outbox_stuck", at(NOW), "有邮件 3 小时还没有发出去", ("看一看",)
    )
    return board(
        Facts(campaign, Records(held, "报送旬报表"), held, at(NOW)),
        _letters(),
        "乐山市农民工入会集中行动",
        "乐山市总工会",
        alarms=[alarm],
        pictures=_picture,
    )


def _reports(rows):
    """Most units report in time, some late, one falls behind, one is held, one is silent."""
    for number, row in enumerate(rows):
        for index, (day, share) in enumerate(zip(PERIODS, PACE, strict=True)):
            if row.pool or (number + index) % 11 == 4:
                continue
            hour = "19:30" if (number + 2 * index) % 7 == 5 else "15:00"
            figure = int(row.target * share * (1.25 - 0.045 * number))
            last = index == len(PERIODS) - 1
            state = ReportState.ACCEPTED
            if last and number in (3, 12):
                state = ReportState.HELD
            due = next(d for d in _dues() if f"{d:%m-%d}" == day)
            yield report(row.name, due, figure, f"{day} {hour}", state=state)


def _dues():
    return assemble(load(SAMPLE)).campaign.calendar.dues


def _letters() -> list[NoticeLine]:
    kinds = (
        (
            NoticeKind.RECEIPT,
            "10-20 15:05",
            "已收到：10月中旬旬报表，累计 5437 名",
        ),
        (
            NoticeKind.OVERDUE_REMINDER,
            "10-21 09:00",
            "请尽快报送10月中旬旬报表",
        ),
        (NoticeKind.PERIOD_DIGEST, "10-21 09:30", "10月中旬进度简报"),
    )
    made = []
    for number, (kind, when, subject) in enumerate(kinds):
        action = Action(kind, f"k{number}", at(when), unit="市中区")
        made.append(
            NoticeLine(action, subject, "sent", at(when), f"<{number}@x>")
        )
    return made


def _picture(held: Report) -> Pictures:
    """As the program draws the place of a figure that no page shows."""
    import pypdfium2 as pdfium

    content, boxes = pdf_table.table(
        [
            ("报送单位\n（表格1 第1行第2列）", held.unit or ""),
            ("已完成目标任务数\n（表格1 第2行第2列）", f"约{held.completed}人"),
        ]
    )
    from pipeline.reading.evidence import pictures

    page = pdfium.PdfDocument(content)[0]
    whole = (0.0, 0.0, *page.get_size())
    return (
        (
            "完成数：旬报表.doc 表格1 第2行第2列",
            pictures._picture(page, whole, boxes[1]),
        ),
    )
