"""Packages put together from members that were compressed before: what is the same in
hundreds of forms is compressed once for all of them.

The bytes are those of `package.packed`, which the tests hold it to. Trusts its caller
that no package comes to 4 GB. Never opens a package that came from elsewhere.
"""

import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pipeline.model.values.frozen import frozen
from pipeline.writing.docx.package import packed

# Where in a line of a ZIP's directory the member's offset stands, and the record that
# ends the file (APPNOTE 4.3.12, 4.3.16)
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
    whole = packed([(name, content)], at)
    # No comment follows: the last record has one length
    start = len(whole) - _END.size
    *_, size, offset, _ = _END.unpack_from(whole, start)
    return PackedMember(whole[:offset], whole[offset : offset + size])


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
