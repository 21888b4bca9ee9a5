"""The newest time of each so many records that stand beside each other, so that whole
blocks are passed over.

Values in, values out. Trusts nothing of the order in which the times came: where they
came in order, the last blocks alone are looked at.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

# Few enough to be looked through for one that is asked for
_BLOCK = 128


def newest_of_blocks(
    known: Sequence[datetime], first: int, times: Sequence[datetime]
) -> list[datetime]:
    """Of the blocks of all times, of which those from `first` on are `times`; `known` is
    the same of those before."""
    found = list(known)
    at = 0
    while at < len(times):
        begun = (first + at) % _BLOCK
        end = at + _BLOCK - begun
        newest = max(times[at:end])
        if begun:
            newest = max(newest, found.pop())
        found.append(newest)
        at = end
    return found


def blocks_since(
    newest: Iterable[datetime], moment: datetime
) -> Iterator[slice]:
    """The blocks in which there may be something of that moment or later."""
    for number, latest in enumerate(newest):
        if latest >= moment:
            yield slice(number * _BLOCK, (number + 1) * _BLOCK)
