"""Mails written by hand, part by part, in the shapes of many mail programs: what a client wrote, and no library improved."""

import base64
import email
import zlib
from collections.abc import Sequence
from email import policy
from functools import cache
from pathlib import Path

CASES = Path(__file__).parents[2] / "data/cases/mail"
UNIT = "shizhongqu@example.cn"
OURS = "lsszghzxb@126.com"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CRLF = b"\r\n"


def word(text: str) -> str:
    """An encoded word (RFC 2047), or `text` itself where it is ASCII."""
    if text.isascii():
        return text
    return f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


def b64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", CRLF)


@cache
def form_file(case: str = "precedence_bulk_form", number: int = 0) -> bytes:
    """The file of that number which a case brings: a filled form; in `reply_thanks_with_prefilled` the one of our reminder."""
    raw = (CASES / f"{case}.eml").read_bytes()
    mail = email.message_from_bytes(raw, policy=policy.compat32)
    found = []
    for part in mail.walk():
        if part.get_filename():
            found.append(part.get_payload(decode=True))
    content = found[number]
    assert isinstance(content, bytes)
    return content


def prefilled() -> bytes:
    return form_file("reply_thanks_with_prefilled")


def part(content_type: str, body: bytes, *headers: str) -> bytes:
    lines = [f"Content-Type: {content_type}", *headers]
    return "\r\n".join(lines).encode() + CRLF + CRLF + body


def text_part(text: str, kind: str = "plain", charset: str = "utf-8") -> bytes:
    return part(
        f"text/{kind}; charset={charset}",
        b64(text.encode(charset)),
        "Content-Transfer-Encoding: base64",
    )


def file_part(
    name: str = "旬报表.docx",
    content: bytes | None = None,
    kind: str = DOCX,
    disposition: str = "attachment",
) -> bytes:
    return part(
        f'{kind}; name="{word(name)}"',
        b64(form_file() if content is None else content),
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: {disposition}; filename="{word(name)}"',
    )


def mail_part(raw: bytes) -> bytes:
    return part("message/rfc822", raw)


def container(
    parts: Sequence[bytes], kind: str = "mixed", mark: str = "=_B1"
) -> bytes:
    """The Content-Type field and the body of a multipart."""
    begin = f'Content-Type: multipart/{kind}; boundary="{mark}"'.encode()
    body = b"".join(b"--" + mark.encode() + CRLF + one + CRLF for one in parts)
    return begin + CRLF + CRLF + body + b"--" + mark.encode() + b"--" + CRLF


def mail(
    body: bytes,
    *headers: str,
    subject: str = "市中区旬报表",
    sender: str = f"{word('市中区总工会')} <{UNIT}>",
) -> bytes:
    """`body` begins with the fields of its own content. The Message-ID is made of all."""
    head = [
        "Received: from mail.example.cn by mx1.126.example with SMTP; Thu, 10 Sep 2015 09:30:00 +0800",
        f"From: {sender}",
        f"To: {OURS}",
        f"Subject: {word(subject)}",
        "Date: Thu, 10 Sep 2015 09:29:50 +0800",
        f"Message-ID: <{zlib.crc32(body + subject.encode()):08x}@mail.example.cn>",
        "MIME-Version: 1.0",
        *headers,
    ]
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + CRLF + body


def said(
    text: str,
    subject: str = "回复：【报送提醒】市中区 9月10日旬报表",
    *headers: str,
    sender: str = UNIT,
    files: Sequence[bytes] = (),
    quoting: bool = False,
) -> bytes:
    """A mail with a text and, if any, files."""
    if quoting:
        text += '\r\n\r\n------------------ 原始邮件 ------------------\r\n发件人: "乐山市总工会组宣部"<lsszghzxb@126.com>\r\n发送时间: 2015年9月9日 09:00\r\n收件人: "市中区"<shizhongqu@example.cn>\r\n主题: 【报送提醒】市中区 9月10日旬报表\r\n\r\n请于9月10日18:00前报送旬报表。'
    body = container([text_part(text), *files]) if files else text_part(text)
    return mail(body, *headers, subject=subject, sender=sender)


def reported(
    *files: bytes,
    subject: str = "市中区旬报表",
    text: str = "请查收。",
    headers: Sequence[str] = (),
    sender: str = UNIT,
) -> bytes:
    """A report: a text and the filled form, or `files` in its place."""
    parts = [text_part(text), *(files or (file_part(),))]
    return mail(container(parts), *headers, subject=subject, sender=sender)


def our_letter(
    subject: str = "【报送提醒】市中区 9月10日旬报表",
    marked: bool = True,
    identity: str = "<0123456789abcdef.xunbao@126.com>",
    files: Sequence[bytes] = (),
) -> bytes:
    head = ["X-Xunbao: due_reminder"] if marked else []
    lines = [
        f"From: {word('乐山市总工会组宣部')} <{OURS}>",
        f"To: {UNIT}",
        f"Subject: {word(subject)}",
        "Date: Wed, 09 Sep 2015 09:00:00 +0800",
        f"Message-ID: {identity}",
        *head,
        "MIME-Version: 1.0",
    ]
    body = container(
        [
            text_part("请报送"),
            *(files or (file_part("旬报表-市中区.docx", prefilled()),)),
        ],
        mark="=_IN",
    )
    return "\r\n".join(lines).encode() + CRLF + body
