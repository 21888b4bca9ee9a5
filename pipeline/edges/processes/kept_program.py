"""Starts the program that its arguments name, and ends it when its own input ends.

Run as `python -m pipeline.edges.processes.kept_program PROGRAM ARGUMENT...` in a process
group of its own. For: a program that is kept running beside the worker. A worker that is
killed takes nothing with it; the end of its pipe does. Knows nothing of the program.
"""

import os
import signal
import subprocess
import sys

import psutil


def main() -> None:
    quiet = subprocess.DEVNULL
    program = subprocess.Popen(
        sys.argv[1:],
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
    )
    sys.stdin.buffer.read()
    if sys.platform != "win32":
        os.killpg(os.getpgrp(), signal.SIGKILL)
    for member in psutil.Process().children(recursive=True):
        member.kill()
    program.wait()


if __name__ == "__main__":
    main()
