"""An OLE container (MS-CFB): sniffing looks at its names, and the reader that follows
takes its streams.

An own walk and not olefile, since only a few streams are wanted, olefile takes longer
to open a form than reading it does, and it follows a chain in a circle for gigabytes.
Trusts no sector number. Strict, so that a damaged file is never read in part and called
empty: a chain that leaves the file, runs in a circle or is not as long as its stream
says, and a directory that points astray, are errors. What is not asked for is not
looked at.
"""

import struct
from collections.abc import Collection, Iterator
from typing import NamedTuple

# Shifts; FAT sectors, directory; cutoff, mini FAT; DIFAT
_HEADER = struct.Struct("<30xHH10x2L4x2L4xL")
# Name's bytes, type; left, right, child; first sector, size
_ENTRY = struct.Struct("<64xHBx3L36xLL4x")
_ENTRY_SIZE, _DIFAT_AT, _IN_HEADER = 128, 76, 109
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_NO_ENTRY, _END = 0xFFFFFFFF, 0xFFFFFFFE
_SHIFTS, _MINI_SHIFT, _MINI_WIDTH, _CUTOFF = (9, 12), 6, 64, 4096

Table = tuple[int, ...]


def opened(content: bytes) -> "Folder":
    """The top level of a container. Raises struct.error or ValueError on bytes that are
    none, or torn ones."""
    sectors = _Sectors(content)
    return Folder(sectors, sectors.root.child)


class Entry(NamedTuple):
    """A row of the directory; the numbers are rows (left, right, child) and a sector (first)."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    first: int
    size: int


class Folder:
    """A storage: its streams and storages by name, without regard to case."""

    def __init__(self, sectors: "_Sectors", child: int) -> None:
        self._sectors = sectors
        self._found = {
            entry.name.lower(): entry for entry in sectors.siblings(child)
        }
        self._folders: dict[str, Folder] = {}

    @property
    def names(self) -> Collection[str]:
        """Of streams and storages alike, in lower case."""
        return self._found.keys()

    def __contains__(self, name: str) -> bool:
        """Whether there is a stream of that name."""
        return self._is(_STREAM, name.lower())

    def stream(self, name: str) -> bytes:
        """The bytes of a stream. Raises KeyError where there is none of that name,
        ValueError where it is torn."""
        if name not in self:
            raise KeyError(name)
        return self._sectors.stream(self._found[name.lower()])

    def folder(self, name: str) -> "Folder | None":
        """The storage of that name, if there is one. Raises ValueError where its directory is torn."""
        key = name.lower()
        if key not in self._folders and self._is(_STORAGE, key):
            self._folders[key] = Folder(self._sectors, self._found[key].child)
        return self._folders.get(key)

    def _is(self, kind: int, key: str) -> bool:
        return key in self._found and self._found[key].kind == kind


class _Sectors:
    """The sectors of a container, their allocation tables and its directory."""

    def __init__(self, content: bytes) -> None:
        shift, mini_shift, tables, directory, cutoff, self._mini_at, difat = (
            _HEADER.unpack_from(content)
        )
        if (
            shift not in _SHIFTS
            or mini_shift != _MINI_SHIFT
            or cutoff != _CUTOFF
        ):
            raise ValueError(
                f"sectors of 2^{shift} and 2^{mini_shift} bytes, from {cutoff}"
            )
        self._content = content
        self._width = 1 << shift
        self._fat = self._table(self._fat_places(tables, difat))
        self._entries = self._joined(_chain(directory, self._fat))
        self._mini: tuple[bytes, Table] | None = None
        self._taken = {_NO_ENTRY}
        self.root = self._entry(0)
        if self.root.kind != _ROOT:
            raise ValueError("no root in the directory")

    def siblings(self, number: int) -> Iterator[Entry]:
        """The rows of one storage, which are a tree; no row stands in two."""
        waiting = [number]
        while waiting:
            number = waiting.pop()
            if number == _NO_ENTRY:
                continue
            entry = self._entry(number)
            if number in self._taken or entry.kind not in (_STORAGE, _STREAM):
                raise ValueError(f"the directory points astray to {number}")
            self._taken.add(number)
            waiting += (entry.right, entry.left)
            yield entry

    def stream(self, entry: Entry) -> bytes:
        if entry.size >= _CUTOFF:
            return self._stretch(entry)
        if self._mini is None:
            if self.root.size:
                table = self._table(_chain(self._mini_at, self._fat))
            else:
                table = ()
            self._mini = self._stretch(self.root), table
        return _cut(
            content=self._mini[0],
            width=_MINI_WIDTH,
            ahead=0,
            places=_sized(entry, self._mini[1], _MINI_WIDTH),
            size=entry.size,
        )

    def _stretch(self, entry: Entry) -> bytes:
        """A stream in whole sectors; the last sector of a file may be cut behind what is used of it."""
        return _cut(
            content=self._content,
            width=self._width,
            ahead=1,
            places=_sized(entry, self._fat, self._width),
            size=entry.size,
        )

    def _joined(self, places: list[int]) -> bytes:
        return _cut(
            content=self._content,
            width=self._width,
            ahead=1,
            places=places,
            size=len(places) * self._width,
        )

    def _table(self, places: list[int]) -> Table:
        return struct.unpack(
            f"<{len(places) * self._width // 4}L", self._joined(places)
        )

    def _fat_places(self, count: int, difat: int) -> list[int]:
        """The sectors of the FAT: 109 stand in the header, the others in a chain of
        sectors of their own."""
        places = list(
            struct.unpack_from(f"<{_IN_HEADER}L", self._content, _DIFAT_AT)
        )
        if count > len(self._content) // self._width:
            raise ValueError(f"{count} tables in {len(self._content)} bytes")
        while count > len(places):
            *more, difat = struct.unpack(
                f"<{self._width // 4}L", self._joined([difat])
            )
            places += more
        return places[:count]

    def _entry(self, number: int) -> Entry:
        at = number * _ENTRY_SIZE
        length, *numbers = _ENTRY.unpack_from(self._entries, at)
        if not 2 <= length <= 64:
            raise ValueError(f"a name of {length} bytes in the directory")
        return Entry(
            self._entries[at : at + length - 2].decode("utf-16-le", "replace"),
            *numbers,
        )


def _sized(entry: Entry, table: Table, width: int) -> list[int]:
    """The sectors of a stream. Some writers leave one behind what they use, none leaves two."""
    if not entry.size:
        return []
    need = -(-entry.size // width)
    if need <= len(table):
        places = _chain(entry.first, table, need + 1)
    else:
        places = []
    if len(places) < need:
        raise ValueError(
            f"{entry.name}: {need} sectors, of which there are {len(places)}"
        )
    return places[:need]


def _chain(first: int, table: Table, most: int | None = None) -> list[int]:
    """The sectors from `first` to the end of their chain, which takes no more than `most` of them."""
    if most is None:
        most = len(table)
    places: list[int] = []
    while first != _END:
        if first >= len(table) or len(places) == most:
            raise ValueError(f"a chain leads astray to {first}")
        places.append(first)
        first = table[first]
    return places


def _cut(
    content: bytes, width: int, ahead: int, places: list[int], size: int
) -> bytes:
    """The first `size` bytes that stand in these sectors of `content`, whose count
    begins `ahead` sectors behind its start."""
    found = b"".join(
        [content[width * (n + ahead) : width * (n + ahead + 1)] for n in places]
    )
    if len(found) < size:
        raise ValueError(f"{len(found)} bytes of {size}: the file is cut")
    return found[:size]
