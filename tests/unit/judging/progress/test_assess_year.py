"""The year's assessment (rules.md 10), figured by hand for a small campaign."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging_makers import CAMPAIGN, SEP10, SEP20, SEP30, at, ledger, report

from pipeline.judging.progress.assess_year import assess
from pipeline.model.ledger import Ledger, TalkRecord
from pipeline.model.report import ReportState
from pipeline.model.rules import AssessmentRules
from pipeline.model.standing import State

RULES = AssessmentRules()
AFTER_THREE = at("09-30 20:00")
LONG, SHORT = ("长" * 60, "长" * 60), ("短",)


def row(unit: str, known: Ledger):  # type: ignore[no-untyped-def]
    return next(
        a for a in assess(CAMPAIGN, known, RULES, AFTER_THREE) if a.unit == unit
    )


def test_scores_by_hand() -> None:
    known = ledger(
        report("甲县", SEP10, 400, "09-10 09:00", measures=LONG),
        report("甲县", SEP20, 500, "09-20 19:00", measures=SHORT),  # late
        report(
            "乙县", SEP10, 3000, "09-10 09:00", measures=LONG
        ),  # over its target of 2000
        report("乙县", SEP20, 3000, "09-20 09:00", measures=LONG),
        report("乙县", SEP30, 3000, "09-30 09:00", measures=LONG),
    )
    jia = row("甲县", known)
    assert (jia.on_time, jia.late, jia.held, jia.missing) == (1, 1, 0, 1)
    assert (jia.counted, jia.itemised, jia.completed) == (2, 1, 500)
    assert jia.score == pytest.approx(
        float(
            70 * Fraction(500, 1000) + 20 * Fraction(1, 3) + 10 * Fraction(1, 2)
        )
    )
    yi = row("乙县", known)
    assert (yi.rate, yi.score) == (1.5, 100.0)


def test_a_row_without_any_report_scores_nothing_and_shows_every_period() -> (
    None
):
    bing = row("丙区", ledger())
    assert (bing.completed, bing.rate, bing.score, bing.missing) == (
        None,
        None,
        0.0,
        3,
    )
    assert [(p.period, p.state, p.reports) for p in bing.periods] == [
        (due, State.MISSING, ()) for due in (SEP10, SEP20, SEP30)
    ]


def test_held_superseded_and_duplicate_reports_are_shown_and_count_once() -> (
    None
):
    first = report("甲县", SEP10, 400, "09-10 09:00", measures=LONG, sequence=1)
    newer = report("甲县", SEP10, 410, "09-10 10:00", measures=LONG, sequence=2)
    again = report(
        "甲县",
        SEP10,
        410,
        "09-10 11:00",
        state=ReportState.DUPLICATE,
        sequence=3,
        tag="again",
    )
    held = report(
        "甲县", SEP20, 100, "09-20 09:00", state=ReportState.HELD, sequence=4
    )
    jia = row("甲县", ledger(first, newer, again, held))
    assert (jia.counted, jia.itemised, jia.completed, jia.held) == (
        1,
        1,
        410,
        1,
    )
    assert [len(p.reports) for p in jia.periods] == [3, 1, 0]


def test_a_pool_is_its_members_together() -> None:
    known = ledger(report("东风公司", SEP10, 60, "09-10 09:00", measures=LONG))
    pool = row("其他", known)
    assert (pool.completed, pool.on_time, pool.counted, pool.pool) == (
        60,
        1,
        1,
        True,
    )


def test_only_confirmed_talks_are_counted() -> None:
    talk = TalkRecord("2015-09", "甲县", ("末位",))
    known = replace(
        ledger(),
        talks=(
            replace(talk, state="confirmed"),
            replace(talk, month="2015-10"),
        ),
    )
    assert row("甲县", known).talks == 1


def test_before_the_first_close_there_is_nothing_to_assess() -> None:
    assert assess(CAMPAIGN, ledger(), RULES, at("09-10 17:59")) == ()


def test_equal_scores_share_a_rank_and_the_pool_has_none() -> None:
    known = ledger(
        report(
            "甲县", SEP10, 500, "09-10 09:00", measures=LONG
        ),  # half of 1000
        report(
            "乙县", SEP10, 1000, "09-10 09:00", measures=LONG
        ),  # half of 2000
        report("丙区", SEP10, 500, "09-10 09:00", measures=LONG),  # all of 500
        report(
            "丁市", SEP10, 100, "09-10 09:00", measures=LONG
        ),  # a quarter of 400
        report(
            "东风公司", SEP10, 600, "09-10 09:00", measures=LONG
        ),  # all of the pool's 600
    )
    ranks = {
        a.unit: a.rank for a in assess(CAMPAIGN, known, RULES, AFTER_THREE)
    }
    assert [
        ranks[unit] for unit in ("丙区", "甲县", "乙县", "丁市", "其他")
    ] == [
        1,
        2,
        2,
        4,
        None,
    ]


# ---------------------------------------------------------------------- laws

UNITS = st.sampled_from(["甲县", "乙县", "丙区", "东风公司"])
ACCEPTED = st.tuples(
    UNITS,
    st.sampled_from([SEP10, SEP20, SEP30]),
    st.integers(0, 3000),
    st.integers(0, 23),
    st.sampled_from([LONG, SHORT]),
)
KNOWN = st.lists(ACCEPTED, max_size=10)


def made(
    found: list[tuple],
    state: ReportState = ReportState.ACCEPTED,
    first: int = 0,
):  # type: ignore[no-untyped-def, type-arg]
    return [
        report(unit, due, figure, f"{due:%m-%d} {hour:02}:00", measures=said, state=state, id=f"r{first + n}", sequence=first + n)
        for n, (unit, due, figure, hour, said) in enumerate(found)
    ]  # fmt: skip


def assessed(reports: list, rules: AssessmentRules = RULES):  # type: ignore[no-untyped-def, type-arg]
    return assess(CAMPAIGN, ledger(*reports), rules, AFTER_THREE)


@given(KNOWN)
def test_periods_add_up_and_scores_stay_within_the_weights(found: list) -> None:  # type: ignore[type-arg]
    rows = assessed(made(found))
    assert rows
    for a in rows:
        assert a.on_time + a.late + a.held + a.missing == len(a.periods) == 3
        assert 0 <= a.itemised <= a.counted
        assert 0 <= a.score <= 100


@given(KNOWN, KNOWN)
def test_held_and_rejected_reports_move_no_completion_and_no_measures(
    found: list, more: list
) -> None:  # type: ignore[type-arg]
    kept = [
        (a.completed, a.rate, a.counted, a.itemised)
        for a in assessed(made(found))
    ]
    for state in (ReportState.HELD, ReportState.REJECTED):
        both = made(found) + made(more, state, first=len(found))
        assert [
            (a.completed, a.rate, a.counted, a.itemised) for a in assessed(both)
        ] == kept


@given(KNOWN, st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_the_score_is_the_sum_of_what_each_weight_alone_gives(
    found: list, one: int, two: int, three: int
) -> None:  # type: ignore[type-arg]
    reports = made(found)
    whole = assessed(reports, AssessmentRules(one, two, three))
    parts = [
        assessed(reports, AssessmentRules(*w))
        for w in ((one, 0, 0), (0, two, 0), (0, 0, three))
    ]
    assert whole
    for n, a in enumerate(whole):
        assert a.score == pytest.approx(sum(part[n].score for part in parts))


@given(KNOWN)
def test_ranks_follow_scores(found: list) -> None:  # type: ignore[type-arg]
    ranked = [a for a in assessed(made(found)) if not a.pool]
    assert [a.rank for a in ranked] == [
        1 + sum(b.score > a.score for b in ranked) for a in ranked
    ]
