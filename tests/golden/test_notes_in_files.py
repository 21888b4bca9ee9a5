"""A comment and a footnote of a form, saved by LibreOffice in every format that it writes: they stand beside the page,
and the one that speaks against the figure holds it.

`files/notes.fodt` and `files/cell_notes.fods` are the sources, the others were converted from them (soffice
--convert-to). LibreOffice leaves comments out of Excel 2003 XML: that one was put in as Excel writes it.
"""

import io
import zipfile
from pathlib import Path

import pytest

from pipeline.model.document import Document
from pipeline.model.form import Form, Hold
from pipeline.reading.files.open_document import open_document
from pipeline.reading.form.extract import extract
from pipeline.settings import load

FILES = Path(__file__).parent / "files"
SPEC = load(FILES.parents[2] / "config.example.toml").form_spec
FLAT_TEXT = "notes.fodt"
TEXTS = (
    FLAT_TEXT,
    "notes.odt",
    "notes.docx",
    "notes.doc",
    "notes.rtf",
    "notes_word2003.xml",
)
BOOKS = (
    "cell_notes.fods",
    "cell_notes.ods",
    "cell_notes.xlsx",
    "cell_notes.xls",
    "cell_notes_excel2003.xml",
)
COMMENT = ["此数有误，", "应为357"]
FOOTNOTES = ["脚注一：请按时报送", "尾注一"]


def _read(name: str, content: bytes) -> Document:
    document = open_document(name, content)
    assert isinstance(document, Document), document
    return document


def _lines(document: Document) -> list[str]:
    lines = "\n".join(document.notes).split("\n")
    return sorted(line.strip() for line in lines if line.strip())


def _form(document: Document) -> Form:
    (form,) = extract(document, SPEC)
    return form


@pytest.mark.parametrize("name", TEXTS)
def test_comments_and_footnotes_of_a_text(name: str) -> None:
    document = _read(name, (FILES / name).read_bytes())
    assert _lines(document) == sorted([*COMMENT, *FOOTNOTES])


@pytest.mark.parametrize("name", BOOKS)
def test_comments_on_cells(name: str) -> None:
    document = _read(name, (FILES / name).read_bytes())
    assert _lines(document) == sorted(COMMENT)


@pytest.mark.parametrize("name", (*TEXTS, *BOOKS))
def test_the_comment_is_no_part_of_a_cell_and_holds_the_figure(
    name: str,
) -> None:
    document = _read(name, (FILES / name).read_bytes())
    assert not any("357" in text for text in document.texts())
    figure = _form(document).figure
    assert (figure.completed, figure.holds) == (356, (Hold.FIGURE_UNCLEAR,))
    assert any("此数有误" in line for line in figure.unexplained)


@pytest.mark.parametrize("name", ("notes.fodt", "cell_notes.fods"))
def test_a_comment_that_agrees_holds_nothing(name: str) -> None:
    content = (FILES / name).read_text("utf-8")
    for line, agreeing in zip(COMMENT, ("已核", "请按时报送"), strict=True):
        content = content.replace(line, agreeing)
    figure = _form(_read(name, content.encode())).figure
    assert (figure.completed, figure.holds) == (356, ())


def test_a_threaded_comment() -> None:
    """As Excel 365 keeps one, beside the old part or without it."""
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(FILES / "cell_notes.xlsx") as old,
        zipfile.ZipFile(kept, "w") as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml.rels"):
                content = content.replace(
                    b"relationships/comments", b"relationships/threadedComment"
                )
            if "comments" in name:
                content = _THREAD.encode()
            new.writestr(name, content)
    document = _read("x.xlsx", kept.getvalue())
    assert document.notes == ("此数有误，应为357",)


_THREAD = (
    '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<threadedComment ref="B3" personId="{0}" id="{1}"><text>此数有误，应为357</text></threadedComment>'
    "</ThreadedComments>"
)
