"""SpreadsheetML: typed cells, formulas without a result, and files that are forged to be huge."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.document import Cell, Document, Doubt, Grid
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.containers import limits
from pipeline.reading.files.open_document import open_document
from pipeline.reading.formats.seen import seen_text

S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cells(content: bytes) -> dict[str, Cell]:
    document = open_document("x.xlsx", content)
    assert isinstance(document, Document), document
    return {
        c.where: c
        for block in document.blocks
        if isinstance(block, Grid)
        for c in block.cells
    }


def with_sheet(xml: str | bytes, strings: str = "") -> bytes:
    """A workbook whose first sheet's XML is `xml`, its shared strings `strings`."""
    old = zipfile.ZipFile(io.BytesIO(saved(openpyxl.Workbook())))
    relations = old.read("xl/_rels/workbook.xml.rels").decode()
    shared = '<Relationship Id="rIdS" Type="http://x/sharedStrings" Target="Strings.xml"/></Relationships>'
    changed: dict[str, str | bytes] = {
        "xl/worksheets/sheet1.xml": xml,
        "xl/Strings.xml": strings,
    }
    if strings:
        changed["xl/_rels/workbook.xml.rels"] = relations.replace(
            "</Relationships>", shared
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *changed}:
            new.writestr(
                name,
                changed.get(name)
                or (old.read(name) if name in old.namelist() else ""),
            )
    return buffer.getvalue()


def test_typed_cells_and_formulas_of_a_program() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "旬报"
    sheet["A1"], sheet["B1"], sheet["C1"] = "数", 1234, date(2015, 9, 10)
    sheet["C1"].number_format = 'yyyy"年"m"月"d"日"'
    sheet["A2"], sheet["B2"] = "=B1+SUM(B1:B1)", "=VLOOKUP(1,A:B,2)"
    sheet["A3"] = True
    found = cells(saved(book))
    assert (found["旬报!B1"].text, found["旬报!B1"].number) == ("1234", 1234)
    assert (
        found["旬报!C1"].text,
        found["旬报!C1"].day,
        found["旬报!C1"].number,
    ) == (
        "2015年9月10日",
        date(2015, 9, 10),
        None,
    )
    for formula in ("旬报!A2", "旬报!B2"):
        assert found[formula].text == ""
        assert found[formula].doubts == {Doubt.UNCOMPUTED}
    assert found["旬报!A3"].text == "TRUE"
    assert found["旬报!A3"].doubts == {Doubt.NOT_A_NUMBER}


def test_hidden_sheets_rows_and_columns() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["甲", "乙"])
    sheet.append(["丙", "丁"])
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    for state in ("hidden", "veryHidden"):
        other = book.create_sheet(state)
        other["A1"] = "旧"
        other.sheet_state = state
    assert {c.text for c in cells(saved(book)).values()} == {"甲"}


def test_shared_strings_with_runs_and_phonetic_hints() -> None:
    strings = f'<sst xmlns="{S}"><si><r><t>犍为</t></r><r><t>县</t></r><rPh sb="0" eb="1"><t>qian</t></rPh></si></sst>'
    sheet = f'<worksheet xmlns="{S}"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>'
    assert cells(with_sheet(sheet, strings))["Sheet!A1"].text == "犍为县"


def test_a_lone_far_cell_and_a_merge_of_everything_are_harmless() -> None:
    """Either ends calamine or openpyxl; here a cell costs what it weighs."""
    rows = '<row r="1"><c r="A1" t="str"><v>近</v></c></row><row r="1048576"><c r="XFD1048576" t="str"><v>远</v></c></row>'
    merge = '<mergeCells><mergeCell ref="B2:XFD1048576"/></mergeCells>'
    found = cells(
        with_sheet(
            f'<worksheet xmlns="{S}"><sheetData>{rows}</sheetData>{merge}</worksheet>'
        )
    )
    assert found["Sheet!A1"].text == "近"


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a limit that is reached in less than the seconds that the real one takes."""
    monkeypatch.setattr(limits, "CELLS_LIMIT", limits.CELLS_LIMIT // 100)
    row = "<row>" + "<c><v>1</v></c>" * 1000 + "</row>"
    trouble = open_document(
        "x",
        with_sheet(
            f'<worksheet xmlns="{S}"><sheetData>{row * (limits.CELLS_LIMIT // 1000 + 1)}</sheetData></worksheet>'
        ),
    )
    assert isinstance(trouble, Trouble)
    assert trouble.code is TroubleCode.TOO_BIG


def test_a_dtd_is_refused() -> None:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
        + f'<worksheet xmlns="{S}"><sheetData/></worksheet>'
    )
    trouble = open_document("x", with_sheet(bomb))
    assert isinstance(trouble, Trouble)
    assert trouble.code is TroubleCode.BOMB


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_a_dtd_hides_in_no_encoding(encoding: str) -> None:
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet xmlns="{S}"/>'
    document = open_document("x", with_sheet(bomb.encode(encoding)))
    assert isinstance(document, Trouble)


LETTERS = st.characters(
    codec="utf-8",
    exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"),
)
TEXT = st.text(LETTERS, min_size=1, max_size=12).filter(
    lambda t: (
        not t.startswith(("=", "#"))
        and not re.search("_x[0-9A-Fa-f]{4}_", t)
        and seen_text(t).text == t
    )
)


@given(st.lists(st.lists(TEXT, min_size=1, max_size=4), min_size=1, max_size=4))
def test_what_openpyxl_wrote_comes_back(rows: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    for row, texts in enumerate(rows, 1):
        for column, text in enumerate(texts, 1):
            book.active.cell(row, column, text).data_type = "s"
    found = [c.text for c in cells(saved(book)).values() if c.text]
    assert found == [t for row in rows for t in row]
