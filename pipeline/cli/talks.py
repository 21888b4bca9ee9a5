"""talks: proposals for talks (约谈), what staff decide, the circulation list, and the
record of each talk."""

import getpass
from datetime import date
from typing import Annotated

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    USAGE,
    ConfigOption,
    JsonOption,
    NowOption,
    fail,
    guarded,
    open_program,
    print_json,
    rehearsable,
    say,
)
from pipeline.cli.arguments import ByOption, unit_of
from pipeline.cli.queries import json_lines
from pipeline.cli.root import app
from pipeline.cli.screen.frame import ChineseTyper
from pipeline.flows.review.by_order import announce_talk
from pipeline.judging.progress.talk_rules import twice_in_a_row
from pipeline.judging.review.talk_decisions import decide_talks
from pipeline.model.actor import Actor
from pipeline.model.ledger import TalkRecord
from pipeline.model.month import Month, month_of
from pipeline.model.review.refusal import CannotDecide
from pipeline.model.review.talk import TalkEvent, TalkOrder, TalkStep, TalkVerb
from pipeline.writing.review.refusals import refusal_sentence
from pipeline.writing.review.talk_words import talk_words

talks = ChineseTyper(
    help="约谈：建议、确认、撤销、增加、记录。", invoke_without_command=True
)
app.add_typer(talks, name="talks")

UnitArgument = Annotated[str, typer.Argument(metavar="单位", help="单位名称")]
MonthOption = Annotated[
    str,
    typer.Option(
        "--month", help="哪个月，例如 2015-09；默认最近有约谈建议或通报的月份"
    ),
]
_STATES = {"proposed": "建议约谈", "confirmed": "已确认", "dropped": "不约谈"}


