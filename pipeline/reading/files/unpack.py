"""Archives and forwarded mail to attachments: zip, 7z, rar, tar, gz, winmail.dat, uuencode, .eml, .msg.

Trusts no size and no name: bytes are counted while they come out, names are only shown,
nothing touches the disk. Archives in archives are opened to a depth of two; what lies
deeper stays packed, and `open_document` says so.
"""

import re
from collections.abc import Callable, Iterator
from importlib import import_module

from pipeline.model.mail import Attachment
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.containers.limits import ADVICE, PARSER_ERRORS, UnreadableError
from pipeline.reading.files.sniff import sniff
from pipeline.reading.mail.headers import safe_name

DEPTH = 2
MEMBERS_LIMIT = 200
TOTAL_LIMIT = 96 << 20

Unpacked = Iterator[tuple[str, bytes]]
_UNPACKERS = {
    "zip": ("archives", "unzip"),
    "7z": ("archives", "unpack_7z"),
    "rar": ("rar", "unpack_rar"),
    "tar": ("archives", "untar"),
    "gz": ("archives", "gunzip"),
    "bz2": ("archives", "bunzip"),
    "xz": ("archives", "unxz"),
    "tnef": ("embedded_mail", "unpack_tnef"),
    "uuencode": ("embedded_mail", "uudecode"),
    "eml": ("embedded_mail", "unpack_eml"),
    "msg": ("embedded_mail", "unpack_msg"),
}
ARCHIVES = frozenset(_UNPACKERS)
_JUNK = re.compile(
    r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$|\._)", re.IGNORECASE
)


def unpack(name: str, content: bytes) -> list[Attachment] | Trouble | None:
    """What an archive or a forwarded mail holds, `inside` naming the way, outermost
    first; a Trouble where it cannot be opened or is a bomb; None for a file that is
    neither."""
    if sniff(content) not in _UNPACKERS:
        return None
    budget = _Budget()
    try:
        found = list(_opened(name, content, (), budget))
    except PARSER_ERRORS as error:  # an unpacker met bytes that no packer writes
        detail = f"{name}: {type(error).__name__}: {error}"[:300]
        return Trouble(TroubleCode.CORRUPT, ADVICE[TroubleCode.CORRUPT], detail)
    except UnreadableError as error:
        return Trouble(
            error.trouble.code, error.trouble.advice, f"{name}: {error.trouble.detail}"
        )
    return found or Trouble(
        TroubleCode.EMPTY, "压缩包或转发邮件里没有文件，请检查后重新发送。", name
    )


class _Budget:
    """How much all members together may still hold."""

    def __init__(self) -> None:
        self.members, self.bytes = MEMBERS_LIMIT, TOTAL_LIMIT

    def spend(self, size: int) -> None:
        self.members -= 1
        self.bytes -= size
        if self.members < 0 or self.bytes < 0:
            raise UnreadableError(
                TroubleCode.BOMB, "too many members, or too much in them"
            )


def _opened(
    name: str, content: bytes, inside: tuple[str, ...], budget: _Budget
) -> Iterator[Attachment]:
    way = (*inside, safe_name(name))
    for member, data in _unpacker(sniff(content))(name, content):
        if _JUNK.search(member):
            continue
        budget.spend(len(data))
        if len(way) < DEPTH:
            nested = _nested(member, data, way, budget)
        else:
            nested = None
        if nested is None:
            yield Attachment(safe_name(member) or "未命名", data, inside=way)
        else:
            yield from nested


def _nested(
    name: str, data: bytes, way: tuple[str, ...], budget: _Budget
) -> list[Attachment] | None:
    """What an archive inside of an archive holds; None where it is none, or cannot be
    opened: then it stays as it is, and its own trouble is told when it is read."""
    if sniff(data) not in _UNPACKERS:
        return None
    try:
        return list(_opened(name, data, way, budget)) or None
    except UnreadableError as error:
        if error.trouble.code is TroubleCode.BOMB:
            raise
        return None


def _unpacker(kind: str) -> Callable[[str, bytes], Unpacked]:
    module, function = _UNPACKERS[kind]
    found: Callable[[str, bytes], Unpacked] = getattr(
        import_module(f"pipeline.reading.files.{module}"), function
    )
    return found
