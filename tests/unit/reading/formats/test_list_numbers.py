"""List numbers as Word paints them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading.formats.list_numbers import (
    BY_CODE,
    bullet,
    chinese,
    paint,
)


@pytest.mark.parametrize(
    ("number_format", "number", "text"),
    [
        ("decimal", 12, "12"),
        ("chineseCounting", 1, "一"),
        ("chineseCounting", 10, "十"),
        ("chineseCountingThousand", 11, "十一"),
        ("japaneseCounting", 20, "二十"),
        ("chineseCounting", 103, "一百零三"),
        ("chineseCounting", 110, "一百一十"),
        ("chineseCounting", 1010, "一千零一十"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("ideographDigital", 15, "一五"),
        ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedCircleChinese", 21, "㉑"),
        ("decimalEnclosedParen", 2, "⑵"),
        ("ideographTraditional", 3, "丙"),
        ("lowerRoman", 9, "ix"),
        ("upperRoman", 14, "XIV"),
        ("upperLetter", 28, "BB"),
        ("decimalFullWidth", 10, "１０"),
        ("decimalZero", 7, "07"),
        ("none", 5, ""),
        ("aFormatOfNextYear", 5, "5"),
    ],
)
def test_formats(number_format: str, number: int, text: str) -> None:
    assert paint(number_format, number) == text


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_two_numbers_never_look_the_same(one: int, other: int) -> None:
    assert (chinese(one) == chinese(other)) == (one == other)


@given(
    st.sampled_from(sorted(set(BY_CODE.values()) - {"bullet"})),
    st.integers(0, 100_000),
)
def test_any_number_can_be_painted(number_format: str, number: int) -> None:
    assert isinstance(paint(number_format, number), str)


def test_signs_of_symbol_fonts_become_a_dot() -> None:
    assert bullet("\uf0b7") == "•"
    assert bullet("") == "•"
    assert bullet("-") == "-"
