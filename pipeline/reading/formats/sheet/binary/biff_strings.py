"""The strings of BIFF8 with their runs: those of one record, and the shared table that
runs on over CONTINUE records.

Beside biff (MS-XLS 2.5.268, 2.5.293, 2.4.265). Trusts no length: what points astray ends
as struct.error or IndexError.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

# Flags of a string
_WIDE, _EXTRA, _RICH = 1, 4, 8
_HEAD = struct.Struct("<HB")
_RUN = struct.Struct("<HH")
# Bytes of an SST record before its first string
_TABLE_HEAD = 8


class Text(NamedTuple):
    """A text and its runs: where each begins, and its font's index."""

    text: str
    runs: tuple[tuple[int, int], ...] = ()


def text_of_record(data: bytes, at: int) -> str:
    """A string of one record: length, flag, characters."""
    return _text_at(data, at)[0]


def short_text_of_record(data: bytes, at: int) -> str:
    """A string with a length of one byte, such as a font's name."""
    length = data[at]
    flags = data[at + 1]
    end = at + 2 + _size(length, flags)
    return characters(data[at + 2 : end], flags)


def rich_text_of_record(data: bytes, at: int) -> Text:
    """The string of an RSTRING, whose runs follow it."""
    text, end = _text_at(data, at)
    count = struct.unpack_from("<H", data, end)[0]
    return Text(text, _runs(data[end + 2 :], count))


def _text_at(data: bytes, at: int) -> tuple[str, int]:
    length, flags = _HEAD.unpack_from(data, at)
    at += 3
    if flags & _RICH:
        at += 2
    if flags & _EXTRA:
        at += 4
    end = at + _size(length, flags)
    return characters(data[at:end], flags), end


def _size(length: int, flags: int) -> int:
    """The bytes of so many characters."""
    if flags & _WIDE:
        return 2 * length
    return length


def characters(raw: bytes, flags: int) -> str:
    """One byte a character is the lower half of UTF-16, whatever the code page says."""
    if flags & _WIDE:
        return raw.decode("utf-16-le", "replace")
    return raw.decode("latin-1")


def _runs(data: bytes, count: int) -> tuple[tuple[int, int], ...]:
    whole = min(count, len(data) // _RUN.size)
    return tuple(_RUN.iter_unpack(data[: whole * _RUN.size]))


class SharedStrings:
    """The shared strings, from the contents of an SST record and its CONTINUE records:
    inside of a string each begins with a flag of its own."""

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = chunks
        self._chunk = 0
        self._at = _TABLE_HEAD

    def read(self) -> Iterator[Text]:
        count = struct.unpack_from("<L", self._chunks[0], 4)[0]
        for _ in range(count):
            # Some programs count more strings than they write.
            in_last = self._chunk >= len(self._chunks) - 1
            if in_last and self._at >= len(self._chunks[-1]):
                return
            yield self._string()

    def _string(self) -> Text:
        """The next one: mostly plain and whole in its record, which is read at once."""
        chunk = self._chunks[self._chunk]
        at = self._at
        if at + 3 <= len(chunk):
            length, flags = _HEAD.unpack_from(chunk, at)
            end = at + 3 + _size(length, flags)
            is_plain = not flags & (_RICH | _EXTRA)
            if is_plain and end <= len(chunk):
                self._at = end
                return Text(characters(chunk[at + 3 : end], flags))
        return self._string_in_parts()

    def _string_in_parts(self) -> Text:
        """One with runs, with what tells its reading aloud (phonetic), or cut by the
        end of a record."""
        length, flags = _HEAD.unpack(self._take(3))
        runs = 0
        extra = 0
        if flags & _RICH:
            runs = struct.unpack("<H", self._take(2))[0]
        if flags & _EXTRA:
            extra = struct.unpack("<L", self._take(4))[0]
        text = self._characters(length, flags & _WIDE)
        fonts = self._take(runs * _RUN.size)
        self._take(extra)
        return Text(text, _runs(fonts, runs))

    def _take(self, size: int) -> bytes:
        """So many bytes, over as many records as they lie in."""
        taken = b""
        while True:
            rest = size - len(taken)
            part = self._chunks[self._chunk][self._at : self._at + rest]
            taken += part
            self._at += len(part)
            if len(taken) == size:
                return taken
            self._chunk += 1
            self._at = 0

    def _characters(self, length: int, wide: int) -> str:
        """A string's characters. Where a record ends within them the next one says again
        how wide the rest is."""
        parts: list[str] = []
        while length:
            chunk = self._chunks[self._chunk]
            if self._at >= len(chunk):
                self._chunk += 1
                chunk = self._chunks[self._chunk]
                self._at = 1
                wide = chunk[0] & _WIDE
            room = len(chunk) - self._at
            count = min(length, room >> wide)
            if count == 0:
                raise IndexError("string runs out")
            raw = self._take(_size(count, wide))
            parts.append(characters(raw, wide))
            length -= count
        return "".join(parts)
