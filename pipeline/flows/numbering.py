"""Which messages of a folder are new, though its UIDs may have come to mean other
messages under the same UIDVALIDITY.

Trusts a UID only as far as the message under it is as old and as big as it was:
NetEase's UIDVALIDITY is always 1, so it proves nothing. What is seen anew in vain costs
a fetch; it is known by its bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pipeline.flows.ports import Arrivals, Mailbox
from pipeline.model.post import Sighting

LOOK_BACK = 200  # UIDs below the highest known that are looked at again: a server may show them late


def new_in(
    mailbox: Mailbox, store: Arrivals, now: datetime, *, whole: bool
) -> tuple[int, list[Sighting]]:
    """The label that stands for the folder's numbering in the ledger, and what is new under it.

    `whole` looks at the whole folder, as once a day it must be: at each known message too.
    """
    label = store.numbering(mailbox.folder, mailbox.uidvalidity)
    since = _since(label, mailbox, store, whole=whole)
    known, present = store.known(mailbox.folder, label, since), mailbox.uids(since)
    checked = [uid for uid in present if uid in known]
    if _renumbered(known, mailbox.describe(checked if whole else checked[-1:])):
        store.renumber(mailbox.folder, mailbox.uidvalidity, now)
        return new_in(mailbox, store, now, whole=True)
    fresh = mailbox.describe([uid for uid in present if uid not in known])
    return label, [replace(sighting, uidvalidity=label) for sighting in fresh]


def _since(label: int, mailbox: Mailbox, store: Arrivals, *, whole: bool) -> int:
    if whole:
        return 1
    return max(1, store.highest_uid(mailbox.folder, label) - LOOK_BACK + 1)


def _renumbered(known: Mapping[int, Sighting], seen: Sequence[Sighting]) -> bool:
    """Time and size must both differ: some servers lie about sizes, and some dates make
    no sense twice."""
    before = ((known[s.uid], s) for s in seen)
    return any(
        old.received_at != new.received_at and old.size != new.size
        for old, new in before
    )
