"""backup, restore: a copy of everything that counts, made while the worker runs; and
the way back from it."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.bootstrap import Program
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
    say,
)
from pipeline.cli.root import app
from pipeline.cli.screen.progress_bar import progress_bar
from pipeline.edges.files.backup_folder import (
    TEMPLATES,
    Backup,
    back_up,
    check,
    kept_schema,
    newest,
    put_back,
    put_beside,
)
from pipeline.edges.ledger.database_copies import ledger_place
from pipeline.edges.ledger.unopened.ledger_file import has_ledger
from pipeline.edges.ledger.unopened.ledger_url import is_postgresql
from pipeline.flows.recovery.restore import leave_doubts_to_a_person

# Names on the screen; how many there are is said beside them
_SHOWN = 20
CONFIG = "config.toml"


@app.command()
@guarded
def backup(
    path: Annotated[
        Path,
        typer.Argument(metavar="目录", help="备份目录；已有的原件不再复制"),
    ] = Path("backup"),
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
) -> None:
    """备份台账和全部邮件原件，不用停下程序；备份带校验，不用旬报程序也能看。"""
    program = open_program(config, now)
    local = program.clock.now().astimezone(program.settings.zone)
    with progress_bar("备份") as advance:
        made = back_up(
            url=program.settings.storage.database,
            vault=program.vault,
            target=path,
            at=local,
            beside=_beside(config, program),
            advance=advance,
        )
    raise typer.Exit(_told(made))


def _beside(config: Path, program: Program) -> dict[str, Path]:
    """What an office keeps beside its ledger, by its name in a backup."""
    settings = program.settings
    found = {
        CONFIG: config,
        "learned.toml": settings.review.learned,
        TEMPLATES: config.resolve().parent / TEMPLATES,
    }
    if settings.schedule.holidays is not None:
        found[settings.schedule.holidays.name] = settings.schedule.holidays
    return found


def _told(made: Backup) -> int:
    say(
        f"已备份到 {made.folder}：邮件 {made.mails} 封（这次新复制 {made.copied} 封）"
    )
    for key in made.missing[:_SHOWN]:
        say(f"原件 {key} 缺失或已损坏，没有备份到")
    if made.missing:
        say(
            f"共 {len(made.missing)} 封原件有问题，请运行 xunbao verify 查看，并从更早的备份找回"
        )
        return PERSON
    say("请把整个备份目录复制到另一台电脑或移动硬盘上")
    return DONE


@app.command()
@guarded
def restore(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="目录",
            help="备份目录（用最近一次），或其中以时间为名的一次",
        ),
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="现有台账移到一边，用备份代替（不删除）"
        ),
    ] = False,
) -> None:
    """从备份恢复台账和邮件原件：先核对备份，再恢复；已有台账时要加 --replace。"""
    chosen = newest(path)
    _refuse_damaged(chosen)
    for name in _put_config(chosen, config):
        say(f"已从备份恢复 {name}")
    program = open_program(config, now)
    for name in put_beside(chosen, _beside(config, program)):
        say(f"已从备份恢复 {name}")
    with program.worker_lock():
        url = program.settings.storage.database
        stood = has_ledger(url)
        if stood and not replace:
            fail(f"已有台账 {ledger_place(url)}，没有恢复。确实要用备份代替它，请加 "
                "--replace（现有的会移到一边保留）", USAGE)  # fmt: skip
        aside = (
            program.settings.storage.directory
            / f"replaced-{program.clock.now():%Y%m%d-%H%M%S}"
        )
        mails = put_back(chosen, url, program.vault, aside)
        program.store.end_leases()
        say(f"已从 {chosen} 恢复：台账和 {mails} 封邮件")
        raise typer.Exit(_explained(program, aside, replaced=stood))


def _put_config(chosen: Path, config: Path) -> list[str]:
    """On another machine there is no config.toml yet; without it nothing is known of
    where things lie. The files of holidays that it names come with it."""
    if config.exists():
        return []
    beside = {CONFIG: config}
    for kept in chosen.glob("*.toml"):
        beside.setdefault(kept.name, config.resolve().parent / kept.name)
    return put_beside(chosen, beside)


def _refuse_damaged(chosen: Path) -> None:
    damaged = check(chosen)
    for name in damaged[:_SHOWN]:
        say(f"备份中的 {name} 缺失或与校验值不符")
    if damaged:
        fail(f"备份 {chosen} 有 {len(damaged)} 处损坏，没有恢复，什么也没有改动；"
            "请换一次备份（写出它的时间目录）", PERSON)  # fmt: skip


def _explained(program: Program, aside: Path, *, replaced: bool) -> int:
    """What a person must know afterwards, and what is left to him."""
    if is_postgresql(program.settings.storage.database) and replaced:
        say(f"原来的台账保留在数据库的模式 {kept_schema(aside)} 里")
    elif aside.exists():
        say(f"原来的台账保留在 {aside}")
    doubts = leave_doubts_to_a_person(program.clock.now(), program.desk())
    program.close()
    say(
        "备份以后到的邮件，下次收信时会重新读入；备份以后发过的回执、催报可能会再发一次（邮件编号相同）"
    )
    say("备份以后用命令作的决定（xunbao review、talks）不在备份里，请重做")
    for line in doubts:
        say(line)
    if doubts:
        return PERSON
    return DONE
