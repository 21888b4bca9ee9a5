"""The letters that the demo's mail server took, one for each mail however many copies
went: what a person wants to see of them.

Trusts its bytes, which this program wrote. Never reads a foreign mail.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parsedate_to_datetime

from pipeline.demo.servers import Collected
from pipeline.model.named import NamedBytes
from pipeline.model.notice import NoticeKind
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.writing.envelope import MARKER
from pipeline.writing.notice_names import notice_kinds


@frozen
class SentLetter:
    """One mail: what it is, to whom its copies went, and its bytes as they crossed SMTP."""

    identity: str
    kinds: tuple[NoticeKind, ...]
    # What the campaign calls them: 回执, 季度通报
    kind_names: str
    subject: str
    at: datetime
    recipients: tuple[str, ...]
    text: str = field(repr=False)
    html: str = field(repr=False)
    attachments: NamedBytes = field(repr=False)
    raw: bytes = field(repr=False)


def sent_letters(
    collected: Iterable[Collected], words: CampaignWords
) -> tuple[SentLetter, ...]:
    """The mails in the order they were first sent."""
    names = notice_kinds(words)
    copies: dict[str, list[Collected]] = {}
    for copy in collected:
        identity = str(message_from_bytes(copy.raw)["Message-ID"])
        copies.setdefault(identity, []).append(copy)
    found = []
    for identity, group in copies.items():
        found.append(_letter(identity, group, names))
    return tuple(found)


def _letter(
    identity: str,
    copies: Sequence[Collected],
    names: Mapping[NoticeKind, str],
) -> SentLetter:
    raw = copies[0].raw
    mail = message_from_bytes(raw, _class=EmailMessage, policy=default)
    kinds = []
    for kind in str(mail[MARKER]).split():
        kinds.append(NoticeKind(kind))
    return SentLetter(
        identity=identity,
        kinds=tuple(kinds),
        kind_names="、".join(names[kind] for kind in kinds),
        subject=str(mail["Subject"]),
        at=parsedate_to_datetime(str(mail["Date"])),
        recipients=tuple(
            address for copy in copies for address in copy.recipients
        ),
        text=_body(mail, "plain"),
        html=_shown_alone(_body(mail, "html"), mail),
        attachments=tuple(_file(part) for part in mail.iter_attachments()),
        raw=raw,
    )


def _body(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    if isinstance(part, EmailMessage):
        return str(part.get_content())
    return ""


def _shown_alone(html: str, mail: EmailMessage) -> str:
    """The page with the mail's own pictures in it, since a file has no parts beside it."""
    for part in mail.walk():
        identity = str(part["Content-ID"] or "").strip("<>")
        content = part.get_payload(decode=True)
        if identity and isinstance(content, bytes):
            data = b64encode(content).decode("ascii")
            link = f"data:{part.get_content_type()};base64,{data}"
            html = html.replace(f"cid:{identity}", link)
    return html


def _file(part: Message) -> tuple[str, bytes]:
    content = part.get_payload(decode=True)
    return part.get_filename() or "附件", content if isinstance(
        content, bytes
    ) else b""


def kinds_counted(letters: Iterable[SentLetter]) -> str:
    """回执 5 封、退回说明 1 封, copies counted."""
    counted = Counter[str]()
    for letter in letters:
        counted[letter.kind_names] += len(letter.recipients)
    return "，".join(f"{name} {number} 封" for name, number in counted.items())
