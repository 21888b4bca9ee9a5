"""What a new configuration would do on the real ledger, before it is taken up.

Works on copies: the wake under each configuration is rehearsed, and the letters that
would go are compared. Never: writes into the ledger or sends.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from pipeline.flows.rehearse import rehearsed
from pipeline.flows.worker import Shift
from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.progress.config_simulation import (
    EventChange,
    RowChange,
    event_changes,
    row_changes,
)
from pipeline.model.ledger import Ledger
from pipeline.model.notice import Action, NoticeKind, NoticeState
from pipeline.model.outgoing import NoticeLine
from pipeline.model.values.frozen import frozen


class NoticeBook(Protocol):
    """Every notice with its state, in the order they were planned."""

    def notices(self) -> list[NoticeLine]: ...


@frozen
class Simulated:
    """`refused` are sentences: then the worker would not take the configuration up.
    `letters` are the notices that would go now under the new one, `fewer` those that
    would go under the old one alone."""

    refused: tuple[str, ...]
    events: tuple[EventChange, ...] = ()
    rows: tuple[RowChange, ...] = ()
    letters: tuple[Action, ...] = ()
    fewer: tuple[Action, ...] = ()


def compared(
    campaigns: tuple[Campaign, Campaign],
    ledgers: tuple[Ledger, Ledger],
    letters: Callable[[], tuple[list[Action], list[Action]]],
    now: datetime,
    days: int,
) -> Simulated:
    """The old and the new of each. The ledgers are one, as each roster names its units;
    `letters` are asked for last, since they are found by working on the copies."""
    old, new = campaigns
    before, after = ledgers
    events = event_changes(old, new, now, days)
    rows = row_changes(
        old=old,
        new=new,
        before=before,
        after=after,
        now=now,
    )
    was, will = letters()
    keys = {action.key for action in will}
    fewer = tuple(action for action in was if action.key not in keys)
    return Simulated(
        refused=(),
        events=events,
        rows=rows,
        letters=tuple(will),
        fewer=fewer,
    )


def letters_of_a_wake(shift: Shift, book: NoticeBook) -> list[Action]:
    """The notices that go in a wake which finds nothing new in the mailbox, alerts
    aside: those tell of the program. `shift` works on a copy of the ledger, which
    afterwards says that they went."""
    known = _sent(book.notices())
    rehearsed(_without_folders(shift))
    found = []
    for line in book.notices():
        new = line.action.key not in known
        if new and line.action.key in _sent([line]):
            found.append(line.action)
    return found


def _sent(notices: Iterable[NoticeLine]) -> set[str]:
    found = set()
    for line in notices:
        told = line.action.kind is not NoticeKind.ALERT
        if told and line.state == NoticeState.SENT:
            found.add(line.action.key)
    return found


def _without_folders(shift: Shift) -> Shift:
    """The same wake without a folder to look into: read at once, and nothing found."""
    return replace(shift, folders=tuple)
