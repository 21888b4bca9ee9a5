"""check, schedule, status, messages, notices, read: the commands that look and change nothing."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.bootstrap import Program, assemble
from pipeline.cli import json_lines
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    USAGE,
    ConfigOption,
    JsonOption,
    NowOption,
    app,
    guarded,
    moment,
    open_program,
    print_json,
    say,
    settings_of,
)
from pipeline.cli.arguments import PeriodOption, period_of
from pipeline.cli.proof_of_absence import print_proof
from pipeline.edges.files.permissions import open_to_others
from pipeline.edges.ledger.database import has_ledger
from pipeline.edges.ledger.database_copies import copy_as_of
from pipeline.judging.calendar import Calendar, period_name
from pipeline.judging.names import NameBook
from pipeline.judging.operation.clock_skew import clock_sentence
from pipeline.judging.progress.agenda import agenda
from pipeline.judging.reasons import drop_sentence
from pipeline.model.cooldown import Alarm
from pipeline.model.standing import Row, Standing
from pipeline.settings import Settings, workdays

if TYPE_CHECKING:
    pass

STATES = {
    "on_time": "按时",
    "late": "迟报",
    "held": "待核",
    "missing": "漏报",
    None: "—",
}


@app.command()
@guarded
def status(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    period: PeriodOption = "",
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of",
            help="当时台账里有什么就按什么算，例如 2015-09-10T17:00；默认现在",
        ),
    ] = "",
    as_json: JsonOption = False,
    proof: Annotated[
        str,
        typer.Option(
            "--proof",
            metavar="单位",
            help="这个单位的报表是怎么找的：查了哪里、哪些来信可能有关",
        ),
    ] = "",
) -> None:
    """每个单位的进度和状态。"""
    program = open_program(config, now)
    with known_at(program, moment(as_of, program.settings, "--as-of")) as then:
        due = period_of(period, then)
        if proof:
            print_proof(then, proof, due)
            return
        standing = then.campaign.standing(due, then.facts().ledger, then.clock.now())
        alarms = then.alarms.book.open_alarms()
    if as_json:
        print_json(json_lines.standing_lines(standing, alarms, program.settings.zone))
    else:
        _say_alarms(alarms)
        _print_standing(standing)


@contextmanager
def known_at(present: Program, when: datetime | None) -> Iterator[Program]:
    """The program at a moment, on the ledger as it was at a moment; on the ledger
    itself where none is given."""
    if when is None:
        yield present
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "ledger.db"
        copy_as_of(present.settings.storage.database, path, when)
        storage = present.settings.storage.model_copy(
            update={"database": f"sqlite:///{path.as_posix()}"}
        )
        then = assemble(present.settings.model_copy(update={"storage": storage}), when)
        yield then
        then.store.engine.dispose()


def _say_alarms(alarms: list[Alarm]) -> None:
    for alarm in alarms:
        say(f"告警：{alarm.what}　怎么办：{'；'.join(alarm.cure)}")


def _print_standing(standing: Standing) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"{period_name(standing.period)}　时序进度 {standing.schedule:.1%}"
    )
    for head in (
        "单位",
        "状态",
        "累计",
        "目标",
        "完成率",
        "同类排名",
        "总排名",
        "滞后",
    ):
        table.add_column(head, justify="left" if head in ("单位", "状态") else "right")
    for row in standing.rows:
        table.add_row(*_cells(row))
    total = standing.totals
    table.add_section()
    table.add_row(
        "合计",
        f"报送 {total.reported}",
        str(total.completed),
        str(total.target),
        f"{total.rate:.1%}",
        "",
        "",
        str(total.lagging),
    )
    Console().print(table)


def _cells(row: Row) -> tuple[str, ...]:
    def shown(value: int | None) -> str:
        if value is None:
            return "—"
        return str(value)

    if row.rate is None:
        rate = "—"
    else:
        rate = f"{row.rate:.1%}"
    return (
        row.unit,
        STATES[row.state],
        shown(row.completed),
        str(row.target),
        rate,
        shown(row.rank),
        shown(row.rank_overall),
        "滞后" if row.lagging else "",
    )


@app.command()
@guarded
def check(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    online: Annotated[
        bool, typer.Option("--online", help="同时连接邮箱和发信服务器，不发信")
    ] = False,
) -> None:
    """检查配置、模板、名单和合计；--online 再检查邮箱和发信服务器。"""
    from pipeline.writing.templates import Renderer

    settings = settings_of(config)
    program = assemble(settings, moment(now, settings))
    say(f"配置 {config}：没有错误")
    rows = settings.roster.rows
    say(
        f"名单：{len(rows)} 行，成员单位 {len(settings.roster.units) - len(rows)} "
        f"个，指导组 {len(settings.group)} 个，目标合计 "
        f"{sum(u.target for u in rows)}"
    )
    _check_names(settings)
    periods = Calendar(settings.calendar_rules).periods
    say(f"报送期：{len(periods)} 期，{periods[0].due} 至 {periods[-1].due}")
    _check_holidays(settings)
    _check_secrets(settings)
    mistakes = Renderer(settings.templates).check()
    for mistake in mistakes:
        typer.echo(
            f"mail_templates/{mistake.file}:{mistake.line}: {mistake.message}", err=True
        )
    if mistakes:
        raise typer.Exit(USAGE)
    say("邮件模板：没有错误")
    if has_ledger(program.settings.storage.database):
        _say_alarms(program.alarms.book.open_alarms())
    if online:
        say(_clocks(program))
        for line in _online(program):
            say(line)


def _check_names(settings: Settings) -> None:
    book = NameBook(settings.roster)
    for unit in settings.roster.units:
        for name in (unit.name, *unit.aliases):
            if book.match(name) != unit.name:
                typer.echo(
                    f"提示：名称“{name}”去掉工会、管委会等字样后与别的单位相同，表上这样写时将转人工",
                    err=True,
                )


def _check_secrets(settings: Settings) -> None:
    """A password file is for the worker's account alone."""
    files = (settings.mailbox.password_file, settings.smtp.password_file)
    for path in dict.fromkeys(
        path for path in files if path is not None and open_to_others(path)
    ):
        typer.echo(
            f"提示：密码文件 {path} 别的账户也能读，请运行 chmod 600 {path}", err=True
        )


def _check_holidays(settings: Settings) -> None:
    """With holiday_shift, every year of the campaign must be in the holiday table."""
    if settings.schedule.holiday_shift == "none":
        return
    years = range(settings.campaign.first_due.year, settings.campaign.last_due.year + 1)
    unknown = [str(year) for year in years if not workdays.table_has(year)]
    if unknown:
        typer.echo(
            f"提示：节假日表里还没有 {'、'.join(unknown)} 年，这些年只按周末顺延",
            err=True,
        )


def _clocks(program: Program) -> str:
    """How far this computer's clock is from the mail server's, by the newest evidence in the ledger."""
    if not has_ledger(program.settings.storage.database):
        return "时钟：还没有收过信，暂时没有可以比较的时间。"
    doubt = program.facts().ledger.clock
    if doubt is not None:
        return f"时钟：{clock_sentence(doubt)}，请校准。"
    evidence = program.store.clock_evidence()
    if evidence.queued is None:
        return "时钟：没有发现与邮件服务器不一致。"
    theirs, ours = evidence.queued
    return f"时钟：与邮件服务器相差{abs(int((ours - theirs).total_seconds()))}秒。"


def _online(program: Program) -> list[str]:
    with program.mailbox() as mailbox:
        lines = mailbox.check()
    with program.post() as post:
        return lines + post.check()
