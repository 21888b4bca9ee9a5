"""Lists of binary Word files, as far as they number paragraphs: PlfLst and PlfLfo of
MS-DOC.

Beside doc_file.py. Gives the same Numbering that the docx reader uses, lists under the
number of their override (ilfo).
"""

import struct

from pipeline.reading.formats import list_numbers
from pipeline.reading.formats.word.markup.wordml_lists import Level, Numbering

_LSTF, _LVLF, _LFO = 28, 28, 16
_GAPS = {0: " ", 1: " ", 2: ""}
# Of a document
_MOST_LISTS = 4_000


def read_numbering(lists: bytes, overrides: bytes) -> Numbering:
    """`lists` from the start of PlfLst (its levels stand behind its own length),
    `overrides` the PlfLfo."""
    numbering = Numbering()
    count = min(struct.unpack_from("<H", lists)[0], _MOST_LISTS)
    at = 2 + _LSTF * count
    for index in range(count):
        key = struct.unpack_from("<l", lists, 2 + _LSTF * index)[0]
        simple = lists[2 + _LSTF * index + 26] & 1
        for depth in range(1 if simple else 9):
            numbering.levels[str(key), depth], at = _level(lists, at)
    _take_overrides(numbering, overrides)
    return numbering


def _level(data: bytes, at: int) -> tuple[Level, int]:
    """A LVL, and where the next one begins."""
    start, code, _, places, follow = struct.unpack_from("<lBB9sB", data, at)
    chpx, papx = struct.unpack_from("<2B", data, at + 24)
    text_at = at + _LVLF + papx + chpx
    length = struct.unpack_from("<H", data, text_at)[0]
    end = text_at + 2 + 2 * length
    text = data[text_at + 2 : end].decode("utf-16-le", "replace")
    number_format = list_numbers.BY_CODE.get(code, "decimal")
    marks = set()
    for place in places:
        if place:
            marks.add(place - 1)
    shown = "".join(
        f"%{ord(c) + 1}" if i in marks and ord(c) < 9 else c
        for i, c in enumerate(text)
    )
    return Level(
        number_format=number_format,
        text=shown,
        start=start,
        gap=_GAPS.get(follow, " "),
        bullet=number_format == "bullet",
    ), end


def _take_overrides(numbering: Numbering, data: bytes) -> None:
    if data:
        count = min(struct.unpack_from("<L", data)[0], _MOST_LISTS)
    else:
        count = 0
    at = 4 + _LFO * count
    for index in range(count):
        base = 4 + _LFO * index
        numbering.abstract_of[str(index + 1)] = str(
            struct.unpack_from("<l", data, base)[0]
        )
        at += 4
        for _ in range(data[base + 12]):
            start, flags = struct.unpack_from("<lL", data, at)
            at += 8
            depth = flags & 0xF
            if flags & 0x20:
                level, at = _level(data, at)
                start = level.start
            if flags & 0x10:
                numbering.overrides[str(index + 1), depth] = start
