"""once: one wake, of one campaign or of each in a folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    DONE,
    PERSON,
    USAGE,
    ConfigOption,
    GoOption,
    NowOption,
    fail,
    guarded,
    open_worker,
    say,
)
from pipeline.cli.config_folder import (
    locked,
    open_folder,
    refuse_shared,
    work_each,
)
from pipeline.cli.first_contact import is_unseen
from pipeline.cli.root import app
from pipeline.cli.running.lulls import end_of_lull, is_lull, note_lull
from pipeline.cli.running.wake_summary import summary

if TYPE_CHECKING:
    from pipeline.flows.shared_mailbox import SharedReading


@app.command()
@guarded
def once(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="只预演：显示会读什么、会发什么，不写入、不发信"
        ),
    ] = False,
    go: GoOption = False,
) -> None:
    """做完现在该做的事（含补做）就退出：供 cron、Windows 任务计划和测试使用。"""
    if config.is_dir():
        if dry_run:
            fail("预演一次只看一项工作，请写明是哪个配置文件", USAGE)
        raise typer.Exit(work_folder_once(config, now, go=go))
    if dry_run:
        raise typer.Exit(_rehearse(config, now))
    refuse_shared(config)
    program = open_worker(config, now)
    if is_lull(program):
        say(summary())
        raise typer.Exit(DONE)
    if not go and is_unseen(program):
        program.close()
        _rehearse(config, now)
        say(
            "这项工作早已开始，台账还是新的：以上只是预演，什么也没有写入、发出。"
            "没有问题的话，运行 xunbao once --go 启用（过去各期的信不会补发）"
        )
        raise typer.Exit(PERSON)
    raise typer.Exit(_work(program))


def _work(program: Program) -> int:
    """One wake; what it foresees is left for the next `once`."""
    # Late: it brings the database's libraries, and most runs find nothing to do.
    from pipeline.cli.running.one_wake import report, work_once

    with program.worker_lock():
        begun = program.clock.now()
        try:
            worked = work_once(program)
            until = end_of_lull(begun, worked, program)
        finally:
            program.close()
        if until is not None:
            note_lull(begun, until, worked, program)
    return report(worked)


def _rehearse(config: Path, now: str) -> int:
    # Late: it copies a ledger, and most runs are no rehearsal.
    from pipeline.cli.rehearsal import rehearse_once

    return rehearse_once(config, now)


def work_folder_once(folder: Path, now: str, *, go: bool) -> int:
    """One wake of every campaign of a folder; the gravest exit status."""
    from pipeline.cli.running.one_wake import report, work_once

    def work(program: Program, shared: "SharedReading | None") -> int:
        typer.echo(f"== {program.settings.campaign.name}")
        return report(work_once(program, shared=shared))

    groups = open_folder(folder, now, go=go)
    status = DONE
    with locked(groups):
        for group in groups:
            status = max(status, work_each(group, work))
            for one in group:
                one.program.close()
    return status
