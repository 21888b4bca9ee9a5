"""Writers of forms that are not this program's: python-docx, openpyxl, XlsxWriter, xlwt, odfpy, reportlab, and plain text, HTML, RTF
and CSV by hand.

For: with_truth.py. Each says which looks it can give a run of text, and whether it writes lines beside tables.
"""

import csv
import html
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fuzz.true_forms import (
    CELLS,
    HIDDEN,
    LOWERED,
    PLAIN,
    RAISED,
    STRUCK,
    TINY,
    WHITE,
    Cell,
    Run,
    TrueForm,
    lines_of,
    rows_of,
)

TITLE = "乐山市农民工入会集中行动旬报表"
LOOKS_OF_WORD = frozenset((PLAIN, RAISED, LOWERED, STRUCK, HIDDEN, WHITE, TINY))
LOOKS_OF_SHEETS = frozenset((PLAIN, RAISED, LOWERED, STRUCK, WHITE))


@dataclass(frozen=True)
class Writer:
    ending: str
    write: Callable[[TrueForm], bytes]
    looks: frozenset[str] = frozenset((PLAIN,))
    sheet: bool = False
    lines: bool = False
    cells: frozenset[str] = frozenset()


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, TrueForm) else cell


def runs_of(cell: Cell) -> tuple[Run, ...]:
    return cell.runs if isinstance(cell, TrueForm) else (Run(cell),)


def docx(form: TrueForm) -> bytes:
    from docx import Document

    document = Document()
    document.add_paragraph(TITLE)
    if form.layout == "in lines":
        for line in lines_of(form):
            _fill_paragraph(document.add_paragraph(), line)
    else:
        rows = rows_of(form)
        table = document.add_table(len(rows), len(rows[0]))
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                _fill_paragraph(table.cell(r, c).paragraphs[0], runs_of(cell))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _fill_paragraph(paragraph: Any, runs: Any) -> None:
    from docx.shared import Pt, RGBColor

    for run in runs:
        made = paragraph.add_run(run.text)
        if run.look == RAISED:
            made.font.superscript = True
        if run.look == LOWERED:
            made.font.subscript = True
        if run.look == STRUCK:
            made.font.strike = True
        if run.look == HIDDEN:
            made.font.hidden = True
        if run.look == WHITE:
            made.font.color.rgb = RGBColor(255, 255, 255)
        if run.look == TINY:
            made.font.size = Pt(1)


def xlsx_by_openpyxl(form: TrueForm) -> bytes:
    import openpyxl
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.styles.colors import Color

    fonts = {
        RAISED: InlineFont(vertAlign="superscript"),
        LOWERED: InlineFont(vertAlign="subscript"),
        STRUCK: InlineFont(strike=True),
        WHITE: InlineFont(color=Color("FFFFFFFF")),
    }
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([TITLE])
    for r, row in enumerate(rows_of(form), 2):
        for c, cell in enumerate(row, 1):
            place = sheet.cell(r, c)
            if isinstance(cell, TrueForm) and cell.cell:
                _treat_by_openpyxl(sheet, place, cell)
            elif isinstance(cell, TrueForm) and cell.typed is not None:
                place.value, place.number_format = cell.typed, cell.shown_as
            elif isinstance(cell, TrueForm) and cell.looks != {PLAIN}:
                place.value = CellRichText(
                    *(
                        TextBlock(fonts.get(x.look, InlineFont()), x.text)
                        for x in cell.runs
                    )
                )
            else:
                place.value, place.data_type = _text(cell), "s"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


_BY_OPENPYXL = frozenset(CELLS)


def _treat_by_openpyxl(sheet: Any, place: Any, form: TrueForm) -> None:
    import datetime

    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import Font

    place.value = form.number
    values = {
        "formula not computed": f"={form.number}+0",
        "formula left at nought": f"={form.number}+0",
        "truth value": True,
        "error": "#N/A",
        "date": datetime.date(2015, 9, 10),
    }
    fonts = {
        "ink of the ground": Font(color="FFFFFFFF"),
        "font of signs": Font(name="Wingdings"),
    }
    place.value = values.get(form.cell, form.number)
    if form.cell in fonts:
        place.font = fonts[form.cell]
    if form.cell == "row of no height":
        sheet.row_dimensions[place.row].height = 1
    if form.cell == "row hidden":
        sheet.row_dimensions[place.row].hidden = True
    if form.cell == "conditional strike":
        rule = FormulaRule(  # type: ignore[no-untyped-call]
            formula=["TRUE"], font=Font(strike=True)
        )
        sheet.conditional_formatting.add(place.coordinate, rule)
    if form.cell == "column too narrow":
        place.value = form.number + 12_000_000
        sheet.column_dimensions[place.column_letter].width = 2


