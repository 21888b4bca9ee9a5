"""replay: rebuilds the ledger from the raw mail and the decisions, in a place of its own, and compares."""

import tempfile
from pathlib import Path

import typer

from pipeline.commands.app import (
    DEFAULT_CONFIG,
    DONE,
    PERSON,
    ConfigOption,
    NowOption,
    app,
    guarded,
    open_house,
    say,
)
from pipeline.edges.database import open_database
from pipeline.edges.outbox import Outbox
from pipeline.edges.store import Store
from pipeline.flows.ingest import Intake
from pipeline.flows.replay import ReplayClock, differences, rebuild

_SHOWN = 50


@app.command()
@guarded
def replay(config: ConfigOption = DEFAULT_CONFIG, now: NowOption = "") -> None:
    """用保存的原始邮件和人工决定重做一遍台账，与现有台账比较；不改台账，不发信。"""
    house = open_house(config, now)
    clock = ReplayClock(house.clock.now())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        engine = open_database(f"sqlite:///{(Path(folder) / 'ledger.db').as_posix()}")
        twin = Store(engine)
        twin.adopt(house.store.secret(), house.store.ledger().born_at or clock.moment)
        intake = Intake(twin, house.vault, house.reader, house.campaign.office, clock, Outbox(engine))
        count = rebuild(house.store, twin, intake, clock)
        found = list(differences(house.store, twin, house.campaign, house.clock.now()))
        engine.dispose()
    house.close()
    for line in found[:_SHOWN]:
        say(line)
    more = f"（另有 {len(found) - _SHOWN} 处没有列出）" if len(found) > _SHOWN else ""
    say(f"重做 {count} 封邮件：{f'有 {len(found)} 处不同{more}' if found else '与台账完全一致'}")
    raise typer.Exit(PERSON if found else DONE)
