"""WordprocessingML: what the page shows, element by element. The documents are the smallest that show the point."""

import io
import zipfile

import pytest

from pipeline.model.document import Document, Doubt, Grid, Paragraph
from pipeline.reading.files.open_document import open_document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def docx(body: str, **parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        )
        for name, xml in parts.items():
            archive.writestr(f"word/{name}.xml", xml)
    return buffer.getvalue()


def read(body: str, **parts: str) -> Document:
    document = open_document("x.docx", docx(body, **parts))
    assert isinstance(document, Document), document
    return document


def lines(body: str, **parts: str) -> list[str]:
    return [
        b.text for b in read(body, **parts).blocks if isinstance(b, Paragraph)
    ]


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{text}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (
            p(
                r("1")
                + "<w:del><w:r><w:delText>20</w:delText></w:r></w:del>"
                + "<w:ins>"
                + r("35")
                + "</w:ins>"
            ),
            ["135"],
        ),
        (
            p(
                "<w:moveFrom>"
                + r("旧")
                + "</w:moveFrom><w:moveTo>"
                + r("新")
                + "</w:moveTo>"
            ),
            ["新"],
        ),
        (
            p(
                r("1")
                + r("20", "<w:vanish/>")
                + r("35", '<w:vanish w:val="0"/>')
            ),
            ["135"],
        ),
        (
            p(
                r("a")
                + "<w:r><w:tab/></w:r>"
                + r("b")
                + "<w:r><w:br/></w:r>"
                + r("c")
            ),
            ["a\tb\nc"],
        ),
        (
            p(
                '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>'
                + r("9月")
            ),
            ["9月"],
        ),
        (
            p('<w:fldSimple w:instr="DATE">' + r("9月10日") + "</w:fldSimple>"),
            ["9月10日"],
        ),
        (
            p(
                "<w:hyperlink>"
                + r("链接")
                + "</w:hyperlink><w:smartTag>"
                + r("标记")
                + "</w:smartTag>"
            ),
            ["链接标记"],
        ),
        (
            p(
                "<w:r><w:ruby><w:rt>"
                + r("pin")
                + "</w:rt><w:rubyBase>"
                + r("拼")
                + "</w:rubyBase></w:ruby></w:r>"
            ),
            ["拼"],
        ),
        (
            "<w:sdt><w:sdtPr/><w:sdtContent>"
            + p(r("控件"))
            + "</w:sdtContent></w:sdt>",
            ["控件"],
        ),
        (
            p(
                "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
                + r("单击此处")
                + "</w:sdtContent></w:sdt>"
            ),
            [],
        ),
        (p(r("上"), "<w:rPr><w:del/></w:rPr>") + p(r("下")), ["上下"]),
    ],
)
def test_text_of_a_paragraph(body: str, shown: list[str]) -> None:
    assert lines(body) == shown


def test_a_text_box_is_read_once_and_may_hold_a_table() -> None:
    inside = (
        p(r("框内")) + "<w:tbl><w:tr>" + tc(p(r("框中表"))) + "</w:tr></w:tbl>"
    )
    choice = f"<wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx>"
    fallback = f"<w:pict><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></w:pict>"
    alternatives = f"<mc:AlternateContent><mc:Choice>{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    document = read(p(r("外") + f"<w:r>{alternatives}</w:r>") + p(r("后")))
    assert [
        b.text if isinstance(b, Paragraph) else b.cells[0].text
        for b in document.blocks
    ] == [
        "外",
        "框内",
        "框中表",
        "后",
    ]
    assert [b.where for b in document.blocks if isinstance(b, Paragraph)] == [
        "第1段",
        "文本框1",
        "第2段",
    ]


