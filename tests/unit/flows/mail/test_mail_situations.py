"""Mails of tests/data/cases/mail that mean something only after what came, or was decided, before them."""

import io
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import openpyxl
import pytest
from campaign_maker import form_mail, moment
from mails.makers import CASES, file_part, form_file, reported, said
from mails.programs import Mailroom

from pipeline.bootstrap import Program
from pipeline.flows.notify import notify
from pipeline.flows.review.decide_report import decide_report
from pipeline.judging.review.reply import Case
from pipeline.model.form import Hold, Note
from pipeline.model.notice import NoticeKind
from pipeline.model.report import (
    DecisionRule,
    Remember,
    Report,
    ReportState,
    Ruling,
    Timeliness,
)

SEP10, SEP20, SEP30 = date(2015, 9, 10), date(2015, 9, 20), date(2015, 9, 30)


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return Mailroom(tmp_path)


def case(name: str) -> bytes:
    return (CASES / f"{name}.eml").read_bytes()


def second_sheet_alone(name: str, sender: str) -> bytes:
    """A mail with the workbook of a case, of which the first sheet was not there yet."""
    book = openpyxl.load_workbook(io.BytesIO(form_file(name)))
    book.remove(book.worksheets[0])
    kept = io.BytesIO()
    book.save(kept)
    sheet = file_part(
        "旬报表.xlsx", kept.getvalue(), "application/octet-stream"
    )
    return reported(sheet, subject="旬报表", sender=sender)


def of(program: Program, unit: str) -> dict[date, Report]:
    return dict(program.store.ledger().counting.get(unit, {}))


def ruled(program: Program, report: Report, ruling: Ruling, sender: str) -> str:
    """What staff decide, and what they are told of it."""
    rulebook = program.campaign.rulebook
    ledger = program.store.ledger()
    made = decide_report(
        ruling, Case(report, sender), rulebook, ledger, program.clock.now()
    )
    program.store.decide(made.decision)
    return made.said


def receipt(program: Program, when: str) -> str:
    """The text of the newest receipt."""
    notify(moment(when), program.desk(), mailbox_read=True)
    return letter_of(program, NoticeKind.RECEIPT)


def letter_of(program: Program, kind: NoticeKind, to: str = "") -> str:
    """The text of the newest letter of a kind, to an address if it matters."""
    texts = []
    for delivery in program.outbox.open_deliveries():
        kinds = {action.kind for action in delivery.actions}
        if kind in kinds and delivery.recipient.startswith(to):
            raw = program.vault.open(delivery.key)
            letter = message_from_bytes(raw, policy=default)
            assert isinstance(letter, EmailMessage)
            body = letter.get_body(("plain",))
            assert body is not None
            texts.append(body.get_content())
    return texts[-1]


def test_an_old_sheet_undoes_no_ruling(room: Mailroom) -> None:
    name = "m01_old_sheet_over_reviewer"
    who = "hebang@example.cn"
    room.take(second_sheet_alone(name, who), "2015-09-20 10:00")
    changed = Ruling(DecisionRule.CORRECT, "shenhe", "", completed=60)
    ruled(room.program, of(room.program, "和邦集团")[SEP20], changed, who)
    room.take(case(name), "2015-09-30 10:00")
    found = of(room.program, "和邦集团")
    assert (found[SEP20].completed, found[SEP30].completed) == (60, 66)
    assert found[SEP20].decided_by == "shenhe"


def test_an_old_sheet_undoes_no_correction(room: Mailroom) -> None:
    name = "m02_old_sheet_over_correction"
    who = "lishida@example.cn"
    room.take(second_sheet_alone(name, who), "2015-09-10 10:00")
    corrected = form_mail(
        who,
        "立事达公司",
        "2015年9月10日",
        29,
        "2015-09-10 11:00",
        subject="更正：旬报表",
    )
    room.take(corrected, "2015-09-10 11:00")
    room.take(case(name), "2015-09-20 10:00")
    found = of(room.program, "立事达公司")
    assert (found[SEP10].completed, found[SEP20].completed) == (29, 31)
    held = room.program.store.ledger().reports
    assert not any(report.state is ReportState.HELD for report in held)


def test_a_range_of_days_means_the_period_in_which_it_ends(
    room: Mailroom,
) -> None:
    room.take(case("m04_range_of_days"), "2015-09-20 10:00")
    (report,) = room.program.store.ledger().reports
    assert (report.period, report.timeliness) == (SEP20, Timeliness.ON_TIME)


def test_a_slip_of_the_year_is_no_old_date(room: Mailroom) -> None:
    before = form_mail(
        "ebian@example.cn", "峨边县", "2015年9月10日", 900, "2015-09-10 10:00"
    )
    room.take(before, "2015-09-10 10:00")
    room.take(case("m05_year_typo_known"), "2015-09-20 10:00")
    report = of(room.program, "峨边县")[SEP20]
    assert Note.YEAR_CORRECTED in report.notes
    assert Note.STALE_DATE not in report.notes


def test_a_correction_of_a_report_that_was_on_time_is_not_called_late(
    room: Mailroom,
) -> None:
    who = "shizhijiguan@example.cn"
    first = form_mail(
        who, "市直机关工会", "2015年9月10日", 80, "2015-09-10 10:00"
    )
    room.take(first, "2015-09-10 10:00")
    room.take(case("m07_correction_receipt"), "2015-09-20 11:00")
    assert of(room.program, "市直机关工会")[SEP10].completed == 90
    text = receipt(room.program, "2015-09-20 11:05")
    assert "90" in text
    assert "迟" not in text


