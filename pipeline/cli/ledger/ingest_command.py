"""ingest: mails that came as files, taken in as if the mailbox had brought them."""

import mailbox as mailboxes
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import (
    DEFAULT_CONFIG,
    DONE,
    PERSON,
    USAGE,
    ConfigOption,
    NowOption,
    fail,
    guarded,
    open_program,
    rehearsable,
)
from pipeline.cli.arguments import bytes_of
from pipeline.cli.root import app
from pipeline.cli.screen.progress_bar import progress_bar
from pipeline.flows.ingest import Intake, Taken, take_in
from pipeline.model.canonical import raw_key
from pipeline.model.operation.post import Sighting
from pipeline.reading.mail.mend import mended


def ingested(raw: bytes, received_at: datetime) -> Sighting:
    """A mail that came as a file: outside any mailbox, named by its content."""
    return Sighting(
        uidvalidity=0,
        uid=int(raw_key(raw)[:15], 16),
        received_at=received_at,
        size=len(raw),
        folder="",
    )


@app.command()
@rehearsable
@guarded
def ingest(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="文件或目录", help=".eml 文件、Maildir 目录或 mbox 文件"
        ),
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
) -> None:
    """把邮件文件当作从邮箱收到的一样处理（不发信）。"""
    program = open_program(config, now)
    # What is read by a configuration is kept by it, as in a wake: whoever changes it
    # later is held to what was read.
    program.refuse_config()
    for path in paths:
        _refuse_what_is_no_mail(path)
    taken = Taken()
    with program.alone():
        program.store.born(program.clock.now())
        program.take_up_config()
        with progress_bar("读入邮件") as advance:
            with program.intake().gathering() as intake:
                for path in paths:
                    taken.fetched += _keep(path, intake)
            take_in(replace(program.intake(), advance=advance), taken)
        program.close()
    typer.echo(
        f"读入 {taken.fetched} 封，记录 {taken.recorded} 封，待核 {taken.held} 份"
    )
    raise typer.Exit(PERSON if taken.held or taken.set_aside else DONE)


def _refuse_what_is_no_mail(path: Path) -> None:
    if not path.exists():
        fail(f"没有这个文件或目录：{path}", USAGE)
    if path.suffix.lower() in (".xlsx", ".xls", ".csv"):
        fail(
            f"{path} 不是邮件。名单用 xunbao roster import；"
            "只想看表里写了什么用 xunbao read",
            USAGE,
        )


def _keep(path: Path, intake: Intake) -> int:
    """Puts the mails of a file or folder where the mailbox's would lie; how many."""
    kept = 0
    for raw, received_at in _mails(path, intake.clock.now()):
        sighting = ingested(raw, received_at)
        intake.keep(sighting, raw, intake.clock.now())
        kept += 1
    return kept


def _mails(path: Path, now: datetime) -> Iterator[tuple[bytes, datetime]]:
    """Raw mails with the time they were received: the newest Received header, else the
    file's own time."""
    if path.is_dir() and (path / "cur").is_dir():
        files = sorted([*(path / "cur").iterdir(), *(path / "new").iterdir()])
    elif path.is_dir():
        files = sorted(path.glob("*.eml"))
    elif _begins_as_mbox(path):
        box = mailboxes.mbox(str(path), create=False)
        for key in box.keys():  # noqa: SIM118 -- a mailbox is no dict
            raw = box.get_bytes(key)
            yield raw, received_time(raw, path, now)
        return
    else:
        files = [path]
    for file in files:
        raw = bytes_of(file)
        yield raw, received_time(raw, file, now)


def _begins_as_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(5) == b"From "
    except OSError:
        # The reading itself says what is wrong
        return False


# Bytes: the newest Received header stands at the top
_HEAD = 20_000


def received_time(raw: bytes, file: Path, now: datetime) -> datetime:
    """When the server took the mail: the topmost Received header's date, also where the
    header was damaged on the way; else the file's time, which may be that of a copy made
    later: then `now`."""
    # The mail is mended whole when it is read; here its beginning is enough.
    start = mended(raw[:_HEAD]).raw
    head = start.split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0].decode("latin-1")
    unfolded = (
        head.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ")
    )
    for line in unfolded.split("\n"):
        if line.lower().startswith("received:") and ";" in line:
            try:
                found = parsedate_to_datetime(line.rsplit(";", 1)[1].strip())
            except (ValueError, TypeError):
                break
            if found.tzinfo:
                return found.astimezone(UTC)
            return found.replace(tzinfo=UTC)
    return min(datetime.fromtimestamp(file.stat().st_mtime, UTC), now)
