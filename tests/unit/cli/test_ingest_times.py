"""When a mail that came as a file was received: by its newest Received header, damaged or not, else by a file's time
that is never later than now."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.cli.ledger.ingest_command import received_time

NOW = datetime(2015, 9, 10, 2, 0, tzinfo=UTC)
TAKEN = datetime(2015, 9, 9, 1, 30, tzinfo=UTC)
HEAD = (
    b"Received: from a.example.cn by mx.example.cn; Wed, 9 Sep 2015 09:30:00 +0800\r\n"
    b"Received: from b.example.cn by a.example.cn; Tue, 8 Sep 2015 09:00:00 +0800\r\n"
    b"From: jia@example.cn\r\nSubject: x\r\n\r\nbody\r\n"
)


@pytest.mark.parametrize(
    "raw",
    [
        HEAD,
        b"\xef\xbb\xbf" + HEAD,
        b"\r\n" + HEAD,
        HEAD.replace(b"\r\n", b"\r\r\n"),
    ],
    ids=["sound", "BOM", "empty first line", "CR CR LF"],
)
def test_the_newest_received_header_tells_also_in_a_damaged_head(
    raw: bytes, tmp_path: Path
) -> None:
    assert received_time(raw, tmp_path, NOW) == TAKEN


def test_without_one_the_file_s_own_time_tells(tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(b"From: jia@example.cn\r\n\r\n")
    os.utime(file, (TAKEN.timestamp(), TAKEN.timestamp()))
    assert received_time(file.read_bytes(), file, NOW) == TAKEN


def test_a_copy_made_later_was_not_received_later_than_now(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(b"From: jia@example.cn\r\n\r\n")
    assert received_time(file.read_bytes(), file, NOW) == NOW
