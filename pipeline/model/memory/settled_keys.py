"""What is settled, by its key, where there may be a million: eight octets each.

Values in, values out. Of what is settled once a mail, or once a unit and period, nobody
asks for a list: of such a key 64 bits of its hash are kept, which two of a million keys
have in common once in thirty million campaigns, and by other lots in each process. All
other keys are kept as they are. Never forgets one.
"""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from pipeline.model.notice import NoticeKind
from pipeline.model.notice_key import KeyKind, key_start

# Once a mail or a report, or once a unit and period
_ONE_EACH = frozenset(
    {
        NoticeKind.RECEIPT,
        NoticeKind.UNREADABLE,
        NoticeKind.REVIEW_REQUEST,
        NoticeKind.SETTLED,
        NoticeKind.DUE_REMINDER,
        NoticeKind.OVERDUE_REMINDER,
        NoticeKind.SECOND_OVERDUE_REMINDER,
        NoticeKind.LAG_NOTICE,
    }
)
_STARTS = tuple(map(key_start, _ONE_EACH))
_BITS = 64
_HASH = 0xFFFFFFFFFFFFFFFF
# Of 2 to the power of three beside each other
_BESIDE = 3
# As in place_index.py: of what is copied for each wake
_SHORT = 256
_PART = 16


class SettledKeys(Collection[str]):
    """`in` is asked of any key; only those that are few of a kind are gone through."""

    __slots__ = ("_base", "_begins", "_listed", "_shift", "_since")

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._listed: frozenset[str] = frozenset()
        # In order, each once
        self._base = array("Q")
        # Where those of each first bits begin: a few each, so that one is found at once
        self._shift = _BITS
        self._begins = array("I", (0, 0))
        self._since: frozenset[int] = frozenset()
        self._take(keys)

    def having(self, more: Iterable[str]) -> "SettledKeys":
        """These and more; this one stays what it was."""
        found = SettledKeys()
        found._listed = self._listed
        found._base = self._base
        found._shift = self._shift
        found._begins = self._begins
        found._since = self._since
        found._take(more)
        return found

    def __contains__(self, key: object) -> bool:
        if key in self._listed:
            return True
        hashed = hash(key) & _HASH
        if hashed in self._since:
            return True
        first = hashed >> self._shift
        begin, end = self._begins[first : first + 2]
        at = bisect_left(self._base, hashed, begin, end)
        return at < end and self._base[at] == hashed

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed)

    def __len__(self) -> int:
        """Of all."""
        return len(self._listed) + len(self._base) + len(self._since)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SettledKeys):
            return self._all() == other._all()
        if not isinstance(other, Collection):
            return NotImplemented
        return len(self) == len(other) and all(map(self.__contains__, other))

    def __hash__(self) -> int:
        return hash(len(self))

    def _all(self) -> set[str | int]:
        return {*self._listed, *self._base, *self._since}

    def _take(self, keys: Iterable[str]) -> None:
        listed = []
        hashed = set()
        for key in keys:
            if key in self:
                continue
            if key.startswith(_STARTS):
                hashed.add(hash(key) & _HASH)
            else:
                listed.append(key)
        self._listed = self._listed.union(listed)
        self._since = self._since.union(hashed)
        if len(self._since) > _SHORT + len(self._base) // _PART:
            together = set(chain(self._base, self._since))
            self._base = array("Q", sorted(together))
            self._since = frozenset()
            self._divide()

    def _divide(self) -> None:
        base = self._base
        bits = max(0, len(base).bit_length() - _BESIDE)
        shift = _BITS - bits
        begins = array("I")
        for first in range(1 << bits):
            begins.append(bisect_left(base, first << shift))
        begins.append(len(base))
        self._shift, self._begins = shift, begins


def are_listed(kind: KeyKind) -> bool:
    """Whether the keys of a kind can be gone through."""
    return kind not in _ONE_EACH
