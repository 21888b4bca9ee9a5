"""Fields that store no result, by their instructions as Word writes them."""

import pytest

from pipeline.model.document import Doubt
from pipeline.reading.formats.word.fields import (
    Shown,
    chosen,
    doubts_of_result,
    shown_of,
)


@pytest.mark.parametrize(
    ("instruction", "text"),
    [
        (r" eq \o\ac(○,1) ", "①"),
        (r"EQ \o\ac(□,3)", "(3)"),
        (r"EQ \o\ac(○,井)", "井"),
        (r'EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(jǐng),井)', "井"),
        (r'SYMBOL 254 \f "Wingdings" \s 12', "☑"),
        (r"SYMBOL 0xB7 \f Symbol", "•"),
        (r' XE "索引" ', ""),
    ],
)
def test_what_is_painted_without_a_result(instruction: str, text: str) -> None:
    assert shown_of(instruction) == Shown(text)


@pytest.mark.parametrize(
    ("instruction", "doubt"),
    [
        (r"EQ \f(1,2)", Doubt.PICTURED),
        (r"EQ \r(3,x)", Doubt.PICTURED),
        (r"EQ \o(356,120)", Doubt.PICTURED),
        (" AUTONUM ", Doubt.UNTOLD),
        (" PAGE ", Doubt.UNTOLD),
        (r'SYMBOL 49 \f "Wingdings"', Doubt.UNTOLD),
    ],
)
def test_what_nobody_can_tell_is_doubted(
    instruction: str, doubt: Doubt
) -> None:
    assert doubt in shown_of(instruction).doubts


@pytest.mark.parametrize("instruction", [' XE "1" ', " TC 1 ", "PRIVATE"])
def test_a_result_that_is_not_painted_is_doubted(instruction: str) -> None:
    assert doubts_of_result(instruction) == {Doubt.UNTOLD}
    assert not doubts_of_result(f"QUOTE {instruction}")


def test_a_drop_down_shows_its_choice() -> None:
    entries = ["犍为县", "井研县"]
    assert chosen(entries, 1, 0) == "井研县"
    assert chosen(entries, None, 1) == "井研县"
    assert chosen(entries, 7, None) == "犍为县"
    assert chosen([], None, None) == ""
