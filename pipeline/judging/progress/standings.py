"""Where every row of the target table is at a period (rules.md 7): states, rates,
ranks, lagging, totals.

Compared as exact fractions and shown as floats, so that a tie is a tie.
"""

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise
from math import gcd

from pipeline.judging.calendar import Calendar
from pipeline.judging.progress.silence import Waits, waits
from pipeline.judging.progress.unit_states import unit_state
from pipeline.model.ledger import Ledger
from pipeline.model.report import Report
from pipeline.model.roster import Roster, Unit
from pipeline.model.rules import ProgressRules
from pipeline.model.standing import UNREACHABLE, Row, Standing, State, Totals

_BEST_FIRST = (
    State.ON_TIME,
    State.LATE,
    State.HELD,
    State.UNREADABLE,
    State.MISSING,
)


def schedule_progress(day: date, rules: ProgressRules) -> Fraction:
    """The share of the time elapsed on a day, both ends counted; between milestones
    linear (rules.md 7)."""
    if rules.milestones:
        return _between_milestones(day, rules)
    elapsed = (min(max(day, rules.start), rules.end) - rules.start).days + (
        1 if day >= rules.start else 0
    )
    return Fraction(elapsed, (rules.end - rules.start).days + 1)


def _between_milestones(day: date, rules: ProgressRules) -> Fraction:
    points = sorted(
        {rules.start: Fraction(0), **dict(rules.milestones)}.items()
    )
    if day <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if left < day <= right:
            return low + (high - low) * Fraction(
                (day - left).days, (right - left).days
            )
    return points[-1][1]


def standing(
    period: date,
    roster: Roster,
    calendar: Calendar,
    rules: ProgressRules,
    ledger: Ledger,
    as_of: datetime,
) -> Standing:
    """The standing at a period, from what the ledger knows; before the deadline nothing
    is called missing."""
    schedule = None
    # Of the campaign, not of those who take part on the day
    if roster.has_targets:
        schedule = schedule_progress(period, rules)
    roster = roster.on(period)
    deadline = calendar.deadline(period)
    closed = as_of >= deadline
    rows = []
    for unit in roster.rows:
        rows.append(
            _row(
                unit=unit,
                period=period,
                roster=roster,
                schedule=schedule,
                rules=rules,
                ledger=ledger,
                calendar=calendar,
                as_of=as_of,
            )
        )
    ranked = _ranked(rows)
    return Standing(
        period=period,
        deadline=deadline,
        as_of=as_of,
        closed=closed,
        schedule=_shown(schedule),
        rows=ranked,
        totals=_totals(ranked, measured=schedule is not None),
    )


def _row(
    unit: Unit,
    period: date,
    roster: Roster,
    schedule: Fraction | None,
    rules: ProgressRules,
    ledger: Ledger,
    calendar: Calendar,
    as_of: datetime,
) -> Row:
    counting = ledger.figure_at(unit.name, period)
    members: tuple[Unit, ...] = ()
    completed = counting.completed if counting else None
    if unit.pool:
        members = roster.members(unit.name)
        completed = _pool_figure(members, period, ledger)
    rate = _rate(completed, unit)
    units = members or (unit,)
    silent = _silence(units, period, calendar, ledger, as_of)
    state = _best_state(units, period, roster, calendar, ledger)
    if state is None and silent is None:
        state = State.MISSING
    this_period = None
    if counting and counting.period == period:
        this_period = counting
    notes = _notes(this_period, unit, state, silent, ledger)
    return Row(
        unit=unit.name,
        kind=unit.kind,
        pool=unit.pool,
        state=state,
        completed=completed,
        target=unit.target,
        base=unit.base,
        rate=_shown(rate),
        schedule=_shown(schedule),
        lagging=_lags(rate, unit, schedule, rules),
        rank=None,
        rank_overall=None,
        notes=notes,
        report_id=counting.id if counting else "",
        counted_from=counting.period if counting else None,
        measures=this_period.measures if this_period else (),
    )


def _shown(share: Fraction | None) -> float | None:
    if share is None:
        return None
    return float(share)


def _rate(completed: int | None, unit: Unit) -> Fraction | None:
    """None without a figure, or without a target to hold it against."""
    if completed is None or not unit.target:
        return None
    return Fraction(completed, unit.target)


def _lags(
    rate: Fraction | None,
    unit: Unit,
    schedule: Fraction | None,
    rules: ProgressRules,
) -> bool:
    """Behind the schedule by more than the margin; a pool is nobody to be blamed."""
    if rate is None or schedule is None or unit.pool:
        return False
    return rate < schedule - rules.lag_margin


def _pool_figure(
    members: Iterable[Unit], period: date, ledger: Ledger
) -> int | None:
    """The sum of the members' figures; None when no member has one."""
    found = []
    for m in members:
        if (r := ledger.figure_at(m.name, period)) is not None:
            found.append(r.completed or 0)
    if found:
        return sum(found)
    return None


