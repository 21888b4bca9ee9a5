"""Formulas that nobody has computed."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading.formats.sheet.formula import evaluate

NUMBERS = {(0, 0): 10.0, (1, 0): 20.0, (2, 0): 12.0}


def test_examples() -> None:
    assert evaluate("1000+234", {}, {}) == 1234
    assert evaluate("A1+A2*2", NUMBERS, {}) == 50
    assert evaluate("SUM(A1:A3)", NUMBERS, {}) == 42
    assert evaluate("SUM(A1, $A$3)/2", NUMBERS, {}) == 11
    assert evaluate("-(A1-30)", NUMBERS, {}) == 20
    assert evaluate("50%*200", {}, {}) == 100


def test_formulas_on_formulas() -> None:
    assert evaluate("B1+1", NUMBERS, {(0, 1): "A1*2"}) == 21


def test_what_is_not_understood_has_no_result() -> None:
    for text in (
        "VLOOKUP(A1,B:C,2)",
        "1/0",
        "1+",
        "(1",
        "A1:A3",
        "Sheet2!A1",
        "SUM(A1:XFD1048576)",
        "9" * 600,
        "1 2",
    ):
        assert evaluate(text, NUMBERS, {}) is None


def test_circles_end() -> None:
    assert evaluate("A9", {}, {(8, 0): "B9", (8, 1): "A9"}) is None


@given(st.lists(st.integers(-999, 999), min_size=1, max_size=8))
def test_sums_are_sums(numbers: list[int]) -> None:
    assert evaluate("+".join(f"({n})" for n in numbers), {}, {}) == sum(numbers)
    cells = {(row, 0): float(n) for row, n in enumerate(numbers)}
    assert evaluate(f"SUM(A1:A{len(numbers)})", cells, {}) == sum(numbers)


@given(st.text("0123456789+-*/()ASUM:,$. ", max_size=40))
def test_any_text_ends_in_a_number_or_none(text: str) -> None:
    assert isinstance(evaluate(text, NUMBERS, {(3, 3): text}), float | int | None)


def test_formulas_that_each_name_the_next_twice_end() -> None:
    """Two to the twentieth cells would be looked up; a person sees an empty cell instead."""
    formulas = {(row, 0): f"A{row + 2}+A{row + 2}" for row in range(60)}
    assert evaluate("A1+A1", {}, formulas) is None


def test_a_chain_of_formulas_is_followed() -> None:
    formulas = {(row, 0): f"A{row + 2}+1" for row in range(10)}
    assert evaluate("A1", {(10, 0): 5.0}, formulas) == 15
