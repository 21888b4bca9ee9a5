"""export: the whole ledger as tables and mails that anybody can read, in one .zip."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Annotated, Any

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
    say,
)
from pipeline.cli.queries import json_lines
from pipeline.cli.root import app
from pipeline.edges.files.export_file import write_export
from pipeline.edges.ledger.database_copies import require_ledger
from pipeline.model.form import AlsoSpec, TextSpec
from pipeline.model.ledger import Ledger
from pipeline.model.operation.errors import EdgeError
from pipeline.model.report import Decision
from pipeline.model.rules import CheckRules
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.writing.notice_names import notice_kinds
from pipeline.writing.titles import (
    DECISIONS,
    IGNORED_BECAUSE,
    NOTICE_STATES,
    OUTCOMES,
    REPORT_STATES,
    STANDING_STATES,
    TALK_STATES,
    title,
)

Record = dict[str, Any]

Rows = list[list[str]]


@app.command()
@guarded
def export(
    file: Annotated[Path, typer.Argument(metavar="文件.zip", help="写到哪里")],
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
) -> None:
    """把来信、报表、进度、约谈、信件和邮件原件写成一个 .zip，不用旬报程序也能看。"""
    if file.suffix.lower() != ".zip":
        fail(f"{file} 应以 .zip 结尾", USAGE)
    program = open_program(config, now)
    require_ledger(program.settings.storage.database)
    if not write_archive(program, file):
        raise typer.Exit(PERSON)


def write_archive(program: Program, file: Path) -> bool:
    """Writes the .zip and says what is in it; False where an original is missing."""
    missing: list[str] = []
    tables = _tables(program)
    mails = write_export(file, tables, _mails(program, missing))
    counts = "，".join(
        f"{name} {len(rows) - 1} 行" for name, rows in tables.items()
    )
    say(f"已写入 {file}：{counts}，原件 {mails} 封")
    # What can be had is written all the same: half an archive is better than none.
    for key in missing:
        say(f"原件 {key} 缺失或已损坏，没有写进去；运行 xunbao verify 查看")
    return not missing


def _mails(program: Program, missing: list[str]) -> Iterator[tuple[str, bytes]]:
    for key in dict.fromkeys(mail.seen.key for mail in program.store.mails()):
        try:
            yield key, program.vault.open(key)
        except EdgeError:
            missing.append(key)


_MAIL_HEADS = ("收到", "发件人", "主题", "处理结果", "原因")
_REPORT_HEADS = (
    *("收到", "单位", "报送期", "累计", "本期新增"),
    *("状态", "工作举措"),
)
_STANDING_HEADS = (
    *("报送期", "单位", "状态", "累计", "目标"),
    *("完成率", "同类排名", "总排名"),
)
# The first ones, which say something without targets too
_UNMEASURED = 4
_DECISION_HEADS = (
    *("时间", "谁", "决定", "报表编号", "单位"),
    *("报送期", "累计", "决定后的状态", "理由"),
)
_TALK_HEADS = ("月份", "单位", "原因", "状态")
_LETTER_HEADS = (
    *("应发", "发出", "种类", "单位", "收件人"),
    *("主题", "状态"),
)


def _tables(program: Program) -> dict[str, Rows]:
    ledger = program.store.ledger()
    checks = program.campaign.rulebook.checks
    messages = list(_message_lines(program, ledger))
    talks = map(json_lines.talk_line, ledger.talks)
    return {
        "来信": _rows(_MAIL_HEADS, map(_message, messages)),
        "报表": _rows(_report_heads(checks), _reports(messages, checks)),
        "进度": _standing_rows(program, ledger),
        "决定": _rows(_DECISION_HEADS, _decisions(program)),
        "约谈": _rows(_TALK_HEADS, map(_talk, talks)),
        "信件": _rows(_LETTER_HEADS, _letters(program, ledger)),
    }


def _report_heads(checks: CheckRules) -> list[str]:
    """With a column for each figure and each field of words beside the form's own."""
    heads = list(_REPORT_HEADS)
    for spec in _beside(checks):
        heads.append(spec.title)
    return heads


