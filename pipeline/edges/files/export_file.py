"""Everything that people can read of a campaign in one .zip: tables, mails, hashes, a page that explains.

Written whole and put in place at once. Names in it are ours and never a mail's, so that
nothing unpacks outside its folder.
"""

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.edges.files.disk import write_whole
from pipeline.edges.files.roster_file import csv_of, workbook_of
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.os_errors import in_words

Tables = Mapping[str, Sequence[Sequence[str]]]

_FORMULA = tuple("=+-@\t\r")

EXPLAINED = """这是台账的一份副本，不用旬报程序也能看：

- 台账.xlsx：用 Excel 或 WPS 打开，每张工作表一类记录；同样的内容在“表”目录里各有一个 CSV 文件。
- 原件 目录：收到的每一封邮件，文件名是它的校验值（SHA-256），用任何邮件程序打开。
- SHA256SUMS：每个文件的校验值，sha256sum -c SHA256SUMS 可以核对。
"""


def write_export(
    path: Path, tables: Tables, mails: Iterable[tuple[str, bytes]]
) -> int:
    """The number of mails in it. Raises EdgeError where it cannot be written."""
    try:
        with tempfile.SpooledTemporaryFile(max_size=50_000_000) as scratch:
            count = _fill(scratch, tables, mails)  # type: ignore[arg-type]
            scratch.seek(0)
            write_whole(path, scratch.read())
    except OSError as error:
        advice = f"写不了 {path}：{in_words(error)}"
        raise EdgeError("export", advice, repr(error)) from error
    return count


def _inert(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Cells that a spreadsheet takes for no formula: subjects are strangers' words, and
    a CSV has no other way to say what is text."""
    found = []
    for row in rows:
        found.append(
            [f"'{cell}" if cell[:1] in _FORMULA else cell for cell in row]
        )
    return found


def _fill(
    target: io.BufferedIOBase,
    tables: Tables,
    mails: Iterable[tuple[str, bytes]],
) -> int:
    sums: list[str] = []
    count = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:

        def put(name: str, content: bytes) -> None:
            package.writestr(name, content)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")

        put("说明.txt", EXPLAINED.encode("utf-8-sig"))
        put("台账.xlsx", workbook_of(tables))
        for name, rows in tables.items():
            put(f"表/{name}.csv", csv_of(_inert(rows)))
        for key, raw in mails:
            put(f"原件/{key}.eml", raw)
            count += 1
        package.writestr("SHA256SUMS", "".join(sums))
    return count
