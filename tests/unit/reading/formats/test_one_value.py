"""What a person sees of one value, format by format: each line is a way in which some
program writes, strikes, hides or covers a number, with the answers that are right
(rules.md 5). `hold` is always allowed where a person would have to look."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from one_value_forms import (
    answer,
    docx,
    excel_2003,
    flat_sheet,
    flat_text,
    odt,
    page,
    rich_text,
    run,
    xlsx,
)

BASE = "http://schemas.openxmlformats.org/drawingml/2006"
ANCHOR = "<w:r><w:drawing><wp:anchor {}>{}</wp:anchor></w:drawing></w:r>"
LINE = f'<a:graphic><a:graphicData uri="{BASE}/line"/></a:graphic>'
RUBY = (
    "<w:r><w:ruby><w:rt><w:r><w:t>{}</w:t></w:r></w:rt>"
    "<w:rubyBase><w:r><w:t>356</w:t></w:r></w:rubyBase></w:ruby></w:r>"
)
TEXT_BOX = "<w:txbxContent><w:p>" + run("120") + "</w:p></w:txbxContent>"
NUMBER = '<c r="B2"{}><v>{}</v></c>'


def cell(number: str, style: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="float" office:value="{number}" {style}>'
        f"<text:p>{number}</text:p></table:table-cell>"
    )


def text_cell(content: str, paragraph: str = "") -> str:
    return (
        '<table:table-cell office:value-type="string">'
        f"<text:p {paragraph}>{content}</text:p></table:table-cell>"
    )


def style(family: str, said: str) -> str:
    return (
        f'<style:style style:name="s" style:family="{family}">'
        f"<style:text-properties {said}/></style:style>"
    )


def numbered(form: str, before: str = "") -> bytes:
    """356 in a number format of its own; `before`: what that writes first."""
    return flat_sheet(
        cell("356", 'table:style-name="s"'),
        f'<number:{form} style:name="n">{before}'
        f'<number:number number:min-integer-digits="1"/></number:{form}>'
        '<style:style style:name="s" style:family="table-cell" '
        'style:data-style-name="n"/>',
    )


def conditional(colour: str) -> bytes:
    """356 that is painted in a colour as soon as it is more than nothing."""
    said = (
        "<calcext:conditional-formats><calcext:conditional-format "
        'calcext:target-range-address="旬报.B2:旬报.B3"><calcext:condition '
        'calcext:apply-style-name="s" calcext:value="&gt;0"/>'
        "</calcext:conditional-format></calcext:conditional-formats>"
    )
    look = style("table-cell", f'fo:color="{colour}"')
    return flat_sheet(
        cell("356"), f"<office:styles>{look}</office:styles>", said
    )


def thousands_on_a_condition() -> bytes:
    """356 that is painted in thousands as soon as it is more than nothing."""
    form = (
        '<number:number-style style:name="n"><number:number '
        'number:min-integer-digits="1" number:display-factor="1000"/>'
        '</number:number-style><style:style style:name="s" '
        'style:family="table-cell" style:data-style-name="n"/>'
    )
    return conditional("#000000").replace(
        style("table-cell", 'fo:color="#000000"').encode(), form.encode()
    )


def nought_without_digits() -> bytes:
    form = (
        '<number:number-style style:name="n"><number:number '
        'number:min-integer-digits="0"/></number:number-style>'
        '<style:style style:name="s" style:family="table-cell" '
        'style:data-style-name="n"/>'
    )
    shown = cell("0", 'table:style-name="s"').replace("<text:p>0", "<text:p>")
    return flat_sheet(shown, form)


NO_NOUGHTS = (
    '<office:settings xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0">'
    '<config:config-item config:name="ShowZeroValues">false</config:config-item>'
    "</office:settings>"
)


def usual(said: str) -> str:
    return (
        '<office:styles><style:default-style style:family="table-cell">'
        f"<style:text-properties {said}/></style:default-style></office:styles>"
    )


def data(number: str, kind: str = "Number", more: str = "") -> str:
    return f'<Cell {more}><Data ss:Type="{kind}">{number}</Data></Cell>'


def narrow(more: str) -> str:
    return f'<Column ss:AutoFitWidth="0" ss:Width="8" {more}/>'


SHRUNK = '<Style ss:ID="s"><Alignment ss:ShrinkToFit="1"/></Style>'
CONDITION = (
    '<ConditionalFormatting xmlns="urn:schemas-microsoft-com:office:excel">'
    "<Range>{}</Range><Condition><Value1>TRUE</Value1>"
    '<Format Style="text-line-through:single"/></Condition></ConditionalFormatting>'
)
STRUCK = 'style:text-line-through-style="solid"'
NARROW_COLUMN = (
    '<style:style style:name="n" style:family="table-column">'
    '<style:table-column-properties style:column-width="0.3cm"/></style:style>'
)
SECOND_COLUMN = (
    '<table:table-column/><table:table-column table:style-name="n"/>'
)
OUTLINE = (
    '<text:outline-style style:name="o"><text:outline-level-style text:level="1" '
    'style:num-format="1"/></text:outline-style>'
)
HEADING = (
    '<table:table-cell office:value-type="string">'
    '<text:h text:outline-level="1">234</text:h></table:table-cell>'
)

BLACK_INK = '<w:color w:val="000000"/>'
PATTERN = '<w:shd w:val="pct95" w:color="000000" w:fill="FFFFFF"/>'
PAPER_FILL = (
    '<w14:textFill><w14:solidFill><w14:schemeClr w14:val="bg1"/>'
    "</w14:solidFill></w14:textFill>"
)
FILL = (
    "<w14:textFill><w14:solidFill><w14:{0}Clr {1}</w14:{0}Clr>"
    "</w14:solidFill></w14:textFill>"
)
LIGHTER = '<w14:lumMod w14:val="{}"/><w14:lumOff w14:val="{}"/>'
ODD_PAINTS = (
    (BLACK_INK + '<w:shd w:val="solid" w:color="auto" w:fill="FFFFFF"/>', 0),
    (BLACK_INK + '<w:shd w:val="pct95" w:color="auto" w:fill="FFFFFF"/>', 0),
    ('<w:shd w:val="solid" w:color="auto" w:fill="FFFFFF"/>', 1),
    ('<w:color w:val="FFF"/>', 0),
    ('<w:color w:val="white"/>', 0),
    (BLACK_INK + '<w:shd w:val="clear" w:fill="000"/>', 0),
    (FILL.format("sys", 'w14:val="window">'), 0),
    (FILL.format("srgb", 'w14:val="000000"><w14:alpha w14:val="90000"/>'), 0),
    (FILL.format("srgb", 'w14:val="000000"><w14:alpha w14:val="90%"/>'), 0),
    (FILL.format("srgb", 'w14:val="000000"><w14:alpha w14:val="9000"/>'), 1),
    (
        FILL.format("scheme", 'w14:val="tx1">' + LIGHTER.format(5_000, 95_000)),
        0,
    ),
    (
        FILL.format(
            "scheme", 'w14:val="tx1">' + LIGHTER.format(50_000, 50_000)
        ),
        1,
    ),
)
GRADIENT = (
    '<fill><gradientFill><stop position="0"><color rgb="FF000000"/></stop>'
    '<stop position="1"><color rgb="FFFFFFFF"/></stop></gradientFill></fill>'
)
RED_FILL = (
    '<fill><patternFill patternType="solid"><fgColor indexed="10"/></patternFill>'
    "</fill>"
)
BLACK_SCALE = (
    '<conditionalFormatting sqref="B2"><cfRule type="colorScale"><colorScale>'
    '<color rgb="FF000000"/><color rgb="FF000000"/></colorScale></cfRule>'
    "</conditionalFormatting>"
)


def cell_style(said: str) -> str:
    return (
        '<style:style style:name="s" style:family="table-cell">'
        f"<style:table-cell-properties {said}/></style:style>"
    )


def _field(instruction: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


Written = Callable[[], bytes]
ROWS: list[tuple[str, str, Written, str]] = [
    # a drawn line strikes, and a reader does not know where it lies
    (
        "line.docx",
        "a drawn line",
        lambda: docx(ANCHOR.format("", LINE) + run("356")),
        "hold",
    ),
    (
        "behind.docx",
        "what lies behind the text",
        lambda: docx(ANCHOR.format('behindDoc="1"', LINE) + run("356")),
        "356",
    ),
    (
        "vml.docx",
        "a line of older programs",
        lambda: docx("<w:r><w:pict><v:line/></w:pict></w:r>" + run("356")),
        "hold",
    ),
    (
        "box.docx",
        "a box with a number of its own",
        lambda: docx(ANCHOR.format("", TEXT_BOX) + run("356")),
        "hold",
    ),
    (
        "webhidden.docx",
        "hidden on the web alone",
        lambda: docx(run("1", "<w:webHidden/>") + run("356")),
        "hold",
    ),
    (
        "line.fodt",
        "a drawn line",
        lambda: flat_text(text_cell("<draw:line/>356")),
        "hold",
    ),
    (
        "shape.fodt",
        "a shape without words",
        lambda: flat_text(
            text_cell("<draw:custom-shape><text:p/></draw:custom-shape>356")
        ),
        "hold",
    ),
    (
        "watermark.fodt",
        "a shape behind the text",
        lambda: flat_text(
            text_cell('<draw:line draw:style-name="g"/>356'),
            '<style:style style:name="g" style:family="graphic">'
            '<style:graphic-properties style:run-through="background"/></style:style>',
        ),
        "356",
    ),
    (
        "outline.odt",
        "a heading that the outline numbers",
        lambda: odt(HEADING, OUTLINE),
        "hold",
    ),
    (
        "line.rtf",
        "a drawn line",
        lambda: rich_text(r"{\shp{\*\shpinst{\sp{\sn shapeType}{\sv 20}}}}356"),
        "hold",
    ),
    (
        "behind.rtf",
        "a shape behind the text",
        lambda: rich_text(
            r"{\shp{\*\shpinst\shpfblwtxt1{\sp{\sn shapeType}{\sv 20}}}}356"
        ),
        "356",
    ),
    (
        "old line.rtf",
        "a line of Word 6",
        lambda: rich_text(r"{\*\do\dobxcolumn\dpline}356"),
        "hold",
    ),
    (
        "object.rtf",
        "another program's object",
        lambda: rich_text(r"{\object{\*\objdata 00}{\result 356}}"),
        "hold",
    ),
    (
        "shape field.rtf",
        "a drawing as a field",
        lambda: rich_text(r"120{\field{\*\fldinst SHAPE }{\fldrslt}}"),
        "hold",
    ),
    (
        "ruby.docx",
        "small type above a number, which is no part of it",
        lambda: docx(RUBY.format("120")),
        "356",
    ),
    (
        "sound.docx",
        "its sound above a number",
        lambda: docx(RUBY.format("sān")),
        "356",
    ),
    (
        "ruby.html",
        "small type above a number, which is no part of it",
        lambda: page("<ruby>356<rt>120</rt></ruby>"),
        "356",
    ),
    (
        "ruby.fodt",
        "small type above a number, which is no part of it",
        lambda: flat_text(
            text_cell(
                "<text:ruby><text:ruby-base>356</text:ruby-base>"
                "<text:ruby-text>120</text:ruby-text></text:ruby>"
            )
        ),
        "356",
    ),
    (
        "date field.fodt",
        "a part of today's date",
        lambda: flat_text(text_cell("35<text:date>6</text:date>")),
        "hold",
    ),
    (
        "hidden paragraph.fodt",
        "a mark before the number hides its paragraph",
        lambda: flat_text(
            text_cell('<text:hidden-paragraph text:is-hidden="true"/>356')
        ),
        "hold",
    ),
    (
        "shown on a condition.fodt",
        "hidden text that is shown",
        lambda: flat_text(
            text_cell(
                '<text:hidden-text text:is-hidden="false">1</text:hidden-text>356'
            )
        ),
        "hold",
    ),
    (
        "section.fodt",
        "a section that is shown on a condition",
        lambda: flat_text(
            '<table:table-cell><text:section text:display="condition">'
            "<text:p>356</text:p></text:section></table:table-cell>"
        ),
        "hold",
    ),
    (
        "stored.fodt",
        "another number stored than shown",
        lambda: flat_text(
            '<table:table-cell office:value-type="float" office:value="120">'
            "<text:p>356</text:p></table:table-cell>"
        ),
        "hold",
    ),
    (
        "share.fods",
        "a share that is kept as a bare text",
        lambda: flat_sheet(
            '<table:table-cell office:value-type="percentage" office:value="3.56">'
            "<text:p>356</text:p></table:table-cell>"
        ),
        "hold",
    ),
    (
        "no number.fods",
        "a value that is no number",
        lambda: flat_sheet(
            '<table:table-cell office:value-type="float" office:value="NaN">'
            "<text:p>356</text:p></table:table-cell>"
        ),
        "hold",
    ),
    *(
        (
            f"{what}.fods",
            f"a number painted as {what}",
            partial(numbered, form),
            right,
        )
        for what, form, right in (
            ("a share", "percentage-style", "hold"),
            ("a day", "date-style", "hold"),
            ("a truth value", "boolean-style", "hold"),
            ("itself", "number-style", "356"),
        )
    ),
    (
        "figures of its own.fods",
        "a format that writes a digit before the number",
        lambda: numbered("number-style", "<number:text>1</number:text>"),
        "hold",
    ),
    (
        "white format.fods",
        "a format that paints white",
        lambda: numbered(
            "number-style", '<style:text-properties fo:color="#ffffff"/>'
        ),
        "hold",
    ),
    (
        "white on a condition.fods",
        "LibreOffice's own conditional formats",
        lambda: conditional("#ffffff"),
        "hold",
    ),
    (
        "red on a condition.fods",
        "a condition that hides nothing",
        lambda: conditional("#ff0000"),
        "356",
    ),
    (
        "old picture.rtf",
        "what stands for a picture in older programs",
        lambda: rich_text(r"{\nonshppict 1}356"),
        "356",
    ),
    (
        "overstrike.rtf",
        "two numbers set on one another",
        lambda: rich_text(r"{\field{\*\fldinst EQ \\o(356,120)}{\fldrslt }}"),
        "hold",
    ),
    (
        "note mark.docx",
        "the mark of a note outside of any note",
        lambda: docx("<w:r><w:t>35</w:t><w:footnoteRef/><w:t>6</w:t></w:r>"),
        "hold",
    ),
    (
        "index.rtf",
        "an entry of an index",
        lambda: rich_text(r"{\xe 1}356"),
        "356",
    ),
    (
        "contents.rtf",
        "an entry of a table of contents",
        lambda: rich_text(r"{\tc 1}356"),
        "356",
    ),
    (
        "column.rtf",
        "a column's end between digits",
        lambda: rich_text(r"1\column 356"),
        "hold",
    ),
    (
        "style 0.rtf",
        "struck by the style of all paragraphs",
        lambda: rich_text("356", r"{\stylesheet{\s0\strike Normal;}}"),
        "hold",
    ),
    (
        "no colour.xlsx",
        "a solid fill without a colour, which is black",
        lambda: xlsx(
            NUMBER.format(' s="1"', 356),
            xfs='<xf fillId="1"/>',
            fills='<fill><patternFill patternType="solid"/></fill>',
        ),
        "hold",
    ),
    (
        "no colour.xml",
        "a solid fill without a colour, which may be black",
        lambda: excel_2003(
            data("356", more='ss:StyleID="s"'),
            '<Style ss:ID="s"><Interior ss:Pattern="Solid"/></Style>',
        ),
        "hold",
    ),
    # a column too narrow for its number shows a row of #
    (
        "narrow.xlsx",
        "a narrow column",
        lambda: xlsx(
            NUMBER.format("", 1356),
            '<cols><col min="2" max="2" width="2"/></cols>',
        ),
        "hold",
    ),
    (
        "usual.xlsx",
        "all columns narrow",
        lambda: xlsx(
            NUMBER.format("", 1356), '<sheetFormatPr defaultColWidth="1"/>'
        ),
        "hold",
    ),
    (
        "shrunk.xlsx",
        "made smaller until it fits",
        lambda: xlsx(
            NUMBER.format(' s="1"', 1356),
            '<cols><col min="2" max="2" width="2"/></cols>',
            xfs='<xf><alignment shrinkToFit="1"/></xf>',
        ),
        "1356",
    ),
    (
        "merged.xlsx",
        "over three columns",
        lambda: xlsx(
            NUMBER.format("", 1356),
            '<cols><col min="2" max="2" width="2"/></cols>',
            '<mergeCells><mergeCell ref="B2:D2"/></mergeCells>',
        ),
        "1356",
    ),
    (
        "twice.xlsx",
        "a cell that stands twice",
        lambda: xlsx(NUMBER.format("", 120) + NUMBER.format("", 356)),
        "hold",
    ),
    (
        "narrow.fods",
        "a narrow column",
        lambda: flat_sheet(cell("13560"), NARROW_COLUMN, SECOND_COLUMN),
        "hold",
    ),
    (
        "narrow.xml",
        "a narrow column",
        lambda: excel_2003(data("1356"), columns="<Column/>" + narrow("")),
        "hold",
    ),
    (
        "index.xml",
        "a narrow column by its index",
        lambda: excel_2003(data("1356"), columns=narrow('ss:Index="2"')),
        "hold",
    ),
    (
        "span.xml",
        "four narrow columns",
        lambda: excel_2003(data("1356"), columns=narrow('ss:Span="3"')),
        "hold",
    ),
    (
        "shrunk.xml",
        "made smaller until it fits",
        lambda: excel_2003(
            data("1356", more='ss:StyleID="s"'),
            SHRUNK,
            "<Column/>" + narrow(""),
        ),
        "1356",
    ),
    (
        "cut.xml",
        "a text that its neighbour cuts",
        lambda: excel_2003(
            data("1356", "String") + data("无", "String"),
            columns="<Column/>" + narrow(""),
        ),
        "hold",
    ),
    (
        "back.xml",
        "an index that goes back",
        lambda: excel_2003(data("120") + data("356", more='ss:Index="2"')),
        "hold",
    ),
    (
        "condition.xml",
        "a condition may strike it",
        lambda: excel_2003(data("356"), options=CONDITION.format("R2C2")),
        "hold",
    ),
    (
        "row.xml",
        "a condition over whole rows",
        lambda: excel_2003(data("356"), options=CONDITION.format("R2")),
        "hold",
    ),
    (
        "elsewhere.xml",
        "a condition elsewhere",
        lambda: excel_2003(data("356"), options=CONDITION.format("R9C2:R9C4")),
        "356",
    ),
    # OpenDocument sheets
    (
        "struck line.fods",
        "struck by its paragraph's style",
        lambda: flat_sheet(
            text_cell("356", 'text:style-name="s"'), style("paragraph", STRUCK)
        ),
        "hold",
    ),
    (
        "white line.fods",
        "white by its paragraph's style",
        lambda: flat_sheet(
            text_cell("356", 'text:style-name="s"'),
            style("paragraph", 'fo:color="#ffffff"'),
        ),
        "hold",
    ),
    (
        "usual.fods",
        "struck by the style of all cells",
        lambda: flat_sheet(cell("356"), usual(STRUCK)),
        "hold",
    ),
    (
        "hidden.fods",
        "hidden as in a text document",
        lambda: flat_sheet(
            cell("356", 'table:style-name="s"'),
            style("table-cell", 'text:display="none"'),
        ),
        "hold",
    ),
    (
        "clear.fods",
        "of transparent ink",
        lambda: flat_sheet(
            cell("356", 'table:style-name="s"'),
            style("table-cell", 'loext:opacity="0%"'),
        ),
        "hold",
    ),
    (
        "hair.fods",
        "made as narrow as a hair",
        lambda: flat_sheet(
            text_cell('<text:span text:style-name="s">1</text:span>356'),
            style("text", 'style:text-scale="1%"'),
        ),
        "hold",
    ),
    (
        "beside itself.fods",
        "12 | 12",
        lambda: flat_sheet(text_cell("12 | 12")),
        "hold",
    ),
    (
        "nought.fods",
        "nought under #, which paints nothing",
        nought_without_digits,
        "hold",
    ),
    (
        "noughts.fods",
        "a view that paints no noughts",
        lambda: flat_sheet(cell("0"), NO_NOUGHTS),
        "hold",
    ),
    (
        "thousands on a condition.fods",
        "a condition that paints thousands as ones",
        thousands_on_a_condition,
        "hold",
    ),
    # pages
    (
        "own line.html",
        "a line of its own by its style",
        lambda: page("<span style='display:block'>1</span>356"),
        "hold",
    ),
    (
        "within.html",
        "all in one such line",
        lambda: page("<span style='display:block'><b>3</b>56</span>"),
        "356",
    ),
    (
        "meter.html",
        "a bar instead of a number",
        lambda: page("<meter value=3>3</meter>56"),
        "hold",
    ),
    (
        "flat row.html",
        "a row of no height",
        lambda: page("356", row="style='height:0'"),
        "hold",
    ),
    (
        "flat row 2.html",
        "a row of no height",
        lambda: page("356", row="height=0"),
        "hold",
    ),
    # Word: marks and parts of a date that the program paints, prompts in fields
    (
        "mark.docx",
        "a note's mark of the writer's own",
        lambda: docx(
            run("356")
            + '<w:r><w:footnoteReference w:customMarkFollows="1"/><w:t>2</w:t></w:r>'
        ),
        "hold",
    ),
    (
        "day.docx",
        "today's day behind the digits",
        lambda: docx(run("35") + "<w:r><w:dayShort/></w:r>"),
        "hold",
    ),
    (
        "button.docx",
        "a text to be clicked in a field's instruction",
        lambda: docx(_field("MACROBUTTON x 120") + run("356")),
        "hold",
    ),
    (
        "prompt style.docx",
        "a prompt whose style the writer left undefined",
        lambda: docx(run("356", '<w:rStyle w:val="PlaceholderText"/>')),
        "hold",
    ),
    (
        "drawn text.docx",
        "a picture's own text behind the number",
        lambda: docx(
            ANCHOR.format('behindDoc="1"', "<a:t>1</a:t>") + run("356")
        ),
        "356",
    ),
    (
        "ink.docx",
        "ink in the line",
        lambda: docx("<w:r><w:contentPart/></w:r>" + run("356")),
        "hold",
    ),
    (
        "control.docx",
        "a control of another program",
        lambda: docx(
            "<w:r><w:object><w:control/></w:object></w:r>" + run("356")
        ),
        "hold",
    ),
    (
        "elsewhere.docx",
        "another document's text",
        lambda: docx("<w:subDoc/>" + run("356")),
        "hold",
    ),
    (
        "pattern.docx",
        "black on a nearly black pattern",
        lambda: docx(run("1", f"{BLACK_INK}{PATTERN}") + run("356")),
        "hold",
    ),
    (
        "paper.docx",
        "filled with the theme's paper",
        lambda: docx(run("1", PAPER_FILL) + run("356")),
        "hold",
    ),
    # RTF
    (
        "word 6.rtf",
        "a text box of Word 6",
        lambda: rich_text(r"{\*\do\dptxbx{\dptxbxtext 1}}356"),
        "hold",
    ),
    (
        "listed.rtf",
        "a list number that the program counts",
        lambda: rich_text(r"\ls1\ilvl0 234"),
        "hold",
    ),
    (
        "labelled.rtf",
        "a list number that comes as text",
        lambda: rich_text(r"\ls1{\listtext 1.\tab}234"),
        "hold",
    ),
    (
        "quarters.rtf",
        "set so close that digits overlap",
        lambda: rich_text(r"{\expnd-40 1}356"),
        "hold",
    ),
    (
        "two in one.rtf",
        "two lines in one",
        lambda: rich_text(r"{\twoinone0 12}356"),
        "hold",
    ),
    (
        "broken.rtf",
        "where the line was broken",
        lambda: rich_text(r"1\softline 356"),
        "hold",
    ),
    (
        "math.rtf",
        "an equation before the number",
        lambda: rich_text(r"{\mmath\mr 1}356"),
        "hold",
    ),
    (
        "shortcut.rtf",
        "hidden by a style with a shortcut",
        lambda: rich_text(
            r"{\cs9 1}356",
            r"{\stylesheet{\*\cs9 \additive {\*\keycode 1}\v H;}}",
        ),
        "356",
    ),
    (
        "pattern.rtf",
        "on a dark pattern",
        lambda: rich_text(r"\shading10000\cfpat1 1356"),
        "hold",
    ),
    (
        "tag.rtf",
        "a smart tag's name",
        lambda: rich_text(r"{\xmlopen\xmlns1{\factoidname x}}356{\xmlclose}"),
        "356",
    ),
    # sheets
    (
        "filled.xlsx",
        "as often as there is room",
        lambda: xlsx(
            NUMBER.format(' s="1"', 12),
            xfs='<xf><alignment horizontal="fill"/></xf>',
        ),
        "hold",
    ),
    (
        "filled.xml",
        "as often as there is room",
        lambda: excel_2003(
            data("12", more='ss:StyleID="s"'),
            '<Style ss:ID="s"><Alignment ss:Horizontal="Fill"/></Style>',
        ),
        "hold",
    ),
    (
        "filled.fods",
        "as often as there is room",
        lambda: flat_sheet(
            cell("12", 'table:style-name="s"'),
            cell_style('style:repeat-content="true"'),
        ),
        "hold",
    ),
    (
        "dark.xml",
        "black on a dark pattern",
        lambda: excel_2003(
            data("356", more='ss:StyleID="s"'),
            '<Style ss:ID="s"><Interior ss:Pattern="Gray75"/></Style>',
        ),
        "hold",
    ),
    (
        "two data.xml",
        "a cell of two values",
        lambda: excel_2003(
            '<Cell><Data ss:Type="Number">120</Data>'
            '<Data ss:Type="Number">356</Data></Cell>'
        ),
        "hold",
    ),
    (
        "gradient.xlsx",
        "black on a gradient to black",
        lambda: xlsx(
            NUMBER.format(' s="1"', 356),
            xfs='<xf fillId="1"/>',
            fills=GRADIENT,
        ),
        "hold",
    ),
    (
        "own palette.xlsx",
        "on a red that the workbook makes black",
        lambda: xlsx(
            NUMBER.format(' s="1"', 356),
            xfs='<xf fillId="1"/>',
            fills=RED_FILL,
            colours='<rgbColor rgb="00000000"/>' * 64,
        ),
        "hold",
    ),
    (
        "usual palette.xlsx",
        "on red by its number",
        lambda: xlsx(
            NUMBER.format(' s="1"', 356),
            xfs='<xf fillId="1"/>',
            fills=RED_FILL,
        ),
        "356",
    ),
    (
        "usual height.xlsx",
        "rows of no height by the sheet's own",
        lambda: xlsx(
            NUMBER.format("", 356), '<sheetFormatPr defaultRowHeight="1"/>'
        ),
        "hold",
    ),
    (
        "underscore.xlsx",
        "no number of a sheet",
        lambda: xlsx('<c r="B2"><v>3_56</v></c>'),
        "hold",
    ),
    (
        "both.xlsx",
        "a number and a text in one cell",
        lambda: xlsx('<c r="B2"><v>120</v><is><t>356</t></is></c>'),
        "hold",
    ),
    (
        "scale.xlsx",
        "a scale of colours from black to black",
        lambda: xlsx(NUMBER.format("", 356), behind=BLACK_SCALE),
        "hold",
    ),
    (
        "field.fods",
        "a number of the moment",
        lambda: flat_sheet(
            text_cell("<text:page-number>1</text:page-number>356")
        ),
        "hold",
    ),
    (
        "hidden.fods",
        "a hidden text",
        lambda: flat_sheet(
            text_cell(
                '<text:hidden-text text:is-hidden="true">1</text:hidden-text>356'
            )
        ),
        "356",
    ),
    (
        "box.fods",
        "a text box in the line",
        lambda: flat_sheet(
            text_cell(
                "<draw:frame><draw:text-box><text:p>1</text:p></draw:text-box>"
                "</draw:frame>356"
            )
        ),
        "hold",
    ),
    (
        "upside down.fods",
        "906 upside down",
        lambda: flat_sheet(
            cell("906", 'table:style-name="s"'),
            cell_style('style:rotation-angle="180"'),
        ),
        "hold",
    ),
    (
        "over.fods",
        "a line on the page",
        lambda: flat_sheet(
            cell("356"),
            columns="<table:shapes><draw:line/></table:shapes>",
        ),
        "hold",
    ),
    # pages
    (
        "first letter.html",
        "the first letter alone struck",
        lambda: page("1356", "td::first-letter{text-decoration:line-through}"),
        "hold",
    ),
    (
        "unknown display.html",
        "a display that no browser knows",
        lambda: page("<b style='display:none;display:foo'>1</b>356"),
        "356",
    ),
    (
        "not screen.html",
        "gone where it is not a screen",
        lambda: page("<b>1</b>356", "@media not screen{b{display:none}}"),
        "hold",
    ),
    (
        "prompt.html",
        "a control's prompt that Word wrote",
        lambda: page('<w:Sdt ShowingPlcHdr="t">120</w:Sdt>'),
        "hold",
    ),
    (
        "tab.html",
        "a tab that Word wrote",
        lambda: page('1<span style="mso-tab-count:1">  </span>356'),
        "hold",
    ),
    (
        "list.html",
        "a list of which all is seen",
        lambda: page("<select multiple><option>120<option>356</select>"),
        "hold",
    ),
    (
        "boxes.html",
        "two boxes side by side",
        lambda: page("<input value=1><input value=356>"),
        "hold",
    ),
    (
        "chosen.html",
        "a drop-down",
        lambda: page("<select><option>120<option selected>356</select>"),
        "356",
    ),
]


@pytest.mark.parametrize(
    ("name", "what", "write", "right"),
    ROWS,
    ids=[f"{row[0]}: {row[1]}" for row in ROWS],
)
def test_a_value_is_read_as_it_is_seen(
    name: str, what: str, write: Written, right: str
) -> None:
    assert answer(name, write()) == right, what


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ('<w:spacing w:line="20" w:lineRule="exact"/>', "hold"),
        ('<w:spacing w:line="20"/>', "356"),
        ('<w:ind w:left="-20000"/>', "hold"),
        ('<w:ind w:left="0" w:hanging="20000"/>', "hold"),
        ('<w:ind w:firstLine="-20000"/>', "hold"),
        ('<w:ind w:leftChars="-9000" w:left="0"/>', "hold"),
        ('<w:ind w:right="20000"/>', "hold"),
        ('<w:ind w:start="30000"/>', "hold"),
        ('<w:ind w:left="420" w:hanging="420" w:right="-108"/>', "356"),
        ('<w:ind w:firstLineChars="200" w:firstLine="420"/>', "356"),
    ],
)
def test_a_paragraph_is_set_by_itself_or_by_its_style(
    said: str, right: str
) -> None:
    """Its own words say the rest of what its style's base says."""
    own = docx(f"<w:pPr>{said}</w:pPr>" + run("356"))
    assert answer("x.docx", own) == right
    styles = (
        f'<w:style w:type="paragraph" w:styleId="b"><w:pPr>{said}</w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="a"><w:basedOn w:val="b"/></w:style>'
    )
    named = '<w:pPr><w:pStyle w:val="a"/><w:spacing w:after="0"/></w:pPr>'
    assert answer("x.docx", docx(named + run("356"), styles)) == right


