"""status: each unit's progress and state, now or as the ledger stood at a moment; changes nothing."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.bootstrap import Program, assemble
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
from pipeline.cli.arguments import PeriodOption, period_of
from pipeline.cli.root import app
from pipeline.cli.screen.columns import Table
from pipeline.cli.screen.printed_rows import print_table
from pipeline.edges import heartbeat
from pipeline.judging.operation.checkup import worker
from pipeline.judging.progress.agenda import poll_times
from pipeline.judging.progress.also_standing import (
    AlsoFigures,
    also_standing,
    reported,
)
from pipeline.judging.progress.silence import unsearched
from pipeline.model.form import AlsoSpec
from pipeline.model.ledger import Ledger
from pipeline.model.operation.cooldown import Alarm
from pipeline.model.operation.finding import State
from pipeline.model.standing import Row, Standing, Totals, shown_rate
from pipeline.writing.absence_words import IMPORTED_NOTE, NEVER_READ
from pipeline.writing.operation.checkup_words import TITLES, sentence

# A dash of one column on every console
NOTHING = "-"
STATES = {
    "on_time": "按时",
    "late": "迟报",
    "held": "待核",
    "unreadable": "未能读取",
    "missing": "漏报",
    None: NOTHING,
}


AsOfOption = Annotated[
    str,
    typer.Option(
        "--as-of",
        help="当时台账里有什么就按什么算，例如 2015-09-10T17:00；默认现在",
    ),
]


@app.command()
@guarded
def status(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    period: PeriodOption = "",
    as_of: AsOfOption = "",
    as_json: JsonOption = False,
    proof: Annotated[
        str,
        typer.Option(
            "--proof",
            metavar="单位",
            help="这个单位的报表是怎么找的：查了哪里、哪些来信可能有关",
        ),
    ] = "",
) -> None:
    """每个单位的进度和状态。"""
    program = open_program(config, now)
    with known_at(program, moment(as_of, program.settings, "--as-of")) as then:
        # The calendar of that moment: the period may have been moved since.
        due = period_of(period, then)
        if proof:
            from pipeline.cli.queries.proof_of_absence import print_proof

            print_proof(then, proof, due)
            return
        ledger = then.known()
        standing = then.campaign.standing(due, ledger, then.clock.now())
        also = also_standing(due, then.campaign.roster, ledger)
        alarms = then.open_alarms()
    if not ledger.was_searched:
        standing = unsearched(standing)
    if as_json:
        from pipeline.cli.queries import json_lines

        zone = program.settings.zone
        print_json(json_lines.standing_lines(standing, alarms, zone, also))
        return
    if not as_of:
        _say_if_down(program)
    say_alarms(alarms)
    _print_standing(standing, then.campaign.calendar.name(standing.period))
    _print_also(standing, then.campaign.rulebook.checks.also, also)
    _say_where_was_looked(ledger)


def _say_where_was_looked(ledger: Ledger) -> None:
    if not ledger.was_searched:
        say(f"{NEVER_READ}，所以没有判定谁漏报")
    elif ledger.only_imported:
        say(IMPORTED_NOTE)


@contextmanager
def known_at(present: Program, when: datetime | None) -> Iterator[Program]:
    """The program at a moment, on the ledger as it was at a moment; on the ledger
    itself where none is given."""
    if when is None:
        yield present
        return
    # Late: it brings the database's libraries.
    from pipeline.edges.ledger.database_copies import copy_as_of

    # A copy cut off at that moment, so that every question is answered by what was
    # known.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "ledger.db"
        copy_as_of(present.settings.storage.database, path, when)
        storage = present.settings.storage.model_copy(
            update={"database": f"sqlite:///{path.as_posix()}"}
        )
        # By the configuration that was in force then, too.
        known = present.at(when).settings
        then = assemble(known.model_copy(update={"storage": storage}), when)
        yield then
        # Windows deletes no file that is open.
        then.store.engine.dispose()


def _say_if_down(program: Program) -> None:
    """Figures that nobody adds to look like those of a quiet day."""
    found = worker(
        program.clock.now(),
        poll_times(program.campaign),
        heartbeat.last(program.settings.storage.directory),
        program.last_poll(),
    )
    # One that never began is told by the table itself.
    if found.state is State.PERSON and found.when is not None:
        say(f"{TITLES[found.part]}：{sentence(found, program.settings.zone)}")


def say_alarms(alarms: list[Alarm]) -> None:
    for alarm in alarms:
        say(f"告警：{alarm.what}　怎么办：{'；'.join(alarm.cure)}")


def _print_standing(standing: Standing, name: str) -> None:
    title = name
    heads = _UNMEASURED
    if standing.has_targets:
        title = f"{name}　时序进度 {_percent(standing.schedule)}"
        heads = _MEASURED
    shown = len(heads)
    rows = []
    for row in standing.rows:
        rows.append(_cells(row)[:shown])
    print_table(
        Table(
            heads=heads,
            rows=rows,
            words=2,
            title=title,
            sums=_sums(standing.totals)[:shown],
        )
    )


# What every campaign tells comes first, then what targets alone give a meaning.
_MEASURED: tuple[str, ...] = (
    "单位",
    "状态",
    "累计",
    "目标",
    "完成率",
    "同类排名",
    "总排名",
    "滞后",
)
_UNMEASURED: tuple[str, ...] = (
    "单位",
    "状态",
    "累计",
)


def _sums(total: Totals) -> tuple[str, ...]:
    return (
        "合计",
        f"报送 {total.reported}",
        str(total.completed),
        _shown(total.target),
        _percent(total.rate),
        "",
        "",
        str(total.lagging),
    )


def _print_also(
    standing: Standing,
    specs: tuple[AlsoSpec, ...],
    also: Mapping[str, AlsoFigures],
) -> None:
    """The figures beside the main one that anybody has reported, in a table of their
    own: one with all columns is wider than a terminal."""
    told = reported(specs, also)
    if not told:
        return
    rows = []
    for row in standing.rows:
        own = also.get(row.unit, {})
        beside = []
        for spec in told:
            beside.append(_shown(own.get(spec.name)))
        rows.append((row.unit, _shown(row.completed), *beside))
    heads = ["单位", "累计"]
    sums = ["合计", str(standing.totals.completed)]
    for spec in told:
        heads.append(spec.title)
        sums.append(str(_sum(spec.name, also)))
    print_table(
        Table(
            heads=heads,
            rows=rows,
            words=1,
            title="另外的数",
            sums=sums,
        )
    )


def _sum(name: str, also: Mapping[str, AlsoFigures]) -> int:
    return sum(own.get(name, 0) for own in also.values())


def _shown(value: int | None) -> str:
    if value is None:
        return NOTHING
    return str(value)


def _percent(share: float | None) -> str:
    if share is None:
        return NOTHING
    return f"{shown_rate(share)}%"


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.unit,
        STATES[row.state],
        _shown(row.completed),
        _shown(row.target),
        _percent(row.rate),
        _shown(row.rank),
        _shown(row.rank_overall),
        "滞后" if row.lagging else "",
    )
