"""One child process and what watches it: started without secrets, killed with all that
it started when it is late or grows.

Trusts nothing that comes out of it but whole frames. Knows nothing of mails and files:
`edges/sandbox` does.
"""

import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from pipeline.edges.processes.held_memory import HeldMemory
from pipeline.edges.processes.process_group import kill_group, own_group
from pipeline.model.form import FormSpec
from pipeline.model.operation.errors import EdgeError
from pipeline.model.trouble import TroubleCode
from pipeline.reading.child.frames import SPECS, read_frame, write_frame

# Until the child is ready, on a slow disk too
START_SECONDS = 60.0
# Seconds between two looks at the child's memory
STEP = 0.05
STDERR_BYTES = 8192
# All that the child gets of the environment: no password stands in any of these.
_ENVIRONMENT = (
    "PATH",
    "SYSTEMROOT",
    "WINDIR",
    "TEMP",
    "TMP",
    "TMPDIR",
    "HOME",
    "USERPROFILE",
    "LANG",
    "LC_ALL",
    "TZ",
    # That pydantic looks for no plugins, as the program says at its start
    "PYDANTIC_DISABLE_PLUGINS",
)


def interpreter(system: str = os.name) -> tuple[str, dict[str, str]]:
    """The Python that does the work itself, and what tells it of its venv.

    In a venv on Windows sys.executable is a launcher that starts another process, so
    that its memory would say nothing. multiprocessing starts its children so, too.
    """
    base = str(getattr(sys, "_base_executable", sys.executable))
    if system != "nt" or base == sys.executable:
        return sys.executable, {}
    return base, {"__PYVENV_LAUNCHER__": sys.executable}


class Failed(Exception):
    """The child did not answer a request: why, and what it last said."""

    def __init__(self, code: TroubleCode, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class Child:
    """One child process, and what watches it."""

    def __init__(self, command: Sequence[str], memory: int) -> None:
        self._memory = memory
        self.served = 0
        # Killed, though the system may not have noticed yet
        self.doomed = False
        python, of_venv = interpreter()
        try:
            self._process = subprocess.Popen(
                [python, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment() | of_venv,
                **own_group(),
            )
        except OSError as error:
            raise EdgeError(
                "reader_start",
                "文件读取程序无法启动，请检查可用内存。",
                repr(error),
            ) from error
        self._to, self._from = (
            cast(BinaryIO, self._process.stdin),
            cast(BinaryIO, self._process.stdout),
        )
        self._said = bytearray()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._held = HeldMemory(self._process.pid)
        self._watch = _Watch(self, memory)

    def begin(self, spec: FormSpec, seconds: float) -> None:
        header = {"seconds": seconds, "memory": self._memory}
        self._exchange(header, SPECS.dump_json((spec,)), START_SECONDS, "ready")

    def ask(self, header: dict[str, Any], body: bytes, seconds: float) -> bytes:
        self.served += 1
        return self._exchange(header, body, seconds, "ok")

    def alive(self) -> bool:
        return not self.doomed and self._process.poll() is None

    def resident(self) -> int:
        """Bytes of memory it holds; 0 when it has gone."""
        return self._held.resident()

    def end(self) -> None:
        """Kill it and whatever it has started."""
        self.doomed = True
        kill_group(self._process)

    def kill(self) -> None:
        """End it and forget its pipes."""
        self.end()
        self._watch.stop()
        self._held.close()
        self._process.wait()
        self._listener.join(1)
        for pipe in (
            self._process.stdin,
            self._process.stdout,
            self._process.stderr,
        ):
            with suppress(OSError):
                cast(BinaryIO, pipe).close()

    def _exchange(
        self, header: dict[str, Any], body: bytes, seconds: float, wanted: str
    ) -> bytes:
        try:
            with self._watch.over(seconds):
                write_frame(self._to, header, body)
                answer, result = read_frame(self._from)
        except (OSError, EOFError, ValueError, RecursionError) as error:
            raise Failed(
                self._watch.verdict or TroubleCode.CRASHED,
                self._last_words(error),
            ) from error
        if answer.get("status") == wanted:
            return result
        if answer.get("status") == "fault":
            advice = "读取程序不完整，请重新安装旬报程序；邮件都已保存，装好后会自动处理。"
            raise EdgeError(
                "reader_fault", advice, str(answer.get("detail", ""))[:2000]
            )
        if answer.get("status") == "memory":
            code = TroubleCode.BOMB
        else:
            code = TroubleCode.CRASHED
        raise Failed(code, str(answer.get("detail", ""))[:2000])

    def _last_words(self, error: Exception) -> str:
        # It is ending by itself; one that talks nonsense is not
        if not isinstance(error, ValueError):
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
        self.end()
        self._process.wait()
        self._listener.join(1)
        said = bytes(self._said).decode("utf-8", "replace")
        return f"{error!r}, exit {self._process.returncode}: {said}"[:4000]

    def _listen(self) -> None:
        """Keep the last of what it writes to standard error; without a listener it
        would block when the pipe is full."""
        with suppress(OSError, ValueError):
            while said := os.read(
                cast(BinaryIO, self._process.stderr).fileno(), 65536
            ):
                self._said += said
                del self._said[:-STDERR_BYTES]


class _Watch:
    """Kills the child when a request's time is up or its memory above the bound;
    `verdict` says which. One thread for a child's whole life.

    It looks every STEP seconds while requests follow each other; where it finds none
    running it sleeps until the next begins.
    """

    def __init__(self, child: Child, memory: int) -> None:
        self.verdict: TroubleCode | None = None
        self._child = child
        self._memory = memory
        # Of the request that runs: by when it must have ended
        self._end: float | None = None
        self._next_look = math.inf
        self._gone = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    @contextmanager
    def over(self, seconds: float) -> Iterator[None]:
        """Watches over one request."""
        with self._changed:
            self._end = time.monotonic() + seconds
            if self._end < self._next_look:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._end = None

    def stop(self) -> None:
        """The child has ended."""
        with self._changed:
            self._gone = True
            self._changed.notify()
        self._thread.join()

    def _watch(self) -> None:
        with self._changed:
            while not self._gone:
                if self._end is None:
                    self._next_look = math.inf
                    self._changed.wait()
                else:
                    now = time.monotonic()
                    self._next_look = min(now + STEP, self._end)
                    self._changed.wait(max(0.0, self._next_look - now))
                if self._end is not None and self._is_over(self._end):
                    self._child.end()
                    return

    def _is_over(self, end: float) -> bool:
        if time.monotonic() >= end:
            self.verdict = TroubleCode.TIMEOUT
        elif self._child.resident() > self._memory:
            self.verdict = TroubleCode.BOMB
        return self.verdict is not None


def environment() -> dict[str, str]:
    """The child's variables: no secret of ours among them, and the way to our modules."""
    kept = {}
    for name in _ENVIRONMENT:
        if name in os.environ:
            kept[name] = os.environ[name]
    roots = [
        str(Path(__file__).resolve().parents[3]),
        *filter(None, [os.environ.get("PYTHONPATH")]),
    ]
    return kept | {"PYTHONPATH": os.pathsep.join(roots)}
