"""Ranks by what share of its target each row has reached (rules.md 7).

Compared exactly, so that a tie is a tie. Trusts that every row it is given has a figure
and a target.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import gcd
from typing import NamedTuple


class Rated(NamedTuple):
    """A row that has a rank. `kind`: the id of its kind."""

    unit: str
    kind: str
    completed: int
    target: int


class Places(NamedTuple):
    """A row's ranks; None of a row that has none."""

    in_kind: int | None
    overall: int | None


UNRANKED = Places(None, None)


def places(rated: Iterable[Rated]) -> dict[str, Places]:
    """unit -> its ranks in its kind and over all, the highest share first; ties share a
    rank (1, 2, 2, 4)."""
    found: dict[str, Places] = {}
    # How many of each kind, and of all, are ranked before
    of_kind: defaultdict[str, int] = defaultdict(int)
    for equal in _highest_first(rated):
        overall = len(found) + 1
        before: dict[str, int] = {}
        for row in equal:
            rank = before.setdefault(row.kind, of_kind[row.kind]) + 1
            found[row.unit] = Places(rank, overall)
            of_kind[row.kind] += 1
    return found


def _highest_first(rated: Iterable[Rated]) -> Iterator[list[Rated]]:
    """Those of one share together, by one sort. Floats decide where they differ, since
    rounding never turns an order round; among equal floats the exact shares do."""
    by_float: defaultdict[float, list[Rated]] = defaultdict(list)
    for row in rated:
        by_float[row.completed / row.target].append(row)
    for share in sorted(by_float, reverse=True):
        yield from _exactly(by_float[share])


def _exactly(alike: list[Rated]) -> list[list[Rated]]:
    """Rows of one float by their exact shares, the highest first: 1 of 2 and 2 of 4 are
    the same."""
    if len(alike) == 1 or _are_equal(alike):
        return [alike]
    by_share: dict[tuple[int, int], list[Rated]] = {}
    for row in alike:
        common = gcd(row.completed, row.target)
        share = (row.completed // common, row.target // common)
        by_share.setdefault(share, []).append(row)
    highest_first = sorted(by_share, key=_fraction, reverse=True)
    return [by_share[share] for share in highest_first]


def _are_equal(alike: list[Rated]) -> bool:
    """Whether rows of one float are of one share, compared crosswise."""
    one = alike[0]
    return all(
        row.completed * one.target == one.completed * row.target
        for row in alike
    )


def _fraction(share: tuple[int, int]) -> Fraction:
    return Fraction(*share)
