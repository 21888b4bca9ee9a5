"""A scan pasted into a workbook or behind a letter is a scan; a logo is none."""

import base64
import io
import random
from collections.abc import Callable
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import docx
import openpyxl
import pytest
from docx.shared import Cm
from form_makers import SPEC
from neighbour import DATA
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pipeline.model.trouble import TroubleCode
from pipeline.reading.files.read_file import read_file


def picture(width: int, height: int, kind: str = "png") -> io.BytesIO:
    """Noise that packs to some three bytes a pixel."""
    noise = random.Random(1).randbytes(3 * width * height)
    file = io.BytesIO()
    image = Image.frombytes("RGB", (width, height), noise)
    # In grey, which no palette of 256 colours has to be found for
    (image.convert("L") if kind == "gif" else image).save(file, kind)
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


PAGE = picture(500, 700).getvalue()
ENCODED = base64.b64encode(PAGE)
TEXT = "旬报表见下图"


def word(picture: bytes) -> bytes:
    document = docx.Document()
    document.add_paragraph(TEXT)
    document.add_picture(io.BytesIO(picture), width=Cm(12))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def old_word() -> bytes:
    """What python-docx writes as LibreOffice keeps it: the picture in the stream Data."""
    return (DATA / "cases/mail/g20_picture_in.doc").read_bytes()


def letter_and_page() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(100, 700, "covering letter, the form is on the next page")
    canvas.showPage()
    canvas.drawImage(ImageReader(io.BytesIO(PAGE)), 0, 0, 595, 842)
    canvas.save()
    return file.getvalue()


def saved_page() -> bytes:
    message = MIMEMultipart("related")
    message.attach(MIMEText(f"<p>{TEXT}<img src=cid:a>", "html", "utf-8"))
    message.attach(MIMEImage(PAGE, "png"))
    return message.as_bytes()


def flat(word: str, tag: str) -> bytes:
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    spaces = " ".join(f'xmlns:{k}="{v}"' for k, v in names.items())
    head = f'<?xml version="1.0"?><office:document {spaces} office:mimetype="application/vnd.oasis.opendocument.{word}">'
    body = f"<office:body><office:{word}><text:p>{TEXT}</text:p><{tag}>"
    end = f"</{tag}></office:{word}></office:body></office:document>"
    return (head + body).encode() + ENCODED + end.encode()


CONTENTS: dict[str, Callable[[], bytes]] = {
    "旬报.docx": lambda: word(PAGE),
    "旬报 gif.docx": lambda: word(picture(500, 700, "gif").getvalue()),
    "旬报.doc": old_word,
    "旬报.pdf": letter_and_page,
    "旬报.rtf": lambda: (
        b"{\\rtf1\\ansi see below{\\*\\shppict{\\pict\\pngblip\n"
        + PAGE.hex().encode()
        + b"}}}"
    ),
    "旬报.fodt": lambda: flat("text", "office:binary-data"),
    "旬报.html": lambda: (
        b"<html><p>x<img src='data:image/png;base64," + ENCODED + b"'>"
    ),
    "旬报.mht": saved_page,
}


@pytest.mark.parametrize("name", CONTENTS)
def test_a_page_that_was_pasted_is_a_scan(name: str) -> None:
    (reading,) = read_file(name, CONTENTS[name](), SPEC)
    assert reading.trouble is not None
    assert reading.trouble.code is TroubleCode.SCAN_UNREAD
    assert "Word" in reading.trouble.advice
