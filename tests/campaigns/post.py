"""Mails as Outlook, Foxmail, QQ, the 126 webmail and a telephone write them; forwarded, zipped, in winmail.dat; and machines' mail."""

import base64
import io
import struct
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote

from campaigns.towns import OWN

CLIENTS = ("outlook", "foxmail", "qq", "126", "iphone", "gbk_raw", "plain8bit")
_CHARSET = {
    "outlook": "gb2312",
    "foxmail": "gb18030",
    "qq": "utf-8",
    "126": "gbk",
    "iphone": "utf-8",
    "gbk_raw": "gb2312",
    "plain8bit": "utf-8",
}
_MAILER = {
    "outlook": "X-Mailer: Microsoft Outlook 16.0",
    "foxmail": "X-Mailer: Foxmail 7.2.25.228[cn]",
    "qq": "X-Mailer: QQMail 2.x\r\nX-QQ-mid: webmail521t1457000000t1234567",
    "126": "X-Mailer: Coremail Webmail Server Version XT5.0.13\r\nX-CM-TRANSID: abc123",
    "iphone": "X-Mailer: iPhone Mail (19H12)",
    "gbk_raw": "X-Mailer: Foxmail 5.0",
    "plain8bit": "User-Agent: Mozilla Thunderbird",
}


@dataclass
class Mail:
    """What goes into one mail; `files` are name and content."""

    n: int
    sender: str
    name: str
    subject: str
    received: datetime
    text: str = "请查收。"
    html: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list)
    client: str = "126"
    headers: tuple[str, ...] = ()
    identity: str = ""
    quoted: str = ""
    reply_to_case: int | None = None

    @property
    def message_id(self) -> str:
        return (
            self.identity or f"<{self.n:04d}.{self.client}.x7@mail.example.cn>"
        )


def codec(charset: str) -> str:
    return {"gb2312": "gb18030", "gbk": "gb18030"}.get(charset, charset)


def word(text: str, client: str) -> bytes:
    """A header's text as the client writes it."""
    charset = _CHARSET[client]
    if text.isascii():
        return text.encode()
    if client == "gbk_raw":
        return text.encode("gb18030")
    if client == "plain8bit":
        return text.encode()
    if (
        client == "outlook"
    ):  # quoted-printable words, broken within a character's bytes now and then
        raw = text.encode(codec(charset))
        parts = [raw[i : i + 21] for i in range(0, len(raw), 21)]
        return b"\r\n ".join(
            b"=?" + charset.encode() + b"?B?" + base64.b64encode(p) + b"?="
            for p in parts
        )
    if client == "iphone":
        raw = "".join(f"={b:02X}" for b in text.encode())
        return f"=?utf-8?Q?{raw}?=".encode()
    return f"=?{charset}?B?{base64.b64encode(text.encode(codec(charset))).decode()}?=".encode()


def file_header(name: str, client: str) -> bytes:
    if client == "outlook":
        return (
            b'Content-Type: application/octet-stream;\r\n\tname="'
            + word(name, client)
            + b'"\r\nContent-Disposition: attachment;\r\n\tfilename="'
            + word(name, client)
            + b'"'
        )
    if client == "iphone":  # RFC 2231 in pieces, inline
        coded = quote(name, safe="")
        pieces = [coded[i : i + 36] for i in range(0, len(coded), 36)]
        lines = ";\r\n".join(
            f" filename*{i}*={'utf-8' + chr(39) * 2 if i == 0 else ''}{p}"
            for i, p in enumerate(pieces)
        )
        return f"Content-Type: application/octet-stream\r\nContent-Disposition: inline;\r\n{lines}".encode()
    if client == "126":
        return f"Content-Type: application/octet-stream;\r\n name=\"{word(name, client).decode()}\"\r\nContent-Disposition: attachment;\r\n filename*=UTF-8''{quote(name)}".encode()
    return (
        b'Content-Type: application/octet-stream;\r\n name="'
        + word(name, client)
        + b'"\r\nContent-Disposition: attachment; filename="'
        + word(name, client)
        + b'"'
    )


def _b64(raw: bytes) -> bytes:
    return base64.encodebytes(raw).replace(b"\n", b"\r\n")


def write(mail: Mail) -> bytes:
    charset = _CHARSET[mail.client]
    zone = mail.received
    head = [
        b"Received: from mail.example.cn (unknown [127.0.0.1]) by mx.example.cn; "
        + format_datetime(zone).encode(),
        b"From: "
        + (word(mail.name, mail.client) + b" " if mail.name else b"")
        + f"<{mail.sender}>".encode(),
        f"To: <{OWN}>".encode(),
        b"Subject: " + word(mail.subject, mail.client),
        f"Date: {format_datetime(zone - timedelta(minutes=3))}".encode(),
        f"Message-ID: {mail.message_id}".encode(),
        b"MIME-Version: 1.0",
        _MAILER[mail.client].encode(),
        *(h.encode() for h in mail.headers),
    ]
    text = mail.text + ("\r\n\r\n" + mail.quoted if mail.quoted else "")
    body = (
        b"Content-Type: text/plain; charset="
        + charset.encode()
        + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + _b64(text.encode(codec(charset)))
    )
    if mail.html:
        page = (
            b"Content-Type: text/html; charset="
            + charset.encode()
            + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + _b64(mail.html.encode(codec(charset)))
        )
        body = _multi("alternative", [body, page], f"alt{mail.n}")
    if mail.files:
        parts = [
            file_header(n, mail.client)
            + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + _b64(c)
            for n, c in mail.files
        ]
        body = _multi("mixed", [body, *parts], f"mix{mail.n}")
    return b"\r\n".join(head) + b"\r\n" + body


