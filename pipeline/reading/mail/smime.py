"""S/MIME and PGP: the mail inside a signature, and whether a mail is encrypted.

For: mime.py, which goes on with the inner mail. A signature proves nothing here: who
wrote a mail is judged by what the mail servers tested. Reads the ASN.1 of RFC 5652 just
far enough to find the content (section 5.1), in definite and indefinite lengths, as
OpenSSL and Outlook write it. Trusts: nothing. Never: raises, checks a signature,
decrypts.
"""

import re

from pipeline.model.values.frozen import frozen
from pipeline.reading.mail.headers import lenient_base64

# 1.2.840.113549.1.7.2
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
# 1.2.840.113549.1.7.3
ENVELOPED_DATA = bytes.fromhex("2a864886f70d010703")
# RFC 5083
AUTH_ENVELOPED_DATA = bytes.fromhex("2a864886f70d0109100117")
# The last two belong to a signature beside its mail; some write the mail into it
TYPES = frozenset(
    {
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    }
)
NAMES = (".p7m", ".p7s")
_ENCRYPTED_TYPES = frozenset(
    {
        "application/pgp-encrypted",
        # Rights management (MS-OXORMMS)
        "application/x-microsoft-rpmsg-message",
    }
)
_PGP = b"-----BEGIN PGP MESSAGE-----"
# RFC 7468, the text form of the same
_PEM = re.compile(
    rb"\s*-----BEGIN (?:PKCS7|PKCS #7 SIGNED DATA|CMS)-----(.*?)-----END ",
    re.DOTALL,
)
_OID, _OCTETS, _MADE_OCTETS, _SEQUENCE, _CONTENT = 0x06, 0x04, 0x24, 0x30, 0xA0
# Containers of DER in one another
_DEEPEST = 12


@frozen
class _Value:
    """One ASN.1 value: its tag, its content, where it ends."""

    tag: int
    content: bytes
    end: int


def signed_content(data: bytes) -> bytes | None:
    """The MIME entity inside a SignedData; None where `data` is none, or holds none."""
    kind, body = _content_info(data)
    if kind != SIGNED_DATA or body is None:
        return None
    for value in _values(body):
        # encapContentInfo, behind the version and the digests
        if value.tag == _SEQUENCE:
            return _encapsulated(value.content)
    return None


def is_encrypted(content_type: str, content: bytes) -> bool:
    """Whether a part is an encrypted mail, by its type and its own bytes."""
    if content_type in _ENCRYPTED_TYPES or content.lstrip()[:40].startswith(
        _PGP
    ):
        return True
    # A gateway that does not know the type calls it a file; its bytes say what it is.
    return _content_info(content)[0] in (ENVELOPED_DATA, AUTH_ENVELOPED_DATA)


def _content_info(data: bytes) -> tuple[bytes, bytes | None]:
    """The type of a ContentInfo, and what its [0] holds within its own wrapper."""
    armoured = _PEM.match(data)
    if armoured is not None:
        data = lenient_base64(armoured[1])
    if data[:1] != bytes([_SEQUENCE]):
        return b"", None
    outer = _value(data, 0)
    if outer is None or outer.tag != _SEQUENCE:
        return b"", None
    kind = b""
    body = None
    for value in _values(outer.content):
        if value.tag == _OID and not kind:
            kind = value.content
        elif value.tag == _CONTENT:
            inner = _value(value.content, 0)
            if inner is not None:
                body = inner.content
    return kind, body


def _encapsulated(content: bytes) -> bytes | None:
    for value in _values(content):
        if value.tag == _CONTENT:
            return _octets(value.content, _DEEPEST)
    return None


def _octets(content: bytes, deep: int) -> bytes:
    """The octet strings in `content` put together: a made one holds pieces."""
    found = b""
    for value in _values(content):
        if value.tag == _OCTETS:
            found += value.content
        elif value.tag == _MADE_OCTETS and deep:
            found += _octets(value.content, deep - 1)
    return found


def _values(content: bytes) -> list[_Value]:
    """The values that stand one after the other, as far as they can be read."""
    values = []
    at = 0
    while at < len(content):
        value = _value(content, at)
        if value is None:
            break
        values.append(value)
        at = value.end
    return values


def _value(data: bytes, at: int, deep: int = _DEEPEST) -> _Value | None:
    if at + 2 > len(data):
        return None
    tag = data[at]
    first = data[at + 1]
    start = at + 2
    if first == 0x80:
        return _indefinite(data, tag, start, deep)
    length = first
    if first > 0x80:
        size = first & 0x7F
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    # It says that it goes on behind the end
    if length > len(data) - start:
        return None
    return _Value(tag, data[start : start + length], start + length)


def _indefinite(data: bytes, tag: int, start: int, deep: int) -> _Value | None:
    """A value that ends at two zero octets."""
    at = start
    while deep and at + 2 <= len(data):
        if data[at : at + 2] == b"\0\0":
            return _Value(tag, data[start:at], at + 2)
        value = _value(data, at, deep - 1)
        if value is None:
            return None
        at = value.end
    return None
