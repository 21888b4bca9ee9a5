"""The official document and the workbook as LibreOffice prints them."""

import statistics

import pytest
from PIL import Image

from pipeline.writing.bulletin.official_document import bulletin_document
from pipeline.writing.bulletin.workbook import bulletin_workbook
from pipeline.writing.docx.lint import lint
from pipeline.writing.sample_month import SENDER
from pipeline.writing.samples import BULLETIN
from pipeline.writing.words import number, percent
from tests.pictures.office import (
    converted,
    needs_office,
    needs_poppler,
    pages,
    text_of,
)

pytestmark = [pytest.mark.pictures, needs_office, needs_poppler]


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    folder = tmp_path_factory.mktemp("document")
    return converted(bulletin_document(BULLETIN, SENDER), "docx", "pdf", folder)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    return converted(
        bulletin_workbook(BULLETIN, SENDER),
        "xlsx",
        "pdf",
        tmp_path_factory.mktemp("workbook"),
    )


def ink(picture) -> float:
    """The share of a page that is not white."""
    grey = Image.open(picture).convert("L")
    return sum(1 for level in grey.tobytes() if level < 200) / (
        grey.width * grey.height
    )


def packed(text: str) -> str:
    return "".join(text.split())


def test_the_document_says_the_snapshots_figures(document, tmp_path):
    text = packed(text_of(document, tmp_path))
    assert BULLETIN.standing.rows
    for row in BULLETIN.standing.rows:
        told = f"{row.unit}{number(row.completed)}"
        assert packed(told) in text
        assert packed(f"{number(row.target)}{percent(row.rate)}") in text
    for word in (
        f"第{BULLETIN.number}期",
        "一、总体情况",
        "抄送：",
        "印发",
        BULLETIN.snapshot_id,
    ):
        assert packed(word) in text


def test_no_page_is_blank_and_the_first_has_a_red_head(document, tmp_path):
    pictures = pages(document, tmp_path)
    assert 3 <= len(pictures) <= 7
    assert all(ink(picture) > 0.002 for picture in pictures)
    first = Image.open(pictures[0]).convert("RGB")
    top = first.crop((0, 0, first.width, first.height // 2))
    red, green, _ = (channel.tobytes() for channel in top.split())
    assert (
        sum(1 for r, g in zip(red, green, strict=True) if r > 200 and g < 90)
        > 300
    )


def test_a_full_page_holds_22_lines_of_28_characters(document, tmp_path):
    """facts.md: the grid of the standard, as printed."""
    page = text_of(document, tmp_path).split("\f")[1]
    lines = [
        line
        for line in page.splitlines()
        if line.strip() and not line.strip().startswith("—")
    ]
    assert len(lines) == 22
    widths = []
    for line in lines:
        wide = [c for c in line.strip() if ord(c) > 0x2E7F or c in "“”"]
        widths.append((len(line.strip()) + len(wide)) / 2)
    # Most lines run to the edge; what a program squeezes (marks, digits) varies.
    full = [width for width in widths if width > 24]
    assert 26 <= statistics.median(full) <= 30


def test_saved_by_another_program_it_still_keeps_to_the_standard(tmp_path):
    saved = converted(
        bulletin_document(BULLETIN, SENDER), "docx", "docx", tmp_path
    )
    assert lint(saved) == []


def test_pages_are_numbered_outside(document, tmp_path):
    pages = text_of(document, tmp_path).split("\f")[:-1]
    assert pages
    for index, page in enumerate(pages, 1):
        (line,) = [
            line for line in page.splitlines() if packed(line) == f"—{index}—"
        ]
        assert (len(line) - len(line.lstrip()) > 20) == (index % 2 == 1)


def test_the_workbook_prints_every_sheet_and_no_blank_page(workbook, tmp_path):
    text = packed(text_of(workbook, tmp_path))
    for sheet in (
        "进度排名",
        "历次数据",
        "分组",
        "迟报漏报",
        "进度滞后",
        "工作举措",
        "约谈和通报",
        "图表",
        "说明",
    ):
        assert f"{sheet}（2015年9月30日）" in text
    assert all(ink(picture) > 0.002 for picture in pages(workbook, tmp_path))
    assert "###" not in text
