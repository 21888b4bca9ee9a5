"""The one table from kind of file to reader, and the promise that a foreign file ends
as Document or Trouble.

A name is never trusted; the kind comes from sniff.py. Readers are imported when the
first file of their kind comes.
"""

from collections.abc import Callable
from importlib import import_module

from pipeline.model.document import Document
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.containers.limits import ADVICE, PARSER_ERRORS, UnreadableError
from pipeline.reading.files.sniff import sniff
from pipeline.reading.files.unpack import ARCHIVES, unpack

__all__ = ["open_document", "sniff"]

_READERS: dict[str, tuple[str, str]] = {
    "docx": ("formats.word.docx", "read_docx"),
    "docm": ("formats.word.docx", "read_docx"),
    "dotx": ("formats.word.docx", "read_docx"),
    "wordxml": ("formats.word.docx", "read_word_xml"),
    "doc": ("formats.word.doc", "read_doc"),
    "xlsx": ("formats.sheet.xlsx", "read_xlsx"),
    "xlsm": ("formats.sheet.xlsx", "read_xlsx"),
    "html": ("formats.html", "read_html"),
    "mhtml": ("formats.html", "read_mhtml"),
    "csv": ("formats.text", "read_csv"),
    "text": ("formats.text", "read_text"),
    "pdf": ("formats.pdf.pdf_reader", "read_pdf"),
    "rtf": ("formats.word.rtf", "read_rtf"),
    "sheetxml": ("formats.sheet.excel2003", "read_sheet_xml"),
    "odt": ("formats.word.odt", "read_odt"),
    "fodt": ("formats.word.odt", "read_odt"),
    "ods": ("formats.sheet.ods", "read_ods"),
    "fods": ("formats.sheet.ods", "read_ods"),
    "xlsb": ("formats.sheet.xls", "read_xlsb"),
    "xls": ("formats.sheet.xls", "read_xls"),
}

_REFUSED = {
    "empty": TroubleCode.EMPTY,
    "encrypted": TroubleCode.ENCRYPTED,
    "exe": TroubleCode.EXECUTABLE,
    "broken": TroubleCode.CORRUPT,
    **dict.fromkeys(
        ("jpg", "png", "gif", "bmp", "tiff", "webp", "heic"), TroubleCode.SCAN_UNREAD
    ),
}
_TOO_DEEP = "压缩包里又套着压缩包，层数太多，请直接发送旬报表的 Word 或 Excel 文件。"


def open_document(name: str, content: bytes) -> Document | Trouble:
    """Reads a file by its content. `name` is for the log alone; it decides nothing.
    Never raises on foreign bytes, save MemoryError and what kills a process: foreign
    files are read in a child that may be killed."""
    kind = sniff(content)
    try:
        return _read(kind, content)
    except UnreadableError as error:
        trouble = error.trouble
    except (
        RecursionError,
        *PARSER_ERRORS,
    ) as error:  # a reader met bytes that no writer writes
        trouble = Trouble(
            TroubleCode.CORRUPT,
            ADVICE[TroubleCode.CORRUPT],
            f"{type(error).__name__}: {error}"[:300],
        )
    return Trouble(trouble.code, trouble.advice, f"{name} ({kind}): {trouble.detail}")


def _read(kind: str, content: bytes) -> Document:
    if kind in _REFUSED:
        raise UnreadableError(_REFUSED[kind], kind)
    if kind in ARCHIVES:
        _explain_archive(content)
    module, function = _READERS.get(kind, ("", ""))
    if not module:
        raise UnreadableError(TroubleCode.UNSUPPORTED, kind)
    reader: Callable[..., Document] = getattr(
        import_module(f"pipeline.reading.{module}"), function
    )
    return reader(content, kind)


def _explain_archive(content: bytes) -> None:
    """An archive where a document is wanted: its own trouble, or that it lies too deep in others."""
    found = unpack("", content)
    if isinstance(found, Trouble):
        raise UnreadableError(found.code, found.detail, found.advice)
    raise UnreadableError(TroubleCode.UNSUPPORTED, "archive in archives", _TOO_DEEP)
