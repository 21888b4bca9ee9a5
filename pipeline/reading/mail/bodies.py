"""The leaves of a mail sorted: which are its text, which are files, which say nothing.

For: `message.parse`. Every leaf gets a verdict; what is no text of the mail and no
signature is an attachment with the bytes it came with, whatever its name or
disposition. Trusts: the first bytes of a part more than its label. Never: drops a part
in silence, opens an attachment.
"""

import re
from dataclasses import dataclass, field

from pipeline.model.mail import OURS, Attachment, Enclosed, PartVerdict
from pipeline.reading.charsets import decode
from pipeline.reading.mail import quoting
from pipeline.reading.mail.decoration import is_decoration
from pipeline.reading.mail.headers import addresses, safe_name, visible, words
from pipeline.reading.mail.mime import Opened, Part
from pipeline.reading.mail.pages import html_body
from pipeline.reading.mail.transfer_encoding import split_encoded

_BODY_TYPES = frozenset({"text/plain", "text/html", "text/enriched"})
_SIGNATURES = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
    }
)
_REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/global-headers",
        "message/disposition-notification",
        "text/rfc822-headers",
    }
)
# Said by programs in place of a text: an answer to an invitation, a reaction (RFC 9078).
_GESTURES = frozenset({"text/calendar", "text/vnd.google.email-reaction+json"})
# A picture called so is answered, however small
_FORM_NAME = re.compile("表|[旬周月季]报")
_MAGIC = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"%PDF-",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"{\\rtf",
    b"\x1f\x8b\x08",
    b"MZ\x90",
)
_META_CHARSET = re.compile(
    rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE
)
_OPENXML = "application/vnd.openxmlformats-officedocument"
# What a part without a name is shown as; the reader goes by its bytes all the same.
_ENDINGS = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/ms-tnef": ".dat",
    "application/rtf": ".rtf",
    "application/vnd.ms-excel": ".xls",
    f"{_OPENXML}.spreadsheetml.sheet": ".xlsx",
    f"{_OPENXML}.wordprocessingml.document": ".docx",
    "application/zip": ".zip",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rtf": ".rtf",
}


