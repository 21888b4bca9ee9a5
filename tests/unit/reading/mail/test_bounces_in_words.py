"""Letters that came back without the parts of RFC 3464: whose, which and why, in the words of many mail systems and languages."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mails.makers import (
    OURS,
    container,
    file_part,
    mail,
    our_letter,
    part,
    text_part,
)

from pipeline.model.mail import MailNature
from pipeline.reading.mail.message import parse

RECEIVED = datetime(2015, 9, 10, tzinfo=UTC)
WHO = "a@dest.example.cn"
IDENTITY = "<0123456789abcdef0123456789abcdef.xunbao@126.com>"
COPY = f"\r\n\r\nReceived: by x\r\nFrom: {OURS}\r\nTo: {WHO}\r\nSubject: x\r\nMessage-ID: {IDENTITY}\r\nX-Xunbao: receipt\r\n\r\nbody"


@dataclass(frozen=True)
class Back:
    """A bounce: its subject, text and writer; `dead`: it says that the address is no more."""

    subject: str
    text: str
    sender: str = "MAILER-DAEMON@mx.example.com"
    dead: bool = True
    kind: str = "plain"

    def raw(self) -> bytes:
        body = text_part(self.text, self.kind)
        return mail(body, subject=self.subject, sender=self.sender)


EXCHANGE = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@corp.example"
RETURNED = "Undelivered Mail Returned to Sender"
BOUNCES = {
    "qmail": Back("failure notice", f"Hi. This is the qmail-send program at mx.example.com.\r\n\r\n<{WHO}>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n--- Below this line is a copy of the message.{COPY}"),
    "Exim": Back("Mail delivery failed: returning message to sender", f"The following address(es) failed:\r\n\r\n  {WHO}\r\n    host mx.dest [1.2.3.4]: 550 5.1.1 User unknown\r\n\r\n------ This is a copy ------{COPY}"),
    "Exim, full": Back("Mail delivery failed: returning message to sender", f"The following address(es) failed:\r\n\r\n  {WHO}\r\n    mailbox is full: retry timeout exceeded{COPY}", dead=False),
    "Coremail": Back("系统退信/Systems bounce", f"您的邮件无法送达。\r\n收件人：{WHO}\r\n退信原因：收件人邮箱地址不存在 (550 User not found){COPY}", "Postmaster@126.com"),
    "Coremail, full": Back("系统退信", f"抱歉，您的邮件被退回来了……\r\n收件人 {WHO}\r\n退信原因 552 收件人邮箱空间不足 Quota exceeded", "postmaster@163.com", dead=False),
    "QQ": Back("系统退信", f"很抱歉您的邮件被退回，原因如下：\r\n收件人邮件地址（{WHO}）不存在，邮件无法送达。\r\nhost mx.dest said: 550 Mailbox not found", "PostMaster@qq.com"),
    "Exmail": Back("来自 mail.exmail.qq.com 的退信", f"<p>您的邮件无法发送到 <b>{WHO}</b></p><p>退信原因：收件人帐号已停用</p>", "postmaster@exmail.qq.com", kind="html"),
    "Aliyun": Back("退信提醒", f"发送的邮件退信提醒\r\n收件人：{WHO}\r\n原因：550 用户不存在", "mailer-daemon@aliyun.com"),
    "Sina": Back("退信通知", f"您发送的邮件由于以下原因被退回\r\n{WHO} 用户不存在", "postmaster@sina.com"),
    "139": Back("邮件发送失败通知", f"您的邮件未能送达以下收件人：\r\n{WHO}\r\n失败原因：对方邮箱已注销", "postmaster@139.com"),
    "Exchange": Back("未送达: x", f"传递到以下收件人或组失败:\r\n\r\n{WHO}\r\n找不到您输入的电子邮件地址。\r\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##{COPY}", EXCHANGE),
    "Exchange, full": Back("Undeliverable: x", f"Delivery has failed to these recipients or groups:\r\n\r\n{WHO}\r\nThe recipient's mailbox is full.\r\n#< #5.2.2 smtp;554 5.2.2 mailbox full> #SMTP#", EXCHANGE, dead=False),
    "Exchange, full, in Chinese": Back("无法传递: x", f"未能将邮件发送给以下收件人: {WHO}\r\n收件人的邮箱已满，现在无法接收邮件。Remote Server returned '554 5.2.2 mailbox full'{COPY}", "postmaster@corp.example", dead=False),
    "German": Back("Unzustellbar: x", f"Fehler bei der Nachrichtenzustellung an folgende Empfänger:\r\n\r\n{WHO}\r\nDie E-Mail-Adresse wurde nicht gefunden. 550 5.1.10", "postmaster@corp.example"),
    "French": Back("Non remis : x", f"Échec de la remise pour ces destinataires :\r\n{WHO}\r\n550 5.1.1 User unknown", "postmaster@corp.example"),
    "Japanese": Back("配信不能: x", f"配信できませんでした。\r\n{WHO}\r\n550 5.1.1 ユーザーが見つかりません", "postmaster@corp.example"),
    "Spanish": Back("No se puede entregar: x", f"No se pudo entregar a estos destinatarios:\r\n{WHO} 550 5.1.1", "postmaster@corp.example"),
    "Taiwan": Back("郵件無法傳遞: x", f"您的郵件無法傳遞給以下收件者：\r\n{WHO}\r\n550 5.1.1 使用者不存在", "postmaster@corp.example"),
    "sendmail": Back("Returned mail: see transcript for details", f"   ----- The following addresses had permanent fatal errors -----\r\n<{WHO}>\r\n    (reason: 550 5.1.1 <{WHO}>... User unknown)"),
    "Notes": Back(f"DELIVERY FAILURE: User a ({WHO}) not listed in Domino Directory", f"Your message\r\n  Subject: x\r\nwas not delivered to:\r\n  {WHO}\r\nbecause:\r\n  User a ({WHO}) not listed in Domino Directory", "Postmaster@corp.example"),
    "Postfix, DNS": Back(RETURNED, f"<{WHO}>: Host or domain name not found. Name service error for name=dest.example.cn{COPY}", dead=False),
    "Postfix, spam": Back(RETURNED, f"<{WHO}>: host mx said: 554 5.7.1 Message rejected as spam by Content Filtering.{COPY}", dead=False),
    "Postfix, expired": Back(RETURNED, f"<{WHO}>: connect to mx: Connection timed out. Message expired, 4.4.7{COPY}", dead=False),
    "Postfix, size": Back(RETURNED, f"{WHO}: 552 5.3.4 Message size exceeds fixed limit{COPY}", dead=False),
    "Gmail": Back("Delivery Status Notification (Failure)", f"** Address not found **\r\n\r\nYour message wasn't delivered to {WHO} because the address couldn't be found.", "mailer-daemon@googlemail.com"),
    "Yahoo": Back("Failure Notice", f"Sorry, we were unable to deliver your message.\r\n\r\n<{WHO}>:\r\n554: delivery error: dd This user doesn't have a yahoo account", "mailer-daemon@yahoo.com"),
    "a policy": Back("Message blocked: x", f"Your message to {WHO} was blocked by policy", "postmaster@dest.example.cn", dead=False),
    "German, from a plain admin@": Back("Unzustellbar: 【报送提醒】旬报表", f"Die folgende Nachricht konnte nicht zugestellt werden.\r\nEmpfänger: {WHO}\r\nGrund: 550 5.1.1 Benutzer unbekannt{COPY}", "admin@corp.example"),
    "German, no copy": Back("Unzustellbar: 旬报", f"Fehler bei der Nachrichtenzustellung an folgende Empfänger:\r\n{WHO}\r\nDie E-Mail-Adresse wurde nicht gefunden.", "admin@corp.example"),
    "French, from a plain user": Back("Non remis : 旬报", f"Votre message n'a pas pu être remis à {WHO}.\r\n550 5.1.1 utilisateur inconnu", "exchange@corp.example"),
    "Japanese, no-reply": Back("メールエラー通知", f"送信先のメールボックスが一杯のため、送信できませんでした。\r\n Could not be delivered to: <{WHO}>\r\n As their mailbox is full.{COPY}", "no-reply@carrier.example", dead=False),
    "Chinese gateway": Back("邮件投递失败通知", f"您发送的邮件无法送达：{WHO}\r\n原因：该用户不存在", "gateway@oa.example.cn"),
    "no address in From": Back("Mail delivery failed", f"There was an error delivering your mail to <{WHO}>.\r\n\r\nmx did not like our RCPT TO:\r\n550 5.1.1 User unknown\r\n\r\nMessage headers follow.{COPY}", "MAILER-DAEMON <>"),
    "whom to ask stands first": Back(RETURNED, f"For further assistance, please send mail to <postmaster@mx.example.com>\r\n\r\n<{WHO}>: host mx said: 550 5.1.1 User unknown{COPY}"),
    "the letter speaks of its content": Back("Failure Notice", f"Sorry, we were unable to deliver your message to the following address.\r\n\r\n<{WHO}>:\r\n550: User unknown{COPY}\r\nContent-Type: text/plain; the size of the DNS policy"),
    "full under 5.1.1": Back(RETURNED, f"<{WHO}>: 552 sorry, mailbox {WHO} is over quota temporarily (#5.1.1){COPY}", dead=False),
    "5.7.1 for unknown": Back(RETURNED, f"<{WHO}>: host mx said: 550 5.7.1 <{WHO}>: Recipient address rejected: User unknown{COPY}"),
    "5.1.351 of Exchange Online": Back(RETURNED, f"<{WHO}>: 550 5.1.351 Remote server returned unknown recipient or mailbox unavailable{COPY}"),
    "another subject": Back("通知", f"您发往 {WHO} 的邮件无法投递：该用户不存在", "mailer-daemon@gov.example.cn"),
}  # fmt: skip


@pytest.mark.parametrize("system", BOUNCES)
def test_a_bounce_in_words_names_the_copy_that_failed(system: str) -> None:
    back = BOUNCES[system]
    message = parse(back.raw(), RECEIVED)
    assert message.nature is MailNature.BOUNCE
    assert message.bounce is not None
    found = message.bounce
    assert (found.recipient, found.dead) == (WHO, back.dead)
    assert found.original_message_id in (IDENTITY, "")
    assert (found.original_message_id == IDENTITY) == (COPY in back.text)


SAMPLES = Path(__file__).parents[3] / "data/mail/bounces"
# (recipient, whether the address is dead), as a person reads each.
READ = {
    "activehunter-01": ("kijitora@example.org", True),
    "domino-01": ("kijitora@example.jp", True),
    "dragonfly-01": ("pseudo-local-part@google.example.com", False),
    "einsundeins-02": ("kijitora@example.org", False),
    "exchange2003-01": ("kijitora@example.jp", True),
    "exim-07": ("shiba@example.com", False),
    "gmail-19": ("neko-nyaan@google.example.com", False),
    "imailserver-01": ("kijitora@example.com", True),
    "imailserver-02": ("kijitora@example.co.jp", False),
    "mfilter-01": ("kijitora@example.com", True),
    "notes-03": ("kijitora@example.com", True),
    "opensmtpd-03": ("kijitora@neko.example.jp", False),
    "opensmtpd-05": ("kijitora@mail.example.co.jp", False),
    "qmail-24": ("mailboxfull@libsisimai.net", False),
    "tencent-01": ("nekochan@qq.example.cn", False),
    "trendmicro-01": ("kijitora@example.co.jp", True),
    "x3-01": ("kijitora@example.com", True),
    "x6-02": ("kijitora@libsisimai.org", True),
    "zoho-03": ("shironeko@example.org", True),
}


@pytest.mark.parametrize("name", READ)
def test_a_bounce_that_a_mail_system_wrote(name: str) -> None:
    message = parse((SAMPLES / f"{name}.eml").read_bytes(), RECEIVED)
    assert message.nature is MailNature.BOUNCE
    assert message.bounce is not None
    found = message.bounce
    assert (found.recipient, found.dead) == READ[name]


@pytest.mark.parametrize(
    "path", sorted(SAMPLES.glob("*.eml")), ids=lambda path: path.stem
)
def test_it_is_known_by_our_letter_in_it(path: Path) -> None:
    """The Message-ID of the letter that came back made one of ours, wherever it stands."""
    raw = path.read_bytes()
    at = [
        m.span(1) for m in re.finditer(rb"(?im)^message-id:\s*(<[^>]+>)", raw)
    ]
    if len(at) < 2:
        pytest.skip("the bounce repeats no Message-ID")
    begin, end = at[-1]
    ours = raw[:begin] + IDENTITY.encode() + raw[end:]
    message = parse(ours, RECEIVED)
    assert message.nature is MailNature.BOUNCE
    assert message.bounce is not None
    assert message.bounce.original_message_id == IDENTITY


PEOPLE = (
    ("退信", "您好，发给你们的旬报表被退回了，请告知正确的邮箱。"),
    ("转发：系统退信", f"请看附图，{WHO} 的邮件无法送达，旬报表怎么报？"),
    ("Re: 投递失败", f"已改用 {WHO}，之前的无法投递，旬报表稍后报"),
    ("旬报表发送失败", "多次发送失败，能否传真旬报表？"),
)  # fmt: skip


@pytest.mark.parametrize(("subject", "text"), PEOPLE)
def test_what_a_person_says_of_a_bounce_is_none(
    subject: str, text: str
) -> None:
    back = Back(subject, text, "shizhongqu@example.cn")
    assert parse(back.raw(), RECEIVED).nature is MailNature.PERSON


def test_a_rejection_that_calls_itself_a_receipt_is_a_bounce() -> None:
    """Sieve's reject (RFC 5429)."""
    fields = f"Reporting-UA: mx\r\nFinal-Recipient: rfc822; {WHO}\r\nOriginal-Message-ID: {IDENTITY}\r\nDisposition: automatic-action/MDN-sent-automatically; deleted\r\n"
    body = container(
        [
            text_part(
                f"Your message to <{WHO}> was automatically rejected:\r\nQuota exceeded"
            ),
            part("message/disposition-notification", fields.encode()),
        ],
        "report",
    ).replace(b"report;", b"report; report-type=disposition-notification;", 1)
    raw = mail(
        body,
        "Auto-Submitted: auto-replied (rejected)",
        subject="Automatically rejected mail",
        sender="Mail Delivery Subsystem <admin@dest.example.cn>",
    )
    message = parse(raw, RECEIVED)
    assert message.nature is MailNature.BOUNCE
    assert message.bounce is not None
    assert message.bounce.original_message_id == IDENTITY
    assert (message.bounce.recipient, message.bounce.dead) == (WHO, False)


