"""Damaged files through the real readers in their bounded child: nothing may hang, kill the worker or end without a word.

    python3 scripts/fuzz.py --mutants 10000     mutants of the samples, seeded: the same run again gives the same numbers
    python3 scripts/fuzz.py --folder DIR        every file under a folder as it is, for foreign collections of test documents
    python3 scripts/fuzz.py --own               bombs and other hostile files, made here

Counts outcomes by code, names the slowest file, and for mutants how many give another figure than their original without a
hold (a flipped digit does so rightly). Exit status 1 where a file ended without forms and without a trouble's sentence.
"""

import argparse
import collections
import io
import random
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import _environment

SAMPLES = _environment.ROOT.parent / "shared" / "samples" / "forms"
SECONDS = 45


def main() -> int:
    _environment.enter(("archives",), dev=True)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mutants", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--samples", type=Path, default=SAMPLES)
    parser.add_argument("--own", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    files: Iterator[tuple[str, bytes]] = iter(())
    if asked.folder:
        files = (
            (str(p.relative_to(asked.folder)), p.read_bytes())
            for p in sorted(asked.folder.rglob("*"))
            if p.is_file()
        )
    elif asked.own:
        files = hostile()
    elif asked.mutants:
        files = mutants(asked.samples, asked.mutants, random.Random(asked.seed))
    return run(files, originals(asked.samples) if asked.mutants else {}, show=asked.own)


def run(files: Iterator[tuple[str, bytes]], known: dict[str, frozenset[int]], *, show: bool) -> int:
    from pipeline.edges.sandbox import Reader
    from pipeline.settings import load

    codes: collections.Counter[str] = collections.Counter()
    slowest, silent, other, count = (0.0, ""), [], [], 0
    with Reader(load(_environment.ROOT / "config.toml").form_spec, seconds=SECONDS) as reader:
        for name, raw in files:
            begun = time.monotonic()
            readings = reader.file(Path(name.split("|")[0]).name, raw)
            seconds = time.monotonic() - begun
            slowest = max(slowest, (seconds, name))
            count += 1
            for reading in readings:
                said = reading.trouble.advice if reading.trouble else ""
                codes[
                    "read" if reading.forms else (reading.trouble.code.value if reading.trouble else "silent")
                ] += 1
                if not reading.forms and not any("\u4e00" <= c <= "\u9fff" for c in said):
                    silent.append(name)
            if _another_figure(readings, known.get(name.split("|")[0])):
                other.append(name)
            if show:
                outcome = readings[0].trouble.code.value if readings[0].trouble else "read"
                print(
                    f"{name:34} {outcome:12} {seconds:6.2f} s  {readings[0].trouble.advice if readings[0].trouble else ''}"
                )
    print(
        f"{count} files; slowest {slowest[0]:.2f} s ({slowest[1]}); another figure without a hold: {len(other)}; silent: {len(silent)}"
    )
    print("\n".join(other))
    print("  ".join(f"{code} {number}" for code, number in codes.most_common()))
    return 1 if silent else 0


def _another_figure(readings: object, wanted: frozenset[int] | None) -> bool:
    found = {
        form.figure.completed
        for reading in readings  # type: ignore[attr-defined]
        for form in reading.forms
        if form.figure.completed is not None and not form.figure.holds
    }
    return wanted is not None and not found <= wanted


def originals(folder: Path) -> dict[str, frozenset[int]]:
    """The figures that each undamaged sample gives."""
    from pipeline.reading.files import read_file
    from pipeline.settings import load

    spec = load(_environment.ROOT / "config.toml").form_spec
    return {
        p.name: frozenset(
            f.figure.completed
            for r in read_file(p.name, p.read_bytes(), spec)
            for f in r.forms
            if f.figure.completed is not None
        )
        for p in _samples(folder)
    }


def _samples(folder: Path) -> list[Path]:
    """Files of a form's size; the bombs have a run of their own."""
    return [
        p
        for p in sorted(folder.iterdir())
        if p.suffix != ".json" and p.stat().st_size < 400_000 and "bomb" not in p.name
    ]


def mutants(folder: Path, number: int, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    samples = [(p.name, p.read_bytes()) for p in _samples(folder)]
    for _ in range(number):
        name, raw = chance.choice(samples)
        how = chance.choice(_DAMAGES)
        yield f"{name}|{how.__name__}", how(raw, chance)


def flip_bits(raw: bytes, chance: random.Random) -> bytes:
    found = bytearray(raw)
    for _ in range(chance.choice((1, 3, 20, 200))):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def cut_short(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(1, len(raw))]


def drop_a_piece(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw))
    return raw[:start] + raw[start + chance.choice((1, 16, 512, 4096)) :]


def double_a_piece(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw))
    return raw[: start + 512] + raw[start:]


