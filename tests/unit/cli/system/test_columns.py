"""A table as lines: as wide as asked, every cell whole, figures below each other."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pipeline.cli.screen.columns import Table, drawn
from pipeline.writing.words import plain

TEXTS = st.text(max_size=40) | st.sampled_from(
    [
        "《关于报送2015年9月10日旬报表的函》",
        "[bold]不是表[/bold]",
        "\x1b[31m红\r\n",
        "a" * 90,
    ]
)
FIGURES = st.integers(0, 10**12).map(str) | st.just("-")


@st.composite
def tables(draw: st.DrawFn) -> Table:
    words, figures = draw(st.integers(1, 3)), draw(st.integers(0, 3))
    row = st.tuples(*[TEXTS] * words, *[FIGURES] * figures)
    return Table(
        heads=draw(st.tuples(*[TEXTS] * (words + figures))),
        rows=draw(st.lists(row, min_size=1, max_size=4)),
        words=words,
        title=draw(st.sampled_from(["", "上旬　时序进度 69.3%"])),
        sums=draw(st.just(()) | row),
    )


def written(table: Table) -> Counter[str]:
    cells = [*table.heads, *table.sums]
    for row in table.rows:
        cells += row
    return Counter("".join(map(plain, cells)).replace(" ", ""))


def drawn_characters(table: Table, width: int | None) -> Counter[str]:
    said = list(drawn(table, width))[1 if table.title else 0 :]
    rules = {" " + "-" * (len(line) - 1) for line in said if len(line) > 1}
    return Counter("".join(x for x in said if x not in rules).replace(" ", ""))


@given(tables(), st.none() | st.integers(1, 200))
def test_nothing_is_cut_and_nothing_is_added(
    table: Table, width: int | None
) -> None:
    found, expected = drawn_characters(table, width), written(table)
    # Of hyphens alone a line may be a cell or a rule
    for counts in (found, expected):
        del counts["-"]
    assert found == expected


@given(tables(), st.none() | st.integers(1, 200))
def test_a_line_can_do_nothing_to_the_terminal(
    table: Table, width: int | None
) -> None:
    said = list(drawn(table, width))
    assert [plain(line) for line in said] == [
        " ".join(line.split()) for line in said
    ]


@given(tables(), st.integers(100, 200))
def test_it_is_as_wide_as_asked(table: Table, width: int) -> None:
    """Six columns are never wider than that: three words of eight, three figures of thirteen, five gaps."""
    said = list(drawn(table, width))[1 if table.title else 0 :]
    assert all(cell_len(line) <= width for line in said)


@given(tables(), st.none() | st.integers(1, 200))
def test_a_figure_is_never_broken(table: Table, width: int | None) -> None:
    said = set(" ".join(drawn(table, width)).split())
    figures = {cell for row in table.rows for cell in row[table.words :]}
    assert said >= figures


@given(tables())
def test_without_a_width_each_row_is_one_line(table: Table) -> None:
    rules = 2 if table.sums else 1
    rows = len(table.rows) + (1 if table.sums else 0)
    around = 3 if table.title else 2
    assert len(list(drawn(table, None))) == 1 + rules + rows + around


def test_columns_stand_below_each_other() -> None:
    table = Table(
        heads=("单位", "状态", "累计"),
        rows=[("甲县", "按时", "1300"), ("丙公司", "漏报", "-")],
        words=2,
        title="上旬",
        sums=("合计", "报送 1", "1300"),
    )
    assert list(drawn(table, 80)) == [
        "上旬",
        "",
        " 单位    状态    累计",
        " --------------------",
        " 甲县    按时    1300",
        " 丙公司  漏报       -",
        " --------------------",
        " 合计    报送 1  1300",
        "",
    ]


def test_a_long_cell_takes_several_lines_before_a_state_does() -> None:
    table = Table(
        heads=("主题", "结果"),
        rows=[("关于报送2015年9月10日旬报表的函", "不是报表")],
        words=2,
    )
    assert list(drawn(table, 27)) == [
        "",
        " 主题              结果",
        " --------------------------",
        " 关于报送2015年9   不是报表",
        " 月10日旬报表的函",
        "",
    ]
