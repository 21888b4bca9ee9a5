"""What codes mean in fonts of signs, beside what Word shows for them."""

import pytest
from one_value_forms import answer, docx, rich_text, run

from pipeline.reading.formats.symbol_fonts import (
    UNKNOWN,
    draws_signs,
    in_font,
    sign_of,
)

PICTURE_FONTS = (
    "Wingdings",
    "Wingdings 2",
    "Wingdings 3",
    "Webdings",
    "Marlett",
    "MT Extra",
    "ZapfDingbats",
    "MS Outlook",
    "Bookshelf Symbol 7",
)


@pytest.mark.parametrize(
    ("font", "code", "sign"),
    [
        ("Wingdings", 0xFC, "✓"),
        ("Wingdings", 0xF0FE, "☑"),
        ("Wingdings", 0xA8, "□"),
        ("wingdings", 0x81, "①"),
        ("Wingdings", 0x8A, "⑩"),
        ("Wingdings 2", 0x52, "☑"),
        ("Wingdings 2", 0xF0A3, "□"),
        ("Wingdings 2", 0x6A, "①"),
        ("Symbol", 0xB7, "•"),
        ("Symbol", 0xB3, "≥"),
        ("Symbol", 0x35, "5"),
        ("Symbol", 0xD6, "√"),
        ("Wingdings", 0x31, UNKNOWN),
        ("Wingdings 3", 0x70, UNKNOWN),
        ("", 0xF0FC, "✓"),
    ],
)
def test_a_code_is_the_sign_that_its_font_draws(
    font: str, code: int, sign: str
) -> None:
    assert sign_of(font, code) == sign


@pytest.mark.parametrize("font", PICTURE_FONTS)
def test_a_digit_in_a_font_of_pictures_holds(font: str) -> None:
    look = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>'
    assert answer("x.docx", docx(run("1", look) + run("356"))) == "hold"


def test_rich_text_says_that_a_font_draws_signs() -> None:
    """By its charset, whatever its name is."""
    fonts = r"{\fonttbl{\f0 SimSun;}{\f1\fcharset%d Foo;}}"
    signs = rich_text(r"{\f1 1}356", head=fonts % 2)
    assert answer("x.rtf", signs) == "hold"
    letters = rich_text(r"{\f1 1}356", head=fonts % 0)
    assert answer("x.rtf", letters) == "1356"


def test_a_font_of_signs_draws_no_chinese() -> None:
    assert draws_signs("Wingdings")
    assert not draws_signs("宋体")
    assert in_font("Wingdings", "ü已完成") == "✓已完成"


@pytest.mark.parametrize("font", PICTURE_FONTS)
def test_no_digit_is_made_of_a_picture(font: str) -> None:
    assert not any(sign_of(font, code).isdecimal() for code in range(256))
