"""The legacy form controls of binary Word files: FFData of MS-DOC (2.9.78).

Beside doc.py. Trusts no length: what points astray ends as struct.error.
"""

import struct

from pipeline.reading.formats.word import fields

# Version; bits; length, size of the control
_HEADER = struct.Struct("<LHHH")
_TEXT, _BOX, _LIST = 0, 1, 2
# The result of a control that nobody touched: its default holds
_NO_RESULT = 25
# Format, help, status, and two macros
_STRINGS = 5
# Of a drop-down list; Word itself allows 25
_MOST_ENTRIES = 200


def shown_by(data: bytes, at: int) -> str:
    """What a drop-down or a tick box shows whose picture header stands at `at`."""
    header = struct.unpack_from("<H", data, at + 4)[0]
    at += header
    _, bits, _, _ = _HEADER.unpack_from(data, at)
    kind = bits & 3
    result = bits >> 2 & 31
    at = _behind_string(data, at + _HEADER.size)
    if kind == _TEXT:
        return ""
    default = struct.unpack_from("<H", data, at)[0]
    if result == _NO_RESULT:
        chosen = None
    else:
        chosen = result
    if kind == _BOX:
        if default if chosen is None else chosen:
            return "☑"
        return "□"
    at += 2
    for _ in range(_STRINGS):
        at = _behind_string(data, at)
    return fields.chosen(_entries(data, at), chosen, default)


def _behind_string(data: bytes, at: int) -> int:
    """Where a string ends that says its length and is closed by a zero."""
    (characters,) = struct.unpack_from("<H", data, at)
    # The count before them, and the zero behind
    return int(at + 2 + 2 * characters + 2)


def _entries(data: bytes, at: int) -> list[str]:
    """The choices: an STTB of two-byte characters."""
    _, count, extra = struct.unpack_from("<HHH", data, at)
    at += 6
    found = []
    for _ in range(min(count, _MOST_ENTRIES)):
        length = struct.unpack_from("<H", data, at)[0]
        found.append(
            data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
        )
        at += 2 + 2 * length + extra
    return found
