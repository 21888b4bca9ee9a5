"""A LibreOffice that is kept running, so that a print after the first costs a fraction of
a second.

For: the second look, which prints every file that was read. Trusts no print: it is a
stranger's file again. The program that waits holds an empty document open, and a second
one with the same profile hands it each file and goes. Never outlives the worker
(`kept_program`), and never costs a file more than its seconds: a program that hangs is
killed with all that it has started, and the next file starts another.
"""

import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from pipeline.edges.processes.child import environment, interpreter
from pipeline.edges.processes.libreoffice import (
    OfficeFolder,
    printable,
    program,
)
from pipeline.edges.processes.process_group import kill_group, own_group

# To start, on a slow disk with an empty profile
FIRST_SECONDS = 20.0
# For a file, once it runs
PRINT_SECONDS = 2.0
# Prints in a row that came to nothing: then none is tried any more
PRINTS_LOST = 3
# Of one process: what leaks does not add up
_MOST_PRINTS = 200
# Seconds between two looks whether it has started
_LOOK = 0.02
_KEEPER = ("-P", "-X", "utf8", "-m", "pipeline.edges.processes.kept_program")
# The document that the waiting program holds: without one it would end with the first
# print. It is ready when it has locked it.
_HELD, _LOCK = "held.fodt", ".~lock.held.fodt#"
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'office:version="1.2" '
    'office:mimetype="application/vnd.oasis.opendocument.text">'
    "<office:body><office:text/></office:body></office:document>"
)


class Printer:
    """Prints one document after another by one program. Not for two threads at once.

    `seconds` a print may take once the program runs, `first` the start and the print
    behind it.
    """

    def __init__(
        self, seconds: float = PRINT_SECONDS, first: float = FIRST_SECONDS
    ) -> None:
        self._office = program()
        self._seconds = seconds
        self._first = first
        self._waiting: _Waiting | None = None
        self._lost = 0

    def __enter__(self) -> "Printer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def available(self) -> bool:
        """Whether a print is worth trying: a program that never prints would cost each
        file its whole time."""
        return self._office is not None and self._lost < PRINTS_LOST

    def close(self) -> None:
        """End the program, and forget its profile."""
        if self._waiting is not None:
            self._waiting.end()
            self._waiting = None

    def printed(self, content: bytes, kind: str, to: str = "pdf") -> bytes:
        """The document as PDF, or as another format that its program writes; b"" where
        LibreOffice is missing, late, or cannot open it."""
        if self._office is None or not printable(kind) or not content:
            return b""
        try:
            pdf = self._print(self._office, content, kind, to)
        except OSError:
            # a full disk, a program that went away: there is no print
            pdf = b""
        self._lost = 0 if pdf else self._lost + 1
        if not pdf:
            self.close()
        return pdf

    def _print(self, office: str, content: bytes, kind: str, to: str) -> bytes:
        if self._waiting is None:
            self._waiting = _Waiting(office)
            if not self._waiting.is_ready(self._first):
                return b""
            seconds = self._first
        else:
            seconds = self._seconds
        pdf = self._waiting.print(content, kind, seconds, to)
        if self._waiting.prints >= _MOST_PRINTS:
            self.close()
        return pdf


class _Waiting:
    """The program that waits for files, in a folder of its own."""

    def __init__(self, office: str) -> None:
        self.prints = 0
        self._place = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._folder = OfficeFolder(office, Path(self._place.name))
        held = self._folder.path / _HELD
        held.write_text(_EMPTY, "utf-8")
        python, of_venv = interpreter()
        quiet = subprocess.DEVNULL
        self._keeper = subprocess.Popen(
            [python, *_KEEPER, *self._folder.command("--nologo", str(held))],
            stdin=subprocess.PIPE,
            stdout=quiet,
            stderr=quiet,
            env=environment() | of_venv,
            **own_group(),
        )

    def is_ready(self, seconds: float) -> bool:
        """Waits until it has opened its document; False where it does not in time."""
        end = time.monotonic() + seconds
        lock = self._folder.path / _LOCK
        while time.monotonic() < end and self._keeper.poll() is None:
            if lock.exists():
                return True
            time.sleep(_LOOK)
        return False

    def print(
        self, content: bytes, kind: str, seconds: float, to: str
    ) -> bytes:
        self.prints += 1
        return self._folder.print(content, kind, seconds, to)

    def end(self) -> None:
        kill_group(self._keeper)
        self._keeper.wait()
        if self._keeper.stdin is not None:
            with suppress(OSError):
                self._keeper.stdin.close()
        self._place.cleanup()
