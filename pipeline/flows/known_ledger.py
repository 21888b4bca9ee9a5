"""The ledger as judging needs to know it at a moment: with what speaks against it.

Trusts what the ledger says of itself. Never writes.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.judging.operation.clock_skew import difference
from pipeline.model.ledger import Ledger
from pipeline.model.operation.clock_evidence import ClockDoubt

if TYPE_CHECKING:
    # It names every letter, and a query writes none.
    from pipeline.flows.ports import NotifyStore, Outbox


def known_ledger(
    store: "NotifyStore", outbox: "Outbox", now: datetime
) -> Ledger:
    """With the dead addresses, and whether the clock can be trusted."""
    return store.ledger().with_doubts(
        outbox.undeliverable(), doubted_clock(store, now)
    )


def doubted_clock(store: "NotifyStore", now: datetime) -> ClockDoubt | None:
    """Why this computer's clock cannot be trusted; None where nothing speaks against
    it."""
    return difference(store.clock_evidence(), now)