def zero_a_sector(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw)) // 512 * 512
    return raw[:start] + bytes(512) + raw[start + 512 :]


def large_numbers(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(max(1, len(raw) - 4))
    return (
        raw[:start]
        + chance.choice((b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80"))
        + raw[start + 4 :]
    )


def damage_inside(raw: bytes, chance: random.Random) -> bytes:
    """A member of a zip damaged and packed again, so that its check sum holds."""
    if not zipfile.is_zipfile(io.BytesIO(raw)):
        return flip_bits(raw, chance)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            members = [(m.filename, package.read(m)) for m in package.infolist()]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error):
        return flip_bits(raw, chance)
    target = chance.randrange(len(members)) if members else 0
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for index, (name, content) in enumerate(members):
            how = chance.choice((flip_bits, cut_short, drop_a_piece, double_a_piece))
            package.writestr(name, how(content, chance) if index == target and content else content)
    return out.getvalue()


_DAMAGES = (flip_bits, cut_short, drop_a_piece, double_a_piece, zero_a_sector, large_numbers, damage_inside)


def hostile() -> Iterator[tuple[str, bytes]]:
    """Files made to hurt: each is small, and large or endless when opened."""
    yield "empty.docx", b""
    yield "program.doc", b"MZ" + bytes(200)
    yield "zeros.zip", _zip({"a.docx": bytes(200_000_000)})
    yield "zip in zip in zip.zip", _zip({"1.zip": _zip({"2.zip": _zip({"3.zip": _zip({"a.txt": b"x"})})})})
    yield "many members.zip", _zip({f"{n}.txt": b"x" for n in range(20_000)})
    yield "huge document.docx", _docx(b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 3_000_000)
    yield "one long text.docx", _docx(b"<w:p><w:r><w:t>" + b"1," * 20_000_000 + b"</w:t></w:r></w:p>")
    yield "deep tables.docx", _docx(b"<w:tbl><w:tr><w:tc>" * 5000)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield (
        "laughs.docx",
        _zip(
            {
                "[Content_Types].xml": b"<Types/>",
                "word/document.xml": f'<!DOCTYPE d [<!ENTITY l0 "x">{laughs}]><d>&l9;</d>'.encode(),
            }
        ),
    )
    yield (
        "far cells.xlsx",
        _xlsx(
            b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
    )
    yield (
        "one merge.xlsx",
        _xlsx(
            b'<row r="1"><c r="A1"><v>1</v></c></row>',
            b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        ),
    )
    yield (
        "million rows.xlsx",
        _xlsx(b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 1_000_001))),
    )
    yield "deep.html", b"<div>" * 1_000_000
    yield "wide.html", b"<table><tr>" + b"<td>1</td>" * 1_000_000
    yield "deep.rtf", rb"{\rtf1" + b"{" * 1_000_000
    yield "commas.csv", b"," * 20_000_000
    yield "digits.txt", "报送单位：".encode() + b"1" * 20_000_000
    yield "pages.pdf", _pages(200_000)


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return out.getvalue()


def _docx(body: bytes) -> bytes:
    space = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = b'<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>' % (space, body)
    return _zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": text})


def _xlsx(rows: bytes, more: bytes = b"") -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    book = (
        b'<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
        % (space, rel)
    )
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="%s/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        % rel
    )
    sheet = b'<worksheet xmlns="%s"><sheetData>%s</sheetData>%s</worksheet>' % (space, rows, more)
    return _zip(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": rels,
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def _pages(number: int) -> bytes:
    """A PDF whose one page object is shown over and over."""
    kids = b"3 0 R " * number
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (number, kids),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for index, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (index, content)
    start = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return bytes(out + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)


if __name__ == "__main__":
    sys.exit(main())
