"""Lists and styles of binary Word files, as far as they number paragraphs: PlfLst,
PlfLfo and STSH of MS-DOC.

Beside docfile.py. Gives the same Numbering that the docx reader uses, lists under the
number of their override (ilfo).
"""

import struct
from collections.abc import Iterator

from pipeline.reading.formats import list_numbers
from pipeline.reading.formats.word.doc_sprm import Properties, properties
from pipeline.reading.formats.word.wordml_lists import Level, Numbering

_LSTF, _LVLF, _LFO = 28, 28, 16
_GAPS = {0: " ", 1: " ", 2: ""}
_MOST_LISTS = 4_000
_MOST_BASES = 12  # styles that one is based on, in turn


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
    marks = {place - 1 for place in places if place}
    shown = "".join(
        f"%{ord(c) + 1}" if i in marks and ord(c) < 9 else c for i, c in enumerate(text)
    )
    return Level(
        number_format, shown, start, _GAPS.get(follow, " "), number_format == "bullet"
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


class Styles:
    """The styles of an STSH by their index; a file holds eighty and uses five, so each
    is read when it is asked for."""

    def __init__(self, stsh: bytes) -> None:
        self._base_size: int = struct.unpack_from("<H", stsh, 4)[0] if stsh else 0
        if stsh:
            self._raw = list(_descriptions(stsh))
        else:
            self._raw = []
        self._whole: dict[int, Properties] = {}

    def properties(self, index: int) -> Properties:
        """What a paragraph style and those that it is based on say; not to be changed."""
        found = self._whole.get(index)
        if found is None:
            found = self._whole[index] = self._inherited(index)
        return found

    def _inherited(self, index: int) -> Properties:
        found: Properties = {}
        for _ in range(_MOST_BASES):
            if not 0 <= index < len(self._raw):
                break
            index, own = _style(self._raw[index], self._base_size)
            found = {**own, **found}
        return found


def _descriptions(stsh: bytes) -> Iterator[bytes]:
    at = 2 + struct.unpack_from("<H", stsh)[0]
    while at + 2 <= len(stsh):
        size = struct.unpack_from("<H", stsh, at)[0]
        yield stsh[at + 2 : at + 2 + size]
        at += 2 + size + (size & 1)


def _style(std: bytes, base_size: int) -> tuple[int, Properties]:
    """(base style, paragraph properties)."""
    if len(std) < base_size + 2:
        return 0xFFF, {}
    kind_and_base = struct.unpack_from("<H", std, 2)[0]
    if kind_and_base & 0xF != 1:  # not a paragraph style
        return 0xFFF, {}
    name_length = struct.unpack_from("<H", std, base_size)[0]
    at = base_size + 2 + 2 * name_length + 2
    if at + 2 <= len(std):
        size = struct.unpack_from("<H", std, at)[0]
    else:
        size = 0
    return kind_and_base >> 4, properties(std[at + 4 : at + 2 + size])