def xlsx_by_xlsxwriter(form: TrueForm) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    looks = {
        PLAIN: {"bold": False},
        RAISED: {"font_script": 1},
        LOWERED: {"font_script": 2},
        STRUCK: {"font_strikeout": True},
        WHITE: {"font_color": "#FFFFFF"},
    }
    formats = {look: book.add_format(said) for look, said in looks.items()}
    sheet = book.add_worksheet("旬报")
    sheet.write_string(0, 0, TITLE)
    for r, row in enumerate(rows_of(form), 1):
        for c, cell in enumerate(row):
            if isinstance(cell, TrueForm) and cell.cell:
                _treat_by_xlsxwriter(book, sheet, (r, c), cell)
            elif isinstance(cell, TrueForm) and cell.typed is not None:
                shown = book.add_format({"num_format": cell.shown_as})
                sheet.write_number(r, c, cell.typed, shown)
            elif isinstance(cell, TrueForm) and len(cell.runs) > 1:
                pieces = [
                    x
                    for run in cell.runs
                    for x in (formats[run.look], run.text)
                ]
                sheet.write_rich_string(r, c, *pieces)
            elif isinstance(cell, TrueForm):
                sheet.write_string(r, c, cell.text, formats[cell.runs[0].look])
            else:
                sheet.write_string(r, c, cell)
    book.close()
    return buffer.getvalue()


_BY_XLSXWRITER = frozenset(CELLS) - {"error", "row of no height"}


def _treat_by_xlsxwriter(
    book: Any, sheet: Any, place: tuple[int, int], form: TrueForm
) -> None:
    import datetime

    formats = {
        "ink of the ground": {"font_color": "#FFFFFF"},
        "font of signs": {"font_name": "Webdings"},
    }
    sheet.write_number(
        *place, form.number, book.add_format(formats.get(form.cell, {}))
    )
    if form.cell.startswith("formula"):
        sheet.write_formula(*place, f"={form.number}+0")
    if form.cell == "truth value":
        sheet.write_boolean(*place, True)
    if form.cell == "date":
        shown = book.add_format({"num_format": "yyyy/m/d"})
        sheet.write_datetime(*place, datetime.date(2015, 9, 10), shown)
    if form.cell == "row hidden":
        sheet.set_row(place[0], None, None, {"hidden": True})
    if form.cell == "conditional strike":
        struck = book.add_format({"font_strikeout": True})
        rule = {"type": "formula", "criteria": "=TRUE", "format": struck}
        sheet.conditional_format(*place, *place, rule)
    if form.cell == "column too narrow":
        sheet.write_number(*place, form.number + 12_000_000)
        sheet.set_column(place[1], place[1], 2)


def xls(form: TrueForm) -> bytes:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("旬报")
    sheet.write(0, 0, TITLE)
    fonts = {look: xlwt.Font() for look in LOOKS_OF_SHEETS}
    fonts[RAISED].escapement, fonts[LOWERED].escapement = 1, 2
    fonts[STRUCK].struck_out = True
    fonts[WHITE].colour_index = 1
    for r, row in enumerate(rows_of(form), 1):
        for c, cell in enumerate(row):
            if isinstance(cell, TrueForm) and cell.cell:
                _treat_by_xlwt(sheet, r, c, cell)
            elif isinstance(cell, TrueForm) and cell.typed is not None:
                sheet.write(
                    r, c, cell.typed, xlwt.easyxf(num_format_str=cell.shown_as)
                )
            elif isinstance(cell, TrueForm):
                rich = [(run.text, fonts[run.look]) for run in cell.runs]
                sheet.write_rich_text(r, c, rich)
            else:
                sheet.write(r, c, cell)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


_BY_XLWT = frozenset(
    (
        "truth value",
        "date",
        "formula left at nought",
        "row of no height",
        "row hidden",
        "ink of the ground",
        "font of signs",
        "beside another",
    )
)