def _multi(kind: str, parts: list[bytes], mark: str) -> bytes:
    line = f"--=_{mark}".encode()
    inner = b"".join(b"--" + line + b"\r\n" + p + b"\r\n" for p in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{line.decode()}"\r\n\r\n'.encode()
        + inner
        + b"--"
        + line
        + b"--\r\n"
    )


def enclosed(mail: Mail, inner: bytes) -> bytes:
    """A mail that carries another one as message/rfc822."""
    outer = write(
        Mail(
            mail.n,
            mail.sender,
            mail.name,
            mail.subject,
            mail.received,
            mail.text,
            client=mail.client,
            identity=mail.identity,
        )
    )
    head, _, body = outer.partition(b"\r\nContent-Type: text/plain")
    text = b"Content-Type: text/plain" + body
    part = (
        b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n"
        + inner
    )
    return head + b"\r\n" + _multi("mixed", [text, part], f"fw{mail.n}")


def zipped(files: list[tuple[str, bytes]], charset: str = "gb18030") -> bytes:
    """As Chinese Windows packs: names in GBK and not marked as UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for i, (_, content) in enumerate(files):
            archive.writestr(f"placeholder{i:02d}", content)
    raw = out.getvalue()
    for i, (name, _) in enumerate(files):
        raw = _renamed(
            raw, f"placeholder{i:02d}".encode(), name.encode(charset)
        )
    return raw


def locked(archive: bytes) -> bytes:
    """An archive that asks for a password, as its headers say."""
    raw = bytearray(archive)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + at] |= 1
    return bytes(raw)


def _renamed(raw: bytes, old: bytes, new: bytes) -> bytes:
    """Gives a member of an archive another name of any length, in both places where it stands."""
    local = raw.index(b"PK\x03\x04", raw.index(old) - 30)
    raw = (
        raw[: local + 26]
        + struct.pack("<H", len(new))
        + raw[local + 28 : local + 30]
        + new
        + raw[local + 30 + len(old) :]
    )
    shift = len(new) - len(old)
    at = raw.index(b"PK\x01\x02")
    while raw[at : at + 4] == b"PK\x01\x02":
        size, extra, comment = struct.unpack("<HHH", raw[at + 28 : at + 34])
        offset = struct.unpack("<I", raw[at + 42 : at + 46])[0]
        if raw[at + 46 : at + 46 + size] == old:
            raw = (
                raw[: at + 28]
                + struct.pack("<H", len(new))
                + raw[at + 30 : at + 46]
                + new
                + raw[at + 46 + size :]
            )
            size = len(new)
        elif offset > local:
            raw = (
                raw[: at + 42]
                + struct.pack("<I", offset + shift)
                + raw[at + 46 :]
            )
        at += 46 + size + extra + comment
    end = raw.index(b"PK\x05\x06", at)
    length, start = struct.unpack("<II", raw[end + 12 : end + 20])
    return (
        raw[: end + 12]
        + struct.pack("<II", length + shift, start + shift)
        + raw[end + 20 :]
    )


def winmail(files: list[tuple[str, bytes]]) -> bytes:
    """winmail.dat, as Outlook sends to the outside (MS-OXTNEF): a file's name and bytes, old attributes alone."""
    out = struct.pack("<IH", 0x223E9F78, 1) + _attribute(
        1, 0x00089006, struct.pack("<I", 0x00010000)
    )
    for name, content in files:
        out += _attribute(
            2, 0x00069002, struct.pack("<HIHHHH", 1, 0, 0, 0, 0, 0)[:14]
        )
        out += _attribute(2, 0x00018010, name.encode("gb18030") + b"\0")
        out += _attribute(2, 0x0006800F, content)
    return out


def _attribute(level: int, kind: int, content: bytes) -> bytes:
    return (
        struct.pack("<BII", level, kind, len(content))
        + content
        + struct.pack("<H", sum(content) & 0xFFFF)
    )


def bounce(n: int, to: str, received: datetime, delayed: bool = False) -> bytes:
    """A DSN of RFC 3464."""
    action, subject, status = (
        ("delayed", "延迟投递", "4.4.1")
        if delayed
        else ("failed", "系统退信", "5.1.1")
    )
    parts = [
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + _b64(f"您给 {to} 的旬报表提醒未能送达".encode()),
        f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.cn\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\n".encode(),
    ]
    return _machine(
        n,
        f"<{n:04d}.dsn@mx.example.cn>",
        "Postmaster@126.com",
        subject,
        received,
        parts,
        "delivery-status",
    )


def read_receipt(n: int, sender: str, received: datetime) -> bytes:
    parts = [
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + _b64("您的邮件“旬报报送提醒”已被阅读。".encode()),
        f"Content-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; {sender}\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n".encode(),
    ]
    return _machine(
        n,
        f"<{n:04d}.mdn@mx.example.cn>",
        sender,
        "已读：旬报报送提醒",
        received,
        parts,
        "disposition-notification",
    )


def _machine(
    n: int,
    identity: str,
    sender: str,
    subject: str,
    received: datetime,
    parts: list[bytes],
    kind: str,
) -> bytes:
    head = [
        f"Received: from x by mx.example.cn; {format_datetime(received)}".encode(),
        f"From: <{sender}>".encode(),
        f"To: <{OWN}>".encode(),
        b"Subject: " + word(subject, "qq"),
        f"Date: {format_datetime(received)}".encode(),
        f"Message-ID: {identity}".encode(),
        b"MIME-Version: 1.0",
    ]
    body = _multi("report", parts, f"r{n}").replace(
        b"multipart/report;",
        f"multipart/report; report-type={kind};".encode(),
        1,
    )
    return b"\r\n".join(head) + b"\r\n" + body
