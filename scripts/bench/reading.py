"""Benches of reading: each reader against its floor, the child process on top, a mail, and what a kind of file imports."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import _environment

from bench.pairs import Pair

AT = datetime(2015, 9, 10, tzinfo=UTC)
# Files of a kind
EACH = 3
_NAME_MODULES = """
import sys
from pathlib import Path
import pipeline.reading.files.read_file
from pipeline.reading.files.open_document import open_document
before = set(sys.modules)
path = Path(sys.argv[1])
open_document(path.name, path.read_bytes())
new = sorted(n for n in set(sys.modules) - before if not n.startswith('encodings.'))
own = [n.rpartition('.')[2] for n in new if n.startswith('pipeline.')]
print('+'.join(own), '/', ' '.join(sorted({n.partition('.')[0] for n in new if not n.startswith('pipeline.')} - set(sys.stdlib_module_names))))
"""


def reading(folder: Path) -> Iterator[Pair]:
    """Readers against the least that the bytes must cost; then the warm child against the same reading in this process."""
    for kind, floor in _FLOORS.items():
        yield from (_opened(path, floor) for path in of_kind(folder, kind))
    yield from (_opened(path, _xlrd) for path in of_kind(folder, "xls"))
    yield from _through_the_child(folder)


def full(folder: Path) -> Iterator[Pair]:
    """Workbooks against the libraries that, as a form needs, also know formats, merged and hidden cells."""
    for kind, floor in (("xlsx", _openpyxl), ("xls", _xlrd)):
        yield from (_opened(path, floor) for path in of_kind(folder, kind))


def mail(folder: Path) -> Iterator[Pair]:
    """A mail with one attachment, decoded; the floor is mail-parser alone."""
    import mailparser

    from pipeline.reading.mail.message import parse

    for kind in ("docx", "doc", "pdf"):
        for path in of_kind(folder, kind)[:1]:
            raw = _mail_with(path)
            yield Pair(
                f"mail of {len(raw) // 1000} KB, {kind}",
                "mail-parser",
                partial(parse, raw, AT),
                partial(mailparser.parse_from_bytes, raw),
            )


def modules(folder: Path, *, quick: bool) -> Iterator[str]:
    """What the first file of a kind imports beyond what the child holds anyway: own modules / packages."""
    for kind in (*_FLOORS, "odt", "ods", "rtf", "html", "csv", "wps", "et"):
        for path in of_kind(folder, kind)[:1]:
            done = subprocess.run(
                [sys.executable, "-c", _NAME_MODULES, str(path)],
                cwd=_environment.ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
            yield f"{kind}: {done.stdout.strip()}"


def of_kind(folder: Path, kind: str) -> list[Path]:
    """Files with a document in them: the bombs and the locked have no floor to be measured against."""
    fit = [p for p in sorted(folder.glob(f"*.{kind}")) if _opens(p)]
    return fit[:EACH]


def _opens(path: Path) -> bool:
    from pipeline.model.document import Document
    from pipeline.reading.files.open_document import open_document

    document = open_document(path.name, path.read_bytes())
    return isinstance(document, Document) and document.kind == path.suffix[1:]


def _opened(path: Path, floor: Callable[[bytes], object]) -> Pair:
    raw = path.read_bytes()
    return Pair(
        path.name,
        floor.__doc__ or "",
        lambda: _afresh(path.name, raw),
        lambda: floor(raw),
    )


def _afresh(name: str, raw: bytes) -> object:
    """One file as it comes in production: no container is open from the round before."""
    from pipeline.reading.files.open_document import open_document

    return open_document(name, raw)


def _through_the_child(folder: Path) -> Iterator[Pair]:
    from pipeline.edges.processes.sandbox import Reader
    from pipeline.reading.files.read_file import read_file
    from pipeline.settings import load

    spec = load(_environment.ROOT / "config.example.toml").form_spec
    with Reader(spec) as child:
        for path in [
            p
            for kind in ("docx", "doc", "xls", "pdf")
            for p in of_kind(folder, kind)[:1]
        ]:
            raw = path.read_bytes()
            yield Pair(
                f"child: {path.name}",
                "in process",
                partial(child.file, path.name, raw),
                partial(read_file, path.name, raw, spec),
            )


def _mail_with(path: Path) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "甲县 <jia@example.cn>", "旬报表"
    message["Message-ID"] = "<1@example.cn>"
    message.set_content("请查收附件。")
    content = path.read_bytes()
    message.add_attachment(
        content,
        maintype="application",
        subtype="octet-stream",
        filename=f"旬报表{path.suffix}",
    )
    return message.as_bytes()


def _lxml(raw: bytes) -> object:
    """zip + lxml, the text"""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(raw)) as zip_package:
        return list(
            etree.fromstring(zip_package.read("word/document.xml")).itertext()
        )


def _olefile(raw: bytes) -> object:
    """olefile, all streams"""
    import olefile

    with olefile.OleFileIO(raw) as ole:
        return [ole.openstream(name).read() for name in ole.listdir()]


def _calamine(raw: bytes) -> object:
    """calamine"""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    return [
        book.get_sheet_by_name(name).to_python() for name in book.sheet_names
    ]


def _pdfium(raw: bytes) -> object:
    """pypdfium2, the text"""
    import pypdfium2

    document = pypdfium2.PdfDocument(raw)
    return [page.get_textpage().get_text_range() for page in document]


def _xlrd(raw: bytes) -> object:
    """xlrd with formats"""
    import xlrd

    return [
        list(sheet.get_rows())
        for sheet in xlrd.open_workbook(file_contents=raw, formatting_info=True)
    ]


def _openpyxl(raw: bytes) -> object:
    """openpyxl"""
    import openpyxl

    return [
        list(sheet.values) for sheet in openpyxl.load_workbook(io.BytesIO(raw))
    ]


_FLOORS: dict[str, Callable[[bytes], object]] = {
    "docx": _lxml,
    "doc": _olefile,
    "xlsx": _calamine,
    "xls": _calamine,
    "pdf": _pdfium,
}