def _treat_by_xlwt(sheet: Any, row: int, column: int, form: TrueForm) -> None:
    import xlwt

    styles = {
        "ink of the ground": "font: colour white",
        "font of signs": "font: name Wingdings",
        "date": "",
    }
    number_format = "yyyy-mm-dd" if form.cell == "date" else "General"
    style = xlwt.easyxf(styles.get(form.cell, ""), number_format)
    value: Any = form.number
    if form.cell == "truth value":
        value = True
    if form.cell == "formula left at nought":
        value = xlwt.Formula(f"{form.number}+0")
    sheet.write(row, column, value, style)
    if form.cell == "row of no height":
        sheet.row(row).height_mismatch = True
        sheet.row(row).height = 10
    if form.cell == "row hidden":
        sheet.row(row).hidden = True


def _odf_styles(document: Any) -> dict[str, Any]:
    from odf.style import Style, TextProperties

    said = {
        RAISED: {"textposition": "super 58%"},
        LOWERED: {"textposition": "sub 58%"},
        STRUCK: {"textlinethroughstyle": "solid"},
        HIDDEN: {"display": "none"},
        WHITE: {"color": "#ffffff"},
        TINY: {"fontsize": "1pt"},
    }
    styles = {}
    for look, properties in said.items():
        style = Style(name=f"L{look}", family="text")
        style.addElement(TextProperties(attributes=properties))
        document.automaticstyles.addElement(style)
        styles[look] = style
    return styles


def _odf_paragraphs(runs: tuple[Run, ...], styles: dict[str, Any]) -> list[Any]:
    """Paragraphs of a cell, one a line; runs in a look are of one line."""
    from odf import text

    paragraphs = [text.P()]
    for run in runs:
        for number, line in enumerate(run.text.split("\n")):
            if number:
                paragraphs.append(text.P())
            if run.look == PLAIN:
                _odf_words(paragraphs[-1], line)
            else:
                span = text.Span(stylename=styles[run.look])
                _odf_words(span, line)
                paragraphs[-1].addElement(span)
    return paragraphs


def _odf_words(element: Any, line: str) -> None:
    from odf import text

    for number, part in enumerate(line.split("\t")):
        if number:
            element.addElement(text.Tab())
        element.addText(part)


def odt(form: TrueForm) -> bytes:
    from odf import table, text
    from odf.opendocument import OpenDocumentText

    document = OpenDocumentText()
    styles = _odf_styles(document)
    document.text.addElement(text.P(text=TITLE))
    if form.layout == "in lines":
        for line in lines_of(form):
            for paragraph in _odf_paragraphs(tuple(line), styles):
                document.text.addElement(paragraph)
    else:
        document.text.addElement(
            _odf_table(form, styles, table.Table(name="表"))
        )
    return _odf_bytes(document)


def ods(form: TrueForm) -> bytes:
    from odf import table
    from odf.opendocument import OpenDocumentSpreadsheet

    document = OpenDocumentSpreadsheet()
    styles = _odf_styles(document)
    document.spreadsheet.addElement(
        _odf_table(form, styles, table.Table(name="旬报"))
    )
    return _odf_bytes(document)


def _odf_table(form: TrueForm, styles: dict[str, Any], made: Any) -> Any:
    from odf import table

    rows = rows_of(form)
    made.addElement(table.TableColumn(numbercolumnsrepeated=len(rows[0])))
    for row in rows:
        line = table.TableRow()
        for cell in row:
            place = table.TableCell(valuetype="string")
            for paragraph in _odf_paragraphs(runs_of(cell), styles):
                place.addElement(paragraph)
            line.addElement(place)
        made.addElement(line)
    return made


