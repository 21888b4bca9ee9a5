"""Many records of one kind in few octets: what a process holds by the ten thousand and looks at now and then.

A record is made again each time it is asked for, equal to the one that was put in. Values that many
records have in common are kept once, those of a record's own as octets (marshal, never written to a
disk). Trusts that times are of UTC, as the ledger gives them. Never changes what was handed out: what
grows or differs is another sequence, which shares the octets with the first.
"""

import marshal
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter, itemgetter
from typing import Any, Generic, TypeVar

from pipeline.model.memory.records import Records

_T = TypeVar("_T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Of marshal: the first that writes a short text short
_VERSION = 4


class _Octets(Generic[_T]):
    """The octets of all records that were ever put in, one behind the other.

    `own` are the fields that differ from record to record, `times` and `days` those of
    them that are times, and days; all others are looked up by number in `common`. `kind` is a dataclass that
    takes all its fields in their order.
    """

    def __init__(
        self,
        kind: type[_T],
        own: tuple[str, ...],
        times: tuple[str, ...],
        days: tuple[str, ...],
    ) -> None:
        names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
        shared = [name for name in names if name not in own]
        self._kind = kind
        self._stored = (*own, *shared)
        self._first_shared = len(own)
        self._times = tuple(map(own.index, times))
        self._days = tuple(map(own.index, days))
        self._made = {*self._times, *self._days}
        self._own = attrgetter(*own)
        self._shared = attrgetter(*shared)
        self._in_order = itemgetter(
            *(self._stored.index(name) for name in names)
        )
        self._octets = bytearray()
        self._ends = array("Q", [0])
        self._common: list[tuple[Any, ...]] = []
        self._numbers: dict[tuple[Any, ...], int] = {}

    def shared(self, record: _T) -> int:
        """The number of what a record has in common with others."""
        values = self._shared(record)
        number = self._numbers.setdefault(values, len(self._common))
        if number == len(self._common):
            self._common.append(values)
        return number

    def put(self, record: _T) -> int:
        """Where the record's own values are kept from now on."""
        self._octets += marshal.dumps(self._bare(record), _VERSION)
        self._ends.append(len(self._octets))
        return len(self._ends) - 2

    def is_at(self, record: _T, place: int) -> bool:
        """Whether a record's own values are those of a place."""
        return self._kept(place) == self._bare(record)

    def get(self, place: int, number: int) -> _T:
        own = self._own_of(place)
        return self._kind(*self._in_order((*own, *self._common[number])))

    def fields(
        self,
        names: tuple[str, ...],
        places: Iterable[int],
        numbers: Iterable[int],
    ) -> Iterator[Any]:
        """These fields of the records of these places and numbers."""
        asked = [self._stored.index(name) for name in names]
        shared = map(self._common.__getitem__, numbers)
        first = self._first_shared
        if min(asked) >= first:
            return map(itemgetter(*(at - first for at in asked)), shared)
        if not self._made.isdisjoint(asked):
            own = map(self._own_of, places)
        else:
            own = map(self._kept, places)
        if max(asked) < first:
            return map(itemgetter(*asked), own)
        return map(itemgetter(*asked), map(_together, own, shared))

    def _own_of(self, place: int) -> list[Any]:
        own = self._kept(place)
        for at in self._times:
            if own[at] is not None:
                own[at] = _EPOCH + timedelta(microseconds=own[at])
        for at in self._days:
            if own[at] is not None:
                own[at] = date.fromordinal(own[at])
        return own

    def _bare(self, record: _T) -> list[Any]:
        own = list(self._own(record))
        for at in self._times:
            if own[at] is not None:
                own[at] = (own[at] - _EPOCH) // _MICROSECOND
        for at in self._days:
            if own[at] is not None:
                own[at] = own[at].toordinal()
        return own

    def _kept(self, place: int) -> list[Any]:
        begin, end = self._ends[place], self._ends[place + 1]
        found: list[Any] = marshal.loads(self._octets[begin:end])
        return found


def _together(own: list[Any], shared: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*own, *shared)


class Packed(Records[_T]):
    """Records in their order."""

    __slots__ = ("_common", "_octets", "_own")

    def __init__(
        self,
        kind: type[_T],
        *,
        own: tuple[str, ...],
        times: tuple[str, ...],
        days: tuple[str, ...] = (),
    ) -> None:
        self._octets = _Octets(kind, own, times, days)
        # Of each record: where its own values are, and the number of the common ones
        self._own = array("I")
        self._common = array("I")

    def changed(self, changed: Mapping[int, _T]) -> "Packed[_T]":
        """These records with some of them changed, by their places, or added where
        those are behind the end: then in their order, none left out."""
        found: Packed[_T] = Packed.__new__(Packed)
        found._octets = self._octets
        found._own = self._own[:]
        found._common = self._common[:]
        for place, record in changed.items():
            number = self._octets.shared(record)
            if place == len(found._own):
                found._own.append(self._octets.put(record))
                found._common.append(number)
                continue
            found._common[place] = number
            if not self._octets.is_at(record, found._own[place]):
                found._own[place] = self._octets.put(record)
        return found

    def __len__(self) -> int:
        return len(self._own)

    def __iter__(self) -> Iterator[_T]:
        return map(self._octets.get, self._own, self._common)

    def _fields_at(
        self, places: Iterable[int], names: tuple[str, ...]
    ) -> Iterator[Any]:
        asked = tuple(places)
        return self._octets.fields(
            names,
            map(self._own.__getitem__, asked),
            map(self._common.__getitem__, asked),
        )

    def _one(self, place: int) -> _T:
        return self._octets.get(self._own[place], self._common[place])