def _reports(
    messages: Iterable[Record], checks: CheckRules
) -> Iterator[list[Any]]:
    for message in messages:
        for line in message["reports"]:
            yield _report(message, line, checks)


def _decisions(program: Program) -> Iterator[list[Any]]:
    for decision in program.store.peoples_decisions():
        yield _decision(decision, program.settings.zone)


def _letters(program: Program, ledger: Ledger) -> Iterator[list[Any]]:
    for notice in program.outbox.notices():
        line = json_lines.notice_line(notice, program.settings.zone)
        line["unit"] = "、".join(ledger.units_of(notice.action))
        yield _notice(line, program.campaign.words)


def _message_lines(program: Program, ledger: Ledger) -> Iterator[Record]:
    zone = program.settings.zone
    form_name = program.settings.campaign_words.form
    for mail in program.store.mails():
        yield json_lines.message_line(mail, ledger, zone, form_name)


def _decision(decision: Decision, zone: tzinfo) -> list[Any]:
    """What people decided; what rules judged stands in the reports' own state."""
    return [
        json_lines.stamp(decision.at, zone),
        decision.by,
        DECISIONS[decision.rule],
        decision.report_id,
        decision.unit,
        decision.period,
        decision.completed,
        title(REPORT_STATES, decision.state),
        decision.why,
    ]


def _rows(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> Rows:
    shown = []
    for row in rows:
        shown.append(["" if value is None else str(value) for value in row])
    return [list(heads), *shown]


def _message(line: Record) -> list[Any]:
    outcome = title(OUTCOMES, line["outcome"])
    reason = title(IGNORED_BECAUSE, line["reason"] or "")
    return [line["received_at"], line["from"], line["subject"], outcome, reason]


def _beside(checks: CheckRules) -> list[AlsoSpec | TextSpec]:
    """The figures and the words that the form has beside its four fields."""
    return [*checks.also, *checks.texts]


def _report(message: Record, line: Record, checks: CheckRules) -> list[Any]:
    state = title(REPORT_STATES, line["state"])
    figures = [line["period"], line["completed"], line["added"]]
    measures = "\n".join(line["measures"])
    told = {**line.get("figures", {}), **line.get("fields", {})}
    beside = [told.get(spec.name) for spec in _beside(checks)]
    said = [*figures, state, measures, *beside]
    return [message["received_at"], line["unit"], *said]


def _standing_rows(program: Program, ledger: Any) -> Rows:
    lines = list(_standings(program, ledger))
    if program.campaign.roster.has_targets:
        return _rows(_STANDING_HEADS, lines)
    heads = _STANDING_HEADS[:_UNMEASURED]
    for line in lines:
        del line[_UNMEASURED:]
    return _rows(heads, lines)


def _standings(program: Program, ledger: Any) -> Iterator[list[Any]]:
    calendar = program.campaign.calendar
    now = program.clock.now()
    for period in calendar.periods:
        if period.deadline > now:
            return
        for row in program.campaign.standing(period.due, ledger, now).rows:
            state = title(STANDING_STATES, row.state or "")
            rate = "" if row.rate is None else f"{row.rate:.1%}"
            ranks = [row.rank, row.rank_overall]
            yield [
                period.due,
                row.unit,
                state,
                row.completed,
                row.target,
                rate,
                *ranks,
            ]


def _talk(line: Record) -> list[Any]:
    return [
        line["month"],
        line["unit"],
        "、".join(line["reasons"]),
        title(TALK_STATES, line["state"]),
    ]


def _notice(line: Record, words: CampaignWords) -> list[Any]:
    kind = title(notice_kinds(words), line["kind"])
    state = title(NOTICE_STATES, line["state"])
    to = "、".join(line["to"])
    return [
        line["due_at"],
        line["sent_at"],
        kind,
        line["unit"],
        to,
        line["subject"],
        state,
    ]
