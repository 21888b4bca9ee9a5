"""check --online: every server and folder is tried, whatever became of the one before.

Sends nothing and reads no mail. Each line is well, or says what to do about it.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from pipeline.bootstrap import Program
from pipeline.cli.app import DONE, PERSON, UNREACHABLE, say
from pipeline.cli.queries.closed_servers import closed_servers, way_to
from pipeline.cli.queries.health import unknown_years
from pipeline.cli.queries.round_trip import RoundTrip, clock_line
from pipeline.edges.clock import Clock
from pipeline.edges.files.disk import free_bytes
from pipeline.model.operation.errors import EdgeError, Unreachable
from pipeline.model.operation.os_errors import in_words
from pipeline.settings import NoPassword


@dataclass
class Tried:
    """What was said so far, and the worst of it as an exit status."""

    status: int = DONE
    said: set[str] = field(default_factory=set)

    def each(self, what: str, lines: Callable[[], Iterator[str]]) -> None:
        """Tells the lines; where they end in an error, what to do, and which part it was."""
        try:
            for line in lines():
                self._say(f"好 {line}")
        except (EdgeError, NoPassword) as error:
            self._note(error)
            text = error.advice if isinstance(error, EdgeError) else str(error)
            self._say(f"要办 {what}：{text}")

    def _say(self, line: str) -> None:
        """Once: several folders of one server say the same of it."""
        if line not in self.said:
            self.said.add(line)
            say(line)

    def _note(self, error: Exception) -> None:
        if isinstance(error, Unreachable):
            self.status = UNREACHABLE
        elif self.status == DONE:
            self.status = PERSON


def try_everything(program: Program, *, send: bool = False) -> int:
    """Says how each part is; the exit status of the whole. `send`: a letter to oneself,
    too, and where it arrives."""
    tried = Tried()
    tried.each("存放目录", partial(_storage, program))
    tried.each("节假日", partial(_holidays, program))
    for name, part in closed_servers(program.settings).items():
        tried.each(name, partial(way_to, name, part))
    for name in program.settings.mailbox.folders:
        tried.each(f"收信邮箱 {name}", partial(_folder, program, name))
    tried.each("发信服务器", partial(_post, program))
    if send and tried.status == DONE:
        trip = RoundTrip(program)
        tried.each("试发信", trip.sent)
        tried.each("移走读过的邮件", trip.filed)
        tried.each("时钟", trip.told_time)
    elif send:
        say("上面的办好以前，不试发信。")
    return tried.status


def _holidays(program: Program) -> Iterator[str]:
    unknown = unknown_years(program.settings)
    if unknown:
        years = "、".join(map(str, unknown))
        advice = f"节假日表没有 {years} 年，那一年只按周末顺延；升级程序就有新的节假日表"
        raise EdgeError("holidays", advice)
    if program.settings.schedule.holiday_shift == "none":
        yield "节假日：不顺延，用不着节假日表"
    else:
        yield "节假日表齐全"


def _storage(program: Program) -> Iterator[str]:
    folder = program.storage()
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        advice = (
            f"目录 {folder} 写不进去（{in_words(error)}），请检查属主和权限"
        )
        raise EdgeError("storage", advice, repr(error)) from error
    yield f"存放目录 {folder} 可以写，还剩 {free_bytes(folder) / 1e9:.1f} GB"


def _folder(program: Program, name: str) -> Iterator[str]:
    by_name = zip(
        program.settings.mailbox.folders, program.servers.folders(), strict=True
    )
    mailbox = next(found for known, found in by_name if known == name)
    with mailbox as opened:
        yield from opened.check()


def _post(program: Program) -> Iterator[str]:
    with program.servers.post() as post:
        yield from post.check()
        yield post.check_envelope(program.settings.address)
        theirs = post.server_time()
        if theirs is not None:
            # The real one: --now would prove nothing of a server
            ours = Clock().now()
            yield clock_line(theirs, ours, ours)
