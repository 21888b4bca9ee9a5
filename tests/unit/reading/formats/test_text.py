"""Tables of values and plain text in the encodings that come."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.document import Document, Grid, Paragraph
from pipeline.reading.files.open_document import open_document

ROWS = [
    ["报送单位", "样例县总工会"],
    ["主要工作举措", '1.走访，"入会"\n2.登记'],
    ["数", "1,234"],
]


def written(rows: list[list[str]], separator: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerows(rows)
    return buffer.getvalue()


def table(content: bytes) -> list[list[str]]:
    document = open_document("x.csv", content)
    assert isinstance(document, Document), document
    (grid,) = document.blocks
    assert isinstance(grid, Grid)
    assert document.kind == "csv"
    rows: list[list[str]] = []
    for cell in grid.cells:
        rows += [[] for _ in range(cell.row + 1 - len(rows))]
        rows[cell.row].append(cell.text)
    return rows


@pytest.mark.parametrize(
    "codec",
    ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"],
)
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_tables_in_every_encoding(codec: str, separator: str) -> None:
    assert table(written(ROWS, separator).encode(codec)) == ROWS


@given(
    st.lists(
        st.lists(
            st.text("甲乙丙12,\"'", min_size=1, max_size=6),
            min_size=3,
            max_size=3,
        ),
        min_size=2,
        max_size=6,
    )
)
def test_what_csv_wrote_comes_back(rows: list[list[str]]) -> None:
    assert table(written([["报送", "单位", "时间"], *rows], "\t").encode()) == [
        ["报送", "单位", "时间"],
        *rows,
    ]


def test_plain_text_is_lines() -> None:
    text = "报送单位：样例县总工会，报送时间：9月10日\r\n\r\n已完成目标任务数：1,234名\r\n"
    document = open_document("x.txt", text.encode("gb18030"))
    assert isinstance(document, Document)
    assert [
        (b.text, b.where) for b in document.blocks if isinstance(b, Paragraph)
    ] == [
        ("报送单位：样例县总工会，报送时间：9月10日", "第1行"),
        ("已完成目标任务数：1,234名", "第3行"),
    ]
