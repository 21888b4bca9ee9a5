"""How runs of binary Word files look: their own properties and those of the styles
(STSH of MS-DOC), and which fonts they name.

Beside doc_file.py. Trusts no offset: what points astray ends as struct.error or
IndexError.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pipeline.reading.formats.word.binary.doc_sprm import (
    C_COLOUR,
    C_COLOUR_INDEX,
    C_DELETED,
    C_DOUBLE_STRUCK,
    C_EAST_ASIAN,
    C_EMBOSSED,
    C_ENGRAVED,
    C_FONT,
    C_HIDDEN,
    C_HIGHLIGHT,
    C_RAISED,
    C_SCALE,
    C_SHADE,
    C_SHADE_80,
    C_SHIFT,
    C_SIZE,
    C_SPACING,
    C_STRUCK,
    C_TURNED,
    Properties,
    properties,
)
from pipeline.reading.formats.word.run_format import (
    AUTO,
    NOTHING_SAID,
    OVERLAPPING_POINTS,
    TWIPS,
    Ink,
    RunFormat,
    is_prompt_style,
    mixed,
)

# Styles that one is based on, in turn
_MOST_BASES = 12
_NO_STYLE = 0xFFF
# Kinds of style (stk)
_PARAGRAPH, _CHARACTER = 1, 2
_HALF_POINTS = 2
# The pattern (ipat) that paints the foreground alone
_SOLID = 1
# Ico: the sixteen colours of Word 6; 0 is the program's own choice
_COLOURS: tuple[Ink, ...] = (
    AUTO,
    (0, 0, 0),
    (0, 0, 255),
    (0, 255, 255),
    (0, 255, 0),
    (255, 0, 255),
    (255, 0, 0),
    (255, 255, 0),
    (255, 255, 255),
    (0, 0, 128),
    (0, 128, 128),
    (0, 128, 0),
    (128, 0, 128),
    (128, 0, 0),
    (128, 128, 0),
    (128, 128, 128),
    (192, 192, 192),
)
_AS_STYLE, _NOT_AS_STYLE = 0x80, 0x81
# UFEL (MS-DOC 2.9.326): two lines in one, characters joined to one
_TWO_IN_ONE = 0b110


def run_format(
    found: Properties, style: RunFormat, fonts: list[str]
) -> RunFormat:
    """What properties say of a run; `style` is what its styles say, since switches may
    be turned against them."""
    if not found:
        return NOTHING_SAID
    hidden = _switch(found, C_HIDDEN, style.hidden)
    if found.get(C_DELETED, b"\0")[:1] == b"\1":
        hidden = True
    return RunFormat(
        hidden=hidden,
        struck=_struck(found, style),
        raised=None
        if C_RAISED not in found
        else found[C_RAISED][:1] in (b"\1", b"\2"),
        shift=_signed(found, C_SHIFT),
        points=_half_points(found, C_SIZE),
        scale=None if C_SCALE not in found else _number(found[C_SCALE]),
        ink=_ink(found),
        ground=_ground(found),
        font=_font(found, fonts),
        turned=_switch(found, C_TURNED, style.turned),
        untold=_is_squeezed(found),
        relief=_relief(found),
    )


def _struck(found: Properties, style: RunFormat) -> bool | None:
    once = _switch(found, C_STRUCK, style.struck)
    twice = _switch(found, C_DOUBLE_STRUCK, style.struck)
    if once is None and twice is None:
        return None
    return bool(once) or bool(twice)


def _switch(found: Properties, code: int, style: bool | None) -> bool | None:
    if code not in found:
        return None
    value = _number(found[code][:1])
    if value == _AS_STYLE:
        return style
    if value == _NOT_AS_STYLE:
        return not style
    return value != 0


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _signed(found: Properties, code: int) -> float | None:
    if code not in found:
        return None
    return int.from_bytes(found[code][:2], "little", signed=True) / _HALF_POINTS


def _half_points(found: Properties, code: int) -> float | None:
    if code not in found:
        return None
    return _number(found[code][:2]) / _HALF_POINTS


def _relief(found: Properties) -> bool | None:
    embossed = _switch(found, C_EMBOSSED, None)
    engraved = _switch(found, C_ENGRAVED, None)
    return embossed or engraved


def _is_squeezed(found: Properties) -> bool | None:
    """Whether the digits of a run may lie over or under one another."""
    if _number(found.get(C_EAST_ASIAN, b"")[:2]) & _TWO_IN_ONE:
        return True
    if C_SPACING not in found:
        return None
    twips = int.from_bytes(found[C_SPACING][:2], "little", signed=True)
    return twips <= -OVERLAPPING_POINTS * TWIPS


def _font(found: Properties, fonts: list[str]) -> str | None:
    if C_FONT not in found:
        return None
    number = _number(found[C_FONT][:2])
    if number < len(fonts):
        return fonts[number]
    return ""


def _ink(found: Properties) -> Ink | None:
    if C_COLOUR in found:
        return _colour(found[C_COLOUR])
    if C_COLOUR_INDEX in found:
        return _indexed(_number(found[C_COLOUR_INDEX][:1]))
    return None


def _ground(found: Properties) -> Ink | None:
    if found.get(C_HIGHLIGHT, b"\0")[:1] != b"\0":
        return _indexed(_number(found[C_HIGHLIGHT][:1]))
    if C_SHADE in found:
        return shade(found[C_SHADE])
    if C_SHADE_80 in found:
        return shade_80(_number(found[C_SHADE_80][:2]))
    return None


def _indexed(number: int) -> Ink | None:
    if number < len(_COLOURS):
        return _COLOURS[number]
    return None


def _colour(data: bytes) -> Ink | None:
    """A COLORREF: red, green, blue, and 0xFF for the program's own choice."""
    if len(data) < 4 or data[3] == 0xFF:
        return AUTO
    return data[0], data[1], data[2]


