"""Bounces by reason: a dead address is told from a letter that failed; forms of Postfix, Exchange, Gmail, NetEase, QQ."""

from datetime import UTC, datetime

import pytest

from pipeline.model.mail import BounceReport, MailNature, Message
from pipeline.reading.mail.message import parse

OURS = "<0123456789abcdef.xunbao@example.cn>"


def bounce(
    status: str,
    *,
    diagnostic: str = "",
    action: str = "failed",
    kind: str = "message/delivery-status",
    recipient: str = "rfc822; a@example.cn",
) -> Message:
    lines = [
        "From: MAILER-DAEMON@mx.example.cn",
        "Subject: Undelivered Mail Returned to Sender",
        "Message-ID: <b1@mx.example.cn>",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"',
        "MIME-Version: 1.0",
        "",
        "--B",
        "Content-Type: text/plain",
        "",
        "This is the mail system.",
        "--B",
        f"Content-Type: {kind}",
        "",
        "Reporting-MTA: dns; mx.example.cn",
        "",
        f"Final-Recipient: {recipient}",
        f"Action: {action}",
        f"Status: {status}",
        *([f"Diagnostic-Code: smtp; {diagnostic}"] if diagnostic else []),
        "",
        "--B",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {OURS}",
        "X-Xunbao: receipt",
        "",
        "--B--",
        "",
    ]
    return parse("\r\n".join(lines).encode(), datetime(2015, 9, 10, tzinfo=UTC))


def report(message: Message) -> BounceReport:
    assert message.bounce is not None
    assert message.bounce.original_message_id == OURS
    return message.bounce


DEAD = (
    ("5.1.1", ""), ("5.1.10", ""), ("5.1.2", ""), ("5.2.1", ""), ("5.0.0", "550 User unknown"), ("5.5.0", "550 Mailbox not found"),
    ("5.0.0", "550 No such user here"),
)  # fmt: skip
LETTER = (
    ("5.2.2", "552 Mailbox full"), ("5.2.3", "too big"), ("5.3.4", "552 message size exceeds"), ("5.7.1", "550 spam"), ("5.4.4", "DNS"),
    ("4.4.7", "delivery time expired"), ("4.2.2", "mailbox full"), ("5.0.0", "552 quota exceeded"), ("5.4.1", "connect timed out"),
)  # fmt: skip


@pytest.mark.parametrize(("status", "diagnostic"), DEAD)
def test_a_dead_address(status: str, diagnostic: str) -> None:
    found = report(bounce(status, diagnostic=diagnostic))
    assert (found.recipient, found.permanent, found.dead) == (
        "a@example.cn",
        True,
        True,
    )


@pytest.mark.parametrize(("status", "diagnostic"), LETTER)
def test_a_letter_that_failed_alone(status: str, diagnostic: str) -> None:
    found = report(bounce(status, diagnostic=diagnostic))
    assert (found.permanent, found.dead) == (True, False)


def test_a_delay_is_no_failure() -> None:
    message = bounce("4.4.1", action="delayed")
    assert message.nature is MailNature.DELAY
    assert report(message).permanent is False


def test_a_report_in_unicode_is_read() -> None:
    message = bounce(
        "5.1.1",
        kind="message/global-delivery-status",
        recipient="utf-8; a@example.cn",
    )
    assert message.nature is MailNature.BOUNCE
    assert report(message).recipient == "a@example.cn"
