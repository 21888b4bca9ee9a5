"""simulate: what a changed config would do on the real ledger, before it is taken up."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.bootstrap import Program, assemble
from pipeline.cli.app import (
    DONE,
    USAGE,
    JsonOption,
    NowOption,
    fail,
    guarded,
    moment,
    print_json,
    say,
    settings_of,
)
from pipeline.cli.root import app
from pipeline.edges.files.rehearsal_folder import rehearsal
from pipeline.flows.simulate import Simulated, compared, letters_of_a_wake
from pipeline.model.notice import Action
from pipeline.model.operation.errors import NotAdopted
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.settings import Settings
from pipeline.writing.notice_names import notice_kinds
from pipeline.writing.operation.agenda_words import agenda_words
from pipeline.writing.titles import STANDING_STATES, title
from pipeline.writing.words import (
    day,
    percent,
)

_FIELDS = {
    "": "在名单里",
    "state": "状态",
    "completed": "累计",
    "target": "目标",
    "rate": "完成率",
    "lagging": "滞后",
    "rank": "同类名次",
    "rank_overall": "总名次",
}


@app.command("simulate")
@guarded
def simulate_config(
    new: Annotated[
        Path, typer.Option("--config", help="改好、还没有采用的配置文件")
    ],
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", help="现在用着的配置文件，默认是同一目录的 config.toml"
        ),
    ] = None,
    now: NowOption = "",
    days: Annotated[int, typer.Option("--days", help="往后看几天", min=1)] = 31,
    retroactive: Annotated[
        bool,
        typer.Option(
            "--retroactive",
            help="已截止的各期也按新配置算（平常的修改只管以后）",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """改了的配置会带来什么：哪些安排、状态、名次、来信不同；不写入、不发信。"""
    old = against or new.resolve().parent / "config.toml"
    if old.resolve() == new.resolve():
        fail(
            f"{new} 就是现在用着的配置，没有可比的。请把改好的另存为一个文件，写成："
            f"xunbao simulate --config 改好的.toml --against {new}",
            USAGE,
        )
    settings = settings_of(old)
    changed = settings_of(new)
    with rehearsal(settings) as kept:
        program = assemble(kept, moment(now, settings))
        try:
            found = simulated(program, changed, days, retroactive=retroactive)
        finally:
            program.close()
    if as_json:
        print_json(_json_lines(found, changed))
    else:
        print_simulated(found, changed)
    raise typer.Exit(USAGE if found.refused else DONE)


def simulated(
    program: Program, changed: Settings, days: int, *, retroactive: bool
) -> Simulated:
    """What a configuration would do; `program` works on a copy of the ledger, and is
    worked with."""
    with rehearsal(program.settings) as second:
        moved = {"storage": second.storage, "review": second.review}
        new = assemble(changed.model_copy(update=moved), program.clock.now())
        try:
            new.refuse_config()
            return _compared(program, new, days, retroactive=retroactive)
        except NotAdopted as trouble:
            return Simulated(trouble.sentences)
        finally:
            new.close()


def _compared(
    old: Program, new: Program, days: int, *, retroactive: bool
) -> Simulated:
    now = old.clock.now()
    if retroactive:
        new.correct_past("试算")
    else:
        new.note_config()

    def letters() -> tuple[list[Action], list[Action]]:
        was = letters_of_a_wake(old.shift(), old.outbox)
        will = letters_of_a_wake(new.shift(), new.outbox)
        return was, will

    # As a wake would find it that reads the mailbox first and finds nothing new.
    before = replace(old.desk().ledger(now), read_until=now)
    after = replace(new.desk().ledger(now), read_until=now)
    return compared(
        campaigns=(old.campaign, new.campaign),
        ledgers=(before, after),
        letters=letters,
        now=now,
        days=days,
    )


def print_simulated(found: Simulated, changed: Settings) -> None:
    zone = changed.zone
    for sentence in found.refused:
        say(f"不会采用：{sentence}")
    for event in found.events:
        sign = "多出" if event.comes else "不再有"
        at = f"{event.at.astimezone(zone):%Y-%m-%d %H:%M}"
        said = agenda_words(
            event.what,
            changed.campaign_words,
            has_targets=changed.roster.has_targets,
        )
        say(f"{sign} {at} {said}")
    for row in found.rows:
        before = _shown(row.before)
        after = _shown(row.after)
        say(
            f"{day(row.period)}期 {row.unit} {_FIELDS[row.field]}：{before} → {after}"
        )
    for action in found.letters:
        say(f"会发 {_letter(action, changed.campaign_words)}")
    for action in found.fewer:
        say(f"不再发 {_letter(action, changed.campaign_words)}")
    if not (found.events or found.rows or found.fewer or found.refused):
        say("安排、状态、名次都没有不同")
    say(f"现在采用的话，会发出 {len(found.letters)} 项通知")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return "无"
    if isinstance(value, float):
        return percent(value)
    return title(STANDING_STATES, str(value))


def _letter(action: Action, words: CampaignWords) -> str:
    what = action.period or action.month or ""
    kind = notice_kinds(words)[action.kind]
    return f"{kind} {action.unit or ''} {what} {'、'.join(action.to)}"


def _json_lines(
    found: Simulated, changed: Settings
) -> Iterator[dict[str, Any]]:
    """One object a line: what it is about, and the difference."""
    zone = changed.zone
    for sentence in found.refused:
        yield {"what": "refused", "reason": sentence}
    for event in found.events:
        at = event.at.astimezone(zone).isoformat()
        yield {
            "what": "event",
            "at": at,
            "event": agenda_words(
                event.what,
                changed.campaign_words,
                has_targets=changed.roster.has_targets,
            ),
            "comes": event.comes,
        }
    for row in found.rows:
        yield {
            "what": "row",
            "period": row.period.isoformat(),
            "unit": row.unit,
            "field": row.field or "listed",
            "before": row.before,
            "after": row.after,
        }
    for going, actions in ((True, found.letters), (False, found.fewer)):
        for action in actions:
            yield {
                "what": "letter",
                "going": going,
                "kind": action.kind.value,
                "unit": action.unit,
                "period": action.period.isoformat() if action.period else None,
                "month": action.month,
                "to": list(action.to),
            }
