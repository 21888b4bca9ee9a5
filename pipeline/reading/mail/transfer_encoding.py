"""Content-Transfer-Encoding and uuencode undone, as far as the bytes allow.

For: parts whose encoding is cut short, badly padded, wrongly labelled or stands in the
middle of a text. Trusts: nothing. Never: raises, or gives up bytes that can still be
decoded.
"""

import binascii
import re
from typing import NamedTuple

from pipeline.reading.mail.headers import lenient_base64

_UU_LABELS = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})
# Zip, OLE and PDF whose label was lost on the way
_BASE64_FILES = (
    b"UEsDB",
    b"0M8R4KGx",
    b"JVBERi0",
)
_UU = re.compile(
    rb"(?m)^begin(-base64)?[ \t]+[0-7]{3,4}[ \t]+([^\r\n]{1,250}?)[ \t]*\r?\n"
)
_LINE = re.compile(rb"([^\r\n]*)(?:\r?\n|\r|\Z)")
_ENDS = (b"end", b"====")
_MAX_UU = 64


class Embedded(NamedTuple):
    """A uuencoded file in a text: its raw name and its bytes."""

    name: bytes
    content: bytes


def decoded(payload: bytes, encoding: str) -> bytes:
    """The bytes behind a payload; the payload itself where the encoding is none or not
    what it calls itself."""
    if encoding == "base64":
        if not payload.isascii():
            return payload
        return base64(payload)
    if encoding == "quoted-printable" and not _is_a_base64_file(payload):
        return binascii.a2b_qp(payload)
    if encoding in _UU_LABELS:
        _, files = split_uuencoded(payload)
        if files:
            return files[0].content
        return payload
    if _is_a_base64_file(payload):
        return base64(payload)
    return payload


def _is_a_base64_file(payload: bytes) -> bool:
    return payload[:80].lstrip().startswith(_BASE64_FILES)


def base64(payload: bytes) -> bytes:
    """Decode base64; what follows its padding (a footer of some gateway) is dropped,
    bad padding mended."""
    try:
        return binascii.a2b_base64(payload)
    except binascii.Error:
        return lenient_base64(payload)


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
