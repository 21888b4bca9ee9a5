"""What a new configuration would do on the real ledger, before it is taken up.

Works on copies: the wake under each configuration is rehearsed, and the letters that
would go are compared. Never: writes into the ledger or sends.
"""

from dataclasses import dataclass
from datetime import datetime

from pipeline.flows.adopt import (
    ConfigBook,
    refuse_what_the_ledger_cannot_follow,
)
from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.progress.config_simulation import (
    EventChange,
    RowChange,
    event_changes,
    row_changes,
)
from pipeline.model.ledger import Ledger
from pipeline.model.notice import Action
from pipeline.model.operation.errors import NotAdopted
from pipeline.notices.due import due_actions
from pipeline.settings import Settings


@dataclass(frozen=True)
class Simulated:
    """`refused` are sentences: then the worker would not take the configuration up.
    `letters` are the notices owed now under the new one, `fewer` those owed under the
    old one alone."""

    refused: tuple[str, ...]
    events: tuple[EventChange, ...]
    rows: tuple[RowChange, ...]
    letters: tuple[Action, ...]
    fewer: tuple[Action, ...]


def simulate(
    old: Campaign,
    new: Campaign,
    ledgers: tuple[Ledger, Ledger],
    settings: Settings,
    book: ConfigBook,
    now: datetime,
    days: int,
) -> Simulated:
    """`ledgers` are the one ledger as the old and as the new roster name its units."""
    before, after = ledgers
    refused: tuple[str, ...] = ()
    try:
        refuse_what_the_ledger_cannot_follow(settings, book, after, now)
    except NotAdopted as trouble:
        refused = trouble.sentences
    was = _going(old, before, now)
    will = _going(new, after, now)
    return Simulated(
        refused,
        event_changes(old, new, now, days),
        row_changes(old, new, before, after, now),
        tuple(will.values()),
        tuple(action for key, action in was.items() if key not in will),
    )


def _going(
    campaign: Campaign, ledger: Ledger, now: datetime
) -> dict[str, Action]:
    plan = due_actions(now, campaign, ledger)
    found = {}
    for a in plan.actions:
        if a.drop_reason is None:
            found[a.key] = a
    return found
