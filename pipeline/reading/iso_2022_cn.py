"""ISO-2022-CN (RFC 1922) -> text: Chinese in seven bits, which Python has no codec for.

For: charsets.py. Trusts: nothing but the bytes. Never: raises. Reads GB 2312, in which
the mainland writes; of CNS 11643, Taiwan's set, each character is a U+FFFD, since no
table of it is at hand.
"""

import re

# What names the set that the shifted octets belong to; they hold until the line's end
_NAMED = rb"\x1b\$\)[AEG]|\x1b\$[*+][HIJKLM]"
_DESIGNATION = re.compile(_NAMED)
_PIECE = re.compile(
    rb"(?P<named>" + _NAMED + rb")"
    rb"|(?P<shift>[\x0e\x0f])"
    rb"|(?P<single>\x1b[NO]..)"
    rb"|(?P<octets>[^\x0e\x0f\x1b]+|\x1b)",
    re.DOTALL,
)
_SHIFT_OUT = b"\x0e"
_GB = b"\x1b$)A"
# Seven bits as the eight of GB 2312
_HIGH = bytes([*range(128, 256), *range(128, 256)])


def is_iso_2022_cn(raw: bytes) -> bool:
    """Whether `raw` itself says that it is written so."""
    return _SHIFT_OUT in raw and _DESIGNATION.search(raw) is not None


def decode_iso_2022_cn(raw: bytes) -> str:
    """The text; U+FFFD for what is broken."""
    found = []
    for line in raw.splitlines(keepends=True):
        found.append(_line(line))
    return "".join(found)


def _line(line: bytes) -> str:
    """One line, at whose end both the set and the shift are forgotten."""
    named = b""
    shifted = False
    text = ""
    for piece in _PIECE.finditer(line):
        if piece["named"]:
            named = piece[0]
        elif piece["shift"]:
            shifted = piece[0] == _SHIFT_OUT
        elif piece["single"]:
            text += "\ufffd"
        elif shifted:
            text += _shifted(piece[0], named)
        else:
            text += piece[0].decode("ascii", "replace")
    return text


def _shifted(octets: bytes, named: bytes) -> str:
    end = len(octets.rstrip(b"\r\n"))
    rest = octets[end:].decode("ascii")
    if named != _GB:
        return "\ufffd" * ((end + 1) // 2) + rest
    return octets[:end].translate(_HIGH).decode("gb2312", "replace") + rest
