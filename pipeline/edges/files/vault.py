"""The vault: raw mail, kept for good, each file named by the SHA-256 of its bytes.

Trusts the file system only after fsync of the file and of the folders above it
(edges/files/disk.py). Never changes a file, never hands
out bytes that do not match their name, never uses a foreign name as a path.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.edges.fault_points import FaultPoint, reach
from pipeline.edges.files.disk import (
    make_folder,
    make_folders,
    sync,
    write_all,
)
from pipeline.model.canonical import raw_key
from pipeline.model.operation.errors import Damaged, Removed, StorageFailed
from pipeline.model.operation.os_errors import in_words

_KEY = re.compile(r"[0-9a-f]{64}")
# What is kept is never written again
_READ_ONLY = 0o400
# Half-written files; a killed writer leaves one behind, never one under a key
_INCOMING = "incoming"


class Vault:
    """Files stand as DIRECTORY/ab/cdef...: two digits of the key, then the rest.
    `removed` says why one was removed, if it was."""

    def __init__(
        self, directory: Path, removed: Callable[[str], str] = lambda key: ""
    ) -> None:
        self._directory = directory
        self._removed = removed
        self._incoming = directory / _INCOMING
        try:
            make_folder(self._incoming)
        except OSError as error:
            raise _storage_error(error) from error

    def path(self, key: str) -> Path:
        """Where the bytes of `key` stand, whether or not they are there. ValueError for
        what is no SHA-256."""
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a key of the vault: {key!r}")
        return self._directory.joinpath(key[:2], key[2:])

    def holds_any(self, keys: Iterable[str]) -> bool:
        """Whether a file stands for one of them; its bytes are not looked at."""
        return any(self.path(key).exists() for key in keys)

    def keep(self, raw: bytes) -> str:
        """Store `raw` and return its key once it would survive a power cut. Again is
        nothing new; damage is mended."""
        return self.keep_all([raw])[0]

    def keep_all(self, raws: Sequence[bytes]) -> list[str]:
        """The same of several, with few waits for the disk. Where it does not take all of
        them some may stand there, as if nobody had kept them."""
        named: dict[str, bytes] = {}
        keys = []
        for raw in raws:
            key = raw_key(raw)
            named[key] = raw
            keys.append(key)
        try:
            self._keep_named(named)
        except OSError as error:
            raise _storage_error(error) from error
        return keys

    def open(self, key: str) -> bytes:
        """The bytes of `key`. Damaged when they are missing or are no longer what was kept."""
        path = self.path(key)
        try:
            raw = path.read_bytes()
        except FileNotFoundError as error:
            if why := self._removed(key):
                raise Removed("raw_removed", why, key) from error
            raise Damaged(
                "raw_missing",
                f"原始邮件档案缺少文件 {path}，请从备份中恢复。",
                key,
            ) from error
        except OSError as error:
            raise _storage_error(error) from error
        if raw_key(raw) != key:
            raise Damaged(
                "raw_damaged",
                f"原始邮件档案中的文件 {path} 已损坏，请从备份中恢复。",
                key,
            )
        return raw

    def holds(self, key: str) -> bool:
        """Whether a file stands under `key`, damaged or not."""
        return self.path(key).is_file()

    def remove(self, key: str) -> bool:
        """Remove what is kept no longer; False where it is gone already. Only for
        whoever has recorded it (flows/retention)."""
        path = self.path(key)
        try:
            # Windows removes no read-only file
            path.chmod(0o600)
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _storage_error(error) from error
        sync(path.parent)
        return True

    def sweep(self) -> int:
        """Remove what killed writers left half-written; how many. Only for whoever
        holds the worker's lock."""
        try:
            leftovers = list(self._incoming.iterdir())
            for leftover in leftovers:
                leftover.chmod(0o600)
                leftover.unlink()
        except OSError as error:
            raise _storage_error(error) from error
        return len(leftovers)

    def _keep_named(
        self,
        named: Mapping[str, bytes],
    ) -> None:
        new: dict[Path, bytes] = {}
        for key, raw in named.items():
            target = self.path(key)
            if _holds(target, key):
                # A writer killed between rename and fsync may have left the name in memory only.
                sync(target.parent)
            else:
                new[target] = raw
        if new:
            reach(
                FaultPoint.KEEP_BYTES,
                lambda: self._write(new),
                list(new.values()),
            )

    def _write(self, new: Mapping[Path, bytes]) -> None:
        folders = set()
        for target in new:
            folders.add(target.parent)
        make_folders(folders)
        write_all(new, beside=self._incoming, mode=_READ_ONLY)


def _holds(path: Path, key: str) -> bool:
    try:
        return raw_key(path.read_bytes()) == key
    except FileNotFoundError:
        return False


def _storage_error(error: OSError) -> StorageFailed:
    return StorageFailed(
        "storage",
        f"无法读写原始邮件档案（{in_words(error)}），请检查磁盘空间和目录权限。",
        repr(error),
    )
