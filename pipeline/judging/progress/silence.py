"""Whether a unit may be called missing for a period (rules.md 7), and what forbids it
while nothing has come.

Silence proves something only once the time has run out, the mailbox was read to its end
after that, and the clock that says so can be trusted. Values in, values out; what has
come is judged elsewhere, by the server's own time.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from pipeline.judging.calendar import Calendar
from pipeline.model.ledger import Ledger
from pipeline.model.rules import Step
from pipeline.model.standing import Standing, State


class Waits(StrEnum):
    """Why nothing is said of a unit that is silent."""

    # The deadline has not passed
    OPEN = "open"
    # 准予延期
    EXTENDED = "extended"
    # 未能收信，暂不判定
    UNREAD = "not_polled"
    # 时钟与邮件服务器不一致，暂不判定
    CLOCK = "clock_doubt"


def limit(
    unit: str, period: date, calendar: Calendar, ledger: Ledger
) -> datetime:
    """The unit's own deadline: the period's, or the end of its extension where that is later."""
    deadline = calendar.deadline(period)
    given = ledger.extension(unit, period)
    if given:
        return max(deadline, given.until)
    return deadline


def waits(
    unit: str, period: date, calendar: Calendar, ledger: Ledger, as_of: datetime
) -> Waits | None:
    """What keeps silence from meaning 漏报; None: the unit that has sent nothing is missing."""
    end = limit(unit, period, calendar, ledger)
    if as_of < end:
        if as_of < calendar.deadline(period):
            return Waits.OPEN
        return Waits.EXTENDED
    if ledger.read_until is not None and ledger.read_until < end:
        return Waits.UNREAD
    if ledger.clock is not None:
        return Waits.CLOCK
    return None


def step_of(
    unit: str, period: date, step: Step, calendar: Calendar, ledger: Ledger
) -> datetime:
    """When a step after the deadline comes for one unit: an extension moves it by whole days."""
    if ledger.extension(unit, period) is None:
        return calendar.step(period, step)
    day = max(
        calendar.shifted(period),
        calendar.local(limit(unit, period, calendar, ledger)).date(),
    ) + timedelta(days=step.days)
    return calendar.at(day, step.at)


def unsearched(standing: Standing) -> Standing:
    """The standing of a ledger that never looked at anything: silence proves nothing,
    so nobody is missing."""
    rows = []
    for row in standing.rows:
        shown = row
        if row.state is State.MISSING:
            shown = replace(row, state=None)
        rows.append(shown)
    return replace(
        standing,
        rows=tuple(rows),
        totals=replace(standing.totals, missing=0),
    )
