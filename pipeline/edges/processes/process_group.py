"""Ending a process with all that it started: the one place that kills.

Trusts that the process was started by `own_group()`; never touches any other.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

import psutil


def own_group() -> dict[str, Any]:
    """Arguments to Popen that give the process a group of its own, and on Windows no
    window."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """SIGKILL to the process's own session on POSIX; on Windows to it and its
    descendants. One that has gone already is no error."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        return
    descendants: list[psutil.Process] = []
    with suppress(psutil.Error):
        descendants = psutil.Process(process.pid).children(recursive=True)
    # By the handle, and each by itself: one that has just gone, or cannot be ended,
    # must not save the others.
    with suppress(OSError):
        process.kill()
    for member in descendants:
        with suppress(psutil.Error):
            member.kill()
