"""Digits off the line of those beside them, painted by reportlab: a note's mark, raised or
lowered, small or of full size, and gaps that group no thousands (rules.md 5)."""

import pytest
from one_value_forms import PRINTED_POINTS as SIZE
from one_value_forms import answer, pdf

# Of a digit of that size
WIDE = SIZE / 2


@pytest.mark.parametrize("size", [6.0, 8.0, 11.0])
@pytest.mark.parametrize("up", [2.0, 4.0, 6.0, -3.0])
def test_a_digit_off_the_line_is_held(size: float, up: float) -> None:
    behind = pdf([("356", 0, 0, SIZE), ("1", 3 * WIDE, up, size)])
    before = pdf([("1", 0, up, size), ("356", WIDE, 0, SIZE)])
    assert answer("behind.pdf", behind) == "hold"
    assert answer("before.pdf", before) == "hold"


@pytest.mark.parametrize(
    ("gap", "right"), [(0.0, "1356"), (3.0, "1356"), (15.0, "hold")]
)
def test_a_gap_groups_thousands_or_parts_two_numbers(
    gap: float, right: str
) -> None:
    pieces = [("1", 0.0, 0.0, SIZE), ("356", WIDE + gap, 0.0, SIZE)]
    assert answer("gap.pdf", pdf(pieces)) == right


def test_digits_a_hair_apart_in_height_are_one_number() -> None:
    pieces = [("35", 0.0, 0.0, SIZE), ("6", 2 * WIDE, 0.3, SIZE)]
    assert answer("level.pdf", pdf(pieces)) == "356"
