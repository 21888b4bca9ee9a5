"""Where every row of the target table is at a period (rules.md 7): states, rates,
ranks, lagging, totals.

Compared as exact fractions and shown as floats, so that a tie is a tie.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from pipeline.judging.calendar import Calendar
from pipeline.judging.progress.silence import Waits, waits
from pipeline.judging.progress.unit_states import unit_state
from pipeline.model.ledger import Ledger
from pipeline.model.report import Report
from pipeline.model.roster import Roster, Unit, Units
from pipeline.model.rules import ProgressRules
from pipeline.model.standing import UNREACHABLE, Row, Standing, State, Totals

_BEST_FIRST = (
    State.ON_TIME,
    State.LATE,
    State.HELD,
    State.UNREADABLE,
    State.MISSING,
)


class _Figure(NamedTuple):
    """A row's figure, and the report that counts for it (None for a pool)."""

    counting: Report | None
    completed: int | None


class _Rated(NamedTuple):
    """A row that has a rank."""

    unit: str
    completed: int
    target: int


# A row's rank in its kind, and over both kinds
_Places = tuple[int | None, int | None]


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
    figures = _figures(roster, period, ledger)
    places = _places(roster.rows, figures)
    behind = _behind(schedule, rules)
    rows = []
    for unit in roster.rows:
        rows.append(
            _row(
                unit=unit,
                figure=figures[unit.name],
                places=places.get(unit.name, (None, None)),
                period=period,
                roster=roster,
                schedule=_shown(schedule),
                behind=behind,
                ledger=ledger,
                calendar=calendar,
                as_of=as_of,
            )
        )
    return Standing(
        period=period,
        deadline=deadline,
        as_of=as_of,
        closed=as_of >= deadline,
        schedule=_shown(schedule),
        rows=tuple(rows),
        totals=_totals(rows, measured=schedule is not None),
    )


def _figures(
    roster: Roster, period: date, ledger: Ledger
) -> dict[str, _Figure]:
    """row -> its figure; a pool's is the sum of its members'."""
    found = {}
    for unit in roster.rows:
        counting = ledger.figure_at(unit.name, period)
        completed = counting.completed if counting else None
        if unit.pool:
            completed = _pool_figure(roster.members(unit.name), period, ledger)
        found[unit.name] = _Figure(counting, completed)
    return found


def _row(
    unit: Unit,
    figure: _Figure,
    places: _Places,
    period: date,
    roster: Roster,
    schedule: float | None,
    behind: Fraction | None,
    ledger: Ledger,
    calendar: Calendar,
    as_of: datetime,
) -> Row:
    counting, completed = figure
    members: Units = ()
    if unit.pool:
        members = roster.members(unit.name)
    units = members or (unit,)
    silent = _silence(units, period, calendar, ledger, as_of)
    state = _best_state(units, period, roster, calendar, ledger)
    if state is None and silent is None:
        state = State.MISSING
    this_period = None
    if counting and counting.period == period:
        this_period = counting
    rank, rank_overall = places
    return Row(
        unit=unit.name,
        kind=unit.kind,
        pool=unit.pool,
        state=state,
        completed=completed,
        target=unit.target,
        base=unit.base,
        rate=_rate(completed, unit),
        schedule=schedule,
        lagging=_lags(completed, unit, behind),
        rank=rank,
        rank_overall=rank_overall,
        notes=_notes(this_period, unit, state, silent, ledger),
        report_id=counting.id if counting else "",
        counted_from=counting.period if counting else None,
        measures=this_period.measures if this_period else (),
    )


def _shown(share: Fraction | None) -> float | None:
    if share is None:
        return None
    return float(share)


def _rate(completed: int | None, unit: Unit) -> float | None:
    """None without a figure, or without a target to hold it against. Of two integers
    `/` is the float nearest to the exact share."""
    if completed is None or not unit.target:
        return None
    return completed / unit.target


def _behind(schedule: Fraction | None, rules: ProgressRules) -> Fraction | None:
    """The share that a row which does not lag has at least; None where nothing is
    measured."""
    if schedule is None:
        return None
    return schedule - rules.lag_margin


def _lags(completed: int | None, unit: Unit, behind: Fraction | None) -> bool:
    """Behind the schedule by more than the margin; a pool is nobody to be blamed.
    Compared crosswise, so exactly."""
    if completed is None or not unit.target or behind is None or unit.pool:
        return False
    return completed * behind.denominator < behind.numerator * unit.target


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


def _places(
    units: Iterable[Unit], figures: dict[str, _Figure]
) -> dict[str, _Places]:
    """row -> its rank in its kind and over all: by unrounded rate, highest first; ties
    share a rank (1, 2, 2, 4). Pools have none."""
    rated: list[_Rated] = []
    by_kind: dict[str, list[_Rated]] = {}
    for unit in units:
        completed = figures[unit.name].completed
        if not unit.pool and completed is not None and unit.target:
            one = _Rated(unit.name, completed, unit.target)
            rated.append(one)
            by_kind.setdefault(unit.kind, []).append(one)
    overall = _ranks(rated)
    found: dict[str, _Places] = {}
    for of_kind in by_kind.values():
        for name, rank in _ranks(of_kind).items():
            found[name] = (rank, overall[name])
    return found


def _ranks(rated: list[_Rated]) -> dict[str, int]:
    """unit -> rank, by one sort. Floats decide where they differ, since rounding never
    turns an order round; among equal floats the exact fractions do."""
    groups: dict[float, list[_Rated]] = {}
    for one in rated:
        groups.setdefault(one.completed / one.target, []).append(one)
    ranks: dict[str, int] = {}
    for rate in sorted(groups, reverse=True):
        alike = groups[rate]
        for equal in _exactly(alike) if len(alike) > 1 else (alike,):
            place = len(ranks) + 1
            for one in equal:
                ranks[one.unit] = place
    return ranks


def _exactly(alike: list[_Rated]) -> list[list[_Rated]]:
    """Those of one float by their exact shares, the highest first: 1 of 2 and 2 of 4
    are the same."""
    shares: dict[Fraction, list[_Rated]] = {}
    for one in alike:
        share = Fraction(one.completed, one.target)
        shares.setdefault(share, []).append(one)
    return [shares[share] for share in sorted(shares, reverse=True)]


def _totals(rows: Sequence[Row], *, measured: bool) -> Totals:
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