def test_rows_and_cells_in_content_controls_and_deleted_rows() -> None:
    row = (
        "<w:tr>"
        + tc(p(r("甲")))
        + "<w:sdt><w:sdtContent>"
        + tc(p(r("乙")))
        + "</w:sdtContent></w:sdt></w:tr>"
    )
    gone = "<w:tr><w:trPr><w:del/></w:trPr>" + tc(p(r("丙"))) + "</w:tr>"
    table = f"<w:tbl>{gone}<w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt></w:tbl>"
    (grid,) = read(table).blocks
    assert isinstance(grid, Grid)
    assert [(c.text, c.row, c.column) for c in grid.cells] == [
        ("甲", 0, 0),
        ("乙", 0, 1),
    ]


def test_merged_cells_by_span_and_by_joining() -> None:
    first = tc(p(r("标签")), '<w:vMerge w:val="restart"/>') + tc(
        p(r("宽")), '<w:gridSpan w:val="2"/>'
    )
    second = tc(p(r("不见")), "<w:vMerge/>") + tc(p(r("左"))) + tc(p(r("右")))
    third = (
        '<w:trPr><w:gridBefore w:val="1"/></w:trPr>'
        + tc(p(r("缩进")), '<w:hMerge w:val="restart"/>')
        + tc(p(""), "<w:hMerge/>")
    )
    (grid,) = read(
        "<w:tbl>"
        + "".join(f"<w:tr>{row}</w:tr>" for row in (first, second, third))
        + "</w:tbl>"
    ).blocks
    assert isinstance(grid, Grid)
    found = {
        c.text: (c.row, c.column, c.row_span, c.column_span) for c in grid.cells
    }
    assert found == {
        "标签": (0, 0, 2, 1),
        "宽": (0, 1, 1, 2),
        "左": (1, 1, 1, 1),
        "右": (1, 2, 1, 1),
        "缩进": (2, 1, 1, 2),
    }


def numbering(
    *levels: str,
    nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
) -> str:
    return f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{nums}</w:numbering>'


def level(depth: int, number_format: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{depth}"><w:numFmt w:val="{number_format}"/><w:lvlText w:val="{text}"/>{more}</w:lvl>'


def item(text: str, depth: int = 0, num: int = 1) -> str:
    return p(
        r(text),
        f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{num}"/></w:numPr>',
    )


def test_levels_count_by_themselves_and_start_again() -> None:
    lists = numbering(
        level(0, "chineseCounting", "%1、"), level(1, "decimal", "%1.%2")
    )
    body = item("a") + item("b", 1) + item("c", 1) + item("d") + item("e", 1)
    assert lines(body, numbering=lists) == [
        "一、 a",
        "一.1 b",
        "一.2 c",
        "二、 d",
        "二.1 e",
    ]


def test_starts_gaps_bullets_and_lists_without_number() -> None:
    lists = numbering(
        level(
            0,
            "decimal",
            "(%1)",
            '<w:start w:val="3"/><w:suff w:val="nothing"/>',
        ),
        level(1, "bullet", "\uf0b7"),
    )
    body = (
        item("a")
        + item("b", 1)
        + p(r("无"), '<w:numPr><w:numId w:val="0"/></w:numPr>')
        + item("c")
    )
    assert lines(body, numbering=lists) == ["(3)a", "• b", "无", "(4)c"]


def test_a_second_list_of_the_same_kind_starts_again_only_where_it_says_so() -> (
    None
):
    nums = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="0"/>{more}</w:num>'
        for n, more in (
            (1, ""),
            (2, ""),
            (
                3,
                '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>',
            ),
        )
    )
    lists = numbering(level(0, "decimal", "%1."), nums=nums)
    assert lines(
        item("a") + item("b", 0, 2) + item("c", 0, 3), numbering=lists
    ) == [
        "1. a",
        "2. b",
        "1. c",
    ]


def test_styles_number_and_hide() -> None:
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="M"><w:basedOn w:val="L"/></w:style>'
        '<w:style w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    )
    body = (
        p(r("甲"), '<w:pStyle w:val="M"/>')
        + p(r("见") + r("隐", '<w:rStyle w:val="H"/>'))
        + p(r("隐"), '<w:pStyle w:val="H"/>')
    )
    assert lines(
        body, numbering=numbering(level(0, "decimal", "%1.")), styles=styles
    ) == ["1. 甲", "见"]


