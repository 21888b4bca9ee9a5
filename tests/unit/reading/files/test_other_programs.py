"""Files of programs that no reader is there for: one sentence each, which names the thing
and the way out, and never a line for each file inside of one."""

import io
import time
import zipfile
from pathlib import Path

import pytest
from form_makers import SPEC
from one_value_forms import UNIT, page
from reportlab.pdfgen.canvas import Canvas

from pipeline.judging.names import NameBook
from pipeline.model.trouble import TroubleCode
from pipeline.reading.files.read_file import read_file
from pipeline.settings import load


def zipped(*names: str, mimetype: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, mimetype if name == "mimetype" else "x")
    return buffer.getvalue()


TYPES = "[Content_Types].xml"
UOF = "http://schemas.uof.org/cn/2009/uof"


@pytest.mark.parametrize(
    ("content", "names", "way_out"),
    [
        (zipped("OFD.xml", "Doc_0/Document.xml"), "OFD", "PDF"),
        (zipped("OFD.xml", "Doc_0/Res/image_1.jpg"), "OFD", "Word"),
        (zipped("Index/Document.iwa", "preview.jpg"), "Pages", "导出为"),
        (
            zipped("Index/Tables/DataList.iwa", "Index/Document.iwa"),
            "Numbers",
            "Excel",
        ),
        (
            zipped("index.xml.gz", "QuickLook/Thumbnail.jpg"),
            "Numbers",
            "导出为",
        ),
        (
            zipped("表.pages/Index/Document.iwa", "表.pages/a"),
            "Pages",
            "导出为",
        ),
        (zipped(TYPES, "FixedDocumentSequence.fdseq"), "XPS", "PDF"),
        (zipped(TYPES, "FixedDocSeq.fdseq", "Pages/1.fpage"), "XPS", "PDF"),
        (f'<uof:UOF_0000 xmlns:uof="{UOF}"/>'.encode(), "UOF", "另存为"),
        (zipped("uof.xml", "content.xml", "_meta/meta.xml"), "UOF", "另存为"),
        (
            zipped(
                "mimetype",
                "uof.xml",
                "content.xml",
                mimetype="vnd.uof.spreadsheet",
            ),
            "UOF",
            "另存为",
        ),
        (b"ID;PWXL;N;E\r\nC;Y1;X1;K1\r\nE", "SYLK", "Excel"),
        (b"ID;PSCALC3\r\nC;X1;Y1;K1\r\nE", "SYLK", "Excel"),
        (b"\x62\x14\x23\x65\x5c\x00" + bytes(90), "亿赛通", "解密"),
        (b"\x00\x04E-SafeNet\x00LOCK" + bytes(90), "亿赛通", "解密"),
        (b"%TSD-Header-###%" + bytes(90), "加密", "解密"),
        (b"[InternetShortcut]\r\nURL=https://docs.qq.com/x", "网址", "导出"),
        (zipped(TYPES, "visio/document.xml", "visio/a.xml"), "格式", "Word"),
    ],
)
def test_one_sentence_names_the_thing_and_the_way_out(
    content: bytes, names: str, way_out: str
) -> None:
    (reading,) = read_file("旬报", content, SPEC)
    assert reading.forms == ()
    assert reading.trouble is not None
    assert reading.trouble.code in (
        TroubleCode.UNSUPPORTED,
        TroubleCode.ENCRYPTED,
    )
    assert names in reading.trouble.advice
    assert way_out in reading.trouble.advice


@pytest.mark.parametrize(
    ("unit", "plain"),
    [("⻢边县总⼯会", "马边县总工会"), ("峨眉⼭市总工会", "峨眉山市总工会")],
)
def test_radicals_are_the_characters_that_they_look_like(
    unit: str, plain: str
) -> None:
    # as PDF programs and copies from them write names: Kangxi, and the supplement
    config = load(Path(__file__).parents[4] / "config.example.toml")
    written = page("356").decode().replace(UNIT, unit).encode()
    (reading,) = read_file("旬报.html", written, config.form_spec)
    (form,) = reading.forms
    names = NameBook(config.roster)
    assert names.match(form.unit_text) == names.match(plain) is not None


def test_a_grid_of_thousands_of_lines_is_bounded() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for place in range(800):
        canvas.line(10 + place / 3, 10, 10 + place / 3, 800)
        canvas.line(10, 10 + place / 2, 580, 10 + place / 2)
    canvas.drawString(100, 100, "356")
    canvas.save()
    began = time.perf_counter()
    (reading,) = read_file("网格.pdf", buffer.getvalue(), SPEC)
    assert reading.forms == ()
    # seconds; it cost 45 where each line was compared with each
    assert time.perf_counter() - began < 15
