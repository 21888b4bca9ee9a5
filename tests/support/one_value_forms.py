"""A form as the raw text of its format, around one value that a test gives: what office
programs write and no library writes for a test.

For: the tables of what of a value a person sees. Each function takes the value in the
format's own words (a w:tc, a cell element, a group) and gives the file's bytes.
"""

import io
import re
import zipfile
from collections.abc import Sequence

from form_makers import SPEC
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.reading.files.read_file import read_file

UNIT = "甲县"
DAY = "2015年9月10日"
LABEL = "已完成目标任务数"
MEASURES = "1、摸底"

_WORD = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" mc:Ignorable="w14"'
)
_SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_RELATIONS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def answer(name: str, content: bytes) -> str:
    """The figure that would count by itself, `hold`, or `none` where no form is read."""
    readings = read_file(name, content, SPEC)
    forms = [form for reading in readings for form in reading.forms]
    if not forms:
        return "none"
    figure = forms[0].figure
    if figure.holds or figure.completed is None:
        return "hold"
    return str(figure.completed)


def _zipped(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return buffer.getvalue()


def _related(*parts: tuple[str, str, str]) -> str:
    told = "".join(
        f'<Relationship Id="{key}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for key, kind, target in parts
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def run(text: str, look: str = "") -> str:
    """A w:r with its w:rPr."""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def docx(value: str, styles: str = "") -> bytes:
    """`value`: what stands in the value cell's w:p."""

    def row(*cells: str) -> str:
        told = "".join(
            f"<w:tc><w:tcPr/><w:p>{cell}</w:p></w:tc>" for cell in cells
        )
        return f"<w:tr>{told}</w:tr>"

    body = (
        "<w:tbl>"
        + row(run("报送单位"), run(UNIT), run("报送时间"), run(DAY))
        + row(run(LABEL), value)
        + row(run("主要工作举措"), run(MEASURES))
        + "</w:tbl>"
    )
    return _zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "_rels/.rels": _related(
                ("r1", "officeDocument", "word/document.xml")
            ),
            "word/_rels/document.xml.rels": _related(
                ("r2", "styles", "styles.xml")
            ),
            "word/styles.xml": f"<w:styles {_WORD}>{styles}</w:styles>",
            "word/document.xml": f"<w:document {_WORD}><w:body>{body}</w:body></w:document>",
        }
    )


def xlsx(
    value: str,
    before: str = "",
    behind: str = "",
    xfs: str = "",
    fills: str = "",
    colours: str = "",
) -> bytes:
    """`value`: the cells of row 2 from B2 on; `before` and `behind` stand around
    sheetData, `xfs` and `fills` are cell styles and fills behind the ordinary one,
    `colours` is what the workbook's own indexed colours are."""

    def text(place: str, told: str) -> str:
        return f'<c r="{place}" t="inlineStr"><is><t>{told}</t></is></c>'

    head = "".join(
        (
            text("A1", "报送单位"),
            text("B1", UNIT),
            text("C1", "报送时间"),
            text("D1", DAY),
        )
    )
    rows = (
        f'<row r="1">{head}</row><row r="2">{text("A2", LABEL)}{value}</row>'
        f'<row r="3">{text("A3", "主要工作举措")}{text("B3", MEASURES)}</row>'
    )
    sheet = f"<worksheet {_SHEET}>{before}<sheetData>{rows}</sheetData>{behind}</worksheet>"
    styles = (
        f"<styleSheet {_SHEET}><fonts><font/></fonts><fills><fill/>{fills}</fills>"
        f"<cellXfs><xf/>{xfs}</cellXfs><colors><indexedColors>{colours}"
        "</indexedColors></colors></styleSheet>"
    )
    book = (
        f'<workbook {_SHEET} xmlns:r="{_RELATIONS}"><sheets>'
        '<sheet name="旬报" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    return _zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "_rels/.rels": _related(
                ("r1", "officeDocument", "xl/workbook.xml")
            ),
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": _related(
                ("r1", "worksheet", "worksheets/sheet1.xml"),
                ("r2", "styles", "styles.xml"),
            ),
            "xl/worksheets/sheet1.xml": sheet,
            "xl/styles.xml": styles,
        }
    )


def flat_sheet(value: str, styles: str = "", columns: str = "") -> bytes:
    """Flat OpenDocument (.fods). `value`: the cells behind the label's; `styles`:
    automatic ones, or whole parts (office:styles) of the root."""
    return _flat(value, styles, columns, "spreadsheet")


def flat_text(value: str, styles: str = "") -> bytes:
    """Flat OpenDocument (.fodt). `value`: the value cell."""
    return _flat(value, styles, "", "text")


def odt(value: str, styles: str = "") -> bytes:
    """A package whose styles stand in styles.xml alone."""
    flat = _flat(value, "", "", "text").decode()
    content = flat.replace("<office:document ", "<office:document-content ")
    content = content.replace("/office:document>", "/office:document-content>")
    head = flat[flat.index(" xmlns") : flat.index(" office:mimetype")]
    return _zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": content,
            "styles.xml": f"<office:document-styles{head}><office:styles>{styles}"
            "</office:styles></office:document-styles>",
        }
    )


