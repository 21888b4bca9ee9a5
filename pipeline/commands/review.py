"""review: the held reports (待核), and what staff decide on them."""

import getpass
from collections.abc import Iterator
from datetime import date
from typing import Annotated

import typer

from pipeline.commands import views
from pipeline.commands.app import (
    DEFAULT_CONFIG,
    PERSON,
    USAGE,
    ConfigOption,
    JsonOption,
    NowOption,
    app,
    fail,
    guarded,
    open_house,
    print_json,
    say,
)
from pipeline.flows.report_facts import held_case, report_line
from pipeline.judging.calendar import period_name
from pipeline.judging.review import CannotDecide, decide
from pipeline.model.report import DecisionRule, Report, ReportState, Ruling
from pipeline.wiring import House

review = typer.Typer(help="待核报表：列出、查看、通过、改数、退回。", no_args_is_help=True)
app.add_typer(review, name="review")

IdArgument = Annotated[str, typer.Argument(metavar="编号", help="报表编号，写前几位也行")]
WhyOption = Annotated[str, typer.Option("--why", help="理由，记入台账")]
UnitOption = Annotated[str, typer.Option("--unit", help="报送单位（单位不明时必填）")]
PeriodOption = Annotated[str, typer.Option("--period", help="哪一期，例如 2015-09-10（期次不明时填）")]


@review.command("list")
@guarded
def list_held(
    config: ConfigOption = DEFAULT_CONFIG, now: NowOption = "", as_json: JsonOption = False
) -> None:
    """列出还没有处理的待核报表。"""
    house = open_house(config, now)
    held = [r for r in house.store.ledger().reports if r.state is ReportState.HELD]
    if as_json:
        print_json(views.report_line(report) for report in held)
        return
    for report in held:
        line = report_line(house.facts(), report)
        say(
            f"{report.id}  {line.unit or '单位不明'}  {line.period_name}  累计 {report.completed}  {'；'.join(line.holds)}"
        )
    if not held:
        say("没有待核的报表")


@review.command()
@guarded
def show(report_id: IdArgument, config: ConfigOption = DEFAULT_CONFIG, now: NowOption = "") -> None:
    """查看一份报表：证据、理由、以前的数字、处理经过。"""
    house = open_house(config, now)
    report = _report(house, report_id)
    case = held_case(house.facts(), report)
    line = case.line
    say(f"{report.id}  {line.unit or '单位不明'}  {line.period_name}")
    say(f"来自 {case.sender}《{case.subject}》 {case.received_at:%Y-%m-%d %H:%M}")
    for read in line.fields:
        say(f"  {read.label}：{read.text}（{read.file} {read.where}）")
    for sentence in (*line.holds, *line.notes):
        say(f"  {sentence}")
    if case.suggestions:
        say(f"  名称相近的单位：{'、'.join(case.suggestions)}")
    for name, completed in case.history:
        say(f"  {name}：{completed}")
    for decision in house.store.decisions(report.id):
        at = house.campaign.calendar.local(decision.at)
        say(f"  {at:%Y-%m-%d %H:%M} {decision.by} {decision.rule} → {decision.state} {decision.why}")
    for command, what in _commands(report):
        say(f"  {command}　{what}")


def _commands(report: Report) -> Iterator[tuple[str, str]]:
    """What can be done with a report here (a letter names the words of a reply instead)."""
    if report.state is not ReportState.HELD:
        yield f"xunbao review undo {report.id}", "撤销以前的决定，回到待核"
        return
    unit = " --unit 单位" if report.unit is None else ""
    if report.completed is not None:
        yield f"xunbao review accept {report.id}{unit}", "情况属实，按表中数字计入"
    yield f"xunbao review correct {report.id}{unit} --completed 数字", "按正确的累计数计入"
    yield f"xunbao review reject {report.id} --why 原因", "不予采用，不计入"


@review.command()
@guarded
def accept(
    report_id: IdArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    why: WhyOption = "情况属实",
    unit: UnitOption = "",
    period: PeriodOption = "",
) -> None:
    """通过：按表中数字计入。"""
    _decide(config, now, report_id, DecisionRule.ACCEPT, why=why, unit=unit, period=period)


@review.command()
@guarded
def correct(
    report_id: IdArgument,
    completed: Annotated[int, typer.Option("--completed", help="正确的累计完成数", min=0)],
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    why: WhyOption = "",
    unit: UnitOption = "",
    period: PeriodOption = "",
) -> None:
    """改数：按给出的累计数计入。"""
    _decide(
        config, now, report_id, DecisionRule.CORRECT, why=why, unit=unit, period=period, completed=completed
    )


@review.command()
@guarded
def reject(
    report_id: IdArgument,
    why: Annotated[str, typer.Option("--why", help="退回的理由，必填")],
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
) -> None:
    """退回：不予采用。"""
    _decide(config, now, report_id, DecisionRule.REJECT, why=why)


@review.command()
@guarded
def undo(
    report_id: IdArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    why: WhyOption = "",
) -> None:
    """撤销最近一次决定，恢复到它之前的样子。"""
    _decide(config, now, report_id, DecisionRule.UNDO, why=why)


_DONE = {DecisionRule.REJECT: "已退回", DecisionRule.UNDO: "已撤销原来的决定"}


def _decide(
    config: ConfigOption,
    now: str,
    report_id: str,
    rule: DecisionRule,
    *,
    why: str,
    unit: str = "",
    period: str = "",
    completed: int | None = None,
) -> None:
    house = open_house(config, now)
    report = _report(house, report_id)
    ruling = Ruling(rule, getpass.getuser(), why, completed, unit, _day(period))
    try:
        before = house.store.decision_before(report.id)
        decision = decide(
            report, ruling, house.campaign.office, house.store.ledger(), house.clock.now(), before
        )
    except CannotDecide as trouble:
        fail(str(trouble), USAGE)
    house.store.decide(decision)
    say(
        f"{report.id} {decision.unit or ''} {period_name(decision.period)}："
        f"{_DONE.get(rule, f'已计入，累计 {decision.completed}')}"
    )


def _report(house: House, report_id: str) -> Report:
    report = house.store.report(report_id)
    if report is None:
        fail(f"没有编号以 {report_id} 开头的唯一一份报表，用 xunbao review list 查看", PERSON)
    return report


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--period {text!r} 不对，应写成 2015-09-10", USAGE)