def shade(data: bytes) -> Ink | None:
    """The colour that a SHD fills with."""
    if len(data) < 10:
        return None
    front, behind = _colour(data[0:4]), _colour(data[4:8])
    if _number(data[8:10]) == _SOLID:
        return mixed(front, behind, 1.0)
    return behind


def shade_80(number: int) -> Ink | None:
    """The colour that a SHD80 fills with."""
    front, behind = _indexed(number & 0x1F), _indexed(number >> 5 & 0x1F)
    if number >> 10 == _SOLID:
        return mixed(front, behind, 1.0)
    return behind


@dataclass
class _Style:
    kind: int = 0
    base: int = _NO_STYLE
    name: str = ""
    paragraph: Properties = field(default_factory=dict)
    run: Properties = field(default_factory=dict)


class Styles:
    """The styles of an STSH by their index; a file holds eighty and uses five, so each
    is read when it is asked for."""

    def __init__(self, stsh: bytes, fonts: list[str]) -> None:
        self._base_size: int = (
            struct.unpack_from("<H", stsh, 4)[0] if stsh else 0
        )
        if stsh:
            self._raw = list(_descriptions(stsh))
        else:
            self._raw = []
        self._fonts = fonts
        self._read: dict[int, _Style] = {}
        self._paragraphs: dict[int, Properties] = {}
        self._runs: dict[int, RunFormat] = {}

    def paragraph(self, index: int) -> Properties:
        """What a paragraph style and those that it is based on say; not to be changed."""
        found = self._paragraphs.get(index)
        if found is None:
            found = {}
            for style in self._line_of(index):
                found = {**style.paragraph, **found}
            self._paragraphs[index] = found
        return found

    def run(self, index: int) -> RunFormat:
        """What a style and those that it is based on say of its characters."""
        found = self._runs.get(index)
        if found is None:
            found = NOTHING_SAID
            for style in reversed(list(self._line_of(index))):
                found = run_format(style.run, found, self._fonts).over(found)
                if style.kind == _CHARACTER and is_prompt_style(style.name):
                    found = replace(found, prompt=True)
            self._runs[index] = found
        return found

    def _line_of(self, index: int) -> Iterator[_Style]:
        """A style and those that it is based on, from the top."""
        for _ in range(_MOST_BASES):
            if not 0 <= index < len(self._raw):
                return
            style = self._read.get(index)
            if style is None:
                style = self._read[index] = _style(
                    self._raw[index], self._base_size
                )
            yield style
            index = style.base


def _descriptions(stsh: bytes) -> Iterator[bytes]:
    at = 2 + struct.unpack_from("<H", stsh)[0]
    while at + 2 <= len(stsh):
        size = struct.unpack_from("<H", stsh, at)[0]
        yield stsh[at + 2 : at + 2 + size]
        at += 2 + size + (size & 1)


def _style(std: bytes, base_size: int) -> _Style:
    """A STD: its name, then the properties of the paragraph and of its characters."""
    if len(std) < base_size + 2:
        return _Style()
    kind_and_base = struct.unpack_from("<H", std, 2)[0]
    kind = kind_and_base & 0xF
    if kind not in (_PARAGRAPH, _CHARACTER):
        return _Style()
    length = struct.unpack_from("<H", std, base_size)[0]
    name_at = base_size + 2
    at = name_at + 2 * length + 2
    name = std[name_at : name_at + 2 * length].decode("utf-16-le", "replace")
    found = _Style(kind, kind_and_base >> 4, name)
    if kind == _PARAGRAPH:
        part, at = _part(std, at)
        # Behind the style's own number
        found.paragraph = properties(part[2:])
    part, at = _part(std, at)
    found.run = properties(part)
    return found


def _part(std: bytes, at: int) -> tuple[bytes, int]:
    """The properties that stand at a place, by their length, and where the next begin."""
    if at + 2 > len(std):
        return b"", at
    size = struct.unpack_from("<H", std, at)[0]
    first = at + 2
    end = first + size
    # What follows begins at an even place
    padding = size & 1
    return std[first:end], end + padding


def font_names(table: bytes) -> list[str]:
    """The names of an SttbfFfn, in the order of their numbers."""
    if len(table) < 4:
        return []
    count = struct.unpack_from("<H", table)[0]
    names = []
    at = 4
    for _ in range(count):
        if at >= len(table):
            break
        size = table[at] + 1
        text = table[at + 40 : at + size].decode("utf-16-le", "replace")
        names.append(text.split("\0")[0])
        at += size
    return names
