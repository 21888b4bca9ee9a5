"""Where in a long row of values those stand that are alike.

Values in, values out. Most values stand there once, and few are asked for: so no list is made of each.
"""

from collections.abc import Hashable, Iterable


class AlikePlaces:
    """The places of each value, in their order."""

    __slots__ = ("_before", "_last")

    def __init__(self, values: Iterable[Hashable]) -> None:
        # Of each value its last place, and of each place the last one before it
        self._last: dict[Hashable, int] = {}
        self._before: list[int | None] = []
        last, before = self._last, self._before
        for place, value in enumerate(values):
            before.append(last.get(value))
            last[value] = place

    def of(self, value: Hashable) -> list[int]:
        """The places of a value."""
        found = []
        at = self._last.get(value)
        while at is not None:
            found.append(at)
            at = self._before[at]
        found.reverse()
        return found
