"""RTF as Word, WPS and reporting programs write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.document import Document, Doubt, Grid, Paragraph
from pipeline.reading.files.open_document import open_document

HEAD = rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fnil\fcharset134 SimSun;}{\f1\froman\fcharset0 Times;}}"


def read(body: bytes) -> Document:
    document = open_document("x.doc", HEAD + body + b"}")
    assert isinstance(document, Document), document
    return document


def lines(body: bytes) -> list[str]:
    return [b.text for b in read(body).blocks if isinstance(b, Paragraph)]


def octets(text: str) -> bytes:
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gb18030")).encode()


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (rb"\f0 " + octets("报送单位") + rb"\par", ["报送单位"]),
        (rb"\f1 " + octets("西文字体") + rb"\par", ["西文字体"]),
        ("生的字节".encode("gbk") + rb"\par", ["生的字节"]),
        (rb"\u25253?\u36865?\par", ["报送"]),
        (
            rb"\uc2\u25253\'b1\'a8\u-26671\'cb\'cd\par",
            ["报" + chr(65536 - 26671)],
        ),
        (rb"\uc0\u25253 \u36865 x\par", ["报送x"]),
        (rb"1{\v 20}35\par", ["135"]),
        (rb"1{\deleted 20}{\revised 35}\par", ["135"]),
        (rb"a{\field{\*\fldinst DATE}{\fldrslt 9}}b\par", ["a9b"]),
        (
            rb"{\header page}{\footnote note}{\*\unknown x}{\info{\title t}}y\par",
            ["y"],
        ),
        (rb"{\pict\bin4 }}}}text}z\par", ["z"]),
        (rb"a\tab b\line c\emdash\~d\_e\{\}\\\par", ["a\tb\nc— d-e{}\\"]),
        (rb"{\listtext\pard 1.\tab}{text}\par", ["1.\ttext"]),
        (rb"a\par b", ["a", "b"]),
    ],
)
def test_text(body: bytes, shown: list[str]) -> None:
    assert lines(body) == shown


def test_merged_and_nested_cells() -> None:
    row = rb"\trowd\clvmgf\cellx1000\cellx2000\cellx3000\intbl A\cell B\cell C\cell\row"
    under = rb"\trowd\clvmrg\cellx1000\clmgf\cellx2000\clmrg\cellx3000\intbl x\cell D\cell y\cell\row"
    nested = (
        rb"\trowd\cellx3000\intbl E\par\itap2 F\nestcell{\nonesttables\par}G\nestcell"
        rb"{\*\nesttableprops\trowd\cellx500\cellx900\nestrow}\itap1 H\cell\row\pard"
    )
    outer, inner = read(row + under + nested).blocks
    assert isinstance(outer, Grid)
    assert isinstance(inner, Grid)
    found = {
        c.text: (c.row, c.column, c.row_span, c.column_span)
        for c in outer.cells
    }
    assert found == {
        "A": (0, 0, 2, 1),
        "B": (0, 1, 1, 1),
        "C": (0, 2, 1, 1),
        "D": (1, 1, 1, 2),
        "E\nH": (2, 0, 1, 3),
    }
    assert [c.text for c in inner.cells] == ["F", "G"]


def test_struck_text_is_kept_and_doubted() -> None:
    (line,) = read(rb"{\strike 12}15\par").blocks
    assert (line.text, line.doubts) == ("1215", {Doubt.STRUCK})
    (line,) = read(rb"{\strike\strike0 12}15\par").blocks
    assert line.doubts == frozenset()


@given(
    st.lists(
        st.text("报送单位样例县总工会0123堃", min_size=1, max_size=10),
        min_size=1,
        max_size=5,
    )
)
def test_every_line_comes_back(texts: list[str]) -> None:
    assert lines(b"".join(octets(t) + rb"\par " for t in texts)) == texts
    assert (
        lines(
            b"".join(
                b"".join(f"\\u{ord(c)}?".encode() for c in t) + rb"\par "
                for t in texts
            )
        )
        == texts
    )


def test_notes_stand_beside_the_page() -> None:
    """As Word writes them: the one who wrote it and the day apart, bytes of the code page."""
    comment = (
        rb"{\*\atnid AB}{\*\atnauthor "
        + octets("审核人")
        + rb"}\chatn{\*\annotation{\*\atndate 1}\pard\plain\f0 "
        + octets("此数有误")
        + rb"\par\uc2\u24212\'d3\'a6\uc1\u20026?357}"
    )
    footnote = rb"{\super\chftn}{\footnote\ftnalt{\super\chftn} a{\footnote b}}"
    document = read(rb"\f0 356" + comment + footnote + rb"\par")
    assert [b.text for b in document.blocks if isinstance(b, Paragraph)] == [
        "356"
    ]
    assert [note.strip() for note in document.notes] == [
        "此数有误\n应为357",
        "a",
    ]
