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
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pipeline.edges.processes.child import environment
from pipeline.edges.processes.process_group import kill_group, own_group

# For a person who waits; a first start on a slow disk takes twenty
SECONDS = 40.0

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
# no macro runs, no link is followed, nothing is computed again that the file has stored
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


def printed(
    content: bytes,
    kind: str,
    seconds: float = SECONDS,
    find: Callable[[], str | None] = program,
) -> bytes:
    """The document as PDF; b"" where LibreOffice is missing, late, or cannot open it.
    `find` says where it is."""
    office = find()
    if office is None or not printable(kind):
        return b""
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            return OfficeFolder(office, Path(folder)).print(
                content, kind, seconds
            )
    except OSError:
        # a full disk, a program that went away: there is no print
        return b""


class OfficeFolder:
    """A folder with a profile of its own, in which one program prints one document at a
    time. Raises OSError where the disk or the program fails."""

    def __init__(self, office: str, folder: Path) -> None:
        self._office = office
        self._folder = folder
        user = folder / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_profile(), "utf-8")

    @property
    def path(self) -> Path:
        return self._folder

    def command(self, *arguments: str) -> list[str]:
        """The program's command line, without a window and with this profile."""
        profile = (self._folder / "profile").as_uri()
        return [
            self._office,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--norestore",
            *arguments,
        ]

    def print(
        self, content: bytes, kind: str, seconds: float, to: str = "pdf"
    ) -> bytes:
        """A printable document as PDF, or as another of its program's formats; b"" where
        it is late or cannot be opened."""
        source = self._folder / f"form{_SUFFIXES[kind]}"
        outdir = self._folder / "made"
        made = outdir / f"form.{to}"
        source.write_bytes(content)
        made.unlink(missing_ok=True)
        command = self.command(
            "--convert-to", to, "--outdir", str(outdir), str(source)
        )
        ended = _run(command, seconds)
        source.unlink(missing_ok=True)
        if ended and made.is_file():
            return made.read_bytes()
        return b""


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


def printed_alike(
    content: bytes, kind: str, has_fonts: Callable[[], bool]
) -> bytes:
    """`printed`, without what changes from one printing to the next; b"" too where its
    Chinese would come out as empty boxes."""
    if not has_fonts():
        return b""
    pdf = printed(content, kind)
    return _OF_THE_MOMENT.sub(lambda match: b" " * len(match[0]), pdf)


def _run(command: list[str], seconds: float) -> bool:
    """Whether it ended by itself in time."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        command,
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        env=environment(),
        **own_group(),
    )
    ended = False
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
        ended = True
    # also when it ended by itself: what it has started goes with it
    kill_group(process)
    process.wait()
    return ended
