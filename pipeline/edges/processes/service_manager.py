"""The system's own service manager: systemctl on Linux, schtasks on Windows.

Starts nothing but these two. Raises EdgeError with what the manager said.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pipeline.edges.files.disk import write_whole
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.os_errors import in_words

NAME = "xunbao"
UNIT = Path("/etc/systemd/system") / f"{NAME}.service"
# For one command of the system
_SECONDS = 120


def is_windows() -> bool:
    return os.name == "nt"


def is_there() -> bool:
    """Whether this machine has a manager that can be spoken to."""
    if is_windows():
        return shutil.which("schtasks") is not None
    return (
        shutil.which("systemctl") is not None
        and Path("/run/systemd/system").is_dir()
    )


def own_program() -> Path:
    """The file that this command was started from, without resolving the links of .venv."""
    name = "xunbao.exe" if is_windows() else "xunbao"
    return Path(sys.prefix) / ("Scripts" if is_windows() else "bin") / name


def install_unit(text: str) -> None:
    """Writes the unit, enables and starts it. Raises EdgeError with the cure."""
    try:
        write_whole(UNIT, text.encode("utf-8"), mode=0o644)
    except OSError as error:
        advice = f"写不了 {UNIT}（{in_words(error)}），请用 sudo 运行"
        raise EdgeError("service", advice, repr(error)) from error
    _said("systemctl", "daemon-reload")
    _said("systemctl", "enable", "--now", NAME)


def install_task(xml: bytes) -> None:
    """Makes or replaces the task and starts it. Raises EdgeError with the system's own words."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "task.xml"
        file.write_bytes(xml)
        _said("schtasks", "/Create", "/TN", NAME, "/XML", str(file), "/F")
    _said("schtasks", "/Run", "/TN", NAME)


def close_folder(folder: Path, user: str) -> None:
    """Windows: the folder of the secrets is for this account, the system and the admins."""
    rights = "(OI)(CI)F"
    grants = [
        f"{user}:{rights}",
        f"*S-1-5-18:{rights}",
        f"*S-1-5-32-544:{rights}",
    ]
    _said("icacls", str(folder), "/inheritance:r", "/grant:r", *grants)


def status() -> str:
    """What the system's own manager says of it, in its own words."""
    if is_windows():
        return _said("schtasks", "/Query", "/TN", NAME, "/V", "/FO", "LIST")
    return _run("systemctl", "status", "--no-pager", NAME)[1]


def uninstall() -> None:
    """Stops it and takes it out; ledger and config stay. Raises EdgeError."""
    if is_windows():
        _run("schtasks", "/End", "/TN", NAME)
        _said("schtasks", "/Delete", "/TN", NAME, "/F")
        return
    _said("systemctl", "disable", "--now", NAME)
    try:
        UNIT.unlink(missing_ok=True)
    except OSError as error:
        advice = f"删不了 {UNIT}（{in_words(error)}），请用 sudo 运行"
        raise EdgeError("service", advice, repr(error)) from error
    _said("systemctl", "daemon-reload")


def _said(*command: str) -> str:
    status, text = _run(*command)
    if status:
        advice = f"{' '.join(command[:3])} 没有做成：{text.strip() or status}"
        if is_windows():
            advice += "（请以管理员身份运行）"
        raise EdgeError("service", advice, text)
    return text


def _run(*command: str) -> tuple[int, str]:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        advice = f"{command[0]} 运行不了，这台电脑可能没有它"
        raise EdgeError("service", advice, repr(error)) from error
    # Windows tools speak the console's code page, which Python calls "oem" there.
    coding = "oem" if is_windows() else "utf-8"
    said = (done.stdout + done.stderr).decode(coding, "replace")
    return done.returncode, said
