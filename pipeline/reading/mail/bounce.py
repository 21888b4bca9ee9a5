"""What a bounce says of the mail that came back: recipient, identifiers, status.

For: closing the outbox row of a notice that did not arrive. Reads RFC 3464 parts,
returned headers, and the pages of NetEase and QQ, which carry them in words and in the
parameters of a link. Trusts: nothing; each field may be empty, and the caller matches
with what there is. Never: takes a returned mail for a new one.
"""

import re
from urllib.parse import unquote_plus

from pipeline.model.mail import BounceReport
from pipeline.reading.charsets import decode
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
    r"(?:收件人|收信人|recipients?|to)\s*[)）]?\s*[:：(（]?\s*<?"
    + f"({_ADDRESS.pattern})",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"user\s+(?:is\s+)?(?:not\s+found|unknown|doesn't\s+exist|does\s+not\s+exist)|no\s+such\s+(?:user|recipient|mailbox)"
    r"|unknown\s+(?:user|recipient)|(?:mailbox|recipient|account)\s+(?:is\s+)?(?:not\s+found|unavailable|disabled|inactive|unknown)"
    r"|invalid\s+(?:user|recipient|mailbox)|recipientnotfound|unrouteable\s+address"
    r"|已停用|被禁用|已注销|用户不存在|收件人不存在|邮箱不存在|地址不存在|账号不存在|帐号不存在",
    re.IGNORECASE,
)
_DEAD_STATUS = re.compile(r"5\.(?:1\.(?:0|1|2|3|6|10)|2\.1)")
# Why a letter fails whose address is good: full, too big, spam, the way.
_PASSING = re.compile(
    r"full|quota|已满|容量|空间不足|too\s+(?:big|large)|size|过大|spam|垃圾|black\s?list|blocked|policy|content"
    r"|time[d]?\s*-?\s*out|超时|connect|dns|host\s+not\s+found|expired|frequen|频繁|拒收|rejected\s+by",
    re.IGNORECASE,
)


STATUS_TYPES = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
    }  # RFC 3464, RFC 6533
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
    status = block.token("status") or _worded_status(
        block.text("diagnostic-code") or text
    )
    return BounceReport(
        recipient=_recipient(mail, block, text, source),
        original_message_id=_original_id(mail, text),
        queue_id=_in_link(source, "TransID")
        or block.text("original-envelope-id"),
        status=status,
        permanent=not delayed,
        dead=_is_dead(status, block, text),
    )


def _failed(mail: Opened) -> Headers:
    """The fields of the recipient who failed, else of the first one named, else none."""
    named = Headers([])
    for block in reversed(_blocks(mail)):
        if "final-recipient" in block:
            named = block
    for block in _blocks(mail):
        if block.token("action") == "failed":
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
    stated = _TO.search(text)
    if stated:
        return stated[1].lower()
    return ""


def _original_id(mail: Opened, text: str) -> str:
    """Message-ID of the returned mail: from the mail itself, its headers alone, or a
    copy of them in the text."""
    returned = [
        headers for path, headers in mail.forwarded.items() if len(path) == 1
    ]
    for leaf in _own(mail, "text/rfc822-headers", "message/global-headers"):
        returned.append(Headers(_FIELD.findall(decode(leaf.content))))
    for headers in returned:
        found = identifiers(headers.raw("message-id"))
        if found:
            return found[0]
    stated = _MESSAGE_ID.search(text)
    if stated:
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


def _is_dead(status: str, block: Headers, text: str) -> bool:
    """Whether the address is no more (5.1.x, 5.2.1): not full, not too big, not taken for
    spam, not lost on the way. Without a status, or with a general one (5.0.0, 5.5.0),
    the words decide; NetEase says 地址不存在 of a timeout too, so its English does."""
    if _DEAD_STATUS.fullmatch(status):
        return True
    if status and not status.endswith(".0"):
        return False
    said = block.text("diagnostic-code") or text
    if _PASSING.search(said):
        return False
    return bool(_GONE.search(said))
