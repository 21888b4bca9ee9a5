"""The colours that workbooks name by number: the indexed palette and a theme's tints.

Pure. The same for .xls (ICV), .xlsx (CT_Color) and .xlsb (BrtColor). A number outside of
the palette, or the system's own ink, is None: readable.
"""

from pipeline.reading.formats.seen import BLACK, WHITE, Colour

# ECMA-376 18.8.27: the default palette; 0-7 repeat as 8-15
_PALETTE = """
000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF
800000 008000 000080 808000 800080 008080 C0C0C0 808080
9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF
000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF
00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99
3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696
003366 339966 003300 333300 993300 993366 333399 333333
"""
# Indexes 8 and up go on where 0-7 began again
REPEATED = 8
_SYSTEM_INK, _SYSTEM_GROUND = 64, 65
# A channel's largest value
_FULL = 255


def from_hex(text: str) -> Colour | None:
    """RRGGBB or AARRGGBB, None for anything else."""
    digits = text.lstrip("#")[-6:]
    try:
        value = int(digits, 16)
    except ValueError:
        return None
    if len(digits) != 6:
        return None
    return value >> 16, value >> 8 & _FULL, value & _FULL


_COLOURS = tuple(map(from_hex, _PALETTE.split()))


def indexed(index: int, own: tuple[Colour, ...] = ()) -> Colour | None:
    """The colour of an index; `own` is the palette that the workbook brings, from 8 on."""
    if index == _SYSTEM_INK:
        return None
    if index == _SYSTEM_GROUND:
        return WHITE
    place = index
    if index >= REPEATED:
        place = index - REPEATED
        if place < len(own):
            return own[place]
    if 0 <= place < len(_COLOURS):
        return _COLOURS[place]
    return None


def filled(own: Colour | None) -> Colour:
    """The colour of a solid fill: without one of its own it is painted in the system's
    ink."""
    return own or BLACK


def tinted(colour: Colour, tint: float) -> Colour:
    """Lighter for a positive tint, darker for a negative one (ECMA-376 18.8.19, by
    channel: near enough to tell white from grey)."""
    shade = []
    for channel in colour:
        shade.append(_tinted_channel(channel, tint))
    return shade[0], shade[1], shade[2]


def _tinted_channel(channel: int, tint: float) -> int:
    shifted = channel * (1 + tint)
    if tint > 0:
        shifted = channel + (_FULL - channel) * tint
    return max(0, min(_FULL, round(shifted)))
