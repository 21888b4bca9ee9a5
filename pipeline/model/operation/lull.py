"""A lull: the time in which a wake would find nothing to do, unless something comes, is
decided or is configured otherwise (rules.md 9).

Holds what was seen when it began, so that whoever finds the same need not look further.
"""

from collections.abc import Sequence
from datetime import datetime

from pipeline.model.operation.post import Sighting
from pipeline.model.values.frozen import frozen

# UIDs below the highest one that are looked at again: a server may show them late
_LOOK_BACK = 200


def looked_at_from(highest: int) -> int:
    """The first UID that is looked at again where `highest` is the highest known."""
    return max(1, highest - _LOOK_BACK + 1)


@frozen
class Listed:
    """What a folder of the mailbox listed: its newest UIDs, the newest message of them."""

    folder: str
    uidvalidity: int
    uids: tuple[int, ...] = ()
    newest: Sighting | None = None

    @property
    def since(self) -> int:
        """The UID from which on `uids` is the whole list."""
        return looked_at_from(max(self.uids, default=0))


def newest_listed(
    folder: str,
    uidvalidity: int,
    uids: Sequence[int],
    described: Sequence[Sighting],
) -> Listed:
    """Of all that was listed and described (each ascending), the end that is looked at
    again."""
    whole = Listed(folder, uidvalidity, tuple(uids))
    end = tuple(uid for uid in uids if uid >= whole.since)
    newest = next(reversed(described), None)
    return Listed(folder, uidvalidity, end, newest)


@frozen
class Lull:
    """Nothing is to be done from `begun` until `until` (UTC), while the mailbox lists
    `listed`, the journal's chain ends with `link`, and the program and its configuration
    are those of `made_by`."""

    begun: datetime
    until: datetime
    link: str
    made_by: str
    listed: tuple[Listed, ...]
