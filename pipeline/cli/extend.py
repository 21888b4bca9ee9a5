"""extend: 准予延期 for one unit and period, with the reason and who gave it; the list; a withdrawal."""

from datetime import date, datetime, time
from typing import Annotated

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    USAGE,
    ConfigOption,
    NowOption,
    account,
    fail,
    guarded,
    open_program,
    rehearsable,
    say,
)
from pipeline.cli.arguments import PeriodOption, period_of, unit_of
from pipeline.cli.root import app
from pipeline.model.roster import Extension


@app.command()
@rehearsable
@guarded
def extend(
    unit: Annotated[
        str,
        typer.Argument(metavar="单位", help="单位名称；不写时列出全部准予延期"),
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    period: PeriodOption = "",
    until: Annotated[
        str,
        typer.Option(
            "--until", help="延到什么时候，例如 2015-09-12 或 2015-09-12T12:00"
        ),
    ] = "",
    why: Annotated[
        str, typer.Option("--why", help="原因，必填，写进简报和通报")
    ] = "",
    by: Annotated[
        str, typer.Option("--by", help="谁批准的；默认当前账号")
    ] = "",
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="收回以前的准予延期")
    ] = False,
) -> None:
    """准予延期：期限内不催报、不算漏报，按期限内收到的算按时。"""
    program = open_program(config, now)
    if not unit:
        _list(program)
        return
    program.refuse_work()
    name = unit_of(unit, program, pools=False)
    due = period_of(period, program)
    if not why.strip():
        fail("请加 --why 写明原因", USAGE)
    by = by or account()
    if withdraw:
        _withdraw(program, name, due, why, by)
        return
    end = _until(until, due, program)
    _grant(program, name, due, end, why, by)


def _list(program: Program) -> None:
    given = program.store.ledger().extensions
    for one in given:
        calendar = program.campaign.calendar
        end = calendar.local(one.until)
        say(
            f"{one.unit}  {calendar.name(one.period)}  "
            f"准予延期至 {end:%Y-%m-%d %H:%M}  {one.why}（{one.by}）"
        )
    if not given:
        say("没有准予延期的单位")


def _grant(
    program: Program, name: str, due: date, end: datetime, why: str, by: str
) -> None:
    calendar = program.campaign.calendar
    program.store.extend(
        Extension(
            unit=name,
            period=due,
            until=end,
            why=why,
            by=by,
            at=program.clock.now(),
        )
    )
    say(
        f"{name} {calendar.name(due)}："
        f"准予延期至 {calendar.local(end):%Y-%m-%d %H:%M}"
    )


def _withdraw(
    program: Program, unit: str, due: date, why: str, by: str
) -> None:
    if program.store.ledger().extension(unit, due) is None:
        fail(
            f"{unit} {program.campaign.calendar.name(due)} 没有准予延期", USAGE
        )
    program.store.withdraw_extension(
        unit=unit,
        period=due,
        why=why,
        by=by,
        at=program.clock.now(),
    )
    say(f"{unit} {program.campaign.calendar.name(due)}：已收回准予延期")


def _until(text: str, due: date, program: Program) -> datetime:
    """The end as an aware time: a bare day ends at the deadline's hour."""
    calendar = program.campaign.calendar
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        fail(
            f"--until {text!r} 不对，应写成 2015-09-12 或 2015-09-12T12:00",
            USAGE,
        )
    if found.tzinfo is None:
        at: time = (
            calendar.rules.deadline
            if len(text) == len("2015-09-12")
            else found.time()
        )
        found = calendar.at(found.date(), at)
    if found <= calendar.deadline(due):
        fail(
            f"--until 要晚于本期截止时间 {calendar.local(calendar.deadline(due)):%Y-%m-%d %H:%M}",
            USAGE,
        )
    return found
