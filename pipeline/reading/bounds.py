"""Bounds for foreign files: packages inflated under a count of bytes, XML without DTDs, and the one exception of readers.

Trusts nothing: sizes that a package declares are checked against what comes out. Never writes a file, never follows a
reference out of the bytes at hand. Readers raise `UnreadableError` anywhere inside; `open.open_document` turns it into its
Trouble, so that no reader carries error values through its walk.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from pipeline.model.trouble import Trouble, TroubleCode

MEMBER_LIMIT = 24 << 20  # bytes of one XML member; a form has some 50 KB, and a tree takes ten times its text
MEMBERS_LIMIT = 5_000
BOMB_RATIO = 100
CELLS_LIMIT = 200_000
DEPTH_LIMIT = 40  # nested tables and containers; Word itself stops at 30 or so

ADVICE = {
    TroubleCode.ENCRYPTED: "文件设了打开密码，请取消密码后重新发送。",
    TroubleCode.CORRUPT: "文件已损坏，打不开，请在电脑上确认能正常打开后重新发送。",
    TroubleCode.EMPTY: "文件是空的，没有内容，请检查后重新发送。",
    TroubleCode.TOO_BIG: "文件内容过大，请只保留旬报表后重新发送。",
    TroubleCode.BOMB: "文件解开后异常庞大，为安全起见没有打开，请直接发送旬报表的 Word 或 Excel 文件。",
    TroubleCode.UNSUPPORTED: "这种文件格式无法读取，请把旬报表另存为 Word 或 Excel 文件后重新发送。",
    TroubleCode.EXECUTABLE: "文件是程序，不是旬报表，为安全起见没有打开，请发送旬报表的 Word 或 Excel 文件。",
    TroubleCode.SCAN_UNREAD: "文件是扫描件或照片，未能识别其中的文字，请发送旬报表的 Word 或 Excel 文件。",
}

_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


class UnreadableError(Exception):
    """Raised inside readers, carries the Trouble that the caller gets."""

    def __init__(self, code: TroubleCode, detail: str = "", advice: str = "") -> None:
        super().__init__(detail)
        self.trouble = Trouble(code, advice or ADVICE[code], detail)


@contextmanager
def corrupt_on(*errors: type[BaseException]) -> Iterator[None]:
    """Turns the named errors of a foreign parser into UnreadableError(CORRUPT)."""
    try:
        yield
    except errors as error:
        raise UnreadableError(TroubleCode.CORRUPT, f"{type(error).__name__}: {error}"[:300]) from error


class Package:
    """A zip read from memory: names decoded as the writer meant them, members inflated under a limit."""

    def __init__(self, content: bytes) -> None:
        with corrupt_on(*_ZIP_ERRORS):
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        infos = self._zip.infolist()
        if len(infos) > MEMBERS_LIMIT:
            raise UnreadableError(TroubleCode.BOMB, f"{len(infos)} members")
        self.members = {info.filename.replace("\\", "/"): info for info in infos}

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def read(self, name: str, limit: int = MEMBER_LIMIT) -> bytes:
        """The bytes of a member. Raises UnreadableError: absent or damaged CORRUPT, ENCRYPTED, over `limit` BOMB or TOO_BIG."""
        info = self.members.get(name)
        if info is None:
            raise UnreadableError(TroubleCode.CORRUPT, f"no member {name}")
        if info.flag_bits & 1:
            raise UnreadableError(TroubleCode.ENCRYPTED, name)
        self._refuse_lies(info)
        with corrupt_on(*_ZIP_ERRORS), self._zip.open(info) as member:
            data = member.read(limit + 1)
        if len(data) > limit:
            raise UnreadableError(_too_much(info), f"{name}: over {limit} bytes")
        return data

    def get(self, name: str) -> bytes:
        """The bytes of a member, b"" where it is absent."""
        return self.read(name) if name in self.members else b""

    @staticmethod
    def _refuse_lies(info: zipfile.ZipInfo) -> None:
        """A member that holds more compressed than it says to hold inflated was forged to pass a check of sizes."""
        if info.compress_size > info.file_size + info.file_size // 100 + 256:
            raise UnreadableError(
                TroubleCode.BOMB, f"{info.filename}: {info.compress_size} bytes inflate to {info.file_size}?"
            )


def _too_much(info: zipfile.ZipInfo) -> TroubleCode:
    dense = info.file_size > BOMB_RATIO * max(info.compress_size, 1)
    return TroubleCode.BOMB if dense else TroubleCode.TOO_BIG


def parse_xml(data: bytes, *, recover: bool = False) -> etree._Element:
    """The root of an XML member. A DTD is refused as BOMB (no office program writes one); broken XML is CORRUPT."""
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
        raise UnreadableError(TroubleCode.BOMB, "DTD in XML")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, recover=recover
    )
    with corrupt_on(etree.XMLSyntaxError, ValueError):
        root = etree.fromstring(data, parser)
    if root is None:
        raise UnreadableError(TroubleCode.CORRUPT, "XML without a root")
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError(TroubleCode.BOMB, "DTD in XML")
    return root
