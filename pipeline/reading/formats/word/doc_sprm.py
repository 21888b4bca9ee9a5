"""The property modifiers (sprm) of binary Word files: the few that change what a page
shows, by their codes.

Beside docfile.py. Pure; a grpprl that is cut off gives what it holds so far.
"""

C_DELETED, C_HIDDEN, C_STRUCK = 0x0800, 0x083C, 0x0837
P_IN_TABLE, P_ROW_END, P_DEPTH, P_INNER_CELL, P_INNER_ROW_END = (
    0x2416,
    0x2417,
    0x6649,
    0x244B,
    0x244C,
)
P_LIST, P_LEVEL, P_HUGE = 0x460B, 0x260A, 0x6646
T_DEFINITION, T_VERTICAL = 0xD608, 0xD62B
_OPERAND_SIZE = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}

Properties = dict[int, bytes]


def properties(grpprl: bytes) -> Properties:
    """The modifiers of a grpprl by their code; the last of a code wins."""
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
        found[code] = grpprl[at : at + size]
        at += size
    return found
