"""The assessment workbook: scores as typed numbers, every report with its message, and no formula out of foreign text."""

import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import openpyxl
from judging_makers import CAMPAIGN, SEP10, at, ledger, report

from pipeline.judging.progress.assess_year import assess
from pipeline.model.rules import AssessmentRules
from pipeline.writing.assessment_workbook import assessment_workbook
from pipeline.writing.samples import SENDER

AS_OF = datetime(2015, 9, 30, 20, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def made() -> openpyxl.Workbook:
    one = report("甲县", SEP10, 400, "09-10 09:00", files=("=cmd()旬报.docx",))
    found = assess(CAMPAIGN, ledger(one), AssessmentRules(), at("09-30 20:00"))
    raw = assessment_workbook(
        found, AssessmentRules(), SENDER, AS_OF, {one.message_key: "<1@example.cn>"}
    )
    return openpyxl.load_workbook(io.BytesIO(raw))


def test_every_row_has_a_score_and_every_report_its_message() -> None:
    book = made()
    scores = {
        row[2]: row
        for row in book["考核得分"].values
        if isinstance(row[-1], int | float)
    }
    assert set(scores) == {unit.name for unit in CAMPAIGN.roster.rows}
    assert scores["甲县"][3] == 400
    lines = [row for row in book["报表明细"].values if row[0] == "甲县"]
    assert [(line[2], line[7], line[10]) for line in lines if line[5]] == [
        ("9月10日", 400, "<1@example.cn>")
    ]
    assert sum(line[6] == "没有收到报表" for line in lines) == 2


def test_a_file_name_that_looks_like_a_formula_stays_a_text() -> None:
    cells = [
        cell
        for row in made()["报表明细"].iter_rows()
        for cell in row
        if str(cell.value).startswith("=cmd")
    ]
    assert [cell.data_type for cell in cells] == ["s"]


def test_no_cell_holds_a_date_without_a_year_of_its_own() -> None:
    received = [
        row[4] for row in made()["报表明细"].values if row[5] and row[0] == "甲县"
    ]
    assert received == [f"{date(2015, 9, 10):%Y-%m-%d} 09:00"]
