"""Run by torture.py: a worker that is forked for each wake, everything imported, and killed at the place it is told.

One JSON line in, {"folder", "now", "kill", "count"}, one out, {"status", "seconds"}. `kill`: null, {"syscall", "when"} for the
k-th call of that name (by strace), which with "error" fails instead, or {"after"} for seconds. `count`: a file for strace's count of the calls that write or speak.
With "here" the wake is this process's own, so that what it learns (statements, templates) need not be learnt by each copy.
With an argument, one protection is off for good: the control that must lose, double or repeat.
"""

import gc
import json
import os
import signal
import subprocess
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import datetime
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import _environment

from torture.world import SECRET, waited_for

CALLS = (
    "pwrite64", "fsync", "fdatasync", "write", "rename", "unlink", "mkdir", "chmod", "openat", "sendto", "recvfrom", "connect",
)  # fmt: skip
WRITING = CALLS[: CALLS.index("openat")]
# Ended with a sentence for a person, as the command does
SAID = 1


def wake(folder: Path, now: datetime) -> None:
    """What `xunbao once --now` does, with the reader in this process: what a child does with foreign bytes is not under test."""
    from campaign_maker import settings
    from plain_reader import PlainReader

    from pipeline.bootstrap import assemble
    from pipeline.cli.running.one_wake import work_once
    from pipeline.edges.ledger.new_row import NewRow
    from pipeline.edges.ledger.tables import MetaRow

    class Unseeing(PlainReader):
        """Pictures are made by a child process; mails go without them where they cannot be made."""

        def pictures(
            self, form: Any, pdf: bytes = b""
        ) -> tuple[tuple[str, bytes], ...]:
            return ()

    found = assemble(
        settings(folder / "config.toml"),
        now,
        read_with=Unseeing,
        render_with=_renderer,
    )
    with found.worker_lock():
        found.store.append_once([NewRow(MetaRow, key="secret", value=SECRET)])
        work_once(found)
        found.close()


@cache
def _renderer(templates: Path | None) -> Any:
    from pipeline.writing.templates import Renderer

    return Renderer(templates)


def without(protection: str) -> None:
    """Takes one promise away, as a plausible program would not have kept it."""
    if protection not in _WITHOUT:
        raise SystemExit(f"no such protection: {protection}")
    _WITHOUT[protection]()


def _without_bytes_first() -> None:
    """The row first, the bytes behind it."""
    from pipeline.edges.fault_points import FaultPoint, install
    from pipeline.writing.envelope import MARKER

    put_off: list[Callable[[], None]] = []

    def row_first(write: Callable[[], None]) -> None:
        write()
        while put_off:
            put_off.pop(0)()

    def of_others_later(keep: Callable[[], None], raws: list[bytes]) -> None:
        # Letters of our own have no sighting behind which they could be kept.
        if any(MARKER.encode() in raw for raw in raws):
            keep()
        else:
            put_off.append(keep)

    install(FaultPoint.KEEP_BYTES, of_others_later)
    install(FaultPoint.SIGHTING_ROW, row_first)


def _without_dedupe() -> None:
    """Every mail is a new one."""
    from pipeline.edges.fault_points import FaultPoint, install

    known: list[Any] = []

    def forgotten(ask: Callable[[], list[Any]]) -> list[Any]:
        known[:] = ask()
        return []

    def always_new(given: Callable[[], tuple[str, Any]]) -> tuple[str, Any]:
        identity, judgement = given()
        if not known:
            return identity, judgement
        reports = []
        for report in judgement.reports:
            new = f"{uuid.uuid4().hex[:8]}-1"
            reports.append(replace(report, id=new))
        judged = replace(judgement, reports=tuple(reports))
        return identity + str(uuid.uuid4()), judged

    install(FaultPoint.KNOWN_MAIL, forgotten)
    install(FaultPoint.RECORDED_AS, always_new)


