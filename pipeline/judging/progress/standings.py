"""Where every row of the target table is at a period (rules.md 7): states, rates,
ranks, lagging, totals.

Compared exactly and shown as floats, so that a tie is a tie (ranks.py).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise, repeat
from typing import Any

from pipeline.judging.calendar import Calendar
from pipeline.judging.progress.latest_figures import (
    completed_of,
    latest_completed,
    latest_figures,
    row_figures,
)
from pipeline.judging.progress.ranks import (
    ranks,
    ranks_in_kinds,
    row_shares,
)
from pipeline.judging.progress.silence import Waits, waits
from pipeline.judging.progress.unit_states import UnitStates, unit_states
from pipeline.model.ledger import Ledger
from pipeline.model.named import FigureByName
from pipeline.model.report import Report
from pipeline.model.roster import Roster, Unit, Units
from pipeline.model.rules import ProgressRules
from pipeline.model.standing import UNREACHABLE, Row, Standing, State, Totals
from pipeline.model.values.frozen import column, frozen, of_columns

_BEST_FIRST = (
    State.ON_TIME,
    State.LATE,
    State.HELD,
    State.UNREADABLE,
    State.MISSING,
)


# A share as its numerator and denominator: a Fraction works each out when it is asked
Ratio = tuple[int, int]


@frozen
class Placed:
    """What the standing at a period shows of figures, and of ranks within a kind."""

    completed: FigureByName
    # Of the rows that have one
    ranks: Mapping[str, int]


NOTHING_PLACED = Placed({}, {})


@frozen
class _Asked:
    """What the standing of a period is worked out from, the same for every row.
    `schedule`: None where nothing is measured."""

    period: date
    as_of: datetime
    roster: Roster
    calendar: Calendar
    ledger: Ledger
    schedule: float | None
    # The share that a row which does not lag has at least
    behind: Ratio | None
    states: UnitStates
    # Unit -> the report that counts for it
    counting: Mapping[str, Report]
    completed: FigureByName
    ranks: Mapping[str, int]
    ranks_overall: Mapping[str, int]


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
    counting = latest_figures(roster.by_name, period, ledger)
    completed = row_figures(roster, completed_of(counting))
    shares = row_shares(roster.rows, completed)
    asked = _Asked(
        period=period,
        as_of=as_of,
        roster=roster,
        calendar=calendar,
        ledger=ledger,
        schedule=_shown(schedule),
        behind=_behind(schedule, rules),
        states=unit_states(period, roster, calendar, ledger),
        counting=counting,
        completed=completed,
        ranks=ranks_in_kinds(roster.rows, shares),
        ranks_overall=ranks(shares),
    )
    rows = _rows(asked)
    deadline = calendar.deadline(period)
    return Standing(
        period=period,
        deadline=deadline,
        as_of=as_of,
        closed=as_of >= deadline,
        schedule=asked.schedule,
        rows=tuple(rows),
        totals=_totals(rows, measured=schedule is not None),
    )


def placed(period: date, roster: Roster, ledger: Ledger) -> Placed:
    """What the standing at a period shows of its rows' figures and ranks, where nothing
    else is asked of it."""
    roster = roster.on(period)
    figures = latest_completed(roster.by_name, period, ledger)
    completed = row_figures(roster, figures)
    shares = row_shares(roster.rows, completed)
    return Placed(completed, ranks_in_kinds(roster.rows, shares))


def _rows(asked: _Asked) -> list[Row]:
    """Field by field, since there may be a hundred thousand."""
    units = asked.roster.rows
    names = list(column("name", units))
    figures = list(map(asked.completed.__getitem__, names))
    return of_columns(
        Row,
        unit=names,
        kind=column("kind", units),
        pool=column("pool", units),
        completed=figures,
        target=column("target", units),
        base=column("base", units),
        rate=map(_rate, figures, units),
        schedule=repeat(asked.schedule),
        lagging=map(_lags, figures, units, repeat(asked.behind)),
        rank=map(asked.ranks.get, names),
        rank_overall=map(asked.ranks_overall.get, names),
        **_told(asked),
    )


def _told(asked: _Asked) -> dict[str, list[Any]]:
    """The rows' states, and what the reports that count for them tell beside figures: in
    one pass, since a report that was looked at is still near."""
    states: list[State | None] = []
    notes: list[tuple[str, ...]] = []
    measures: list[tuple[str, ...]] = []
    ids: list[str] = []
    periods: list[date | None] = []
    for unit in asked.roster.rows:
        report = asked.counting.get(unit.name)
        this_period = None
        if report and report.period == asked.period:
            this_period = report
        state, silent = _state(unit, asked)
        states.append(state)
        notes.append(_notes(this_period, unit, state, silent, asked.ledger))
        measures.append(this_period.measures if this_period else ())
        ids.append(report.id if report else "")
        periods.append(report.period if report else None)
    return {
        "state": states,
        "notes": notes,
        "measures": measures,
        "report_id": ids,
        "counted_from": periods,
    }


def _state(unit: Unit, asked: _Asked) -> tuple[State | None, Waits | None]:
    """A row's state, of a pool that of its best member; where it has none, why nothing
    is said of it."""
    units: Units = (unit,)
    if unit.pool:
        units = asked.roster.members(unit.name) or units
        state = _best_state(units, asked.states)
    else:
        state = asked.states.of(unit)
    if state is not None:
        return state, None
    silent = _silence(units, asked)
    if silent is not None:
        return None, silent
    return State.MISSING, None


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


def _behind(schedule: Fraction | None, rules: ProgressRules) -> Ratio | None:
    """The share that a row which does not lag has at least; None where nothing is
    measured."""
    if schedule is None:
        return None
    return (schedule - rules.lag_margin).as_integer_ratio()


def _lags(completed: int | None, unit: Unit, behind: Ratio | None) -> bool:
    """Behind the schedule by more than the margin; a pool is nobody to be blamed.
    Compared crosswise, so exactly."""
    if completed is None or not unit.target or behind is None or unit.pool:
        return False
    numerator, denominator = behind
    return completed * denominator < numerator * unit.target


def _silence(units: Iterable[Unit], asked: _Asked) -> Waits | None:
    """What keeps a silent row from being called missing; for a pool, that of any member."""
    for unit in units:
        why = waits(
            unit=unit.name,
            period=asked.period,
            calendar=asked.calendar,
            ledger=asked.ledger,
            as_of=asked.as_of,
        )
        if why is not None:
            return why
    return None


def _notes(
    report: Report | None,
    unit: Unit,
    state: State | None,
    silent: Waits | None,
    ledger: Ledger,
) -> tuple[str, ...]:
    """The notes of the period's report; why a silent row is not called missing; that
    nobody can reach the unit."""
    found: list[str] = []
    if report:
        for note in report.notes:
            found.append(note.value)
    if state is None and silent not in (None, Waits.OPEN):
        found.append(str(silent))
    if out_of_reach(unit, ledger):
        found.append(UNREACHABLE)
    # Of most rows there is none, and there may be a hundred thousand of them
    if not found:
        return ()
    return tuple(dict.fromkeys(found))


def out_of_reach(unit: Unit, ledger: Ledger) -> bool:
    """联系不上: every address of the unit was refused for good by its server, or sent mails back."""
    if not ledger.undeliverable or not unit.emails:
        return False
    return ledger.undeliverable.issuperset(unit.emails)


def _best_state(units: Iterable[Unit], states: UnitStates) -> State | None:
    best = None
    for unit in units:
        state = states.of(unit)
        if state is None:
            continue
        if best is None or _BEST_FIRST.index(state) < _BEST_FIRST.index(best):
            best = state
    return best


def _totals(rows: Sequence[Row], *, measured: bool) -> Totals:
    """A row without a figure counts 0 in the totals; `measured`: against targets."""
    completed = sum(r.completed or 0 for r in rows)
    target = rate = None
    if measured:
        target = sum(r.target or 0 for r in rows)
        rate = completed / target if target else 0.0
    states = Counter([r.state for r in rows])
    return Totals(
        completed=completed,
        target=target,
        rate=rate,
        reported=states[State.ON_TIME] + states[State.LATE],
        late=states[State.LATE],
        held=states[State.HELD],
        missing=states[State.MISSING],
        unreadable=states[State.UNREADABLE],
        lagging=sum(r.lagging for r in rows),
    )


def people_short(completed: int, target: int, share: Ratio) -> int:
    """How many more people bring `completed` to at least `share` of the target (0 when
    it is there already)."""
    numerator, denominator = share
    short = -(-numerator * target // denominator) - completed
    if short > 0:
        return short
    return 0


def pace(completed: int, target: int, periods_left: int) -> int | None:
    """How many more in each coming period reach the target; None when no period is left."""
    if not periods_left:
        return None
    if completed < target:
        return -((completed - target) // periods_left)
    return 0
