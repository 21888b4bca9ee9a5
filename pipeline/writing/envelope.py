"""Outgoing -> the bytes that go: one MIME message, frozen with its Message-ID, that no
auto-responder answers.

Trusts the addresses (the roster's and the staff's) and nothing in the texts. Never
sends, never reads a clock.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from email.headerregistry import (
    Address,
    BaseHeader,
    HeaderRegistry,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr

from pipeline.model.mail import OUR_MARK
from pipeline.model.notice import Enclosure, Outgoing

MARKER = "X-Xunbao"
CASE = "X-Xunbao-Case"


class _Identifiers(UnstructuredHeader, BaseHeader):
    """Message identifiers, one a line, as they are: the stdlib would make an encoded
    word of a long one (RFC 2047 5 forbids it), and no program finds its thread."""

    def fold(self, *, policy: Policy) -> str:
        lines = f"{policy.linesep} ".join(str(self).split())
        return f"{self.name}: {lines}{policy.linesep}"


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("in-reply-to", "references", "message-id"):
        registry.map_to_type(name, _Identifiers)
    return registry


# Seven bits pass every server; eight are changed on the way by some.
_POLICY = SMTP.clone(cte_type="7bit", header_factory=_registry())


def message_id(keys: Iterable[str], sender: str, secret: bytes) -> str:
    """The same notices have the same Message-ID, so that a mail sent again in doubt is
    known as the same.

    With the ledger's secret in it nobody can guess one, and so forge a bounce or a reply to it.
    """
    digest = hmac.new(
        secret, "\n".join(sorted(keys)).encode(), hashlib.sha256
    ).hexdigest()[:32]
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<{digest}{OUR_MARK}{domain}>"


def freeze(
    outgoing: Outgoing,
    sender: str,
    identity: str,
    kinds: Iterable[str],
    at: datetime,
) -> bytes:
    """The mail as bytes with CRLF. `at` is the Date; `kinds` go into the marker that
    own mail is known by.

    A mail to many shows no list of addresses: it is addressed to the office itself,
    each copy being sent on its own.
    """
    mail = EmailMessage(policy=_POLICY)
    _put_headers(mail, outgoing, sender, identity, at)
    mail[MARKER] = " ".join(sorted(kinds))
    # base64, since quoted-printable Chinese is three times as long and some gateways
    # fold it wrongly.
    mail.set_content(outgoing.text, charset="utf-8", cte="base64")
    mail.add_alternative(
        outgoing.html, subtype="html", charset="utf-8", cte="base64"
    )
    _show(mail, [e for e in outgoing.enclosures if e.shown])
    for enclosure in outgoing.enclosures:
        kind, _, subtype = enclosure.media_type.partition("/")
        mail.add_attachment(
            enclosure.content,
            maintype=kind,
            subtype=subtype,
            filename=enclosure.name,
        )
    _draw_boundaries(mail, identity)
    return mail.as_bytes()


def _put_headers(
    mail: EmailMessage,
    outgoing: Outgoing,
    sender: str,
    identity: str,
    at: datetime,
) -> None:
    name, address = parseaddr(sender)
    mail["From"] = _address(name, address)
    # Recipients are not shown to each other, and a provider takes a long list for spam.
    if len(outgoing.to) > 3:
        mail["To"] = _address("各有关单位", address)
    else:
        mail["To"] = ", ".join(outgoing.to)
        if outgoing.cc:
            mail["Cc"] = ", ".join(outgoing.cc)
    mail["Subject"] = outgoing.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = identity
    # Some programs write a Message-ID in raw Chinese: no header may carry it.
    if outgoing.in_reply_to.isascii() and outgoing.in_reply_to:
        mail["In-Reply-To"] = outgoing.in_reply_to
    thread = [one for one in _thread(outgoing, address) if one.isascii()]
    if thread:
        mail["References"] = " ".join(thread)
    if outgoing.code:
        mail[CASE] = outgoing.code
    mail["Auto-Submitted"] = (
        "auto-replied" if outgoing.in_reply_to else "auto-generated"
    )
    # Exchange answers without it whatever Auto-Submitted says.
    mail["X-Auto-Response-Suppress"] = "All"


def _draw_boundaries(mail: EmailMessage, identity: str) -> None:
    """Boundaries from the mail's own identity, so that the same letter is the same
    bytes; all its parts are base64, which knows no "_"."""
    digest = hashlib.sha256(identity.encode()).hexdigest()[:24]
    for number, part in enumerate(
        part for part in mail.walk() if part.is_multipart()
    ):
        part.set_boundary(f"=_{digest}_{number}")


def _thread(outgoing: Outgoing, address: str) -> tuple[str, ...]:
    """The mails before this one. A token stands there as a mail of its own, since
    programs hand on what References says when they answer, while providers give the
    mail itself another Message-ID."""
    own = (
        (f"<{outgoing.code}{OUR_MARK}{address.rpartition('@')[2]}>",)
        if outgoing.code
        else ()
    )
    answered = (outgoing.in_reply_to,) if outgoing.in_reply_to else ()
    return tuple(dict.fromkeys((*own, *outgoing.references, *answered)))


def _show(mail: EmailMessage, pictures: Iterable[Enclosure]) -> None:
    """Pictures within the HTML (multipart/related); they go as files too, for programs
    that show none."""
    page = mail.get_body(("html",))
    if page is None:
        return
    for picture in pictures:
        kind, _, subtype = picture.media_type.partition("/")
        page.add_related(
            picture.content,
            maintype=kind,
            subtype=subtype,
            cid=f"<{picture.shown}>",
            disposition="inline",
            filename=picture.name,
        )


def _address(name: str, address: str) -> Address:
    user, _, domain = address.rpartition("@")
    return Address(display_name=name, username=user, domain=domain)
