"""bulletin: a bulletin now, to look at or to send."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.app import (
    DEFAULT_CONFIG,
    DONE,
    PERSON,
    USAGE,
    ConfigOption,
    NowOption,
    app,
    fail,
    guarded,
    open_house,
)
from pipeline.edges.lock import WorkerLock
from pipeline.flows.bulletins import Drawer, draft
from pipeline.flows.deliver import deliver
from pipeline.flows.notify import send_letter
from pipeline.judging.due import bulletin_addresses, bulletin_key
from pipeline.model.letter import Bulletin
from pipeline.model.notice import Action, NoticeKind
from pipeline.wiring import House
from pipeline.writing.enclosures import bulletin_files


@app.command()
@guarded
def bulletin(
    month: Annotated[str, typer.Option("--month", help="哪个月，例如 2015-09")],
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    preview: Annotated[Path | None, typer.Option("--preview", help="只写到这个目录里看，不发、不记")] = None,
    send: Annotated[bool, typer.Option("--send", help="发出（需要审批的，这就是审批）")] = False,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="不定期通报：只发给这些邮箱（须在名单里），可写多次")
    ] = None,
    title: Annotated[str, typer.Option("--title", help="不定期通报的标题")] = "",
    note: Annotated[str, typer.Option("--note", help="不定期通报的开头说明")] = "",
) -> None:
    """月度通报或不定期通报：预览或发出。"""
    house = open_house(config, now)
    if month not in house.campaign.calendar.months:
        fail(f"--month {month!r} 不对，可用的有：{'、'.join(house.campaign.calendar.months)}", USAGE)
    if bool(preview) == send:
        fail("请写 --preview 目录（预览）或 --send（发出），二选一", USAGE)
    kind = NoticeKind.ADHOC_BULLETIN if to else NoticeKind.MONTHLY_BULLETIN
    if preview is not None:
        frozen = None if to else house.store.bulletin(month, kind)
        _write(house, frozen or draft(month, house.facts(), kind, title=title, note=note), preview)
        return
    with WorkerLock(house.directory_made() / "worker.lock"):
        raise typer.Exit(_send(house, month, kind, tuple(to or ()), title, note))


def _write(house: House, found: Bulletin, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rendered = house.letters.render(found)
    (folder / "通报.html").write_text(rendered.html, encoding="utf-8")
    (folder / "通报.txt").write_text(rendered.text, encoding="utf-8")
    for enclosure in bulletin_files(found, house.settings.sender):
        (folder / enclosure.name).write_bytes(enclosure.content)
    typer.echo(f"已写到 {folder}，快照编号 {found.snapshot_id}")


def _send(house: House, month: str, kind: NoticeKind, to: tuple[str, ...], title: str, note: str) -> int:
    desk, now = house.desk(), house.clock.now()
    facts = house.facts()
    if kind is NoticeKind.MONTHLY_BULLETIN:
        if bulletin_key(month) in facts.ledger.settled:
            fail(f"{month} 的月度通报已经发过；要再发一份请用 --to 作为不定期通报", PERSON)
        found = Drawer(facts, house.store, house.settings.talk_rules).monthly(month)
        addresses, key = (
            bulletin_addresses(house.campaign.roster, house.settings.bulletin.to_units),
            bulletin_key(month),
        )
    else:
        unknown = [a for a in to if a.lower() not in house.campaign.roster.addresses]
        if unknown:
            fail(f"这些邮箱不在名单里，不能发：{'、'.join(unknown)}", USAGE)
        found = draft(month, facts, kind, title=title, note=note)
        house.store.keep_bulletin(found, now)
        addresses, key = tuple(a.lower() for a in to), f"{kind}:{found.snapshot_id}"
    action = Action(kind, key, now, month=month, to=addresses)
    send_letter(found, (action,), now, desk)
    sent = deliver(house.clock.now, house.shift().dispatch, desk.ledger())
    typer.echo(f"快照编号 {found.snapshot_id}，发出 {sent.sent} 份")
    for problem in sent.problems:
        typer.echo(problem, err=True)
    return PERSON if sent.problems else DONE
