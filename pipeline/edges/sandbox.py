"""The reader: foreign mails and files are opened in a child process that can be killed.

Trusts nothing of the child: it gets no secrets in its environment, a wall clock and a memory bound, and what it answers
is JSON checked into the model's dataclasses. A file that kills, stops or floods its reader costs itself, never the
worker and never the next file.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, TypeVar, cast

import psutil
from pydantic import TypeAdapter, ValidationError

from pipeline.edges.trouble import EdgeError, ReaderDied
from pipeline.model.form import FileReading, Form, FormSpec
from pipeline.model.mail import Message
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.frames import FORMS, MESSAGES, PICTURES, READINGS, SPECS, read_frame, write_frame
from pipeline.reading.scan import available

T = TypeVar("T")

CHILD = ("-P", "-B", "-X", "utf8", "-m", "pipeline.reading.child")
START_SECONDS = 60.0
STEP = 0.05  # seconds between two looks at the child's memory
RECYCLE_AFTER = 500  # files: what leaks does not add up
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
)

_ADVICE = {
    TroubleCode.TIMEOUT: "这个文件用时过长仍未读完，可能过大或已损坏；请用 Word 或 WPS 打开后另存一份再发送。",
    TroubleCode.BOMB: "这个文件展开后过大，无法读取；请另存一份只含报表内容的文件再发送。",
    TroubleCode.CRASHED: "这个文件无法读取，可能已损坏；请用 Word 或 WPS 打开后另存一份再发送。",
}


class _Failed(Exception):
    """The child did not answer a request: why, and what it last said."""

    def __init__(self, code: TroubleCode, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class Reader:
    """Reads by a child that is started with the first file, kept warm, and replaced when it dies or has grown.

    `seconds` a mail or file by the wall clock; `memory` in bytes, of address space on POSIX (OCR needs far more), of
    resident memory everywhere. `command` are the arguments to Python that run the child. Not for two threads at once.
    """

    def __init__(
        self,
        spec: FormSpec,
        seconds: float = 45,
        memory: int = 1024**3,
        command: Sequence[str] = CHILD,
        scan_memory: int = 4 * 1024**3,
    ) -> None:
        self._spec = spec
        self._seconds = seconds
        self._memory = memory
        self._command = command
        self._scan_memory = scan_memory
        self._child: _Child | None = None
        self._eyes: Reader | None = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child; the next request starts a new one."""
        if self._child is not None:
            self._child.kill()
            self._child = None
        if self._eyes is not None:
            self._eyes.close()

    def rest(self) -> None:
        """After the work: give back the memory that the models for scans hold."""
        if self._eyes is not None:
            self._eyes.close()

    def message(self, raw: bytes, received_at: datetime) -> Message:
        """A raw mail, decoded. ReaderDied when it killed its reader: the flow counts the attempt."""
        header = {"operation": "message", "received_at": received_at.isoformat()}
        try:
            (message,) = self._ask(header, raw, MESSAGES)
        except _Failed as failure:
            advice = "一封邮件无法解析，原件已保留；程序会再试，仍不行时请人工查看。"
            raise ReaderDied(f"reader_{failure.code}", advice, failure.detail) from failure
        return message

    def file(self, name: str, content: bytes) -> tuple[FileReading, ...]:
        """One attachment's readings; TIMEOUT, BOMB or CRASHED where it killed its reader."""
        shown = name.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate is no JSON
        begun = time.monotonic()
        try:
            readings = self._ask({"operation": "file", "name": shown}, content, READINGS)
        except _Failed as failure:
            return (_lost(shown, failure),)
        if not any(_is_unread_scan(r) for r in readings) or not available():
            return readings
        left = self._seconds - (time.monotonic() - begun)
        return self._with_scans(shown, content, readings, left)

    def _with_scans(
        self, name: str, content: bytes, readings: tuple[FileReading, ...], seconds: float
    ) -> tuple[FileReading, ...]:
        """The same file read again with eyes; the first readings, saying why, where that fails."""
        if self._eyes is None:
            self._eyes = Reader(self._spec, self._seconds, self._scan_memory, self._command)
        header = {"operation": "file", "name": name, "scans": True}
        try:
            return self._eyes._ask(header, content, READINGS, seconds)
        except (_Failed, EdgeError) as failure:
            return tuple(_not_seen(r, str(failure)) for r in readings)

    def body(self, text: str, html: str) -> FileReading:
        """What stands in a mail's own text."""
        first = text.encode("utf-8", "surrogatepass")
        header = {"operation": "body", "text_length": len(first)}
        try:
            (reading,) = self._ask(header, first + html.encode("utf-8", "surrogatepass"), READINGS)
        except _Failed as failure:
            return _lost("正文", failure)
        return reading

    def pictures(self, form: Form, pdf: bytes = b"") -> tuple[tuple[str, bytes], ...]:
        """PNG pictures of where a form's fields stand, by field: from `pdf`, which shows the form, else drawn.

        () where they cannot be made: a picture is a help, never a condition.
        """
        first = FORMS.dump_json((form,))
        header = {"operation": "pictures", "form_length": len(first)}
        try:
            return self._ask(header, first + pdf, PICTURES)
        except _Failed:
            return self.pictures(form) if pdf else ()

    def _ask(
        self,
        header: dict[str, Any],
        body: bytes,
        shape: "TypeAdapter[tuple[T, ...]]",
        seconds: float | None = None,
    ) -> tuple[T, ...]:
        child = self._ready_child()
        try:
            answer = shape.validate_json(
                child.ask(header, body, self._seconds if seconds is None else seconds)
            )
        except ValidationError as error:
            self.close()
            raise _Failed(TroubleCode.CRASHED, f"answer of a wrong shape: {error}"[:2000]) from error
        except (
            BaseException
        ):  # also an interrupt: what this child answers late is no answer to the next request
            self.close()
            raise
        if child.served >= RECYCLE_AFTER or child.resident() > self._memory // 2:
            self.close()
        return answer

    def _ready_child(self) -> "_Child":
        if self._child is not None and not self._child.alive():
            self.close()
        if self._child is None:
            child = _Child(self._command, self._memory)
            try:
                child.begin(self._spec, self._seconds)
            except _Failed as failure:
                child.kill()
                advice = "文件读取程序无法启动，请重新安装旬报程序，或检查可用内存。"
                raise EdgeError("reader_start", advice, failure.detail) from failure
            self._child = child
        return self._child


