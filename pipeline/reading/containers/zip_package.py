"""A zip in memory: its names as their writer meant them, its members inflated under a count of bytes.

An own reading of the central directory, because zipfile believes the sizes that it
declares, and takes longer to open an office file than the rest of the reading does.
Trusts no size: what comes out of the inflater is counted. Never writes, never joins a
member's name to a path.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.limits import UnreadableError

# Bytes of one XML member; a form has some 50 KB, and a tree takes ten times
# its text
MEMBER_LIMIT = 24 << 20
# An office file has some dozens
MEMBERS_LIMIT = 5_000
# Times its packed size: text of an office file packs to a twentieth at most
BOMB_RATIO = 100

# The record at the end of the directory, and how far from the file's end it may begin:
# its own 22 bytes and a comment of 65,535 (APPNOTE.TXT 4.3.16)
_END = b"PK\x05\x06"
_END_WITHIN = 65_557
_ENTRY_MARK = b"PK\x01\x02"
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x1, 0x800
_UNICODE_PATH = 0x7075
_ZIP64 = 0x0001
_FULL = 0xFFFFFFFF


class Member(NamedTuple):
    """An entry of the central directory; `size` is what it claims to hold inflated."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    is_folder: bool

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & _ENCRYPTED)


class Package:
    """The members of a zip by name. Raises UnreadableError(CORRUPT) where there is no
    readable directory."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            found = list(_directory(content))
        except (struct.error, IndexError, UnicodeError) as error:
            raise UnreadableError(
                TroubleCode.CORRUPT, f"zip directory: {error}"
            ) from error
        self.members: dict[str, Member] = {}
        # names of parts are equal without regard to case (ECMA-376 part 2, 6.3.5)
        self._folded: dict[str, str] = {}
        # whether two different members have one name: programs differ in which they take
        self.doubled = False
        contents: dict[str, int] = {}
        for member in found:
            folded = member.name.lower()
            if contents.setdefault(folded, member.crc) != member.crc:
                self.doubled = True
            self.members[member.name] = member
            self._folded[folded] = member.name

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._folded

    def get(self, name: str) -> bytes:
        """The bytes of a member, b"" where it is absent."""
        if name in self:
            return self.read(name)
        return b""

    def read(self, name: str, limit: int = MEMBER_LIMIT) -> bytes:
        """The bytes of a member. Raises UnreadableError: absent or damaged CORRUPT,
        locked ENCRYPTED, packed by a rare method UNSUPPORTED, over `limit` BOMB or
        TOO_BIG."""
        member = self.members.get(name)
        if member is None:
            member = self.members.get(self._folded.get(name.lower(), ""))
        if member is None:
            raise UnreadableError(TroubleCode.CORRUPT, f"no member {name}")
        if member.encrypted:
            raise UnreadableError(TroubleCode.ENCRYPTED, name)
        if member.method not in (_STORED, _DEFLATED):
            raise UnreadableError(
                TroubleCode.UNSUPPORTED, f"{name}: method {member.method}"
            )
        return self._inflate(member, limit)

    def _inflate(self, member: Member, limit: int) -> bytes:
        start = self._start(member)
        packed = memoryview(self._content)[start : start + member.packed]
        if len(packed) < member.packed:
            raise UnreadableError(
                TroubleCode.CORRUPT, f"{member.name}: cut off"
            )
        # One byte over the limit is enough to know that it is over it.
        if member.method == _STORED:
            data = bytes(packed[: limit + 1])
            whole = True
        else:
            data, whole = _inflated(packed, limit + 1, member.name)
        if len(data) > limit:
            raise UnreadableError(
                _too_much(member, len(data)),
                f"{member.name}: over {limit} bytes",
            )
        if not whole or zlib.crc32(data) != member.crc:
            raise UnreadableError(
                TroubleCode.CORRUPT, f"{member.name}: damaged"
            )
        return data

    def _start(self, member: Member) -> int:
        """Where the member's bytes begin: behind its local header, whose name and extra
        field have lengths of their own."""
        header = self._content[member.offset : member.offset + _LOCAL.size]
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise UnreadableError(
                TroubleCode.CORRUPT, f"{member.name}: no local header"
            )
        name_length, extra_length = _LOCAL.unpack(header)[9:11]
        return int(member.offset + _LOCAL.size + name_length + extra_length)


def _inflated(packed: memoryview, limit: int, name: str) -> tuple[bytes, bool]:
    """At most `limit` bytes of it, and whether that is all."""
    # Negative: a zip's streams have no header of zlib's own
    inflater = zlib.decompressobj(-15)
    try:
        data = inflater.decompress(packed, limit)
    except zlib.error as error:
        raise UnreadableError(
            TroubleCode.CORRUPT, f"{name}: {error}"
        ) from error
    return data, inflater.eof


def _too_much(member: Member, inflated: int) -> TroubleCode:
    """A bomb is denser than any document, or holds more than it says; anything else is
    merely too big."""
    lies = member.size < inflated
    dense = max(member.size, inflated) > BOMB_RATIO * max(member.packed, 1)
    if lies or dense:
        return TroubleCode.BOMB
    return TroubleCode.TOO_BIG


def _directory(content: bytes) -> Iterator[Member]:
    """The entries of the central directory, found from the end of the file; bytes put
    before the zip shift it."""
    end = content.rfind(_END, max(0, len(content) - _END_WITHIN))
    if end < 0:
        raise UnreadableError(
            TroubleCode.CORRUPT, "no end of central directory"
        )
    size, offset = struct.unpack_from("<2L", content, end + 12)
    shift = 0
    if size == _FULL:
        # Zip64 tells the place elsewhere; the first entry is found by its mark.
        at = content.find(_ENTRY_MARK)
    else:
        at = content.find(_ENTRY_MARK, max(0, end - size), end)
        if at >= 0:
            shift = at - offset
    for count in range(MEMBERS_LIMIT + 1):
        if at < 0 or content[at : at + 4] != _ENTRY_MARK:
            return
        if count == MEMBERS_LIMIT:
            raise UnreadableError(
                TroubleCode.BOMB, f"over {MEMBERS_LIMIT} members"
            )
        member, length = _member(content, at, shift)
        at += length
        yield member


def _member(content: bytes, at: int, shift: int) -> tuple[Member, int]:
    """The entry at a place, and how long it is (APPNOTE.TXT 4.3.12)."""
    entry = _ENTRY.unpack_from(content, at)
    _, _, _, flags, method, _, _, crc, packed, size, *rest = entry
    name_length, extra_length, comment_length, _, _, _, offset = rest
    name_at = at + _ENTRY.size
    extra_at = name_at + name_length
    raw = content[name_at:extra_at]
    extra = content[extra_at : extra_at + extra_length]
    if _FULL in (packed, size, offset):
        size, packed, offset = _zip64(extra, size, packed, offset)
    name = _name(raw, flags, extra).replace("\\", "/")
    folder = name.endswith("/")
    member = Member(
        name=name,
        flags=flags,
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        offset=offset + shift,
        is_folder=folder,
    )
    return member, _ENTRY.size + name_length + extra_length + comment_length


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """(key, content) of each extra field."""
    while len(extra) >= 4:
        key, length = struct.unpack_from("<2H", extra)
        yield key, extra[4 : 4 + length]
        extra = extra[4 + length :]


def _zip64(
    extra: bytes, size: int, packed: int, offset: int
) -> tuple[int, int, int]:
    """The three as the wide field tells them: it holds only those that did not fit, in
    this order (APPNOTE.TXT 4.5.3)."""
    wide = b""
    for key, data in _fields(extra):
        if key == _ZIP64:
            wide = data
            break
    whole = len(wide) // 8
    values = list(struct.unpack(f"<{whole}Q", wide[: whole * 8]))
    if size == _FULL and values:
        size = values.pop(0)
    if packed == _FULL and values:
        packed = values.pop(0)
    if offset == _FULL and values:
        offset = values.pop(0)
    return size, packed, offset


def _name(raw: bytes, flags: int, extra: bytes) -> str:
    """UTF-8 where flagged or where it is nothing else; GBK otherwise, as Windows and
    WPS write in China."""
    if raw.isascii():
        return raw.decode("ascii")
    for key, data in _fields(extra):
        if key != _UNICODE_PATH or len(data) <= 5:
            continue
        # It holds for the name that it was made of, which a tool may have changed since.
        if struct.unpack_from("<L", data, 1)[0] == zlib.crc32(raw):
            return data[5:].decode("utf-8", "replace")
    if flags & _UTF8:
        return raw.decode("utf-8", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