def test_text_struck_by_hand_is_kept_and_doubted() -> None:
    document = read(p(r("12", "<w:strike/>") + r("15")))
    assert [block.doubts for block in document.blocks] == [{Doubt.STRUCK}]
    plain = read(p(r("12", '<w:strike w:val="0"/>')))
    assert [block.doubts for block in plain.blocks] == [frozenset()]


def test_the_strict_vocabulary_reads_the_same() -> None:
    content = docx(p(r("严格")))
    strict = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(strict, "w") as new,
    ):
        for name in old.namelist():
            new.writestr(
                name,
                old.read(name).replace(
                    W.encode(),
                    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
                ),
            )
    document = open_document("x", strict.getvalue())
    assert isinstance(document, Document)
    assert [b.text for b in document.blocks if isinstance(b, Paragraph)] == [
        "严格"
    ]


def test_custom_properties_are_kept() -> None:
    buffer = io.BytesIO(docx(p(r("表"))))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(
            "docProps/custom.xml",
            '<Properties xmlns="urn:p" xmlns:vt="urn:v"><property name="报表编号"><vt:lpwstr>2015-01</vt:lpwstr></property></Properties>',
        )
    document = open_document("x", buffer.getvalue())
    assert isinstance(document, Document)
    assert document.properties == (("报表编号", "2015-01"),)


def line_of(body: str, **parts: str) -> tuple[str, frozenset[Doubt]]:
    (line,) = read(p(body), **parts).blocks
    assert isinstance(line, Paragraph)
    return line.text, line.doubts


@pytest.mark.parametrize(
    ("properties", "text", "doubts"),
    [
        ('<w:vertAlign w:val="superscript"/>', "356", {Doubt.RAISED}),
        ('<w:position w:val="10"/>', "356", {Doubt.RAISED}),
        ('<w:position w:val="2"/>', "1356", set()),
        ("<w:dstrike/>", "1356", {Doubt.STRUCK}),
        ('<w:color w:val="FFFFFF"/>', "356", {Doubt.BARELY_SEEN}),
        (
            '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000000"/>',
            "1356",
            set(),
        ),
        ('<w:sz w:val="2"/>', "356", {Doubt.BARELY_SEEN}),
        ('<w:w w:val="1"/>', "356", {Doubt.BARELY_SEEN}),
        ('<w:spacing w:val="-200"/>', "1356", {Doubt.UNTOLD}),
        ('<w:rFonts w:ascii="Wingdings"/>', "•356", {Doubt.UNTOLD}),
    ],
)
def test_a_run_proves_what_is_seen_of_it(
    properties: str, text: str, doubts: set[Doubt]
) -> None:
    assert line_of(r("1", properties) + r("356")) == (text, doubts)


def style(kind: str, key: str, inside: str, more: str = "") -> str:
    return (
        f'<w:style w:type="{kind}" w:styleId="{key}" {more}>{inside}</w:style>'
    )


def styles(*inside: str) -> str:
    return f'<w:styles xmlns:w="{W}">{"".join(inside)}</w:styles>'


STRUCK = "<w:rPr><w:strike/></w:rPr>"


def test_a_style_tells_what_those_that_it_is_based_on_say() -> None:
    sheet = styles(
        style("character", "A", STRUCK),
        style("character", "B", '<w:basedOn w:val="A"/>'),
    )
    struck = r("1", '<w:rStyle w:val="B"/>') + r("356")
    assert line_of(struck, styles=sheet) == ("1356", {Doubt.STRUCK})


