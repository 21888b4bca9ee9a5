"""A small table as a PDF written by hand, for places whose own page cannot be shown: an
e-mail's text, a sheet, a .doc.

The font is only named (STSong-Light, as every PDF reader knows it): whoever draws it
finds a Chinese font of the system.
"""

from collections.abc import Sequence

# Points of the type and of a line
_SIZE = 13
_LINE = 19
# Points of the column of labels, of the whole, and around a text
_LABEL_WIDTH = 190
_WIDTH = 640
_PAD = 8
# Characters of a value's line, full width
_PER_LINE = 32
# Characters that fit beside each other, and lines of a cell
_LABEL_PER_LINE = 12
_MOST_LINES = 12

Box = tuple[float, float, float, float]


def table(rows: Sequence[tuple[str, str]]) -> tuple[bytes, list[Box]]:
    """A page with a row for each (label, value), and the boxes of the values: left,
    bottom, right, top in points."""
    lines = [
        (_wrapped(label, _LABEL_PER_LINE), _wrapped(value, _PER_LINE))
        for label, value in rows
    ]
    heights = []
    for a, b in lines:
        tall = max(len(a), len(b), 1)
        heights.append(tall * _LINE + 2 * _PAD)
    height = sum(heights) + 2 * _PAD
    boxes: list[Box] = []
    operations: list[str] = []
    top = float(height - _PAD)
    for (label, value), tall in zip(lines, heights, strict=True):
        left = _PAD
        middle = _PAD + _LABEL_WIDTH
        right = _WIDTH - _PAD
        operations += [
            _outline(left, top - tall, middle, top),
            _outline(middle, top - tall, right, top),
        ]
        operations += [
            _text(left + _PAD, top, label),
            _text(middle + _PAD, top, value),
        ]
        boxes.append((middle, top - tall, right, top))
        top -= tall
    return _document(
        "\n".join(operations).encode("ascii"), _WIDTH, height
    ), boxes


def _wrapped(text: str, per_line: int) -> list[str]:
    lines = [
        row[i : i + per_line]
        for row in text.split("\n")
        for i in range(0, len(row) or 1, per_line)
    ]
    if len(lines) <= _MOST_LINES:
        return lines
    return [*lines[: _MOST_LINES - 1], "……"]


def _outline(left: float, bottom: float, right: float, top: float) -> str:
    return f"{left} {bottom} {right - left} {top - bottom} re S"


def _text(left: float, top: float, lines: Sequence[str]) -> str:
    shown = (
        f"<{line.encode('utf-16-be', 'replace').hex()}> Tj 0 {-_LINE} Td"
        for line in lines
    )
    return (
        f"BT /F {_SIZE} Tf {left} {top - _PAD - _SIZE} Td {' '.join(shown)} ET"
    )


def _document(operations: bytes, width: int, height: int) -> bytes:
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
        % (width, height),
        b"<</Length %d>>stream\n%s\nendstream" % (len(operations), operations),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
        b"/Supplement 4>>/DW 1000/W[1 95 500]/FontDescriptor 7 0 R>>",
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        b"/Ascent 880/Descent -120/CapHeight 880/StemV 60>>",
    )
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, content)
    table_of_places = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(body),
    )
    return body + head + table_of_places + tail
