"""Which pictures of a mail are no scans: logos, icons, counting pixels.

For: bodies.py. Goes by the size that the picture itself states. Trusts: nothing; a
picture whose size cannot be told is kept. Never: opens a picture.
"""

import struct

# A form that is read by a person or by recognition needs about 80 dots an inch: an A5
# sheet of that has some 460 by 660. What is smaller shows no figure to anybody.
# Dots
_LEAST_LONG_SIDE = 500
# Dots
_LEAST_SHORT_SIDE = 240
# JPEG's start of frame
_FRAMES = frozenset(range(0xC0, 0xD0)) - {
    0xC4,
    0xC8,
    0xCC,
}


def is_decoration(content: bytes) -> bool:
    """Whether these are the bytes of a picture too small to be a scan of a form."""
    size = _size(content)
    if size is None:
        return False
    return max(size) < _LEAST_LONG_SIDE or min(size) < _LEAST_SHORT_SIDE


def _size(content: bytes) -> tuple[int, int] | None:
    """Width and height in dots; None for what is no picture, or does not say."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith((b"GIF87a", b"GIF89a")) and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content.startswith(b"BM") and len(content) >= 26:
        width, height = struct.unpack("<ii", content[18:26])
        return abs(width), abs(height)
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """From the start of frame; the segments before it are skipped by their length."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        # Padding
        if marker == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        at += 2 + length
    return None