def test_a_table_style_looks_as_its_part_says() -> None:
    white = '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'
    dark = '<w:tcPr><w:shd w:val="clear" w:fill="1F497D"/></w:tcPr>'
    sheet = styles(
        style(
            "table",
            "T",
            f'<w:tblStylePr w:type="firstRow">{white}{dark}</w:tblStylePr>',
        )
    )
    look = '<w:tblStyle w:val="T"/><w:tblLook w:val="0020"/>'
    row = f"<w:tr>{tc(p(r('356')))}</w:tr>"
    (grid,) = read(
        f"<w:tbl><w:tblPr>{look}</w:tblPr>{row}</w:tbl>", styles=sheet
    ).blocks
    assert isinstance(grid, Grid)
    assert [(c.text, c.doubts) for c in grid.cells] == [("356", frozenset())]


def field(code: str, result: str = "", data: str = "") -> str:
    def mark(kind: str, inside: str = "") -> str:
        return (
            f'<w:r><w:fldChar w:fldCharType="{kind}">{inside}</w:fldChar></w:r>'
        )

    instruction = (
        f"<w:r><w:instrText>{code}</w:instrText></w:r>" if code else ""
    )
    shown = mark("separate") + result if result else ""
    return mark("begin", data) + instruction + shown + mark("end")


CHOICES = (
    '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="犍为县"/>'
    '<w:listEntry w:val="井研县"/></w:ddList></w:ffData>'
)


@pytest.mark.parametrize(
    ("body", "text", "doubts"),
    [
        (field(" IF ", r("356")), "356", set()),
        (
            f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{field(" X ", r("120"))}'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r("356")}'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            "356",
            set(),
        ),
        (field(" FORMDROPDOWN ", data=CHOICES), "井研县", set()),
        (field(r" eq \o\ac(○,2) ") + r("356"), "②356", set()),
        (field(" MERGEFIELD n ", r("«n»")), "«n»", {Doubt.UNFILLED}),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + r("356"),
            "356",
            set(),
        ),
    ],
)
def test_a_field_is_its_outermost_result(
    body: str, text: str, doubts: set[Doubt]
) -> None:
    found, told = line_of(body)
    assert found == text
    assert told - {Doubt.UNTOLD} == doubts


ASKED = r("120", '<w:rStyle w:val="a"/>')
PROMPT = "<w:sdtPr><w:showingPlcHdr/></w:sdtPr>"


@pytest.mark.parametrize(
    "row",
    [
        tc(p(f"<w:sdt>{PROMPT}<w:sdtContent>{ASKED}</w:sdtContent></w:sdt>")),
        tc(f"<w:sdt>{PROMPT}<w:sdtContent>{p(ASKED)}</w:sdtContent></w:sdt>"),
        f"<w:sdt>{PROMPT}<w:sdtContent>{tc(p(ASKED))}</w:sdtContent></w:sdt>",
    ],
    ids=["inline", "block", "cell"],
)
def test_a_prompt_is_no_text_at_any_level(row: str) -> None:
    (grid,) = read(f"<w:tbl><w:tr>{row}</w:tr></w:tbl>").blocks
    assert isinstance(grid, Grid)
    assert [(c.text, c.doubts) for c in grid.cells] == [("", {Doubt.UNFILLED})]


def test_a_filled_control_that_forgot_its_prompt_is_kept_and_doubted() -> None:
    body = f"<w:sdt>{PROMPT}<w:sdtContent>{r('犍为县')}</w:sdtContent></w:sdt>"
    assert line_of(body) == ("犍为县", {Doubt.UNFILLED})


def test_an_alternative_in_an_unknown_vocabulary_gives_way() -> None:
    body = (
        '<mc:AlternateContent><mc:Choice xmlns:zz="urn:zz" Requires="zz">'
        f"{r('999')}</mc:Choice><mc:Fallback>{r('356')}</mc:Fallback>"
        "</mc:AlternateContent>"
    )
    assert line_of(body) == ("356", frozenset())


