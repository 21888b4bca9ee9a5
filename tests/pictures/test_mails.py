"""Mails as a phone and a desk show them: wide enough for nothing to be cut, and something to see."""

from functools import cache

import pytest
from long_rows import long_rows
from PIL import Image

from pipeline.writing.sample_month import SENDER
from pipeline.writing.samples import LETTERS
from pipeline.writing.templates import Renderer
from tests.pictures.letters_gallery import trimmed
from tests.pictures.office import needs_chromium, screenshot, scroll_widths

pytestmark = [pytest.mark.pictures, needs_chromium]
PHONE, DESK = 390, 1100


@cache
def mails() -> dict[str, str]:
    return {
        name: Renderer().render(letter, SENDER).html for name, letter in LETTERS
    }


@pytest.mark.parametrize("width", [PHONE, *long_rows(DESK)])
def test_no_mail_is_wider_than_its_window(width, tmp_path):
    assert scroll_widths(mails(), tmp_path, width) == dict.fromkeys(
        mails(), width
    )


def test_the_measure_sees_a_mail_that_is_too_wide(tmp_path):
    wide = mails()["alert"].replace(
        "</body>", '<div style="width:900px">字</div></body>'
    )
    assert scroll_widths({"wide": wide}, tmp_path, PHONE)["wide"] >= 900


@pytest.mark.parametrize(
    ("name", "dark"),
    [
        ("receipt", False),
        ("overdue_reminder", True),
        pytest.param("receipt", True, marks=pytest.mark.long),
        pytest.param("overdue_reminder", False, marks=pytest.mark.long),
    ],
)
def test_there_is_something_to_see(name, dark, tmp_path):
    picture = Image.open(
        screenshot(mails()[name], tmp_path, name, PHONE, 900, dark)
    ).convert("L")
    paper = picture.getpixel((PHONE // 2, 20))
    ink = sum(1 for level in picture.tobytes() if abs(level - paper) > 100)
    assert ink / (picture.width * picture.height) > 0.01
    assert (paper < 100) == dark


def test_the_digest_is_under_two_screens_of_a_phone(tmp_path):
    picture = Image.open(
        screenshot(mails()["period_digest"], tmp_path, "digest", PHONE, 3600)
    )
    assert trimmed(picture).height < 2 * 844
