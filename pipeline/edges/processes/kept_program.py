"""Starts the program that its arguments name, and ends it when its own input ends; ends
itself where the program fails.

Run as `python -m pipeline.edges.processes.kept_program PROGRAM ARGUMENT...` in a process
group of its own. For: a program that is kept running beside the worker. A worker that is
killed takes nothing with it; the end of its pipe does. Knows nothing of the program.
"""

import os
import signal
import subprocess
import sys
import threading

import psutil


def main() -> None:
    """Runs the program named by the arguments until it ends or our standard input does:
    whoever holds the other end of that has died, and nothing is left running."""
    quiet = subprocess.DEVNULL
    program = subprocess.Popen(
        sys.argv[1:],
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
    )
    watch = threading.Thread(target=_end_with, args=(program,), daemon=True)
    watch.start()
    sys.stdin.buffer.read()
    if sys.platform != "win32":
        os.killpg(os.getpgrp(), signal.SIGKILL)
    for member in psutil.Process().children(recursive=True):
        member.kill()
    program.wait()


def _end_with(program: "subprocess.Popen[bytes]") -> None:
    """One that ends well may have left its work to a child of its own."""
    if program.wait() != 0:
        os._exit(1)


if __name__ == "__main__":
    main()