@pytest.mark.parametrize(("look", "seen"), ODD_PAINTS)
def test_a_paint_that_may_not_be_seen_holds(look: str, seen: int) -> None:
    found = answer("x.docx", docx(run("1", look) + run("356")))
    assert found == ("1356" if seen else "hold")


@pytest.mark.parametrize(
    ("look", "right"),
    [
        ('fo:color="#FFF"', "hold"),
        ('fo:color="white"', "hold"),
        ('fo:color="#000000" fo:background-color="#000"', "hold"),
        ('style:text-combine="letters"', "hold"),
        ('style:text-rotation-angle="90"', "hold"),
        ('style:text-rotation-angle="0"', "1356"),
        ('style:font-relief="embossed" fo:color="#ffffff"', "hold"),
        ('style:font-relief="engraved"', "1356"),
        ('style:font-relief="none" style:text-combine="none"', "1356"),
        ('fo:color="#000000" fo:background-color="transparent"', "1356"),
    ],
)
def test_an_opendocument_text_that_is_oddly_set(look: str, right: str) -> None:
    style = (
        '<style:style style:name="T" style:family="text">'
        f"<style:text-properties {look}/></style:style>"
    )
    told = '<text:span text:style-name="T">1</text:span>356'
    content = flat_text(text_cell(told), styles=style)
    assert answer("x.fodt", content) == right


