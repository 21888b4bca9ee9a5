"""One text and one workbook, saved by LibreOffice in every format that it writes: each reads as the page it shows.

`files/lists.fodt` and `files/kinds.fods` are the sources; the others were converted from them (soffice --convert-to).
The text has automatic numbers, a hidden figure and a deleted one in the value cell, merged cells, a nested table and a
text box; the workbook has a hidden row, column and sheet, typed dates and numbers, and a formula.
"""

import io
import re
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from pipeline.model.document import Cell, Document, Doubt, Grid, Paragraph
from pipeline.reading.files.open_document import open_document

FILES = Path(__file__).parent / "files"
TEXTS = ("lists.fodt", "lists.odt", "lists.docx", "lists.doc", "lists.rtf")
BOOKS = ("kinds.fods", "kinds.ods", "kinds.xlsx", "kinds.xls")


def read(name: str) -> Document:
    document = open_document(name, (FILES / name).read_bytes())
    assert isinstance(document, Document), document
    return document


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


def tight(text: str) -> str:
    """The text without blanks in a line: how far a number stands from its text differs from format to format."""
    return re.sub(r"[ \t]+", "", text)


def at(grid: Grid, row: int, column: int) -> Cell:
    return next(c for c in grid.cells if (c.row, c.column) == (row, column))


@pytest.mark.parametrize("name", TEXTS)
def test_the_form_reads_cell_by_cell(name: str) -> None:
    form = grids(read(name))[0]
    assert [at(form, 0, c).text for c in range(4)] == [
        "报送单位",
        "样例县总工会",
        "报送时间",
        "2015年9月10日",
    ]
    assert tight(at(form, 1, 0).text) == "已完成目标任务数（新增名农民工入会）"
    assert (at(form, 1, 0).column_span, at(form, 2, 0).row_span) == (2, 2)
    assert at(form, 0, 1).where == "表格1 第1行第2列"


@pytest.mark.parametrize("name", (*TEXTS, "lists.pdf"))
def test_hidden_and_deleted_figures_are_not_read(name: str) -> None:
    value = [c.text for c in grids(read(name))[0].cells if "35" in c.text]
    assert value == ["135"]


@pytest.mark.parametrize("name", (*TEXTS, "lists.pdf"))
def test_automatic_numbers_are_text(name: str) -> None:
    form = grids(read(name))[0]
    texts = [tight(c.text) for c in form.cells]
    assert "一、走访园区企业\n二、建立联络员名册" in texts
    assert "1.集中入会仪式\n2.上门登记\n中间说明\n3.回访一次" in texts


@pytest.mark.parametrize("name", TEXTS)
def test_paragraphs_keep_their_numbers_and_order(name: str) -> None:
    lines = [
        tight(b.text)
        for b in read(name).blocks
        if isinstance(b, Paragraph) and "文本框" not in b.where
    ]
    assert lines[0] == "农民工入会旬报表"
    assert lines[1] == "填表须知：如实填写"
    assert lines[2:] == [
        "（一）括号一",
        "（二）括号二",
        "第一行\n第二行末",
        "①圈一",
        "②圈二",
    ]


@pytest.mark.parametrize("name", TEXTS)
def test_a_nested_table_is_a_grid_of_its_own(name: str) -> None:
    form, inner = grids(read(name))
    assert at(form, 4, 1).text == "外层\n外层尾"
    assert [c.text for c in inner.cells] == ["内层左", "内层右"]
    assert inner.name == "表格2"


@pytest.mark.parametrize("name", (*TEXTS, "plain_word2003.xml"))
def test_a_text_box_is_read_once(name: str) -> None:
    boxes = [
        b
        for b in read(name).blocks
        if isinstance(b, Paragraph) and b.where == "文本框1"
    ]
    assert [b.text for b in boxes] == ["联系电话：另附"]


def test_a_page_keeps_list_numbers_and_nested_tables() -> None:
    form, inner = grids(read("lists.html"))
    assert (
        tight(at(form, 3, 1).text)
        == "1.集中入会仪式\n2.上门登记\n中间说明\n3.回访一次"
    )
    assert [c.text for c in inner.cells] == ["内层左", "内层右"]


def test_word_2003_xml_reads_like_docx() -> None:
    document = read("plain_word2003.xml")
    assert document.kind == "wordxml"
    assert at(grids(document)[0], 0, 1).text == "样例县总工会"
    assert at(grids(document)[0], 1, 2).text == "135"


