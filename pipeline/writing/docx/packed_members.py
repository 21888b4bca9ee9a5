"""Packages put together from members that were compressed before: what is the same in
hundreds of forms is compressed once for all of them.

The bytes are those of `package.packed`, which the tests hold it to. Trusts its caller
that no package comes to 4 GB. Never opens a package that came from elsewhere.
"""

import struct
import zlib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from pipeline.model.values.frozen import frozen
from pipeline.writing.docx.package import packed

# Where a member's CRC-32 and its two sizes stand in its own head, and in its line of the
# directory; where its offset stands in that line; and the record that ends the file
# (APPNOTE 4.3.7, 4.3.12, 4.3.16)
_SIZES: Final = struct.Struct("<LLL")
_SIZES_IN_HEAD: Final = 14
_SIZES_IN_ENTRY: Final = 16
_PLACE: Final = 42
_END: Final = struct.Struct("<4s4xHHLLH")
_END_SIGNATURE: Final = b"PK\5\6"


@frozen
class PackedMember:
    """One member as it stands in a package, compressed, and its line in the directory
    at the end, without where it stands."""

    local: bytes
    entry: bytes


def packed_alone(name: str, content: bytes, at: datetime) -> PackedMember:
    """For `assembled`: a member that goes into many packages is compressed once."""
    empty = _empty(name, at)
    local = bytearray(empty.local)
    entry = bytearray(empty.entry)
    compressed = zlib.compress(
        content,
        wbits=-zlib.MAX_WBITS,
    )
    sizes = (
        zlib.crc32(content),
        len(compressed),
        len(content),
    )
    _SIZES.pack_into(local, _SIZES_IN_HEAD, *sizes)
    _SIZES.pack_into(entry, _SIZES_IN_ENTRY, *sizes)
    local += compressed
    return PackedMember(bytes(local), bytes(entry))


# The members of a form, and of a config that was changed
@lru_cache(maxsize=64)
def _empty(name: str, at: datetime) -> PackedMember:
    """The member's head and line, from a package of it without content: `zipfile` takes
    as long for them as for compressing."""
    whole = packed([(name, b"")], at)
    # No comment follows: the last record has one length
    start = len(whole) - _END.size
    *_, size, offset, _ = _END.unpack_from(whole, start)
    entry = whole[offset : offset + size]
    _, compressed, _ = _SIZES.unpack_from(entry, _SIZES_IN_ENTRY)
    local = whole[: offset - compressed]
    return PackedMember(local, entry)


def assembled(members: Sequence[PackedMember]) -> bytes:
    """The bytes that `packed` makes of the same members in this order."""
    parts = []
    entries = []
    offset = 0
    for member in members:
        parts.append(member.local)
        place = offset.to_bytes(4, "little")
        head, tail = member.entry[:_PLACE], member.entry[_PLACE + 4 :]
        entries.append(head + place + tail)
        offset += len(member.local)
    directory = b"".join(entries)
    number = len(members)
    end = _END.pack(
        _END_SIGNATURE,
        number,
        number,
        len(directory),
        offset,
        0,
    )
    return b"".join([*parts, directory, end])
