"""Kinds by content alone."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading.files.sniff import sniff

FILES = Path(__file__).parents[3] / "golden/files"


def zipped(*names: str, mimetype: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, mimetype if name == "mimetype" else "x")
    return buffer.getvalue()


def typed(part: str, content_type: str) -> bytes:
    """A package whose parts stand in folders of other names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            TYPES,
            f'<Override PartName="/{part}" ContentType="{content_type}"/>',
        )
        archive.writestr(part, "x")
    return buffer.getvalue()


def tarred() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("x"), io.BytesIO())
    return buffer.getvalue()


TYPES = "[Content_Types].xml"
ODF = "application/vnd.oasis.opendocument."


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b"\r\n \x00", "empty"),
        (zipped(TYPES, "word/document.xml"), "docx"),
        (zipped(TYPES, "word/document.xml", "word/vbaProject.bin"), "docm"),
        (zipped(TYPES, "xl/workbook.xml"), "xlsx"),
        (zipped(TYPES, "xl/workbook.bin"), "xlsb"),
        (zipped(TYPES, "xl/workbook.xml", "xl/vbaProject.bin"), "xlsm"),
        (zipped(TYPES, "ppt/presentation.xml"), "pptx"),
        (zipped("mimetype", "content.xml", mimetype=ODF + "text"), "odt"),
        (
            zipped("mimetype", "content.xml", mimetype=ODF + "spreadsheet"),
            "ods",
        ),
        (zipped("word/document.xml"), "zip"),
        (tarred(), "tar"),
        (b"%PDF-1.4 x", "pdf"),
        (b"\x00" * 10 + b"%PDF-1.4 x", "pdf"),
        (b"{\\rtf1 x}", "rtf"),
        (b"MZ" + b"\x00" * 70, "exe"),
        (b"#!/bin/sh\nrm x", "exe"),
        (b"\xff\xd8\xff\xe0..JFIF", "jpg"),
        (b"\x00\x00\x00\x18ftypheic\x00", "heic"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"Rar!\x1a\x07\x01\x00", "rar"),
        (b"7z\xbc\xaf\x27\x1c..", "7z"),
        (
            b"From: a@example.cn\r\nTo: b@example.cn\r\nSubject: x\r\n\r\nbody",
            "eml",
        ),
        (
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x",
            "mhtml",
        ),
        (
            b'From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary="x"\r\n\r\n',
            "mhtml",
        ),
        (b"<!DOCTYPE html><html><body>x", "html"),
        (b"\xef\xbb\xbf\r\n<table><tr><td>x", "html"),
        ("<html><p>甲".encode("utf-16"), "html"),
        (b'<?xml version="1.0"?><w:wordDocument xmlns:w="x">', "wordxml"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "sheetxml",
        ),
        (b"text\r\nbegin 644 a.doc\r\n#86)C\r\n`\r\nend\r\n", "uuencode"),
        ("报送单位,样例县\n数,12\n".encode("gbk"), "csv"),
        ("报送单位：样例县，数：1,234。".encode("gbk"), "text"),
        (
            '旬报表\n单位：样例县\n数,12\n举措,"①摸底\n②办理"\n'.encode("gbk"),
            "csv",
        ),
        (
            "旬报表\n单位：样例县\n数：1,234\n举措：3,000份\n".encode("gbk"),
            "text",
        ),
        (zipped("OFD.xml", "Doc_0/Document.xml"), "ofd"),
        (zipped(TYPES, "_rels/.rels", "FixedDocSeq.fdseq"), "xps"),
        (zipped("Index/Document.iwa", "Metadata/Properties.plist"), "iwork"),
        (zipped("表.pages/Index.zip", "表.pages/preview.jpg"), "iwork"),
        (
            zipped("index.xml", "buildVersionHistory.plist", "QuickLook/a.jpg"),
            "iwork",
        ),
        (zipped("_meta/meta.xml", "content.xml", "uof.xml"), "uof"),
        (
            b'<?xml version="1.0"?><uof:UOF xmlns:uof="http://schemas.uof.org/cn">',
            "uof",
        ),
        (b"ID;PWXL;N;E\r\nP;PGeneral\r\n", "sylk"),
        (b"\x62\x14\x23\x65\x00\x00LOCK" + bytes(40), "esafenet"),
        (b"%TSD-Header-###%" + bytes(40), "tsd"),
        (
            typed("doc/document.xml", "wordprocessingml.document.main+xml"),
            "docx",
        ),
        (typed("book/book.xml", "spreadsheetml.sheet.main+xml"), "xlsx"),
        (b"MZ is how a word may begin", "text"),
        (b"BMW 12", "text"),
        (bytes(range(256)) * 8, "binary"),
    ],
)
def test_kinds(content: bytes, kind: str) -> None:
    assert sniff(content) == kind


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda p: p.name)
def test_files_of_office_programs_are_known_without_their_names(
    path: Path,
) -> None:
    written_by = path.stem.rpartition("_")[2]
    kind = {"word2003": "wordxml", "excel2003": "sheetxml"}.get(
        written_by, path.suffix[1:]
    )
    assert sniff(path.read_bytes()) == kind


@given(st.binary(max_size=300))
def test_any_bytes_have_a_kind(content: bytes) -> None:
    assert sniff(content)
