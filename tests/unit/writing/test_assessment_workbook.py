"""The assessment workbook: scores as typed numbers, every report with its message, and no formula out of foreign text."""

import io
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import openpyxl
from judging_makers import CAMPAIGN, SEP10, SEP20, at, ledger, report, seen

from pipeline.judging.progress.assess_year import assess
from pipeline.model.report import ReportState
from pipeline.model.rules import AssessmentRules
from pipeline.writing.assessment_workbook import assessment_workbook
from pipeline.writing.bulletin.title import subject
from pipeline.writing.sample_month import SENDER

AS_OF = datetime(2015, 9, 30, 20, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def made() -> openpyxl.Workbook:
    one = report("甲县", SEP10, 400, "09-10 09:00", files=("=cmd()旬报.docx",))
    found = assess(CAMPAIGN, ledger(one), AssessmentRules(), at("09-30 20:00"))
    raw = assessment_workbook(
        found,
        AssessmentRules(),
        SENDER,
        AS_OF,
        {one.message_key: ("<1@example.cn>", "9月10日旬报", "../raw/1.eml")},
        unit_sheets=True,
    )
    return openpyxl.load_workbook(io.BytesIO(raw))


def test_every_row_has_a_score_and_every_report_its_message() -> None:
    book = made()
    scores = {
        row[3]: row
        for row in book["考核得分"].values
        if isinstance(row[-1], int | float)
    }
    assert set(scores) == {unit.name for unit in CAMPAIGN.roster.rows}
    assert scores["甲县"][4] == 400
    lines = [row for row in book["报表明细"].values if row[0] == "甲县"]
    assert [
        (line[2], line[7], line[10], line[12]) for line in lines if line[5]
    ] == [("9月10日", 400, "9月10日旬报", "<1@example.cn>")]
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
        row[4]
        for row in made()["报表明细"].values
        if row[5] and row[0] == "甲县"
    ]
    assert received == [f"{date(2015, 9, 10):%Y-%m-%d} 09:00"]


def test_the_parts_of_a_score_add_up_to_it() -> None:
    sheet = made()["考核得分"]
    heads = [cell.value for cell in sheet[3]]
    assert sheet.max_row >= 4
    for row in sheet.iter_rows(min_row=4, values_only=True):
        told = dict(zip(heads, row, strict=True))
        if not isinstance(told["得分"], float):
            continue
        parts = told["完成得分"] + told["按时得分"] + told["举措得分"]
        assert abs(parts - told["得分"]) < 1e-9
        assert told["应报（期）"] == sum(
            told[state]
            for state in ("按时", "迟报", "待核", "未能读取", "漏报")
        )


def test_it_names_the_year_the_organ_and_who_signs() -> None:
    book = made()
    sheet = book["考核得分"]
    assert (
        sheet["A1"].value
        == f"{SENDER.organizer}2015年度{subject(SENDER)}考核表"
    )
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"制表：", "审核："} <= texts
    for name, of in (("报表明细", "报表明细"), ("甲县", "报表明细（甲县）")):
        head = f"{SENDER.organizer}2015年度{subject(SENDER)}考核{of}"
        assert book[name]["A1"].value == head
        assert "2015年9月30日20:00" in book[name]["A2"].value
    link = next(
        cell.hyperlink.target
        for row in book["报表明细"].iter_rows()
        for cell in row
        if cell.hyperlink
    )
    assert link == "../raw/1.eml"
    assert "甲县" in book.sheetnames


def test_every_sheet_is_headed_with_organ_year_and_campaign() -> None:
    found = assess(CAMPAIGN, ledger(), AssessmentRules(), at("09-30 20:00"))
    told = [replace(found[0], also=(("整改到位数", 5),)), *found[1:]]
    raw = assessment_workbook(
        told, AssessmentRules(), SENDER, AS_OF, {}, unit_sheets=True
    )
    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert "分项数据" in book.sheetnames
    head = f"{SENDER.organizer}2015年度{subject(SENDER)}考核"
    for sheet in book:
        assert sheet["A1"].value.startswith(head)


