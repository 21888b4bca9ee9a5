"""Where in a long sequence those stand that have something in common, as runs: eight
octets for all that stand beside each other. What came in order is neither listed nor
looked through one by one.

Values in, values out: nothing here ever changes.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, TypeVar

_T = TypeVar("_T")


class Runs:
    """Places in their order."""

    __slots__ = ("_bounds",)

    def __init__(self, places: Iterable[int] = ()) -> None:
        # Of each run the first place, and the one behind its last
        self._bounds = array("I")
        for place in places:
            self._lengthen(place, place + 1)

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(range(*one) for one in self._pairs())

    def since(self, place: int) -> Iterator[range]:
        """The runs from a place on."""
        for begin, end in self._pairs():
            if end > place:
                yield range(max(begin, place), end)

    def of(self, records: Sequence[_T]) -> list[_T]:
        """The records at these places."""
        found: list[_T] = []
        for begin, end in self._pairs():
            found += records[begin:end]
        return found

    def changed(self, gone: Collection[int], come: Iterable[int]) -> "Runs":
        """These without some places, and with others."""
        new = sorted(come)
        behind = self._bounds[-1] if self._bounds else 0
        if gone or (new and new[0] < behind):
            kept = set(self).difference(gone)
            return Runs(sorted(kept.union(new)))
        found = Runs()
        found._bounds = self._bounds[:]
        for place in new:
            found._lengthen(place, place + 1)
        return found

    def _pairs(self) -> Iterator[tuple[int, int]]:
        bounds = iter(self._bounds)
        return zip(bounds, bounds, strict=True)

    def _lengthen(self, begin: int, end: int) -> None:
        """By places that stand behind all others."""
        if self._bounds and self._bounds[-1] == begin:
            self._bounds[-1] = end
        else:
            self._bounds.extend((begin, end))


def runs_by(attribute: str, records: Iterable[object]) -> dict[Any, Runs]:
    """The places of records by what an attribute of theirs is."""
    found: dict[Any, Runs] = {}
    begin = 0
    for value, run in groupby(map(attrgetter(attribute), records)):
        end = begin + len(list(run))
        found.setdefault(value, Runs())._lengthen(begin, end)
        begin = end
    return found


def with_runs(
    known: Mapping[Any, Runs],
    gone: Mapping[Any, Collection[int]],
    come: Mapping[Any, Iterable[int]],
) -> Mapping[Any, Runs]:
    """The same look-up once places have left one value, or come to one."""
    together = dict(known)
    for value in gone.keys() | come.keys():
        runs = known.get(value, Runs())
        together[value] = runs.changed(gone.get(value, ()), come.get(value, ()))
    return together
