"""A line from corner to corner of a cell: what stands there is crossed out, or said not to
apply, in every format that draws one."""

import io
import struct

import openpyxl
import pytest
import xlwt
from openpyxl.styles import Border, Side

from pipeline.model.document import Document, Doubt, Grid
from pipeline.reading.files.open_document import open_document
from pipeline.reading.formats.sheet import xlsb_styles

SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
EXCEL = "urn:schemas-microsoft-com:office:spreadsheet"


def doubts_of(content: bytes) -> frozenset[Doubt]:
    document = open_document("x", content)
    assert isinstance(document, Document), document
    grids = [b for b in document.blocks if isinstance(b, Grid)]
    (cell,) = [c for grid in grids for c in grid.cells if c.text == "356"]
    return cell.doubts


def xlsx(crossed: bool) -> bytes:
    book = openpyxl.Workbook()
    cell = book.worksheets[0]["B2"]
    cell.value = 356
    if crossed:
        cell.border = Border(diagonal=Side(style="thin"), diagonalUp=True)
    else:
        cell.border = Border(bottom=Side(style="thin"))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xls(crossed: bool) -> bytes:
    book = xlwt.Workbook()
    line = "diag thin, need_diag1 on" if crossed else "bottom thin"
    sheet = book.add_sheet("x")
    sheet.write(1, 1, 356, xlwt.easyxf(f"borders: {line}"))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def excel2003(crossed: bool) -> bytes:
    place = "DiagonalRight" if crossed else "Bottom"
    border = f'<Borders><Border ss:Position="{place}" ss:LineStyle="Continuous"/></Borders>'
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{EXCEL}" xmlns:ss="{EXCEL}">'
        f'<Styles><Style ss:ID="s">{border}</Style></Styles>'
        '<Worksheet ss:Name="x"><Table><Row><Cell ss:StyleID="s">'
        '<Data ss:Type="Number">356</Data></Cell></Row></Table></Worksheet></Workbook>'
    ).encode()


def fods(crossed: bool) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    names = "".join(
        f' xmlns:{n}="{office}{n}:1.0"' for n in ("office", "style", "table")
    )
    side = "style:diagonal-tl-br" if crossed else "style:shadow"
    line = "0.06pt solid #000000" if crossed else "none"
    return (
        f'<?xml version="1.0"?><office:document{names} xmlns:text="{office}text:1.0" '
        'office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
        '<office:automatic-styles><style:style style:name="s" style:family="table-cell">'
        f'<style:table-cell-properties {side}="{line}"/></style:style>'
        "</office:automatic-styles><office:body><office:spreadsheet>"
        '<table:table table:name="x"><table:table-row><table:table-cell '
        'table:style-name="s" office:value-type="float" office:value="356">'
        "<text:p>356</text:p></table:table-cell></table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document>"
    ).encode()


def word_xml(crossed: bool) -> bytes:
    side = "tl2br" if crossed else "bottom"
    borders = f'<w:tcBorders><w:{side} w:val="single"/></w:tcBorders>'
    return (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
        f'<w:wordDocument xmlns:w="{SPACE}"><w:body><w:tbl><w:tr><w:tc>'
        f"<w:tcPr>{borders}</w:tcPr><w:p><w:r><w:t>356</w:t></w:r></w:p>"
        "</w:tc></w:tr></w:tbl></w:body></w:wordDocument>"
    ).encode()


def rich_text(crossed: bool) -> bytes:
    """The other sides of the cell have no line, and say so."""
    line = r"\cldglu\brdrs" if crossed else r"\cldglu\brdrnone"
    cell = rf"\trowd{line}\clbrdrt\brdrnone\cellx2400\intbl 356\cell\row"
    return rf"{{\rtf1{cell}\pard\par}}".encode()


def page(crossed: bool) -> bytes:
    line = "mso-diagonal-down" if crossed else "border-bottom"
    style = f"{line}:.5pt solid windowtext"
    return f'<html><table><tr><td style="{style}">356</td></tr></table></html>'.encode()


@pytest.mark.parametrize(
    "write", [xlsx, xls, excel2003, fods, word_xml, rich_text, page]
)
def test_a_crossed_cell_is_doubted_as_struck(write: object) -> None:
    assert callable(write)
    assert doubts_of(write(True)) == {Doubt.STRUCK}
    assert doubts_of(write(False)) == set()


@pytest.mark.parametrize(
    ("flags", "style", "struck"),
    [(1, 1, True), (2, 1, True), (0, 1, False), (3, 0, False)],
)
def test_a_binary_workbook_tells_of_the_line_in_its_border(
    flags: int, style: int, struck: bool
) -> None:
    border = bytes((flags,)) + bytes(40) + bytes((style,)) + bytes(9)
    cell = struct.pack("<8H", 0, 0, 0, 0, 0, 0, 0, 0)
    records = [(46, border), (617, b""), (47, cell), (618, b"")]
    assert xlsb_styles.Styles(records, b"").of(0).look.struck is struck
