"""Outgoing -> the bytes that go: one MIME message, frozen with its Message-ID, that no
auto-responder answers.

Trusts the addresses (the roster's and the staff's) and nothing in the texts. Never
sends, never reads a clock.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
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
from functools import lru_cache
from urllib.parse import quote

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
    named = "\n".join(sorted(keys)).encode()
    digest = hmac.digest(secret, named, "sha256").hex()[:32]
    _, address = _parsed(sender)
    domain = address.rpartition("@")[2] or "localhost"
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
    head = _headers(outgoing, sender, identity, at)
    head.append((MARKER, " ".join(sorted(kinds))))
    digest = hashlib.sha256(identity.encode()).hexdigest()[:24]
    body = _bodies(outgoing, digest)
    lines = []
    for name, value in head:
        lines.append(_folded(name, value))
    return b"".join([*lines, _VERSION, body])


# ---------------------------------------------------------------- headers


# A campaign has one sender, and each letter asks twice
@lru_cache(maxsize=16)
def _parsed(sender: str) -> tuple[str, str]:
    """(name, address)."""
    return parseaddr(sender)


def _headers(
    outgoing: Outgoing, sender: str, identity: str, at: datetime
) -> list[tuple[str, str]]:
    """Each header with its text, in their order."""
    name, address = _parsed(sender)
    found = [("From", _address(name, address))]
    # Recipients are not shown to each other, and a provider takes a long list for spam.
    if len(outgoing.to) > 3:
        found.append(("To", _address("各有关单位", address)))
    else:
        found.append(("To", ", ".join(outgoing.to)))
        if outgoing.cc:
            found.append(("Cc", ", ".join(outgoing.cc)))
    found.append(("Subject", outgoing.subject))
    found.append(("Date", format_datetime(at)))
    found.append(("Message-ID", identity))
    # Some programs write a Message-ID in raw Chinese: no header may carry it.
    if outgoing.in_reply_to.isascii() and outgoing.in_reply_to:
        found.append(("In-Reply-To", outgoing.in_reply_to))
    thread = [one for one in _thread(outgoing, address) if one.isascii()]
    if thread:
        found.append(("References", " ".join(thread)))
    if outgoing.code:
        found.append((CASE, outgoing.code))
    if outgoing.in_reply_to:
        found.append(("Auto-Submitted", "auto-replied"))
    else:
        found.append(("Auto-Submitted", "auto-generated"))
    # Exchange answers without it whatever Auto-Submitted says.
    found.append(("X-Auto-Response-Suppress", "All"))
    return found


# Characters of a header's line without its end (RFC 5322 2.1.1)
_LONGEST = 78
_PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9]+([._+-][A-Za-z0-9]+)*@[A-Za-z0-9]+([.-][A-Za-z0-9]+)*"
)
# These take them as they are (_Identifiers); of these characters, since what looks like
# an encoded word the email package would decode
_IDENTIFIED = ("Message-ID", "In-Reply-To", "References")
_IDENTIFIER = re.compile(r"<[A-Za-z0-9.@_-]+>")
# What the email package takes for text of one line: no control character, no blank
# but the plain one and none at an end, nothing that it would quote
_PLAIN_NAME = re.compile(r"[^\W_](?:[\w .()（）-]*[^\W_])?")
_ANY_NAME = "附件"


# Most headers of a round of letters are alike; folding one takes a quarter of a
# millisecond.
@lru_cache(maxsize=256)
def _folded(name: str, value: str) -> bytes:
    """A header as it goes. Raises ValueError for a value of several lines."""
    line = f"{name}: {value}\r\n"
    # A plain address goes as it is, and every letter has another one
    if (
        name == "To"
        and len(line) < _LONGEST
        and _PLAIN_ADDRESS.fullmatch(value)
    ):
        return line.encode("ascii")
    # So it is with one identifier
    if name in _IDENTIFIED and _IDENTIFIER.fullmatch(value):
        return line.encode("ascii")
    # So it is with the subject
    if name == "Subject" and _ONE_WORD.fullmatch(value):
        words = _encoded_words(name, value)
        if words is not None:
            return words
    _, header = _POLICY.header_store_parse(name, value)
    return _POLICY.fold_binary(name, header)


# Chinese without a blank: to the email package one word, which it encodes
_ONE_WORD = re.compile(
    r"[^\x00-\x7f\W][\w:.%【】：，（）、]*|【[\w:.%【】：，（）、]+"
)

# What stands around an encoded word's base64 (RFC 2047 2)
_AROUND = len("=?utf-8?b??=")
# By so many characters base64 must be the shorter one, or the email package takes
# quoted-printable
_BIAS = 5


def _encoded_words(name: str, value: str) -> bytes | None:
    """A header of one word that is not ASCII, as the email package folds it: as many
    characters a line as their base64 leaves room for. None where it would encode a line
    as quoted-printable, the shorter one for Latin letters."""
    lines = []
    head = f"{name}: "
    rest = value
    while rest:
        room = _LONGEST - len(head) - _AROUND
        # Three bytes make four characters
        piece = rest.encode()[: room // 4 * 3].decode(errors="ignore")
        content = piece.encode()
        encoded = base64.b64encode(content).decode()
        latin = sum(map(str.isalnum, filter(str.isascii, piece)))
        if 3 * len(content) - 2 * latin - len(encoded) < _BIAS:
            return None
        lines.append(f"{head}=?utf-8?b?{encoded}?=\r\n")
        rest = rest[len(piece) :]
        head = " "
    return "".join(lines).encode()


def _file_headers(
    media_type: str, name: str, disposition: str, content_id: str
) -> bytes:
    """A file's headers: the name as every program reads it (RFC 2231)."""
    if name.isascii() or not _PLAIN_NAME.fullmatch(name):
        return _headers_of_file(media_type, name, disposition, content_id)
    # A unit's form bears the unit's name, so only that line is written for each
    alike = _headers_of_file(media_type, _ANY_NAME, disposition, content_id)
    return alike.replace(
        _disposition(disposition, _ANY_NAME), _disposition(disposition, name)
    )


