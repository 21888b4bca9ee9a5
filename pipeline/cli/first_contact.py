"""The first contact of a ledger that is begun amid a campaign, on a mailbox with a past:
nothing is read into it or sent before somebody has seen what that would be (rules.md 11).

Seen is what `check --online` or `once` has shown; begun in time, there is nothing to see.
"""

from pipeline.bootstrap import Program
from pipeline.edges.files.rehearsed_file import RehearsedFile
from pipeline.edges.ledger.unopened.ledger_file import has_ledger

ASK = (
    "这项工作早已开始，台账还是新的：先运行 xunbao check --online，看看会读入什么、"
    "会发出什么；没有问题再运行这条命令（过去各期的信不会补发）"
)


def is_unseen(program: Program) -> bool:
    """Whether it would begin the ledger with a past that nobody was shown."""
    return _begins_late(program) and not _file(program).was_shown()


def note_shown(program: Program) -> None:
    """After it was shown to a person, not to a timer. Raises EdgeError."""
    if _begins_late(program):
        program.storage()
        _file(program).note()


def _begins_late(program: Program) -> bool:
    settings = program.settings
    first = program.campaign.calendar.periods[0].deadline
    if program.clock.now() <= first + settings.schedule.drop_after:
        return False
    if not has_ledger(settings.storage.database):
        return True
    return not program.store.is_begun()


def _file(program: Program) -> RehearsedFile:
    settings = program.settings
    part = settings.campaign
    campaign = (part.id, part.name, part.first_due, part.last_due)
    return RehearsedFile(
        settings.storage.directory, "\n".join(map(str, campaign))
    )