def _without_sending_first() -> None:
    """What is about to be sent is not written down before."""
    from pipeline.edges.fault_points import FaultPoint, install
    from pipeline.model.outgoing import DeliveryEvent, DeliveryState

    def only_answers(note: Callable[[], None], event: DeliveryEvent) -> None:
        if event.state is not DeliveryState.SENDING:
            note()

    install(FaultPoint.DELIVERY_ROW, only_answers)


_WITHOUT = {
    "bytes-first": _without_bytes_first,
    "dedupe": _without_dedupe,
    "sending-first": _without_sending_first,
}


def in_a_fork(task: dict[str, Any]) -> dict[str, Any]:
    """One wake in a copy of this process; it begins once whoever is to kill it is ready."""
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        _begin(ready, go, task)
    os.close(ready)
    tracer = _tracer(child, task)
    begun = time.monotonic()
    os.write(go, b"!")
    os.close(go)
    if (task["kill"] or {}).get("after") is not None:
        time.sleep(task["kill"]["after"])
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    seconds = time.monotonic() - begun
    if tracer is not None:
        tracer.wait()
    return {"status": status, "seconds": seconds}


def _begin(ready: int, go: int, task: dict[str, Any]) -> None:
    from pipeline.model.operation.errors import EdgeError

    status = 70
    try:
        os.close(go)
        os.read(ready, 1)
        out = os.open(
            Path(task["folder"]) / "worker.out",
            os.O_WRONLY | os.O_CREAT | os.O_APPEND,
        )
        os.dup2(out, 1)
        os.dup2(out, 2)
        wake(Path(task["folder"]), datetime.fromisoformat(task["now"]))
        status = 0
    except EdgeError as trouble:
        # What `guarded` makes of it
        status = (
            SAID
            if any(
                "\u4e00" <= character <= "\u9fff"
                for character in trouble.advice
            )
            else 71
        )
        _say(f"{trouble.advice} {trouble.detail}")
    except BaseException:  # noqa: BLE001 -- whatever it is, a fork must end here, and say why
        _say(traceback.format_exc())
    finally:
        os._exit(status)


def _say(text: str) -> None:
    """By a call that is never made to fail."""
    os.writev(1, [f"{text}\n".encode()])


def _tracer(
    child: int, task: dict[str, Any]
) -> "subprocess.Popen[bytes] | None":
    kill, count = task["kill"] or {}, task.get("count")
    if "syscall" in kill:
        name = kill["syscall"]
        what = f"error={kill['error']}" if "error" in kill else "signal=KILL"
        how = [
            f"--trace={name}",
            f"--inject={name}:{what}:when={kill['when']}",
            "-o",
            os.devnull,
        ]
    elif count:
        how = [
            "-c",
            "-o",
            count,
            "--trace=" + ",".join(f"?{name}" for name in CALLS),
        ]
    else:
        return None
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-p", str(child), *how],
        stderr=subprocess.DEVNULL,
    )
    status = Path(f"/proc/{child}/status")
    if not waited_for(lambda: "TracerPid:\t0\n" not in status.read_text(), 20):
        raise TimeoutError("strace does not attach")
    return tracer


def main() -> None:
    import alembic.command  # noqa: F401 -- imported here, it need not be imported by each copy
    from compiled_once import keep_compiled

    import pipeline.cli.running.one_wake
    import pipeline.edges.ledger.migrations
    import pipeline.edges.mail.mailbox
    import pipeline.edges.mail.smtp_post
    import pipeline.writing.bulletin.official_document
    import pipeline.writing.bulletin.workbook
    import pipeline.writing.enclosures
    import pipeline.writing.templates  # noqa: F401

    if len(sys.argv) > 1:
        without(sys.argv[1])
    keep_compiled()
    for line in sys.stdin:
        task = json.loads(line)
        if task.get("here"):
            with redirect_stdout(StringIO()):
                wake(Path(task["folder"]), datetime.fromisoformat(task["now"]))
            gc.freeze()
        print(
            json.dumps(
                {"status": 0, "seconds": 0}
                if task.get("here")
                else in_a_fork(task)
            ),
            flush=True,
        )


if __name__ == "__main__":
    _environment.enter(dev=True)
    main()
