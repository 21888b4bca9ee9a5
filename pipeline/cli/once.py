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
    open_program,
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
from pipeline.cli.running.waking import report, work_once

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
    if not go and _asks_first(config, now):
        _rehearse(config, now)
        say(
            "这项工作早已开始，台账还是新的：以上只是预演，什么也没有写入、发出。"
            "没有问题的话，运行 xunbao once --go 启用（过去各期的信不会补发）"
        )
        raise typer.Exit(PERSON)
    program = open_worker(config, now)
    with program.worker_lock():
        try:
            worked = work_once(program)
        finally:
            program.close()
    raise typer.Exit(report(worked))


def _rehearse(config: Path, now: str) -> int:
    # Late: it copies a ledger, and most runs are no rehearsal.
    from pipeline.cli.rehearsal import rehearse_once

    return rehearse_once(config, now)


def work_folder_once(folder: Path, now: str, *, go: bool) -> int:
    """One wake of every campaign of a folder; the gravest exit status."""

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


def _asks_first(config: Path, now: str) -> bool:
    program = open_program(config, now)
    try:
        return is_unseen(program)
    finally:
        program.close()
