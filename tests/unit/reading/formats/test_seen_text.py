"""What is left of runs by how they look, and what is doubtful of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.document import Cell, Doubt, Grid, Paragraph
from pipeline.reading.formats.seen import Look, Seen, doubted, joined, seen_text

WHITE, BLACK, GREY = (255, 255, 255), (0, 0, 0), (192, 192, 192)


@pytest.mark.parametrize(
    ("look", "text", "doubts"),
    [
        (Look(), "1356", set()),
        (Look(hidden=True), "356", set()),
        (Look(struck=True), "1356", {Doubt.STRUCK}),
        (Look(raised=True), "356", {Doubt.RAISED}),
        (Look(points=1), "356", {Doubt.BARELY_SEEN}),
        (Look(points=5), "1356", set()),
        (Look(ink=WHITE), "356", {Doubt.BARELY_SEEN}),
        (Look(ink=WHITE, ground=BLACK), "1356", set()),
        (Look(ink=GREY), "1356", set()),
        (Look(opacity=0), "356", {Doubt.BARELY_SEEN}),
        (Look(opacity=0.2), "1356", {Doubt.BARELY_SEEN}),
        (Look(doubts=frozenset((Doubt.UNTOLD,))), "1356", {Doubt.UNTOLD}),
    ],
)
def test_a_run_before_another(
    look: Look, text: str, doubts: set[Doubt]
) -> None:
    seen = Seen()
    seen.add("1", look)
    seen.add("356")
    assert (seen.text, seen.told()) == (text, doubts)


@pytest.mark.parametrize(
    ("written", "text", "doubts"),
    [
        ("356¹", "356", {Doubt.RAISED}),
        ("¹ 356", " 356", {Doubt.RAISED}),
        ("面积30m²", "面积30m²", {Doubt.RAISED}),
        ("CO₂", "CO₂", {Doubt.RAISED}),
        ("\u202e653\u202c", "653", {Doubt.REORDERED}),
        ("\u202a356\u202c", "356", set()),
        ("3\u200b56\ufeff", "356", set()),
        ("1\u03362\u0336356", "12356", {Doubt.STRUCK}),
        ("«人数»名", "«人数»名", {Doubt.UNFILLED}),
        ("{{num1}}", "{{num1}}", {Doubt.UNFILLED}),
        ("${n}名", "${n}名", {Doubt.UNFILLED}),
        ("《意见》第3条", "《意见》第3条", set()),
    ],
)
def test_characters_that_prove_nothing(
    written: str, text: str, doubts: set[Doubt]
) -> None:
    seen = seen_text(written)
    assert (seen.text, seen.told()) == (text, doubts)


def test_a_raised_number_behind_a_unit_stays() -> None:
    seen = Seen()
    seen.add("30m")
    seen.add("2", Look(raised=True))
    assert seen.text == "30m2"


@given(st.lists(st.tuples(st.text("0123年一 名\t"), st.booleans())))
def test_nothing_hidden_comes_back_and_nothing_seen_is_lost(
    runs: list[tuple[str, bool]],
) -> None:
    seen = Seen()
    for text, hidden in runs:
        seen.add(text, Look(hidden=hidden))
    assert seen.text == "".join(text for text, hidden in runs if not hidden)
    assert not seen.told()


def test_the_lines_of_a_cell_bring_their_doubts() -> None:
    struck = Seen()
    struck.add("12", Look(struck=True))
    whole = joined([Seen(), struck, seen_text("35 ")])
    assert (whole.text, whole.told()) == ("12\n35", {Doubt.STRUCK})


def test_a_doubt_about_all_reaches_every_cell_and_line() -> None:
    cell = Cell(
        "1", 0, 0, "表格1 第1行第1列", doubts=frozenset((Doubt.STRUCK,))
    )
    line, grid = doubted(
        [Paragraph("a", "第1段"), Grid("表格1", (cell,))], Doubt.UNTOLD
    )
    assert isinstance(line, Paragraph)
    assert isinstance(grid, Grid)
    assert line.doubts == {Doubt.UNTOLD}
    assert grid.cells[0].doubts == {Doubt.STRUCK, Doubt.UNTOLD}
