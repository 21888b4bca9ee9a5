"""Laws of the standing (rules.md 7): the order of units says nothing, ranks follow rates, nobody's report moves another's figure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from judging_makers import CALENDAR, PROGRESS, ROSTER, ledger, report

from pipeline.judging.progress.latest_figures import latest_figures
from pipeline.judging.progress.ranks import exact_shares, ranks
from pipeline.judging.progress.standings import (
    placed,
    schedule_progress,
    standing,
)
from pipeline.judging.progress.unit_states import silent_units, unit_state
from pipeline.model.ledger import Ledger, supersede
from pipeline.model.report import Report, ReportState
from pipeline.model.roster import Roster
from pipeline.model.rules import ProgressRules
from pipeline.model.standing import Row, Standing, State

PERIODS = st.sampled_from(CALENDAR.dues)
REPORTERS = st.sampled_from([u.name for u in ROSTER.units if not u.pool])


@st.composite
def reports(draw: st.DrawFn) -> Report:
    due = draw(PERIODS)
    hour, minute = draw(st.integers(0, 23)), draw(st.integers(0, 59))
    state = draw(
        st.sampled_from(
            [ReportState.ACCEPTED] * 3
            + [ReportState.HELD, ReportState.REJECTED]
        )
    )
    figure = draw(st.integers(0, 3000))
    return report(
        draw(REPORTERS),
        due,
        figure,
        f"{due:%m-%d} {hour:02}:{minute:02}",
        state=state,
    )


REPORTS = st.lists(reports(), max_size=12)


def end(period: date) -> datetime:
    return CALENDAR.by_due[period].deadline + timedelta(days=1)


def board(
    found: list[Report], period: date, roster: Roster = ROSTER
) -> Standing:
    return standing(
        period, roster, CALENDAR, PROGRESS, numbered(found), end(period)
    )


def numbered(found: list[Report]) -> Ledger:
    return ledger(
        *(replace(r, id=f"r{n}", sequence=n) for n, r in enumerate(found))
    )


@given(REPORTS, PERIODS, st.randoms(use_true_random=False))
def test_the_order_of_the_roster_changes_no_row(
    found: list[Report], period: date, dice: Random
) -> None:
    units = list(ROSTER.units)
    dice.shuffle(units)
    assert (
        board(found, period, Roster(tuple(units))).by_unit
        == board(found, period).by_unit
    )


@given(REPORTS, reports(), PERIODS)
def test_a_report_of_one_unit_moves_nobody_elses_figure(
    found: list[Report], one: Report, period: date
) -> None:
    before, after = (
        board(found, period).by_unit,
        board([*found, one], period).by_unit,
    )
    touched = {one.unit, ROSTER.by_name[one.unit or ""].member_of}
    others = set(before) - touched
    assert others
    for unit in others:
        kept = ("state", "completed", "rate", "lagging", "report_id")
        assert [getattr(before[unit], k) for k in kept] == [
            getattr(after[unit], k) for k in kept
        ]


@given(REPORTS, reports(), PERIODS)
def test_a_later_periods_report_changes_no_earlier_standing(
    found: list[Report], one: Report, period: date
) -> None:
    if one.period > period:
        assert board([*found, one], period).rows == board(found, period).rows


def exact(row: Row) -> Fraction:
    return Fraction(row.completed or 0, row.target)


@given(REPORTS, PERIODS)
def test_ranks_follow_rates_within_the_kind_and_overall(
    found: list[Report], period: date
) -> None:
    rows = board(found, period).rows
    ranked = [r for r in rows if r.rank is not None]
    with_figure = [r for r in rows if r.completed is not None and not r.pool]
    assert ranked == with_figure
    for one in ranked:
        assert one.rank_overall == 1 + sum(
            exact(other) > exact(one) for other in ranked
        )
        assert one.rank == 1 + sum(
            exact(other) > exact(one)
            for other in ranked
            if other.kind == one.kind
        )


@given(REPORTS, PERIODS)
def test_who_has_a_figure_has_a_rank_and_who_has_none_has_nothing(
    found: list[Report], period: date
) -> None:
    rows = board(found, period).rows
    assert rows
    for row in rows:
        has = row.completed is not None
        assert (row.rate is not None) == has
        assert (
            (row.rank is not None)
            == (row.rank_overall is not None)
            == (has and not row.pool)
        )
        assert not row.lagging or (
            has and not row.pool and (row.rate or 0) < row.schedule
        )


@given(REPORTS, PERIODS)
def test_the_totals_are_those_of_the_rows(
    found: list[Report], period: date
) -> None:
    one = board(found, period)
    states = [r.state.value for r in one.rows if r.state]
    totals = one.totals
    assert totals.completed == sum(r.completed or 0 for r in one.rows)
    assert totals.target == sum(r.target for r in one.rows)
    assert totals.reported + totals.held + totals.missing == len(one.rows)
    assert (totals.late, totals.held, totals.missing) == tuple(
        map(states.count, ("late", "held", "missing"))
    )


@given(REPORTS, PERIODS)
def test_held_and_rejected_reports_count_for_no_figure(
    found: list[Report], period: date
) -> None:
    accepted = [r for r in found if r.state is ReportState.ACCEPTED]
    full, bare = board(found, period).rows, board(accepted, period).rows
    assert [(r.completed, r.rank, r.rank_overall) for r in full] == [
        (r.completed, r.rank, r.rank_overall) for r in bare
    ]


@given(REPORTS, PERIODS, st.randoms(use_true_random=False))
def test_the_order_in_which_reports_are_listed_changes_nothing(
    found: list[Report], period: date, dice: Random
) -> None:
    known = numbered(found).reports
    shuffled = list(known)
    dice.shuffle(shuffled)
    again = standing(
        period,
        ROSTER,
        CALENDAR,
        PROGRESS,
        Ledger().with_reports(tuple(shuffled)),
        end(period),
    )
    assert (
        again.rows
        == standing(
            period, ROSTER, CALENDAR, PROGRESS, Ledger(known), end(period)
        ).rows
    )


@given(REPORTS)
def test_superseding_is_settled_at_once(found: list[Report]) -> None:
    once = numbered(found)
    assert once.with_reports(()) == once
    for by_period in once.counting.values():
        for due, counting in by_period.items():
            rivals = [
                r
                for r in once.for_period(counting.unit or "", due)
                if r.state is ReportState.SUPERSEDED
            ]
            assert all(
                (r.received_at, r.sequence)
                < (counting.received_at, counting.sequence)
                for r in rivals
            )


@st.composite
def progress_rules(draw: st.DrawFn) -> ProgressRules:
    start = draw(st.dates(date(2015, 1, 1), date(2015, 6, 1)))
    finish = start + timedelta(days=draw(st.integers(1, 400)))
    days = sorted(draw(st.sets(st.dates(start, finish), max_size=4)))
    shares = sorted(
        draw(
            st.lists(
                st.integers(0, 100), min_size=len(days), max_size=len(days)
            )
        )
    )
    points = tuple(
        (day, Fraction(share, 100))
        for day, share in zip(days, shares, strict=True)
    )
    return ProgressRules(start, finish, milestones=points)


ANY_DAY = st.dates(date(2014, 1, 1), date(2017, 1, 1))


@given(progress_rules(), ANY_DAY, ANY_DAY)
def test_the_schedule_never_goes_back_and_stays_within_bounds(
    rules: ProgressRules, one: date, other: date
) -> None:
    first, second = sorted((one, other))
    assert (
        0
        <= schedule_progress(first, rules)
        <= schedule_progress(second, rules)
        <= 1
    )


@given(progress_rules().filter(lambda rules: rules.milestones))
def test_milestones_are_met_on_their_days_and_linear_between(
    rules: ProgressRules,
) -> None:
    assert rules.milestones
    for day, share in rules.milestones:
        assert schedule_progress(day, rules) == share
    for (left, low), (right, high) in zip(
        rules.milestones, rules.milestones[1:], strict=False
    ):
        steps = {
            schedule_progress(left + timedelta(n + 1), rules)
            - schedule_progress(left + timedelta(n), rules)
            for n in range((right - left).days)
        }
        assert steps == {(high - low) / (right - left).days}


@given(REPORTS, st.lists(st.integers(1, 4), max_size=6))
def test_a_ledger_that_grew_mail_by_mail_is_the_one_that_was_loaded_whole(
    found: list[Report], sizes: list[int]
) -> None:
    named = [replace(r, id=f"r{n}", sequence=n) for n, r in enumerate(found)]
    grown, left = Ledger(), list(named)
    for size in [*sizes, len(named)]:
        grown, left = grown.with_reports(tuple(left[:size])), left[size:]
    whole = Ledger(reports=supersede(tuple(named)))
    assert sorted(grown.reports, key=lambda r: r.sequence) == list(
        whole.reports
    )
    assert {
        u: dict(p) for u, p in grown.counting.items() if p
    } == whole.counting
    for one in named:
        assert grown.report(one.id) == whole.report(one.id)
        assert set(grown.of_unit(one.unit or "")) == set(
            whole.of_unit(one.unit or "")
        )


@given(REPORTS, PERIODS)
def test_ranks_are_those_of_comparing_every_pair(
    found: list[Report], period: date
) -> None:
    rows = [r for r in board(found, period).rows if r.rank_overall is not None]
    rates = {r.unit: Fraction(r.completed or 0, r.target) for r in rows}
    assert len(rates) == len(rows)  # none where nobody has reported yet
    for row in rows:
        ahead = [r for r in rows if rates[r.unit] > rates[row.unit]]
        assert row.rank_overall == 1 + len(ahead)
        assert row.rank == 1 + sum(r.kind == row.kind for r in ahead)


# Small ones, which tie, and such as one float stands for two of
FIGURES = st.one_of(st.integers(0, 6), st.integers(10**9, 10**9 + 2))
TARGETS = st.one_of(st.integers(1, 6), st.integers(10**9, 10**9 + 2))


def compared(values: Sequence[int | Fraction]) -> list[tuple[bool, bool]]:
    """Of each pair whether the first is less, and whether they are equal."""
    return [
        (one < other, one == other) for one, other in product(values, repeat=2)
    ]


@given(st.lists(st.tuples(FIGURES, TARGETS), max_size=8))
def test_shares_compare_as_fractions_do(
    rows: list[tuple[int, int]],
) -> None:
    exactly = [Fraction(*row) for row in rows]
    shares = exact_shares([f for f, _ in rows], [t for _, t in rows])
    assert compared(shares) == compared(exactly)


@given(st.dictionaries(st.text(max_size=2), st.integers(0, 5)))
def test_a_rank_is_one_more_than_how_many_have_a_higher_share(
    shares: dict[str, int],
) -> None:
    assert ranks(shares) == {
        row: 1 + sum(other > share for other in shares.values())
        for row, share in shares.items()
    }


@given(REPORTS, PERIODS)
def test_what_is_placed_is_what_the_standing_shows(
    found: list[Report], period: date
) -> None:
    one = placed(period, ROSTER, numbered(found))
    shown = board(found, period).rows
    assert one.completed == {row.unit: row.completed for row in shown}
    assert one.ranks == {
        row.unit: row.rank for row in shown if row.rank is not None
    }


@given(REPORTS, PERIODS)
def test_the_figures_of_all_are_those_of_each(
    found: list[Report], period: date
) -> None:
    known = numbered(found)
    of_each = {}
    for unit in ROSTER.by_name:
        counting = known.figure_at(unit, period)
        if counting is not None:
            of_each[unit] = counting
    assert latest_figures(ROSTER.by_name, period, known) == of_each


@given(REPORTS, PERIODS)
def test_who_is_silent_has_no_state_or_one_that_is_reminded(
    found: list[Report], period: date
) -> None:
    known = numbered(found)
    silent = set()
    for unit in ROSTER.units:
        state = unit_state(unit, period, ROSTER, CALENDAR, known)
        if state in (None, State.UNREADABLE):
            silent.add(unit.name)
    assert silent_units(period, ROSTER, known) == silent