def _flat(value: str, styles: str, columns: str, kind: str) -> bytes:
    def cell(text: str) -> str:
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{text}</text:p></table:table-cell>"
        )

    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    names = " ".join(
        f'xmlns:{short}="{_ODF}:{long}:1.0"'
        for short, long in (
            ("office", "office"),
            ("style", "style"),
            ("text", "text"),
            ("table", "table"),
            ("draw", "drawing"),
            ("fo", "xsl-fo-compatible"),
            ("number", "datastyle"),
        )
    )
    experimental = "urn:org:documentfoundation:names:experimental"
    extension = (
        f'xmlns:loext="{experimental}:office:xmlns:loext:1.0" '
        f'xmlns:calcext="{experimental}:calc:xmlns:calcext:1.0"'
    )
    own = "" if "<office:" in styles else styles
    whole = styles if "<office:" in styles else ""
    rows = (
        row(cell("报送单位"), cell(UNIT), cell("报送时间"), cell(DAY))
        + row(cell(LABEL), value)
        + row(cell("主要工作举措"), cell(MEASURES))
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {names} {extension}'
        f' office:mimetype="application/vnd.oasis.opendocument.{kind}">{whole}'
        f"<office:automatic-styles>{own}</office:automatic-styles>"
        f'<office:body><office:{kind}><table:table table:name="旬报">{columns}{rows}'
        f"</table:table></office:{kind}></office:body></office:document>"
    ).encode()


def excel_2003(
    value: str, styles: str = "", columns: str = "", options: str = ""
) -> bytes:
    """Excel 2003 XML. `value`: the Cells behind the label's."""

    def cell(text: str) -> str:
        return f'<Cell><Data ss:Type="String">{text}</Data></Cell>'

    rows = (
        f"<Row>{cell('报送单位')}{cell(UNIT)}{cell('报送时间')}{cell(DAY)}</Row>"
        f"<Row>{cell(LABEL)}{value}</Row>"
        f"<Row>{cell('主要工作举措')}{cell(MEASURES)}</Row>"
    )
    name = "urn:schemas-microsoft-com:office"
    return (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{name}:spreadsheet" '
        f'xmlns:ss="{name}:spreadsheet" xmlns:x="{name}:excel"><Styles>{styles}</Styles>'
        f'<Worksheet ss:Name="旬报"><Table>{columns}{rows}</Table>{options}</Worksheet>'
        "</Workbook>"
    ).encode()


def rich_text(value: str, head: str = "") -> bytes:
    """RTF. `value`: what stands in the value cell, escaped."""

    def row(*cells: str) -> str:
        edges = "".join(f"\\cellx{2000 * n}" for n in range(1, len(cells) + 1))
        told = "".join(f"{_escaped(cell)}\\cell " for cell in cells)
        return f"\\trowd{edges}\\pard\\intbl {told}\\row\n"

    body = row("报送单位", UNIT, "报送时间", DAY) + row(LABEL, value)
    body += row("主要工作举措", MEASURES)
    return f"{{\\rtf1\\ansi\\uc1 {head}{body}}}".encode("ascii")


def _escaped(text: str) -> str:
    return re.sub(r"[^\x00-\x7f]", lambda m: f"\\u{ord(m[0])}?", text)


def page(value: str, style: str = "", row: str = "") -> bytes:
    """HTML. `value`: what stands in the value's td, `row`: attributes of its tr."""
    return (
        f"<meta charset=utf-8><style>{style}</style><table>"
        f"<tr><td>报送单位<td>{UNIT}<td>报送时间<td>{DAY}</tr>"
        f"<tr {row}><td>{LABEL}<td>{value}</tr>"
        f"<tr><td>主要工作举措<td>{MEASURES}</tr></table>"
    ).encode()


# A text, how far right of the value's place and above its line, and its size in points
Piece = tuple[str, float, float, float]
PRINTED_POINTS = 11.0
_FONT = "STSong-Light"
_LEFT, _LINE = 300.0, 675.0


def pdf(pieces: Sequence[Piece], label: str = LABEL, unit: str = UNIT) -> bytes:
    """A page with a drawn table, by reportlab."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for y in (740, 700, 660, 600):
        canvas.line(50, y, 550, y)
    for x, low in ((50, 600), (250, 600), (350, 700), (430, 700), (550, 600)):
        canvas.line(x, low, x, 740)
    texts = [
        ("报送单位", 60.0, 715.0, PRINTED_POINTS),
        (unit, 260, 715, PRINTED_POINTS),
        ("报送时间", 360, 715, PRINTED_POINTS),
        (DAY, 440, 715, PRINTED_POINTS),
        (label, 60, _LINE, 9),
        ("主要工作举措", 60, 630, PRINTED_POINTS),
        (MEASURES, 260, 630, PRINTED_POINTS),
    ]
    for text, right, up, size in pieces:
        texts.append((text, _LEFT + right, _LINE + up, size))
    for text, x, y, size in texts:
        canvas.setFont(_FONT, size)
        canvas.drawString(x, y, text)
    canvas.save()
    return buffer.getvalue()
