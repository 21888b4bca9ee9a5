"""The standing, worked out by hand (rules.md 7): states, rates, ranks, pool, totals, schedule progress."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from judging_makers import (
    CALENDAR,
    PROGRESS,
    ROSTER,
    SEP10,
    SEP20,
    SEP30,
    at,
    ledger,
    report,
)

from pipeline.judging.progress.standings import (
    pace,
    people_short,
    schedule_progress,
    standing,
)
from pipeline.judging.progress.unit_states import report_states
from pipeline.model.ledger import Ledger
from pipeline.model.report import ReportState, Timeliness
from pipeline.model.roster import Roster, Unit
from pipeline.model.rules import ProgressRules
from pipeline.model.standing import Standing, State

AFTER = "09-21 09:00"


def found(
    known: Ledger,
    period: date = SEP20,
    when: str = AFTER,
    roster: Roster = ROSTER,
) -> Standing:
    return standing(period, roster, CALENDAR, PROGRESS, known, at(when))


def test_a_whole_standing_worked_out_by_hand() -> None:
    """20 September: 263 of 365 days, 72.05 %; lagging below 62.05 %."""
    known = ledger(
        report("甲县", SEP10, 500),
        report("甲县", SEP20, 800, "09-20 17:00"),  # 80 %
        report("乙县", SEP10, 1600),  # 80 %, nothing for this period
        report("丙区", SEP20, 310, "09-20 19:00"),  # 62 %, late, lagging
        report("丁市", SEP20, 480, "09-20 10:00"),  # 120 %
        report("嘉阳集团", SEP20, 200, "09-20 10:00", state=ReportState.HELD),
        report(
            "市直机关工会", SEP20, 63, "09-20 10:00"
        ),  # 70 %: below the schedule, within the margin
        report("东风公司", SEP10, 100),
        report("西风公司", SEP20, 20, "09-20 20:00"),
    )
    board = found(known)
    assert [
        (r.unit, r.state, r.completed, r.rank, r.rank_overall, r.lagging) for r in board.rows
    ] == [
        ("甲县", State.ON_TIME, 800, 2, 2, False),
        ("乙县", State.MISSING, 1600, 2, 2, False),
        ("丙区", State.LATE, 310, 4, 5, True),
        ("丁市", State.ON_TIME, 480, 1, 1, False),
        ("嘉阳集团", State.HELD, None, None, None, False),
        ("市直机关工会", State.ON_TIME, 63, 1, 4, False),
        ("其他", State.LATE, 120, None, None, False),
    ]  # fmt: skip
    assert [r.rate for r in board.rows] == [0.8, 0.8, 0.62, 1.2, None, 0.7, 0.2]
    assert board.schedule == 263 / 365
    totals = board.totals
    assert (totals.completed, totals.target) == (
        800 + 1600 + 310 + 480 + 63 + 120,
        4890,
    )
    assert totals.rate == 3373 / 4890
    assert (
        totals.reported,
        totals.late,
        totals.held,
        totals.missing,
        totals.lagging,
    ) == (5, 2, 1, 1, 1)


def roster_of(*targets: int) -> Roster:
    return Roster(
        tuple(
            Unit(f"{n}县", "county", target)
            for n, target in enumerate(targets, 1)
        )
    )


@pytest.mark.parametrize(
    ("figures", "targets", "ranks"),
    [
        ((90, 80, 80, 70), (100, 100, 100, 100), (1, 2, 2, 4)),
        ((50, 50, 50), (100, 100, 100), (1, 1, 1)),
        ((1, 2), (3, 6), (1, 1)),  # a third is a third
        ((33, 333), (100, 1000), (2, 1)),  # unrounded
        ((0, 1), (100, 100), (2, 1)),
        ((None, 1, 0), (100, 100, 100), (None, 1, 2)),
    ],
)
def test_ranks(
    figures: tuple[int | None, ...],
    targets: tuple[int, ...],
    ranks: tuple[int | None, ...],
) -> None:
    roster = roster_of(*targets)
    known = ledger(
        *(
            report(u.name, SEP20, figure)
            for u, figure in zip(roster.units, figures, strict=True)
            if figure is not None
        )
    )
    assert tuple(r.rank for r in found(known, roster=roster).rows) == ranks


def test_a_unit_without_a_report_has_no_figure_and_is_missing() -> None:
    row = found(ledger()).by_unit["甲县"]
    assert (row.state, row.completed, row.rate, row.rank, row.rank_overall, row.lagging) == (
        State.MISSING, None, None, None, None, False,
    )  # fmt: skip
    assert found(ledger()).totals.missing == 7


def test_a_figure_of_nought_is_a_figure() -> None:
    row = found(ledger(report("甲县", SEP20, 0))).by_unit["甲县"]
    assert (row.completed, row.rate, row.rank, row.lagging) == (0, 0.0, 1, True)


def test_a_later_period_does_not_count_for_an_earlier_one() -> None:
    known = ledger(
        report("甲县", SEP10, 100), report("甲县", SEP30, 300, "09-30 09:00")
    )
    assert found(known, SEP20, "10-02 09:00").by_unit["甲县"].completed == 100
    assert found(known, SEP30, "10-02 09:00").by_unit["甲县"].completed == 300


@pytest.mark.parametrize(
    ("when", "state"), [("09-20 17:59", None), ("09-20 18:00", State.MISSING)]
)
def test_nothing_is_missing_before_the_deadline(
    when: str, state: State | None
) -> None:
    board = found(ledger(), when=when)
    assert board.by_unit["甲县"].state is state
    assert board.closed is (state is not None)


@pytest.mark.parametrize(
    ("completed", "lagging"),
    [(620, True), (621, False)],  # 263/365 - 1/10 = 62.05 %
)
def test_lagging(completed: int, lagging: bool) -> None:
    assert (
        found(ledger(report("甲县", SEP20, completed))).by_unit["甲县"].lagging
        is lagging
    )


def test_exactly_at_the_margin_is_not_lagging() -> None:
    """Of a target of 730, the 20th asks for 526 less 73."""
    roster = roster_of(730)
    assert (
        not found(ledger(report("1县", SEP20, 453)), roster=roster)
        .rows[0]
        .lagging
    )
    assert (
        found(ledger(report("1县", SEP20, 452)), roster=roster).rows[0].lagging
    )


HELD, ACCEPTED, REJECTED = (
    ReportState.HELD,
    ReportState.ACCEPTED,
    ReportState.REJECTED,
)
DUPLICATE, SUPERSEDED = ReportState.DUPLICATE, ReportState.SUPERSEDED
BEFORE, LATER = "09-20 10:00", "09-21 10:00"


@pytest.mark.parametrize(
    ("reports", "state"),
    [
        ((), None),
        (((ACCEPTED, BEFORE),), State.ON_TIME),
        (((ACCEPTED, LATER),), State.LATE),
        (((HELD, BEFORE),), State.HELD),
        (((REJECTED, BEFORE),), None),
        (((HELD, BEFORE), (ACCEPTED, LATER)), State.LATE),
        (((REJECTED, BEFORE), (ACCEPTED, LATER)), State.LATE),
        (((REJECTED, BEFORE), (HELD, LATER)), State.HELD),
        (
            ((SUPERSEDED, BEFORE), (ACCEPTED, LATER)),
            State.ON_TIME,
        ),  # the first acceptable one
        (((ACCEPTED, BEFORE), (DUPLICATE, LATER)), State.ON_TIME),
        (((ACCEPTED, BEFORE), (HELD, LATER)), State.ON_TIME),
        (
            ((ACCEPTED, LATER), (SUPERSEDED, BEFORE)),
            State.ON_TIME,
        ),  # in whatever order they stand
    ],
)
def test_the_state_of_a_units_reports(
    reports: tuple[tuple[ReportState, str], ...], state: State | None
) -> None:
    made = [
        report("甲县", SEP20, 1, when, state=kind, sequence=n)
        for n, (kind, when) in enumerate(reports)
    ]
    known = Ledger(reports=tuple(made))
    assert report_states(SEP20, known).get("甲县") is state


def test_the_pool_is_the_sum_of_its_members() -> None:
    known = ledger(
        report("东风公司", SEP10, 100), report("西风公司", SEP20, 20)
    )
    row = found(known).by_unit["其他"]
    assert (
        row.completed,
        row.rate,
        row.rank,
        row.rank_overall,
        row.lagging,
    ) == (
        120,
        0.2,
        None,
        None,
        False,
    )
    assert found(known, SEP10).by_unit["其他"].completed == 100


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ((None, None), State.MISSING),
        ((HELD, None), State.HELD),
        ((HELD, ACCEPTED), State.ON_TIME),
        ((None, ACCEPTED), State.ON_TIME),
    ],
)
def test_the_state_of_the_pool_is_its_best_members(
    states: tuple[ReportState | None, ...], state: State
) -> None:
    known = ledger(
        *(
            report(u, SEP20, 1, BEFORE, state=s)
            for u, s in zip(("东风公司", "西风公司"), states, strict=True)
            if s
        )
    )
    assert found(known).by_unit["其他"].state is state


def test_the_notes_are_those_of_this_periods_report() -> None:
    known = ledger(
        report("甲县", SEP10, 100, notes=()), report("乙县", SEP20, 100)
    )
    assert found(known).by_unit["甲县"].notes == ()
    assert found(known).by_unit["甲县"].counted_from == SEP10
    assert found(known).by_unit["乙县"].counted_from == SEP20


# ---------------------------------------------------------------------- corrections (rules.md 6)


def test_the_newest_accepted_report_counts() -> None:
    older, newer = (
        report("甲县", SEP20, 400, "09-20 09:00"),
        report("甲县", SEP20, 390, "09-20 11:00"),
    )
    for order in ((older, newer), (newer, older)):
        known = ledger(*order)
        assert known.counting["甲县"][SEP20].completed == 390
        assert {r.completed: r.state for r in known.reports} == {
            400: SUPERSEDED,
            390: ACCEPTED,
        }


def test_a_held_or_rejected_newer_one_supersedes_nothing() -> None:
    older = report("甲县", SEP20, 400, "09-20 09:00")
    for state in (HELD, REJECTED, DUPLICATE):
        known = ledger(
            older, report("甲县", SEP20, 390, "09-20 11:00", state=state)
        )
        assert known.counting["甲县"][SEP20].completed == 400


def test_at_the_same_second_what_the_ledger_learnt_later_counts() -> None:
    known = ledger(
        report("甲县", SEP20, 400, sequence=2),
        report("甲县", SEP20, 390, sequence=1),
    )
    assert known.counting["甲县"][SEP20].completed == 400


def test_a_correction_in_time_after_a_late_first_report_is_late() -> None:
    first = report("甲县", SEP20, 1, "09-20 19:00")
    second = replace(
        report("甲县", SEP20, 2, "09-20 20:00"), timeliness=Timeliness.LATE
    )
    assert found(ledger(first, second)).by_unit["甲县"].state is State.LATE


# ---------------------------------------------------------------------- schedule progress


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (SEP10, Fraction(253, 365)),
        (date(2015, 1, 1), Fraction(1, 365)),
        (date(2015, 12, 31), Fraction(1)),
        (date(2014, 12, 31), Fraction(0)),
        (date(2016, 1, 10), Fraction(1)),
    ],
)
def test_schedule_progress(day: date, share: Fraction) -> None:
    assert schedule_progress(day, PROGRESS) == share


MILESTONES = ProgressRules(
    date(2015, 1, 1),
    date(2015, 12, 31),
    milestones=(
        (date(2015, 9, 30), Fraction(4, 10)),
        (date(2015, 10, 30), Fraction(65, 100)),
        (date(2015, 12, 30), Fraction(1)),
    ),
)


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2015, 9, 30), Fraction(4, 10)),
        (date(2015, 10, 15), Fraction(525, 1000)),  # half way
        (date(2015, 10, 30), Fraction(65, 100)),
        (date(2015, 12, 30), Fraction(1)),
        (date(2015, 12, 31), Fraction(1)),
        (date(2015, 1, 1), Fraction(0)),
        (date(2015, 5, 17), Fraction(2, 10)),  # 136 of 272 days
    ],
)
def test_milestones_are_linear_in_between(day: date, share: Fraction) -> None:
    assert schedule_progress(day, MILESTONES) == share


def test_a_milestone_on_the_first_day_counts_on_that_day() -> None:
    rules = ProgressRules(
        SEP10,
        SEP30,
        milestones=((SEP10, Fraction(1, 4)), (SEP30, Fraction(3, 4))),
    )
    assert [schedule_progress(d, rules) for d in (SEP10, SEP20, SEP30)] == [
        Fraction(1, 4),
        Fraction(1, 2),
        Fraction(3, 4),
    ]


# ---------------------------------------------------------------------- gaps


@pytest.mark.parametrize(
    ("completed", "target", "share", "short"),
    [(0, 365, Fraction(253, 365), 253), (252, 365, Fraction(253, 365), 1), (253, 365, Fraction(253, 365), 0),
     (0, 100, Fraction(1, 3), 34), (100, 100, Fraction(1, 3), 0)],
)  # fmt: skip
def test_people_short(
    completed: int, target: int, share: Fraction, short: int
) -> None:
    ratio = share.as_integer_ratio()
    assert people_short(completed, target, ratio) == short


@pytest.mark.parametrize(
    ("completed", "target", "left", "each"),
    [(0, 100, 3, 34), (100, 100, 3, 0), (120, 100, 3, 0), (0, 100, 0, None)],
)
def test_pace(completed: int, target: int, left: int, each: int | None) -> None:
    assert pace(completed, target, left) == each


def test_a_day_on_which_nobody_takes_part_yet_has_its_schedule() -> None:
    """Targets are the campaign's, not those of the day's units."""
    later = Roster((Unit("甲县", "county", 100, joined=SEP30),))
    before = found(ledger(), SEP10, roster=later)
    assert before.rows == ()
    assert before.has_targets and before.schedule is not None


def test_without_targets_there_are_figures_and_states_alone() -> None:
    none = Roster((Unit("甲县", "county"), Unit("乙县", "county")))
    board = found(
        ledger(report("甲县", SEP20, 800, "09-20 17:00")), roster=none
    )
    assert not board.has_targets
    assert (board.totals.completed, board.totals.target) == (800, None)
    for row in board.rows:
        assert (row.target, row.rate, row.schedule) == (None, None, None)
        assert (row.rank, row.rank_overall, row.lagging) == (None, None, False)
