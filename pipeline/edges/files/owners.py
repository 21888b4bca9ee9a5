"""Whose files these are, so that two accounts do not work on one storage folder: what
one makes the other may not write to.

On Windows every folder has what its parent hands down, and nothing is asked here.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.model.operation.errors import EdgeError


def owner(path: Path) -> int | None:
    """The number of the account; None on Windows, and where nothing lies there."""
    if os.name == "nt":
        return None
    try:
        return path.stat().st_uid
    except OSError:
        return None


def name_of(account: int) -> str:
    """The account's name, or its number where the system knows none."""
    import pwd

    try:
        return pwd.getpwuid(account).pw_name
    except KeyError:
        return str(account)


def number_of(name: str) -> int | None:
    """The uid of an account of this machine; None where there is no such account."""
    import pwd

    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return None


def of_others(folder: Path, account: int) -> Iterator[Path]:
    """What lies in the folder and belongs to another account."""
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place) / name
            if path.lstat().st_uid != account:
                yield path


def refuse_root_among(folder: Path) -> None:
    """Raises EdgeError where root would leave files in a folder of another account,
    which the service could not write to afterwards."""
    account = owner(folder)
    if not account or os.geteuid() != 0:
        return
    name = name_of(account)
    advice = (
        f"{folder} 属于账户 {name}：用 root 运行会留下它写不了的文件，服务就停了。"
        f"请改用 sudo -u {name} xunbao …… 运行"
    )
    raise EdgeError("owner", advice, f"uid {account}")
