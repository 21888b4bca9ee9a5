"""`once` between two occasions: where the last wake found that nothing would be due for
a while, only the mailbox is looked at, and the ledger is not opened.

For a timer that starts `once` every few minutes: opening the ledger costs more than the
look. Trusts the note of the last wake while the clock, the mailbox, the ledger and the
configuration are as it says; in any doubt, or trouble, a wake is made, which says what
is wrong. Never: writes anything but that note.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING

from pipeline.bootstrap import Program
from pipeline.edges import lull_file
from pipeline.edges.files.disk import free_bytes
from pipeline.edges.ledger.unopened.ledger_file import last_link
from pipeline.judging.operation.complaints import LOW_DISK
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.lull import Listed, Lull, newest_listed
from pipeline.settings import NoPassword, Settings
from pipeline.settings.diff import flat
from pipeline.settings.in_force import kept_beside

if TYPE_CHECKING:
    from pipeline.edges.mail.mailbox import ImapMailbox
    from pipeline.flows.worker import Worked


def is_lull(program: Program) -> bool:
    """Whether a wake would find nothing to do. Raises Busy where a worker lives."""
    settings = program.settings
    lull = lull_file.last(settings.storage.directory)
    if lull is None or not lull.begun <= program.clock.now() < lull.until:
        return False
    with program.worker_lock():
        return (
            lull.made_by == _made_by(settings)
            and lull.link == last_link(settings.storage.database)
            and free_bytes(settings.storage.directory) >= LOW_DISK
            # What no ledger could be told; a wake takes it away once it is mended
            and not program.alarm_file.path.exists()
            and _lists_the_same(program, lull.listed)
        )


def _lists_the_same(program: Program, listed: Sequence[Listed]) -> bool:
    try:
        now = []
        for mailbox, before in zip(
            program.servers.folders(), listed, strict=False
        ):
            now.append(_listed(mailbox, before.since))
    except (EdgeError, NoPassword):
        # The wake comes upon it, too, and tells it
        return False
    return tuple(now) == listed


def _listed(mailbox: "ImapMailbox", since: int) -> Listed:
    with mailbox:
        uids = mailbox.uids(since)
        return newest_listed(
            mailbox.folder,
            mailbox.uidvalidity,
            uids,
            mailbox.describe(uids[-1:]),
        )


def end_of_lull(
    begun: datetime, worked: "Worked", program: Program
) -> datetime | None:
    """Until when nothing is due after a wake; `begun` is the moment before it. While
    the ledger is still open."""
    # The pages tell how far the mailbox was read, and are laid out by each wake
    if not worked.was_idle or program.settings.board.folder is not None:
        return None
    # Late: it brings all that judges
    from pipeline.flows.foresee_lull import lull_until

    return lull_until(begun, program.desk(), program.vitals())


def note_lull(
    begun: datetime, until: datetime, worked: "Worked", program: Program
) -> None:
    """After the ledger was closed."""
    settings = program.settings
    link = last_link(settings.storage.database)
    if link:
        lull = Lull(
            begun=begun,
            until=until,
            link=link,
            made_by=_made_by(settings),
            listed=tuple(worked.taken.listed),
        )
        lull_file.leave(settings.storage.directory, lull)


def _made_by(settings: Settings) -> str:
    """The program and its configuration, the files that it names among it."""
    said = [version("xunbao"), flat(settings), kept_beside(settings)]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
