"""The calendar: its periods, deadlines and the period nearest to a day (rules.md 2, 4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from judging_makers import CALENDAR, SEP10, SEP20, SEP30, ZONE, at

from pipeline.judging.calendar import Calendar
from pipeline.model.rules import CalendarPause, CalendarRules, Step
from pipeline.model.wording.period_names import period_name
from pipeline.settings.workdays import Workdays


def calendar(first: date, last: date, **more: object) -> Calendar:
    return Calendar(CalendarRules(ZONE, first, last, **more))  # type: ignore[arg-type]


def test_the_campaign_has_twelve_periods() -> None:
    assert [f"{d:%m-%d}" for d in CALENDAR.dues] == [
        "09-10", "09-20", "09-30", "10-10", "10-20", "10-30",
        "11-10", "11-20", "11-30", "12-10", "12-20", "12-30",
    ]  # fmt: skip
    assert CALENDAR.months == ("2015-09", "2015-10", "2015-11", "2015-12")


@pytest.mark.parametrize(
    ("year", "last_day"),
    [(2015, 28), (2016, 29), (2100, 28)],
    ids=["common year", "leap year", "century"],
)
def test_a_day_that_february_lacks_is_its_last_day(
    year: int, last_day: int
) -> None:
    found = calendar(date(year, 2, 1), date(year, 3, 10)).dues
    assert found == (
        date(year, 2, 10),
        date(year, 2, 20),
        date(year, 2, last_day),
        date(year, 3, 10),
    )


def test_report_days_that_fall_together_in_a_short_month_are_one_period() -> (
    None
):
    found = calendar(
        date(2015, 2, 1), date(2015, 3, 31), report_days=(29, 30, 31)
    ).dues
    assert found == (
        date(2015, 2, 28),
        date(2015, 3, 29),
        date(2015, 3, 30),
        date(2015, 3, 31),
    )


def test_periods_go_on_over_the_new_year() -> None:
    assert calendar(date(2015, 12, 20), date(2016, 1, 10)).dues == (
        date(2015, 12, 20),
        date(2015, 12, 30),
        date(2016, 1, 10),
    )


def test_the_deadline_is_local_and_kept_in_utc() -> None:
    assert CALENDAR.by_due[SEP10].deadline == datetime(
        2015, 9, 10, 10, tzinfo=UTC
    )
    early = calendar(SEP10, SEP10, deadline=time(7, 30))
    assert early.by_due[SEP10].deadline == datetime(
        2015, 9, 9, 23, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("due", "really"),
    [
        (date(2015, 9, 20), date(2015, 9, 21)),  # a Sunday
        (
            date(2015, 10, 10),
            date(2015, 10, 10),
        ),  # a Saturday that is worked (调休)
        (date(2015, 12, 20), date(2015, 12, 21)),  # a Sunday
        (date(2015, 10, 1), date(2015, 10, 8)),  # the National Day week
        (date(2015, 9, 10), date(2015, 9, 10)),  # a Thursday
        (date(2015, 2, 15), date(2015, 2, 15)),  # a Sunday that is worked
        (date(2015, 2, 18), date(2015, 2, 25)),  # Spring Festival
    ],
)
def test_a_due_date_on_a_day_off_moves_to_the_next_working_day(
    due: date, really: date
) -> None:
    shifting = calendar(
        due,
        due,
        report_days=(due.day,),
        shift_to_workday=True,
        is_workday=Workdays(),
    )
    assert shifting.dues == (due,), "the period keeps its name"
    assert shifting.local(shifting.by_due[due].deadline).date() == really
    staying = calendar(due, due, report_days=(due.day,), is_workday=Workdays())
    assert staying.local(staying.by_due[due].deadline).date() == due


def test_steps_count_from_the_day_it_is_really_due() -> None:
    shifting = calendar(
        SEP10, SEP30, shift_to_workday=True, is_workday=Workdays()
    )
    assert shifting.step(SEP20, Step(1, time(9))) == at("09-22 09:00")
    assert CALENDAR.step(SEP20, Step(-1, time(9))) == at("09-19 09:00")


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2015, 9, 10), SEP10),
        (date(2015, 9, 15), SEP10),  # five days from both: the earlier one
        (date(2015, 9, 16), SEP20),
        (date(2015, 10, 5), SEP30),  # a tie
        (date(2015, 1, 1), SEP10),  # long before the first
        (date(2016, 5, 1), date(2015, 12, 30)),  # long after the last
    ],
)
def test_near(day: date, period: date) -> None:
    assert CALENDAR.near(day) == period


def test_reception_is_taken_on_the_local_day() -> None:
    assert (
        CALENDAR.received_for(datetime(2015, 9, 15, 15, 59, tzinfo=UTC))
        == SEP10
    )  # 23:59 in China
    assert (
        CALENDAR.received_for(datetime(2015, 9, 15, 16, 0, tzinfo=UTC)) == SEP20
    )  # the 16th in China


def test_neighbours() -> None:
    assert (CALENDAR.before(SEP10), CALENDAR.after(SEP10)) == (None, SEP20)
    assert (CALENDAR.before(SEP20), CALENDAR.after(date(2015, 12, 30))) == (
        SEP10,
        None,
    )
    assert [
        CALENDAR.left_after(d)
        for d in (SEP10, date(2015, 12, 20), date(2015, 12, 30))
    ] == [11, 1, 0]


@pytest.mark.parametrize(
    ("moment", "period"),
    [
        ("09-01 00:00", SEP10),
        ("09-10 00:00", SEP10),
        ("09-19 23:59", SEP10),
        ("09-20 00:00", SEP20),
    ],
)
def test_the_current_period_is_the_newest_due_one(
    moment: str, period: date
) -> None:
    assert CALENDAR.current(at(moment)) == period


def test_names_of_periods() -> None:
    assert [period_name(d) for d in (SEP10, SEP20, date(2016, 2, 29))] == [
        "2015年9月上旬（9月10日）",
        "2015年9月中旬（9月20日）",
        "2016年2月下旬（2月29日）",
    ]


def test_a_pause_takes_its_due_dates_away() -> None:
    rules = replace(
        CALENDAR.rules,
        pauses=(CalendarPause(date(2015, 10, 1), date(2015, 10, 20), "国庆"),),
    )
    known = set(Calendar(rules).dues)
    assert set(CALENDAR.dues) - known == {
        date(2015, 10, 10),
        date(2015, 10, 20),
    }


def test_a_shifted_due_date_counts_for_the_nearest_period() -> None:
    # Due dates of 10 and 20 October move to the 16th and the 21st.
    closed = {date(2015, 10, d) for d in (10, 11, 12, 13, 14, 15, 20)}
    rules = replace(
        CALENDAR.rules,
        shift_to_workday=True,
        is_workday=lambda day: day not in closed,
    )
    shifted = Calendar(rules)
    assert shifted.shifted(date(2015, 10, 10)) == date(2015, 10, 16)
    assert CALENDAR.near(date(2015, 10, 16)) == date(2015, 10, 20)
    assert shifted.near(date(2015, 10, 16)) == date(2015, 10, 10)
    assert shifted.near(date(2015, 10, 19)) == date(2015, 10, 20)


def test_a_period_that_the_calendar_lost_still_has_a_deadline() -> None:
    lost = date(2015, 10, 15)
    assert lost not in CALENDAR.by_due
    assert CALENDAR.local(CALENDAR.deadline(lost)).date() == lost
