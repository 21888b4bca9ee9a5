"""How far a row is behind, in people: the gaps, the pace needed, what would lift the
flag. Every figure is the core's."""

from datetime import date
from fractions import Fraction
from itertools import repeat
from operator import attrgetter
from typing import NamedTuple

from pipeline.judging.progress.standings import (
    Ratio,
    pace,
    people_short,
    schedule_progress,
)
from pipeline.model.letters.reminders import Arrears
from pipeline.model.standing import Row, Standing
from pipeline.model.values.frozen import column, of_columns
from pipeline.notices.facts import Facts


class _Shares(NamedTuple):
    """What is asked of every row at a period, of its target: to be on schedule, and to
    lag no longer; and in how many periods the rest may come."""

    schedule: Ratio
    lifted: Ratio
    periods_left: int


def _shares(facts: Facts, period: date) -> _Shares:
    schedule = schedule_progress(period, facts.campaign.progress)
    # What lifts the flag is judged at the next due date, when more is asked.
    lifted = threshold(facts, lifted_at(facts, period))
    return _Shares(
        schedule=schedule.as_integer_ratio(),
        lifted=lifted.as_integer_ratio(),
        periods_left=facts.campaign.calendar.left_after(period),
    )


def arrears(facts: Facts, row: Row, period: date) -> Arrears:
    """Of a row that lags, which therefore has a target."""
    (found,) = _arrears([row], facts, period)
    return found


def _arrears(rows: list[Row], facts: Facts, period: date) -> list[Arrears]:
    shares = _shares(facts, period)
    completed = list(map(_figure, column("completed", rows)))
    targets = list(map(_figure, column("target", rows)))
    kinds = column("kind", rows)
    return of_columns(
        Arrears,
        unit=column("unit", rows),
        kind_name=map(facts.campaign.words.kind_name, kinds),
        completed=completed,
        target=targets,
        rate=map(_share, column("rate", rows)),
        gap_to_schedule=map(
            people_short, completed, targets, repeat(shares.schedule)
        ),
        gap_to_lift=map(
            people_short, completed, targets, repeat(shares.lifted)
        ),
        per_period=map(pace, completed, targets, repeat(shares.periods_left)),
        rank=map(_figure, column("rank", rows)),
    )


def _figure(known: int | None) -> int:
    return known or 0


def _share(known: float | None) -> float:
    return known or 0.0


def threshold(facts: Facts, period: date) -> Fraction:
    """The share below which a unit lags at a period: schedule less margin (rules.md 7)."""
    progress = facts.campaign.progress
    return schedule_progress(period, progress) - progress.lag_margin


def lifted_at(facts: Facts, period: date) -> date:
    """When a unit that lags at a period is judged next: the promise must hold then."""
    return facts.campaign.calendar.after(period) or period


def lagging(facts: Facts, standing: Standing) -> tuple[Arrears, ...]:
    """The lagging rows, the worst first."""
    rows = [row for row in standing.rows if row.lagging]
    # Who lags has a rate
    rows.sort(key=attrgetter("rate"))
    return tuple(_arrears(rows, facts, standing.period))


def of_kind(facts: Facts, standing: Standing, row: Row | None) -> int:
    """How many units of the row's kind are ranked; 0 without a row."""
    if row is None:
        return 0
    return facts.kinds(standing).ranked[row.kind]


def form_gap(facts: Facts, unit: str, period: date) -> int:
    """What the pre-filled form tells beside the target."""
    last = facts.ledger.figure_before(unit, period)
    target = facts.campaign.roster.by_name[unit].on(period).target
    # A form of the first period begins with no gap: nothing was promised yet.
    if last is None or not target:
        return 0
    schedule = schedule_progress(period, facts.campaign.progress)
    return people_short(
        last.completed or 0, target, schedule.as_integer_ratio()
    )
