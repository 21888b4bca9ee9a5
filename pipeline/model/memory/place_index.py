"""Where in a long sequence those stand that are looked up by a key: eight octets each, whatever the key.

Of a key its hash alone is kept, so that what is found may be another's: whoever asks looks at it.
Values in, values out; never forgets a place.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Collection, Hashable, Iterable

_HASH = 0xFFFFFFFF
_BITS = 32
# As in layered.py: of what is copied for each mail
_SHORT = 256
_PART = 16
# Looking for a key costs as much as looking at so many entries
_MANY = 16


class Places:
    """Places by key, of those that may stand there; a place may be told twice."""

    __slots__ = ("_base", "_since")

    def __init__(self, known: Iterable[tuple[Hashable, int]] = ()) -> None:
        # Both in order: the places of one key beside each other
        self._base = array("Q", sorted(_entry(*one) for one in known))
        self._since = array("Q")

    def having(self, more: Iterable[tuple[Hashable, int]]) -> "Places":
        """These and more; this one stays what it was."""
        found = Places()
        found._base = self._base
        found._since = self._since[:]
        for one in more:
            insort(found._since, _entry(*one))
        if len(found._since) > _SHORT + len(self._base) // _PART:
            # Two runs in order: sorting only joins them
            together = self._base + found._since
            found._base = array("Q", sorted(together))
            found._since = array("Q")
        return found

    def of(self, key: Hashable) -> list[int]:
        """The places that a key may have, in their order, each once."""
        first = _entry(key, 0)
        found = set(_run(self._base, first))
        found.update(_run(self._since, first))
        return sorted(found)

    def of_all(self, keys: Collection[Hashable]) -> list[int]:
        """The same of several keys."""
        found: set[int] = set()
        if len(keys) * _MANY > len(self._base):
            wanted = {hash(key) & _HASH for key in keys}
            for entries in (self._base, self._since):
                found.update(_those_of(wanted, entries))
        else:
            for key in keys:
                found.update(self.of(key))
        return sorted(found)


def _those_of(wanted: set[int], entries: "array[int]") -> list[int]:
    """The places of all entries with these hashes."""
    return [one & _HASH for one in entries if one >> _BITS in wanted]


def _entry(key: Hashable, place: int) -> int:
    return (hash(key) & _HASH) << _BITS | place


def _run(entries: "array[int]", first: int) -> Iterable[int]:
    """The places of all entries with the hash of `first`."""
    at = bisect_left(entries, first)
    while at < len(entries) and entries[at] >> _BITS == first >> _BITS:
        yield entries[at] & _HASH
        at += 1
