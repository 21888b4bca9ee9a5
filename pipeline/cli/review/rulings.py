"""review: the held reports (待核), and what staff decide on them."""

import getpass
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    PERSON,
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
from pipeline.cli.queries import json_lines
from pipeline.cli.queries.messages import message_cells
from pipeline.cli.root import app
from pipeline.cli.screen.frame import ChineseTyper
from pipeline.cli.screen.tables import print_rows
from pipeline.flows.review.ask_again import ask_again
from pipeline.flows.review.decide_report import (
    accepting_reason,
    decide_and_record,
)
from pipeline.judging.intake.unheard import set_aside, unheard
from pipeline.judging.review.also_decisions import figure_called
from pipeline.judging.review.decide import is_by_rule, needs_reason, open_rules
from pipeline.model.actor import Actor
from pipeline.model.arrival import Outcome
from pipeline.model.named import NamedCounts
from pipeline.model.report import (
    VOUCHED,
    DecisionRule,
    Remember,
    Report,
    ReportState,
    Ruling,
)
from pipeline.model.review.refusal import CannotDecide
from pipeline.model.rules import CheckRules
from pipeline.notices.decision_words import also_titles
from pipeline.notices.explanation import decision_line
from pipeline.notices.facts import Facts
from pipeline.notices.receipt_facts import report_line
from pipeline.notices.review_facts import held_case
from pipeline.writing.review.refusals import refusal_sentence

review = ChineseTyper(
    help="待核报表：列出、查看、通过、改数、定单位、退回、作废、撤销。",
    no_args_is_help=True,
)
app.add_typer(review, name="review")

