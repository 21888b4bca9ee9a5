"""check: the configuration, the templates and, with --online, both mail servers.

Changes nothing and sends nothing.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.bootstrap import Program, assemble
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    UNREACHABLE,
    USAGE,
    ConfigOption,
    NowOption,
    fail,
    guarded,
    moment,
    say,
    settings_of,
)
from pipeline.cli.first_contact import note_shown
from pipeline.cli.queries.online import try_everything
from pipeline.cli.queries.status import say_alarms
from pipeline.cli.rehearsal import rehearse_once
from pipeline.cli.root import app
from pipeline.edges.files.permissions import open_to_others
from pipeline.edges.ledger.database import server_faults
from pipeline.edges.ledger.database_copies import ledger_place
from pipeline.edges.ledger.server.postgresql import schema_of
from pipeline.edges.ledger.unopened.ledger_file import has_ledger
from pipeline.edges.ledger.unopened.ledger_url import is_postgresql
from pipeline.judging.calendar import Calendar
from pipeline.judging.names import NameBook
from pipeline.judging.operation.clock_known import is_compared
from pipeline.settings import Settings
from pipeline.settings.checks.leftovers import leftovers
from pipeline.settings.diff import without_password
from pipeline.writing.operation.checkup_words import (
    CLOCK_UNKNOWN,
    WITHOUT_FONTS,
    without_eyes,
)
from pipeline.writing.operation.clock_words import clock_sentence


@app.command()
@guarded
def check(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    online: Annotated[
        bool, typer.Option("--online", help="同时连接邮箱和发信服务器，不发信")
    ] = False,
    send: Annotated[
        bool,
        typer.Option(
            "--send",
            help="与 --online 一起用：再给自己发一封信，看收不收得到",
        ),
    ] = False,
) -> None:
    """检查配置、模板、名单和合计；--online 再检查邮箱和发信服务器。"""
    if send and not online:
        fail("--send 要和 --online 一起用", USAGE)
    settings = settings_of(config)
    program = assemble(settings, moment(now, settings))
    say(f"配置 {config}：没有错误")
    _say_roster(settings)
    _check_names(settings)
    periods = Calendar(settings.calendar_rules).periods
    say(f"报送期：{len(periods)} 期，{periods[0].due} 至 {periods[-1].due}")
    _check_leftovers(settings, program.clock.now())
    _check_secrets(settings)
    _check_templates(settings)
    _check_form(settings)
    _check_helpers(settings)
    _check_database(settings)
    if has_ledger(program.settings.storage.database):
        # Against what the ledger has seen: a change may drop a period with history.
        program.refuse_config()
        say_alarms(program.alarms.book.open_alarms())
    if online:
        say(_clocks(program))
        status = try_everything(program, send=send)
        if not status and not has_ledger(program.settings.storage.database):
            _show_first_contact(program, config, now)
        raise typer.Exit(status)


def _say_roster(settings: Settings) -> None:
    rows = settings.roster.rows
    if settings.roster.has_targets:
        targets = f"目标合计 {sum(u.target or 0 for u in rows)}"
    else:
        targets = "没有目标"
    say(
        f"名单：{len(rows)} 行，成员单位 {len(settings.roster.units) - len(rows)} "
        f"个，推进组 {len(settings.group)} 个，{targets}"
    )
    if not settings.roster.has_targets:
        _say_unmeasured(settings)


# What targets alone give a meaning, table by table
_OF_TARGETS = {
    "progress": ("start", "end", "lag_margin", "milestones"),
    "checks": ("rate_tolerance", "over_target", "jump", "small_target"),
    "talks": ("lowest", "missing", "auto_confirm"),
    "assessment": ("completion",),
}


def _say_unmeasured(settings: Settings) -> None:
    """What a campaign without targets does not do, and what its file says without effect."""
    say(
        "没有目标的工作：不算完成率和时序进度，不排名，不判滞后，不发进度提醒，"
        "不提约谈和通报名单；考核不计完成得分"
    )
    idle = []
    for table, keys in _OF_TARGETS.items():
        part = getattr(settings, table)
        for key in keys:
            if key in part.model_fields_set:
                name = type(part).model_fields[key].alias or key
                idle.append(f"{table}.{name}")
    if idle:
        say(f"提示：没有目标，这几项写了不起作用：{'、'.join(idle)}")


def _show_first_contact(program: Program, config: Path, now: str) -> None:
    """What a mailbox full of the past would bring (rules.md 11); once it was shown, `run`
    may begin."""
    if rehearse_once(config, now) != UNREACHABLE:
        note_shown(program)


def _check_names(settings: Settings) -> None:
    book = NameBook(settings.roster)
    for unit in settings.roster.units:
        # A name that folds to another's is found when a form bears it, too late.
        for name in (unit.name, *unit.aliases):
            if book.match(name) != unit.name:
                typer.echo(
                    f"提示：名称“{name}”去掉常见的字样（管委会等）后与别的单位相同，表上这样写时将转人工",
                    err=True,
                )


def _check_secrets(settings: Settings) -> None:
    """A password file is for the worker's account alone."""
    files = (settings.mailbox.password_file, settings.smtp.password_file)
    for path in dict.fromkeys(
        path for path in files if path is not None and open_to_others(path)
    ):
        typer.echo(
            f"提示：密码文件 {path} 别的账户也能读，请运行 chmod 600 {path}",
            err=True,
        )


