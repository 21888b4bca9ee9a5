"""The file `heartbeat` in the storage: when `run` last looked up, and whether it was
told to end. `health` and `status` read it.

Never raises: a disk that takes no heartbeat is told of by the wake, and a file that was
cut off while it was written is as none.
"""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pipeline.model.operation.last_heartbeat import Heartbeat

NAME = "heartbeat"
# Behind the moment, where the worker ended by itself
_STOPPED = "stopped"


def leave(directory: Path, beat: Heartbeat) -> None:
    line = beat.at.isoformat()
    if beat.stopped:
        line = f"{line} {_STOPPED}"
    with suppress(OSError):
        (directory / NAME).write_text(line, encoding="ascii")


def last(directory: Path) -> Heartbeat | None:
    """None where no worker has ever stayed here."""
    with suppress(OSError, ValueError):
        line = (directory / NAME).read_text("ascii")
        at, _, word = line.strip().partition(" ")
        return Heartbeat(datetime.fromisoformat(at), stopped=word == _STOPPED)
    return None
