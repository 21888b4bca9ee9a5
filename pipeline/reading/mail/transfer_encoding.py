"""Content-Transfer-Encoding, uuencode and yEnc undone, as far as the bytes allow.

For: parts whose encoding is cut short, badly padded, wrongly labelled or stands in the
middle of a text. Trusts: nothing. Never: raises, or gives up bytes that can still be
decoded.
"""

import binascii
import re
from typing import NamedTuple

from pipeline.reading.mail.headers import lenient_base64
from pipeline.reading.mail.yenc import split_yencoded

_IN_TEXT = frozenset(
    {
        "x-uuencode",
        "uuencode",
        "uue",
        "x-uue",
        "x-yenc",
        "yenc",
    }
)
# Zip, OLE and PDF whose label was lost on the way
_BASE64_FILES = (
    b"UEsDB",
    b"0M8R4KGx",
    b"JVBERi0",
)
# A body that is nothing but lines of base64, a full one first: no person writes so
_ALL_BASE64 = re.compile(
    rb"\s*[A-Za-z0-9+/]{60,76}\r?\n(?:[A-Za-z0-9+/]{4,76}\r?\n)*"
    rb"[A-Za-z0-9+/]{2,76}={0,2}\s*"
)
# RFC 4648 5: the alphabet for addresses on the web
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
# What a gateway put at the end of lines (RFC 2045 6.7 (3))
_BLANK_ENDS = re.compile(rb"[ \t]+(?=\r?\n|\Z)")
# Padding with more code behind it: pieces that were encoded one by one
_PIECES = re.compile(rb"[A-Za-z0-9+/=\s]+")
# What stands before or between code that was cut from a page or from another mail
_NO_CODE = re.compile(
    rb"\A\s*(?:data:[^,\s]{0,200},|(?:content-[\w-]+:[^\r\n]*\r?\n)+\r?\n)"
    rb"|<br\s*/?>",
    re.IGNORECASE,
)
_PADDING = re.compile(rb"=(?:[^A-Za-z0-9+/=]*=)?")
_CODE = re.compile(rb"[A-Za-z0-9+/]+")
# Of a code that may have lost its plus signs where a form of the web was taken apart
_FULL_LINE = re.compile(rb"(?m)^[A-Za-z0-9/ ]{76}\r?$")
_UU = re.compile(
    rb"(?m)^begin(-base64)?[ \t]+[0-7]{3,4}[ \t]+([^\r\n]{1,250}?)[ \t]*\r?\n"
)
# Octets: a shorter rest is a footer
_LONG_REST = 200
_LINE = re.compile(rb"([^\r\n]*)(?:\r?\n|\r|\Z)")
_ENDS = (b"end", b"====")
# Files in one text
_MAX_UU = 64


class Embedded(NamedTuple):
    """An encoded file in a text: its raw name and its bytes."""

    name: bytes
    content: bytes


def decoded(payload: bytes, encoding: str) -> bytes:
    """The bytes behind a payload; the payload itself where the encoding is none or not
    what it calls itself."""
    if encoding == "base64":
        return _behind_base64(payload)
    if encoding == "quoted-printable" and not _is_a_base64_file(payload):
        plain = binascii.a2b_qp(_BLANK_ENDS.sub(b"", payload))
        if _is_a_base64_file(plain):
            return base64(plain)
        return plain
    if encoding in _IN_TEXT:
        return _unlabelled(payload) or payload
    if _is_a_base64_file(payload):
        return base64(payload)
    if _ALL_BASE64.fullmatch(payload):
        return base64(payload)
    return payload


def _behind_base64(payload: bytes) -> bytes:
    file = _unlabelled(payload)
    if file:
        return file
    if not payload.isascii():
        return payload
    content = base64(payload)
    if content.isascii() and _is_a_base64_file(content):
        # A gateway encoded it once more
        return base64(content)
    return content


def _unlabelled(payload: bytes) -> bytes:
    """The encoded file that a payload is, whatever its label; b"" where it is none."""
    if not payload.lstrip().startswith((b"begin", b"=ybegin ")):
        return b""
    _, files = split_encoded(payload)
    if files:
        return files[0].content
    return b""


def _is_a_base64_file(payload: bytes) -> bool:
    return payload[:80].lstrip().startswith(_BASE64_FILES)


