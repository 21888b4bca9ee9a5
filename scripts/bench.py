"""Speed, as ratios to a floor measured in the same run: wall times here drift, ratios of pairs do not.

    python3 scripts/bench.py reading     each reader against the bare library or parser on the same bytes, and the child on top
    python3 scripts/bench.py mail        a mail decoded, against mail-parser alone
    python3 scripts/bench.py idle        `xunbao --help` against a bare Python, as whole processes
    python3 scripts/bench.py reading --quick   few rounds, for a look

Each pair is run A B A B ...; printed are the medians of the pairs' ratios. Nothing is asserted: docs/speed.md says what is aimed at.
"""

import argparse
import io
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import _environment

FILES = _environment.ROOT / "tests" / "golden" / "files"
AT = datetime(2015, 9, 10, tzinfo=UTC)
Work = Callable[[], object]


def main() -> int:
    _environment.enter(("archives",), dev=True)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=sorted(BENCHES))
    parser.add_argument("--quick", action="store_true", help="few rounds")
    parser.add_argument("--folder", type=Path, default=FILES, help="files to read instead of the tests' own")
    asked = parser.parse_args()
    print(f"{'':28} {'ratio':>7}   {'it, ms':>8} {'floor, ms':>9}")
    for name, work, floor in BENCHES[asked.what](asked.folder):
        ratio, its, floors = paired(work, floor, 5 if asked.quick else 60)
        print(f"{name:28} {ratio:7.2f}   {its * 1000:8.3f} {floors * 1000:9.3f}", flush=True)
    return 0


def read_afresh(name: str, raw: bytes) -> object:
    """One file as it comes in production: no container is open from the round before."""
    from pipeline.reading.ole import opened
    from pipeline.reading.open import open_document

    opened.cache_clear()
    return open_document(name, raw)


def paired(work: Work, floor: Work, rounds: int) -> tuple[float, float, float]:
    """The median ratio of the pairs, and both medians in seconds; the first pair warms up and does not count."""
    pairs = [(timed(work), timed(floor)) for _ in range(rounds + 1)][1:]
    ratios = statistics.median(a / b for a, b in pairs if b)
    return ratios, statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def timed(work: Work) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def reading(folder: Path) -> list[tuple[str, Work, Work]]:
    """Readers against their floors, then the child process against the same reading in this process."""
    from pipeline.edges.sandbox import Reader
    from pipeline.reading.files import read_file
    from pipeline.settings import load

    spec = load(_environment.ROOT / "config.toml").form_spec
    rows: list[tuple[str, Work, Work]] = []
    child = Reader(spec)
    for kind, floor in FLOORS.items():
        for path in sorted(folder.glob(f"[dklx]*.{kind}"))[:3]:
            raw = path.read_bytes()
            rows.append(
                (
                    f"{path.name} / {floor.__doc__}",
                    lambda p=path, r=raw: read_afresh(p.name, r),
                    lambda r=raw, f=floor: f(r),
                )
            )
    for path in sorted(folder.glob("[dklx]*.docx"))[:1] + sorted(folder.glob("[dklx]*.xls"))[:1]:
        raw = path.read_bytes()
        rows.append(
            (
                f"child: {path.name} / in process",
                lambda p=path, r=raw: child.file(p.name, r),
                lambda p=path, r=raw: read_file(p.name, r, spec),
            )
        )
    return rows


def _docx_floor(raw: bytes) -> object:
    """zip + lxml"""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return list(etree.fromstring(package.read("word/document.xml")).itertext())


def _doc_floor(raw: bytes) -> object:
    """olefile streams"""
    import olefile

    with olefile.OleFileIO(raw) as ole:
        return [ole.openstream(name).read() for name in ole.listdir()]


def _calamine_floor(raw: bytes) -> object:
    """calamine"""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def _xlrd_floor(raw: bytes) -> object:
    """xlrd"""
    import xlrd

    return [sheet.get_rows() for sheet in xlrd.open_workbook(file_contents=raw, formatting_info=True)]


def _openpyxl_floor(raw: bytes) -> object:
    """openpyxl"""
    import openpyxl

    return [list(sheet.values) for sheet in openpyxl.load_workbook(io.BytesIO(raw))]


def _pdf_floor(raw: bytes) -> object:
    """pypdfium2 text"""
    import pypdfium2

    document = pypdfium2.PdfDocument(raw)
    return [page.get_textpage().get_text_range() for page in document]


FLOORS: dict[str, Callable[[bytes], object]] = {
    "docx": _docx_floor,
    "doc": _doc_floor,
    "xlsx": _calamine_floor,
    "xls": _calamine_floor,
    "pdf": _pdf_floor,
}
SECOND_FLOORS: dict[str, Callable[[bytes], object]] = {"xlsx": _openpyxl_floor, "xls": _xlrd_floor}


def reading_as_full(folder: Path) -> list[tuple[str, Work, Work]]:
    """Workbooks against the libraries that also know formats, merged and hidden cells, as these readers must."""
    return [
        (
            f"{path.name} / {floor.__doc__}",
            lambda p=path, r=raw: read_afresh(p.name, r),
            lambda r=raw, f=floor: f(r),
        )
        for kind, floor in SECOND_FLOORS.items()
        for path in sorted(folder.glob(f"[dklx]*.{kind}"))[:3]
        for raw in [path.read_bytes()]
    ]


def mail(folder: Path) -> list[tuple[str, Work, Work]]:
    """A mail of some 30 KB with one attachment, decoded; the floor is mail-parser alone."""
    from email.message import EmailMessage

    import mailparser

    from pipeline.reading.message import parse

    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = (
        "甲县 <jia@example.cn>",
        "旬报表",
        "<1@example.cn>",
    )
    message.set_content("请查收附件。")
    body = next(iter(sorted(folder.glob("[dl]*.doc")))).read_bytes()
    message.add_attachment(body, maintype="application", subtype="msword", filename="旬报表.doc")
    raw = message.as_bytes()
    return [
        (
            f"mail of {len(raw) // 1000} KB / mail-parser",
            lambda: parse(raw, AT),
            lambda: mailparser.parse_from_bytes(raw),
        )
    ]


def idle(folder: Path) -> list[tuple[str, Work, Work]]:
    """Whole processes: what the program costs before it does anything."""

    def run(*arguments: str) -> Work:
        return lambda: subprocess.run(
            [sys.executable, *arguments], cwd=_environment.ROOT, capture_output=True, check=True
        )

    return [("xunbao --help / bare python", run("-m", "pipeline", "--help"), run("-c", "pass"))]


BENCHES = {"reading": reading, "full": reading_as_full, "mail": mail, "idle": idle}


if __name__ == "__main__":
    sys.exit(main())
