"""replay: rebuilds the ledger from the raw mail and the decisions, in a place of its own, and compares.

Works on a copy of the ledger: the real one is opened read-only, and nothing is sent.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from pipeline.commands.app import (
    DEFAULT_CONFIG,
    DONE,
    PERSON,
    USAGE,
    ConfigOption,
    JsonOption,
    NowOption,
    app,
    fail,
    guarded,
    moment,
    open_house,
    print_json,
    say,
)
from pipeline.edges.database import copy_database, open_database
from pipeline.edges.outbox import Outbox
from pipeline.edges.store import Store
from pipeline.flows.classroom import Classroom
from pipeline.flows.ingest import Intake
from pipeline.flows.replay import Bench, Order, ReplayClock, Replayed
from pipeline.flows.replay import replay as replayed
from pipeline.wiring import House

_SHOWN = 50
_NAMES = {Order.RECEIVED: "ledger.db", Order.HANDLED: "by-handling.db"}


@app.command()
@guarded
def replay(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    keep: Annotated[
        Path | None, typer.Option("--keep", help="把重做出来的台账（ledger.db）留在这个目录")
    ] = None,
    since: Annotated[
        str, typer.Option("--since", help="只比较这个时间以后收到的邮件和截止的各期，例如 2015-09-10")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """用保存的原始邮件和人工决定重做一遍台账，与现有台账比较；不改台账，不发信。"""
    if keep is not None and any((keep / name).exists() for name in _NAMES.values()):
        fail(f"--keep {keep} 里已经有重做的台账，请换一个空目录", USAGE)
    house = open_house(config, now)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, _closing(house):
        begin = moment(since, house.settings, "--since")
        made = _replayed(house, Path(folder), keep or Path(folder) / "made", begin)
    _show(made, as_json=as_json)
    raise typer.Exit(PERSON if made.differences else DONE)


def _replayed(house: House, folder: Path, kept: Path, since: datetime | None) -> Replayed:
    copy_database(house.settings.storage.database, folder / "copy.db")
    with ExitStack() as opened:
        source = Store(opened.enter_context(_database(folder / "copy.db")))

        def bench(order: Order) -> Bench:
            engine = opened.enter_context(_database(kept / _NAMES[order]))
            target = Store(engine)
            target.adopt(source)
            clock = ReplayClock(house.clock.now())
            taught, reader = Classroom(house.campaign.office), house.reader
            intake = Intake(target, house.vault, reader, taught, clock, Outbox(engine))
            return Bench(target, intake, clock, partial(target.take_over, source))

        return replayed(source, bench, house.campaign, house.clock.now(), since)


@contextmanager
def _database(path: Path) -> Iterator[Engine]:
    """Closed behind: Windows deletes no open file."""
    engine = open_database(f"sqlite:///{path.as_posix()}")
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _closing(house: House) -> Iterator[None]:
    try:
        yield
    finally:
        house.close()


def _show(made: Replayed, *, as_json: bool) -> None:
    found = made.differences
    if as_json:
        print_json(
            {"kind": d.kind, "subject": d.subject, "field": d.field, "ledger": d.before, "replayed": d.after, "by_order": d.by_order}
            for d in found
        )  # fmt: skip
        total = {"messages": made.messages, "removed": made.removed, "differences": len(found)}
        print_json([{"total": {**total, "fingerprint": made.fingerprint, "rebuilt": made.rebuilt}}])
        return
    for difference in found[:_SHOWN]:
        say(difference.sentence)
    more = f"（另有 {len(found) - _SHOWN} 处没有列出，用 --json 查看全部）" if len(found) > _SHOWN else ""
    if made.removed:
        say(f"其中 {made.removed} 封的原件已按保存期限删除，不能重读，沿用台账中的记录")
    say(f"重做 {made.messages} 封邮件：{f'有 {len(found)} 处不同{more}' if found else '与台账完全一致'}")
    say(f"台账指纹 {made.fingerprint}，重做得到 {made.rebuilt}")