def _disposition(kind: str, name: str) -> bytes:
    """Content-Disposition with a name that is not ASCII, as the email package folds it
    (RFC 2231 3 and 4): whole where it fits in a line, else in numbered sections."""
    head = f"Content-Disposition: {kind};"
    whole = f" filename*=utf-8''{quote(name, safe='')}"
    if len(head) + len(whole) < _LONGEST:
        return f"{head}{whole}\r\n".encode()
    if len(whole) < _LONGEST:
        return f"{head}\r\n{whole}\r\n".encode()
    lines = [head]
    start = f" filename*{0}*=utf-8''"
    room = _LONGEST - len(";") - len(start)
    for character in name:
        piece = _quoted(character)
        if len(piece) > room:
            lines.append(f"{start};")
            start = f" filename*{len(lines) - 1}*="
            room = _LONGEST - len(";") - len(start)
        start += piece
        room -= len(piece)
    return "\r\n".join([*lines, f"{start}\r\n"]).encode()


# A campaign's names of files are made of the same few hundred
@lru_cache(maxsize=2048)
def _quoted(character: str) -> str:
    return quote(character, safe="")


@lru_cache(maxsize=64)
def _headers_of_file(
    media_type: str, name: str, disposition: str, content_id: str
) -> bytes:
    """The same by the email package."""
    kind, _, subtype = media_type.partition("/")
    part = EmailMessage(policy=_POLICY)
    part.set_content(
        b"",
        maintype=kind,
        subtype=subtype,
        disposition=disposition,
        filename=name,
        cid=content_id or None,
    )
    return b"".join(_POLICY.fold_binary(*one) for one in part.raw_items())


# ---------------------------------------------------------------- parts

_END = b"\r\n"
_VERSION = b"MIME-Version: 1.0\r\n"
# base64, since quoted-printable Chinese is three times as long and some gateways fold
# it wrongly.
_TEXT = (
    b'Content-Type: text/%b; charset="utf-8"\r\n'
    b"Content-Transfer-Encoding: base64\r\n"
)


def _bodies(outgoing: Outgoing, digest: str) -> bytes:
    """All behind the mail's own headers, from its Content-Type on: text and page, the
    page with its pictures, the whole with the files (RFC 2046 5.1).

    Boundaries come from the mail's own identity, numbered from the outside, so that the
    same letter is the same bytes; all parts are base64, which knows no "_".
    """
    pictures = [one for one in outgoing.enclosures if one.shown]
    outer = 0
    if outgoing.enclosures:
        outer = 1
    text = _TEXT % b"plain" + _END + _encoded_text(outgoing.text)
    page = _encoded_text(outgoing.html)
    if pictures:
        # They go as files too, for programs that show none.
        shown = [_TEXT % b"html" + _END + page]
        for one in pictures:
            shown.append(_file(one, "inline"))
        page = _VERSION + _multipart("related", shown, digest, outer + 1)
    else:
        page = _TEXT % b"html" + _VERSION + _END + page
    whole = _multipart("alternative", [text, page], digest, outer)
    if not outgoing.enclosures:
        return whole
    files = [_file(one, "attachment") for one in outgoing.enclosures]
    return _multipart("mixed", [whole, *files], digest, 0)


def _multipart(
    subtype: str, parts: Sequence[bytes], digest: str, number: int
) -> bytes:
    boundary = f"=_{digest}_{number}"
    kind = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'
    between = f"\r\n--{boundary}\r\n".encode()
    inside = between.join(parts)
    end = f"\r\n--{boundary}--\r\n".encode()
    return b"".join((kind.encode(), between[2:], inside, end))


def _file(enclosure: Enclosure, disposition: str) -> bytes:
    content_id = ""
    if disposition == "inline":
        content_id = f"<{enclosure.shown}>"
    headers = _file_headers(
        enclosure.media_type, enclosure.name, disposition, content_id
    )
    return headers + _END + _base64(enclosure.content)


def _encoded_text(text: str) -> bytes:
    """Each line with CRLF, as MIME wants text before it is encoded (RFC 2045 6.8)."""
    lines = text.encode().splitlines()
    return _base64(_END.join(lines) + _END)


# 76 characters (RFC 2045 6.8); cutting slice by slice takes a third longer
_BASE64_LINE = re.compile(b".{1,76}")


def _base64(content: bytes) -> bytes:
    """Encoded in one piece and then cut: `base64.encodebytes` encodes line by line."""
    encoded = base64.b64encode(content)
    return _END.join([*_BASE64_LINE.findall(encoded), b""])


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


# The sender's own, in each letter
@lru_cache(maxsize=16)
def _address(name: str, address: str) -> str:
    user, _, domain = address.rpartition("@")
    return str(Address(display_name=name, username=user, domain=domain))
