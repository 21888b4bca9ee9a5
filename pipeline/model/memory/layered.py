"""A look-up that never changes and yet grows cheaply: a large layer that is shared, and a short one over it.

Values in, values out. Trusts its callers not to change what they handed in. Never gives a key up.
"""

from collections.abc import Iterator, Mapping
from typing import TypeVar, overload

_K = TypeVar("_K")
_V = TypeVar("_V")
_D = TypeVar("_D")
# Copied for each mail: past this many, and past that part of the large layer, the two
# become one, which costs each mail the same at any size.
_SHORT = 256
_PART = 16


class Layered(Mapping[_K, _V]):
    """The values of `base`, but for those that `over` gives."""

    __slots__ = ("_base", "_over")

    def __init__(
        self, base: Mapping[_K, _V], over: dict[_K, _V] | None = None
    ) -> None:
        self._base = base
        self._over = over or {}

    def __getitem__(self, key: _K) -> _V:
        if key in self._over:
            return self._over[key]
        return self._base[key]

    def __contains__(self, key: object) -> bool:
        return key in self._over or key in self._base

    @overload
    def get(self, key: _K) -> _V | None: ...
    @overload
    def get(self, key: _K, default: _V | _D) -> _V | _D: ...
    def get(self, key: _K, default: _V | _D | None = None) -> _V | _D | None:
        # Mapping's own raises and catches an error for each key that is not there
        if key in self._over:
            return self._over[key]
        return self._base.get(key, default)

    def __iter__(self) -> Iterator[_K]:
        yield from self._base
        for key in self._over:
            if key not in self._base:
                yield key

    def __len__(self) -> int:
        return sum(1 for _ in self)


def layered(
    known: Mapping[_K, _V], changed: Mapping[_K, _V]
) -> Mapping[_K, _V]:
    """What is known, with these values added or changed; `known` stays what it was."""
    if not changed:
        return known
    base: Mapping[_K, _V] = known
    over = dict(changed)
    if isinstance(known, Layered):
        base = known._base
        over = {**known._over, **over}
    if len(over) > _SHORT + len(base) // _PART:
        return {**base, **over}
    return Layered(base, over)
