"""The measure of the code counts what its page says that it counts, and holds a file to what it was."""

import pytest
from measure import FUNCTION_LINES, Measures, measure, over_limits, worsened

SOURCE = '''"""A docstring
of two lines."""

# a comment
x = 1 if True else 2  # a comment behind code is none of its own
y = [a for a in range(3) if a]


def f(z: int) -> int:
    """Counts no line."""
    if z:
        return 1
    return 2
'''


def test_lines_comments_and_dense_expressions_are_counted() -> None:
    found = measure(SOURCE)
    assert (found.lines, found.comments) == (6, 1)
    assert (found.conditionals, found.comprehensions) == (1, 1)
    assert (found.longest_function, found.complexity) == (5, 2)


BEFORE = Measures(lines=100, nodes=800, conditionals=2, comprehensions=4)


@pytest.mark.parametrize(
    ("now", "count"),
    [
        (BEFORE, 0),
        (Measures(lines=100, nodes=820, conditionals=2, comprehensions=4), 0),
        (Measures(lines=100, nodes=830, conditionals=2, comprehensions=4), 1),
        (Measures(lines=200, nodes=1600, conditionals=4, comprehensions=8), 0),
        (Measures(lines=50, nodes=400, conditionals=2, comprehensions=4), 0),
        (Measures(lines=100, nodes=790, conditionals=3, comprehensions=5), 2),
        (
            Measures(lines=100, nodes=800, longest_function=FUNCTION_LINES + 1),
            1,
        ),
        (Measures(lines=100, nodes=800, complexity=16), 1),
        (Measures(lines=100, nodes=800, nested=1), 1),
    ],
)
def test_a_file_is_worse_where_it_holds_more_and_more_for_each_line(
    now: Measures, count: int
) -> None:
    assert len(worsened(now, BEFORE)) == count


def test_a_function_is_never_too_long_and_may_stay_as_complex_as_it_was() -> (
    None
):
    before = Measures(lines=100, longest_function=46, complexity=20)
    assert len(worsened(before, before)) == 1
    shorter = Measures(lines=100, longest_function=45, complexity=20)
    assert worsened(shorter, before) == []


@pytest.mark.parametrize(
    ("source", "nested"),
    [
        ("x = 1 if a else 2", 0),
        ("x = 1 if a else 2 if b else 3", 1),
        ("x = [[c for c in b] for b in a]", 1),
        ("x = [1 if b else 2 for b in a]", 0),
        ("x = {b: any(c for c in b) for b in a}", 1),
    ],
)
def test_an_expression_within_another_of_its_kind_is_counted(
    source: str, nested: int
) -> None:
    assert measure(source).nested == nested


def test_the_limits_of_the_whole_are_told_each_by_its_own_sentence() -> None:
    dense = Measures(lines=1000, nodes=9000, conditionals=30, comprehensions=60)
    assert len(over_limits(dense)) == 4
    loose = Measures(lines=1000, nodes=7000, conditionals=9, comments=30)
    assert over_limits(loose) == []
