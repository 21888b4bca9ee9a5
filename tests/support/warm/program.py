"""The program's processes without its start, for tests that run it hundreds of times.

    with warm_program() as command:
        subprocess.run([*command, "status", "--json", ...])

Each command is a process of its own, in a session of its own, with the caller's environment, folder, input and outputs; it
ends as ever, and whoever kills the command that was started kills it too. What is saved is some 1.5 s of a core. The
program's reading child is started so, too, which saves most of another. Tests of the start itself, of what bounds a reading
child, of a worker that stays, and of Windows do not use this.

All tests of a run share one such server, whichever worker they run in (sharing.py): whoever wants it first starts it, which
takes five seconds of a core, and it ends with the run.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_ROOT = Path(__file__).parents[3]
_SERVER = str(Path(__file__).with_name("server.py"))
_ASKING = str(Path(__file__).with_name("asking.py"))


class Run(NamedTuple):
    """Where its tests find their server, and the process whose end is its own."""

    folder: str
    process: int


# None outside pytest: a server for each that asks
_run: Run | None = None
# Kept: Python complains of a process that nobody has in hand
_started_here: list["subprocess.Popen[str]"] = []


def share(run: Run) -> None:
    """From here on all that ask get the server of this run."""
    global _run  # noqa: PLW0603 -- the tests have imported warm_program by then
    _run = run


@contextmanager
def warm_program() -> Iterator[list[str]]:
    """The words that begin a command."""
    if _run is not None:
        place = _place_of(_run)
        yield _words(place)
        # Else each command after its death fails for a reason of its own
        assert _answers(place), "the warm server ended too early"
        return
    with tempfile.TemporaryDirectory(prefix="xw") as folder:
        place = f"{folder}/s"
        server = _started(place, os.getpid())
        try:
            yield _words(place)
        finally:
            gone = server.poll()
            server.terminate()
            server.wait()
            assert gone is None, f"the warm server ended too early: {gone}"


def _place_of(run: Run) -> str:
    """Whoever comes while it starts waits for it."""
    # Windows has none, and no warm program
    import fcntl

    place = f"{run.folder}/s"
    with Path(f"{run.folder}/lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not Path(place).exists():
            _started_here.append(_started(place, run.process))
    return place


def _started(place: str, ends_with: int) -> "subprocess.Popen[str]":
    server = subprocess.Popen(
        [sys.executable, _SERVER, place, str(ends_with)],
        cwd=_ROOT,
        env=dict(os.environ, PYTHONPATH=str(_ROOT)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    with server.stdout as told:
        assert told.readline() == "ready\n"
    return server


def _answers(place: str) -> bool:
    """It takes one who asks nothing for what he is."""
    with socket.socket(socket.AF_UNIX) as asking:
        return asking.connect_ex(place) == 0


def _words(place: str) -> list[str]:
    return [sys.executable, "-S", "-E", _ASKING, place]
