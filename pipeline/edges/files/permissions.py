"""What the program writes is its owner's alone: folders 0700, and by the umask every new file 0600.

On Windows a folder has what its parent hands down: install where only the worker's
account may read (deploy/, README). Never loosens what is tighter.
"""

import os
from pathlib import Path

from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.os_errors import in_words

_OTHERS = 0o077


def keep_private() -> None:
    """From here on, what this process creates is readable by its owner alone."""
    os.umask(_OTHERS)


def private_folder(path: Path) -> Path:
    """`path`, there and closed to others, also where an earlier version or a copy left it open."""
    try:
        path.mkdir(
            mode=0o700,
            parents=True,
            exist_ok=True,
        )
        if os.name != "nt" and path.stat().st_mode & _OTHERS:
            path.chmod(path.stat().st_mode & ~_OTHERS)
    except OSError as error:
        advice = f"无法建立或收紧目录 {path}（{in_words(error)}），请检查它的属主和权限。"
        raise EdgeError("storage", advice, repr(error)) from error
    return path


def open_to_others(path: Path) -> bool:
    """Whether others on this machine may read the file; never so on Windows, which this cannot tell."""
    try:
        return os.name != "nt" and bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False
