"""What a bounce says of the mail that came back: recipient, identifiers, status.

For: closing the outbox row of a notice that did not arrive. Reads RFC 3464 parts,
returned headers, and the pages of NetEase and QQ, which carry them in words and in the
parameters of a link. Trusts: nothing; each field may be empty, and the caller matches
with what there is. Never: takes a returned mail for a new one.
"""

import re
from urllib.parse import unquote_plus

from pipeline.model.mail import OUR_MARK, BounceReport
from pipeline.reading.charsets import decode
from pipeline.reading.mail.bounces.bounce_reasons import is_dead
from pipeline.reading.mail.bounces.second_opinion import second_opinion
from pipeline.reading.mail.headers import Headers, identifiers
from pipeline.reading.mail.mime import Opened, Part

_FIELD = re.compile(
    r"(?m)^([A-Za-z][\w-]*)[ \t]*:[ \t]*([^\r\n]*(?:\r?\n[ \t]+[^\r\n]+)*)"
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ADDRESS = re.compile(
    r"[\w.+=-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,5}", re.ASCII
)
_LINK_FIELD = r"[?&;](?:amp;)?{}=([^&\"'\s<>]+)"
_MESSAGE_ID = re.compile(r"(?im)^[ \t>]*message-id:\s*(<[^<>\s]+>)")
_TO = re.compile(
    r"(?:收件人|收信人|recipients?)\s*[)）]?\s*[:：(（]?\s*<?"
    + f"({_ADDRESS.pattern})",
    re.IGNORECASE,
)
# Where the words of a bounce end and a copy of the letter begins.
_COPY_BEGINS = re.compile(
    r"(?im)^[ \t>]*(?:received|return-path|message-id|mime-version|dkim-signature):"
    r"|^[-=_* ]*(?:below this line|this is a copy|enclosed is a copy|message headers? follow"
    r"|original message|message header|returned message|原始?邮件|原邮件)"
)
# Whom to ask, in a bounce: nobody's letter was for them.
_TO_ASK = re.compile(
    r"(?:postmaster|abuse|support|helpdesk|mailer-daemon|admin(?:istrator)?|kefu)@",
    re.IGNORECASE,
)
# Of `Action:` values those of a letter that arrived, or goes on (RFC 3464 2.3.3;
# "deliverable" answers a probe).
ARRIVED = frozenset({"delivered", "relayed", "expanded", "deliverable"})
# Octets of a file in which a letter's header is sought
_MOST_HEADER = 65_536
# RFC 3464, RFC 6533
STATUS_TYPES = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
    }
)


def delivery_actions(mail: Opened) -> set[str]:
    """The `Action:` values of a delivery report (RFC 3464): failed, delayed, delivered,
    relayed, expanded."""
    return {block.token("action") for block in _blocks(mail)} - {""}


def bounce_report(
    mail: Opened, text: str, source: str, *, delayed: bool
) -> BounceReport:
    """The report of a bounce or a delay, from its parts first, then its `text`, then
    the links in its HTML `source`."""
    block = _failed(mail)
    said = block.text("diagnostic-code") or _own_words(text)
    status = _worded_status(block.token("status")) or _worded_status(said)
    return BounceReport(
        recipient=_recipient(mail, block, text, source),
        original_message_id=_original_id(mail, text),
        queue_id=_in_link(source, "TransID")
        or block.text("original-envelope-id"),
        status=status,
        permanent=not delayed,
        dead=is_dead(status, said),
    )


def _failed(mail: Opened) -> Headers:
    """The fields of the recipient who failed, else of the first one named, else none."""
    named = Headers([])
    for block in reversed(_blocks(mail)):
        if "final-recipient" in block:
            named = block
    for block in _blocks(mail):
        action = block.token("action")
        if action and action not in (*ARRIVED, "delayed"):
            return block
    return named


