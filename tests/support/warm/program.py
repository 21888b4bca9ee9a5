"""The program's processes without its start, for tests that run it hundreds of times.

    with warm_program() as command:
        subprocess.run([*command, "status", "--json", ...])

Each command is a process of its own, in a session of its own, with the caller's environment, folder, input and outputs; it
ends as ever, and whoever kills the command that was started kills it too. What is saved is some 1.5 s of a core. The
program's reading child is started so, too, which saves most of another. Tests of the start itself, of what bounds a reading
child, of a worker that stays, and of Windows do not use this.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[3]
_SERVER = str(Path(__file__).with_name("server.py"))


@contextmanager
def warm_program() -> Iterator[list[str]]:
    """The words that begin a command."""
    with tempfile.TemporaryDirectory(prefix="xw") as folder:
        place = f"{folder}/s"
        server = subprocess.Popen(
            [sys.executable, _SERVER, "--serve", place],
            cwd=_ROOT,
            env=dict(os.environ, PYTHONPATH=str(_ROOT)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdin is not None and server.stdout is not None
        try:
            assert server.stdout.readline() == "ready\n"
            yield [sys.executable, "-S", "-E", _SERVER, place]
        finally:
            gone = server.poll()
            server.stdin.close()
            server.stdout.close()
            server.wait()
            # Else each command after its death fails for a reason of its own
            assert gone is None, f"the warm server ended too early: {gone}"
