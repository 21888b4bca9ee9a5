"""Values that .xls and .xlsb pack alike: RK numbers and the codes of errors.

Pure (MS-XLS 2.5.217, MS-XLSB 2.5.122).
"""

import struct

ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
    43: "#GETTING_DATA",
}
# Flags in the two lowest bits
_WHOLE, _HUNDREDTHS = 2, 1


def number_of_rk(raw: int) -> float:
    """The number of a 32-bit RK value."""
    if raw & _WHOLE:
        value = float((raw ^ 0x80000000) - 0x80000000 >> 2)
    else:
        value = struct.unpack(
            "<d", struct.pack("<Q", (raw & 0xFFFFFFFC) << 32)
        )[0]
    if raw & _HUNDREDTHS:
        return value / 100
    return value
