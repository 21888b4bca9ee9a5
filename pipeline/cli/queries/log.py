"""log: the journal, a line each: what happened, when, by whom, about which unit and period, and why."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    NowOption,
    guarded,
    moment,
    open_program,
    print_json,
    say,
)
from pipeline.cli.arguments import period_of, unit_of
from pipeline.cli.queries.json_lines import stamp
from pipeline.cli.root import app
from pipeline.edges.ledger.database_copies import require_ledger
from pipeline.model.operation.journal_entry import Entry
from pipeline.writing.operation.journal_words import STEPS, entry_line


@app.command()
@guarded
def log(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    unit: Annotated[str, typer.Option("--unit", help="只看这个单位的")] = "",
    period: Annotated[
        str, typer.Option("--period", help="只看这一期的，例如 2015-09-10")
    ] = "",
    since: Annotated[
        str, typer.Option("--since", help="从什么时候看起，例如 2015-09-10")
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="程序自己的中间步骤也列出")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """流水：什么时候、谁、做了什么、涉及哪个单位哪一期、为什么，每行一条。"""
    program = open_program(config, now)
    require_ledger(program.settings.storage.database)
    if period:
        due = period_of(period, program)
    else:
        due = None
    wanted = program.journal.entries(
        unit_of(unit, program) if unit else "", due, _since(since, program)
    )
    # Of a mail's way a person asks for the end; the steps are for whoever looks for a
    # fault.
    shown = (entry for entry in wanted if everything or entry.what not in STEPS)
    if as_json:
        print_json(json_lines(shown, program))
        return
    none = True
    for line in lines(shown, program):
        none = False
        say(line)
    if none:
        say("没有这样的记录")


def lines(entries: Iterable[Entry], program: Program) -> Iterable[str]:
    """Entries as people read them: a letter's copy by its recipient."""
    recipients = program.journal.recipients()
    campaign = program.campaign
    for entry in entries:
        # Its subject is the delivery's number, which tells nobody anything.
        if entry.table_name == "delivery_event":
            to = recipients.get(entry.subject, entry.subject)
        else:
            to = None
        if to is not None:
            shown = replace(entry, subject=to)
        else:
            shown = entry
        yield entry_line(
            shown,
            campaign.calendar.local,
            campaign.rulebook.checks,
            campaign.words,
        )


def json_lines(
    entries: Iterable[Entry], program: Program
) -> Iterable[dict[str, object]]:
    for entry in entries:
        if entry.period:
            period = entry.period.isoformat()
        else:
            period = None
        yield {
            **vars(entry),
            "at": stamp(entry.at, program.settings.zone),
            "period": period,
        }


def _since(text: str, program: Program) -> datetime | None:
    if text:
        return moment(text, program.settings, "--since")
    return None
