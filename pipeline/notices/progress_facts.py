"""How far a row is behind, in people: the gaps, the pace needed, what would lift the
flag. Every figure is the core's."""

from datetime import date
from fractions import Fraction
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
from pipeline.model.wording.campaign_words import CampaignWords
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
    return _arrears(row, facts.campaign.words, _shares(facts, period))


def _arrears(row: Row, words: CampaignWords, shares: _Shares) -> Arrears:
    completed = row.completed or 0
    target = row.target or 0
    return Arrears(
        unit=row.unit,
        kind_name=words.kind_name(row.kind),
        completed=completed,
        target=target,
        rate=row.rate or 0.0,
        gap_to_schedule=people_short(completed, target, shares.schedule),
        gap_to_lift=people_short(completed, target, shares.lifted),
        per_period=pace(completed, target, shares.periods_left),
        rank=row.rank or 0,
    )


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
    words = facts.campaign.words
    shares = _shares(facts, standing.period)
    return tuple([_arrears(row, words, shares) for row in rows])


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
