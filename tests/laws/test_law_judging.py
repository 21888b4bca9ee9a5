"""Laws of calendar, period, figure and message: what holds for whatever comes (rules.md 2-6)."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from judging_makers import (
    CALENDAR,
    CHECKS,
    ROSTER,
    RULEBOOK,
    ZONE,
    arrival,
    at,
    file,
    form,
    ledger,
    report,
)

from pipeline.judging.calendar import Calendar
from pipeline.judging.intake.judge import judge
from pipeline.judging.intake.settle_figure import settle_figure
from pipeline.judging.intake.settle_period import mentioned, settle_period
from pipeline.model.arrival import Arrival, Outcome
from pipeline.model.form import DateMention, Figure, Hold, Nil, Note
from pipeline.model.ledger import Ledger
from pipeline.model.report import ReportState
from pipeline.model.rules import CalendarRules

DAYS = st.dates(date(2014, 1, 1), date(2017, 12, 31))
MOMENTS = st.integers(0, 400_000).map(
    lambda minutes: at("06-01 00:00") + timedelta(minutes=minutes)
)
PERIODS = st.sampled_from(CALENDAR.dues)
FIGURES = st.integers(0, 5000)
UNITS = st.sampled_from([u.name for u in ROSTER.units if not u.pool])


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    first = draw(st.dates(date(2010, 1, 1), date(2030, 1, 1)))
    last = first + timedelta(days=draw(st.integers(31, 800)))
    days = tuple(draw(st.lists(st.integers(1, 31), min_size=1, max_size=5)))
    off = draw(st.sets(st.integers(0, 6), max_size=6))
    rules = CalendarRules(
        ZONE,
        first,
        last,
        days,
        draw(st.times()).replace(microsecond=0, fold=0),
        draw(st.booleans()),
        lambda day: day.weekday() not in off,
    )
    return Calendar(rules)


@given(calendars())
def test_periods_are_ordered_and_within_the_campaign(
    calendar: Calendar,
) -> None:
    dues = calendar.dues
    assert dues, "31 days hold at least one report day"
    assert list(dues) == sorted(set(dues))
    assert (
        calendar.rules.first_due
        <= dues[0]
        <= dues[-1]
        <= calendar.rules.last_due
    )
    wanted = set(calendar.rules.report_days)
    assert all(
        d.day in wanted
        or ((d + timedelta(days=1)).day == 1 and d.day < max(wanted))
        for d in dues
    )


@given(calendars())
def test_a_due_date_never_moves_back_and_never_onto_a_day_off(
    calendar: Calendar,
) -> None:
    assert calendar.dues
    for due in calendar.dues:
        really = calendar.shifted(due)
        local = calendar.local(calendar.by_due[due].deadline)
        assert (local.date(), local.time()) == (really, calendar.rules.deadline)
        assert really == due or (
            really > due and calendar.rules.is_workday(really)
        )
        assert really == due or not any(
            calendar.rules.is_workday(due + timedelta(days=n))
            for n in range((really - due).days)
        )


@given(calendars(), DAYS)
def test_near_is_the_nearest_and_the_earlier_in_a_tie(
    calendar: Calendar, day: date
) -> None:
    near = calendar.near(day)
    assert near in calendar.dues
    for due in calendar.dues:
        assert calendar.near(due) == due, "a period is named by its nominal day"
    if day in calendar.by_due:
        return
    away = {
        due: abs((calendar.shifted(due) - day).days) for due in calendar.dues
    }
    for due in calendar.dues:
        assert (away[near], near) <= (away[due], due)


@given(calendars())
def test_before_and_after_lead_through_all_periods(calendar: Calendar) -> None:
    walked = [calendar.dues[0]]
    while (following := calendar.after(walked[-1])) is not None:
        assert calendar.before(following) == walked[-1]
        walked.append(following)
    assert tuple(walked) == calendar.dues
    assert [calendar.left_after(d) for d in walked] == list(
        range(len(walked) - 1, -1, -1)
    )


MENTIONS = st.lists(
    st.builds(
        DateMention,
        st.integers(0, 13),
        st.integers(0, 32),
        st.one_of(st.none(), st.integers(1899, 2201)),
        st.just("x"),
    ),
    max_size=4,
)


@given(MENTIONS, MOMENTS, st.booleans(), st.frozensets(PERIODS))
def test_the_period_is_always_one_of_the_campaigns(
    found: list[DateMention],
    moment: datetime,
    correction: bool,
    reported: frozenset[date],
) -> None:
    periods = mentioned(CALENDAR, found, moment)
    answer = settle_period(CALENDAR, periods, moment, correction, reported)
    assert periods <= set(CALENDAR.dues)
    assert answer.period in CALENDAR.by_due
    if not periods:
        assert (answer.period, answer.notes, answer.holds) == (
            CALENDAR.received_for(moment),
            (),
            (),
        )


@given(
    st.frozensets(PERIODS, max_size=4),
    MOMENTS,
    st.booleans(),
    st.frozensets(PERIODS),
)
def test_mentioning_the_period_of_reception_settles_it(
    periods: frozenset[date],
    moment: datetime,
    correction: bool,
    reported: frozenset[date],
) -> None:
    here = CALENDAR.received_for(moment)
    answer = settle_period(
        CALENDAR, periods | {here}, moment, correction, reported
    )
    assert (answer.period, answer.holds) == (here, ())


@given(
    st.frozensets(PERIODS, max_size=4),
    MOMENTS,
    st.booleans(),
    st.frozensets(PERIODS),
)
def test_a_hold_or_a_later_period_is_never_more_than_one_ahead(
    periods: frozenset[date],
    moment: datetime,
    correction: bool,
    reported: frozenset[date],
) -> None:
    here = CALENDAR.received_for(moment)
    answer = settle_period(CALENDAR, periods, moment, correction, reported)
    assert answer.period <= (CALENDAR.after(here) or here)
    assert answer.period == here or answer.period in periods
    if answer.holds:
        assert answer.period == here


@given(st.dates(date(2015, 1, 1), date(2016, 6, 30)), MOMENTS)
def test_a_day_without_a_year_is_the_nearest_such_day(
    day: date, moment: datetime
) -> None:
    today = CALENDAR.local(moment).date()
    bare = DateMention(day.month, day.day, None, "x")
    candidates = [
        DateMention(day.month, day.day, year, "x")
        for year in (today.year - 1, today.year, today.year + 1)
    ]
    assert mentioned(CALENDAR, [bare], moment) <= mentioned(
        CALENDAR, candidates, moment
    )
    if day.month == today.month and day.day == today.day:
        assert mentioned(CALENDAR, [bare], moment) == {CALENDAR.near(today)}


FORM_FIGURES = st.builds(
    Figure,
    st.one_of(st.none(), FIGURES),
    st.one_of(st.none(), FIGURES),
    st.one_of(st.none(), st.integers(0, 200).map(lambda n: n / 100)),
    st.one_of(st.none(), st.sampled_from(Nil)),
)


@given(FORM_FIGURES, UNITS, st.one_of(st.none(), FIGURES))
def test_an_accepted_figure_never_goes_down(
    figure: Figure, unit: str, last: int | None
) -> None:
    found = settle_figure(figure, ROSTER.by_name[unit], last, CHECKS)
    if not found.holds:
        assert found.completed is not None
        assert found.completed >= (last or 0)


@given(st.sampled_from(Nil), UNITS, FIGURES)
def test_a_nil_report_changes_no_figure(nil: Nil, unit: str, last: int) -> None:
    found = settle_figure(Figure(nil=nil), ROSTER.by_name[unit], last, CHECKS)
    assert found.completed == last
    assert Note.NIL_REPORT in found.notes


@given(FORM_FIGURES, UNITS, st.one_of(st.none(), FIGURES))
def test_a_figure_that_is_not_settled_is_held(
    figure: Figure, unit: str, last: int | None
) -> None:
    found = settle_figure(figure, ROSTER.by_name[unit], last, CHECKS)
    assert (found.completed is None) == (Hold.FIGURE_UNCLEAR in found.holds)
    assert len(set(found.holds)) == len(found.holds)


@given(FORM_FIGURES, st.one_of(st.none(), FIGURES))
def test_what_a_member_of_the_pool_reports_never_jumps(
    figure: Figure, last: int | None
) -> None:
    found = settle_figure(figure, ROSTER.by_name["东风公司"], last, CHECKS)
    assert Hold.FIGURE_JUMP not in found.holds
    assert Note.RATE_MISMATCH not in found.notes


SENDERS = st.sampled_from(
    [
        "jia@example.cn",
        "shared@example.cn",
        "a@example.cn",
        "dongfeng@example.cn",
    ]
)
FORMS = st.builds(
    lambda unit, figure, days: form(unit, None, *days, figure=figure),
    st.sampled_from(
        [
            "甲县",
            "乙县总工会",
            "丙区",
            "其他",
            "嘉阳电力公司",
            "",
            "总工会",
            "东风公司",
        ]
    ),
    FORM_FIGURES,
    st.lists(
        st.sampled_from(["9-10", "2015-9-20", "10-30", "12-30"]), max_size=2
    ),
)
ARRIVALS = st.builds(
    lambda groups, sender, when: arrival(
        *(file(*forms, name=f"{n}.docx") for n, forms in enumerate(groups)),
        sender=sender,
        when=when,
    ),
    st.lists(st.lists(FORMS, min_size=1, max_size=2), min_size=1, max_size=3),
    SENDERS,
    st.sampled_from(
        ["09-10 10:00", "09-21 10:00", "10-30 19:00", "2016-01-20 09:00"]
    ),
)
LEDGERS = st.lists(
    st.builds(
        lambda unit, due, n: report(unit, due, n, f"{due:%m-%d} 10:00"),
        UNITS,
        PERIODS,
        FIGURES,
    ),
    max_size=6,
).map(lambda reports: ledger(*reports))


@given(ARRIVALS, LEDGERS)
def test_whatever_holds_a_form_becomes_reports_each_once(
    what: Arrival, known: Ledger
) -> None:
    found = judge(what, RULEBOOK, known)
    assert found.outcome is Outcome.REPORTED
    assert found == judge(what, RULEBOOK, known)
    assert len({r.id for r in found.reports}) == len(found.reports) >= 1
    places = [(r.unit, r.period) for r in found.reports if r.unit]
    assert len(set(places)) == len(places)
    for one in found.reports:
        assert (one.state is ReportState.HELD) == bool(one.holds)
        assert one.period in CALENDAR.by_due
        if one.state is ReportState.ACCEPTED:
            assert one.unit in ROSTER.by_name
            assert not ROSTER.by_name[one.unit].pool
            assert one.completed is not None
