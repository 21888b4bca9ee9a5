"""The log that stays: what the worker did, a line each, in storage/log/xunbao.log,
rotated so that it never fills a disk.

Trusts nobody's text: what came out of a mail is one line of visible characters before
it is written. Names a mail by its key, a unit by its name; never an address, a figure
or a subject: whoever has a question asks the ledger.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from pipeline.edges.files.disk import write_whole
from pipeline.edges.files.permissions import private_folder

# Of one file, and how many older ones stay
_MOST_BYTES = 2_000_000
_KEPT = 5
_TIME = len("2015-09-10 18:05:00")


class _ClosedBetween(RotatingFileHandler):
    """Holds no file open between two lines, so that old ones can be cut off."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- logging's name
        """A disk that takes no line is told of by the ledger, which needs it more;
        logging would print a traceback."""

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        self.close()


def open_log(directory: Path) -> Callable[[str], None]:
    """A function that writes one line with its time. The file is opened with the first line."""
    folder = private_folder(private_folder(directory) / "log")
    handler = _ClosedBetween(
        folder / "xunbao.log",
        maxBytes=_MOST_BYTES,
        backupCount=_KEPT,
        encoding="utf-8",
        delay=True,
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.Logger("xunbao")
    logger.addHandler(handler)
    return logger.info


class OldLog:
    """The log's files, for cutting off what is kept no longer. Times in them are this
    machine's local ones."""

    def __init__(self, directory: Path) -> None:
        self._folder = directory / "log"

    def older(self, before: datetime) -> list[str]:
        """The names of the files whose first line is older."""
        found = []
        for p in sorted(self._folder.glob("xunbao.log*")):
            if _is_older(_first(p), before):
                found.append(p.name)
        return found

    def trim(self, name: str, before: datetime) -> None:
        """Cuts the older lines off a file; what is then empty is removed."""
        path = self._folder / name
        kept = "".join(_since(path, before))
        if not kept:
            path.unlink()
            return
        write_whole(path, kept.encode())


def _first(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as lines:
        return next(lines, "")


def _since(path: Path, before: datetime) -> Iterator[str]:
    """The lines from the first one on that is not older; a line without a time belongs
    to the one above it."""
    keeping = False
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            keeping = keeping or (
                (at := _time(line)) is not None and at >= before
            )
            if keeping:
                yield line


def _is_older(line: str, before: datetime) -> bool:
    at = _time(line)
    return at is not None and at < before


def _time(line: str) -> datetime | None:
    try:
        return datetime.fromisoformat(line[:_TIME]).astimezone()
    except ValueError:
        return None
