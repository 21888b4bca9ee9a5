"""Laws of what is owed (rules.md 9): nothing twice, nothing untrue, and whoever sleeps sends no more than whoever does not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from judging_makers import CALENDAR, CAMPAIGN, ROSTER, at, ledger, report

from pipeline.judging.progress.agenda import agenda, next_wake
from pipeline.model.ledger import Ledger
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.report import Report, ReportState
from pipeline.notices.due import Plan, due_actions, still_true

FIRST_DUES = CALENDAR.dues[:3]
START, END = at("09-08 00:00"), at("10-05 00:00")
HOURS = sorted({t for t, _ in agenda(CAMPAIGN) if START <= t <= END})
MOMENTS = st.one_of(
    st.sampled_from(HOURS),
    st.integers(0, 27 * 24 * 60).map(
        lambda minutes: START + timedelta(minutes=minutes)
    ),
)
REPORTERS = st.sampled_from([u.name for u in ROSTER.units if not u.pool])


@st.composite
def reports(draw: st.DrawFn) -> Report:
    due = draw(st.sampled_from(FIRST_DUES))
    late = draw(st.integers(-40, 90))
    received = CALENDAR.local(
        CALENDAR.by_due[due].deadline + timedelta(hours=late)
    )
    state = draw(
        st.sampled_from(
            [
                ReportState.ACCEPTED,
                ReportState.ACCEPTED,
                ReportState.HELD,
                ReportState.REJECTED,
            ]
        )
    )
    return report(
        draw(REPORTERS),
        due,
        draw(st.integers(0, 900)),
        f"{received:%m-%d %H:%M}",
        state=state,
    )


REPORTS = st.lists(reports(), max_size=8)


def known_at(
    moment: datetime,
    found: Sequence[Report],
    done: frozenset[str] = frozenset(),
) -> Ledger:
    """What the ledger knows at a moment."""
    here = [
        replace(r, id=f"r{n}", message_key=f"m{n}", sequence=n)
        for n, r in enumerate(found)
        if r.received_at <= moment
    ]
    return replace(ledger(*here), settled=done, born_at=START)


def keys(plan: Plan) -> frozenset[str]:
    return frozenset(a.key for a in plan.actions) | frozenset(plan.rounds)


def awake_at(
    moments: Sequence[datetime], found: Sequence[Report]
) -> list[tuple[datetime, Action]]:
    """What a worker that wakes at these moments sends, and when."""
    sent: list[tuple[datetime, Action]] = []
    done: frozenset[str] = frozenset()
    for moment in sorted(moments):
        plan = due_actions(moment, CAMPAIGN, known_at(moment, found, done))
        sent += [(moment, a) for a in plan.actions if not a.drop_reason]
        done |= keys(plan)
    return sent


@given(MOMENTS, REPORTS)
def test_what_was_settled_is_never_owed_again(
    moment: datetime, found: list[Report]
) -> None:
    plan = due_actions(moment, CAMPAIGN, known_at(moment, found))
    again = due_actions(moment, CAMPAIGN, known_at(moment, found, keys(plan)))
    assert again == Plan(())


@given(MOMENTS, REPORTS)
def test_a_plan_is_in_order_its_keys_are_unique_and_its_letters_have_readers(
    moment: datetime, found: list[Report]
) -> None:
    actions = due_actions(moment, CAMPAIGN, known_at(moment, found)).actions
    assert len({a.key for a in actions}) == len(actions)
    assert [a.due_at for a in actions] == sorted(a.due_at for a in actions)
    for action in actions:
        assert action.due_at <= moment
        assert action.to or action.drop_reason
        assert set(action.to) | set(action.cc) <= ROSTER.addresses
        assert not set(action.to) & set(action.cc)


@given(MOMENTS, REPORTS)
def test_what_goes_is_true_at_the_moment_it_goes(
    moment: datetime, found: list[Report]
) -> None:
    known = known_at(moment, found)
    going = [
        action
        for action in due_actions(moment, CAMPAIGN, known).actions
        if not action.drop_reason
    ]
    untrue = [a for a in going if not still_true(a, moment, CAMPAIGN, known)]
    assert untrue == []


@given(st.sets(MOMENTS, max_size=6), REPORTS)
def test_a_sleeper_sends_no_more_than_one_that_is_always_awake(
    moments: set[datetime], found: list[Report]
) -> None:
    """Lag notices go by the standing at the hour of the wake, so a sleeper may see one that was not there earlier."""
    arrivals = {r.received_at for r in found if r.received_at <= END}
    always = {a.key for _, a in awake_at([*HOURS, *moments, *arrivals], found)}
    sleeper = {
        a.key
        for _, a in awake_at(list(moments), found)
        if a.kind is not NoticeKind.LAG_NOTICE
    }
    assert sleeper <= always


@given(st.sets(MOMENTS, max_size=8), REPORTS)
def test_nothing_is_ever_sent_twice_and_no_milder_letter_follows_a_graver(
    moments: set[datetime], found: list[Report]
) -> None:
    sent = awake_at(list(moments), found)
    assert len({a.key for _, a in sent}) == len(sent)
    ladder = (
        NoticeKind.DUE_REMINDER,
        NoticeKind.OVERDUE_REMINDER,
        NoticeKind.SECOND_OVERDUE_REMINDER,
    )
    for place in {(a.unit, a.period) for _, a in sent}:
        rungs = [
            ladder.index(a.kind)
            for _, a in sent
            if (a.unit, a.period) == place and a.kind in ladder
        ]
        assert rungs == sorted(set(rungs))


@given(st.sets(MOMENTS, max_size=6), REPORTS)
def test_who_has_reported_is_not_reminded(
    moments: set[datetime], found: list[Report]
) -> None:
    reminders = (
        NoticeKind.DUE_REMINDER,
        NoticeKind.OVERDUE_REMINDER,
        NoticeKind.SECOND_OVERDUE_REMINDER,
    )
    reported_all_the_same = [
        (action, report)
        for moment, action in awake_at(list(moments), found)
        for report in found
        if action.kind in reminders
        and (report.unit, report.period) == (action.unit, action.period)
        and report.received_at <= moment
        and report.state is not ReportState.REJECTED
    ]
    assert reported_all_the_same == []


@given(REPORTS)
def test_one_awake_at_every_hour_drops_nothing(found: list[Report]) -> None:
    done: frozenset[str] = frozenset()
    assert len(HOURS) > 24
    for moment in HOURS:
        plan = due_actions(moment, CAMPAIGN, known_at(moment, found, done))
        assert not [a for a in plan.actions if a.drop_reason]
        done |= keys(plan)


@given(
    st.integers(0, 210 * 24 * 60).map(
        lambda minutes: at("08-01 00:00") + timedelta(minutes=minutes)
    )
)
def test_the_next_wake_misses_nothing(moment: datetime) -> None:
    later = next_wake(moment, CAMPAIGN)
    assert later > moment
    assert not [t for t, _ in agenda(CAMPAIGN) if moment < t < later]
