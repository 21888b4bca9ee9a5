"""replay: rebuilds the ledger from the raw mail and the decisions, in a place of its own, and compares.

Works on a copy of the ledger: the real one is opened read-only, and nothing is sent.
Only with --apply is what was read otherwise written behind what stands there.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    DONE,
    PERSON,
    USAGE,
    ConfigOption,
    JsonOption,
    NowOption,
    fail,
    guarded,
    moment,
    open_program,
    print_json,
    say,
)
from pipeline.cli.root import app
from pipeline.cli.screen.progress_bar import progress_bar
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.database_copies import copy_database, require_ledger
from pipeline.edges.ledger.outbox import Outbox
from pipeline.edges.ledger.rereadings import Rereadings
from pipeline.edges.ledger.store import Store
from pipeline.flows.ingest import Intake
from pipeline.flows.lessons import Classroom
from pipeline.flows.recovery.rebuild_ledger import (
    Bench,
    Order,
    ReplayClock,
    Replayed,
)
from pipeline.flows.recovery.rebuild_ledger import replay as replayed
from pipeline.flows.recovery.rereading import Rereading
from pipeline.model.operation.advance import Advance

# Differences on the screen; --json gives all
_SHOWN = 50
_NAMES = {Order.RECEIVED: "ledger.db", Order.HANDLED: "by-handling.db"}


@app.command()
@guarded
def replay(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep", help="把重做出来的台账（ledger.db）留在这个目录"
        ),
    ] = None,
    since: Annotated[
        str,
        typer.Option(
            "--since",
            help="只比较这个时间以后收到的邮件和截止的各期，例如 2015-09-10",
        ),
    ] = "",
    apply: Annotated[
        bool,
        typer.Option(
            "--apply",
            help="把重读得到的不同记入台账（人工决定过的不改；先不加它看一遍）",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """用保存的原始邮件和人工决定重做一遍台账，与现有台账比较；不加 --apply 就不改台账，不发信。"""
    _refuse_used(keep)
    program = open_program(config, now)
    begin = moment(since, program.settings, "--since")
    with _at_work(program, alone=apply) as folder:
        kept = keep or folder / "made"
        with progress_bar("重做台账") as advance:
            made = _replayed(
                program=program,
                folder=folder,
                kept=kept,
                since=begin,
                advance=advance,
            )
        _show(made, as_json=as_json)
        status = PERSON if made.differences else DONE
        if apply:
            status = _apply(program, made.rereading, kept)
    raise typer.Exit(status)


def _refuse_used(keep: Path | None) -> None:
    """A ledger that was made before is never written over."""
    if keep is None:
        return
    for name in _NAMES.values():
        if (keep / name).exists():
            fail(f"--keep {keep} 里已经有重做的台账，请换一个空目录", USAGE)


@contextmanager
def _at_work(program: Program, *, alone: bool) -> Iterator[Path]:
    """A folder to work in, and the program closed at the end; `alone` keeps every
    worker off the ledger meanwhile."""
    with ExitStack() as opened:
        temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        folder = Path(opened.enter_context(temporary))
        opened.enter_context(_closing(program))
        if alone:
            require_ledger(program.settings.storage.database)
            opened.enter_context(program.alone())
        yield folder


def _apply(program: Program, rereading: Rereading, kept: Path) -> int:
    """Writes what was read otherwise; says what was left to a person."""
    done = 0
    if rereading.reports:
        with _database(kept / _NAMES[Order.RECEIVED]) as made:
            done = Rereadings(program.store.engine, made).apply(
                rereading.reports, program.clock.now()
            )
    say(f"已记入 {done} 份重读的报表；原来的记录都还在，xunbao log 可查")
    for sentence in (*rereading.left, *rereading.errata):
        typer.echo(sentence, err=True)
    if rereading.left or rereading.errata:
        return PERSON
    return DONE


def _replayed(
    program: Program,
    folder: Path,
    kept: Path,
    since: datetime | None,
    advance: Advance,
) -> Replayed:
    copy_database(program.settings.storage.database, folder / "copy.db")
    with ExitStack() as opened:
        renames = program.settings.roster.renames
        copy = opened.enter_context(_database(folder / "copy.db"))
        source = Store(copy, renames)
        mails = len(source.handled())

        def bench(order: Order) -> Bench:
            engine = opened.enter_context(_database(kept / _NAMES[order]))
            target = Store(engine, renames)
            target.adopt(source)
            clock = ReplayClock(program.clock.now())
            taught = Classroom(program.campaign.rulebook, then=program.rules_at)
            intake = Intake(
                store=target,
                vault=program.vault,
                reader=program.reader,
                place=program.reading.place,
                classroom=taught,
                clock=clock,
                bounces=Outbox(engine, renames),
                documents=program.draft_documents,
                advance=_one_by_one(advance, mails),
            )
            return Bench(
                target=target,
                intake=intake,
                clock=clock,
                take_over=partial(target.take_over, source),
            )

        return replayed(
            source=source,
            bench=bench,
            campaign=program.campaign,
            now=program.clock.now(),
            since=since,
        )


@contextmanager
def _database(path: Path) -> Iterator[Engine]:
    """Closed behind: Windows deletes no open file."""
    engine = open_database(f"sqlite:///{path.as_posix()}")
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _closing(program: Program) -> Iterator[None]:
    try:
        yield
    finally:
        program.close()


def _show(made: Replayed, *, as_json: bool) -> None:
    found = made.differences
    if as_json:
        print_json(
            {"kind": d.kind, "subject": d.subject, "field": d.field, "ledger": d.before, "replayed": d.after, "by_order": d.by_order}  # noqa: E501
            for d in found
        )  # fmt: skip
        total = {
            "messages": made.messages,
            "removed": made.removed,
            "differences": len(found),
        }
        print_json(
            [
                {
                    "total": {
                        **total,
                        "fingerprint": made.fingerprint,
                        "rebuilt": made.rebuilt,
                    }
                }
            ]
        )
        return
    for difference in found[:_SHOWN]:
        say(difference.sentence)
    if len(found) > _SHOWN:
        more = f"（另有 {len(found) - _SHOWN} 处没有列出，用 --json 查看全部）"
    else:
        more = ""
    if made.removed:
        say(
            f"其中 {made.removed} 封的原件已按保存期限删除，不能重读，沿用台账中的记录"
        )
    say(
        f"重做 {made.messages} 封邮件：{f'有 {len(found)} 处不同{more}' if found else '与台账完全一致'}"
    )
    for sentence in made.rereading.errata:
        say(sentence)
    say(f"台账指纹 {made.fingerprint}，重做得到 {made.rebuilt}")


def _one_by_one(advance: Advance, mails: int) -> Advance:
    """Mails are taken in a run at a time; the bar counts them all."""
    read = count(1)

    def advance_by_one(_done: int, _total: int) -> None:
        advance(next(read), mails)

    return advance_by_one
