"""A refusal of the system in a person's words, and no English where the number is known."""

import errno
import os
from pathlib import Path

import pytest

from pipeline.model.operation.os_errors import in_words

COMMON = ("ENOENT", "EACCES", "ENOSPC", "EROFS", "EISDIR", "EIO", "ENAMETOOLONG", "EBUSY")  # fmt: skip


@pytest.mark.parametrize("name", COMMON)
def test_common_refusals_are_chinese(name: str) -> None:
    number = getattr(errno, name)
    said = in_words(OSError(number, os.strerror(number)))
    assert not any(c.isascii() and c.isalpha() for c in said)


def test_a_real_refusal_is_put_into_words(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught:
        (tmp_path / "nowhere" / "x").read_bytes()
    assert in_words(caught.value) == "没有这个文件或目录"


def test_what_is_not_known_is_said_as_the_system_says_it() -> None:
    assert in_words(OSError(9999, "strange")) == "strange"
    assert in_words(OSError("no number")) == "no number"


def test_a_file_that_excel_holds_is_in_use() -> None:
    held = OSError(errno.EACCES, "The process cannot access the file")
    held.winerror = 32  # type: ignore[attr-defined]
    assert in_words(held) == "文件正被别的程序使用"
