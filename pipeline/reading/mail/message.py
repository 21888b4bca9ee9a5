"""Raw mail -> Message: the order in which a mail is read, top to bottom.

For: giving the rest of the program one decoded value per mail (pipeline/model/mail.py
says what stands where). Trusts: the server's time that it is handed, and nothing in the
mail. Never: raises on any bytes, fetches a link, opens an attachment, looks at a clock,
or takes the text of a forwarded mail for the sender's own.
"""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.model.canonical import raw_key
from pipeline.model.mail import Address, MailNature, Message
from pipeline.reading.mail import bodies, cloud_links, headers, sender
from pipeline.reading.mail.bounces.bounce import bounce_report
from pipeline.reading.mail.classify import nature
from pipeline.reading.mail.guard import guarded
from pipeline.reading.mail.mime import Opened, take_apart
from pipeline.reading.mail.smime import is_encrypted

# The newest: a thread that is longer has been answered often enough
_MAX_REFERENCES = 50
_LAST_RESORT = "邮件无法解析，只保留了原件"


def parse(raw: bytes, received_at: datetime) -> Message:
    """Read one mail. `received_at` is the server's time for it (a naive one is taken as
    UTC). Never raises: a mail that defeats every way of reading comes back with its key
    and a defect."""
    if received_at.tzinfo:
        received_at = received_at.astimezone(UTC)
    else:
        received_at = received_at.replace(tzinfo=UTC)
    message, error = guarded(_parse, raw, received_at)
    if message is not None:
        return message
    key = raw_key(raw)
    identity = f"<{key}@no-message-id>"
    return Message(
        key=key,
        fingerprint=key,
        message_id=identity,
        received_at=received_at,
        sender=Address(""),
        subject="",
        defects=(f"{_LAST_RESORT}（{error}）",),
    )


def _parse(raw: bytes, received_at: datetime) -> Message:
    mail = take_apart(raw)
    head = mail.headers
    key = raw_key(raw)
    identity = _first(headers.identifiers(head.raw("message-id")))
    if identity:
        fingerprint = _fingerprint(mail.body, identity)
    else:
        fingerprint = key
    body = bodies.read(mail)
    draft = Message(
        key=key,
        fingerprint=fingerprint,
        message_id=identity or f"<{key}@no-message-id>",
        received_at=received_at,
        sender=sender.sender(mail),
        subject=head.text("subject"),
        text=body.text,
        quoted=body.quoted,
        html=body.html,
        written_at=headers.date(head.raw("date")),
        in_reply_to=_first(headers.identifiers(head.raw("in-reply-to"))),
        references=headers.identifiers(head.raw("references"))[
            -_MAX_REFERENCES:
        ],
        recipients=(
            *sender.mailboxes(mail, "to"),
            *sender.mailboxes(mail, "cc"),
        ),
        attachments=body.attachments,
        enclosed=body.enclosed,
        links=cloud_links.cloud_links(body.anchors, (body.text, body.quoted)),
        own="x-xunbao" in head,
        doubts=sender.doubts(mail),
        verdicts=sender.verdicts(head),
        handed_over=sender.handed_over(head),
        parts=body.verdicts,
        encrypted=_is_encrypted(mail),
        defects=tuple(dict.fromkeys((*mail.defects, *body.defects))),
    )
    return _with_nature(draft, mail, body.source)


def _is_encrypted(mail: Opened) -> bool:
    return any(
        is_encrypted(leaf.content_type, leaf.content)
        for leaf in mail.leaves
        if not leaf.mails
    )


def _first(identifiers: tuple[str, ...]) -> str:
    if identifiers:
        return identifiers[0]
    return ""


def _with_nature(draft: Message, mail: Opened, source: str) -> Message:
    kind = nature(
        mail=mail,
        sender=draft.sender,
        subject=draft.subject,
        text=draft.text,
        attachments=draft.attachments,
        quoted=draft.quoted,
    )
    if kind not in (MailNature.BOUNCE, MailNature.DELAY):
        return replace(draft, nature=kind)
    text = f"{draft.text}\n{draft.quoted}"
    delayed = kind is MailNature.DELAY
    report = bounce_report(mail, text, source, delayed=delayed)
    return replace(draft, nature=kind, bounce=report)


def _fingerprint(body: bytes, identity: str) -> str:
    """Over the Message-ID and what stands below the header."""
    name = identity.encode("utf-8", "surrogateescape")
    return hashlib.sha256(name + b"\n" + body.rstrip(b"\n")).hexdigest()
