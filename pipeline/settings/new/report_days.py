"""The days of the month on which units report, as `init` asks for them where the first
period's is none of those that a config has by default. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from pipeline.model.rules import due_in_month
from pipeline.settings.schema import SchedulePart

# In the longest months
_LAST_DAY = 31
_BY_DEFAULT: Sequence[int] = SchedulePart.model_fields["report_days"].default


def is_due_by_default(day: date) -> bool:
    """Whether units report on that day where a config says nothing of it."""
    return _is_due(day, _BY_DEFAULT)


def days_with(first: date, text: str) -> list[int]:
    """The days that a text names, ascending, the first period's among them. Raises
    ValueError with the sentence to say."""
    days: set[int] = set()
    for number in re.findall(r"\d+", text):
        days.add(int(number))
    if not days or min(days) < 1 or max(days) > _LAST_DAY:
        raise ValueError("写成 5、15、25 这样。")
    if not _is_due(first, days):
        raise ValueError(f"第一期（{first}）不在这些日子里。")
    return sorted(days)


def _is_due(day: date, days: Iterable[int]) -> bool:
    return day in due_in_month(day.year, day.month, days)
