"""learned.toml: what reviewers told the program to remember, in a file that admins read and edit.

Only ever adds at the end, and keeps what people wrote there, also while it is being
added to (shared_text). Never reads what it means: pipeline/settings does, as strictly
as config.toml.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.edges.files.shared_text import rewrite
from pipeline.model.operation.errors import EdgeError
from pipeline.model.roster import Lesson

_HEAD = """\
# 审核人让程序记住的内容：哪个邮箱可以替哪个单位报送，表上的哪种写法就是哪个单位。
# 回复待核单时写“归某单位并记住”，或运行 xunbao review accept 编号 --unit 单位 --remember，程序就在后面添上一条。
# 可以用记事本（UTF-8）修改或整段删去，存盘后一分钟之内起作用；运行 xunbao check 检查写得对不对。
# since 是从什么时候起作用：在它之前收到的邮件不受影响。手工添写的可以不写 since、by、case。
"""  # noqa: E501


class LearnedFile:
    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        self.path = path
        self.zone = zone

    def keep(self, lessons: Iterable[Lesson]) -> None:
        """Adds lessons; returns once they would survive a power cut. Raises EdgeError."""
        added = "".join(_entry(lesson, self.zone) for lesson in lessons)

        def with_lessons(before: bytes) -> bytes:
            text = before.decode("utf-8-sig") or _HEAD
            return (text.rstrip("\n") + "\n" + added).encode()

        try:
            rewrite(self.path, with_lessons)
        except (OSError, UnicodeDecodeError) as error:
            advice = f"写不了 {self.path}，请检查磁盘空间、文件权限和编码（应为 UTF-8）"
            raise EdgeError("learned", advice, repr(error)) from error


def _entry(lesson: Lesson, zone: ZoneInfo) -> str:
    """One table of the file. Strings come from mails: they are written so that nothing
    in them ends a string or a line."""
    table, key, value = (
        ("address", "email", lesson.address)
        if lesson.address
        else ("alias", "name", lesson.alias)
    )
    lines = [
        f"[[{table}]]",
        f"{key} = {_quoted(value)}",
        f"unit = {_quoted(lesson.unit)}",
    ]
    if lesson.since is not None:
        lines.append(f"since = {_time(lesson.since, zone)}")
    lines += [f"by = {_quoted(lesson.by)}", f"case = {_quoted(lesson.case)}"]
    return "\n" + "\n".join(lines) + "\n"


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="microseconds")


def _quoted(text: str) -> str:
    marks = {'"': '\\"', "\\": "\\\\"}
    return (
        '"'
        + "".join(
            marks.get(c, c if c.isprintable() else f"\\U{ord(c):08X}")
            for c in text
        )
        + '"'
    )