def _silence(
    units: Iterable[Unit],
    period: date,
    calendar: Calendar,
    ledger: Ledger,
    as_of: datetime,
) -> Waits | None:
    """What keeps a silent row from being called missing; for a pool, that of any member."""
    found = (
        waits(
            unit=unit.name,
            period=period,
            calendar=calendar,
            ledger=ledger,
            as_of=as_of,
        )
        for unit in units
    )
    return next((why for why in found if why is not None), None)


def _notes(
    report: Report | None,
    unit: Unit,
    state: State | None,
    silent: Waits | None,
    ledger: Ledger,
) -> tuple[str, ...]:
    """The notes of the period's report; why a silent row is not called missing; that
    nobody can reach the unit."""
    if report:
        found = []
        for note in report.notes:
            found.append(note.value)
    else:
        found = []
    if state is None and silent not in (None, Waits.OPEN):
        found.append(str(silent))
    if out_of_reach(unit, ledger):
        found.append(UNREACHABLE)
    return tuple(dict.fromkeys(found))


def out_of_reach(unit: Unit, ledger: Ledger) -> bool:
    """联系不上: every address of the unit was refused for good by its server, or sent mails back."""
    return bool(unit.emails) and all(
        email in ledger.undeliverable for email in unit.emails
    )


def _best_state(
    units: Iterable[Unit],
    period: date,
    roster: Roster,
    calendar: Calendar,
    ledger: Ledger,
) -> State | None:
    states = []
    for unit in units:
        state = unit_state(
            unit=unit,
            period=period,
            roster=roster,
            calendar=calendar,
            ledger=ledger,
        )
        if state is not None:
            states.append(state)
    return min(states, key=_BEST_FIRST.index, default=None)


def _ranked(rows: list[Row]) -> tuple[Row, ...]:
    """Ranks by unrounded rate, highest first; ties share a rank (1, 2, 2, 4). Pools have none."""
    rated = []
    for r in rows:
        if not r.pool and r.completed is not None and r.target:
            rated.append(r)
    overall = _ranks(rated)
    of_kind: dict[str, int] = {}
    for kind in {row.kind for row in rated}:
        of_kind.update(_ranks([row for row in rated if row.kind == kind]))
    ranked = []
    for row in rows:
        if row.unit in overall:
            among = of_kind[row.unit]
            ranked.append(
                replace(row, rank=among, rank_overall=overall[row.unit])
            )
        else:
            ranked.append(row)
    return tuple(ranked)


def _ranks(rows: list[Row]) -> dict[str, int]:
    """unit -> rank, by one sort. Floats decide where they differ, since rounding never
    turns an order round; among equal floats the exact fractions do."""
    groups: dict[float, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.rate or 0.0, []).append(row)
    ranks: dict[str, int] = {}
    for rate in sorted(groups, reverse=True):
        alike: dict[tuple[int, int], list[str]] = {}
        for row in groups[rate]:
            alike.setdefault(_lowest_terms(row), []).append(row.unit)
        for exact in sorted(alike, key=_fraction, reverse=True):
            place = len(ranks) + 1
            for unit in alike[exact]:
                ranks[unit] = place
    return ranks


def _lowest_terms(row: Row) -> tuple[int, int]:
    """What is done, and of how much: 1 of 2 and 2 of 4 are the same share."""
    completed = row.completed or 0
    target = row.target or 1
    common = gcd(completed, target)
    return completed // common, target // common


def _fraction(share: tuple[int, int]) -> Fraction:
    return Fraction(*share)


def _totals(rows: tuple[Row, ...], *, measured: bool) -> Totals:
    """A row without a figure counts 0 in the totals; `measured`: against targets."""
    completed = sum(r.completed or 0 for r in rows)
    target = rate = None
    if measured:
        target = sum(r.target or 0 for r in rows)
        rate = completed / target if target else 0.0
    states = [r.state for r in rows]
    return Totals(
        completed=completed,
        target=target,
        rate=rate,
        reported=states.count(State.ON_TIME) + states.count(State.LATE),
        late=states.count(State.LATE),
        held=states.count(State.HELD),
        missing=states.count(State.MISSING),
        unreadable=states.count(State.UNREADABLE),
        lagging=sum(r.lagging for r in rows),
    )


def people_short(completed: int, target: int, share: Fraction) -> int:
    """How many more people bring `completed` to at least `share` of the target (0 when
    it is there already)."""
    wanted = math.ceil(share * target)
    return max(0, wanted - completed)


def pace(completed: int, target: int, periods_left: int) -> int | None:
    """How many more in each coming period reach the target; None when no period is left."""
    if periods_left:
        return math.ceil(max(0, target - completed) / periods_left)
    return None
