"""Where a ledger may lie: on a disk of this machine, under a path that Windows can open.

SQLite's log is shared memory: over a network two machines see different ones, and the
ledger is damaged. Knows nothing of what is stored.
"""

import os
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Final, Protocol

import psutil

from pipeline.model.operation.errors import EdgeError

_NETWORK: Final = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "ncpfs",
        "afs",
        "davfs",
        "fuse.sshfs",
        "fuse.davfs2",
        "fuse.rclone",
    ]
)
# Windows: MAX_PATH with its closing NUL
_LONGEST_PATH = 259
# Below the storage folder: a folder of SQLite's or the vault's, a hash, a temporary ending
_LONGEST_BELOW = len("raw/ab/") + 62 + len(".0123456789")


class Mount(Protocol):
    """What psutil says of a disk."""

    @property
    def mountpoint(self) -> str: ...
    @property
    def fstype(self) -> str: ...
    @property
    def opts(self) -> str: ...


def refuse_bad_place(folder: Path) -> None:
    """Raises EdgeError with the cure where no ledger may lie in `folder`."""
    place = folder.resolve()
    if is_on_network(place, psutil.disk_partitions(all=True)):
        advice = (
            f"台账不能放在网络盘上（{folder}）：两台电脑会把它写坏。请在配置的 [storage] 里"
            "改成本机硬盘上的目录；要在别处留一份，用 xunbao backup。"
        )
        raise EdgeError("network_drive", advice)
    if is_too_long(str(place), os.name):
        room = _LONGEST_PATH - _LONGEST_BELOW
        advice = (
            f"存储目录的路径太长（{len(str(place))} 个字，Windows 最多能用 {room} 个）："
            "请把程序移到短一些的目录，例如 C:\\xunbao。"
        )
        raise EdgeError("long_path", advice)


def is_on_network(place: PurePath, mounts: Iterable[Mount]) -> bool:
    """Whether the disk that holds `place` is another machine's."""
    if str(place).startswith("\\\\"):
        return True
    holding = None
    for mount in mounts:
        if not place.is_relative_to(mount.mountpoint):
            continue
        if holding is None or len(mount.mountpoint) >= len(holding.mountpoint):
            holding = mount
    if holding is None:
        return False
    # A mapped drive of Windows says so among its options
    return holding.fstype in _NETWORK or "remote" in holding.opts.split(",")


def is_too_long(place: str, system: str) -> bool:
    """Whether Windows' MAX_PATH would cut off what is to lie below; `system` as os.name."""
    return system == "nt" and len(place) + 1 + _LONGEST_BELOW > _LONGEST_PATH
