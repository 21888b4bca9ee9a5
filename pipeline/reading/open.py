"""What a file is, by its content, and the one table from kind to reader.

A name is never trusted: docx arrives as .doc, a web page as .xls, a program as anything. Readers are imported when the
first file of their kind comes. Whatever a file does, the answer is a Document or a Trouble with a sentence for the clerk.
"""

import re
from collections.abc import Callable, Collection
from importlib import import_module

from pipeline.model.document import Document
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.bounds import ADVICE, UnreadableError
from pipeline.reading.package import Package

_HEADS: tuple[tuple[bytes, str], ...] = (
    (b"{\\rt", "rtf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"MZ", "exe"),
    (b"\x7fELF", "exe"),
    (b"\x09\x08\x06\x00", "xls"),  # a bare BIFF stream, as some accounting programs write
    (b"\x09\x08\x08\x00", "xls"),
    (b"\x09\x04\x06\x00", "xls"),
    (b"\x09\x02\x06\x00", "xls"),
    (b"\x09\x00\x04\x00", "xls"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_ODF = {"text": "odt", "text-template": "odt", "spreadsheet": "ods", "spreadsheet-template": "ods"}
_OLE_NAMES = (  # in order: what encrypts stands before what it encrypts
    ("encryptedpackage", "encrypted"),
    ("worddocument", "doc"),
    ("workbook", "xls"),
    ("book", "xls"),
    ("__properties_version1.0", "msg"),
    ("powerpoint document", "ppt"),
)
_EML_HEAD = re.compile(
    rb"\A(?:From [^\r\n]+\r?\n)?(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){2,}", re.DOTALL
)
_EML_NAMES = re.compile(
    rb"^(?:received|from|to|subject|date|message-id|mime-version):", re.IGNORECASE | re.MULTILINE
)
_UUENCODE = re.compile(rb"^begin [0-7]{3,4} [^\r\n]+\r?\n", re.MULTILINE)
_SCRIPTS = (b"#!", b"@echo off", b"<script", b"<?php")

_READERS: dict[str, tuple[str, str]] = {
    "docx": ("word", "read_docx"),
    "docm": ("word", "read_docx"),
    "dotx": ("word", "read_docx"),
    "wordxml": ("word", "read_word_xml"),
    "doc": ("doc", "read_doc"),
    "xlsx": ("xlsx", "read_xlsx"),
    "xlsm": ("xlsx", "read_xlsx"),
    "xlsb": ("sheet", "read_xlsb"),
    "xls": ("sheet", "read_xls"),
}

_REFUSED = {
    "empty": TroubleCode.EMPTY,
    "encrypted": TroubleCode.ENCRYPTED,
    "exe": TroubleCode.EXECUTABLE,
    **dict.fromkeys(("jpg", "png", "gif", "bmp", "tiff", "webp", "heic"), TroubleCode.SCAN_UNREAD),
}
_PARSER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError, EOFError)


def sniff(content: bytes) -> str:
    """The kind of a file by its bytes alone: docx, doc, xlsx, xls, pdf, zip, jpg, ...; `empty`, `encrypted`, `exe`,
    `binary` where there is nothing to read. Looks into zip and OLE for the names inside; reads no more than it needs."""
    if not content.strip(b"\x00\r\n\t "):
        return "empty"
    if content.startswith(_OLE):
        return _sniff_ole(content)
    if content.startswith(_ZIP):
        return _sniff_zip(content)
    for head, kind in _HEADS:
        if content.startswith(head):
            return kind
    return _sniff_further(content)


def _sniff_zip(content: bytes) -> str:
    try:
        package = Package(content)
        if "mimetype" in package and "content.xml" in package:
            what = package.read("mimetype", 200).decode("ascii", "replace").strip().rpartition(".")[2]
            return _ODF.get(what, "odf")
    except UnreadableError:
        return "zip"
    return _sniff_names(package.members)


def _sniff_names(names: Collection[str]) -> str:
    if "[Content_Types].xml" not in names:
        return "zip"
    folders = {name.partition("/")[0] for name in names}
    if "word" in folders:
        return "docm" if "word/vbaProject.bin" in names else "docx"
    if "xl" in folders:
        if "xl/workbook.bin" in names:
            return "xlsb"
        return "xlsm" if "xl/vbaProject.bin" in names else "xlsx"
    return "pptx" if "ppt" in folders else "zip"


def _sniff_ole(content: bytes) -> str:
    import olefile

    try:
        with olefile.OleFileIO(content) as ole:
            names = {entry[0].lower() for entry in ole.listdir()}
    except (OSError, ValueError, IndexError, KeyError, AttributeError, TypeError):
        return "ole"
    return next((kind for name, kind in _OLE_NAMES if name in names), "ole")


def _sniff_further(content: bytes) -> str:
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return "heic"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[257:262] == b"ustar":
        return "tar"
    return _sniff_text(content)


def _sniff_text(content: bytes) -> str:
    from pipeline.reading import text

    return text.sniff_text(content)


def open_document(name: str, content: bytes) -> Document | Trouble:
    """Reads a file by its content. `name` is for the log alone; it decides nothing. Never raises on foreign bytes, save
    MemoryError and what kills a process: foreign files are read in a child that may be killed."""
    kind = sniff(content)
    try:
        return _read(kind, content)
    except UnreadableError as error:
        trouble = error.trouble
    except (RecursionError, *_PARSER_ERRORS) as error:  # a reader met bytes that no writer writes
        trouble = Trouble(
            TroubleCode.CORRUPT, ADVICE[TroubleCode.CORRUPT], f"{type(error).__name__}: {error}"[:300]
        )
    return Trouble(trouble.code, trouble.advice, f"{name} ({kind}): {trouble.detail}")


def _read(kind: str, content: bytes) -> Document:
    if kind in _REFUSED:
        raise UnreadableError(_REFUSED[kind], kind)
    module, function = _READERS.get(kind, ("", ""))
    if not module:
        raise UnreadableError(TroubleCode.UNSUPPORTED, kind)
    reader: Callable[..., Document] = getattr(import_module(f"pipeline.reading.{module}"), function)
    return reader(content, kind)
