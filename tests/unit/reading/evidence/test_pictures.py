"""Pictures of places: real PNGs, the right place framed, and drawn where the page does not show it once."""

import struct
import zlib

import pypdfium2 as pdfium
import pytest
from form_makers import SPEC, document, grid, plain_rows

from pipeline.model.form import Evidence, Figure, Form
from pipeline.reading.evidence import pdf_table, png
from pipeline.reading.evidence.pictures import pictures
from pipeline.reading.form.extract import extract

(FORM,) = extract(document(grid(plain_rows())), SPEC, "a.docx")


def decoded(content: bytes) -> tuple[int, int, bytes]:
    """Width, height and RGB bytes of an unfiltered PNG, every checksum verified."""
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    at, data, size = 8, b"", (0, 0)
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", content, at + 8 + length)[
            0
        ] == zlib.crc32(kind + body)
        if kind == b"IHDR":
            size = struct.unpack_from(">II", body)
        data += body if kind == b"IDAT" else b""
        at += 12 + length
    rows, stride = zlib.decompress(data), 3 * size[0] + 1
    assert all(rows[y * stride] == 0 for y in range(size[1]))
    return *size, b"".join(
        rows[y * stride + 1 : (y + 1) * stride] for y in range(size[1])
    )


def red_box(content: bytes) -> tuple[int, int, int, int]:
    """The extent of the red frame in a picture."""
    width, height, pixels = decoded(content)
    places = [
        i
        for i in range(width * height)
        if pixels[3 * i : 3 * i + 3] == bytes(png.RED)
    ]
    xs, ys = [i % width for i in places], [i // width for i in places]
    return min(xs), min(ys), max(xs), max(ys)


def printed_form(rows: list[tuple[str, str]]) -> bytes:
    return pdf_table.table(rows)[0]


ROWS = [
    ("报送单位：", "甲县总工会"),
    ("报送时间：", "2015年9月10日"),
    ("已完成目标任务数（新增 名农民工入会）", "356"),
    ("主要工作举措（300字左右）", "1.深入工地摸底。\n2.集中办理入会。"),
]


def test_a_canvas_is_a_png_of_what_was_put_on_it() -> None:
    canvas = png.from_buffer(
        bytes(range(24)) + b"xx" + bytes(range(24, 48)) + b"xx", 8, 2, 26, 3
    )
    assert decoded(canvas.png()) == (8, 2, bytes(range(48)))


def test_a_fourth_byte_is_dropped() -> None:
    assert decoded(png.from_buffer(b"abcXdefX", 2, 1, 8, 4).png()) == (
        2,
        1,
        b"abcdef",
    )


@pytest.mark.parametrize("box", [(2, 2, 7, 7), (-5, -5, 50, 50), (0, 0, 9, 9)])
def test_a_frame_outside_of_the_picture_harms_nothing(
    box: tuple[int, int, int, int],
) -> None:
    canvas = png.from_buffer(b"\xff" * 300, 10, 10, 30, 3)
    canvas.frame(*box, thick=1)
    assert len(canvas.pixels) == 300


def test_a_drawn_table_is_a_pdf_that_says_what_it_was_given() -> None:
    content, boxes = pdf_table.table(ROWS)
    page = pdfium.PdfDocument(content)[0]
    text = page.get_textpage()
    said = [
        text.get_text_bounded(*box).strip().replace("\r\n", "\n")
        for box in boxes
    ]
    assert said == [value for _, value in ROWS]


def test_every_field_is_shown_and_framed_in_its_own_place() -> None:
    shown = dict(pictures(printed_form(ROWS), FORM, SPEC))
    assert set(shown) == {"unit", "date", "completed", "measures"}
    for content in shown.values():
        width, height, _ = decoded(content)
        left, top, right, bottom = red_box(content)
        assert 0 <= left < right < width and 0 <= top < bottom < height


def test_from_a_page_the_row_is_cut_out_and_drawn_from_cells_the_whole_table() -> (
    None
):
    located = decoded(
        dict(pictures(printed_form(ROWS), FORM, SPEC))["completed"]
    )
    sketch = decoded(dict(pictures(b"", FORM, SPEC))["completed"])
    assert located[1] < sketch[1]


def test_a_figure_that_stands_on_the_page_twice_is_drawn() -> None:
    twice = pictures(printed_form([*ROWS, ROWS[2]]), FORM, SPEC)
    assert (
        dict(twice)["completed"] == dict(pictures(b"", FORM, SPEC))["completed"]
    )


def test_a_place_that_says_something_else_is_never_framed() -> None:
    other = [row if row[1] != "356" else (row[0], "3567") for row in ROWS]
    assert (
        dict(pictures(printed_form(other), FORM, SPEC))["completed"]
        == dict(pictures(b"", FORM, SPEC))["completed"]
    )


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.4 broken", b"no pdf"])
def test_without_a_page_it_is_drawn(pdf: bytes) -> None:
    assert pictures(pdf, FORM, SPEC) == pictures(b"", FORM, SPEC)


def test_any_text_can_be_drawn() -> None:
    odd = "😀\ud800(\\)" + "长" * 5000
    form = Form(
        "",
        (),
        None,
        Figure(),
        (),
        (("completed", Evidence("表格1", odd)), ("x", Evidence("", ""))),
    )
    assert [name for name, _ in pictures(b"", form, SPEC)] == ["completed", "x"]
