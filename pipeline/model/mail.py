"""A mail as it was received: addresses, texts and attachments, everything decoded, nothing judged."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from pipeline.model.values.frozen import frozen


class MailNature(StrEnum):
    """What kind of sender wrote a mail, by its headers and shape alone (RFC 3834, RFC
    3464, RFC 8098)."""

    PERSON = "person"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    # A DSN with Action: delayed: not a failure, only a note
    DELAY = "delay"
    READ_RECEIPT = "read_receipt"
    LIST = "list"
    # A reaction, an answer to an invitation, a recall
    GESTURE = "gesture"


@frozen
class Address:
    """`email` is lower case; `name` is what the mail shows, decoded."""

    email: str
    name: str = ""


class SenderDoubt(StrEnum):
    """Why a mail may not be from the address that it names."""

    NO_FROM = "no_from"
    # Several From headers, or several addresses in one
    SEVERAL_WRITERS = "several_writers"
    # A Sender of another domain: somebody else's hand
    ANOTHER_SENDER = "another_sender"
    # The provider tested it, and nothing speaks for the domain of From
    REFUTED = "refuted"
    # No test speaks for it, where one is demanded
    UNPROVEN = "unproven"


def related(one: str, other: str) -> bool:
    """Whether two domains are the same, or one stands within the other (a.example.cn,
    example.cn); a bare cn is nobody's."""
    if "." not in one or "." not in other:
        return False
    return (
        one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
    )


@frozen
class AuthVerdict:
    """One test in an Authentication-Results header (RFC 8601), as a server wrote it;
    the sender may have forged it.

    `header` counts the headers from the topmost, 0. `result` is pass, fail, softfail,
    none...; `domain` is whom it speaks for.
    """

    header: int
    server: str
    # Spf, dkim, dmarc; "unreadable" where the header could not be taken apart
    method: str
    result: str
    domain: str = ""


# In the Message-ID of every letter of ours
OUR_MARK = ".xunbao@"
# The origin of what came out of a mail of this program
OURS = "xunbao"


@frozen
class Attachment:
    """A part of a mail that may hold a form.

    `name` is shown to people only (never a path, control and bidi characters removed);
    what it is, its bytes say. `inside` names the mails or archives it came out of,
    outermost first. `inline` marks a picture shown within the text (a logo of a
    signature, a pasted screenshot): it may be a form, but nobody attached it as a file.
    `origin` is the address of who wrote the forwarded mail that it came in, OURS where
    that mail is one of this program's, "" for a file of the mail itself.
    """

    name: str
    content: bytes = field(repr=False)
    declared_type: str = ""
    inside: tuple[str, ...] = ()
    inline: bool = False
    origin: str = ""


@frozen
class Enclosed:
    """What the writer of a forwarded mail wrote in it, without what it quotes; `inside`
    and `origin` as of an Attachment."""

    text: str
    html: str
    inside: tuple[str, ...]
    origin: str


@frozen
class CloudLink:
    """A 超大附件 (NetEase, QQ): a link in place of a file. It is recorded and never fetched."""

    url: str
    name: str = ""
    size: str = ""
    expires: str = ""


@frozen
class PartVerdict:
    """What became of one MIME part: every part has one, so that nothing is dropped in silence."""

    where: str
    content_type: str
    name: str
    # "attachment", "body", "signature", "skipped: ..."
    verdict: str


@frozen
class HandOver:
    """What the topmost Received says: which server took the mail in, by its own name,
    and when (UTC; RFC 5321 4.4)."""

    server: str
    at: datetime


@frozen
class BounceReport:
    """What a bounce says of a mail of ours; any of these may be empty."""

    recipient: str = ""
    original_message_id: str = ""
    queue_id: str = ""
    # RFC 3463, e.g. 5.1.1
    status: str = ""
    # The letter has failed; else it is only late
    permanent: bool = True
    # The address itself is no more: it is written to no longer
    dead: bool = False


@frozen
class Message:
    """One mail, decoded.

    `key` is the SHA-256 of its raw bytes. `fingerprint` is the SHA-256 over Message-ID
    and what stands below the header, so that the same mail seen by another way (other
    Received lines) is known again; without a Message-ID it equals `key`. `message_id`
    is as written with its angle brackets, or `<KEY@no-message-id>`. `received_at` is
    the server's time (INTERNALDATE), UTC, never the Date header. `text` is what the
    sender wrote, without quoted mail; `quoted` is the rest. `html` is the HTML body, if
    any, as written.
    """

    key: str
    fingerprint: str
    message_id: str
    received_at: datetime
    sender: Address
    subject: str
    text: str = ""
    quoted: str = ""
    html: str = ""
    nature: MailNature = MailNature.PERSON
    written_at: datetime | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    recipients: tuple[Address, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    # The texts of the forwarded mails in it, in order
    enclosed: tuple[Enclosed, ...] = ()
    links: tuple[CloudLink, ...] = ()
    bounce: BounceReport | None = None
    # Carries the marker X-Xunbao that the program puts on what it sends
    own: bool = False
    # By the header alone
    doubts: tuple[SenderDoubt, ...] = ()
    verdicts: tuple[AuthVerdict, ...] = ()
    handed_over: HandOver | None = None
    parts: tuple[PartVerdict, ...] = ()
    # S/MIME or PGP: nothing in it can be read
    encrypted: bool = False
    defects: tuple[str, ...] = ()
