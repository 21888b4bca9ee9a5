"""Digits off the line of those beside them, painted by reportlab: a note's mark, raised or
lowered, small or of full size, and gaps that group no thousands (rules.md 5)."""

import io
from collections.abc import Sequence

import pytest
from one_value_forms import DAY, LABEL, MEASURES, UNIT, answer
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT, SIZE = "STSong-Light", 11.0
LEFT, LINE = 300.0, 675.0
# Of a digit of that size
WIDE = 5.5

# A text, how far right of the value's place and above its line, and its size
Piece = tuple[str, float, float, float]


def pdf(pieces: Sequence[Piece]) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for y in (740, 700, 660, 600):
        canvas.line(50, y, 550, y)
    for x, low in ((50, 600), (250, 600), (350, 700), (430, 700), (550, 600)):
        canvas.line(x, low, x, 740)
    texts = [
        ("报送单位", 60, 715, SIZE),
        (UNIT, 260, 715, SIZE),
        ("报送时间", 360, 715, SIZE),
        (DAY, 440, 715, SIZE),
        (LABEL, 60, LINE, SIZE),
        ("主要工作举措", 60, 630, SIZE),
        (MEASURES, 260, 630, SIZE),
    ]
    for text, right, up, size in pieces:
        texts.append((text, LEFT + right, LINE + up, size))
    for text, x, y, size in texts:
        canvas.setFont(FONT, size)
        canvas.drawString(x, y, text)
    canvas.save()
    return buffer.getvalue()


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
