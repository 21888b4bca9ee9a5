"""Sequences without records of their own: some of another one's, or another one's with a few changed.

Values in, values out: nothing here ever changes. Equal to any sequence of the same records.
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter, eq
from typing import Any, TypeVar, overload

from pipeline.model.memory.layered import layered

_T = TypeVar("_T")


class Records(Sequence[_T]):
    """What all of them share; `_one` gives the record of a place."""

    __slots__ = ()

    @abstractmethod
    def _one(self, place: int) -> _T: ...

    @overload
    def __getitem__(self, at: int) -> _T: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[_T, ...]: ...
    def __getitem__(self, at: int | slice) -> _T | tuple[_T, ...]:
        places = range(len(self))[at]
        if isinstance(places, range):
            return tuple(map(self._one, places))
        return self._one(places)

    def __iter__(self) -> Iterator[_T]:
        return map(self._one, range(len(self)))

    def _fields_at(
        self, places: Iterable[int], names: tuple[str, ...]
    ) -> Iterator[Any]:
        return map(attrgetter(*names), map(self._one, places))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(map(eq, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self))


def fields_at(
    records: Sequence[Any], places: Iterable[int], *names: str
) -> Iterator[Any]:
    """These fields of the records at these places, as attrgetter gives them. Where they
    are kept as something else, no record is made for them."""
    if isinstance(records, Records):
        return records._fields_at(places, names)
    return map(attrgetter(*names), map(records.__getitem__, places))


class Remembered(dict[int, _T]):
    """The records of a sequence by their places, each made when it is first asked for."""

    def __init__(self, records: Sequence[_T]) -> None:
        super().__init__()
        self._all = records

    def __missing__(self, place: int) -> _T:
        made = self[place] = self._all[place]
        return made


class Chosen(Records[_T]):
    """Some records of a sequence, by their places in it."""

    __slots__ = ("_all", "_places")

    def __init__(self, records: Sequence[_T], places: Sequence[int]) -> None:
        self._all = records
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def _fields_at(
        self, places: Iterable[int], names: tuple[str, ...]
    ) -> Iterator[Any]:
        chosen = map(self._places.__getitem__, places)
        return fields_at(self._all, chosen, *names)

    def _one(self, place: int) -> _T:
        return self._all[self._places[place]]


class Overlaid(Records[_T]):
    """A sequence, some of its records by others, and more behind its end."""

    __slots__ = ("_base", "_length", "_over")

    def __init__(
        self, base: Sequence[_T], over: Mapping[int, _T], length: int
    ) -> None:
        self._base = base
        self._over = over
        self._length = length

    def __len__(self) -> int:
        return self._length

    def _one(self, place: int) -> _T:
        if place in self._over:
            return self._over[place]
        return self._base[place]


def overlaid(known: Sequence[_T], changed: Mapping[int, _T]) -> Overlaid[_T]:
    """A sequence with these records changed, or added where their places are behind its
    end, none left out."""
    base, over = known, changed
    if isinstance(known, Overlaid):
        base = known._base
        over = layered(known._over, changed)
    return Overlaid(base, over, max(len(known), *(p + 1 for p in changed)))
