"""告警.txt: what stands wrong, for people whom no mail can tell of it. It is there as
long as something is.

Written whole and put in place at once, so that nobody reads half of it. Never raises:
where even this file cannot be written, the error output and the exit status are left.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, tzinfo
from pathlib import Path

from pipeline.edges.files.disk import write_whole
from pipeline.model.operation.cooldown import Alarm
from pipeline.model.wording.characters import SMALL_NUMERALS

NAME = "告警.txt"
# What its first alarm begins with
_FIRST = f"{SMALL_NUMERALS[0]}、"
# Characters of it that another screen tells
_SHOWN = 100


class AlarmFile:
    """The file in the storage folder; times are shown in `zone`."""

    def __init__(self, directory: Path, zone: tzinfo) -> None:
        self.path = directory / NAME
        self._zone = zone

    def show(
        self, alarms: Sequence[Alarm], unsent: Sequence[str], now: datetime
    ) -> None:
        """Says what stands wrong and which alerts mail has not brought; taken away when
        there is neither."""
        if not alarms and not unsent:
            self.clear()
            return
        text = "\r\n".join(self._lines(alarms, unsent, now)) + "\r\n"
        if text != self._written():
            self._write(text)

    def clear(self) -> None:
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def first_word(self) -> str:
        """The file's path and the first thing that it tells, "" where there is none."""
        lines = self._written().split("\r\n")
        if lines == [""]:
            return ""
        first = lines[0]
        for line in lines[1:]:
            if line.startswith(_FIRST):
                first = line
                break
        return f"{self.path}：{_cut(first)}"

    def _lines(
        self, alarms: Sequence[Alarm], unsent: Sequence[str], now: datetime
    ) -> Iterator[str]:
        yield (
            f"旬报程序有 {len(alarms) + len(unsent)} "
            f"件事需要人处理（{self._moment(now)}）。问题解决以后，"
            "程序会自己删去这个文件。"
        )
        for number, alarm in enumerate(alarms):
            yield ""
            yield f"{SMALL_NUMERALS[number % 10]}、{_one_line(alarm.what)}"
            yield f"    从 {self._moment(alarm.since)} 起"
            yield "    怎么办："
            yield from (
                f"      {n}. {_one_line(step)}"
                for n, step in enumerate(alarm.cure, 1)
            )
        if unsent:
            yield ""
            yield "还没能用邮件发出的告警："
            yield from (f"    {_one_line(subject)}" for subject in unsent)

    def _moment(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def _written(self) -> str:
        try:
            return self.path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeError):
            return ""

    def _write(self, text: str) -> None:
        with suppress(OSError):
            # The mark tells an old Notepad what it reads.
            write_whole(self.path, text.encode("utf-8-sig", "replace"))


def _cut(line: str) -> str:
    if len(line) > _SHOWN:
        return f"{line[:_SHOWN]}……"
    return line


def _one_line(text: str) -> str:
    """What a server or a mail said cannot forge lines of this file."""
    return " ".join(
        "".join(c if c.isprintable() else " " for c in text).split()
    )
