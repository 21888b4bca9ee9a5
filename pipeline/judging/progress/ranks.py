"""Ranks by what share of its target each row has reached (rules.md 7).

Compared exactly, so that a tie is a tie. Trusts that no target is below 0.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from pipeline.model.roster import Unit


def row_shares(
    rows: Iterable[Unit], completed: Mapping[str, int | None]
) -> dict[str, int]:
    """row -> its share, to be ranked by; pools, and rows without a figure or a target,
    have none."""
    names, figures, targets = [], [], []
    for row in rows:
        name, target = row.name, row.target
        figure = completed[name]
        if figure is not None and target and not row.pool:
            names.append(name)
            figures.append(figure)
            targets.append(target)
    return dict(zip(names, exact_shares(figures, targets), strict=True))


def exact_shares(completed: Sequence[int], targets: Sequence[int]) -> list[int]:
    """Of each row an integer; they are equal, less or greater as the exact shares are.

    Two shares of targets up to T that differ do so by 1/T² or more: T² times as great,
    they have another integer below them.
    """
    scale = max(targets, default=0) ** 2
    found = []
    for done, target in zip(completed, targets, strict=True):
        found.append(done * scale // target)
    return found


def ranks(shares: Mapping[str, int]) -> dict[str, int]:
    """row -> its rank, the highest share first; ties share a rank (1, 2, 2, 4)."""
    alike = Counter(shares.values())
    highest_first = sorted(alike, reverse=True)
    ahead = accumulate(map(alike.__getitem__, highest_first), initial=1)
    rank = dict(zip(highest_first, ahead, strict=False))
    return {row: rank[share] for row, share in shares.items()}


def ranks_in_kinds(
    rows: Iterable[Unit], shares: Mapping[str, int]
) -> dict[str, int]:
    """row -> its rank among those of its kind."""
    by_kind: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        name = row.name
        share = shares.get(name)
        if share is not None:
            by_kind[row.kind][name] = share
    found: dict[str, int] = {}
    for of_kind in by_kind.values():
        found |= ranks(of_kind)
    return found
