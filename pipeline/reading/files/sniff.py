"""What a file is, by its bytes alone: the marks of files/kinds.py, the names inside zip
and OLE, the words that open a text.

Names lie: docx arrives as .doc, a web page as .xls, a program as anything. Pure,
bounded, some tens of microseconds.
"""

import re
import struct
from collections.abc import Collection

from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.containers.zip_package import Package
from pipeline.reading.files.kinds import KINDS
from pipeline.reading.formats import text
from pipeline.reading.mail.mend import mended

_HEADS = tuple((head, kind.name) for kind in KINDS for head in kind.heads)
_OLE_NAMES = tuple((name, kind.name) for kind in KINDS for name in kind.ole)
_MARKUP = tuple((mark, kind.name) for kind in KINDS for mark in kind.markup)
_PART_TYPES = tuple((k.part_type, k.name) for k in KINDS if k.part_type)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_HEIF_BRANDS = (
    b"heic",
    b"heix",
    b"hevc",
    b"heim",
    b"heis",
    b"mif1",
    b"msf1",
    b"avif",
)
_ODF = {
    "text": "odt",
    "text-template": "odt",
    "spreadsheet": "ods",
    "spreadsheet-template": "ods",
}
_EML_HEAD = re.compile(
    rb"\A(?:From [^\r\n]+\r?\n)?(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){2,}",
    re.DOTALL,
)
_EML_NAMES = re.compile(
    rb"^(received|from|to|subject|date|message-id|mime-version|content-type):",
    re.IGNORECASE | re.MULTILINE,
)
_LETTER_NAMES = {b"received", b"message-id", b"to", b"from"}
_UUENCODE = re.compile(rb"^begin [0-7]{3,4} [^\r\n]+\r?\n", re.MULTILINE)
_SCRIPTS = ("#!", "@echo off", "<script", "<?php", "<%")
_HTML = re.compile(
    r"<(?:!doctype html|html|head|body|table|meta|div|p|span|font|br|h[1-6])\b"
)
# An Apple document is a zip, or a folder that the mail program zipped.
_IWORK = re.compile(
    r"\.iwa$|\.(?:pages|numbers)/Index\.zip$|"
    # those of iWork '09
    r"(?:^|/)buildVersionHistory\.plist$|(?:^|/)QuickLook/(?:Thumbnail|Preview)\.",
    re.IGNORECASE,
)
# Bytes that the words opening a text are looked for in
_HEAD = 8192
# The name that office encryption writes near the beginning of each file, behind a mark
# that differs between its versions
_OFFICE_LOCK, _LOCK_HEAD = b"E-SafeNet", 128
# Bytes of [Content_Types].xml
_TYPES_LIMIT = 1 << 20


def sniff(content: bytes) -> str:
    """The kind of a file by its bytes alone: docx, doc, xlsx, xls, pdf, zip, jpg, ...;
    `empty`, `encrypted`, `exe`, `broken`, `binary` where there is nothing to read."""
    return recognised(content).kind


def recognised(content: bytes) -> ForeignFile:
    """The file with its kind, a name of files/kinds.py. Looks into zip and OLE for the
    names inside, reads no more than it needs, and keeps what it opened."""
    file = ForeignFile(content)
    file.kind = _kind_of(file)
    return file


def _kind_of(file: ForeignFile) -> str:
    content = file.content
    if not content.strip(b"\x00\r\n\t "):
        return "empty"
    if content.startswith(_OLE):
        return _sniff_ole(file)
    if content.startswith(_ZIP):
        return _sniff_zip(file)
    for head, kind in _HEADS:
        if content.startswith(head):
            return kind
    return _sniff_further(content)


def _sniff_zip(file: ForeignFile) -> str:
    try:
        package = file.package
        odf = "mimetype" in package and "content.xml" in package
        if odf and "uof.xml" not in package:
            kind = package.read("mimetype", 200).decode("ascii", "replace")
            return _ODF.get(kind.strip().rpartition(".")[2], "odf")
        return _sniff_names(package.members) or _sniff_types(package)
    except UnreadableError:
        return "zip"


