"""A scan pasted into a workbook or behind a letter is a scan; a logo is none."""

import io
import random

import openpyxl
import pytest
from form_makers import SPEC
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image

from pipeline.model.trouble import TroubleCode
from pipeline.reading.files.read_file import read_file


def picture(width: int, height: int, kind: str = "png") -> io.BytesIO:
    """Noise that packs to some three bytes a pixel."""
    noise = random.Random(1).randbytes(3 * width * height)
    file = io.BytesIO()
    Image.frombytes("RGB", (width, height), noise).save(file, kind)
    file.seek(0)
    return file


@pytest.mark.parametrize(
    ("width", "height", "kind", "code"),
    [
        (500, 700, "png", TroubleCode.SCAN_UNREAD),
        (700, 500, "jpeg", TroubleCode.SCAN_UNREAD),
        (1, 1, "png", TroubleCode.NO_FORM),
        (300, 300, "png", TroubleCode.NO_FORM),
        (1600, 450, "png", TroubleCode.NO_FORM),
    ],
    ids=["a page", "a photo", "a dot", "a logo", "a banner"],
)
def test_a_picture_in_a_workbook(
    width: int, height: int, kind: str, code: TroubleCode
) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "旬报表见图"
    book.active.add_image(SheetImage(picture(width, height, kind)), "A2")
    file = io.BytesIO()
    book.save(file)
    (reading,) = read_file("旬报.xlsx", file.getvalue(), SPEC)
    assert reading.trouble is not None
    assert reading.trouble.code is code