@pytest.mark.parametrize("action", ["error", "expired", "failed (bad address)"])
def test_an_action_that_no_rfc_knows_has_failed(action: str) -> None:
    fields = f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {WHO}\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
    body = container(
        [
            text_part("see below"),
            part("message/delivery-status", fields.encode()),
        ]
    )
    raw = mail(body, subject="x", sender="MAILER-DAEMON@mx.example.com")
    message = parse(raw, RECEIVED)
    assert message.nature is MailNature.BOUNCE
    assert message.bounce is not None
    assert (message.bounce.recipient, message.bounce.dead) == (WHO, True)


DELAYS = (
    Back("Delivery failure notification", f"Your message could not be delivered to the following recipients:\r\n\r\n{WHO}\r\n\r\nDelivery attempts will continue to be made for 5 day(s).{COPY}"),
    Back("邮件暂未送达", f"您发往 {WHO} 的邮件暂时无法送达，系统将继续尝试投递，无需重发。", "postmaster@163.com"),
    Back("Delayed Mail (still being retried)", f"THIS IS A WARNING ONLY.\r\n<{WHO}>: connect timeout{COPY}"),
    Back("Warning: message 1abc delayed 24 hours", f"A message that you sent has not yet been delivered\r\n  {WHO}{COPY}"),
)  # fmt: skip