def test_a_form_passed_on_is_decided_where_there_is_nothing_to_remember(
    room: Mailroom,
) -> None:
    room.take(case("m20_forward_for_other_unit"), "2015-09-10 10:00")
    (report,) = room.program.store.ledger().reports
    assert Hold.SENDER_MISMATCH in report.holds
    ruling = Ruling(
        DecisionRule.ASSIGN,
        "shenhe@example.cn",
        "",
        unit="沐川县",
        remember=Remember.ALL,
    )
    told = ruled(room.program, report, ruling, "qianwei@example.cn")
    assert of(room.program, "沐川县")[SEP10].completed == 4226
    assert "qianwei@example.cn 是 犍为县 的" in told
    assert "归沐川县并记住邮箱" in told


def test_a_correction_after_the_bulletin_supersedes(room: Mailroom) -> None:
    who = "qianwei@example.cn"
    first = form_mail(who, "犍为县", "2015年9月30日", 7000, "2015-09-30 10:00")
    room.take(first, "2015-09-30 10:00")
    room.take(case("m22_correction_after_bulletin"), "2015-10-03 10:00")
    # What the bulletin's readers are told: tests/unit/flows/replies/test_errata.py.
    assert of(room.program, "犍为县")[SEP30].completed == 6950
    assert "迟" not in receipt(room.program, "2015-10-03 10:05")


def sent(name: str, sender: str) -> bytes:
    """A mail with a file of the folder."""
    content = (CASES / name).read_bytes()
    file = file_part(name, content, "application/octet-stream")
    return reported(file, subject="旬报表", sender=sender)


def test_a_sheet_of_a_row_a_period_counts_for_the_newest(
    room: Mailroom,
) -> None:
    who = "shawan@example.cn"
    first = form_mail(who, "沙湾区", "2015年9月10日", 3000, "2015-09-10 10:00")
    room.take(first, "2015-09-10 10:00")
    room.take(sent("f06_running_sheet.xlsx", who), "2015-09-20 10:00")
    found = of(room.program, "沙湾区")
    assert (found[SEP10].completed, found[SEP20].completed) == (3000, 3100)


def test_a_total_that_its_parts_do_not_make_is_remarked(room: Mailroom) -> None:
    who = "jiajiang@example.cn"
    first = form_mail(who, "夹江县", "2015年9月10日", 4433, "2015-09-10 10:00")
    room.take(first, "2015-09-10 10:00")
    room.take(sent("f27_inconsistent.docx", who), "2015-09-20 10:00")
    report = of(room.program, "夹江县")[SEP20]
    assert report.completed == 4533
    assert Note.ADDED_MISMATCH in report.notes


@pytest.mark.parametrize(
    "name", ["g17_unit_and_contact.docx", "g18_unit_and_day.docx"]
)
def test_what_stands_behind_the_units_name_is_no_part_of_it(
    room: Mailroom, name: str
) -> None:
    # A day nearer to the next period: the one on the form counts.
    room.take(sent(name, "shizhongqu@example.cn"), "2015-09-17 10:00")
    assert of(room.program, "市中区")[SEP10].completed == 1234


@pytest.mark.parametrize(
    "name",
    ["f30_struck_on_scan.jpg", "g20_picture_in.doc", "g21_picture_in.xlsx"],
)
def test_a_picture_of_the_form_is_a_case(room: Mailroom, name: str) -> None:
    room.take(sent(name, "shizhongqu@example.cn"), "2015-09-10 10:00")
    (report,) = room.program.store.ledger().reports
    assert report.state is ReportState.HELD
    assert set(report.holds) & {Hold.SCAN_UNREAD, Hold.SCAN_UNCERTAIN}


ASIDES = (
    ("自动回复: 回执", "我已调离，旬报工作由王同志负责，请改发邮箱 new@example.cn。", "请核对名册"),
    ("撤回：旬报表", "发件人希望撤回邮件。", "要求撤回"),
    ("联系人变更", "我区旬报联系人已变更为李四", "请核对名册"),
)  # fmt: skip


@pytest.mark.parametrize(("subject", "text", "told"), ASIDES)
def test_a_recall_and_a_new_contact_stand_in_the_digest(
    room: Mailroom, subject: str, text: str, told: str
) -> None:
    aside = said(text, subject, sender="shizhongqu@example.cn")
    room.take(aside, "2015-09-10 10:00")
    notify(moment("2015-09-11 09:30"), room.program.desk(), mailbox_read=True)
    digest = letter_of(room.program, NoticeKind.PERIOD_DIGEST, "zxb@")
    assert "来信提示" in digest
    assert told in digest
    notify(moment("2015-09-21 09:30"), room.program.desk(), mailbox_read=True)
    assert told not in letter_of(room.program, NoticeKind.PERIOD_DIGEST, "zxb@")


def test_a_report_that_is_taken_back_in_words_stands_and_staff_are_told(
    room: Mailroom,
) -> None:
    who = "shizhongqu@example.cn"
    first = form_mail(who, "市中区", "2015年9月10日", 1200, "2015-09-10 10:00")
    room.take(first, "2015-09-10 10:00")
    back = said("刚才发的旬报表有误，请作废", "旬报表作废", sender=who)
    taken = room.take(back, "2015-09-10 11:00")
    assert of(room.program, "市中区")[SEP10].completed == 1200
    assert any("请作废" in told for told in taken.asides)
    notify(moment("2015-09-11 09:35"), room.program.desk(), mailbox_read=True)
    staff = letter_of(room.program, NoticeKind.PERIOD_DIGEST, "zxb@")
    assert "请作废" in staff


def test_a_stranger_has_nothing_to_take_back(room: Mailroom) -> None:
    spam = said("发票有误可作废", "报表", sender="ad@example.com")
    assert room.take(spam, "2015-09-10 11:00").asides == []
