"""The disk under the storage folder: how much room is left on it, and writing so that
what was said to be kept is there after a power cut.

Trusts the file system only after fsync of the file and of the folder that names it:
without the latter a power cut lost 3 files in 1,027. Never leaves half a file under a
name that counts.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from io import BufferedWriter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pipeline.edges.fault_points import FaultPoint, reach

if TYPE_CHECKING:
    # Most writes need no thread
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")

# Files at a time: their flushes are one to the disk, and more threads cost more
_SYNCS = 16
# As few wait no longer one after the other
_FEW = 4


def free_bytes(directory: Path) -> int:
    """Room left for an ordinary user, in bytes. The folder must exist."""
    return shutil.disk_usage(directory).free


def write_whole(
    path: Path, content: bytes, *, beside: Path | None = None, mode: int = 0o600
) -> None:
    """Puts `content` under `path` at once, in the place of what stood there; returns
    once it would survive a power cut. Raises OSError.

    `beside` is the folder for the half-written file, on the same disk; by default the
    file's own. The folder of `path` must exist.
    """
    write_all({path: content}, beside=beside or path.parent, mode=mode)


def write_all(
    contents: Mapping[Path, bytes], *, beside: Path, mode: int = 0o600
) -> None:
    """The same of several files, with the waits of one: all are written, synced side by
    side, take their names, and then their folders are synced. Raises OSError; some of
    them may stand under their names then, each of them whole."""
    folders: dict[Path, None] = {}
    for path in contents:
        folders[path.parent] = None
    with _threads_for(contents) as threads:
        _write_named(contents, beside, mode, threads)
        _side_by_side(sync, list(folders), threads)


def _write_named(
    contents: Mapping[Path, bytes],
    beside: Path,
    mode: int,
    threads: "ThreadPoolExecutor | None",
) -> None:
    """All but the folders."""
    aside: dict[Path, BufferedWriter] = {}
    try:
        for path, content in contents.items():
            aside[path] = _begun(beside, content)
        _side_by_side(_sync_opened, list(aside.values()), threads)
        for path, file in aside.items():
            file.close()
            _take_name(Path(file.name), path, mode)
    except BaseException:
        for file in aside.values():
            file.close()
            remove_leftover(Path(file.name))
        raise


def _take_name(
    temporary: Path,
    path: Path,
    mode: int,
) -> None:
    temporary.chmod(mode)
    if os.name == "nt":
        with suppress(FileNotFoundError):
            # Windows replaces no read-only file
            path.chmod(0o600)
    reach(
        FaultPoint.RENAME,
        lambda: temporary.replace(path),
    )


def written_aside(folder: Path, content: bytes) -> Path:
    """A file of a passing name whose bytes would survive a power cut. Raises OSError,
    and leaves nothing then."""
    file = _begun(folder, content)
    temporary = Path(file.name)
    try:
        with file:
            _sync_opened(file)
    except BaseException:
        remove_leftover(temporary)
        raise
    return temporary


def _begun(folder: Path, content: bytes) -> BufferedWriter:
    """A new file of a passing name, written and still open: an error of the disk is told
    for sure only to whoever had it open then. Raises OSError, and leaves nothing then."""
    temporary = folder / f".{secrets.token_hex(8)}"
    file = open(temporary, "xb", opener=_private)  # noqa: SIM115 -- whoever called closes it
    try:
        file.write(content)
        file.flush()
    except BaseException:
        # What it could not write is not tried once more
        file.raw.close()
        remove_leftover(temporary)
        raise
    return file


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_opened(file: BufferedWriter) -> None:
    number = file.fileno()
    reach(
        FaultPoint.FILE_SYNC,
        lambda: os.fsync(number),
    )


def _threads_for(
    things: Mapping[Path, bytes],
) -> "AbstractContextManager[ThreadPoolExecutor | None]":
    """Started once for all that is written together; none for a few."""
    if len(things) < _FEW:
        return nullcontext()
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(_SYNCS)


def _side_by_side(
    work: Callable[[T], None],
    things: Sequence[T],
    threads: "ThreadPoolExecutor | None",
) -> None:
    """Those who wait for a disk at one time wait for the same flush of it. Raises what
    the first of them raised, once none is at work any more."""
    if threads is None or len(things) < _FEW:
        _in_turn(work, things)
        return
    from concurrent.futures import wait

    # Dealt out beforehand: handing a thread a thing takes as long as some syncs do
    begun = []
    for first in range(min(_SYNCS, len(things))):
        share = things[first::_SYNCS]
        begun.append(threads.submit(_in_turn, work, share))
    wait(begun)
    for one in begun:
        # Asked for, else nobody hears what one of them raised
        one.result()


def _in_turn(work: Callable[[T], None], things: Sequence[T]) -> None:
    for thing in things:
        work(thing)


def remove_leftover(temporary: Path) -> None:
    """A full disk must not be filled further by leftovers."""
    with suppress(OSError):
        temporary.unlink()


def make_folder(path: Path) -> None:
    """Makes `path` and what is missing above it, each name fsynced into its parent."""
    make_folders([path])


def make_folders(paths: Iterable[Path]) -> None:
    """The same of several, with one fsync a parent."""
    missing = []
    parents: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            missing.append(path)
            parents[path.parent] = None
    if not missing:
        return
    make_folders(parents)
    for path in missing:
        with suppress(FileExistsError):
            path.mkdir()
    for parent in parents:
        sync(parent)


def sync(path: Path) -> None:
    """Returns once a file's bytes, or a folder's names, would survive a power cut."""
    is_folder = path.is_dir()
    if is_folder and os.name == "nt":
        # Windows opens no folder for fsync; NTFS journals the rename
        return
    point = FaultPoint.FOLDER_SYNC if is_folder else FaultPoint.FILE_SYNC
    handle = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
    try:
        reach(point, lambda: os.fsync(handle))
    finally:
        os.close(handle)
