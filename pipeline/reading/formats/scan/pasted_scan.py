"""A scanned page that somebody put into a document instead of filling the form: pasted
into Word or Excel, or behind a covering letter in a PDF.

For: the file reader, which asks where no form was found in the text. Trusts no size: a
picture comes out under the bounds of its container. Never takes a seal, a logo or an
icon for a page.
"""

import base64
import email
import re
import struct
from collections.abc import Iterator

from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.zip_package import MEMBERS_LIMIT

_NAMES = (
    *(".jpg", ".jpeg", ".png", ".gif", ".bmp"),
    *(".tif", ".tiff", ".webp", ".heic"),
)
_OLE = b"\xd0\xcf\x11\xe0"
_PNG, _JPEG, _GIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8"
# What one file of text holds its pictures in: RTF as hexadecimal figures, flat XML
# (OpenDocument, Flat OPC, Word 2003) and web pages as base64
_RTF_PICTURE = re.compile(rb"\\(?:png|jpeg)blip")
_HEX_HEAD = re.compile(rb"89504e47|ffd8ff", re.IGNORECASE)
_BASE64 = re.compile(
    rb"<(?:office:binary-data|pkg:binaryData|w:binData)[^>]{0,500}>([^<]+)<|"
    rb"data:image/[a-z]{3,4};base64,([A-Za-z0-9+/=\s]+)"
)
# bytes: a page at 100 dpi has more, a seal or a logo less; a bilevel scan packs well
_LEAST_BYTES, _LEAST_BILEVEL = 20_000, 6_000
# Pixels of the shorter side: A5 at 75 dpi
_LEAST_SIDE = 450
# Sides of a page: no banner, no line
_LONGEST_SHAPE = 2.2
# Records of an .xls that hold its pictures
_DRAWING_GROUP, _CONTINUE = (
    0x00EB,
    0x003C,
)
_STREAMS = ("Data", "WordDocument", "Workbook", "Book")
# markers of a JPEG that begin a frame with its size
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def scan_in(file: ForeignFile) -> bytes | None:
    """The scanned page in a document, or a PDF that holds one, whole; None where there
    is none. Raises UnreadableError: a damaged or huge member."""
    if file.kind == "pdf":
        return _pdf_with_page(file.content)
    pages = []
    for picture in _pictures(file):
        if _is_page(picture):
            pages.append(picture)
    return max(pages, key=len, default=None)


def _pdf_with_page(content: bytes) -> bytes | None:
    from pipeline.reading.formats.pdf.pdf_page import has_pictured_page

    if has_pictured_page(content):
        return content
    return None


def _pictures(file: ForeignFile) -> Iterator[bytes]:
    if file.content.startswith(b"PK"):
        for member in list(file.package.members.values())[:MEMBERS_LIMIT]:
            named = member.name.lower().endswith(_NAMES)
            if named and member.size >= _LEAST_BILEVEL:
                yield file.package.read(member.name)
    elif file.content.startswith(_OLE):
        for name in _STREAMS:
            if name in file.folder:
                yield from _inside(_joined(file.folder.stream(name)))
    elif file.kind == "rtf":
        yield from _in_rtf(file.content)
    elif file.kind == "mhtml":
        yield from _in_parts(file.content)
    else:
        yield from _in_base64(file.content)


def _in_rtf(content: bytes) -> Iterator[bytes]:
    for match in _RTF_PICTURE.finditer(content):
        end = content.find(b"}", match.end())
        head = _HEX_HEAD.search(content, match.end(), max(end, 0))
        if head is None:
            continue
        figures = content[head.start() : end].decode("ascii", "replace")
        try:
            yield bytes.fromhex(figures)
        except ValueError:
            continue


def _in_parts(content: bytes) -> Iterator[bytes]:
    """The pictures of a page that was saved with its parts in one file (RFC 2557)."""
    for part in email.message_from_bytes(content).walk():
        picture = part.get_payload(decode=True)
        if part.get_content_maintype() == "image" and isinstance(
            picture, bytes
        ):
            yield picture


def _in_base64(content: bytes) -> Iterator[bytes]:
    for match in _BASE64.finditer(content):
        try:
            yield base64.b64decode(match[1] or match[2])
        except ValueError:
            continue


def _joined(stream: bytes) -> bytes:
    """The pictures of an .xls lie over several records, whose heads are taken out; any
    other stream is left as it is."""
    if stream[:2] != b"\x09\x08":
        return stream
    parts: list[bytes] = []
    at = 0
    inside = False
    while at + 4 <= len(stream):
        code, size = struct.unpack_from("<HH", stream, at)
        inside = code == _DRAWING_GROUP or (inside and code == _CONTINUE)
        if inside:
            parts.append(stream[at + 4 : at + 4 + size])
        at += 4 + size
    return b"".join(parts)


def _inside(data: bytes) -> Iterator[bytes]:
    """The PNG and JPEG pictures in a stream, each up to the next one."""
    starts: list[int] = []
    for mark in (_PNG, _JPEG):
        at = data.find(mark)
        while at >= 0 and len(starts) < MEMBERS_LIMIT:
            starts.append(at)
            at = data.find(mark, at + 1)
    starts.sort()
    for number, start in enumerate(starts, 1):
        yield data[start : starts[number] if number < len(starts) else None]


def _is_page(picture: bytes) -> bool:
    sides = _sides(picture)
    if sides is None:
        return len(picture) >= _LEAST_BYTES
    short, long = sorted(sides)
    if short < _LEAST_SIDE or long > _LONGEST_SHAPE * short:
        return False
    return len(picture) >= _LEAST_BILEVEL


def _sides(picture: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF or JPEG; None of another, or a torn one."""
    if picture.startswith(_PNG) and len(picture) >= 24:
        width, height = struct.unpack_from(">LL", picture, 16)
        return width, height
    if picture.startswith(_GIF) and len(picture) >= 10:
        width, height = struct.unpack_from("<HH", picture, 6)
        return width, height
    if not picture.startswith(_JPEG):
        return None
    at = 2
    while at + 9 <= len(picture) and picture[at] == 0xFF:
        if picture[at + 1] in _FRAMES:
            height, width = struct.unpack_from(">HH", picture, at + 5)
            return width, height
        at += 2 + struct.unpack_from(">H", picture, at + 2)[0]
    return None