@talks.callback()
@guarded
def default(
    context: typer.Context,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """不写子命令时等于 list。"""
    if context.invoked_subcommand is None:
        _list(open_program(config, now), as_json=as_json)


@talks.command("list")
@guarded
def list_talks(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """列出约谈建议、已确认的约谈和通报名单。"""
    _list(open_program(config, now), as_json=as_json)


def _list(program: Program, *, as_json: bool) -> None:
    found = program.store.ledger().talks
    if as_json:
        print_json(json_lines.talk_line(talk) for talk in found)
        return
    for talk in found:
        if talk.circulated:
            mark = "　连续两次被约谈，列入通报名单"
        else:
            mark = ""
        say(f"{talk.month}  {talk.unit}  {_STATES[talk.state]}{mark}")
        for reason in talk.reasons:
            say(f"    {reason}")
        for event in program.store.talk_events(talk.month):
            if event.unit == talk.unit and event.what is TalkStep.NOTE:
                say(f"    {event.held_on or ''} 约谈记录：{event.text}")
    if not found:
        say("还没有约谈建议（随每月最后一期的进度简报产生）")


@talks.command()
@rehearsable
@guarded
def confirm(
    unit: UnitArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    month: MonthOption = "",
    notify: Annotated[
        str,
        typer.Option(
            "--notify",
            help="同时给该单位发约谈通知，写时间地点，例如 “10月8日上午9:00，市总三楼会议室”",
        ),
    ] = "",
    circulate: Annotated[
        bool,
        typer.Option(
            "--circulate", help="连续两次被约谈的，同时确认列入通报名单"
        ),
    ] = False,
    by: ByOption = "",
) -> None:
    """确认约谈。"""
    program = open_program(config, now)
    orders = [TalkOrder(TalkVerb.CONFIRM, (unit,))] + (
        [TalkOrder(TalkVerb.CIRCULATE, (unit,))] if circulate else []
    )
    (event, *_) = _ordered(program, tuple(orders), month, by)
    if notify:
        _notify(program, event.month, event.unit, notify)
    # The list is staff's to decide: the program only points it out.
    before = program.campaign.calendar.month_before(event.month)
    if not circulate and twice_in_a_row(
        month=event.month,
        before=before,
        unit=event.unit,
        talks=program.store.ledger().talks,
    ):
        say("已连续两次被约谈；要列入通报名单，请加 --circulate 再运行一次")


@talks.command()
@rehearsable
@guarded
def drop(
    unit: UnitArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    month: MonthOption = "",
    why: Annotated[str, typer.Option("--why", help="理由，记入台账")] = "",
    by: ByOption = "",
) -> None:
    """不约谈。"""
    _ordered(
        open_program(config, now),
        (TalkOrder(TalkVerb.DROP, (unit,), why),),
        month,
        by,
    )


@talks.command()
@rehearsable
@guarded
def add(
    unit: UnitArgument,
    why: Annotated[str, typer.Option("--why", help="理由，写进约谈通知")],
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    month: MonthOption = "",
    by: ByOption = "",
) -> None:
    """增加一个约谈（程序没有建议的），即时确认。"""
    _ordered(
        open_program(config, now),
        (TalkOrder(TalkVerb.ADD, (unit,), why),),
        month,
        by,
    )


@talks.command()
@rehearsable
@guarded
def undo(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    month: MonthOption = "",
    by: ByOption = "",
) -> None:
    """撤销这个月最近一次决定，恢复到它之前的样子。"""
    _ordered(open_program(config, now), (TalkOrder(TalkVerb.UNDO),), month, by)


@talks.command()
@rehearsable
@guarded
def note(
    unit: UnitArgument,
    text: Annotated[
        str, typer.Argument(metavar="内容", help="约谈情况和商定的措施")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    month: MonthOption = "",
    on: Annotated[
        str, typer.Option("--on", help="约谈日期，例如 2015-10-08")
    ] = "",
) -> None:
    """记录约谈的日期和商定的措施。"""
    program = open_program(config, now)
    program.refuse_work()
    talk = _talk(program, unit, month)
    try:
        if on:
            held_on = date.fromisoformat(on)
        else:
            held_on = program.campaign.calendar.local(
                program.clock.now()
            ).date()
    except ValueError:
        fail(f"--on {on!r} 不对，应写成 2015-10-08", USAGE)
    noted = TalkEvent(
        month=talk.month,
        unit=talk.unit,
        what=TalkStep.NOTE,
        at=program.clock.now(),
        by=Actor(getpass.getuser()),
        text=text,
        held_on=held_on,
    )
    program.store.decide_talks([noted])
    say(f"{talk.month} {talk.unit}：已记录 {held_on} 的约谈")


def _ordered(
    program: Program, orders: tuple[TalkOrder, ...], month: str, by: str
) -> tuple[TalkEvent, ...]:
    """The same judging as for a reply (judging/review/talk_decisions.py)."""
    program.refuse_work()
    when = _month(program, month)
    try:
        made = decide_talks(
            orders=orders,
            month=when,
            events=program.store.talk_events(when),
            rulebook=program.campaign.rulebook,
            ledger=program.store.ledger(),
            by=Actor(by or getpass.getuser()),
            now=program.clock.now(),
        )
    except CannotDecide as trouble:
        fail(refusal_sentence(trouble), USAGE)
    program.store.decide_talks(made)
    say(f"{when} {talk_words(made)}")
    return made


def _notify(
    program: Program, month: Month, name: str, appointment: str
) -> None:
    """Puts the notice into the outbox; the worker sends it at its next wake."""
    told = announce_talk(
        unit=program.campaign.roster.by_name[name],
        month=month,
        appointment=appointment,
        desk=program.desk(),
        now=program.clock.now(),
    )
    say("约谈通知已排入待发" if told else "约谈通知以前已经发过，没有再发")


def _talk(program: Program, unit: str, month: str) -> TalkRecord:
    name = unit_of(unit, program)
    when = _month(program, month)
    found = next(
        (
            t
            for t in program.store.ledger().talks
            if (t.month, t.unit) == (when, name)
        ),
        None,
    )
    if found is None:
        fail(
            f"{when} 没有 {name} 的约谈建议；要增加请用 xunbao talks add", USAGE
        )
    return found


def _month(program: Program, text: str) -> Month:
    if text:
        if text not in program.campaign.calendar.months:
            fail(
                f"--month {text!r} 不对，可用的有：{'、'.join(program.campaign.calendar.months)}",
                USAGE,
            )
        return Month(text)
    ledger = program.store.ledger()
    known = [b.month for b in ledger.bulletins] + [
        t.month for t in ledger.talks
    ]
    if known:
        return max(known)
    return month_of(program.campaign.calendar.current(program.clock.now()))
