"""review list, show, retry: what waits for a decision, and what was not read at all."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    PERSON,
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
from pipeline.cli.review.group import IdArgument, report_named, review
from pipeline.cli.screen.printed_rows import print_rows
from pipeline.flows.review.ask_again import ask_again
from pipeline.flows.review.decide_report import is_undone
from pipeline.judging.intake.unheard import set_aside, unheard
from pipeline.judging.review.decide import is_by_rule, needs_reason, open_rules
from pipeline.model.arrival import Outcome
from pipeline.model.ledger import Ledger
from pipeline.model.letters.reviews import HeldCase
from pipeline.model.report import (
    DecisionRule,
    Report,
    ReportState,
)
from pipeline.notices.decision_words import also_titles
from pipeline.notices.explanation import decision_line
from pipeline.notices.facts import Facts
from pipeline.notices.receipt_facts import report_line
from pipeline.notices.review_facts import held_case
from pipeline.writing.sentences import PACE_TITLE
from pipeline.writing.words import listing

AllOption = Annotated[
    bool,
    typer.Option("--all", help="连同读不出的、搁置的和带表却没有采用的来信"),
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
    lost = list(_unheard(program, facts.ledger)) if all_of_them else []
    if as_json:
        print_json(json_lines.report_line(report) for report in held)
        print_json(lost)
        return
    if held or not lost:
        cells = map(partial(_held_cells, facts), held)
        print_rows(_HELD_HEADS, cells, "没有待核的报表")
    if lost:
        rows = map(partial(_unheard_cells, facts.campaign.words.unit), lost)
        print_rows(_UNHEARD_HEADS, rows, "")
    if any(mail["outcome"] == Outcome.SET_ASIDE.value for mail in lost):
        say("搁置的来信可以重新取一次：xunbao review retry 编号")


def _held_cells(facts: Facts, report: Report) -> tuple[str, ...]:
    line = report_line(facts, report)
    figure = "不明"
    if line.completed is not None:
        figure = str(line.completed)
    if line.rivals:
        figure = listing(map(str, line.rivals))
    return (
        report.id,
        line.unit or "单位不明",
        line.period_name,
        f"累计 {figure}",
        "；".join(line.holds),
    )


def _unheard_cells(measure: str, mail: json_lines.Json) -> tuple[str, ...]:
    return (mail["id"], *message_cells(mail, measure))


def _unheard(program: Program, ledger: Ledger) -> Iterator[json_lines.Json]:
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
    report = report_named(program, report_id)
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
    for sentence in _against_pace(case):
        say(f"  {sentence}")
    if case.suggestions:
        say(f"  可能是：{'、'.join(case.suggestions)}")
    for name, completed in case.history:
        say(f"  {name}：{completed}")
    for decision in program.store.decisions_on(report.id):
        say(f"  {decision_line(decision, program.campaign)}")
    undone = is_undone(report.id, program.store)
    for command, what in _commands(report, undone=undone):
        say(f"  {command}　{what}")


def _against_pace(case: HeldCase) -> Iterator[str]:
    """What the unit's pace has against the figure, which its holds do not say."""
    for what, said, known in case.against:
        if what == PACE_TITLE:
            parts = filter(None, (said, known))
            yield "；".join(parts)


def _commands(report: Report, *, undone: bool) -> Iterator[tuple[str, str]]:
    """What can be done with a report here (a letter names the words of a reply instead)."""
    for rule in open_rules(report, undone=undone):
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
