"""LibreOffice, where it is installed, to print a document as PDF: one of ours that goes
with a bulletin, or a form for a person who asked to see it.

An office program is a large door: it opens a file that a stranger sent only by a
person's own command, never by the worker. It runs without our secrets, with a profile
of its own, bounded in time, and is killed with all that it has started.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from pipeline.edges.processes.child import environment
from pipeline.edges.processes.process_group import kill_group, own_group

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
    "xlsb": ".xlsb",
    "xls": ".xls",
    "ods": ".ods",
    "fods": ".fods",
}
_WINDOWS = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)


def program() -> str | None:
    """Where LibreOffice is; None where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((path for path in _WINDOWS if Path(path).is_file()), None)


def printed(content: bytes, kind: str, seconds: float = SECONDS) -> bytes:
    """The document as PDF; b"" where LibreOffice is missing, late, or cannot open it."""
    office, suffix = program(), _SUFFIXES.get(kind)
    if office is None or suffix is None:
        return b""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        source = work / f"form{suffix}"
        source.write_bytes(content)
        profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
        command = [
            office,
            profile,
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
        ]
        _run([*command, str(source)], seconds)
        pdf = work / "form.pdf"
        if pdf.is_file():
            return pdf.read_bytes()
        return b""


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
    try:
        process = subprocess.Popen(
            command,
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            env=environment(),
            **own_group(),
        )
    except OSError:
        return
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        kill_group(process)
        process.wait()
