"""health: one look at whether the program is well; asks no server, changes nothing."""

import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from importlib.util import find_spec

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    DONE,
    PERSON,
    UNREACHABLE,
    ConfigOption,
    JsonOption,
    NowOption,
    guarded,
    open_program,
    print_json,
    say,
)
from pipeline.cli.queries.json_lines import stamp
from pipeline.cli.root import app
from pipeline.edges import heartbeat
from pipeline.edges.files.disk import free_bytes
from pipeline.edges.ledger.unopened.ledger_file import has_ledger
from pipeline.flows.cooldown_gate import Door
from pipeline.judging.operation.checkup import Seen, checkup, worst
from pipeline.judging.operation.clock_known import is_compared
from pipeline.judging.operation.complaints import Vitals
from pipeline.judging.progress.agenda import is_over, next_wake, poll_times
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.finding import Finding, State
from pipeline.model.report import ReportState
from pipeline.reading.evidence.glyphs import draws_chinese
from pipeline.settings import NoPassword, Settings
from pipeline.writing.operation.checkup_words import (
    TITLES,
    next_sentence,
    sentence,
)

_STATUS = {
    State.WELL: DONE,
    State.PERSON: PERSON,
    State.UNREACHABLE: UNREACHABLE,
}
_MARKS = {
    State.WELL: "好",
    State.PERSON: "要看",
    State.UNREACHABLE: "连不上",
    State.ABSENT: "没有",
}


@app.command()
@guarded
def health(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """看一眼程序是否正常：运行、收发、待核、磁盘、缺什么部件；不连服务器。"""
    program = open_program(config, now)
    moment = program.clock.now()
    zone = program.settings.zone
    following = next_wake(moment, program.campaign)
    seen = _seen(program)
    findings = checkup(moment, poll_times(program.campaign), seen)
    if as_json:
        print_json(_line(finding, program) for finding in findings)
        print_json([{"next": stamp(following, zone), "state": worst(findings)}])
    else:
        for finding in findings:
            mark = _MARKS[finding.state]
            title = TITLES[finding.part]
            say(f"{mark} {title}：{sentence(finding, zone)}")
        over = is_over(moment, program.campaign)
        say(next_sentence(following, zone, over=over))
    raise typer.Exit(_STATUS[worst(findings)])


def _line(finding: Finding, program: Program) -> dict[str, object]:
    return {
        "part": finding.part,
        "state": finding.state,
        "text": sentence(finding, program.settings.zone),
    }


def _seen(program: Program) -> Seen:
    known = has_ledger(program.settings.storage.database)
    return Seen(
        # Asked before the first poll, too: then nothing can be ill yet.
        vitals=program.vitals() if known else _newborn(program),
        heartbeat=heartbeat.last(program.settings.storage.directory),
        mailbox_shut_until=_shut_until(program.servers.mailbox_door)
        if known
        else None,
        post_shut_until=_shut_until(program.servers.post_door)
        if known
        else None,
        held=_held(program) if known else 0,
        alarms=len(program.alarms.book.open_alarms()) if known else 0,
        alarm_word=program.alarm_file.first_word(),
        unknown_years=unknown_years(program.settings),
        has_office=shutil.which("soffice") is not None,
        has_scans=find_spec("rapidocr") is not None,
        has_fonts=draws_chinese(),
        clock_ahead=_clock_ahead(program),
    )


def _newborn(program: Program) -> Vitals:
    return Vitals(None, None, free_bytes(program.storage()))


def _shut_until(door: Door) -> datetime | None:
    with suppress(EdgeError, NoPassword):
        return door.closed_until()
    return None


def _held(program: Program) -> int:
    ledger = program.store.ledger()
    return sum(report.state is ReportState.HELD for report in ledger.reports)


def _clock_ahead(program: Program) -> timedelta | None:
    """Asks no server: what the ledger holds; None where that tells nothing."""
    if not has_ledger(program.settings.storage.database):
        return None
    now = program.clock.now()
    doubt = program.desk().clock_doubt(now)
    if doubt is not None:
        return doubt.ahead
    if is_compared(program.store.clock_evidence(), now):
        return timedelta(0)
    return None


def unknown_years(settings: Settings) -> list[int]:
    """The campaign's years for which there is no table of holidays, where one is needed."""
    if settings.schedule.holiday_shift == "none":
        return []
    first = settings.campaign.first_due.year
    last = settings.campaign.last_due.year
    found = []
    for year in range(first, last + 1):
        if not settings.workdays.has(year):
            found.append(year)
    return found
