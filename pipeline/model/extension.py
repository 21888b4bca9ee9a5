"""An extension (准予延期): staff give one unit more time for one period, with the
reason and who gave it."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Extension:
    """`until` and `at` are UTC; until then the unit is not reminded, nor called missing
    or late for the period."""

    unit: str
    period: date
    until: datetime
    why: str
    by: str
    at: datetime
