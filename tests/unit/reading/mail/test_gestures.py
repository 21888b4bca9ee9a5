"""What programs say in a person's name, in the wording of Outlook, Exchange, Notes, Coremail, NetEase, QQ and Gmail."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.model.mail import MailNature
from pipeline.reading.mail.gestures import (
    is_automatic_subject,
    is_automatic_text,
    is_gesture,
    is_read_receipt,
    is_recall,
)
from pipeline.reading.mail.message import parse

CASES = Path(__file__).parents[3] / "data/cases/mail"
AUTOMATIC = (
    "自动回复：【报送提醒】旬报表", "自动回复: 旬报", "自动答复: 旬报", "Auto: 旬报表报送提醒", "来自张三的自动回复：【报送提醒】旬报表", "张三的自动回复",
    "[自动回复] 旬报表", "Automatic reply: 旬报", "Out of Office: 旬报", "Out of Office AutoReply: 旬报", "OOO: report", "Auto-Reply: 旬报",
    "Auto Response: 旬报", "系统自动回复", "外出自动回复：旬报", "自動回覆: 旬報", "Re: 旬报提醒（自动回复）", "Vacation reply: hi", "休假自动回复",
    "Automatic reply from Zhang", "已自动回复：旬报表",
)  # fmt: skip
PERSONAL = (
    "旬报表", "回复：关于自动回复设置的旬报", "自动化办公室旬报表", "Auto parts 旬报", "报送旬报表", "汽车自动变速箱厂旬报", "转发：旬报",
    "外出务工人员入会旬报表",
)  # fmt: skip
AUTO_TEXTS = (
    "您好，我正在休假，暂时无法回复您的邮件。", "这是来自QQ邮箱的假期自动回复邮件。\n您好，我最近正在休假中，无法亲自回复您的邮件。我将在假期结束后，尽快给您回复。",
    "此邮件为系统自动回复，请勿回复。", "您好！您的邮件已收到，我会尽快给您回复。", "您发给我的邮件已经收到，我会尽快处理并回复您，谢谢！",
    "I am currently out of the office with limited access to email.", "I will be away until Monday and will reply when I return.",
    "本人因出差，不能及时查看邮件，急事请电话联系。", "This is an automatic reply.",
    "您好！邮件已收到，本人外出培训，9月20日返回，紧急事宜请致电办公室。", "感谢来信，会尽快处理。（系统自动发送，请勿回复）",
    "来信已转办。此邮件由系统发出，请勿直接回复。", "邮件已到，谢谢。[来自QQ邮箱的自动回复]", "已收。（自动回复）",
)  # fmt: skip
PERSONAL_TEXTS = (
    "本旬外出培训入会骨干12名，返回后组织入会。", "旬报表见附件，请查收。", "我局外出务工人员较多，入会工作稍后专题报告。", "收到，谢谢。", "您的邮件收到，附表已填。",
    "旬报见附件（自动回复已关）。", "旬报见附件。本邮箱只用于报送，请勿直接回复。", "已报，请勿回复催办。",
)  # fmt: skip
GESTURES = (
    ("已接受: 旬报工作布置会", ""), ("Accepted: 旬报会", ""), ("拒绝: 会议", ""), ("Tentative: 会", ""), ("会议转发通知: 旬报会", ""),
    ("Canceled: 旬报会", ""), ("撤回: 旬报表", ""), ("Recall: 旬报表", "Zhang would like to recall the message"), ("召回：旬报表", ""),
    ("旬报表", "张三 想要撤回邮件“旬报表”。"), ("Re: 回执", "👍\n\n张三通过 Gmail 作出了回应"), ("Zhang reacted to: 旬报", ""),
    ("Re: x", "Zhang reacted via Gmail"),
)  # fmt: skip
NO_GESTURES = (
    ("旬报表", "请查收"), ("接收旬报表", ""), ("更正：旬报表", "前一份作废，以此件为准"), ("邀请函", "请参加会议"), ("旬报表", "会员要求撤回申请的有3名"),
)  # fmt: skip


@pytest.mark.parametrize("subject", AUTOMATIC)
def test_a_subject_that_a_program_opened(subject: str) -> None:
    assert is_automatic_subject(subject)


@pytest.mark.parametrize("subject", PERSONAL)
def test_a_subject_of_a_person(subject: str) -> None:
    assert not is_automatic_subject(subject)


@pytest.mark.parametrize("text", AUTO_TEXTS)
def test_a_text_that_a_program_wrote(text: str) -> None:
    assert is_automatic_text(text)


@pytest.mark.parametrize("text", PERSONAL_TEXTS)
def test_a_text_of_a_person(text: str) -> None:
    assert not is_automatic_text(text)


@pytest.mark.parametrize(("subject", "text"), GESTURES)
def test_a_gesture(subject: str, text: str) -> None:
    assert is_gesture(set(), subject, text)


@pytest.mark.parametrize(("subject", "text"), NO_GESTURES)
def test_no_gesture(subject: str, text: str) -> None:
    assert not is_gesture(set(), subject, text)
    assert not is_recall(subject, text)


READ_RECEIPTS = (
    ("[回执]旬报提醒", "这是您的邮件“旬报提醒”的回执，收件人已于 2015-09-09 阅读。"), ("回执 (已显示) - 旬报提醒", ""), ("Return Receipt (displayed) - 旬报", ""),
    ("邮件", "您的邮件 旬报提醒 对方已阅读"), ("旬报", "The message sent to the unit with subject 旬报 has been displayed."),
)  # fmt: skip
NO_READ_RECEIPTS = (
    ("回执", "同意"), ("回执：会议", "参会2人"), ("旬报", "对方已阅读后告知"), ("旬报", "领导已阅读，请查收"), ("回执单（旬报）", "请查收"),
)  # fmt: skip


@pytest.mark.parametrize(("subject", "text"), READ_RECEIPTS)
def test_a_read_receipt_in_words(subject: str, text: str) -> None:
    assert is_read_receipt(subject, text)


@pytest.mark.parametrize(("subject", "text"), NO_READ_RECEIPTS)
def test_no_read_receipt(subject: str, text: str) -> None:
    assert not is_read_receipt(subject, text)


NATURES = {
    "gmail_reaction": MailNature.GESTURE, "ics_reply_accepted": MailNature.GESTURE, "oof_subject_3": MailNature.AUTO_REPLY,
    "oof_subject_7": MailNature.AUTO_REPLY, "m19_out_of_office": MailNature.AUTO_REPLY, "xautoreply_no": MailNature.PERSON,
    "ndr_mixed_rfc822_unknown": MailNature.BOUNCE, "virus_gateway_notice": MailNature.AUTO_REPLY, "m11_thanks": MailNature.PERSON,
    "own_marker_registered": MailNature.PERSON, "precedence_bulk_form": MailNature.LIST,
}  # fmt: skip


@pytest.mark.parametrize("case", NATURES)
def test_the_nature_of_the_cases(case: str) -> None:
    raw = (CASES / f"{case}.eml").read_bytes()
    assert parse(raw, datetime(2015, 9, 10, tzinfo=UTC)).nature is NATURES[case]


def test_the_mail_inside_an_opaque_signature_is_read() -> None:
    raw = (CASES / "smime_opaque_signed.eml").read_bytes()
    message = parse(raw, datetime(2015, 9, 10, tzinfo=UTC))
    assert [file.name for file in message.attachments] == ["旬报表.docx"]
    assert not message.encrypted


def test_an_encrypted_mail_is_known_as_one() -> None:
    raw = (CASES / "smime_encrypted_subject_other.eml").read_bytes()
    assert parse(raw, datetime(2015, 9, 10, tzinfo=UTC)).encrypted


@pytest.mark.parametrize(
    "case",
    [
        "thanks_with_logo_meant",
        "tracking_pixel",
        "logo_mixed_without_form",
        "m10_reply_to_reminder_with_logo",
    ],
)
def test_a_logo_is_no_file(case: str) -> None:
    raw = (CASES / f"{case}.eml").read_bytes()
    assert parse(raw, datetime(2015, 9, 10, tzinfo=UTC)).attachments == ()
