"""Where a ledger may lie, and what files may be called: Windows' hazards, by what its programs report."""

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NamedTuple

import pytest

from pipeline.edges.files import places
from pipeline.edges.files.file_names import on_disk
from pipeline.edges.files.places import is_on_network, is_too_long
from pipeline.edges.ledger.database import open_database
from pipeline.model.operation.errors import EdgeError


class Disk(NamedTuple):
    mountpoint: str
    fstype: str
    opts: str = "rw"


WINDOWS = [
    Disk("C:\\", "NTFS", "rw,fixed"),
    Disk("Z:\\", "NTFS", "rw,remote"),
]
LINUX = [
    Disk("/", "ext4"),
    Disk("/mnt/office", "cifs"),
    Disk("/mnt/office/disk", "ext4"),
    Disk("/home", "nfs4"),
]


@pytest.mark.parametrize(
    ("place", "disks", "network"),
    [
        (PureWindowsPath("C:\\旬报\\storage"), WINDOWS, False),
        (PureWindowsPath("z:\\storage"), WINDOWS, True),
        (PureWindowsPath("\\\\server\\share\\storage"), WINDOWS, True),
        (PurePosixPath("/opt/xunbao/storage"), LINUX, False),
        (PurePosixPath("/mnt/office/storage"), LINUX, True),
        (PurePosixPath("/mnt/office/disk/storage"), LINUX, False),
        (PurePosixPath("/home/x/storage"), LINUX, True),
        (PurePosixPath("/homework/storage"), LINUX, False),
    ],
)
def test_another_machines_disk_is_told(
    place: PurePosixPath, disks: list[Disk], network: bool
) -> None:
    assert is_on_network(place, disks) is network


def test_a_ledger_on_a_network_drive_is_refused_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        places.psutil,
        "disk_partitions",
        lambda all: [Disk(str(tmp_path.resolve()), "cifs")],
    )
    with pytest.raises(EdgeError, match=r"网络盘.*本机硬盘"):
        open_database(f"sqlite:///{tmp_path}/storage/ledger.db")
    assert not (tmp_path / "storage").exists()


def test_a_path_that_windows_cannot_open_is_told_before_the_first_mail() -> (
    None
):
    fits = "C:\\" + "x" * 174
    assert not is_too_long(fits, "nt")
    assert is_too_long(fits + "xx", "nt")
    assert not is_too_long("/" + "x" * 1000, "posix")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("旬报表.docx", "旬报表.docx"),
        ("CON.docx", "_CON.docx"),
        ("nul", "_nul"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("控制台con.txt", "控制台con.txt"),
        ("9:00/10:00 表?.xls", "9_00_10_00 表_.xls"),
        ("尾巴. . ", "尾巴"),
        ("...", "未命名"),
        ("", "未命名"),
        ("\\\\server\\表.doc", "__server_表.doc"),
    ],
)
def test_a_name_out_of_a_text_is_fit_for_any_disk(name: str, kept: str) -> None:
    assert on_disk(name) == kept


def test_a_long_name_keeps_its_ending_and_its_last_words() -> None:
    kept = on_disk("关于" * 100 + "第3期.docx")
    assert kept.endswith("第3期.docx")
    assert len(kept.encode()) <= 255