class _Child:
    """One child process, and what watches it."""

    def __init__(self, command: Sequence[str], memory: int) -> None:
        self._memory = memory
        self.served = 0
        self.doomed = False  # killed, though the system may not have noticed yet
        group: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            group = {"creationflags": subprocess.CREATE_NO_WINDOW}
        try:
            self._process = subprocess.Popen(
                [sys.executable, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(),
                **group,
            )
        except OSError as error:
            raise EdgeError("reader_start", "文件读取程序无法启动，请检查可用内存。", repr(error)) from error
        self._to, self._from = cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)
        self._said = bytearray()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

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
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def end(self) -> None:
        """Kill it and whatever it has started."""
        self.doomed = True
        _kill_group(self._process)

    def kill(self) -> None:
        """End it and forget its pipes."""
        self.end()
        self._process.wait()
        self._listener.join(1)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):
                cast(BinaryIO, pipe).close()

    def _exchange(self, header: dict[str, Any], body: bytes, seconds: float, wanted: str) -> bytes:
        with _Watch(self, seconds, self._memory) as watch:
            try:
                write_frame(self._to, header, body)
                answer, result = read_frame(self._from)
            except (OSError, EOFError, ValueError, RecursionError) as error:
                raise _Failed(watch.verdict or TroubleCode.CRASHED, self._last_words(error)) from error
        if answer.get("status") == wanted:
            return result
        if answer.get("status") == "fault":
            advice = "读取程序不完整，请重新安装旬报程序；邮件都已保存，装好后会自动处理。"
            raise EdgeError("reader_fault", advice, str(answer.get("detail", ""))[:2000])
        code = TroubleCode.BOMB if answer.get("status") == "memory" else TroubleCode.CRASHED
        raise _Failed(code, str(answer.get("detail", ""))[:2000])

    def _last_words(self, error: Exception) -> str:
        if not isinstance(error, ValueError):  # it is ending by itself; one that talks nonsense is not
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
        self.end()
        self._process.wait()
        self._listener.join(1)
        said = bytes(self._said).decode("utf-8", "replace")
        return f"{error!r}, exit {self._process.returncode}: {said}"[:4000]

    def _listen(self) -> None:
        """Keep the last of what it writes to standard error; without a listener it would block when the pipe is full."""
        with suppress(OSError, ValueError):
            while said := os.read(cast(BinaryIO, self._process.stderr).fileno(), 65536):
                self._said += said
                del self._said[:-STDERR_BYTES]


class _Watch:
    """Kills the child when its time is up or its memory above the bound; `verdict` says which."""

    def __init__(self, child: _Child, seconds: float, memory: int) -> None:
        self.verdict: TroubleCode | None = None
        self._child = child
        self._memory = memory
        self._end = time.monotonic() + seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(max(0.0, min(STEP, self._end - time.monotonic()))):
            if time.monotonic() >= self._end:
                self.verdict = TroubleCode.TIMEOUT
            elif self._child.resident() > self._memory:
                self.verdict = TroubleCode.BOMB
            if self.verdict:
                self._child.end()
                return


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    """SIGKILL to the child's own session on POSIX; on Windows to it and its descendants."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        return
    with suppress(psutil.Error):
        child = psutil.Process(process.pid)
        for member in [*child.children(recursive=True), child]:
            member.kill()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    roots = [str(Path(__file__).resolve().parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(roots)}


def _lost(name: str, failure: _Failed) -> FileReading:
    return FileReading(name, "", trouble=Trouble(failure.code, _ADVICE[failure.code], failure.detail))


def _is_unread_scan(reading: FileReading) -> bool:
    return reading.trouble is not None and reading.trouble.code is TroubleCode.SCAN_UNREAD


def _not_seen(reading: FileReading, why: str) -> FileReading:
    """A scan whose reading failed stays an unread one; the detail is for the log."""
    trouble = reading.trouble
    if trouble is None or trouble.code is not TroubleCode.SCAN_UNREAD:
        return reading
    detail = f"{trouble.detail}; {why}"[:4000]
    return replace(reading, trouble=replace(trouble, detail=detail))