def _odf_bytes(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.write(buffer)
    return buffer.getvalue()


def page(form: TrueForm) -> bytes:
    tags = {
        PLAIN: "{}",
        RAISED: "<sup>{}</sup>",
        LOWERED: "<sub>{}</sub>",
        STRUCK: "<s>{}</s>",
        HIDDEN: '<span style="display:none">{}</span>',
        WHITE: '<span style="color:#fff">{}</span>',
        TINY: '<span style="font-size:1px">{}</span>',
    }

    def told(runs: Any) -> str:
        parts = [tags[x.look].format(html.escape(x.text)) for x in runs]
        # a browser shows a tab as a blank, which may part thousands
        return (
            "".join(parts).replace("\n", "<br>").replace("\t", "&emsp;&emsp;")
        )

    if form.layout == "in lines":
        body = "".join(f"<p>{told(line)}</p>" for line in lines_of(form))
    else:
        rows = (
            "<tr>"
            + "".join(f"<td>{told(runs_of(c))}</td>" for c in row)
            + "</tr>"
            for row in rows_of(form)
        )
        body = f"<table border=1>{''.join(rows)}</table>"
    return f"<html><meta charset=utf-8><body><p>{TITLE}</p>{body}</body></html>".encode()


def rtf(form: TrueForm) -> bytes:
    marks = {
        PLAIN: "",
        RAISED: "\\super ",
        LOWERED: "\\sub ",
        STRUCK: "\\strike ",
        HIDDEN: "\\v ",
        WHITE: "\\cf1 ",
        TINY: "\\fs2 ",
    }

    def told(runs: Any) -> str:
        return "".join(
            "{" + marks[x.look] + _rtf_text(x.text) + "}" for x in runs
        )

    body = "\\pard " + _rtf_text(TITLE) + "\\par\n"
    if form.layout == "in lines":
        body += "".join(
            f"\\pard {told(line)}\\par\n" for line in lines_of(form)
        )
    else:
        for row in rows_of(form):
            edges = "".join(f"\\cellx{2500 * (n + 1)}" for n in range(len(row)))
            cells = "".join(f"{told(runs_of(c))}\\cell " for c in row)
            body += f"\\trowd {edges}\\pard\\intbl {cells}\\row\n"
    head = "{\\rtf1\\ansi\\ansicpg936\\uc1{\\fonttbl{\\f0 SimSun;}}{\\colortbl;\\red255\\green255\\blue255;}\n"
    return (head + body + "}").encode("ascii")


def _rtf_text(text: str) -> str:
    told = []
    for character in text:
        if character in "\\{}":
            told.append("\\" + character)
        elif character == "\n":
            told.append("\\line ")
        elif character == "\t":
            told.append("\\tab ")
        elif character.isascii():
            told.append(character)
        else:
            told.append(f"\\u{ord(character)}?")
    return "".join(told)


def txt(form: TrueForm) -> bytes:
    lines = [
        TITLE,
        *("".join(run.text for run in line) for line in lines_of(form)),
    ]
    return "\n".join(lines).encode("gb18030")


def comma_separated(form: TrueForm) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows_of(form):
        writer.writerow([_text(cell) for cell in row])
    return buffer.getvalue().encode("gb18030")


def pdf(form: TrueForm) -> bytes:
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle(
        "cell", fontName="STSong-Light", fontSize=9, leading=13
    )
    tags = {
        PLAIN: "{}",
        RAISED: "<super>{}</super>",
        LOWERED: "<sub>{}</sub>",
        STRUCK: "<strike>{}</strike>",
        WHITE: '<font color="white">{}</font>',
    }

    def told(runs: Any) -> Any:
        # it paints no override: a sign stands in its place
        parts = [tags[x.look].format(html.escape(x.text)) for x in runs]
        parts = [part.replace("\u202e", "*") for part in parts]
        words = (
            "".join(parts).replace("\n", "<br/>").replace("\t", "&nbsp;" * 8)
        )
        return Paragraph(words, style)

    if form.layout == "in lines":
        blocks = [told(line) for line in lines_of(form)]
    else:
        rows = [[told(runs_of(cell)) for cell in row] for row in rows_of(form)]
        # the figure's column is wide: where it wraps, reportlab strikes something else
        grid = Table(rows, colWidths=[95, 250, 95, 95][: len(rows[0])])
        grid.setStyle([("GRID", (0, 0), (-1, -1), 0.7, colors.black)])
        blocks = [grid]
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, leftMargin=25, rightMargin=25).build(
        [told((Run(TITLE),)), *blocks]
    )
    return buffer.getvalue()


WRITERS: tuple[Writer, ...] = (
    Writer("docx", docx, LOOKS_OF_WORD, lines=True),
    Writer(
        "xlsx",
        xlsx_by_openpyxl,
        LOOKS_OF_SHEETS,
        sheet=True,
        cells=_BY_OPENPYXL,
    ),
    Writer(
        "xlsx",
        xlsx_by_xlsxwriter,
        LOOKS_OF_SHEETS,
        sheet=True,
        cells=_BY_XLSXWRITER,
    ),
    Writer("xls", xls, LOOKS_OF_SHEETS, sheet=True, cells=_BY_XLWT),
    Writer("odt", odt, LOOKS_OF_WORD, lines=True),
    Writer("ods", ods, frozenset((PLAIN, RAISED, STRUCK))),
    Writer("html", page, LOOKS_OF_WORD, lines=True),
    Writer("rtf", rtf, LOOKS_OF_WORD, lines=True),
    Writer("csv", comma_separated),
    Writer("pdf", pdf, LOOKS_OF_SHEETS, lines=True),
)
# Of lines alone
TEXT_WRITER = Writer("txt", txt, lines=True)
