"""messages, notices: what came in and what goes out, a line each; they change nothing.

People see the newest first, from the last period but one on unless they ask for more;
JSON is whole and in the order of the ledger, as the contract says.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Annotated, Any

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
    moment,
    open_program,
    print_json,
)
from pipeline.cli.arguments import PeriodOption, period_of
from pipeline.cli.queries import json_lines
from pipeline.cli.queries.json_lines import Json
from pipeline.cli.root import app
from pipeline.cli.screen.printed_rows import on_terminal, print_rows
from pipeline.model.notice import NoticeKind
from pipeline.model.outgoing import NoticeLine
from pipeline.writing.notice_names import notice_kinds
from pipeline.writing.sentences import drop_sentence
from pipeline.writing.titles import (
    IGNORED_BECAUSE,
    NOTICE_STATES,
    OUTCOMES,
    REPORT_STATES,
    title,
)

# Recipients of one letter in a table; a pipe and --json get all
_NAMED = 3
UnitOption = Annotated[str, typer.Option("--unit", help="只看这个单位的")]
SinceOption = Annotated[
    str,
    typer.Option(
        "--since", help="从这个时间起，例如 2015-09-01；默认从上一期起"
    ),
]
AllOption = Annotated[
    bool, typer.Option("--all", help="从头到尾，不只看最近的")
]
KindOption = Annotated[
    str, typer.Option("--kind", help="只看这一种，写中文名或代码，例如 催报")
]


@app.command()
@guarded
def messages(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    period: PeriodOption = "",
    unit: UnitOption = "",
    since: SinceOption = "",
    all_of_them: AllOption = False,
    as_json: JsonOption = False,
) -> None:
    """收到的每一封邮件和处理结果。"""
    program = open_program(config, now)
    ledger = program.store.ledger()
    lines = []
    for mail in program.store.mails():
        lines.append(
            json_lines.message_line(
                mail,
                ledger,
                program.settings.zone,
                program.settings.campaign_words.form,
            )
        )
    if period:
        due = period_of(period, program).isoformat()
        lines = [line for line in lines if _has_report(line, "period", due)]
    if unit:
        name = _unit(unit, program)
        lines = [line for line in lines if _has_report(line, "unit", name)]
    # Who asks for one unit or period wants all of it, however long ago.
    asked_for = bool(period or unit or all_of_them or as_json)
    lines = _from(
        since=since,
        rows=lines,
        key="received_at",
        program=program,
        whole=asked_for,
    )
    if as_json:
        print_json(lines)
        return
    measure = program.campaign.words.unit
    rows = [message_cells(line, measure) for line in reversed(lines)]
    heads = ("收到时间", "来自", "主题", "结果", "报表或原因")
    print_rows(heads, rows, "没有这样的来信。")


def message_cells(line: Json, measure: str) -> tuple[str, ...]:
    """A mail as people see it: time, sender, subject, and what became of it; figures in
    the campaign's own `measure`."""
    reports = "；".join(_report(report, measure) for report in line["reports"])
    outcome = title(OUTCOMES, line["outcome"])
    why = title(IGNORED_BECAUSE, line["reason"] or "")
    return (
        _local(line["received_at"]),
        line["from"],
        f"《{line['subject']}》",
        outcome,
        reports or why,
    )


def _report(report: Json, measure: str) -> str:
    figure = report["completed"]
    shown = "数字不明" if figure is None else f"{figure}{measure}"
    state = title(REPORT_STATES, report["state"])
    return f"{report['unit'] or '单位不明'} {report['period']} {shown} {state}"


@app.command()
@guarded
def notices(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    unit: UnitOption = "",
    kind: KindOption = "",
    since: SinceOption = "",
    all_of_them: AllOption = False,
    as_json: JsonOption = False,
) -> None:
    """每一份通知：待发、已发、撤销、失败。"""
    program = open_program(config, now)
    zone = program.settings.zone
    names = notice_kinds(program.campaign.words)
    found = program.outbox.notices()
    if unit:
        name = _unit(unit, program)
        ledger = program.store.ledger()
        found = [n for n in found if name in ledger.units_of(n.action)]
    if kind:
        wanted = _kind(kind, names)
        found = [line for line in found if line.action.kind == wanted]
    rows = [
        {
            **json_lines.notice_line(line, zone),
            "when": json_lines.stamp(line.sent_at or line.action.due_at, zone),
            "why": drop_sentence(line.action.drop_reason) or _failures(line),
        }
        for line in found
    ]
    asked_for = bool(unit or kind or all_of_them or as_json)
    rows = _from(
        since=since,
        rows=rows,
        key="when",
        program=program,
        whole=asked_for,
    )
    if as_json:
        print_json(_without(("when", "why"), rows))
        return
    heads = ("时间", "状态", "种类", "收件人", "主题", "说明")
    cells = [_notice(row, names) for row in reversed(rows)]
    print_rows(heads, cells, "没有这样的通知。")


def _failures(line: NoticeLine) -> str:
    """How many of how many copies did not arrive, and each of them."""
    if not line.problems:
        return ""
    each = "；".join(line.problems)
    return f"{line.copies} 份中 {len(line.problems)} 份没有送到：{each}"


def _notice(row: Json, names: Mapping[NoticeKind, str]) -> tuple[str, ...]:
    to = "、".join(row["to"])
    if on_terminal() and len(row["to"]) > _NAMED:
        named = "、".join(row["to"][:_NAMED])
        to = f"{named} 等{len(row['to'])}个"
    return (
        _local(row["when"]),
        title(NOTICE_STATES, row["state"]),
        title(names, row["kind"]),
        to,
        row["subject"] or "",
        row["why"],
    )


def _without(keys: tuple[str, ...], rows: Iterable[Json]) -> Iterable[Json]:
    for row in rows:
        yield {key: value for key, value in row.items() if key not in keys}


def _local(stamp: str | None) -> str:
    """Day and minute in the campaign's own time."""
    # A drop has no time of sending.
    return (stamp or "")[:16].replace("T", " ")


def _unit(text: str, program: Program) -> str:
    found = program.campaign.rulebook.book.match(text)
    if found is None:
        fail(f"名单里没有“{text}”这个单位", USAGE)
    return found


def _kind(text: str, names: Mapping[NoticeKind, str]) -> str:
    found = []
    for code, name in names.items():
        if text in (code, name):
            found.append(code)
    if found:
        return found[0]
    return fail(
        f"没有“{text}”这种通知，可以写：{'、'.join(names.values())}",
        USAGE,
    )


def _from(
    since: str, rows: list[Json], key: str, program: Program, *, whole: bool
) -> list[Json]:
    """The rows from --since on; without it from the last period but one, or all."""
    start = moment(since, program.settings, "--since")
    if start is None and not whole:
        # What is open, and what was closed last: the rest is history.
        start = _last_period_but_one(program)
    if start is None:
        return rows
    found = []
    for row in rows:
        if datetime.fromisoformat(row[key]) >= start:
            found.append(row)
    return found


def _last_period_but_one(program: Program) -> datetime | None:
    calendar = program.campaign.calendar
    before = calendar.before(calendar.current(program.clock.now()))
    if before is None:
        return None
    return datetime.combine(before, time(), program.settings.zone)


def _has_report(line: Mapping[str, Any], key: str, value: str) -> bool:
    """Whether a mail brought a report of that unit or period."""
    return any(report[key] == value for report in line["reports"])
