"""A number beside the figure that a browser or a word processor does not show there, or
shows elsewhere: never a digit of the figure."""

import pytest
from form_makers import SPEC

from pipeline.reading.files.read_file import read_file

HEAD = "<tr><td>报送单位</td><td>甲县</td><td>报送时间</td><td>2015年9月10日</td></tr>"
FOOT = "<tr><td>主要工作举措</td><td>1、摸底</td></tr>"


def read(name: str, content: str) -> int | None:
    (reading,) = read_file(name, content.encode("utf-8"), SPEC)
    (form,) = reading.forms
    return None if form.figure.holds else form.figure.completed


@pytest.mark.parametrize(
    ("style", "value"),
    [
        (".p{display:none}", "<span class=p>1</span>356"),
        ("@layer a{.p{display:none}}", "<span class=p>1</span>356"),
        ("@supports(display:grid){.p{display:none}}", "<b class=p>1</b>356"),
        (":is(.p,.q){display:none}", "<span class=p>1</span>356"),
        ("td{.p{display:none}}", "<span class=p>1</span>356"),
        ("", "<span style='displ\\61y:none'>1</span>356"),
        ("", "<span style='display/**/:none'>1</span>356"),
        ("", "356<i style='position:relative;top:-5px'>1</i>"),
    ],
)
def test_a_page(style: str, value: str) -> None:
    page = (
        f"<meta charset=utf-8><style>{style}</style><table>{HEAD}"
        f"<tr><td>已完成目标任务数</td><td>{value}</td></tr>{FOOT}</table>"
    )
    assert read("旬报.html", page) in (356, None)


@pytest.mark.parametrize(
    ("style", "value"),
    [
        (".p::before{content:'1'}", "<span class=p></span>356"),
        ("", "<span style='float:right'>12</span>34"),
        ("", "12<img src=x>34"),
        ("", "<i style='position:absolute'>356</i>120"),
    ],
)
def test_a_page_whose_order_is_not_told(style: str, value: str) -> None:
    page = (
        f"<meta charset=utf-8><style>{style}</style><table>{HEAD}"
        f"<tr><td>已完成目标任务数</td><td>{value}</td></tr>{FOOT}</table>"
    )
    assert read("旬报.html", page) is None


def rtf(value: str) -> str:
    def told(text: str) -> str:
        return "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in text)

    rows = ""
    for cells in (
        ("报送单位", "甲县", "报送时间", "2015年9月10日"),
        ("已完成目标任务数", value),
        ("主要工作举措", "1、摸底"),
    ):
        edges = "".join(f"\\cellx{2000 * n}" for n in range(1, len(cells) + 1))
        texts = "".join(f"{told(cell)}\\cell " for cell in cells)
        rows += f"\\trowd{edges}\\pard\\intbl {texts}\\row\n"
    return f"{{\\rtf1\\ansi\\uc1 {rows}}}"


@pytest.mark.parametrize(
    "value",
    [
        r"{\field\flddirty{\*\fldinst =1}{\fldrslt 120}}",
        r"{\field{\*\fldinst PAGE}{\fldrslt 1}}356",
        r"\chpgn 356",
        r"{\pntext 1}234",
        r"356{\shp{\*\shpinst{\shptxt 120}}}",
        r"1{\pict\wmetafile8 00}356",
        r"{\webhidden 1}356",
        r"{\spv 1}356",
        r"{\fittext10 1}356",
        r"{\fs0 1}356",
        r"\li-20000 356",
        r"\li0\fi-20000 356",
        r"\ri20000 356",
        r"\li0\culi-9000 356",
        r"356\chftn",
        r"{\field\fldpriv{\*\fldinst QUOTE}{\fldrslt 356}}",
        r"{\field{\*\fldinst XE x}{\fldrslt 1}}356",
    ],
)
def test_rich_text_holds(value: str) -> None:
    assert read("旬报.rtf", rtf(value)) is None


@pytest.mark.parametrize(
    "value",
    [
        r"356{\super\chftn}",
        r"356{\v\chftn}",
        r"{\xe 1}{\rxe 1}{\txe 1}{\yxe 1}356",
        r"\li420\fi-420\ri-108 356",
        r"{\webhidden0\embo 3}56",
    ],
)
def test_rich_text_is_read(value: str) -> None:
    assert read("旬报.rtf", rtf(value)) == 356


@pytest.mark.parametrize("before", ["", r"{\s0 Normal;}"])
def test_a_style_hides_rich_text(before: str) -> None:
    styles = r"{\stylesheet" + before + r"{\*\cs10 \v Hidden;}}"
    page = rtf(r"{\cs10 1}356").replace(r"\uc1", r"\uc1" + styles)
    assert read("旬报.rtf", page) == 356


def test_rich_text_takes_the_unicode_of_a_text_given_twice() -> None:
    assert read("旬报.rtf", rtf(r"{\upr{120}{\*\ud{356}}}")) == 356
