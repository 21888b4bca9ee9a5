"""once --dry-run: what would be read, decided and sent now; nothing is written but to
the screen."""

from pathlib import Path

import typer

from pipeline.bootstrap import Program, assemble
from pipeline.cli.app import (
    DONE,
    PERSON,
    UNREACHABLE,
    echo,
    moment,
    say,
    settings_of,
)
from pipeline.edges.files.rehearsal_folder import rehearsal
from pipeline.flows.rehearse import rehearsed
from pipeline.flows.worker import Worked
from pipeline.model.outgoing import NoticeLine
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.writing.notice_names import notice_kinds
from pipeline.writing.words import masked


def rehearse_once(config: Path, now: str) -> int:
    """Prints what a wake would do; the exit status that it would have had."""
    real = settings_of(config)
    with rehearsal(real) as settings:
        program = assemble(settings, moment(now, real), echo)
        try:
            before = set()
            for line in program.outbox.notices():
                before.add(line.action.key)
            program.refuse_config()
            worked = rehearsed(program.shift())
            _print(worked, program, before)
        finally:
            program.close()
    if worked.unreachable:
        return UNREACHABLE
    if worked.needs_a_person:
        return PERSON
    return DONE


def _print(worked: Worked, program: Program, before: set[str]) -> None:
    taken = worked.taken
    fresh = [n for n in program.outbox.notices() if n.action.key not in before]
    going = [n for n in fresh if n.action.drop_reason is None]
    say(
        f"预演，没有写入、没有发信：会读入 {taken.fetched} 封，"
        f"其中这项工作的 {taken.recorded - taken.outside} 封，待核 {taken.held} 份；"
        f"会发出 {worked.planned.frozen} 封，不再补发 {len(fresh) - len(going)} 项"
    )
    for notice in going:
        say(_line(notice, program.campaign.words))
    for line in (
        *worked.unreachable,
        *taken.unfetched,
        *worked.planned.unwritten,
    ):
        typer.echo(masked(line), err=True)


def _line(notice: NoticeLine, words: CampaignWords) -> str:
    action = notice.action
    to = "、".join(action.to)
    kind = notice_kinds(words)[action.kind]
    return f"{kind}  {action.unit or ''}  {to}  {notice.subject}"