@pytest.mark.parametrize(
    ("look", "right"),
    [
        ('fo:color="#FFF"', "hold"),
        ('style:text-rotation-angle="90"', "hold"),
        ('style:text-combine="letters"', "hold"),
        ('fo:color="#000000" fo:font-size="10pt"', "356"),
    ],
)
def test_an_opendocument_sheet_that_is_oddly_set(look: str, right: str) -> None:
    style = (
        '<style:style style:name="C" style:family="table-cell">'
        f"<style:text-properties {look}/></style:style>"
    )
    content = flat_sheet(cell("356", 'table:style-name="C"'), styles=style)
    assert answer("x.fods", content) == right


def test_the_bare_value_is_read_in_each_format() -> None:
    bare = {
        "a.docx": docx(run("356")),
        "a.xlsx": xlsx(NUMBER.format("", 356)),
        "a.fods": flat_sheet(cell("356")),
        "a.fodt": flat_text(text_cell("356")),
        "a.odt": odt(text_cell("356")),
        "a.xml": excel_2003(data("356")),
        "a.rtf": rich_text("356"),
        "a.html": page("356"),
    }
    answers = {name: answer(name, content) for name, content in bare.items()}
    assert set(answers.values()) == {"356"}, answers


def test_a_form_in_a_shape_of_libreoffice_is_read() -> None:
    """Its tables are of a vocabulary of its own there (loext:table)."""
    page = flat_text(text_cell("356")).decode()
    table = page[page.index("<table:table ") : page.index("</office:text>")]
    drawn = re.sub(r"(</?)table:table", r"\1loext:table", table)
    shape = f"<text:p><draw:custom-shape>{drawn}</draw:custom-shape></text:p>"
    assert answer("x.fodt", page.replace(table, shape).encode()) == "356"
