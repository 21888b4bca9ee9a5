"""What codes mean in fonts of signs, beside what Word shows for them."""

import pytest

from pipeline.reading.formats.symbol_fonts import (
    UNKNOWN,
    draws_signs,
    in_font,
    sign_of,
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


def test_a_font_of_signs_draws_no_chinese() -> None:
    assert draws_signs("Wingdings")
    assert not draws_signs("宋体")
    assert in_font("Wingdings", "ü已完成") == "✓已完成"


def test_no_digit_is_made_of_a_picture() -> None:
    for font in ("Wingdings", "Wingdings 2", "Wingdings 3", "Webdings"):
        assert not any(sign_of(font, code).isdecimal() for code in range(256))
