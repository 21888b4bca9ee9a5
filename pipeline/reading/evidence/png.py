"""PNG by hand: a few lines over zlib, so that pictures of places need no imaging library."""

import struct
import zlib
from dataclasses import dataclass

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
Colour = tuple[int, int, int]
RED: Colour = (220, 40, 40)


@dataclass
class Canvas:
    """An RGB picture, row by row, three bytes a pixel."""

    width: int
    height: int
    pixels: bytearray

    def frame(
        self,
        left: int,
        top: int,
        right: int,
        bottom: int,
        colour: Colour = RED,
        thick: int = 3,
    ) -> None:
        """Draw the outline of a rectangle; what lies outside the picture is left out."""
        for inset in range(thick):
            self._across(top + inset, left, right, colour)
            self._across(bottom - inset, left, right, colour)
            self._down(left + inset, top, bottom, colour)
            self._down(right - inset, top, bottom, colour)

    def _across(self, y: int, left: int, right: int, colour: Colour) -> None:
        first = max(left, 0)
        last = min(right, self.width - 1)
        if 0 <= y < self.height and first <= last:
            start = 3 * (y * self.width + first)
            self.pixels[start : start + 3 * (last - first + 1)] = bytes(
                colour
            ) * (last - first + 1)

    def _down(self, x: int, top: int, bottom: int, colour: Colour) -> None:
        if 0 <= x < self.width:
            for y in range(max(top, 0), min(bottom, self.height - 1) + 1):
                start = 3 * (y * self.width + x)
                self.pixels[start : start + 3] = bytes(colour)

    def png(self) -> bytes:
        """The picture as a PNG file."""
        stride = 3 * self.width
        rows = b"".join(
            b"\0" + self.pixels[y * stride : (y + 1) * stride]
            for y in range(self.height)
        )
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        return (
            _SIGNATURE
            + _chunk(b"IHDR", header)
            + _chunk(b"IDAT", zlib.compress(rows, 6))
            + _chunk(b"IEND", b"")
        )


def from_buffer(
    buffer: bytes, width: int, height: int, stride: int, channels: int
) -> Canvas:
    """A canvas from rows of red, green, blue (and a fourth byte that is dropped), each
    `stride` bytes apart."""
    rows = []
    for y in range(height):
        first = y * stride
        rows.append(buffer[first : first + channels * width])
    pixels = bytearray(3 * width * height)
    whole = b"".join(rows)
    for colour in range(3):
        pixels[colour::3] = whole[colour if channels >= 3 else 0 :: channels]
    return Canvas(width, height, pixels)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return (
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(kind + data))
    )
