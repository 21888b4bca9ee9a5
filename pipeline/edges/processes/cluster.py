"""A cluster that reads mails on other machines: dask.distributed, by its executor.

Trusts the cluster as this machine: what goes to its scheduler and comes back is Python's
own serialisation, so it stands in a closed network or behind TLS (docs/scale.md). Never
lets a machine read that has another edition of the readers: the same mail would be read
in two ways. Where there is no cluster to be had, mails are read here. The extra [cluster].
"""

import hashlib
from collections.abc import Callable
from concurrent.futures import Executor
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.edges.processes.readers import Place

# Seconds: a scheduler that lives answers at once
CONNECT = 5
_PACKAGE = Path(__file__).parents[2]
# What decides how a mail is read, and in what shape the answer comes
_READS = ("reading", "model", "edges/processes", "flows")


class Cluster:
    """The cluster at `address`, such as tcp://10.0.0.1:8786; `otherwise` the mails are
    read, told in one line."""

    def __init__(
        self, address: str, otherwise: Place, tell: Callable[[str], None]
    ) -> None:
        self._address = address
        self._otherwise = otherwise
        self._tell = tell
        self._client: Any = None

    def open(self) -> tuple[Executor, int]:
        try:
            width = self._width()
        except (ImportError, OSError, RuntimeError, TimeoutError) as error:
            self._forget()
            return self._instead(f"连不上（{type(error).__name__}）")
        if not width:
            return self._instead("没有与本机同一版旬报程序的机器")
        # Each answer is worked out again, also for a mail that was read before
        return self._client.get_executor(pure=False), width

    def _width(self) -> int:
        """Threads of the machines that read as this one does."""
        if self._client is None:
            from distributed import Client

            self._client = Client(self._address, timeout=CONNECT)
        editions = self._client.run(edition, on_error="ignore")
        other = [one for one, found in editions.items() if found != edition()]
        if other:
            return 0
        threads = self._client.nthreads()
        return sum(threads[one] for one in editions if one in threads)

    def _instead(self, why: str) -> tuple[Executor, int]:
        self._tell(f"读邮件的集群 {self._address} {why}，这次在本机读")
        return self._otherwise.open()

    def _forget(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def close(self) -> None:
        self._forget()
        self._otherwise.close()


@cache
def edition() -> str:
    """Of the program as it is installed where this runs."""
    digest = hashlib.sha256()
    for room in _READS:
        for path in sorted((_PACKAGE / room).rglob("*.py")):
            digest.update(path.relative_to(_PACKAGE).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