AllOption = Annotated[
    bool,
    typer.Option("--all", help="连同读不出的、搁置的和带表却没有采用的来信"),
]
IdArgument = Annotated[
    str, typer.Argument(metavar="编号", help="报表编号，写前几位也行")
]
WhyOption = Annotated[
    str,
    typer.Option(
        "--why", help="理由，记入台账；写 情况属实 表示数字虽有疑问也照样计入"
    ),
]
ByOption = Annotated[
    str,
    typer.Option(
        "--by", help="谁作的决定，例如姓名或邮箱；默认是当前登录的账户"
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


_HELD_HEADS = ("编号", "单位", "期次", "累计", "为什么待核")
_UNHEARD_HEADS = ("编号", "收到时间", "来自", "主题", "结果", "原因")


@review.command("list")
@guarded
def list_held(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    all_of_them: AllOption = False,
    as_json: JsonOption = False,
) -> None:
    """列出还没有处理的待核报表；加 --all 也列出读不出的、搁置的和带表却没有采用的来信。"""
    program = open_program(config, now)
    facts = program.facts()
    held = []
    for r in facts.ledger.reports:
        if r.state is ReportState.HELD:
            held.append(r)
    lost = list(_unheard(program)) if all_of_them else []
    if as_json:
        print_json(json_lines.report_line(report) for report in held)
        print_json(lost)
        return
    if held or not lost:
        cells = map(partial(_held_cells, facts), held)
        print_rows(_HELD_HEADS, cells, "没有待核的报表")
    if lost:
        print_rows(_UNHEARD_HEADS, map(_unheard_cells, lost), "")
    if any(mail["outcome"] == Outcome.SET_ASIDE.value for mail in lost):
        say("搁置的来信可以重新取一次：xunbao review retry 编号")


def _held_cells(facts: Facts, report: Report) -> tuple[str, ...]:
    line = report_line(facts, report)
    figure = "不明"
    if report.completed is not None:
        figure = str(report.completed)
    return (
        report.id,
        line.unit or "单位不明",
        line.period_name,
        f"累计 {figure}",
        "；".join(line.holds),
    )


def _unheard_cells(mail: json_lines.Json) -> tuple[str, ...]:
    return (mail["id"], *message_cells(mail))


def _unheard(program: Program) -> Iterator[json_lines.Json]:
    ledger = program.store.ledger()
    again = program.store.taken_again()
    for mail in unheard(program.store.mails(), again):
        line = json_lines.message_line(
            mail,
            ledger,
            program.settings.zone,
            program.settings.campaign_words.form,
        )
        yield {"id": mail.seen.key[:8], **line}


@review.command()
@rehearsable
@guarded
def retry(
    mail_id: Annotated[
        str,
        typer.Argument(
            metavar="编号", help="review list --all 里搁置来信的编号"
        ),
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
) -> None:
    """重新取一次搁置的来信：下次处理时再从邮箱或原件读一遍。"""
    program = open_program(config, now)
    program.refuse_work()
    key = set_aside(program.store.mails(), mail_id)
    if key is None:
        fail(
            f"没有编号以 {mail_id} 开头的唯一一封搁置来信，"
            "用 xunbao review list --all 查看",
            PERSON,
        )
    kept = ask_again(key, program.store, program.vault, program.clock.now())
    say(f"{key[:8]}：下次处理时重新{'读' if kept else '从邮箱取'}一次")


@review.command()
@guarded
def show(
    report_id: IdArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
) -> None:
    """查看一份报表：证据、理由、以前的数字、处理经过。"""
    program = open_program(config, now)
    report = _report(program, report_id)
    case = held_case(program.facts(), report)
    line = case.line
    say(f"{report.id}  {line.unit or '单位不明'}  {line.period_name}")
    say(
        f"来自 {case.sender}《{case.subject}》 {case.received_at:%Y-%m-%d %H:%M}"
    )
    for read in line.fields:
        say(f"  {read.label}：{read.text}（{read.file} {read.where}）")
    rules = program.campaign.rulebook.checks
    for told in also_titles(report.also, rules):
        say(f"  {told}")
    for sentence in (*line.holds, *line.notes):
        say(f"  {sentence}")
    if case.suggestions:
        say(f"  可能是：{'、'.join(case.suggestions)}")
    for name, completed in case.history:
        say(f"  {name}：{completed}")
    for decision in program.store.decisions_on(report.id):
        say(f"  {decision_line(decision, program.campaign)}")
    for command, what in _commands(report):
        say(f"  {command}　{what}")


def _commands(report: Report) -> Iterator[tuple[str, str]]:
    """What can be done with a report here (a letter names the words of a reply instead)."""
    for rule in open_rules(report):
        yield from _commands_of(rule, report)


def _commands_of(
    rule: DecisionRule, report: Report
) -> Iterator[tuple[str, str]]:
    unit = ""
    if report.unit is None:
        unit = " --unit 单位"
    command = f"xunbao review {rule} {report.id}"
    match rule:
        case DecisionRule.UNDO if is_by_rule(report):
            yield command, "撤回程序的判定，改为待核"
        case DecisionRule.UNDO:
            yield command, "撤销以前的决定，恢复到它之前的样子"
        case DecisionRule.ACCEPT:
            why = " --why 原因" if needs_reason(report) else ""
            yield f"{command}{unit}{why}", "情况属实，按表中数字计入"
        case DecisionRule.CORRECT:
            yield f"{command}{unit} --completed 数字", "按正确的累计数计入"
            for name, _ in report.also:
                yield f"{command} --figure {name}=数字", "只改表上的这个数"
        case DecisionRule.ASSIGN:
            yield (
                f"{command} --unit 单位 --period 期次",
                "只定单位或期次；没有别的疑问就计入",
            )
        case DecisionRule.REJECT:
            yield f"{command} --why 原因", "不予采用，并写信请该单位重报"
        case DecisionRule.VOID:
            yield command, "作废，不计入，也不写信给单位"
        case _:
            raise ValueError(f"no command for {rule}")


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
    report = _report(open_program(config, now), report_id)
    # By command as by mail: an override stands in the record with its reason.
    if needs_reason(report) and not why.strip():
        fail(
            f"{report.id} 的数字没有通过核对：确认情况属实的，请加 --why "
            "写明原因，例如 --why 已电话核实",
            USAGE,
        )
    _decide(
        config=config,
        now=now,
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
    rules = open_program(config, now).campaign.rulebook.checks
    also = []
    for given in figure or ():
        also.append(_figure(given, rules))
    _decide(
        config=config,
        now=now,
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
        config=config,
        now=now,
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
        config=config,
        now=now,
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
        config=config,
        now=now,
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
        config=config,
        now=now,
        report_id=report_id,
        rule=DecisionRule.UNDO,
        by=by,
        why=why,
    )


def _decide(
    config: Path,
    now: str,
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
    program = open_program(config, now)
    program.refuse_work()
    report = _report(program, report_id)
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


def _report(program: Program, report_id: str) -> Report:
    report = program.store.report(report_id)
    if report is None:
        fail(
            f"没有编号以 {report_id} 开头的唯一一份报表，用 xunbao review list 查看",
            PERSON,
        )
    return report


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--period {text!r} 不对，应写成 2015-09-10", USAGE)
