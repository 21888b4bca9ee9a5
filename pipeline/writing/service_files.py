"""What the system's own service manager is given: a unit for systemd, a task for Windows.

Made from deploy/, where each line says why it is so, with the places and the account of
this installation put in. Pure: writes nothing, starts nothing.
"""

import re
from pathlib import PurePath
from xml.sax.saxutils import escape

from pipeline.model.values.frozen import frozen


@frozen
class Installation:
    """`program` is the command's own file, `folder` where it works, `writable` what it
    writes to; all absolute. `environment` is a file of variables, or None."""

    user: str
    program: PurePath
    config: PurePath
    folder: PurePath
    writable: tuple[PurePath, ...]
    environment: PurePath | None = None


def systemd_unit(sample: str, at: Installation) -> str:
    """`sample` is deploy/xunbao.service. Raises ValueError for a path that a unit
    cannot say."""
    command = f"{_word(at.program)} run --config {_word(at.config)}"
    told = {
        "User": at.user,
        "WorkingDirectory": str(at.folder).replace("%", "%%"),
        "ExecStart": command,
        "ReadWritePaths": " ".join(map(_word, at.writable)),
    }
    text = _without_head(sample)
    for key, value in told.items():
        text = re.sub(rf"(?m)^{key}=.*$", lambda _: f"{key}={value}", text)  # noqa: B023 -- called at once
    if at.environment is None:
        text = re.sub(r"(?m)^EnvironmentFile=.*\n", "", text)
    if _lies_at_home(at):
        text = text.replace("ProtectHome=yes", "ProtectHome=read-only")
    return text


def _without_head(sample: str) -> str:
    """The instructions at its top are for those who install by hand."""
    return "[Unit]" + sample.partition("[Unit]")[2]


def _lies_at_home(at: Installation) -> bool:
    """Under the folders that ProtectHome takes away."""
    homes = ("/home/", "/root/", "/run/user/")
    paths = (at.folder, at.program, at.config)
    return any(f"{path}/".startswith(homes) for path in paths)


def _word(path: PurePath) -> str:
    """One word of a unit file (systemd.syntax(7)): quoted, with % and $ doubled."""
    text = str(path)
    if re.search(r'["\\\n\r\t]', text):
        raise ValueError(f"路径 {text!r} 里有引号、反斜线或换行，服务写不了")
    text = text.replace("%", "%%").replace("$", "$$")
    return f'"{text}"' if " " in text else text


def windows_task(sample: str, at: Installation) -> bytes:
    """`sample` is deploy/xunbao-task.xml. UTF-16 with a BOM, as schtasks wants it."""
    told = {
        "@USER@": at.user,
        "@PROGRAM@": str(at.program),
        "@CONFIG@": str(at.config),
        "@FOLDER@": str(at.folder),
    }
    text = sample
    for mark, value in told.items():
        text = text.replace(mark, escape(value))
    return text.encode("utf-16")
