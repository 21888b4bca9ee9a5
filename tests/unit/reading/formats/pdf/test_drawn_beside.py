"""What is drawn beside a number, and notes that only some viewers paint: nobody can read
of the text alone what the page shows there."""

import io
from collections.abc import Callable

import pytest
from one_value_forms import DAY, LABEL, MEASURES, UNIT, answer
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

X, Y = 300.0, 675.0
Draws = Callable[[Canvas], object]
# Of a digit of Helvetica at 11 points
WIDTH = 6.1
FRAME = f"/Rect [{X - 2} {Y - 4} {X + 30} {Y + 12}]"


def _page(draws: Draws, note: str = "") -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=0)
    for y in (740, 700, 660, 600):
        canvas.line(50, y, 550, y)
    for x, low in ((50, 600), (250, 600), (350, 700), (430, 700), (550, 600)):
        canvas.line(x, low, x, 740)
    canvas.setFont("STSong-Light", 9)
    for text, x, y in (
        ("报送单位", 60, 715),
        (UNIT, 260, 715),
        ("报送时间", 360, 715),
        (DAY, 440, 715),
        (LABEL, 60, Y),
        ("主要工作举措", 60, 630),
        (MEASURES, 260, 630),
    ):
        canvas.drawString(x, y, text)
    draws(canvas)
    canvas.save()
    page = buffer.getvalue()
    if not note:
        return page
    annotations = f"/Rotate 0 /Annots [ << /Type /Annot {FRAME} {note} >> ]"
    assert b"/Rotate 0" in page
    return page.replace(b"/Rotate 0", annotations.encode())


def _number(canvas: Canvas, x: float = X, text: str = "356") -> None:
    canvas.setFont("Helvetica", 11)
    canvas.drawString(x, Y, text)


def _bar(canvas: Canvas) -> None:
    canvas.rect(X, Y, 1.5, 8, fill=1, stroke=0)
    _number(canvas, X + WIDTH)


def _line(canvas: Canvas) -> None:
    canvas.setLineWidth(1.2)
    canvas.line(X + 3, Y, X + 3, Y + 8)
    _number(canvas, X + WIDTH)


def _picture(canvas: Canvas) -> None:
    image = Image.new("L", (12, 20), 255)
    ImageDraw.Draw(image).rectangle((5, 1, 7, 18), fill=0)
    canvas.drawImage(ImageReader(image), X, Y, 6, 9)
    _number(canvas, X + WIDTH)


def _small(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 4)
    canvas.drawString(X, Y, "1")
    _number(canvas, X + 3)


def _box(canvas: Canvas) -> None:
    _number(canvas)
    canvas.rect(X - 3, Y - 4, 30, 16)


def _underline(canvas: Canvas) -> None:
    _number(canvas)
    canvas.line(X - 1, Y - 2, X + 25, Y - 2)


def _italic(canvas: Canvas) -> None:
    """Slanted by its matrix, as programs do where a font has no italics."""
    canvas.setFont("STSong-Light", 11)
    canvas.saveState()
    canvas.transform(1, 0, 0.33, 1, -0.33 * Y, 0)
    canvas.drawString(X, Y, "356名")
    canvas.restoreState()


@pytest.mark.parametrize("draws", [_bar, _line, _picture, _small])
def test_a_digit_that_is_drawn_beside_others_holds(draws: Draws) -> None:
    assert answer("x.pdf", _page(draws)) == "hold"


@pytest.mark.parametrize("draws", [_number, _box, _underline, _italic])
def test_borders_and_underlines_hold_nothing(draws: Draws) -> None:
    assert answer("x.pdf", _page(draws)) == "356"


@pytest.mark.parametrize(
    "note",
    [
        "/Subtype /FreeText /Contents (120) /DA (/Helv 11 Tf)",
        f"/Subtype /Ink /InkList [[{X - 2} {Y + 4} {X + 30} {Y + 4}]]",
        f"/Subtype /Line /L [{X - 2} {Y + 4} {X + 30} {Y + 4}]",
        "/Subtype /Square /IC [1 1 1]",
        "/Subtype /Stamp",
        "/Subtype /Caret /Contents (120)",
        "/Subtype /Widget /FT /Tx /T (a) /V (120) /Ff 8192",
        "/Subtype /Highlight /F 32",
        "/Subtype /Widget /FT /Tx /T (a) /V (120) /DA (/Helv 11 Tf)",
    ],
)
def test_a_note_without_its_picture_holds_what_lies_under_it(
    note: str,
) -> None:
    assert answer("x.pdf", _page(_number, note)) == "hold"


def _field(canvas: Canvas) -> None:
    canvas.acroForm.textfield(
        name="a", value="356", x=X, y=Y - 4, width=60, height=16, fontSize=9
    )


@pytest.mark.parametrize(
    ("value", "right"), [("(356)", "356"), ("(120)", "hold"), ("()  ", "hold")]
)
def test_a_field_shows_its_picture_or_its_value(value: str, right: str) -> None:
    page = _page(_field)
    assert b"/V (356)" in page
    page = page.replace(b"/V (356)", f"/V {value}".encode())
    assert answer("x.pdf", page) == right


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_turned(turn: int) -> None:
    page = _page(_number).replace(b"/Rotate 0", f"/Rotate {turn}".encode())
    assert answer("x.pdf", page) == "356"


@pytest.mark.parametrize(
    "note", ["/Subtype /Link", "/Subtype /Text /Contents (x)"]
)
def test_a_link_or_a_remark_holds_nothing(note: str) -> None:
    assert answer("x.pdf", _page(_number, note)) == "356"


def _crossed(canvas: Canvas) -> None:
    """From corner to corner of the value's cell, past the number itself."""
    _number(canvas)
    canvas.line(250, 700, 550, 660)


def _arrow(canvas: Canvas) -> None:
    """From behind the number to another one further down."""
    _number(canvas)
    canvas.line(X + 24, Y + 4, 450, 640)


def _void(canvas: Canvas) -> None:
    _number(canvas)
    canvas.saveState()
    canvas.setFont("STSong-Light", 30)
    canvas.translate(400, 605)
    canvas.rotate(30)
    canvas.drawString(0, 0, "作废")
    canvas.restoreState()


@pytest.mark.parametrize("draws", [_crossed, _arrow, _void])
def test_what_is_drawn_aslant_over_the_form_holds_it(draws: Draws) -> None:
    assert answer("x.pdf", _page(draws)) == "hold"


def _crossed_below(canvas: Canvas) -> None:
    _number(canvas)
    canvas.line(250, 660, 550, 600)


def _seal(canvas: Canvas) -> None:
    _number(canvas)
    canvas.circle(400, 650, 45)


def _watermark(canvas: Canvas) -> None:
    _number(canvas)
    canvas.saveState()
    canvas.setFillGray(0.8)
    canvas.setFont("STSong-Light", 16)
    canvas.translate(300, 605)
    canvas.rotate(30)
    canvas.drawString(0, 0, "工会")
    canvas.restoreState()


@pytest.mark.parametrize("draws", [_crossed_below, _seal, _watermark])
def test_what_is_drawn_elsewhere_holds_nothing(draws: Draws) -> None:
    assert answer("x.pdf", _page(draws)) == "356"
