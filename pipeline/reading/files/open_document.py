"""A file to a Document by the reader of its kind, and the promise that a foreign file
ends as Document or Trouble.

Trusts nothing: a name decides nothing, the kind comes from sniff.py. Readers are
imported when the first file of their kind comes.
"""

from collections.abc import Callable
from importlib import import_module

from pipeline.model.document import Document
from pipeline.model.trouble import ADVICE, Trouble, TroubleCode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import PARSER_ERRORS, UnreadableError
from pipeline.reading.files.kinds import BY_NAME, Nature
from pipeline.reading.files.sniff import recognised
from pipeline.reading.files.unpack import unpack_file

_TOO_DEEP = (
    "压缩包里又套着压缩包，层数太多，请直接发送报送表的 Word 或 Excel 文件。"
)


def open_document(name: str, content: bytes) -> Document | Trouble:
    """Reads a file by its content. `name` is for the log alone; it decides nothing.
    Never raises on foreign bytes, save MemoryError and what kills a process: foreign
    files are read in a child that may be killed."""
    return open_file(name, recognised(content))


def open_file(name: str, file: ForeignFile) -> Document | Trouble:
    """`open_document` of a file whose kind is known."""
    try:
        return _read(file)
    except UnreadableError as error:
        trouble = error.trouble
    except (RecursionError, *PARSER_ERRORS) as error:
        # a reader met bytes that no writer writes
        detail = f"{type(error).__name__}: {error}"[:300]
        trouble = Trouble(
            TroubleCode.CORRUPT, ADVICE[TroubleCode.CORRUPT], detail
        )
    detail = f"{name} ({file.kind}): {trouble.detail}"
    return Trouble(trouble.code, trouble.advice, detail)


def _read(file: ForeignFile) -> Document:
    kind = BY_NAME[file.kind]
    if kind.nature is Nature.ARCHIVE:
        _explain_archive(file)
    if kind.nature in (Nature.REFUSED, Nature.SCAN):
        raise UnreadableError(kind.trouble, kind.name, kind.sentence())
    module, _, function = kind.reader.partition(":")
    reader: Callable[[ForeignFile], Document] = getattr(
        import_module(f"pipeline.reading.{module}"), function
    )
    return reader(file)


def _explain_archive(file: ForeignFile) -> None:
    """An archive where a document is wanted: its own trouble, or that it lies too deep in others."""
    found = unpack_file("", file)
    if isinstance(found, Trouble):
        raise UnreadableError(found.code, found.detail, found.advice)
    raise UnreadableError(
        TroubleCode.UNSUPPORTED, "archive in archives", _TOO_DEEP
    )
