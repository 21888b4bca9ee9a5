"""Ranks by what share of its target each row has reached (rules.md 7).

Compared exactly, so that a tie is a tie. Trusts that every row it is given has a figure
and a target.
"""

from collections.abc import Iterable
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
    rows = list(rated)
    by_kind: dict[str, list[Rated]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    overall = _ranks(rows)
    found = {}
    for kind in by_kind.values():
        for unit, rank in _ranks(kind).items():
            found[unit] = Places(rank, overall[unit])
    return found


def _ranks(rows: list[Rated]) -> dict[str, int]:
    """unit -> rank, by one sort. Floats decide where they differ, since rounding never
    turns an order round; among equal floats the exact shares do."""
    by_float: dict[float, list[Rated]] = {}
    for row in rows:
        by_float.setdefault(row.completed / row.target, []).append(row)
    ranks: dict[str, int] = {}
    for share in sorted(by_float, reverse=True):
        for equal in _exactly(by_float[share]):
            place = len(ranks) + 1
            for row in equal:
                ranks[row.unit] = place
    return ranks


def _exactly(alike: list[Rated]) -> list[list[Rated]]:
    """Rows of one float by their exact shares, the highest first: 1 of 2 and 2 of 4 are
    the same."""
    if len(alike) == 1:
        return [alike]
    by_share: dict[tuple[int, int], list[Rated]] = {}
    for row in alike:
        common = gcd(row.completed, row.target)
        share = (row.completed // common, row.target // common)
        by_share.setdefault(share, []).append(row)
    highest_first = sorted(by_share, key=_fraction, reverse=True)
    return [by_share[share] for share in highest_first]


def _fraction(share: tuple[int, int]) -> Fraction:
    return Fraction(*share)
