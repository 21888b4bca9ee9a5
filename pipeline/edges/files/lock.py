"""One worker per ledger: an operating-system lock, released by the system itself when its holder dies.

Trusts the lock, never the note beside it: the note only says who to look for. Never
waits, never breaks a lock.
"""

import json
import os
import secrets
import socket
from contextlib import suppress
from datetime import datetime, tzinfo
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from pipeline.edges.clock import Clock
from pipeline.edges.files.disk import write_whole
from pipeline.model.operation.errors import Busy, EdgeError
from pipeline.model.operation.os_errors import in_words


def storage_id(storage: Path) -> str:
    """What tells one storage from another, wherever it is mounted: 16 hexadecimal digits,
    drawn once and kept in it. A lock proves something of its own storage alone: two
    containers may share a database, a host name and a path, and nothing else."""
    kept = storage / "storage.id"
    try:
        if not kept.exists():
            write_whole(kept, secrets.token_hex(8).encode("ascii"))
        return kept.read_text(encoding="ascii").strip()
    except OSError as error:
        raise EdgeError(
            "lock",
            f"无法在存储目录中写文件（{in_words(error)}），请检查磁盘空间和目录权限。",
            repr(error),
        ) from error


def lock_name(*, several_hosts: bool) -> str:
    """The lock file's, in the storage. Hosts that share a storage have one each: a lock
    that a network's file system carries from one to the other would keep all but one
    from ever working, and the lease tells them apart."""
    if several_hosts:
        return f"worker-{socket.gethostname()}.lock"
    return "worker.lock"


class WorkerLock:
    """`with WorkerLock(storage / "worker.lock"):` raises Busy, naming the holder, when
    another process is inside.

    The note stands in a file of its own (worker.lock.holder), since Windows lets nobody
    read a locked file. It is shown in `zone`, the computer's own where none is given.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self._lock = FileLock(path, timeout=0)
        self._note = path.with_name(path.name + ".holder")
        self._clock = clock or Clock()
        self._zone = zone

    def __enter__(self) -> "WorkerLock":
        try:
            self._lock.acquire()
        except Timeout as error:
            raise Busy(
                "busy",
                f"另一个旬报程序正在使用这个台账（{self.holder()}），请等它结束或先将它停止。",
            ) from error
        except (OSError, NotImplementedError) as error:
            raise EdgeError(
                "lock",
                "无法在存储目录中加锁，请检查该目录是否存在、是否可写。",
                repr(error),
            ) from error
        self._write_note()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._note.unlink(missing_ok=True)
        self._lock.release()

    def holder(self) -> str:
        """Who holds the lock, in Chinese, by the note; 持有者未知 when it cannot be read."""
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            began = datetime.fromisoformat(note["since"])
            since = f"{began.astimezone(self._zone):%Y-%m-%d %H:%M}"
            return f"进程 {note['pid']}，主机 {note['host']}，开始于 {since}"
        except (OSError, ValueError, KeyError, TypeError):
            return "持有者未知"

    def _write_note(self) -> None:
        note = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": self._clock.now().isoformat(timespec="seconds"),
        }
        # Without the note the lock still holds
        with suppress(OSError):
            self._note.write_text(json.dumps(note), encoding="utf-8")
