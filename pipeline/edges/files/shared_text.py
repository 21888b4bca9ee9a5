"""A text file that people edit and the program writes too: config.toml, learned.toml.

Programs wait for each other by a lock; an editor knows of no lock. So the new text
changes places with the old in one step, and what came out is looked at: where it is not
what the change was made of, somebody saved in between, his text is put back, and the
change is made again of that. Never writes over a text that it has not read.
"""

import ctypes
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.edges.fault_points import FaultPoint, reach
from pipeline.edges.files.disk import (
    remove_leftover,
    sync,
    written_aside,
)
from pipeline.model.operation.errors import Busy, EdgeError

# For another of our processes, which holds the file for a moment
WAIT_SECONDS = 30
# Somebody who saves three times while one change is made is not waited for.
_TRIES = 3
# Seconds until an editor that saves in pieces has finished its file
_PAUSE = 0.2
# linux/fs.h: RENAME_EXCHANGE; fcntl.h: AT_FDCWD
_EXCHANGE = 2
_HERE = -100


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Puts `change(what stands in path)` in its place; returns once it would survive a
    power cut. `change` gets b"" for a file that does not exist yet, may be called again
    with a newer text, and may raise: then nothing is written.

    Raises OSError, Busy where another program holds the file, EdgeError where it
    changed under every try.
    """
    try:
        with FileLock(f"{path}.lock", timeout=WAIT_SECONDS):
            _rewrite_alone(path, change)
    except Timeout as error:
        advice = f"{path} 正被另一个程序写入，请稍后再试"
        raise Busy("text_busy", advice, repr(error)) from error


def _rewrite_alone(path: Path, change: Callable[[bytes], bytes]) -> None:
    for _ in range(_TRIES):
        before = _bytes(path)
        after = change(before)
        if after == before or replace_if(path, before, after):
            return
        time.sleep(_PAUSE)
    advice = f"{path} 一直在被别人改，没有写入；请存盘、关掉编辑器后重新运行。"
    raise EdgeError("text_changed", advice, "changed meanwhile")


def replace_if(path: Path, expected: bytes, content: bytes) -> bool:
    """Puts `content` under `path` where `expected` stands there (b"" stands for no
    file); else puts back what stood there, and says False. Raises OSError."""
    new = written_aside(path.parent, content)
    try:
        _as_belongs(new, path)
        if not path.exists() and not expected:
            return _named(new, path)
        old = _swapped(new, path)
        if _bytes(old) == expected:
            sync(path.parent)
            return True
        # Somebody's text came out: it goes back, ours comes out again; unless he has
        # saved once more, and what comes out is newer still.
        if _bytes(_swapped(old, path)) != content:
            _swapped(old, path)
        return False
    finally:
        remove_leftover(new)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _as_belongs(new: Path, path: Path) -> None:
    """Rights and owner as the old one has them: root may write for a service."""
    with suppress(FileNotFoundError):
        old = path.stat()
        new.chmod(old.st_mode & 0o777)
        if os.name != "nt":
            with suppress(PermissionError):
                os.chown(new, old.st_uid, old.st_gid)


def _named(new: Path, path: Path) -> bool:
    """The first text under this name; False where somebody was quicker."""
    try:
        path.hardlink_to(new)
    except FileExistsError:
        return False
    sync(path.parent)
    return True


def _swapped(new: Path, path: Path) -> Path:
    """`new` stands under `path`; the name under which the old one stands now."""
    return reach(FaultPoint.SWAP, lambda: _swap(new, path), new, path)


def _swap(new: Path, path: Path) -> Path:
    at_once = reach(FaultPoint.EXCHANGE, lambda: _exchanged(new, path))
    if at_once:
        return new
    # Elsewhere the old one gets a second name first. An editor that writes into the
    # file writes into that one too; one that renames may fall into this step.
    old = new.with_name(new.name + ".old")
    old.hardlink_to(path)
    new.replace(path)
    old.replace(new)
    return new


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the system changed the two names over in one step; only Linux can."""
    if sys.platform != "linux":
        return False
    names = (os.fsencode(one), os.fsencode(other))
    try:
        library = ctypes.CDLL(None, use_errno=True)
        call = library.renameat2
    except (OSError, AttributeError):
        # musl before 1.2.6 has no such call
        return False
    return bool(call(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)
