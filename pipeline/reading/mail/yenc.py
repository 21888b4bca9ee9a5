"""yEnc undone: files that stand in a text as octets moved by 42 (yenc.org, 1.3).

For: transfer_encoding.py, beside uuencode. Trusts
nothing: a block whose end is missing is read as far as it goes. Never raises.
"""

import re

_BLOCK = re.compile(
    rb"(?m)^=ybegin (?P<words>[^\r\n]*?)name=(?P<name>[^\r\n]{1,250})\r?\n"
    rb"(?:=ypart [^\r\n]*\r?\n)?"
    rb"(?P<code>.*?)(?:^=yend[^\r\n]*(?:\r?\n|\Z)|\Z)",
    re.DOTALL,
)
_ESCAPED = re.compile(rb"=(.)", re.DOTALL)
# Each octet as it was before 42 was added
_PLAIN = bytes([*range(214, 256), *range(214)])
# Files in one text
_MOST = 64


def split_yencoded(data: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The text around files in yEnc, and (raw name, bytes) of the files in it."""
    if b"=ybegin " not in data:
        return data, []
    files = []
    for block in _BLOCK.finditer(data):
        name = block["name"].strip(b' "')
        files.append((name, _content(block["code"])))
        if len(files) == _MOST:
            break
    return _BLOCK.sub(b"", data, count=_MOST), files


def _content(code: bytes) -> bytes:
    joined = code.replace(b"\r", b"").replace(b"\n", b"")
    plain = _ESCAPED.sub(_unescaped, joined)
    return plain.translate(_PLAIN)


def _unescaped(found: re.Match[bytes]) -> bytes:
    octet = found[1][0]
    return bytes([(octet - 64) % 256])
