"""Pages as browsers paint them."""

import pytest

from pipeline.model.document import Document, Doubt, Grid, Paragraph
from pipeline.model.trouble import Trouble
from pipeline.reading.files.open_document import open_document


def read(html: str | bytes) -> Document:
    content = (
        html
        if isinstance(html, bytes)
        else f"<html><body>{html}</body></html>".encode()
    )
    document = open_document("x.xls", content)
    assert isinstance(document, Document), document
    return document


def lines(html: str | bytes) -> list[str]:
    return [b.text for b in read(html).blocks if isinstance(b, Paragraph)]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>一</p><div>二<br>三</div>四", ["一", "二", "三", "四"]),
        ("<p>a  b\n c&nbsp;d</p>", ["a b c d"]),
        ("<p>样例县\n\t总工会</p>", ["样例县总工会"]),
        ("<p>1<del>20</del><ins>35</ins></p>", ["135"]),
        ('<p>1<span style="display:none">20</span>35</p>', ["135"]),
        ('<p hidden>旧</p><p style="mso-hide: all">旧</p><p>新</p>', ["新"]),
        ("<script>x</script><style>y</style><!-- z --><p>见</p>", ["见"]),
        ("<ol><li>甲</li><li><p>乙</p></li></ol>", ["1. 甲", "2. 乙"]),
        (
            '<ol type="a" start="3"><li>甲<li value="9">乙</ol>',
            ["c. 甲", "i. 乙"],
        ),
        ("<ul><li>甲</li></ul>", ["• 甲"]),
        ("<![if !supportLists]>1.<![endif]>文字", ["1.文字"]),
        ("<pre>甲\n乙</pre>", ["甲", "乙"]),
    ],
)
def test_lines(html: str, shown: list[str]) -> None:
    assert lines(html) == shown


def test_spans_push_cells_aside() -> None:
    (grid,) = read(
        "<table><tr><td rowspan=2>标签<td colspan=2>宽</tr><tr><td>左<td>右</tr>"
        "<tr style='display:none'><td>隐</tr><tbody><tr><th>末</th></tr></tbody></table>"
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
        "末": (2, 0, 1, 1),
    }


def test_a_nested_table_follows_its_parent() -> None:
    outer, inner = read(
        "<table><tr><td>外<table><tr><td>内</td></tr></table>尾</td></tr></table>"
    ).blocks
    assert isinstance(outer, Grid)
    assert isinstance(inner, Grid)
    assert (outer.cells[0].text, inner.cells[0].text) == ("外\n尾", "内")


@pytest.mark.parametrize("label", ["gb2312", "GBK", "gb18030"])
def test_a_page_declared_gb2312_holds_gb18030(label: str) -> None:
    page = f'<html><head><meta charset="{label}"></head><body><p>李堃、朱镕基㐂</p></body></html>'
    assert lines(page.encode("gb18030")) == ["李堃、朱镕基㐂"]


def test_huge_spans_cost_nothing() -> None:
    (grid,) = read(
        '<table><tr><td colspan="999999" rowspan="999999">甲</td></tr></table>'
    ).blocks
    assert isinstance(grid, Grid)
    assert grid.cells[0].row_span == 1


def test_struck_text_is_doubted() -> None:
    for page in (
        "<p><s>12</s>15</p>",
        '<p><span style="text-decoration: line-through">12</span></p>',
        "<p>1<del>20</del>35</p>",
    ):
        assert [block.doubts for block in read(page).blocks] == [{Doubt.STRUCK}]


def test_a_saved_page_of_several_sheets_gives_them_all() -> None:
    part = "Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>{}</p></body></html>\r\n"
    parts = "".join(f"--B\r\n{part.format(name)}" for name in ("甲", "乙"))
    page = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n{parts}--B--\r\n'.encode()
    document = read(page)
    assert document.kind == "mhtml"
    assert [b.text for b in document.blocks if isinstance(b, Paragraph)] == [
        "甲",
        "乙",
    ]


def test_deep_nesting_ends() -> None:
    assert isinstance(
        open_document("x", b"<html>" + b"<div><table><tr><td>" * 3000),
        Document | Trouble,
    )


X = '<span class="x">1</span>356'


