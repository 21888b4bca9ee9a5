"""A reading child whose `file` operation misbehaves as the file's name says: what a hostile file could make it do."""

import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from pipeline.model.form import FileReading, FormSpec
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.child import loop
from pipeline.reading.child.frames import READINGS, write_frame


def misbehave(header: dict[str, Any], body: bytes, spec: FormSpec) -> bytes:
    name = header["name"]
    if name.startswith("scan "):
        return scan(name, bool(header.get("scans")), body)
    detail = MISDEEDS[name](body) if name in MISDEEDS else "none"
    return READINGS.dump_json((FileReading(name, f"{os.getpid()} {detail}"),))


def scan(name: str, with_eyes: bool, body: bytes) -> bytes:
    """An unread scan; asked to look at it, the child says that it saw it, or does what the name says."""
    if not with_eyes:
        unread = Trouble(TroubleCode.SCAN_UNREAD, "未能识别。")
        return READINGS.dump_json(
            (
                FileReading("报表.docx", "docx"),
                FileReading(name, "jpg", trouble=unread),
            )
        )
    MISDEEDS.get(name.removeprefix("scan "), lambda body: "")(body)
    return READINGS.dump_json((FileReading(name, f"seen by {os.getpid()}"),))


def never_answer(header: dict[str, Any], body: bytes, spec: FormSpec) -> bytes:
    time.sleep(600)
    return b""


def segfault(body: bytes) -> None:
    ctypes.string_at(0)


def eat_memory(body: bytes) -> None:
    hoard = []
    while True:
        hoard.append(bytearray(10_000_000))


def raise_panic(body: bytes) -> None:
    raise BaseException("PanicException: index out of bounds")


def recurse(body: bytes) -> None:
    recurse(body)


def lack_a_module(body: bytes) -> None:
    import no_such_module_of_ours  # type: ignore[import-not-found]  # noqa: F401


def flood_stderr(body: bytes) -> str:
    os.write(2, b"x" * 5_000_000)
    print("something a library prints to standard output")
    return "said"


def write_a_file(body: bytes) -> str:
    Path(body.decode()).write_bytes(b"x" * 10)
    return "written"


def start_another(body: bytes) -> None:
    sleeper = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"]
    )
    print(f"sleeper {sleeper.pid}", file=sys.stderr, flush=True)
    time.sleep(600)


def answer_nonsense(body: bytes) -> None:
    sink = os.fdopen(os.dup(SINK), "wb")
    write_frame(sink, {"status": "ok"}, b'[{"name": 1}]')
    time.sleep(600)


def answer_garbage(body: bytes) -> None:
    os.write(SINK, b"\xff" * 100)
    time.sleep(600)


def spin(body: bytes) -> None:
    while True:
        pass


MISDEEDS: dict[str, Any] = {
    "segfault": segfault,
    "eat": eat_memory,
    "panic": raise_panic,
    "recurse": recurse,
    "incomplete": lack_a_module,
    "exit": lambda body: os._exit(0),
    "sys.exit": lambda body: sys.exit(0),
    "spin": spin,
    "sleep": lambda body: time.sleep(600),
    "flood": flood_stderr,
    "write": write_a_file,
    "start": start_another,
    "nonsense": answer_nonsense,
    "garbage": answer_garbage,
    "environment": lambda body: " ".join(sorted(os.environ)),
}

if __name__ == "__main__":
    SINK = os.dup(1)
    loop.OPERATIONS["file"] = misbehave
    loop.OPERATIONS["message"] = never_answer
    loop.OPERATIONS["pictures"] = lambda header, body, spec: os._exit(1)
    loop.main()