def base64(payload: bytes) -> bytes:
    """Decode base64; what follows its padding (a footer of some gateway) is dropped,
    unless it is more code; bad padding mended, the alphabet of the web understood."""
    if b":" in payload or b"<" in payload:
        # Each of those has one, and no code does: most files are not searched
        payload = _NO_CODE.sub(b"", payload)
    if b"-" in payload or b"_" in payload:
        payload = _web_alphabet(payload)
    if b" " in payload and _lost_plus(payload):
        payload = payload.replace(b" ", b"+")
    end = _end_of_code(payload)
    try:
        whole = binascii.a2b_base64(payload[:end])
    except binascii.Error:
        return lenient_base64(payload)
    rest = payload[end:].lstrip(b"=")
    if len(rest) < _LONG_REST:
        return whole
    return whole + _further_pieces(rest)


def _end_of_code(payload: bytes) -> int:
    """Behind the first padding that fills a group of four; the payload's end without
    one. From Python 3.14 on, what stands behind it would be decoded as code."""
    characters = at = 0
    for padding in _PADDING.finditer(payload):
        for line in _CODE.findall(payload, at, padding.start()):
            characters += len(line)
        at = padding.end()
        marks = padding[0].count(b"=")
        open_group = characters % 4
        if open_group < 2:
            continue
        if open_group + marks >= 4:
            return at
    return len(payload)


def _web_alphabet(payload: bytes) -> bytes:
    """The code in the usual alphabet; as it is where + or / stand in it, for then - and
    _ are a footer's."""
    usual = b"+" in payload or b"/" in payload
    if usual:
        return payload
    return payload.translate(_URL_SAFE)


def _lost_plus(payload: bytes) -> bool:
    """Whether blanks stand for plus signs: there is none, and the lines are full only
    where the blanks count."""
    if b"+" in payload:
        return False
    full = _FULL_LINE.findall(payload)
    every = payload.count(b"\n")
    # The last line is shorter, and an empty one may follow
    return bool(full) and len(full) >= every - 2


def _further_pieces(rest: bytes) -> bytes:
    """What stands behind the padding, where it is code to its end."""
    if not _PIECES.fullmatch(rest):
        return b""
    found = b""
    for piece in rest.split(b"="):
        found += lenient_base64(piece)
    return found


def split_encoded(data: bytes) -> tuple[bytes, list[Embedded]]:
    """The text around files that stand encoded in it, and those files."""
    text, files = split_uuencoded(data)
    text, more = split_yencoded(text)
    for name, content in more:
        files.append(Embedded(name, content))
    return text, files


def split_uuencoded(data: bytes) -> tuple[bytes, list[Embedded]]:
    """The text around uuencoded files, and the files in it. A `begin` line without code
    below it stays text."""
    kept: list[bytes] = []
    files: list[Embedded] = []
    at = 0
    while (
        b"begin" in data
        and len(files) < _MAX_UU
        and (start := _UU.search(data, at))
    ):
        content, end = _code(data, start.end(), b64=bool(start[1]))
        if content:
            kept.append(data[at : start.start()])
            files.append(Embedded(start[2], content))
        else:
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, data[at:]]), files


def _code(data: bytes, at: int, *, b64: bool) -> tuple[bytes, int]:
    """The bytes of the code lines from `at` on, and where they end: at `end`, or at the
    first line that is none."""
    chunks: list[bytes] = []
    while at < len(data) and (line := _LINE.match(data, at)):
        text = line[1].rstrip(b"\r")
        if text.strip() in _ENDS:
            return b"".join(chunks), line.end()
        chunk = _code_line(text, b64)
        if chunk is None:
            return b"".join(chunks), at
        chunks.append(chunk)
        at = line.end()
    return b"".join(chunks), at


def _code_line(line: bytes, b64: bool) -> bytes | None:
    """One line of code; blanks eaten at its end are made good. None where it is no code."""
    try:
        if b64:
            return binascii.a2b_base64(line)
        if line.strip():
            return binascii.a2b_uu(line)
        return b""
    except binascii.Error:
        if b64:
            return None
        return _overlong_line(line)


def _overlong_line(line: bytes) -> bytes | None:
    """A line of an encoder that pads too far: only as many characters as its length says."""
    try:
        return (
            binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
            or None
        )
    except binascii.Error:
        return None
