"""Evidence pictures by the reading child: drawn always, from LibreOffice's print where it is there, and never a failure."""

import io
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from form_makers import SPEC

from pipeline.edges.processes import libreoffice
from pipeline.edges.processes.field_pictures import page_pictures, shown
from pipeline.edges.processes.sandbox import Reader
from pipeline.model.form import Figure, FileReading, Form
from pipeline.reading.evidence import glyphs

CSV = "报送单位：,甲县总工会,报送时间：,2015年9月10日\n已完成目标任务数（新增 名农民工入会）,356,,\n主要工作举措,1.摸底。,,\n".encode()
BAD_CHILD = ("-B", "-X", "utf8", str(Path(__file__).with_name("bad_child.py")))


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(SPEC) as reader:
        yield reader


def test_every_field_of_a_file_gets_a_picture(reader: Reader) -> None:
    made = list(shown(reader, CSV, reader.file("旬报.csv", CSV)))
    assert [(p.file, p.form, p.field) for p in made] == [
        ("旬报.csv", 1, name)
        for name in ("unit", "date", "completed", "measures")
    ]
    assert all(p.png.startswith(b"\x89PNG") for p in made)


def test_what_holds_no_form_gets_none(reader: Reader) -> None:
    assert list(shown(reader, b"\xff", reader.file("a.bin", b"\xff"))) == []


def test_a_scans_pictures_are_those_that_its_reader_cut_out(
    reader: Reader,
) -> None:
    reading = FileReading(
        "a.jpg", "jpg", (), None, (("unit", b"1"), ("completed2", b"2"))
    )
    made = [(p.form, p.field, p.png) for p in shown(reader, b"", (reading,))]
    assert made == [(1, "unit", b"1"), (2, "completed", b"2")]


def test_a_child_that_dies_over_a_picture_costs_the_picture_alone(
    reader: Reader,
) -> None:
    (reading,) = reader.file("旬报.csv", CSV)
    with Reader(SPEC, command=BAD_CHILD) as bad:
        assert bad.pictures(reading.forms[0], b"%PDF") == ()
        assert bad.file("innocent", b"")[0].trouble is None


def test_without_libreoffice_nothing_is_printed() -> None:
    assert libreoffice.printed(b"PK", "docx", find=lambda: None) == b""


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_an_office_that_hangs_is_killed(tmp_path: Path) -> None:
    hanging = tmp_path / "soffice"
    hanging.write_text("#!/bin/sh\nsleep 600\n")
    hanging.chmod(0o755)
    found = libreoffice.printed(
        b"PK", "docx", seconds=0.3, find=lambda: str(hanging)
    )
    assert found == b""


def test_a_kind_that_no_office_prints_is_not_tried() -> None:
    def gone() -> str:
        return "/nonexistent/soffice"

    assert libreoffice.printed(b"x", "csv", find=gone) == b""
    assert libreoffice.printed(b"PK", "docx", find=gone) == b""


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
    return packed.getvalue()


FORMS = Path(__file__).parents[4] / "pipeline" / "demo" / "forms"


def test_a_letter_shows_the_page_itself(reader: Reader) -> None:
    content = (FORMS / "yuntai-0910.pdf").read_bytes()
    (reading,) = reader.file("旬报.pdf", content)
    files = [("别的.csv", CSV), ("旬报.pdf", content)]
    found = page_pictures(reader, files, reading.forms[0])
    assert found["completed"].startswith(b"\x89PNG")
    # The same as the whole way through, so nothing was drawn in its place.
    assert (
        dict(reader.pictures(reading.forms[0], content))["completed"]
        == (found["completed"])
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("旬报.csv", CSV),
        ("旬报.zip", zipped("甲县.csv", CSV)),
        ("内/旬报.csv", CSV),
    ],
)
def test_what_has_no_page_is_not_drawn_for_a_letter(
    reader: Reader, name: str, content: bytes
) -> None:
    (reading,) = reader.file(name, content)
    assert page_pictures(reader, [(name, content)], reading.forms[0]) == {}


def test_without_a_chinese_font_no_page_is_printed(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with one, the same file is."""
    content = (FORMS / "jidian-0910.docx").read_bytes()
    (reading,) = reader.file("旬报.docx", content)
    page = (FORMS / "yuntai-0910.pdf").read_bytes()
    asked = []

    def printed(content: bytes, kind: str) -> bytes:
        asked.append(kind)
        return page

    monkeypatch.setattr(reader, "page", printed)
    files = [("旬报.docx", content)]
    form = reading.forms[0]
    assert page_pictures(reader, files, form, lambda: False) == {}
    assert asked == []
    page_pictures(reader, files, form, lambda: True)
    assert asked == ["docx"]


def test_a_scans_figure_is_the_one_that_its_reader_cut_out(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plain,) = reader.file("a.jpg", CSV)
    scan = replace(
        plain, kind="jpg", crops=(("unit", b"unit"), ("completed", b"figure"))
    )
    monkeypatch.setattr(reader, "file", lambda name, content: (scan,))
    found = page_pictures(reader, [("a.jpg", b"")], plain.forms[0])
    assert found["completed"] == b"figure"


def test_without_a_figure_there_is_nothing_to_show(reader: Reader) -> None:
    assert page_pictures(reader, [], Form("", (), None, Figure(), ())) == {}


def test_a_glyph_proves_that_chinese_can_be_drawn() -> None:
    """Where a font lacks them, every character is the same box."""
    assert not glyphs.draws_chinese(lambda text: b"box")
    assert glyphs.draws_chinese(lambda text: text.encode())
