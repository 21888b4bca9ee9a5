"""A PDF of the 通报 goes along where something can print it, the same bytes each time."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from campaign_maker import made, moment, settings

from pipeline.bootstrap import assemble
from pipeline.edges.processes.libreoffice import printed_alike
from pipeline.flows.letter_writer import LetterWriter
from pipeline.writing.bulletin.official_document import bulletin_document
from pipeline.writing.sample_month import SENDER
from pipeline.writing.samples import BULLETIN, DRAFT, RECEIPT

needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed"
)


def names(folder: Path, letter, pdf: bytes) -> list[str]:
    """What a letter carries, by the ends of the names."""
    program = assemble(
        settings(folder / "config.toml"), moment("2015-10-01 15:00")
    )
    writer = program.letters
    printing = LetterWriter(
        lambda: writer._renderer,
        SENDER,
        program.vault,
        program.store,
        lambda: program.reader,
        writer._documents,
        writer._pictures,
        lambda document: pdf,
    )
    return [
        e.name.rpartition(".")[2] for e in printing.enclosures(letter, None)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made(tmp_path)
    return tmp_path


def test_the_pdf_stands_behind_the_document(folder: Path) -> None:
    assert names(folder, BULLETIN, b"%PDF") == ["docx", "pdf", "xlsx"]
    assert names(folder, DRAFT, b"%PDF") == ["docx", "pdf", "xlsx"]
    assert names(folder, RECEIPT, b"%PDF") == []


def test_without_a_printer_the_bulletin_goes_without(folder: Path) -> None:
    assert names(folder, BULLETIN, b"") == ["docx", "xlsx"]


@needs_office
def test_equal_documents_print_to_equal_bytes() -> None:
    document = bulletin_document(replace(BULLETIN, number=2), SENDER)
    first = printed_alike(document, "docx", lambda: True)
    assert first.startswith(b"%PDF")
    assert printed_alike(document, "docx", lambda: True) == first


@needs_office
def test_where_no_font_has_chinese_nothing_is_printed() -> None:
    """A page of empty boxes is worse than none; the control is above."""
    document = bulletin_document(BULLETIN, SENDER)
    assert printed_alike(document, "docx", lambda: False) == b""