def _sniff_names(names: Collection[str]) -> str:
    if "OFD.xml" in names:
        return "ofd"
    if "uof.xml" in names:
        return "uof"
    if any(_IWORK.search(name) for name in names):
        return "iwork"
    if "[Content_Types].xml" not in names:
        return "zip"
    if any(name.endswith(".fdseq") for name in names):
        return "xps"
    return _sniff_folders(names)


def _sniff_folders(names: Collection[str]) -> str:
    """The kind of an OOXML package by its folders; "" where they have other names."""
    folders = set()
    for name in names:
        folders.add(name.partition("/")[0])
    if "word" in folders:
        if "word/vbaProject.bin" in names:
            return "docm"
        return "docx"
    if "xl" in folders:
        if "xl/workbook.bin" in names:
            return "xlsb"
        if "xl/vbaProject.bin" in names:
            return "xlsm"
        return "xlsx"
    if "ppt" in folders:
        return "pptx"
    return ""


def _sniff_types(package: Package) -> str:
    """A package whose parts stand in other folders, by the type of its main part."""
    types = package.read("[Content_Types].xml", _TYPES_LIMIT)
    for part_type, kind in _PART_TYPES:
        if part_type in types:
            return kind
    # Of another program (Visio): an archive has no such part
    return "package"


def _sniff_ole(file: ForeignFile) -> str:
    try:
        names = file.folder.names
    except (struct.error, ValueError):
        return "broken"
    return next((kind for name, kind in _OLE_NAMES if name in names), "ole")


def _sniff_further(content: bytes) -> str:
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if _OFFICE_LOCK in content[:_LOCK_HEAD]:
        return "esafenet"
    if content[:2] == b"MZ" and b"\x00" in content[:64]:
        return "exe"
    if content[:2] == b"BM" and content[6:10] == b"\x00" * 4:
        return "bmp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return "heic"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[257:262] == b"ustar":
        return "tar"
    return _sniff_text(content)


def _sniff_text(content: bytes) -> str:
    if text.looks_binary(content):
        return "binary"
    head = text.as_text(content[:_HEAD]).lstrip("\ufeff \t\r\n")
    lower = head.lower()
    if lower.startswith("{\\rt"):
        return "rtf"
    if lower.startswith(_SCRIPTS):
        return "exe"
    if lower.startswith(("<?xml", "<")):
        return _sniff_markup(lower)
    return _sniff_mail(content[:_HEAD]) or _sniff_lines(content)


def _sniff_markup(head: str) -> str:
    for mark, kind in _MARKUP:
        if mark in head:
            return kind
    if _HTML.search(head):
        return "html"
    return "text"


def _sniff_mail(head: bytes) -> str:
    """A mail or a saved page: both begin with header fields, damaged as they may be."""
    match = _EML_HEAD.match(mended(head).raw.lstrip())
    if match is None:
        return ""
    names = set()
    for name in _EML_NAMES.findall(match[0]):
        names.add(name.lower())
    page = (
        b"multipart/related" in match[0].lower()
        or b"text/html" in match[0].lower()
    )
    if (
        b"mime-version" in names
        and page
        and (not names & _LETTER_NAMES or b"saved by" in match[0].lower())
    ):
        return "mhtml"
    if len(names) > 1:
        return "eml"
    return ""


def _sniff_lines(content: bytes) -> str:
    match = _UUENCODE.search(content[: 4 * _HEAD])
    if match and re.match(
        rb"[\x20-\x60]{2,62}\r?\n", content[match.end() : match.end() + 70]
    ):
        return "uuencode"
    if text.separator_of(text.as_text(content[: 8 * _HEAD])):
        return "csv"
    return "text"
