"""Files and mails made to hurt: each is small, and large, deep or endless when opened. Made at run time, kept nowhere."""

import base64
import io
import struct
import zipfile
from collections.abc import Iterator

_W = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def hostile() -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of all of them; what is named .eml is a mail."""
    yield from bombs()
    yield from small()


def small() -> Iterator[tuple[str, bytes]]:
    """All but the files of many megabytes."""
    yield from plain()
    yield from archives()
    yield from word_files()
    yield from workbooks()
    yield from texts()
    yield from pdfs()
    yield from containers()
    yield from mails()


def bombs() -> Iterator[tuple[str, bytes]]:
    """Files of many megabytes, which take seconds to make."""
    yield "zeros.zip", _zip({"a.docx": bytes(200_000_000)})
    yield (
        "many bombs.zip",
        _zip({f"{n}.docx": _docx(b"<w:p/>" * 2_000_000) for n in range(8)}),
    )
    yield (
        "huge document.docx",
        _docx(b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 3_000_000),
    )
    yield (
        "one long text.docx",
        _docx(b"<w:p><w:r><w:t>" + b"1," * 20_000_000 + b"</w:t></w:r></w:p>"),
    )
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n)
        for n in range(1, 1_000_001)
    )
    yield "million rows.xlsx", _xlsx(rows)


def plain() -> Iterator[tuple[str, bytes]]:
    yield "empty.docx", b""
    yield "zeros.xls", bytes(1_000_000)
    yield "program.doc", b"MZ" + bytes(200)
    yield "script.doc", b"#!/bin/sh\nexit 1\n"


def archives() -> Iterator[tuple[str, bytes]]:
    yield (
        "archives in archives.zip",
        _zip(
            {"1.zip": _zip({"2.zip": _zip({"3.zip": _zip({"a.txt": b"x"})})})}
        ),
    )
    yield "many members.zip", _zip({f"{n}.txt": b"x" for n in range(20_000)})
    yield (
        "climbing names.zip",
        _zip(
            {
                "../../../../etc/a.txt": b"x",
                "C:\\Windows\\a.txt": b"x",
                "/etc/b.txt": b"x",
            }
        ),
    )


def word_files() -> Iterator[tuple[str, bytes]]:
    yield (
        "many cells.docx",
        _docx(
            b"<w:tbl>"
            + b"<w:tr>"
            + b"<w:tc><w:p/></w:tc>" * 300_000
            + b"</w:tr></w:tbl>"
        ),
    )
    deep = b"<w:tbl><w:tr><w:tc>"
    yield (
        "deep tables.docx",
        _docx(deep * 80 + b"<w:p/>" + b"</w:tc></w:tr></w:tbl>" * 80),
    )
    yield "deeper tables.docx", _docx(deep * 5000)
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
    )
    yield (
        "laughs.docx",
        _package(
            "word/document.xml",
            f'<!DOCTYPE d [<!ENTITY l0 "x">{laughs}]><d>&l9;</d>'.encode(),
        ),
    )
    outside = (
        b'<!DOCTYPE d [<!ENTITY l SYSTEM "file:///etc/hostname">]><d>&l;</d>'
    )
    yield "file entity.docx", _package("word/document.xml", outside)
    late = (
        b"<!--"
        + b" " * 100_000
        + b'--><!DOCTYPE d [<!ENTITY l0 "x">]><d>&l0;</d>'
    )
    yield "late entity.docx", _package("word/document.xml", late)
    macro = {
        "[Content_Types].xml": b"<Types/>",
        "word/vbaProject.bin": b"\0" * 999,
    }
    yield (
        "macros.docm",
        _zip(
            macro
            | {
                "word/document.xml": b'<w:document xmlns:w="%s"><w:body/></w:document>'
                % _W
            }
        ),
    )
    endless = b'<w:styles xmlns:w="%s"><w:style w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
    yield (
        "styles in a circle.docx",
        _zip(
            {
                "[Content_Types].xml": b"<Types/>",
                "word/styles.xml": endless % _W,
                "word/document.xml": b'<w:document xmlns:w="%s"><w:body><w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p></w:body></w:document>'
                % _W,
            }
        ),
    )


def workbooks() -> Iterator[tuple[str, bytes]]:
    one = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    yield (
        "far cells.xlsx",
        _xlsx(one + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    )
    yield (
        "one merge.xlsx",
        _xlsx(
            one, b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        ),
    )
    merges = b"".join(
        b'<mergeCell ref="A%d:XFD%d"/>' % (n, n + 900_000)
        for n in range(1, 100_000)
    )
    yield (
        "many merges.xlsx",
        _xlsx(one, b"<mergeCells>" + merges + b"</mergeCells>"),
    )
    text = b'<c r="A1" t="s"><v>0</v></c>'
    yield (
        "million strings.xlsx",
        _xlsx(
            b'<row r="1">' + text + b"</row>",
            strings=b"<si><t>x</t></si>" * 1_000_000,
        ),
    )
    nested = b"<f>" + b"SUM(" * 20_000 + b"1" + b")" * 20_000 + b"</f>"
    yield (
        "deep formula.xlsx",
        _xlsx(b'<row r="1"><c r="A1">' + nested + b"</c></row>"),
    )
    circle = (
        b'<row r="1"><c r="A1"><f>B1+1</f></c><c r="B1"><f>A1+1</f></c></row>'
    )
    yield "formulas in a circle.xlsx", _xlsx(circle)
    doubling = b"".join(
        b'<c r="A%d"><f>A%d+A%d</f></c>' % (n, n + 1, n + 1)
        for n in range(1, 60)
    )
    yield (
        "formulas that double.xlsx",
        _xlsx(b'<row r="1">' + doubling + b"</row>"),
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    repeated = '<t:table-row t:number-rows-repeated="1048576"><t:table-cell t:number-columns-repeated="16384" o:value-type="float" o:value="1"><x:p>1</x:p></t:table-cell></t:table-row>'
    yield (
        "repeated cells.ods",
        _zip(
            {
                "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": f'<o:document-content xmlns:o="{space}office:1.0" xmlns:t="{space}table:1.0" xmlns:x="{space}text:1.0"><o:body><o:spreadsheet><t:table t:name="S">{repeated}</t:table></o:spreadsheet></o:body></o:document-content>'.encode(),
            }
        ),
    )


def texts() -> Iterator[tuple[str, bytes]]:
    yield "deep.html", b"<div>" * 1_000_000
    yield "deep tables.html", b"<table><tr><td>" * 50_000
    yield "wide.html", b"<table><tr>" + b"<td>1</td>" * 1_000_000
    yield (
        "huge spans.html",
        b"<table><tr>" + b'<td rowspan="65534" colspan="1000">1</td>' * 2_000,
    )
    yield "deep.rtf", rb"{\rtf1" + b"{" * 1_000_000
    yield (
        "cells.rtf",
        rb"{\rtf1 " + rb"\trowd\cellx99\intbl 1\cell\row " * 500_000,
    )
    yield "binary.rtf", rb"{\rtf1 \bin2147483647 x}"
    yield "commas.csv", b"," * 20_000_000
    yield "quote.csv", b'"' + b"a,\n" * 5_000_000
    yield "digits.txt", "报送单位：".encode() + b"1" * 20_000_000
    yield (
        "spaces.txt",
        "报送单位：".encode()
        + b" " * 3_000_000
        + "\n已完成目标任务数：".encode()
        + b"1 " * 1_000_000,
    )


def pdfs() -> Iterator[tuple[str, bytes]]:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    catalog = b"<</Type/Catalog/Pages 2 0 R>>"
    yield (
        "pages.pdf",
        _pdf(
            catalog,
            b"<</Type/Pages/Count 200000/Kids[%s]>>" % (b"3 0 R " * 200_000),
            page,
        ),
    )
    yield (
        "pages in a circle.pdf",
        _pdf(catalog, b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>", page),
    )
    yield (
        "claims pages.pdf",
        _pdf(catalog, b"<</Type/Pages/Count 2000000000/Kids[3 0 R]>>", page),
    )
    yield (
        "deep objects.pdf",
        _pdf(catalog, b"[" * 200_000 + b"]" * 200_000, page),
    )
    filled = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    paths = b"0 0 m 9 9 l S\n" * 1_000_000
    stream = b"<</Length %d>>stream\n%s\nendstream" % (len(paths), paths)
    yield (
        "million lines.pdf",
        _pdf(catalog, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", filled, stream),
    )
    huge = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99999999 99999999]>>"
    yield (
        "huge page.pdf",
        _pdf(catalog, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", huge),
    )


def containers() -> Iterator[tuple[str, bytes]]:
    for name in ("WordDocument", "Workbook"):
        yield f"{name} in a circle.doc", _ole(name, {5: 2}, 0xFFFFFFF0)
        yield f"{name} in itself.doc", _ole(name, {2: 2}, 0x7FFFFFFF)
    yield "directory in a circle.doc", _ole("WordDocument", {1: 1}, 6000)
    yield "table in a circle.doc", _ole("WordDocument", {0: 0}, 6000)


def mails() -> Iterator[tuple[str, bytes]]:
    head = b"From: jia@example.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(3_000)
    )
    yield "deep.eml", head + deep + b"\r\nx"
    inner = b"Content-Type: message/rfc822\r\n\r\n" * 2_000
    yield "mail in mail.eml", head + inner + b"x"
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    yield (
        "many parts.eml",
        head
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + part * 30_000,
    )
    yield "many headers.eml", head + b"X-A: b\r\n" * 200_000 + b"\r\nx"
    yield (
        "long header.eml",
        head + b"X-A: " + b"=?utf-8?B?5pel?= " * 200_000 + b"\r\n\r\nx",
    )
    yield (
        "many senders.eml",
        b"From: " + b"a <a@example.cn>, " * 50_000 + b"\r\nSubject: x\r\n\r\nx",
    )
    yield (
        "odd parameter.eml",
        head + b'Content-Type: text/plain; nnn="v\xef"\r\n\r\nx',
    )
    yield (
        "deep html.eml",
        head + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 500_000,
    )
    quoted = b">" * 2_000_000 + b"\r\n" + b"> x\r\n" * 200_000
    yield "quotes.eml", head + b"Content-Type: text/plain\r\n\r\n" + quoted
    bomb = base64.encodebytes(_zip({"a.docx": bytes(100_000_000)}))
    attached = b'--b\r\nContent-Disposition: attachment; filename="a.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    yield (
        "bomb attached.eml",
        head
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + attached
        + bomb
        + b"\r\n--b--",
    )


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(
        out, "w", zipfile.ZIP_DEFLATED, compresslevel=1
    ) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return out.getvalue()


def _package(part: str, content: bytes) -> bytes:
    return _zip({"[Content_Types].xml": b"<Types/>", part: content})


def _docx(body: bytes) -> bytes:
    return _package(
        "word/document.xml",
        b'<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>'
        % (_W, body),
    )


def _xlsx(rows: bytes, more: bytes = b"", strings: bytes = b"") -> bytes:
    relations = b"".join(
        b'<Relationship Id="r%d" Type="%s/%s" Target="%s"/>'
        % (n, _R, kind, target)
        for n, kind, target in (
            (1, b"worksheet", b"s.xml"),
            (2, b"sharedStrings", b"t.xml"),
        )
    )
    return _zip(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.xml": b'<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
            % (_S, _R),
            "xl/_rels/workbook.xml.rels": b"<Relationships>%s</Relationships>"
            % relations,
            "xl/s.xml": b'<worksheet xmlns="%s"><sheetData>%s</sheetData>%s</worksheet>'
            % (_S, rows, more),
            "xl/t.xml": b'<sst xmlns="%s">%s</sst>' % (_S, strings),
        }
    )


def _pdf(*objects: bytes) -> bytes:
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    count, start = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count + b"".join(
        b"%010d 00000 n \n" % o for o in offsets
    )
    return bytes(
        out
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (count, start)
    )


def _ole(name: str, chain: dict[int, int], size: int) -> bytes:
    """A container of one stream in the sectors 2-13; `chain` points entries of its allocation table elsewhere."""
    table = [_FAT, _END, *range(3, 14), _END] + [_FREE] * 114
    for sector, following in chain.items():
        table[sector] = following
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head += struct.pack(
        "<16x5H6x9L", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0
    )
    head += struct.pack("<109L", 0, *[_FREE] * 108)
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry(
        name, 2, _FREE, 2, size
    )
    return (
        head
        + struct.pack("<128L", *table)
        + entries.ljust(512, b"\0")
        + b"\xec\xa5\xc1\0" * 1536
    )


def _entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBB3L36xLQ",
        text,
        len(text),
        kind,
        1,
        _FREE,
        _FREE,
        child,
        first,
        size,
    )