@pytest.mark.parametrize("name", BOOKS)
def test_a_workbook_shows_what_its_formats_paint(name: str) -> None:
    (sheet,) = grids(read(name))
    cells = {c.where: c for c in sheet.cells}
    assert cells["旬报!D2"].text == "2015年9月10日"
    assert cells["旬报!D2"].day == date(2015, 9, 10)
    assert cells["旬报!D2"].number is None
    assert (cells["旬报!B4"].text, cells["旬报!B4"].number) == ("1,235人", 1235)
    assert (cells["旬报!D4"].text, cells["旬报!D4"].number) == ("52.5%", None)
    assert (cells["旬报!B5"].text, cells["旬报!B5"].day) == (
        "9月20日",
        date(2015, 9, 20),
    )
    assert (cells["旬报!D5"].text, cells["旬报!D5"].number) == ("24", 24)


@pytest.mark.parametrize("name", (*BOOKS, "kinds_excel2003.xml"))
def test_hidden_rows_and_columns_are_dropped_and_merges_stand_once(
    name: str,
) -> None:
    sheet = grids(read(name))[0]
    texts = [c.text for c in sheet.cells]
    assert "隐藏行" not in texts
    assert "隐藏列" not in texts
    assert "末列" in texts
    assert texts.count("农民工入会旬报表") == 1
    merged = next(c for c in sheet.cells if c.text == "1.走访\n2.登记")
    assert (merged.row_span, merged.column_span) == (2, 3)


@pytest.mark.parametrize("name", BOOKS)
def test_hidden_and_empty_sheets_are_dropped(name: str) -> None:
    assert [g.name for g in grids(read(name))] == ["旬报"]


@pytest.mark.parametrize("name", ["kinds.csv", "kinds.html"])
def test_text_exports_of_the_workbook_keep_cells_apart(name: str) -> None:
    texts = [c.text for c in grids(read(name))[0].cells]
    assert [t for t in texts if t][1:5] == [
        "报送单位",
        "样例县总工会",
        "报送时间",
        "2015年9月10日",
    ]


def test_a_table_over_two_pages_is_one_grid() -> None:
    form, inner = grids(read("two_pages.pdf"))
    measures = at(form, 3, 1).text.split("\n")
    assert [m.partition("条举措")[0] for m in measures] == [
        f"{n}.第{n}" for n in range(1, 41)
    ]
    assert all(m.endswith("做到应收尽收。") for m in measures)
    assert [at(form, 4, c).text for c in (0, 1)] == ["备注", "外层\n外层尾"]
    assert [c.text for c in inner.cells] == ["内层左", "内层右"]


def test_struck_text_in_a_pdf_is_left_out_and_told() -> None:
    assert Doubt.STRUCK in doubts_of("lists.pdf")
    assert doubts_of("two_pages.pdf") == set()


def doubts_of(name: str) -> set[Doubt]:
    """All that is in doubt of a document's cells and lines."""
    found: set[Doubt] = set()
    for block in read(name).blocks:
        parts = block.cells if isinstance(block, Grid) else (block,)
        for part in parts:
            found |= part.doubts
    return found


def turned(content: bytes, angle: int) -> bytes:
    """The same pages laid on their side in the file, and turned upright by /Rotate, as landscape printers do."""
    document = pypdfium2.PdfDocument(content)
    for page in document:
        width, height = page.get_size()
        matrix = {
            90: (0, 1, -1, 0, height, 0),
            180: (-1, 0, 0, -1, width, height),
            270: (0, -1, 1, 0, 0, width),
        }[angle]
        for item in page.get_objects(max_depth=1):
            item.transform(pypdfium2.PdfMatrix(*matrix))
        if angle != 180:
            page.set_mediabox(0, 0, height, width)
        page.gen_content()
        page.set_rotation(angle)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_pages_that_the_file_turns_read_upright(angle: int) -> None:
    content = (FILES / "two_pages.pdf").read_bytes()
    upright, other = (
        open_document("x", content),
        open_document("x", turned(content, angle)),
    )
    assert isinstance(upright, Document)
    assert isinstance(other, Document)
    assert [(c.where, c.text) for g in grids(other) for c in g.cells] == [
        (c.where, c.text) for g in grids(upright) for c in g.cells
    ]