def _refuse_password(settings: Settings) -> None:
    """The ledger's URL stands in the config and may be shown: no place for a password."""
    url = settings.storage.database
    if without_password(url) != url:
        fail(
            "[storage] database 里写了口令：请去掉，把它写进 ~/.pgpass（权限 600），"
            "或设环境变量 PGPASSWORD",
            USAGE,
        )


def _check_database(settings: Settings) -> None:
    """What a database server cannot keep of the ledger's promises is refused here, not
    found out later."""
    _refuse_password(settings)
    url = settings.storage.database
    if not is_postgresql(url):
        return
    faults = server_faults(url)
    for sentence in faults:
        typer.echo(sentence, err=True)
    if faults:
        raise typer.Exit(USAGE)
    say(f"台账：{ledger_place(url)}（模式 {schema_of(url)}），没有问题")


def _check_leftovers(settings: Settings, now: datetime) -> None:
    """What is no mistake by itself and hardly meant: an example's addresses, a campaign
    that is over, a From that the provider will refuse."""
    for sentence in leftovers(settings, now):
        typer.echo(f"提示：{sentence}", err=True)


def _check_form(settings: Settings) -> None:
    """The office's own form: its places are found by the labels, and what is filled in
    is read back."""
    if settings.form.template is None:
        return
    from pipeline.cli.queries.form_proof import form_mistake

    unit = settings.unit[0].name
    due = Calendar(settings.calendar_rules).periods[0].due
    mistake = form_mistake(settings, unit, due)
    if mistake:
        fail(f"[form] template {settings.form.template.name}：{mistake}", USAGE)
    say(f"报送表用 {settings.form.template.name}：填得进，读得出")


def _check_helpers(settings: Settings) -> None:
    """What the program does without, and what that costs."""
    from pipeline.edges.processes.libreoffice import program
    from pipeline.reading.evidence.glyphs import draws_chinese
    from pipeline.reading.formats.scan.scan_reader import (
        available,
    )

    if not available():
        typer.echo(f"提示：{without_eyes()}", err=True)
    if draws_chinese():
        say("中文字体：画得出中文")
    else:
        typer.echo(f"提示：{WITHOUT_FONTS}", err=True)
    if settings.checks.second_look == "off":
        say("打印核对：关闭")
    elif program() is None:
        say("打印核对：没有安装 LibreOffice，不做；装上以后自动启用")
    else:
        say("打印核对：用 LibreOffice，每个 Word、Excel 文件多用一两秒")


def _clocks(program: Program) -> str:
    """How far this computer's clock is from the mail server's, by the newest evidence in the ledger."""
    if not has_ledger(program.settings.storage.database):
        return f"时钟：{CLOCK_UNKNOWN}"
    doubt = program.facts().ledger.clock
    if doubt is not None:
        return f"时钟：{clock_sentence(doubt)}，请校准。"
    evidence = program.store.clock_evidence()
    if not is_compared(evidence, program.clock.now()):
        return f"时钟：{CLOCK_UNKNOWN}"
    if evidence.queued is None:
        return "时钟：没有发现与邮件服务器不一致。"
    theirs, ours = evidence.queued
    return (
        f"时钟：与邮件服务器相差{abs(int((ours - theirs).total_seconds()))}秒。"
    )


def _check_templates(settings: Settings) -> None:
    from pipeline.writing.templates import Renderer

    mistakes = Renderer(settings.templates).check()
    for mistake in mistakes:
        place = f"mail_templates/{mistake.file}:{mistake.line}"
        typer.echo(f"{place}: {mistake.message}", err=True)
    if mistakes:
        raise typer.Exit(USAGE)
    say("邮件模板：没有错误")
