"""How many rows of a standing there are of each kind, and with which rates: counted once
for a round of letters, since each of hundreds tells a place among them.

Trusts the rows' ranks and states. Never ranks anything itself.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from pipeline.model.standing import Row, State
from pipeline.model.values.frozen import frozen


@frozen
class KindCounts:
    """By kind: `listed` rows, pools aside; `ranked` ones; and, lowest first, the rates
    of those that were ranked and reported for this very period."""

    listed: Counter[str]
    ranked: Counter[str]
    rates: dict[str, list[float]]

    def place(self, row: Row) -> tuple[int | None, int]:
        """(place, among how many) by rate among those of its kind that reported; no
        place for a row that did not."""
        rates = self.rates.get(row.kind, [])
        # Its figure stands from an earlier period; it has no place among this one's.
        if not _reported(row):
            return None, len(rates)
        # Ties share a rank: a row's own place is one more than those above it.
        better = len(rates) - bisect_right(rates, row.rate or 0.0)
        return 1 + better, len(rates)


def count_kinds(rows: Iterable[Row]) -> KindCounts:
    listed: Counter[str] = Counter()
    ranked: Counter[str] = Counter()
    rates: dict[str, list[float]] = {}
    for row in rows:
        listed[row.kind] += not row.pool
        ranked[row.kind] += row.rank is not None
        if _reported(row):
            rates.setdefault(row.kind, []).append(row.rate or 0.0)
    for of_kind in rates.values():
        of_kind.sort()
    return KindCounts(listed, ranked, rates)


def _reported(row: Row) -> bool:
    """Ranked, and for this very period: a figure that is carried over is ranked too."""
    if row.rank is None:
        return False
    return row.state in (State.ON_TIME, State.LATE)
