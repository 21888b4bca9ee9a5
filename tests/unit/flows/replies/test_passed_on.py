"""A form that names no unit, out of another unit's mail that was passed on: the whole way from the letter that asks to what a reviewer's answer does."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from campaign_maker import form_mail, mail
from made_folders import MadeFolders, made_folders
from test_replies import ONE, Office

from pipeline.model.form import Hold
from pipeline.model.report import ReportState

__all__ = ["made_folders"]  # a fixture

WRITER, SENDER = "jia@example.cn", "bing@example.cn"


def form_page(unit: str) -> bytes:
    """The form as a file of its own."""
    letter = message_from_bytes(
        form_mail(WRITER, unit, "2015年9月10日", 50, "2015-09-10 09:00"),
        policy=SMTP,
    )
    assert isinstance(letter, EmailMessage)
    page = letter.get_body(("html",))
    assert page is not None
    return f"<html><body>{page.get_content()}</body></html>".encode()


def passed_on(unit: str = "") -> bytes:
    inner = mail(
        WRITER,
        "旬报表",
        "2015-09-10 09:00",
        files={"旬报表.html": form_page(unit)},
    )
    outer = message_from_bytes(
        mail(SENDER, "转发：旬报表", "2015-09-10 10:00", files={"a": b"a"}),
        policy=SMTP,
    )
    assert isinstance(outer, EmailMessage)
    kept = outer.get_payload()
    assert isinstance(kept, list)
    outer.set_payload(kept[:1])
    outer.add_attachment(message_from_bytes(inner, policy=SMTP))
    return outer.as_bytes()


def waiting(folder: Path) -> None:
    office = Office(folder)
    office.begin()
    office.take(passed_on(), "2015-09-10 10:00")


@pytest.fixture
def office(tmp_path: Path, made_folders: MadeFolders) -> Office:
    made_folders.copied(tmp_path, "passed on", waiting)
    return Office(tmp_path)


def text_of(office: Office, kind: str, to: str) -> str:
    for recipient, letter in office.letters(kind):
        if recipient == to:
            body = letter.get_body(("plain",))
            assert body is not None
            return body.get_content()
    raise LookupError(kind)


def test_it_is_nobodys_until_a_person_says_whose(office: Office) -> None:
    report = office.report()
    assert (report.unit, report.holds) == (None, (Hold.UNIT_UNCLEAR,))
    ledger = office.at("2015-09-11 12:00").store.ledger()
    # So the sender is not reminded as if silent (rules.md 3)
    assert (SENDER, report.period) in ledger.unplaced


def test_the_letters_say_what_is_so_and_offer_what_does_something(
    office: Office,
) -> None:
    why = (
        "看不出是哪个单位的表：表上没有写明报送单位，又是从甲县的邮件里转来的。"
    )
    assert why in text_of(office, "receipt", SENDER)
    asked = text_of(office, "review_request", ONE)
    assert why in asked
    assert asked.index("归甲县") < asked.index("归丙公司")
    assert "转来的原信是它发的" in asked
    assert "不一致" not in asked
    assert "并记住" not in asked


def test_a_number_is_offered_with_whose_it_is(office: Office) -> None:
    asked = text_of(office, "review_request", ONE)
    assert "\n  改为" not in asked
    assert "归甲县，改为128" in asked
    office.reply("归甲县，改为128", office.code(ONE))
    assert (office.report().unit, office.report().completed) == ("甲县", 128)


def test_a_form_given_back_has_no_unit_filled_in(office: Office) -> None:
    office.reply("退回：请写明单位", office.code(ONE))
    back = text_of(office, "returned", SENDER)
    assert "单位和日期已填好" not in back
    assert "填上单位、数字" in back


@pytest.mark.parametrize("unit", ["甲县", "丙公司"])
def test_a_reviewer_says_whose_it_is(office: Office, unit: str) -> None:
    office.reply(f"归{unit}", office.code(ONE))
    report = office.report()
    assert (report.unit, report.state) == (unit, ReportState.ACCEPTED)
    assert report.completed == 50
    assert unit in text_of(office, "settled", SENDER)


def test_a_form_that_names_its_unit_is_that_units(
    tmp_path: Path, made_folders: MadeFolders
) -> None:
    made_folders.copied(tmp_path, "begun", lambda at: Office(at).begin())
    office = Office(tmp_path)
    office.take(passed_on("丙公司"), "2015-09-10 10:00")
    assert office.report().unit == "丙公司"
