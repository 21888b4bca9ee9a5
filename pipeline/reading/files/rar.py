"""Rar to its members, of every version from RAR 1.5 to 7, without an outside program.

Beside unpack.py, which bounds it together with the other archives. Each member's
checksum is proved by the reader. Encrypted ones and parts of a series are named so.
"""

import stat
from typing import TYPE_CHECKING

from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.limits import Unpacked, UnreadableError
from pipeline.reading.files.archives import LOCKED, MEMBER_LIMIT, NO_UNPACKER

if TYPE_CHECKING:
    import rars

ONE_OF_A_SERIES = (
    "这是分卷压缩的一部分，单独无法解开，请不要分卷，压缩成一个 zip 重新发送，"
    "或直接发送报送表的 Word 或 Excel 文件。"
)


def unpack_rar(name: str, content: bytes) -> Unpacked:
    """The members of a rar. Raises UnreadableError: ENCRYPTED, CORRUPT, BOMB,
    UNSUPPORTED (a method that is not known, a part of a series)."""
    import rars

    try:
        yield from _members(name, content)
    except (rars.PasswordRequired, rars.BadPassword) as error:
        raise UnreadableError(TroubleCode.ENCRYPTED, name, LOCKED) from error
    except rars.UnsupportedRarFeature as error:
        raise UnreadableError(
            TroubleCode.UNSUPPORTED, str(error), NO_UNPACKER
        ) from error
    except MemoryError as error:
        # What a member says that it needs is over the limits below.
        raise UnreadableError(TroubleCode.BOMB, str(error)) from error
    except (rars.Error, ValueError, LookupError, OSError) as error:
        raise UnreadableError(
            TroubleCode.CORRUPT, f"{type(error).__name__}: {error}"
        ) from error


def _members(name: str, content: bytes) -> Unpacked:
    import rars

    limits = rars.ReadOptions(
        max_member_output_bytes=MEMBER_LIMIT,
        max_total_output_bytes=MEMBER_LIMIT,
    )
    archive = rars.RarFile.from_bytes(content, options=limits)
    if archive.needs_password:
        raise UnreadableError(TroubleCode.ENCRYPTED, name, LOCKED)
    for member in archive.infolist():
        if member.is_split_before or member.is_split_after:
            raise UnreadableError(
                TroubleCode.UNSUPPORTED, "split", ONE_OF_A_SERIES
            )
        if not member.is_dir() and not _has_no_bytes(member):
            yield _name(member), archive.read(member, options=limits)


def _has_no_bytes(member: "rars.RarInfo") -> bool:
    """Whether a member is a link, or a copy kept as a reference to another member:
    what it stands for is there under the other's name."""
    is_link = stat.S_ISLNK(member.file_attr)
    return is_link or (member.file_size > 0 and member.compress_size == 0)


def _name(member: "rars.RarInfo") -> str:
    """Names that are not written in Unicode are in the code page of the one who packed:
    GBK in China."""
    raw = bytes(member.orig_filename_bytes)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
    return str(member.filename)
