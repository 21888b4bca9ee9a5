"""Cells to a grid: merges, hidden rows and columns, and claims that cost nothing."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading.formats.sheet.grid import (
    Hidden,
    Value,
    build,
    column_letters,
)


def texts(
    values: dict[tuple[int, int], str], merges=(), hidden=None
) -> dict[str, str]:  # type: ignore[no-untyped-def]
    grid = build(
        "S",
        {p: Value(t) for p, t in values.items()},
        merges,
        hidden or Hidden(),
    )
    return (
        {} if grid is None else {c.where: c.text for c in grid.cells if c.text}
    )


def test_a_merged_cell_stands_once_with_its_spans() -> None:
    grid = build(
        "S",
        {(0, 0): Value("题"), (0, 1): Value("不见"), (1, 2): Value("末")},
        [(0, 0, 0, 2)],
        Hidden(),
    )
    assert grid is not None
    assert [
        (c.text, c.row_span, c.column_span) for c in grid.cells if c.text
    ] == [
        ("题", 1, 3),
        ("末", 1, 1),
    ]


def test_a_merged_cell_is_seen_at_its_first_visible_row() -> None:
    values = {(0, 0): "标签", (1, 1): "值"}
    assert texts(values, [(0, 0, 1, 0)], Hidden({0})) == {
        "S!A2": "标签",
        "S!B2": "值",
    }


def test_hidden_rows_and_columns_are_not_seen() -> None:
    values = {(r, c): f"{r}{c}" for r in range(3) for c in range(3)}
    assert texts(values, (), Hidden({1}, [(2, 16383)])) == {
        "S!A1": "00",
        "S!B1": "01",
        "S!A3": "20",
        "S!B3": "21",
    }


def test_a_lone_far_cell_and_a_merge_of_the_whole_sheet_cost_nothing() -> None:
    values = {(0, 0): "近", (1_048_575, 16_383): "远"}
    assert texts(values) == {"S!A1": "近", "S!XFD1048576": "远"}
    assert texts({(0, 0): "全"}, [(0, 0, 1_048_575, 16_383)]) == {"S!A1": "全"}
    assert texts(values, [(0, 0, 1_048_575, 16_383)]) == {"S!A1": "近"}


def test_a_sheet_without_text_is_none() -> None:
    assert build("S", {(0, 0): Value(" ")}, [], Hidden()) is None


@given(st.integers(0, 16_383), st.integers(0, 16_383))
def test_letters_are_those_of_spreadsheets(one: int, other: int) -> None:
    assert (column_letters(one) == column_letters(other)) == (one == other)
    assert [column_letters(c) for c in (0, 25, 26, 701, 702, 16_383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 9), st.integers(0, 9)),
        st.sampled_from(["a", "b", ""]),
        max_size=20,
    ),
    st.sets(st.integers(0, 9), max_size=4),
)
def test_every_visible_text_is_there_and_no_hidden_one(
    values: dict[tuple[int, int], str], rows: set[int]
) -> None:
    seen = {
        f"S!{column_letters(c)}{r + 1}": t
        for (r, c), t in values.items()
        if t and r not in rows
    }
    assert texts(values, (), Hidden(rows)) == seen
