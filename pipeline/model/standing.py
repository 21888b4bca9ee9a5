"""Standing: where every row of the target table is at a period (rules.md 7)."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property

from pipeline.model.values.frozen import frozen

# 0.52 is 52 %; None where nothing is measured
Share = float | None

# A row's note: no address of the unit takes mail any more (联系不上)
UNREACHABLE = "unreachable"


def shown_rate(share: float) -> Decimal:
    """A share in percent as it is shown everywhere: one decimal, half up (rules.md 7).

    Of the fifteen digits that a spreadsheet takes of a number, so that a cell formatted
    0.0% shows the same.
    """
    hundredfold = Decimal(f"{share:.15g}") * 100
    return hundredfold.quantize(Decimal("0.1"), ROUND_HALF_UP)


class State(StrEnum):
    """The state of a row for a period, of its best report."""

    ON_TIME = "on_time"
    # 迟报
    LATE = "late"
    # 待核
    HELD = "held"
    # 来件未能读取
    UNREADABLE = "unreadable"
    # 漏报
    MISSING = "missing"


@frozen
class Row:
    """One row of the target table at a period.

    `state` is None while nothing has come and nothing may be said of it
    (judging/progress/silence.py): the period is open, or `notes` say `extended`, `not_polled`,
    `clock_doubt`. `completed` and `rate` are None without any accepted report; such a
    row has no rank and is not lagging. Without targets (rules.md 7) `target`, `rate` and
    `schedule` are None, of every row alike. `rate` and `schedule` are shares (0.52 = 52 %),
    unrounded. `rank` is within the kind, `rank_overall` over both kinds; a pool has
    neither. `report_id` is the counting report's, "" for none and for a pool.
    `counted_from` is the period whose report counts.
    """

    unit: str
    kind: str
    pool: bool
    state: State | None
    completed: int | None
    target: int | None
    base: int | None
    rate: Share
    schedule: Share
    lagging: bool
    rank: int | None
    rank_overall: int | None
    notes: tuple[str, ...] = ()
    report_id: str = ""
    counted_from: date | None = None
    measures: tuple[str, ...] = ()


@frozen
class Totals:
    """`reported` counts the rows with an accepted report for the period, late ones
    included; `target` and `rate` are None without targets."""

    completed: int
    target: int | None
    rate: Share
    reported: int
    late: int
    held: int
    missing: int
    lagging: int
    unreadable: int = 0


@frozen
class Standing:
    """`closed`: the deadline had passed at `as_of` (UTC). `schedule` is the schedule
    progress (时序进度) at the due date, None without targets."""

    period: date
    deadline: datetime
    as_of: datetime
    closed: bool
    schedule: Share
    rows: tuple[Row, ...]
    totals: Totals

    @property
    def has_targets(self) -> bool:
        """Whether rates, schedule, ranks and lagging are spoken of at all."""
        return self.schedule is not None

    @cached_property
    def by_unit(self) -> dict[str, Row]:
        found = {}
        for row in self.rows:
            found[row.unit] = row
        return found
