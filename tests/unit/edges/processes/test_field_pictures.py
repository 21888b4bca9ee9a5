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
from pipeline.edges.processes.field_pictures import field_picture, shown
from pipeline.edges.processes.sandbox import Reader
from pipeline.model.form import Figure, FileReading, Form

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


def test_without_libreoffice_nothing_is_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(libreoffice, "program", lambda: None)
    assert libreoffice.printed(b"PK", "docx") == b""


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_an_office_that_hangs_is_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hanging = tmp_path / "soffice"
    hanging.write_text("#!/bin/sh\nsleep 600\n")
    hanging.chmod(0o755)
    monkeypatch.setattr(libreoffice, "program", lambda: str(hanging))
    assert libreoffice.printed(b"PK", "docx", seconds=0.3) == b""


def test_a_kind_that_no_office_prints_is_not_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(libreoffice, "program", lambda: "/nonexistent/soffice")
    assert libreoffice.printed(b"x", "csv") == b""
    assert libreoffice.printed(b"PK", "docx") == b""


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("旬报.csv", CSV),
        ("旬报.zip", zipped("甲县.csv", CSV)),
        ("内/旬报.csv", CSV),
    ],
)
def test_the_figure_of_a_report_is_shown_from_the_file_it_came_in(
    reader: Reader, name: str, content: bytes
) -> None:
    (reading,) = reader.file(name, content)
    files = [("别的.csv", CSV.replace(b"356", b"999")), (name, content)]
    assert field_picture(reader, files, reading.forms[0]).startswith(b"\x89PNG")


def test_a_scans_figure_is_the_one_that_its_reader_cut_out(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plain,) = reader.file("a.jpg", CSV)
    scan = replace(
        plain, kind="jpg", crops=(("unit", b"unit"), ("completed", b"figure"))
    )
    monkeypatch.setattr(reader, "file", lambda name, content: (scan,))
    assert field_picture(reader, [("a.jpg", b"")], plain.forms[0]) == b"figure"


def test_a_form_in_the_mails_own_text_is_drawn(reader: Reader) -> None:
    reading = reader.body("报送单位：甲县\n已完成目标任务数：356\n", "")
    assert field_picture(
        reader, [("旬报.csv", CSV)], reading.forms[0]
    ).startswith(b"\x89PNG")


def test_without_a_figure_there_is_nothing_to_show(reader: Reader) -> None:
    assert field_picture(reader, [], Form("", (), None, Figure(), ())) == b""