@pytest.mark.parametrize("back", DELAYS)
def test_a_delay_fails_nothing(back: Back) -> None:
    message = parse(back.raw(), RECEIVED)
    assert message.nature is MailNature.DELAY
    assert message.bounce is not None
    assert not message.bounce.permanent


def test_our_letter_that_comes_back_as_a_file_is_known_by_its_number() -> None:
    letter = our_letter(identity=IDENTITY)
    file = file_part("原邮件.eml", letter, "application/octet-stream")
    text = text_part(f"邮件发送失败，见附件\r\n收件人 {WHO} 不存在")
    raw = mail(
        container([text, file]),
        subject="邮件投递失败",
        sender="MAILER-DAEMON@mx.example.com",
    )
    message = parse(raw, RECEIVED)
    assert message.bounce is not None
    assert message.bounce.original_message_id == IDENTITY


def test_what_our_table_does_not_know_the_other_one_may() -> None:
    # A host of an office's own network, without a dot: no address by our pattern.
    text = "\r\n".join(
        [
            "   ----- The following addresses had permanent fatal errors -----",
            "<zhang@oaserver>",
            "",
        ]
    )
    back = Back("Returned mail: see transcript for details", text)
    message = parse(back.raw(), RECEIVED)
    assert message.bounce is not None
    assert message.bounce.recipient == "zhang@oaserver"