def _blocks(mail: Opened) -> list[Headers]:
    """The groups of fields of every delivery-status part of the mail itself."""
    blocks = []
    for leaf in _own(mail, *STATUS_TYPES):
        text = leaf.content.decode("utf-8", "replace")
        for group in re.split(r"\n[ \t\r]*\n", text):
            if group.strip():
                blocks.append(Headers(_FIELD.findall(group)))
    return blocks


def _own(mail: Opened, *content_types: str) -> list[Part]:
    """The parts of these types that are the mail's own."""
    found = []
    for leaf in mail.leaves:
        if leaf.content_type in content_types and not leaf.mails:
            found.append(leaf)
    return found


def _recipient(mail: Opened, block: Headers, text: str, source: str) -> str:
    for name in ("original-recipient", "final-recipient"):
        if found := _ADDRESS.search(block.raw(name)):
            return found[0].lower()
    for value in (
        mail.headers.raw("x-failed-recipients"),
        _in_link(source, "BouncedRcpt"),
    ):
        if found := _ADDRESS.search(value):
            return found[0].lower()
    said = _own_words(text)
    stated = _TO.search(said)
    if stated:
        return stated[1].lower()
    return second_opinion(mail, text) or other_address(mail, said)


def _own_words(text: str) -> str:
    """What the bounce says before it repeats the letter, whose header has addresses of
    its own."""
    copy = _COPY_BEGINS.search(text)
    if copy is None or not _ADDRESS.search(text, 0, copy.start()):
        return text
    return text[: copy.start()]


def other_address(mail: Opened, text: str) -> str:
    """The first address in the text that is neither its writer's nor ours, nor that of
    somebody to ask; "" where there is none."""
    known = {"@"}
    for name in ("from", "to", "cc", "sender", "return-path"):
        for found in _ADDRESS.findall(mail.headers.raw(name)):
            known.add(found.lower())
    for found in _ADDRESS.findall(_own_words(text)):
        address = str(found).lower()
        if address not in known and not _TO_ASK.match(address):
            return address
    return ""


def names_ours(mail: Opened, text: str) -> bool:
    """Whether a letter of this program is in the mail, whole or by its header alone."""
    if OUR_MARK in _original_id(mail, text):
        return True
    return any("x-xunbao" in headers for headers in mail.forwarded.values())


def _original_id(mail: Opened, text: str) -> str:
    """Message-ID of the returned mail: from the report's own field (RFC 8098 3.2.5), the
    mail itself, its headers alone, or a copy of them in the text."""
    stated = _reported_id(mail)
    if stated:
        return stated
    returned = []
    for path, headers in mail.forwarded.items():
        if len(path) == 1:
            returned.append(headers)
    for leaf in _own(mail, "text/rfc822-headers", "message/global-headers"):
        returned.append(Headers(_FIELD.findall(decode(leaf.content))))
    for headers in returned:
        found = identifiers(headers.raw("message-id"))
        if found:
            return found[0]
    copied = _MESSAGE_ID.search(text)
    if copied:
        return copied[1]
    return _id_in_files(mail)


def _reported_id(mail: Opened) -> str:
    for leaf in _own(mail, "message/disposition-notification"):
        fields = Headers(
            _FIELD.findall(leaf.content.decode("utf-8", "replace"))
        )
        found = identifiers(fields.raw("original-message-id"))
        if found:
            return found[0]
    return ""


def _id_in_files(mail: Opened) -> str:
    """The Message-ID of a letter of ours that comes back as a file of any type."""
    for leaf in mail.leaves:
        if leaf.mails or leaf.content_type.startswith("image/"):
            continue
        stated = _MESSAGE_ID.search(decode(leaf.content[:_MOST_HEADER]))
        if stated and OUR_MARK in stated[1]:
            return stated[1]
    return ""


def _in_link(source: str, name: str) -> str:
    found = re.search(_LINK_FIELD.format(name), source)
    if found:
        return unquote_plus(found[1])
    return ""


def _worded_status(text: str) -> str:
    found = _STATUS.search(text)
    if found:
        return found[1]
    return ""