@pytest.mark.parametrize(
    ("css", "html", "text", "doubts"),
    [
        (".x{display:none}", X, "356", set()),
        ("td .x, p > .x{visibility:hidden}", X, "356", set()),
        ("#q{display:none}", '<b id="q">1</b>356', "356", set()),
        (".x{display:none}span.x{display:inline}", X, "1356", set()),
        (".x{display:none!important}span.x{display:inline}", X, "356", set()),
        ("@media screen{.x{display:none}}", X, "356", set()),
        ("@media print{.x{display:none}}", X, "1356", {Doubt.UNTOLD}),
        (".x:hover{display:none}", X, "1356", set()),
        ("p span:first-child{display:none}", X, "356", set()),
        (".x{position:absolute;left:-9999px}", X, "356", set()),
        (".x{clip-path:inset(50%)}", X, "356", set()),
        (".x{height:0;overflow:hidden}", X, "356", set()),
        (".x{block-size:0;overflow:hidden}", X, "356", set()),
        (".x{width:0;overflow-x:hidden}", X, "356", set()),
        (".x{width:4px;overflow:hidden}", X, "1356", {Doubt.UNTOLD}),
        (".x{width:40px;overflow:hidden}", X, "1356", set()),
        (".x{width:4px}", X, "1356", set()),
        (".x{display:table-column}", X, "356", set()),
        (".x{clip-path:polygon(0 0,1px 0,0 1px)}", X, "1356", {Doubt.UNTOLD}),
        (".x{clip-path:none}", X, "1356", set()),
        (".x{color:#0000}", X, "356", {Doubt.BARELY_SEEN}),
        (".x{color:#000f}", X, "1356", set()),
        (".x{color:ButtonFace}", X, "1356", {Doubt.BARELY_SEEN}),
        (".x{font-size:1px}", X, "356", {Doubt.BARELY_SEEN}),
        (".x{font:0/0 a}", X, "356", {Doubt.BARELY_SEEN}),
        (".x{opacity:.01}", X, "356", {Doubt.BARELY_SEEN}),
        (".x{color:#fff}", X, "356", {Doubt.BARELY_SEEN}),
        (".x{color:hsl(0,0%,100%)}", X, "356", {Doubt.BARELY_SEEN}),
        (".x{color:white}p{background:#000}", X, "1", {Doubt.BARELY_SEEN}),
        (
            ".x::before{content:'1'}",
            '<i class="x">356</i>',
            "356",
            {Doubt.UNTOLD},
        ),
        (".X{display:none}", X, "356", {Doubt.UNTOLD}),
        (".x{transform:scaleX(-1)}", X, "1356", {Doubt.UNTOLD}),
        (".x{font-size-adjust:0}", X, "1356", {Doubt.UNTOLD}),
        (".x{font-size-adjust:none}", X, "1356", set()),
        (
            ".x{vertical-align:text-top;font-size:60%}",
            X,
            "1356",
            {Doubt.UNTOLD},
        ),
        (".x{vertical-align:text-top}", X, "1356", set()),
        (
            "em{text-decoration:line-through}",
            "<em>12</em>35",
            "1235",
            {Doubt.STRUCK},
        ),
        (
            ".x{vertical-align:super}",
            "356<i class=x>1</i>",
            "356",
            {Doubt.RAISED},
        ),
        ("", "356<sup>1</sup>", "356", {Doubt.RAISED}),
        ("", "30m<sup>2</sup>", "30m2", {Doubt.RAISED}),
        ("", "<bdo dir=rtl>653</bdo>", "653", {Doubt.REORDERED}),
        ("", "<noscript>1</noscript>356", "356", set()),
        ("", "<details><summary>356</summary>1</details>", "356", set()),
        ("", "<select><option>1<option selected>356</select>", "356", set()),
        (
            "",
            '<input value="356"><input type="hidden" value="1">',
            "356",
            set(),
        ),
        ("", '<font face="Wingdings">&#252;</font>356', "✓356", set()),
        ("", "1\t356", "1\t356", set()),
        ("", "<math><mn>3</mn></math>56", "56", {Doubt.PICTURED}),
    ],
)
def test_a_line_is_what_a_browser_paints(
    css: str, html: str, text: str, doubts: set[Doubt]
) -> None:
    page = f"<html><head><style>{css}</style></head><body><p>{html}</p></body></html>"
    (line,) = read(page.encode()).blocks
    assert isinstance(line, Paragraph)
    assert (line.text, line.doubts) == (text, doubts)


def test_what_is_painted_behind_a_cells_text_may_go_through_it() -> None:
    stripe = "background:linear-gradient(transparent 48%,red 48%,red 52%)"
    page = f'<html><body style="{stripe}"><table><tr><td>{{}}</td></tr></table>'
    for cell, doubts in (
        (f'<b style="{stripe}">356</b>', {Doubt.UNTOLD}),
        ("<b>356</b>", set()),
    ):
        (grid,) = read(page.format(cell).encode()).blocks
        assert isinstance(grid, Grid)
        assert grid.cells[0].doubts == doubts


def test_sheets_beside_a_page_apply_to_it() -> None:
    parts = (
        ("text/html", '<p><span class="x">1</span>356</p>'),
        ("text/css", ".x{display:none}"),
    )
    body = "".join(
        f"--B\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{text}\r\n"
        for kind, text in parts
    )
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n'
    assert lines(f"{head}{body}--B--\r\n".encode()) == ["356"]
