"""A cell of a PDF as text: wrapped lines joined, a list mark beginning a line of its own."""

import pytest

from pipeline.reading.formats.pdf.pdf_page import Glyph
from pipeline.reading.formats.pdf.ruled_tables import text_of

SIZE, RIGHT = 12.0, 12.0 * 10 + 6


def set_in(*lines: str) -> list[Glyph]:
    """Lines of full-width glyphs, ten of them filling the cell."""
    return [
        Glyph(c, i * SIZE, 100 - row * 15, (i + 1) * SIZE, 112 - row * 15)
        for row, line in enumerate(lines)
        for i, c in enumerate(line)
    ]


@pytest.mark.parametrize(
    "mark",
    [
        "2、",
        "（二）",
        "二、",
        "②",
        "㈡",
        "❷",
        "·",
        "•",
        "-",
        "－",
        "◆",
        "□",
        "➢",
        "√",
        "第二，",
    ],
)
def test_a_list_mark_begins_a_line_even_behind_a_full_one(mark: str) -> None:
    first, second = "做到有名册可核查到位", f"{mark}同步办理会籍"
    assert text_of(set_in(first, second), RIGHT) == f"{first}\n{second}"


@pytest.mark.parametrize(
    "following", ["同步办理会籍", "-5名", "——以服务促入会"]
)
def test_a_full_line_goes_on_in_the_next(following: str) -> None:
    first = "做到有名册可核查到位"
    assert text_of(set_in(first, following), RIGHT) == first + following