@dataclass
class Body:
    """The sorted mail. `source` is the HTML as written, quotes and all; `anchors` are its links."""

    text: str = ""
    quoted: str = ""
    html: str = ""
    source: str = ""
    anchors: tuple[tuple[str, str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    enclosed: tuple[Enclosed, ...] = ()
    verdicts: tuple[PartVerdict, ...] = ()
    defects: tuple[str, ...] = ()


@dataclass
class _Letter:
    """The texts of one mail, the outer or a forwarded one, as they are gathered."""

    plain: list[str] = field(default_factory=list)
    # (in an alternative, page, source)
    pages: list[tuple[bool, html_body.Page, str]] = field(default_factory=list)

    @property
    def html(self) -> str:
        return "\n".join(page.html for _, page, _ in self.pages)


def read(mail: Opened) -> Body:
    """Sort the leaves of `mail`."""
    letters: dict[tuple[str, ...], _Letter] = {}
    files: list[Attachment] = []
    verdicts = []
    for where, kind, name in mail.containers:
        verdicts.append(
            PartVerdict(
                where=where,
                content_type=kind,
                name=name,
                verdict="container",
            )
        )
    for part in mail.leaves:
        verdict = _verdict(part)
        if verdict == "body":
            files += _gather(letters.setdefault(part.mails, _Letter()), part)
        elif verdict == "attachment":
            files.append(_attachment(mail, part))
        verdicts.append(
            PartVerdict(
                where=part.where,
                content_type=part.content_type,
                name=part.name,
                verdict=verdict,
            )
        )
    return _assembled(mail, letters, files, verdicts)


def _verdict(part: Part) -> str:
    skipped = _skipped(part)
    if skipped:
        return f"skipped: {skipped}"
    if part.content_type in _SIGNATURES and _is_signature(part):
        return "signature"
    text = part.content_type in _BODY_TYPES
    if text and not part.name and part.disposition != "attachment":
        if part.content.startswith(_MAGIC):
            return "attachment"
        return "body"
    return "attachment"


def _skipped(part: Part) -> str:
    """Why a part is neither text nor file; "" where it is one."""
    if part.trouble:
        return part.trouble
    if part.content_type in _REPORTS and not part.name:
        return "投递报告"
    if part.content_type in _GESTURES and not part.name:
        return "会议答复或表情回应"
    beside = "multipart/appledouble" in part.parents
    if part.content_type == "application/applefile" and beside:
        return "苹果系统的附加信息"
    if is_decoration(part.content) and not _FORM_NAME.search(part.name):
        return "图标或签名中的小图"
    if (
        not part.name
        and not part.content
        and part.content_type not in _BODY_TYPES
    ):
        return "空"
    return ""


def _is_signature(part: Part) -> bool:
    """A signature is small and belongs to a signed container; a form that calls itself
    one is a form."""
    return not part.content.startswith(_MAGIC)


def _gather(letter: _Letter, part: Part) -> list[Attachment]:
    """Put the text of `part` into `letter`; files that stood encoded in it come back."""
    if part.content_type != "text/plain":
        source = _text(part.content, part.charset or _declared(part.content))
        alternative = "multipart/alternative" in part.parents
        letter.pages.append((alternative, html_body.read(source), source))
        return []
    content, embedded = split_encoded(part.content)
    letter.plain.append(_text(content, part.charset))
    files = []
    for file in embedded:
        name = safe_name(words(decode(file.name))) or "未命名附件"
        files.append(Attachment(name, file.content, inside=part.mails))
    return files


def _text(content: bytes, charset: str) -> str:
    text = decode(content, charset).replace("\r\n", "\n").replace("\r", "\n")
    return visible(text).replace("\xa0", " ")


def _declared(content: bytes) -> str:
    found = _META_CHARSET.search(content[:2048])
    if found:
        return found[1].decode("ascii")
    return ""


def _attachment(mail: Opened, part: Part) -> Attachment:
    name = part.name or "未命名附件" + _ENDINGS.get(part.content_type, "")
    return Attachment(
        name=name,
        content=part.content,
        declared_type=part.content_type,
        inside=part.mails,
        inline=_is_inline(part),
        origin=_origin(mail, part.mails),
    )


def _origin(mail: Opened, mails: tuple[str, ...]) -> str:
    """Who wrote the forwarded mail that a part came in; OURS where it carries the
    mark of this program; "" for a file of the mail itself."""
    writer = ""
    for depth in range(1, len(mails) + 1):
        headers = mail.forwarded.get(mails[:depth])
        if headers is None:
            continue
        if "x-xunbao" in headers:
            return OURS
        for address in addresses(headers.raw("from")):
            writer = address.email
    return writer


def _is_inline(part: Part) -> bool:
    return (
        part.content_type.startswith("image/")
        and "content-id" in part.headers
        and "multipart/related" in part.parents
        and part.disposition != "attachment"
    )


def _assembled(
    mail: Opened,
    letters: dict[tuple[str, ...], _Letter],
    files: list[Attachment],
    verdicts: list[PartVerdict],
) -> Body:
    own = letters.get((), _Letter())
    text, quoted = _halves(own)
    pieces = [quoted]
    anchors: list[tuple[str, str, str]] = []
    enclosed: list[Enclosed] = []
    for path, letter in letters.items():
        if path:
            pieces.append(_forwarded(mail, path, letter))
            enclosed.append(_enclosed(mail, path, letter))
        for _, page, _ in letter.pages:
            anchors += page.links
    return Body(
        text=text,
        quoted="\n\n".join(filter(None, pieces)),
        html=own.html,
        source="\n".join(source for _, _, source in own.pages),
        anchors=tuple(anchors),
        attachments=tuple(files),
        enclosed=tuple(enclosed),
        verdicts=tuple(sorted(verdicts, key=_place)),
        defects=_troubles(mail),
    )


def _place(verdict: PartVerdict) -> list[int]:
    """1.2.10 as numbers, so that part 10 stands behind part 9."""
    return list(map(int, verdict.where.split(".")))


def _troubles(mail: Opened) -> tuple[str, ...]:
    found = []
    for part in mail.leaves:
        if part.trouble:
            found.append(f"第 {part.where} 部分：{part.trouble}")
    return tuple(found)


def _halves(letter: _Letter) -> tuple[str, str]:
    """(own text, quoted text) of one mail. Plain text is taken as written; a page that
    is no alternative to it adds its own."""
    own, quoted = quoting.split("\n".join(letter.plain))
    texts = [own]
    rest = [quoted]
    for alternative, page, _ in letter.pages:
        if alternative and letter.plain and not _stub(own + quoted, page):
            continue
        texts.append(page.text)
        rest.append(page.quoted)
    return _joined(texts), _joined(rest)


def _joined(texts: list[str]) -> str:
    return "\n".join(text for text in texts if text.strip())


def _stub(plain: str, page: html_body.Page) -> bool:
    """Whether the plain alternative, its quotes with it, says next to nothing of what
    the page says (本邮件为HTML格式，请用浏览器查看). What the page does not show as quoted
    may be, and the plain one tells."""
    return len(plain.strip()) * 4 < len(page.text)


def _enclosed(mail: Opened, path: tuple[str, ...], letter: _Letter) -> Enclosed:
    return Enclosed(
        text=_halves(letter)[0],
        html=letter.html,
        inside=path,
        origin=_origin(mail, path),
    )


def _forwarded(mail: Opened, path: tuple[str, ...], letter: _Letter) -> str:
    headers = mail.forwarded.get(path)
    if headers:
        head = (
            f"发件人: {headers.text('from')}\n主题: {headers.text('subject')}\n"
        )
    else:
        head = ""
    return head + "\n".join(half for half in _halves(letter) if half)
