"""explain: why this state, this figure, this rank, with the mails and the places in
them that they rest on."""

from collections.abc import Iterable
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
    open_program,
    print_json,
    say,
)
from pipeline.cli.arguments import PeriodOption, period_of, unit_of
from pipeline.cli.queries import json_lines as views
from pipeline.cli.queries.log import json_lines, lines
from pipeline.cli.root import app
from pipeline.edges.ledger.database_copies import require_ledger
from pipeline.model.operation.journal_entry import Entry
from pipeline.notices.explanation import (
    Explained,
    Source,
    explain,
    letters_sent,
    paragraphs,
    reasons,
)
from pipeline.writing.operation.journal_words import STEPS


@app.command("explain")
@guarded
def explain_command(
    unit: Annotated[
        str, typer.Argument(metavar="单位", help="目标表上的单位名称")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    period: PeriodOption = "",
    as_json: JsonOption = False,
) -> None:
    """说明一个单位某一期为什么是这个状态、这个数字、这个名次：依据的邮件、算式、规则、通知和流水。"""
    program = open_program(config, now)
    require_ledger(program.settings.storage.database)
    name = _row_of(unit, program)
    due = period_of(period, program)
    # By what held when it closed: its target, its margin, its hours.
    program = program.at(program.campaign.calendar.deadline(due))
    facts = program.facts()
    found = explain(
        unit=name,
        period=due,
        facts=facts,
        decisions=program.store,
        notices=program.outbox.notices(),
    )
    happened = []
    for entry in program.journal.entries(name, due):
        # The steps of a mail's way explain nothing to a person.
        if entry.what not in STEPS:
            happened.append(entry)
    if as_json:
        print_json([_json(found, happened, program)])
        return
    say(f"{name}　{program.campaign.calendar.name(due)}")
    for heading, told in (
        *paragraphs(found, facts),
        ("流水", list(lines(happened, program))),
    ):
        say(heading)
        for line in told:
            say(f"  {line}")


def _row_of(text: str, program: Program) -> str:
    name = unit_of(text, program)
    unit = program.campaign.roster.by_name[name]
    if unit.member_of:
        fail(
            f"{name} 是“{unit.member_of}”的成员，请看 xunbao explain {unit.member_of}",
            USAGE,
        )
    return name


def _json(
    found: Explained, happened: Iterable[Entry], program: Program
) -> dict[str, Any]:
    facts = program.facts()
    return {
        "unit": found.row.unit,
        "period": found.standing.period.isoformat(),
        "row": views.row_line(found.row, found.standing.period.isoformat()),
        "why": dict((*reasons(found, facts), letters_sent(found, facts))),
        "neighbours": [
            r.unit if r else None for r in (found.above, found.below)
        ],
        "members": dict(found.members) or None,
        "reports": [_source(source, program) for source in found.sources],
        "letters": [
            views.notice_line(letter, program.settings.zone)
            for letter in found.letters
        ],
        "journal": list(json_lines(happened, program)),
    }


def _source(source: Source, program: Program) -> dict[str, Any]:
    report = source.report
    mail = source.mail
    zone = program.settings.zone
    return {
        **views.report_line(report),
        "counts": source.counts,
        "received_at": views.stamp(report.received_at, zone),
        "subject": mail.seen.subject if mail else None,
        "from": mail.seen.sender if mail else None,
        "message_id": mail.seen.message_id if mail else None,
        "evidence": {
            name: {"file": e.file, "where": e.where, "text": e.text}
            for name, e in (report.form.evidence if report.form else ())
        },
        "decisions": [
            {"at": views.stamp(d.at, zone), "by": d.by, "rule": d.rule.value, "state": d.state.value, "completed": d.completed, "why": d.why}  # noqa: E501
            for d in source.decisions
        ],
    }  # fmt: skip
