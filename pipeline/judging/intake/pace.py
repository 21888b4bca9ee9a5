"""The pace at which a unit has reported: its usual rise a period, and how long it was
away.

Few points are the rule here (3 to 12), so the pace is a median, and of fewer than three
rises nothing is said. Values in, values out. Never: changes a figure.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from pipeline.model.ledger import Ledger
from pipeline.model.report import ENOUGH, Pace


def pace(
    unit: str | None, period: date, dues: Sequence[date], ledger: Ledger
) -> Pace:
    """Of a unit at a period, by the figures that count for the periods before it; `dues`
    are the calendar's, in order."""
    counting = ledger.counting.of(unit)
    figures: dict[date, int] = {}
    for due in dues:
        if due < period and due in counting:
            figures[due] = counting[due].completed or 0
    if not figures:
        return Pace(
            usual=None,
            rises=0,
            last=None,
            away=None,
        )
    newest = max(figures)
    away = sum(newest < due <= period for due in dues)
    rises = _rises(figures, dues)
    usual = median(rises) if len(rises) >= ENOUGH else None
    return Pace(
        usual=usual,
        rises=len(rises),
        last=figures[newest],
        away=away,
    )


def _rises(figures: Mapping[date, int], dues: Sequence[date]) -> list[float]:
    """Each rise as so much a period: over three periods of silence a unit adds up
    what it did in all of them."""
    place = {due: number for number, due in enumerate(dues)}
    found = []
    for before, after in pairwise(sorted(figures)):
        periods = place[after] - place[before]
        found.append((figures[after] - figures[before]) / periods)
    return found
