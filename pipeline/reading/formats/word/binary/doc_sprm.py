"""The property modifiers (sprm) of binary Word files: the few that change what a page
shows, by their codes.

Beside docfile.py. Pure; a grpprl that is cut off gives what it holds so far.
"""

C_DELETED, C_HIDDEN, C_STRUCK, C_DOUBLE_STRUCK = 0x0800, 0x083C, 0x0837, 0x2A53
C_STYLE, C_SYMBOL, C_FONT, C_DATA_AT = 0x4A30, 0x6A09, 0x4A4F, 0x6A03
C_SIZE, C_SHIFT, C_RAISED, C_SCALE, C_SPACING = (
    0x4A43,
    0x4845,
    0x2A48,
    0x4852,
    0x8840,
)
C_COLOUR, C_COLOUR_INDEX, C_HIGHLIGHT = 0x6870, 0x2A42, 0x2A0C
C_SHADE, C_SHADE_80, C_TURNED = 0xCA71, 0x4866, 0x085A
C_EMBOSSED, C_ENGRAVED = 0x0858, 0x0854
# Layouts of East Asian text (双行合一, 合并字符)
C_EAST_ASIAN = 0xCA78
P_IN_TABLE, P_ROW_END, P_DEPTH, P_INNER_CELL, P_INNER_ROW_END = (
    0x2416,
    0x2417,
    0x6649,
    0x244B,
    0x244C,
)
P_LIST, P_LEVEL, P_HUGE = 0x460B, 0x260A, 0x6646
P_SHADE, P_LINE_HEIGHT = 0xC64D, 0x6412
T_DEFINITION, T_VERTICAL = 0xD608, 0xD62B
T_SHADES, T_SHADES_80, T_ROW_HEIGHT = 0xD612, 0xD609, 0x9407
T_BORDER = 0xD62F
# Told of some cells of a row; a row may hold several
_TOLD_OF_CELLS = (T_VERTICAL, T_BORDER)
# Prm0 (MS-DOC 2.9.215): the properties that a piece may carry in seven bits
SHORT_CODES = {
    0x41: C_DELETED,
    0x57: C_STRUCK,
    0x5C: C_HIDDEN,
    0x68: C_RAISED,
    0x73: C_DOUBLE_STRUCK,
}
_OPERAND_SIZE = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}

Properties = dict[int, bytes]


def properties(grpprl: bytes) -> Properties:
    """The modifiers of a grpprl by their code; the last of a code wins, but for those
    that are told of single cells, whose operands follow one another."""
    found: Properties = {}
    at = 0
    while at + 2 <= len(grpprl):
        code = int.from_bytes(grpprl[at : at + 2], "little")
        at += 2
        size = _OPERAND_SIZE.get(code >> 13)
        if size is None:
            if code == T_DEFINITION:
                size = int.from_bytes(grpprl[at : at + 2], "little") - 1
                at += 2
            else:
                if at < len(grpprl):
                    size = grpprl[at]
                else:
                    size = 0
                at += 1
        operand = grpprl[at : at + size]
        at += size
        if code in _TOLD_OF_CELLS:
            found.setdefault(code, b"")
            found[code] += operand
        else:
            found[code] = operand
    return found
