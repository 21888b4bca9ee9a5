"""service: the worker as a service of the system: systemd on Linux, Task Scheduler on Windows.

Who owns the storage folder is asked before anything is written: a service cannot write
to what root left there. Never changes an owner by itself.
"""

import getpass
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from pipeline.bootstrap import assemble
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    PERSON,
    USAGE,
    ConfigOption,
    fail,
    guarded,
    say,
    settings_of,
)
from pipeline.cli.root import app
from pipeline.cli.screen.frame import ChineseTyper
from pipeline.edges.files import owners
from pipeline.edges.processes import service_manager as manager
from pipeline.settings import Settings
from pipeline.settings.new.sample import shipped
from pipeline.writing.service_files import (
    Installation,
    systemd_unit,
    windows_task,
)

service = ChineseTyper(
    help="装成系统服务：开机自动运行，停了自动再开。", no_args_is_help=True
)
app.add_typer(service, name="service")

# Where the password may be given to the service, readable by root alone.
ENVIRONMENT = Path("/etc/xunbao.env")
UserOption = Annotated[
    str,
    typer.Option("--user", help="用哪个账户运行，默认是 storage 目录的属主"),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="只显示会写什么，不安装")
]


@service.command()
@guarded
def install(
    config: ConfigOption = DEFAULT_CONFIG,
    user: UserOption = "",
    dry_run: DryRun = False,
) -> None:
    """装成服务并启动；先检查配置、属主和权限。升级以后不用重装。"""
    settings = settings_of(config)
    if manager.is_windows():
        _install_task(config, settings, dry_run=dry_run)
    else:
        _install_unit(config, settings, user, dry_run=dry_run)


@service.command()
@guarded
def status() -> None:
    """系统怎么说这个服务；程序自己是否正常，看 xunbao health。"""
    _refuse_without_manager()
    say_lines(manager.status())


@service.command()
@guarded
def uninstall() -> None:
    """停下服务并从系统里去掉；配置、台账和邮件都不动。"""
    _refuse_without_manager()
    manager.uninstall()
    say("服务已停下并去掉；config.toml 和 storage 目录没有动。")


def say_lines(text: str) -> None:
    for line in text.splitlines():
        say(line)


def _refuse_without_manager() -> None:
    if not manager.is_there():
        fail(
            "这台电脑没有 systemd（Windows 上是任务计划）。"
            "请用 cron 每 10 分钟运行一次 xunbao once，或用容器（deploy/Containerfile）",
            PERSON,
        )


def _install_unit(
    config: Path, settings: Settings, user: str, *, dry_run: bool
) -> None:
    storage = settings.storage.directory
    account = _account(user, storage)
    # The first is enough: the cure of one often mends the next.
    for sentence in _owner_mistakes(account, config, settings):
        fail(sentence, PERSON)
    at = _installation(config, settings, owners.name_of(account))
    try:
        text = systemd_unit(
            shipped("deploy", "xunbao.service").read_text("utf-8"), at
        )
    except ValueError as error:
        fail(str(error), USAGE)
    if dry_run:
        typer.echo(text)
        return
    _refuse_without_manager()
    _refuse_a_second_worker(settings)
    manager.install_unit(text)
    say(f"已装好并启动，账户 {at.user}；看它在做什么：journalctl -u xunbao -f")


def _install_task(config: Path, settings: Settings, *, dry_run: bool) -> None:
    at = _installation(config, settings, getpass.getuser())
    xml = windows_task(
        shipped("deploy", "xunbao-task.xml").read_text("utf-8"), at
    )
    if dry_run:
        typer.echo(xml.decode("utf-16"))
        return
    _refuse_without_manager()
    _refuse_a_second_worker(settings)
    secret = settings.mailbox.password_file
    if secret is not None:
        manager.close_folder(secret.parent, at.user)
    manager.install_task(xml)
    say("已登记到任务计划并启动；看状态：xunbao service status")


def _installation(config: Path, settings: Settings, user: str) -> Installation:
    folder = config.resolve().parent
    writable = [folder, settings.storage.directory.resolve()]
    if settings.board.folder is not None:
        writable.append(settings.board.folder.resolve())
    # systemd refuses a path that it was given already as part of another.
    kept = []
    for path in writable:
        inside = any(other in path.parents for other in writable)
        if not inside and path not in kept:
            kept.append(path)
    return Installation(
        user=user,
        program=manager.own_program(),
        config=config.resolve(),
        folder=folder,
        writable=tuple(kept),
        environment=ENVIRONMENT if ENVIRONMENT.exists() else None,
    )


def _account(user: str, storage: Path) -> int:
    """Who is to run it: as asked, else the owner of what is there already."""
    if user:
        named = owners.number_of(user)
        if named is None:
            home = storage.resolve().parent
            fail(
                f"没有账户 {user}；建一个：useradd --system --home {home} {user}",
                USAGE,
            )
        return named
    found = owners.owner(storage)
    # Nothing there yet, or root's
    if not found:
        fail(
            "请用 --user 写明用哪个账户运行（不要用 root）；"
            "建一个：useradd --system xunbao，再运行 xunbao service install --user xunbao",
            USAGE,
        )
    return found


def _owner_mistakes(
    account: int, config: Path, settings: Settings
) -> Iterator[str]:
    """What that account could not write or read, each with its cure."""
    name = owners.name_of(account)
    if account == 0:
        yield "服务不用 root 运行：程序要打开外来的文件。请用 --user 写别的账户"
    storage = settings.storage.directory
    if owners.owner(storage) not in (None, account):
        yield (
            f"{storage} 属于账户 {owners.name_of(owners.owner(storage) or 0)}，"
            f"服务用账户 {name} 写不进去；请运行 chown -R {name} {storage}"
        )
    # A thousand are enough to tell; the vault may hold a hundred thousand.
    foreign = list(islice(owners.of_others(storage, account), 1000))
    if foreign:
        yield (
            f"{storage} 里有 {len(foreign)} 个文件不属于账户 {name}（例如 {foreign[0]}），"
            f"多半是用 root 运行 once 留下的；请运行 chown -R {name} {storage}，"
            f"以后用 sudo -u {name} xunbao …… 运行"
        )
    for secret in {settings.mailbox.password_file, settings.smtp.password_file}:
        if secret and owners.owner(secret) not in (None, account):
            yield f"授权码文件 {secret} 不属于账户 {name}，服务读不了；请运行 chown {name} {secret}"


def _refuse_a_second_worker(settings: Settings) -> None:
    """A run that a person left open in a window would keep the service out."""
    program = assemble(settings)
    with program.worker_lock():
        return
