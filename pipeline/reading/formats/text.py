"""Text files: telling their kinds apart, and csv and plain text to Document.

Trusts no label and no ending: UTF-16, UTF-8 and GB18030 are told apart by the bytes.
Never raises on foreign bytes but UnreadableError.
"""

import csv
import io
import re
from collections import Counter

from pipeline.model.document import (
    Cell,
    Document,
    Grid,
    Paragraph,
    place_in_table,
)
from pipeline.model.trouble import TroubleCode
from pipeline.reading.charsets import decode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import (
    UnreadableError,
    refuse_beyond_limit,
)
from pipeline.reading.formats.seen import seen_text

_SIZE_LIMIT = 16 << 20
_SEPARATORS = ("\t", ",", ";", "|")
# Bytes by which a text file's kind is told
_HEAD = 8192
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")

_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')


def read_csv(file: ForeignFile) -> Document:
    """Separated values as one grid, every field a cell; a title in the first field stays there."""
    text = as_text(file.content)
    rows = list(_rows(text, separator_of(text) or ","))
    refuse_beyond_limit(sum(map(len, rows)))
    cells = []
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            seen = seen_text(_shown(value))
            where = place_in_table("表格1", r, c)
            cells.append(
                Cell(
                    text=seen.text,
                    row=r,
                    column=c,
                    where=where,
                    doubts=seen.told(),
                )
            )
    return Document(file.kind, (Grid("表格1", tuple(cells)),))


def read_text(file: ForeignFile) -> Document:
    """Plain text, a paragraph a line."""
    return Document(file.kind, paragraphs(as_text(file.content), ""))


def paragraphs(text: str, place: str) -> tuple[Paragraph, ...]:
    """The lines of a plain text that hold something; `place` stands before 第n行."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        seen = seen_text(line)
        shown = seen.text.strip()
        if shown:
            found.append(Paragraph(shown, f"{place}第{number}行", seen.told()))
    return tuple(found)


def as_text(content: bytes) -> str:
    """The text of a file without a label. Raises UnreadableError(TOO_BIG)."""
    if len(content) > _SIZE_LIMIT:
        raise UnreadableError(TroubleCode.TOO_BIG, f"{len(content)} bytes")
    codec = _bare_utf16(content)
    if codec:
        return content.decode(codec, "replace")
    return decode(content)


def _bare_utf16(content: bytes) -> str:
    """UTF-16 without a mark shows by its many zero bytes, on one side of each pair."""
    head = content[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in head:
        return ""
    high = head[1::2].count(0)
    low = head[::2].count(0)
    if high > 4 * low:
        return "utf-16-le"
    if low > 4 * high:
        return "utf-16-be"
    return ""


def looks_binary(content: bytes) -> bool:
    """Whether the bytes are no text in any encoding that is looked for."""
    head = as_text(content[:_HEAD])[: _HEAD // 4]
    return len(_CONTROLS.findall(head)) > len(head) / 50


def separator_of(text: str) -> str:
    """What separates the fields, "" where the text is no table: most lines have the
    same number of fields, two or more.

    Two such lines are enough where a quoted field goes over lines: titles above a table
    may be fields of their own.
    """
    for separator in _SEPARATORS:
        if separator not in text[:_HEAD]:
            continue
        rows = list(_rows(text[: 4 * _HEAD], separator))[:50]
        widths = Counter(len(row) for row in rows if row)
        tables = Counter({width: n for width, n in widths.items() if width > 1})
        lines = max(tables.values(), default=0)
        tall = any(
            "\n" in value for row in rows if len(row) > 1 for value in row
        )
        if lines > 1 and (tall or lines * 2 > sum(widths.values())):
            return separator
    return ""


def _rows(text: str, separator: str) -> list[list[str]]:
    try:
        return list(
            csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        )
    except csv.Error as error:
        raise UnreadableError(TroubleCode.CORRUPT, str(error)) from error


def _shown(value: str) -> str:
    """A field as Excel shows it: ="1234", which keeps a number a text, is 1234."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    kept = _KEPT_AS_TEXT.fullmatch(text)
    if kept:
        return kept[1]
    return text
