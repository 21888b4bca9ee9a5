"""Archives and forwarded mail to attachments: zip, 7z, rar, tar, gz, winmail.dat, uuencode, .eml, .msg.

Trusts no size and no name: bytes are counted while they come out, names are only shown,
nothing touches the disk. Archives in archives are opened to a depth of two; what lies
deeper stays packed, and `open_document` says so.
"""

import re
from collections.abc import Callable, Iterator
from importlib import import_module

from pipeline.model.trouble import ADVICE, Trouble, TroubleCode
from pipeline.model.values.frozen import frozen
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import (
    PARSER_ERRORS,
    Unpacked,
    UnreadableError,
)
from pipeline.reading.files.kinds import BY_NAME, Nature, has_nature
from pipeline.reading.files.sniff import recognised
from pipeline.reading.mail.headers import safe_name

# Archives in one another; files of one mail's archives together
DEPTH = 2
MEMBERS_LIMIT = 200
TOTAL_LIMIT = 96 << 20

_JUNK = re.compile(
    r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$|\._)",
    re.IGNORECASE,
)


@frozen
class Member:
    """A file out of an archive; `inside` names the way to it, outermost first."""

    name: str
    file: ForeignFile
    inside: tuple[str, ...]

    @property
    def content(self) -> bytes:
        return self.file.content


def unpack(name: str, content: bytes) -> list[Member] | Trouble | None:
    """What an archive or a forwarded mail holds; a Trouble where it cannot be opened or
    is a bomb; None for a file that is neither."""
    return unpack_file(name, recognised(content))


def unpack_file(name: str, file: ForeignFile) -> list[Member] | Trouble | None:
    """`unpack` of a file whose kind is known."""
    if not has_nature(file.kind, Nature.ARCHIVE):
        return None
    budget = _Budget()
    try:
        found = list(_opened(name, file, (), budget))
    except PARSER_ERRORS as error:
        # An unpacker met bytes that no packer writes
        detail = f"{name}: {type(error).__name__}: {error}"[:300]
        return Trouble(TroubleCode.CORRUPT, ADVICE[TroubleCode.CORRUPT], detail)
    except UnreadableError as error:
        return Trouble(
            error.trouble.code,
            error.trouble.advice,
            f"{name}: {error.trouble.detail}",
        )
    return found or Trouble(
        TroubleCode.EMPTY,
        "压缩包或转发邮件里没有文件，请检查后重新发送。",
        name,
    )


class _Budget:
    """How much all members together may still hold."""

    def __init__(self) -> None:
        self.members = MEMBERS_LIMIT
        self.bytes = TOTAL_LIMIT

    def spend(self, size: int) -> None:
        self.members -= 1
        self.bytes -= size
        if self.members < 0 or self.bytes < 0:
            raise UnreadableError(
                TroubleCode.BOMB, "too many members, or too much in them"
            )


def _opened(
    name: str, archive: ForeignFile, inside: tuple[str, ...], budget: _Budget
) -> Iterator[Member]:
    way = (*inside, safe_name(name))
    for member, data in _unpacker(archive.kind)(name, archive.content):
        if _JUNK.search(member):
            continue
        budget.spend(len(data))
        file = recognised(data)
        nested = None
        if len(way) < DEPTH:
            nested = _nested(member, file, way, budget)
        if nested is None:
            yield Member(safe_name(member) or "未命名", file, way)
        else:
            yield from nested


def _nested(
    name: str, file: ForeignFile, way: tuple[str, ...], budget: _Budget
) -> list[Member] | None:
    """What an archive inside of an archive holds; None where it is none, or cannot be
    opened: then it stays as it is, and its own trouble is told when it is read."""
    if not has_nature(file.kind, Nature.ARCHIVE):
        return None
    try:
        return list(_opened(name, file, way, budget)) or None
    except UnreadableError as error:
        if error.trouble.code is TroubleCode.BOMB:
            raise
        return None


def _unpacker(kind: str) -> Callable[[str, bytes], Unpacked]:
    module, _, function = BY_NAME[kind].reader.partition(":")
    found: Callable[[str, bytes], Unpacked] = getattr(
        import_module(f"pipeline.reading.{module}"), function
    )
    return found
