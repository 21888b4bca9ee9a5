"""review accept, correct, assign, reject, void, undo: what staff decide on a report."""

import getpass
from datetime import date
from typing import Annotated

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    PERSON,
    USAGE,
    ConfigOption,
    NowOption,
    fail,
    guarded,
    open_program,
    rehearsable,
    say,
)
from pipeline.cli.arguments import ByOption
from pipeline.cli.review.group import IdArgument, report_named, review
from pipeline.flows.review.decide_report import (
    accepting_reason,
    decide_and_record,
)
from pipeline.judging.review.also_decisions import figure_called
from pipeline.judging.review.decide import needs_reason
from pipeline.model.actor import Actor
from pipeline.model.named import NamedCounts
from pipeline.model.report import (
    VOUCHED,
    DecisionRule,
    Remember,
    Ruling,
)
from pipeline.model.review.refusal import CannotDecide
from pipeline.model.rules import CheckRules
from pipeline.writing.review.refusals import refusal_sentence

WhyOption = Annotated[
    str,
    typer.Option(
        "--why", help="理由，记入台账；写 情况属实 表示数字虽有疑问也照样计入"
    ),
]
RememberOption = Annotated[
    bool,
    typer.Option(
        "--remember",
        help="同时记住：以后这个邮箱或表上的写法都认作 --unit 那个单位",
    ),
]
UnitOption = Annotated[
    str, typer.Option("--unit", help="报送单位（单位不明时必填）")
]
PeriodOption = Annotated[
    str,
    typer.Option("--period", help="哪一期，例如 2015-09-10（期次不明时填）"),
]


@review.command()
@rehearsable
@guarded
def accept(
    report_id: IdArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    why: WhyOption = "",
    unit: UnitOption = "",
    period: PeriodOption = "",
    by: ByOption = "",
    remember: RememberOption = False,
) -> None:
    """通过：按表中数字计入。"""
    program = open_program(config, now)
    report = report_named(program, report_id)
    # By command as by mail: an override stands in the record with its reason.
    if needs_reason(report) and not why.strip():
        fail(
            f"{report.id} 的数字没有通过核对：确认情况属实的，请加 --why "
            "写明原因，例如 --why 已电话核实",
            USAGE,
        )
    _decide(
        program=program,
        report_id=report_id,
        rule=DecisionRule.ACCEPT,
        by=by,
        why=accepting_reason(report, why),
        unit=unit,
        period=period,
        remember=remember,
    )


@review.command()
@rehearsable
@guarded
def correct(
    report_id: IdArgument,
    completed: Annotated[
        int | None, typer.Option("--completed", help="正确的累计完成数", min=0)
    ] = None,
    figure: Annotated[
        list[str] | None,
        typer.Option(
            "--figure",
            metavar="名称=数字",
            help="表上另一个数，例如 登记=1100；可以写几个，也可以只写它",
        ),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    why: WhyOption = "",
    unit: UnitOption = "",
    period: PeriodOption = "",
    by: ByOption = "",
    remember: RememberOption = False,
) -> None:
    """改数：按给出的累计数计入；只写 --figure 的，只改那个数。"""
    if completed is None and not figure:
        fail("请写明 --completed 数字，或 --figure 名称=数字", USAGE)
    program = open_program(config, now)
    rules = program.campaign.rulebook.checks
    also = []
    for given in figure or ():
        also.append(_figure(given, rules))
    _decide(
        program=program,
        report_id=report_id,
        rule=DecisionRule.CORRECT,
        by=by,
        why=why,
        unit=unit,
        period=period,
        completed=completed,
        remember=remember,
        also=tuple(also),
    )


def _figure(given: str, rules: CheckRules) -> tuple[str, int]:
    """A figure beside the main one as the command line gives it: 登记=1100."""
    name, _, number = given.replace("＝", "=").partition("=")
    if not number.strip().isdecimal():
        fail(
            f"--figure {given!r} 不对，应写成 名称=数字，例如 登记=1100", USAGE
        )
    try:
        return figure_called(name.strip(), rules).name, int(number)
    except CannotDecide as trouble:
        fail(refusal_sentence(trouble), USAGE)


@review.command()
@rehearsable
@guarded
def assign(
    report_id: IdArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    why: WhyOption = "",
    unit: UnitOption = "",
    period: PeriodOption = "",
    by: ByOption = "",
    remember: RememberOption = False,
) -> None:
    """定单位、定期次：没有别的疑问就计入，有就仍然待核。"""
    if not unit and not period:
        fail("请写明 --unit 单位 或 --period 期次", USAGE)
    _decide(
        program=open_program(config, now),
        report_id=report_id,
        rule=DecisionRule.ASSIGN,
        by=by,
        why=why,
        unit=unit,
        period=period,
        remember=remember,
    )


@review.command()
@rehearsable
@guarded
def reject(
    report_id: IdArgument,
    why: Annotated[
        str, typer.Option("--why", help="退回的理由，必填，会写给报送单位")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    by: ByOption = "",
) -> None:
    """退回：不予采用，并写信请该单位重报。"""
    _decide(
        program=open_program(config, now),
        report_id=report_id,
        rule=DecisionRule.REJECT,
        by=by,
        why=why,
    )


@review.command()
@rehearsable
@guarded
def void(
    report_id: IdArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    why: WhyOption = "",
    by: ByOption = "",
) -> None:
    """作废：不计入，也不写信给单位。"""
    _decide(
        program=open_program(config, now),
        report_id=report_id,
        rule=DecisionRule.VOID,
        by=by,
        why=why,
    )


@review.command()
@rehearsable
@guarded
def undo(
    report_id: IdArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    why: WhyOption = "",
    by: ByOption = "",
) -> None:
    """撤销最近一次决定，恢复到它之前的样子。"""
    _decide(
        program=open_program(config, now),
        report_id=report_id,
        rule=DecisionRule.UNDO,
        by=by,
        why=why,
    )


def _decide(
    program: Program,
    report_id: str,
    rule: DecisionRule,
    by: str,
    *,
    why: str,
    unit: str = "",
    period: str = "",
    completed: int | None = None,
    remember: bool = False,
    also: NamedCounts = (),
) -> None:
    """The same judging as for a reply, and the same record."""
    program.refuse_work()
    report = report_named(program, report_id)
    ruling = Ruling(
        rule=rule,
        by=Actor(by or getpass.getuser()),
        why=why,
        completed=completed,
        unit=unit,
        period=_day(period),
        sure=VOUCHED in why,
        remember=Remember.ALL if remember else None,
        also=also,
    )
    try:
        made = decide_and_record(
            ruling=ruling,
            report=report,
            book=program.store,
            classroom=program.classroom,
            now=program.clock.now(),
        )
    except CannotDecide as trouble:
        fail(refusal_sentence(trouble), USAGE)
    say(f"{report.id}：{made.said}")
    # Whoever scripts this must see that it waits still.
    if made.still_held:
        raise typer.Exit(PERSON)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--period {text!r} 不对，应写成 2015-09-10", USAGE)
