"""Archives to their members: zip, 7z, tar, and single files under gzip, bzip2 or xz.

Beside unpack.py, which bounds them together. Every byte is counted while it comes out;
a member over the limit is a bomb. Nothing touches the disk.
"""

import bz2
import io
import lzma
import tarfile
import zlib
from typing import Protocol

from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.limits import (
    PARSER_ERRORS,
    Unpacked,
    UnreadableError,
    corrupt_on,
)
from pipeline.reading.containers.zip_package import Package

MEMBER_LIMIT = 48 << 20
LOCKED = "压缩包设了密码，请取消密码后重新发送，或直接发送报送表文件。"
NO_UNPACKER = "这种压缩格式无法解开，请改用 zip 压缩，或直接发送报送表的 Word 或 Excel 文件。"


def unzip(name: str, content: bytes) -> Unpacked:
    """The members of a zip. Raises UnreadableError: ENCRYPTED, CORRUPT, BOMB,
    UNSUPPORTED (a rare method)."""
    package = Package(content)
    for member in package.members.values():
        if member.encrypted:
            raise UnreadableError(TroubleCode.ENCRYPTED, member.name, LOCKED)
        if not member.is_folder:
            yield member.name, package.read(member.name, MEMBER_LIMIT)


def unpack_7z(name: str, content: bytes) -> Unpacked:
    """The members of a 7z. py7zr does not limit what it inflates, so the declared sum is
    looked at first."""
    import py7zr
    from py7zr.io import BytesIOFactory

    factory = BytesIOFactory(MEMBER_LIMIT)
    errors = (py7zr.exceptions.ArchiveError, lzma.LZMAError, *PARSER_ERRORS)
    try:
        with (
            corrupt_on(*errors),
            py7zr.SevenZipFile(io.BytesIO(content)) as archive,
        ):
            _refuse_7z(
                archive.needs_password(),
                sum(member.uncompressed or 0 for member in archive.list()),
            )
            archive.extractall(factory=factory)
    except py7zr.exceptions.PasswordRequired as error:
        raise UnreadableError(TroubleCode.ENCRYPTED, name, LOCKED) from error
    except py7zr.exceptions.UnsupportedCompressionMethodError as error:
        raise UnreadableError(
            TroubleCode.UNSUPPORTED, str(error), NO_UNPACKER
        ) from error
    for member, product in factory.products.items():
        product.seek(0)
        yield member, product.read()


def _refuse_7z(locked: bool, size: int) -> None:
    if locked:
        raise UnreadableError(TroubleCode.ENCRYPTED, "7z", LOCKED)
    if size > MEMBER_LIMIT:
        raise UnreadableError(TroubleCode.BOMB, f"{size} bytes in a 7z")


def untar(name: str, content: bytes) -> Unpacked:
    """The files of a tar; links and devices are left out."""
    with (
        corrupt_on(tarfile.TarError, OSError, EOFError, ValueError),
        tarfile.open(
            fileobj=io.BytesIO(content),
            mode="r:",
            encoding="utf-8",
            errors="surrogateescape",
        ) as archive,
    ):
        for member in archive:
            if member.isfile():
                stream = archive.extractfile(member)
            else:
                stream = None
            if stream is not None:
                yield _as_meant(member.name), stream.read(MEMBER_LIMIT)


def _as_meant(name: str) -> str:
    """A name whose bytes were no UTF-8: GBK, as written in China."""
    if not name.isprintable():
        return name.encode("utf-8", "surrogateescape").decode(
            "gb18030", "replace"
        )
    return name


class _Inflater(Protocol):
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _single(
    name: str, content: bytes, inflater: _Inflater, endings: tuple[str, ...]
) -> Unpacked:
    """One compressed file, or the tar in it, whose members then follow."""
    with corrupt_on(zlib.error, OSError, EOFError, ValueError, lzma.LZMAError):
        data = inflater.decompress(content, MEMBER_LIMIT + 1)
    if len(data) > MEMBER_LIMIT:
        raise UnreadableError(TroubleCode.BOMB, f"over {MEMBER_LIMIT} bytes")
    if data[257:262] == b"ustar":
        yield from untar(name, data)
        return
    ending = next((e for e in endings if name.lower().endswith(e)), "")
    yield name[: len(name) - len(ending)] or name, data


def gunzip(name: str, content: bytes) -> Unpacked:
    """One member, bounded; its name is the archive's without its ending."""
    return _single(name, content, zlib.decompressobj(31), (".gz",))


def bunzip(name: str, content: bytes) -> Unpacked:
    return _single(name, content, bz2.BZ2Decompressor(), (".bz2",))


def unxz(name: str, content: bytes) -> Unpacked:
    return _single(
        name, content, lzma.LZMADecompressor(memlimit=256 << 20), (".xz",)
    )
