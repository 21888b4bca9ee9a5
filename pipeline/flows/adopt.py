"""Before a configuration is taken up: can the ledger that is there follow it?

The order is the promise: asked before a mail is read or a letter planned by it. Never
writes; what is refused leaves the old configuration in force.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pipeline.judging.progress.config_changes import (
    lost_reports,
    refused_changes,
    same_campaign,
)
from pipeline.model.ledger import Ledger
from pipeline.model.operation.adopted import Adopted, RefusedChange
from pipeline.model.operation.errors import NotAdopted
from pipeline.model.rules import Step
from pipeline.settings import Settings
from pipeline.settings.adoption import adopted_now, adopted_then
from pipeline.writing.config_sentences import ended_sentence, refused_sentence


class ConfigBook(Protocol):
    """Which configuration the ledger was kept by last; None for none yet."""

    def adopted(self) -> Mapping[str, str] | None: ...


def refuse_another_campaigns(
    settings: Settings, book: ConfigBook, ledger: Callable[[], Ledger]
) -> None:
    """A ledger with mails belongs to one campaign. Raises NotAdopted."""
    before = _before(book)
    if before is None or same_campaign(before, adopted_now(settings)):
        return
    if ledger().messages:
        _refuse(before, settings, ledger(), None)


def refuse_what_the_ledger_cannot_follow(
    settings: Settings, book: ConfigBook, ledger: Ledger, now: datetime
) -> None:
    """Raises NotAdopted with a sentence and the way out for each change that is refused."""
    before = _before(book)
    if before is not None:
        _refuse(before, settings, ledger, now)
        return
    # Mails were read, and by what nobody knows: their periods and units must be there.
    _raise_for(lost_reports(adopted_now(settings), ledger))


def refuse_after_the_end(
    closed_at: datetime | None, settings: Settings
) -> None:
    """A campaign that was ended is only looked at. Raises NotAdopted."""
    if closed_at is not None:
        raise NotAdopted([ended_sentence(closed_at.astimezone(settings.zone))])


def _before(book: ConfigBook) -> Adopted | None:
    kept = book.adopted()
    if kept is None:
        return None
    return adopted_then(kept)


def _refuse(
    before: Adopted, settings: Settings, ledger: Ledger, now: datetime | None
) -> None:
    remind: Step = settings.notice_rules.due_reminder
    found = refused_changes(
        before=before,
        after=adopted_now(settings),
        remind=remind,
        ledger=ledger,
        now=now,
    )
    _raise_for(found)


def _raise_for(found: Sequence[RefusedChange]) -> None:
    if found:
        raise NotAdopted([refused_sentence(change) for change in found])
