"""run, once, ingest: the commands that work on the mailbox and the ledger."""

import mailbox as mailboxes
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.bootstrap import Program, ingested
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    DONE,
    PERSON,
    UNREACHABLE,
    USAGE,
    ConfigOption,
    NowOption,
    app,
    fail,
    guarded,
    open_program,
    open_worker,
)
from pipeline.edges.clock import Clock
from pipeline.edges.files.alarm_file import NAME as ALARM_FILE
from pipeline.edges.files.lock import WorkerLock
from pipeline.edges.ledger.lease import Lease
from pipeline.flows.alarms import cannot_work
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.worker import Worked, wake
from pipeline.model.errors import Busy, EdgeError
from pipeline.settings import NoPassword
from pipeline.writing.words import masked

# Under systemd a line of the error output says its own weight (sd-daemon(3)); elsewhere nobody asks for it.
URGENT = "<2>" if "JOURNAL_STREAM" in os.environ else ""


@app.command()
@guarded
def once(config: ConfigOption = DEFAULT_CONFIG, now: NowOption = "") -> None:
    """做完现在该做的事（含补做）就退出：供 cron、Windows 任务计划和测试使用。"""
    program = open_worker(config, now)
    with WorkerLock(program.storage() / "worker.lock"):
        try:
            worked = work_once(program)
        finally:
            program.close()
    raise typer.Exit(report(worked))


def _never() -> bool:
    return False


def work_once(program: Program, told_to_stop: Callable[[], bool] = _never) -> Worked:
    """One wake under the lease. What keeps it from being done at all stands in 告警.txt afterwards."""
    try:
        return _wake(program, told_to_stop)
    except Busy:
        raise
    except (EdgeError, NoPassword) as trouble:
        # Where not even the folder can be made, the error output is left.
        with suppress(OSError, EdgeError):
            cannot_work(str(trouble), program.clock.now(), program.alarm_file)
        raise


def _wake(program: Program, told_to_stop: Callable[[], bool]) -> Worked:
    lease = Lease(program.store, f"{socket.gethostname()}/{os.getpid()}", Clock())
    if not lease.take():
        raise Busy(
            "lease",
            "另一台电脑上的旬报程序正在使用这个台账，请先停掉它，或 15 分钟后再试",
        )
    program.vault.sweep()
    for change in program.note_config():
        program.tell(f"配置有变：{change.partition('：')[0]}")
    return wake(program.shift(lambda: told_to_stop() or not lease.held()))


def report(worked: Worked) -> int:
    """Says what was done; the exit status."""
    taken = worked.taken
    typer.echo(
        f"收信 {taken.fetched} 封，记录 {taken.recorded} 封，待核 {taken.held} 份；"
        f"拟发 {worked.planned.frozen} 封，发出 {worked.delivered.sent} 份"
    )
    for line in [
        *(
            f"{URGENT}告警：{alarm.what}（详见 storage 目录里的 {ALARM_FILE}）"
            for alarm in worked.alarms
        ),
        *worked.damages,
        *worked.unreachable,
        *taken.unfetched,
        *taken.set_aside,
        *worked.planned.unwritten,
        *worked.delivered.problems,
    ]:
        typer.echo(masked(line), err=True)
    if worked.unreachable:
        return UNREACHABLE
    if worked.needs_a_person:
        return PERSON
    return DONE


@app.command()
@guarded
def ingest(
    paths: Annotated[
        list[Path], typer.Argument(help=".eml 文件、Maildir 目录或 mbox 文件")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
) -> None:
    """把邮件文件当作从邮箱收到的一样处理（不发信）。"""
    program = open_program(config, now)
    taken = Taken()
    with WorkerLock(program.storage() / "worker.lock"):
        program.store.born(program.clock.now())
        for path in paths:
            if not path.exists():
                fail(f"没有这个文件或目录：{path}", USAGE)
            for raw, received_at in _mails(path):
                key = program.vault.keep(raw)
                program.store.keep_sighting(
                    ingested(key, received_at, len(raw)), key, program.clock.now()
                )
                taken.fetched += 1
        take_in(program.intake(), taken)
        program.close()
    typer.echo(
        f"读入 {taken.fetched} 封，记录 {taken.recorded} 封，待核 {taken.held} 份"
    )
    raise typer.Exit(PERSON if taken.held or taken.set_aside else DONE)


def _mails(path: Path) -> Iterator[tuple[bytes, datetime]]:
    """Raw mails with the time they were received: the newest Received header, else the
    file's own time."""
    if path.is_dir() and (path / "cur").is_dir():
        files = sorted([*(path / "cur").iterdir(), *(path / "new").iterdir()])
    elif path.is_dir():
        files = sorted(path.glob("*.eml"))
    elif path.open("rb").read(5) == b"From ":
        box = mailboxes.mbox(str(path), create=False)
        for key in box.keys():  # noqa: SIM118 -- a mailbox is no dict
            raw = box.get_bytes(key)
            yield raw, received_time(raw, path)
        return
    else:
        files = [path]
    for file in files:
        raw = file.read_bytes()
        yield raw, received_time(raw, file)


def received_time(raw: bytes, file: Path) -> datetime:
    """When the server took the mail: the topmost Received header's date, else the file's time."""
    head = raw.split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0][:20_000].decode("latin-1")
    unfolded = head.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ")
    for line in unfolded.split("\n"):
        if line.lower().startswith("received:") and ";" in line:
            try:
                found = parsedate_to_datetime(line.rsplit(";", 1)[1].strip())
            except (ValueError, TypeError):
                break
            if found.tzinfo:
                return found.astimezone(UTC)
            return found.replace(tzinfo=UTC)
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
