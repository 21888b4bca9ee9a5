"""What mails hold, when they come as files: forwarded .eml and .msg, winmail.dat, uuencoded text.

Beside unpack.py. The text of a forwarded mail is given as a file of its own, since the
form may stand in it.
"""

import binascii
import re
import struct
from datetime import UTC, datetime
from typing import Any

from pipeline.model.trouble import TroubleCode
from pipeline.reading.charsets import decode
from pipeline.reading.containers.limits import (
    Unpacked,
    UnreadableError,
    corrupt_on,
)
from pipeline.reading.containers.ole import Folder, opened

_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]+)\r?\n", re.MULTILINE)
# A forwarded mail was received by somebody else: nothing here asks when
_NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
_TEXT_NAME, _HTML_NAME = "邮件正文.txt", "邮件正文.html"
_ATTACHMENT = re.compile(r"__attach_version1\.0_#[0-9a-f]{8}")
_DATA, _LONG_NAME, _SHORT_NAME, _BODY, _HTML = (
    "37010102",
    "3707",
    "3704",
    "1000",
    "10130102",
)
_EMBEDDED, _PROPERTY = "3701000D", "__substg1.0_"
# Mails in one another
_MOST_EMBEDDED = 3


def unpack_eml(name: str, content: bytes) -> Unpacked:
    """The attachments of a forwarded mail, and its text; nothing of a letter of ours,
    which proves nothing when it comes back (rules.md 6)."""
    from pipeline.reading.mail.message import parse

    message = parse(content, _NO_MOMENT)
    if message.own:
        return
    for attachment in message.attachments:
        yield attachment.name, attachment.content
    if message.html:
        yield _HTML_NAME, message.html.encode()
    elif message.text.strip():
        yield _TEXT_NAME, message.text.encode()


def unpack_msg(name: str, content: bytes) -> Unpacked:
    """The attachments of an Outlook message, those of messages embedded in it too, and its text."""
    with corrupt_on(struct.error, ValueError, LookupError):
        yield from _message(opened(content), _MOST_EMBEDDED)


def _message(folder: Folder, embedded: int) -> Unpacked:
    """`embedded`: how many messages deep it is still looked into."""
    for name in sorted(n for n in folder.names if _ATTACHMENT.fullmatch(n)):
        attachment = folder.folder(name)
        if attachment is not None:
            yield from _attachment(attachment, embedded)
    yield from _own_text(_stream(folder, _HTML), _string(folder, _BODY))


def _own_text(html: bytes, text: str) -> Unpacked:
    """What the writer says; a form in the mail quoted below it is no report (rules.md 5)."""
    from pipeline.reading.mail import quoting
    from pipeline.reading.mail.pages import html_body

    if html:
        page = html_body.read(decode(html))
        if page.text.strip():
            yield _HTML_NAME, page.html.encode()
        return
    own, _ = quoting.split(text)
    if own.strip():
        yield _TEXT_NAME, own.encode()


def _attachment(folder: Folder, embedded: int) -> Unpacked:
    data = _stream(folder, _DATA)
    inner = folder.folder(_PROPERTY + _EMBEDDED)
    if data:
        yield (
            _string(folder, _LONG_NAME)
            or _string(folder, _SHORT_NAME)
            or "附件",
            data,
        )
    elif inner is not None and embedded:
        yield from _message(inner, embedded - 1)


def _stream(folder: Folder, tag: str) -> bytes:
    if _PROPERTY + tag in folder:
        return folder.stream(_PROPERTY + tag)
    return b""


def _string(folder: Folder, tag: str) -> str:
    """A text property, Unicode or in the writer's code page."""
    wide = _stream(folder, f"{tag}001F")
    if wide:
        return wide.decode("utf-16-le", "replace")
    return _stream(folder, f"{tag}001E").decode("gb18030", "replace")


def unpack_tnef(name: str, content: bytes) -> Unpacked:
    """The files in a winmail.dat."""
    from tnefparse import TNEF

    with corrupt_on(
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        OSError,
        # tnefparse, of an attribute without its attachment
        UnboundLocalError,
    ):
        tnef = TNEF(content, do_checksum=False)
        found = []
        for a in tnef.attachments:
            found.append((_tnef_name(a), bytes(a.data or b"")))
    yield from found


def _tnef_name(attachment: Any) -> str:
    """The long name, else the short one; tnefparse's own `name` takes the bytes of the
    latter for UTF-8."""
    from tnefparse.properties import MAPI_ATTACH_LONG_FILENAME

    long = []
    for a in attachment.mapi_attrs:
        if a.name == MAPI_ATTACH_LONG_FILENAME:
            long.append(a.data)
    if long:
        name = long[0]
    else:
        name = attachment._name
    return (decode(name) if isinstance(name, bytes) else str(name)).strip(
        "\x00"
    ) or "附件"


def uudecode(name: str, content: bytes) -> Unpacked:
    """The files that stand uuencoded in a text."""
    for match in _BEGIN.finditer(content):
        yield (
            match[1].decode("gb18030", "replace").strip(),
            _uu_lines(content[match.end() :]),
        )


def _uu_lines(body: bytes) -> bytes:
    data = bytearray()
    for line in body.splitlines():
        if line.strip() in (b"end", b"`", b""):
            break
        try:
            data += binascii.a2b_uu(line)
        except binascii.Error as error:
            # Some encoders leave junk behind the last byte
            whole = line[: (((line[0] - 32) & 63) * 4 + 5) // 3]
            try:
                data += binascii.a2b_uu(whole)
            except binascii.Error:
                raise UnreadableError(
                    TroubleCode.CORRUPT, f"uuencode: {error}"
                ) from error
    return bytes(data)
