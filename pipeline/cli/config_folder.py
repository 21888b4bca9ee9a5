"""run, once on a folder of configs: several campaigns on one machine, each with its own
ledger, those at one mailbox with one reading of it.

One campaign that cannot work keeps no other from working.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pipeline.bootstrap import Program, assemble, shared_reading
from pipeline.cli.app import (
    PERSON,
    TOLD,
    USAGE,
    exit_status,
    fail,
    moment,
    sentence_of,
    teller,
)
from pipeline.cli.first_contact import is_unseen
from pipeline.edges.files.owners import refuse_root_among
from pipeline.edges.ledger.unopened.kept_configs import kept_configs
from pipeline.model.operation.errors import (
    EdgeError,
)
from pipeline.model.values.frozen import frozen
from pipeline.settings import Settings
from pipeline.settings.several import (
    Loaded,
    at_the_same_mailbox,
    by_mailbox,
    load_folder,
)

if TYPE_CHECKING:
    from pipeline.flows.shared_mailbox import SharedReading


@frozen
class Opened:
    """A campaign's config and its program."""

    config: Path
    program: Program


def open_folder(
    folder: Path, now: str = "", *, go: bool = True
) -> tuple[tuple[Opened, ...], ...]:
    """The programs of a folder's campaigns, in groups that share a mailbox. Without `go`
    a ledger that would be begun amid its campaign is refused: somebody must have seen
    what it would do."""
    groups = []
    for group in by_mailbox(load_folder(folder, kept_configs)):
        groups.append(_opened(group, now))
    for opened in groups:
        for one in opened:
            if not go and is_unseen(one.program):
                fail(
                    f"{one.config}：这项工作早已开始，台账还是新的。先运行 xunbao once "
                    f"--dry-run --config {one.config} 看看会做什么，再加 --go 启用",
                    PERSON,
                )
    return tuple(groups)


def _opened(group: Loaded, now: str) -> tuple[Opened, ...]:
    found = []
    for path, settings in group:
        refuse_root_among(settings.storage.directory)
        tell = named_teller(settings)
        at = moment(now, settings)
        found.append(Opened(path, assemble(settings, at, tell)))
    return tuple(found)


def named_teller(settings: Settings) -> Callable[[str], None]:
    """What is told while several work says of which it is."""
    tell = teller(settings)
    name = settings.campaign.name

    def told(text: str) -> None:
        tell(f"〔{name}〕{text}")

    return told


def locked(groups: Sequence[Sequence[Opened]]) -> ExitStack:
    """Every campaign's storage, for this process alone. Raises Busy."""
    stack = ExitStack()
    try:
        for group in groups:
            for one in group:
                stack.enter_context(one.program.worker_lock())
    except BaseException:
        stack.close()
        raise
    return stack


def reading_of(programs: Sequence[Program]) -> "SharedReading | None":
    """One reading for all of a mailbox's campaigns; None for one that is alone."""
    if len(programs) < 2:
        return None
    return shared_reading(programs)


def work_each(
    group: Sequence[Opened],
    work: "Callable[[Program, SharedReading | None], int]",
) -> int:
    """One wake of each campaign at a mailbox; the gravest exit status."""
    shared = reading_of([one.program for one in group])
    status = 0
    for one in group:
        try:
            status = max(status, work(one.program, shared))
        except TOLD as trouble:
            typer.echo(f"{one.config}：{sentence_of(trouble)}", err=True)
            status = max(status, exit_status(trouble))
        finally:
            one.program.rest()
    if shared is not None:
        file_away(shared, group[0].program)
    return status


def file_away(shared: "SharedReading", first: Program) -> None:
    """A mail that stays where it lies is a nuisance, and no more."""
    try:
        shared.file_away()
    except EdgeError as trouble:
        first.tell(f"读过的邮件没有移走：{trouble.advice}")


def refuse_shared(config: Path) -> None:
    """Before one campaign alone works at a mailbox: it would take the others' mails."""
    others = at_the_same_mailbox(config)
    if others:
        names = "、".join(path.name for path in others)
        fail(
            f"{config.name} 与同一目录里的 {names} 合用一个邮箱，要一起运行，"
            f"各取各的来信：--config {config.resolve().parent}",
            USAGE,
        )
