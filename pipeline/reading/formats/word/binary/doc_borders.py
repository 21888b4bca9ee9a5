"""The lines from corner to corner of cells in binary Word files: what stands in such a cell
is crossed out, or said not to apply.

Beside doc.py. Pure; an operand that is cut off says nothing.
"""

from collections.abc import Iterator

# Of a TableBrcOperand (MS-DOC 2.9.316): first cell, the one behind the last, sides, border
_SIZE = 11
_SIDES_AT, _KIND_AT = 2, 8
_DIAGONALS = 0x30
_NO_LINES = (0, 0xFF)


def crossed_cells(operands: bytes) -> Iterator[int]:
    """The places in their row of cells that get a diagonal line; `operands`: those of
    all modifiers of a row's borders, one behind the other."""
    for at in range(0, len(operands) - _SIZE + 1, _SIZE):
        first, behind = operands[at], operands[at + 1]
        crossed = operands[at + _SIDES_AT] & _DIAGONALS
        if crossed and operands[at + _KIND_AT] not in _NO_LINES:
            yield from range(first, behind)