def test_open_cases_are_warned_of_over_the_signatures() -> None:
    """The control: without one there is no warning."""
    held = report("甲县", SEP10, 400, "09-10 09:00", state=ReportState.HELD)
    found = assess(CAMPAIGN, ledger(held), AssessmentRules(), at("09-30 20:00"))
    raw = assessment_workbook(found, AssessmentRules(), SENDER, AS_OF, {})
    sheet = openpyxl.load_workbook(io.BytesIO(raw))["考核得分"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    (warning,) = [text for text in texts if text.startswith("注意")]
    assert "甲县9月10日" in warning
    assert texts.index(warning) < texts.index("审核：")
    plain = [str(c.value) for r in made()["考核得分"].iter_rows() for c in r]
    assert not any(text.startswith("注意") for text in plain)


def test_a_report_whose_unit_is_in_question_is_warned_of() -> None:
    """It stands under no unit, and yet may become the sender's."""
    unplaced = report(None, SEP20, 90, "09-20 09:00", state=ReportState.HELD)
    known = ledger(unplaced)
    asked = replace(known.messages[0], sender="jia@example.cn")
    known = replace(known, messages=(asked,))
    found = assess(CAMPAIGN, known, AssessmentRules(), at("09-30 20:00"))
    raw = assessment_workbook(found, AssessmentRules(), SENDER, AS_OF, {})
    sheet = openpyxl.load_workbook(io.BytesIO(raw))["考核得分"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    (warning,) = [text for text in texts if text.startswith("注意")]
    assert "甲县9月20日期1份" in warning


def test_a_sheet_a_unit_is_made_on_demand_alone() -> None:
    one = report("甲县", SEP10, 400, "09-10 09:00")
    found = assess(CAMPAIGN, ledger(one), AssessmentRules(), at("09-30 20:00"))
    raw = assessment_workbook(found, AssessmentRules(), SENDER, AS_OF, {})
    assert openpyxl.load_workbook(io.BytesIO(raw)).sheetnames == [
        "考核得分",
        "报表明细",
    ]
    assert {unit.name for unit in CAMPAIGN.roster.rows} <= set(
        made().sheetnames
    )


def test_a_mail_that_could_not_be_read_is_named_and_never_called_nothing() -> (
    None
):
    """Nor is one whose unit is in question; the control: 乙县 sent nothing."""
    unread = replace(
        seen("a" * 64, at("09-10 09:00"), "甲县", SEP10), outcome="unreadable"
    )
    unplaced = report(None, SEP20, 90, "09-20 09:00", state=ReportState.HELD)
    known = ledger(unplaced)
    asked = replace(known.messages[0], sender="jia@example.cn")
    known = replace(known, messages=(unread, asked))
    found = assess(CAMPAIGN, known, AssessmentRules(), at("09-30 20:00"))
    mails = {unread.key: ("<7@example.cn>", "旬报表", "../raw/7.eml")}
    raw = assessment_workbook(found, AssessmentRules(), SENDER, AS_OF, mails)
    sheet = openpyxl.load_workbook(io.BytesIO(raw))["报表明细"]
    lines = [row for row in sheet.values if row[0] in ("甲县", "乙县")]
    assert [
        (line[0], line[2], line[3], line[4], line[6]) for line in lines
    ] == [
        ("甲县", "9月10日", "未能读取", "2015-09-10 09:00", "来件没有读出报表"),
        ("甲县", "9月20日", "待核", None, "来件的单位待核实"),
        ("甲县", "9月30日", "漏报", None, "没有收到报表"),
        ("乙县", "9月10日", "漏报", None, "没有收到报表"),
        ("乙县", "9月20日", "漏报", None, "没有收到报表"),
        ("乙县", "9月30日", "漏报", None, "没有收到报表"),
    ]
    assert lines[0][10:] == ("旬报表", "打开", "<7@example.cn>")
    links = [row[11].hyperlink for row in sheet.iter_rows() if row[0].value]
    assert [link.target for link in links if link] == ["../raw/7.eml"]
