"""LibreOffice, where it is installed, to print a document as PDF: one of ours that goes
with a bulletin, a form for a person who asked to see it, and for the second look at what
was read.

An office program is a large door. It opens a stranger's file without our secrets, with
a profile of its own in which macros and links are off, bounded in time, and is killed
with all that it has started. Its print is a stranger's file again, read in the child.
"""

import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from pipeline.edges.processes.child import environment
from pipeline.edges.processes.process_group import kill_group, own_group

SECONDS = (
    40.0  # for a person who waits; a first start on a slow disk takes twenty
)

_SUFFIXES = {
    "docx": ".docx",
    "docm": ".docx",
    "dotx": ".docx",
    "doc": ".doc",
    "odt": ".odt",
    "fodt": ".fodt",
    "rtf": ".rtf",
    "xlsx": ".xlsx",
    "xlsm": ".xlsx",
    "xls": ".xls",
    "xlsb": ".xlsb",
    "sheetxml": ".xml",
    "ods": ".ods",
    "fods": ".fods",
}
_WINDOWS = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
_SCRIPTING = "/org.openoffice.Office.Common/Security/Scripting"
# no macro runs, no link is followed, nothing is computed anew that the file has stored
_SETTINGS = (
    (_SCRIPTING, "DisableMacrosExecution", "true"),
    (_SCRIPTING, "MacroSecurityLevel", "3"),
    (_SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "2"),
)


def program() -> str | None:
    """Where LibreOffice is; None where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next(
        (path for path in _WINDOWS if Path(path).is_file()), None
    )


def printable(kind: str) -> bool:
    """Whether a file of this kind can be printed."""
    return kind in _SUFFIXES


def printed(content: bytes, kind: str, seconds: float = SECONDS) -> bytes:
    """The document as PDF; b"" where LibreOffice is missing, late, or cannot open it."""
    with Printer() as printer:
        return printer.printed(content, kind, seconds)


class Printer:
    """Prints one document after another with one profile: what the first start sets up
    need not be set up again. Not for two threads at once."""

    def __init__(self) -> None:
        self._office = program()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> "Printer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def available(self) -> bool:
        return self._office is not None

    def close(self) -> None:
        """Forget the profile and whatever was left beside it."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def printed(
        self, content: bytes, kind: str, seconds: float = SECONDS
    ) -> bytes:
        """The document as PDF; b"" where LibreOffice is missing, late, or cannot open it."""
        suffix = _SUFFIXES.get(kind)
        if self._office is None or suffix is None:
            return b""
        try:
            return self._print(self._office, content, suffix, seconds)
        except OSError:
            # a full disk, a program that went away: there is no print
            return b""

    def _print(
        self, office: str, content: bytes, suffix: str, seconds: float
    ) -> bytes:
        work = self._work()
        source = work / f"form{suffix}"
        pdf = work / "form.pdf"
        source.write_bytes(content)
        pdf.unlink(missing_ok=True)
        command = [
            office,
            f"-env:UserInstallation={(work / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf",
            "--outdir",
            str(work),
            str(source),
        ]
        _run(command, seconds)
        source.unlink(missing_ok=True)
        return pdf.read_bytes() if pdf.is_file() else b""

    def _work(self) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(
                ignore_cleanup_errors=True
            )
            user = Path(self._folder.name) / "profile" / "user"
            user.mkdir(parents=True)
            (user / "registrymodifications.xcu").write_text(_profile(), "utf-8")
        return Path(self._folder.name)


def _profile() -> str:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>'
    )


# What LibreOffice writes of the moment and of chance; each is replaced by as many bytes,
# so that the table of offsets stays true.
_OF_THE_MOMENT = re.compile(
    rb"/CreationDate\(D:[^)]*\)|/ModDate\(D:[^)]*\)"
    rb"|/ID\s*\[\s*<[0-9A-F]*>\s*<[0-9A-F]*>\s*\]|/DocChecksum\s*/[0-9A-F]*"
)


def printed_alike(content: bytes, kind: str) -> bytes:
    """`printed`, without what changes from one printing to the next."""
    pdf = printed(content, kind)
    return _OF_THE_MOMENT.sub(lambda match: b" " * len(match[0]), pdf)


def _run(command: list[str], seconds: float) -> None:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        command,
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        env=environment(),
        **own_group(),
    )
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    # also when it ended by itself: what it has started goes with it
    kill_group(process)
    process.wait()
