"""Laws of the form: its meaning does not hang on width, blanks, order of rows, empty columns or the place of values."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from form_makers import (
    COMPLETED,
    FOOTER,
    MEASURES,
    SPEC,
    Content,
    document,
    grid,
    lines,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from long_rows import long_rows

from pipeline.model.document import Cell, Document, Grid, Paragraph
from pipeline.model.form import Form
from pipeline.reading.form.extract import extract

Rows = list[list[Content]]

units = st.text("甲乙丙丁县区市总工会集团公司", min_size=2, max_size=12)
figures = st.one_of(
    st.integers(1, 99_999).map(str),
    st.just("累计4937名，本旬新增124名"),
    st.just("无"),
    st.just("约300名"),
)
days = st.sampled_from(("2015年9月10日", "2015.9.20", "9月30日", "十月十日"))
measures = st.lists(
    st.text("深入工地宣传办理入会登记摸底", min_size=4, max_size=20),
    min_size=1,
    max_size=5,
)
HALF = {c: chr(ord(c) + 0xFEE0) for c in "0123456789.,:()"}


def form_rows(unit: str, day: str, figure: str, clauses: Sequence[str]) -> Rows:
    text = "\n".join(f"{i}、{c}。" for i, c in enumerate(clauses, 1))
    return [
        ["报送单位:", unit],
        ["报送时间:", day],
        [COMPLETED, figure],
        [MEASURES, text],
    ]


forms = st.builds(form_rows, units, days, figures, measures)


def meaning(read: Document) -> list[tuple[object, ...]]:
    return [_meaning(f) for f in extract(read, SPEC)]


def _meaning(form: Form) -> tuple[object, ...]:
    return (
        form.unit_text,
        [(m.year, m.month, m.day) for m in form.mentions],
        form.figure,
        form.measures,
    )


def wide(text: Content) -> Content:
    return (
        "".join(HALF.get(c, c) for c in text) if isinstance(text, str) else text
    )


def spread(text: Content, blank: str) -> Content:
    """A label with blanks between its characters."""
    return blank.join(text) if isinstance(text, str) else text


@given(rows=forms)
def test_full_width_and_half_width_mean_the_same(rows: Rows) -> None:
    widened = [[wide(text) for text in row] for row in rows]
    assert (
        meaning(document(grid(widened))) == meaning(document(grid(rows))) != []
    )


@given(
    rows=forms,
    blank=st.sampled_from((" ", "  ", "\u3000", "\n")),
    around=st.sampled_from(("", " ", "\u3000", "\n")),
)
def test_blanks_mean_nothing(rows: Rows, blank: str, around: str) -> None:
    spaced: Rows = [
        [spread(label, blank), f"{around}{value}{around}"]
        for label, value in rows
    ]
    assert meaning(document(grid(spaced))) == meaning(document(grid(rows)))


@given(rows=forms)
@settings(max_examples=20)
def test_the_order_of_rows_means_nothing(rows: Rows) -> None:
    wanted = meaning(document(grid(rows)))
    assert rows
    for order in permutations(rows):
        assert meaning(document(grid([*order, [FOOTER]]))) == wanted


@given(
    rows=forms,
    before=st.integers(0, 3),
    between=st.integers(0, 3),
    sheet=st.booleans(),
)
def test_empty_columns_mean_nothing(
    rows: Rows, before: int, between: int, sheet: bool
) -> None:
    kind = "xlsx" if sheet else "docx"
    widened: Rows = [
        [*[""] * before, label, *[""] * between, value, ""]
        for label, value in rows
    ]
    gaps: Rows = [
        [*[None] * before, label, *[None] * between, value]
        for label, value in rows
    ]
    wanted = meaning(document(grid(rows)))
    assert meaning(document(grid(widened), kind=kind)) == wanted
    assert meaning(document(grid(gaps), kind=kind)) == wanted


@given(rows=forms)
def test_beside_below_behind_or_in_lines_mean_the_same(rows: Rows) -> None:
    wanted = meaning(document(grid(rows)))
    below = [[label for label, _ in rows], [value for _, value in rows]]
    behind: Rows = [[f"{label}：{value}"] for label, value in rows]
    typed = lines(
        *(line for (text,) in behind for line in str(text).split("\n"))
    )
    head, table = (
        lines(f"{rows[0][0]}{rows[0][1]}　　{rows[1][0]}{rows[1][1]}"),
        grid(rows[2:]),
    )
    for read in (
        document(grid(below)),
        document(grid(behind)),
        document(*typed),
        document(*head, table),
    ):
        assert meaning(read) == wanted


@given(
    many=st.lists(forms, min_size=1, max_size=4),
    layout=st.sampled_from(("sheet", "tables", "sheets")),
)
def test_every_form_is_read_and_none_is_mixed(
    many: list[Rows], layout: str
) -> None:
    wanted = [m for rows in many for m in meaning(document(grid(rows)))]
    if layout == "sheet":
        read = document(
            grid([row for rows in many for row in [*rows, [FOOTER], []]]),
            kind="xlsx",
        )
    else:
        read = document(
            *(grid(rows) for rows in many),
            kind="xlsx" if layout == "sheets" else "docx",
        )
    assert meaning(read) == wanted


@given(rows=forms)
def test_a_merged_cell_means_its_text(rows: Rows) -> None:
    plain = grid(rows)
    merged = Grid(
        plain.name,
        tuple(
            replace(c, column=c.column * 3, column_span=3) for c in plain.cells
        ),
    )
    assert meaning(document(merged)) == meaning(document(plain))


texts = st.text(
    "报送单位时间已完成目标任务数主要工作举措：（） \n12月日、说明", max_size=40
)
cells = st.builds(
    Cell,
    texts,
    st.integers(0, 6),
    st.integers(0, 5),
    st.just("x"),
    st.integers(1, 3),
    st.integers(1, 3),
)
blocks = st.one_of(
    st.builds(Paragraph, texts, st.just("x")),
    st.builds(Grid, st.just("g"), st.lists(cells, max_size=12).map(tuple)),
)


@given(
    st.lists(blocks, max_size=5).map(tuple),
    st.sampled_from(("docx", "xlsx", "text")),
)
def test_any_document_is_read_without_raising(
    parts: tuple[Paragraph | Grid, ...], kind: str
) -> None:
    forms = extract(Document(kind, parts), SPEC)
    assert isinstance(forms, tuple)  # most of these documents hold none
    assert all(e.where for form in forms for _, e in form.evidence)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "text",
    [
        "报送单位：",
        "报 ",
        "报送",
        # Labels, as the first one is: most of the time of all
        *long_rows("完成任务数", "已完成目标任务数（", "主要工作举措1."),
        "\n",
        "(1)",
    ],
)
def test_hostile_documents_end(text: str) -> None:
    long = text * (60_000 // len(text))
    for hostile in (
        document(*lines(long)),
        document(grid([[long, long], [COMPLETED, long]])),
        document(grid([[text] * 20] * 400)),
        document(*lines(*[text] * 10_000)),
    ):
        assert isinstance(extract(hostile, SPEC), tuple)
