"""OLE containers put together by hand from [MS-CFB]: small streams in the mini stream, large ones in sectors of their own."""

import struct
from dataclasses import dataclass, field

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Tree = dict[str, "bytes | Tree"]


def entry(
    name: str,
    kind: int,
    left: int,
    right: int,
    child: int,
    first: int,
    size: int,
) -> bytes:
    """A row of the directory."""
    text = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBB3L36xLQ",
        text,
        len(text),
        kind,
        1,
        left,
        right,
        child,
        first,
        size,
    )


def ole(tree: Tree) -> bytes:
    """A container of streams (bytes) and storages (dicts), siblings in a line."""
    made = _Maker()
    made.rows.append(b"")
    child = made.add(tree)
    mini = made.chain(bytes(made.mini))
    mini_fat = made.chain(_table(made.mini_fat))
    made.rows[0] = entry(
        "Root Entry", 5, FREE, FREE, child, mini, len(made.mini)
    )
    directory = made.chain(b"".join(made.rows))
    fat_at = len(made.fat)
    tables = -(-(fat_at + fat_at // 100 + 1) // 128)
    table = _table(made.fat + [FAT] * tables)
    head = MAGIC + struct.pack(
        "<16x5H6x9L",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        tables,
        directory,
        0,
        4096,
        mini_fat,
        1,
        END,
        0,
    )
    places = [fat_at + n for n in range(tables)]
    return (
        head
        + struct.pack("<109L", *places, *[FREE] * (109 - tables))
        + bytes(made.data)
        + table
    )


@dataclass
class _Maker:
    rows: list[bytes] = field(default_factory=list)
    data: bytearray = field(default_factory=bytearray)
    fat: list[int] = field(default_factory=list)
    mini: bytearray = field(default_factory=bytearray)
    mini_fat: list[int] = field(default_factory=list)

    def add(self, tree: Tree) -> int:
        """Rows for all of a storage; the number of the first, whose siblings follow on its right."""
        following = FREE
        for name, content in reversed(tree.items()):
            if isinstance(content, dict):
                child, first, size, kind = self.add(content), 0, 0, 1
            else:
                child, first, size, kind = (
                    FREE,
                    self._stream(content),
                    len(content),
                    2,
                )
            self.rows.append(
                entry(name, kind, FREE, following, child, first, size)
            )
            following = len(self.rows) - 1
        return following

    def _stream(self, content: bytes) -> int:
        if len(content) >= 4096:
            return self.chain(content)
        return _chained(content, 64, self.mini, self.mini_fat)

    def chain(self, content: bytes) -> int:
        return _chained(content, 512, self.data, self.fat)


def _chained(
    content: bytes, width: int, data: bytearray, table: list[int]
) -> int:
    count = -(-len(content) // width)
    first = len(table)
    table += [*range(first + 1, first + count), END] if count else []
    data += content.ljust(count * width, b"\0")
    return first if count else END


def _table(numbers: list[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}L", *numbers).ljust(
        -(-len(numbers) // 128) * 512, b"\xff"
    )
