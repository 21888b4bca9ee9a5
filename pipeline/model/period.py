"""A period (旬): one ten-day report, named by its nominal due date (rules.md 2)."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, order=True)
class Period:
    """`due` is the nominal due date and the period's name; `deadline` is the moment
    (UTC), after any holiday shift."""

    due: date
    deadline: datetime