def test_a_number_of_a_list_joins_no_digits() -> None:
    lists = numbering(level(0, "decimal", "%1"))
    body = p(
        r("234"), '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    )
    assert lines(body, numbering=lists) == ["1\t234"]


def test_a_package_that_holds_two_of_a_part_is_doubted() -> None:
    content = docx(p(r("356")))
    twice = io.BytesIO(content)
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning):
        other = (
            f"<w:document {SPACES}><w:body>{p(r('120'))}</w:body></w:document>"
        )
        archive.writestr("word/document.xml", other)
    document = open_document("x.docx", twice.getvalue())
    assert isinstance(document, Document)
    assert [block.doubts for block in document.blocks] == [{Doubt.UNTOLD}]


@pytest.mark.parametrize(
    ("run", "text", "doubts"),
    [
        (r("3", "<w:rFonts w:cs='Wingdings'/><w:cs/>"), "•", {Doubt.UNTOLD}),
        (r("3", "<w:rFonts w:cs='Wingdings'/>"), "3", set()),
        (r("3", "<w:cs/><w:szCs w:val='2'/>"), "", {Doubt.BARELY_SEEN}),
        (r("3", "<w:szCs w:val='2'/>"), "3", set()),
        # No sign font has a wide digit: another font paints it as it is
        (r("３", "<w:rFonts w:eastAsia='Wingdings'/>"), "３", set()),
    ],
)
def test_a_complex_script_is_set_in_its_own_font_and_size(
    run: str, text: str, doubts: set[Doubt]
) -> None:
    (line,) = read(p(run + r("名"))).blocks
    assert isinstance(line, Paragraph)
    assert (line.text, line.doubts) == (f"{text}名", doubts)


def field(instruction: str, result: str) -> str:
    return f'<w:fldSimple w:instr=" {instruction} ">{r(result)}</w:fldSimple>'


@pytest.mark.parametrize(
    "instruction", ["DATE", "TIME", "CREATEDATE", "FILESIZE", "REVNUM", "ASK x"]
)
def test_a_field_of_the_moment_is_doubted(instruction: str) -> None:
    (line,) = read(p(field(instruction, "356"))).blocks
    assert isinstance(line, Paragraph)
    assert Doubt.UNTOLD in line.doubts


@pytest.mark.parametrize(
    ("instruction", "doubts"),
    [("=300+57", {Doubt.UNCOMPUTED}), ("HYPERLINK x", set())],
)
def test_fields_that_are_computed_on_opening_are_doubted(
    instruction: str, doubts: set[Doubt]
) -> None:
    settings = f"<w:settings {SPACES}><w:updateFields/></w:settings>"
    page = read(p(field(instruction, "356")), settings=settings)
    (line,) = page.blocks
    assert isinstance(line, Paragraph)
    assert line.doubts == doubts


def test_text_of_an_unknown_vocabulary_is_doubted() -> None:
    (line,) = read(p('<x:t xmlns:x="urn:x">1</x:t>' + r("356"))).blocks
    assert isinstance(line, Paragraph)
    assert Doubt.UNTOLD in line.doubts


@pytest.mark.parametrize(
    ("kind", "text", "doubts"),
    [
        ("Word.Insertion", "120356", set()),
        ("Word.Deletion", "356", set()),
        ("Word.MoveFrom", "120356", {Doubt.UNTOLD}),
    ],
)
def test_an_annotation_of_word_2003(
    kind: str, text: str, doubts: set[Doubt]
) -> None:
    marked = (
        '<aml:annotation xmlns:aml="http://schemas.microsoft.com/aml/2001/core" '
        f'w:type="{kind}"><aml:content>{r("120")}</aml:content></aml:annotation>'
    )
    assert line_of(marked + r("356")) == (text, doubts)


@pytest.mark.parametrize(
    ("left", "doubts"), [("-20000", {Doubt.UNTOLD}), ("-108", set())]
)
def test_lines_off_the_page_are_doubted(left: str, doubts: set[Doubt]) -> None:
    (line,) = read(p(r("356"), f"<w:ind w:left='{left}'/>")).blocks
    assert isinstance(line, Paragraph)
    assert line.doubts == doubts
