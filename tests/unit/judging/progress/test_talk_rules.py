"""Who is proposed for a talk, and who stands on the circulation list (rules.md 8)."""

from datetime import UTC, date

import pytest
from judging_makers import (
    CALENDAR,
    PROGRESS,
    SEP10,
    SEP20,
    SEP30,
    at,
    ledger,
    report,
)

from pipeline.judging.calendar import Calendar
from pipeline.judging.progress.standings import standing
from pipeline.judging.progress.talk_rules import (
    proposals,
    twice_in_a_row,
)
from pipeline.model.ledger import Ledger, TalkRecord
from pipeline.model.month import Month
from pipeline.model.report import Report, ReportState
from pipeline.model.review.talk import TalkRule
from pipeline.model.roster import Roster, Unit
from pipeline.model.rules import CalendarRules, TalkRules
from pipeline.model.standing import Standing

MONTH = Month("2015-09")
DUES = (
    SEP10,
    SEP20,
    SEP30,
)  # 30 September: 273 of 365 days, 74.8 %; lagging below 64.8 %
RULES = TalkRules()
QUARTERS = Calendar(
    CalendarRules(
        zone=UTC,
        first_due=date(2023, 9, 20),
        last_due=date(2024, 12, 20),
        report_days=(20,),
        months=(3, 6, 9, 12),
    )
)


def roster(*units: tuple[str, str]) -> Roster:
    return Roster(tuple(Unit(name, kind, 100) for name, kind in units))


COUNTIES = roster(
    ("甲县", "county"),
    ("乙县", "county"),
    ("丙县", "county"),
    ("嘉阳集团", "municipal"),
)


def month(known: Ledger, units: Roster = COUNTIES) -> tuple[Standing, ...]:
    return tuple(
        standing(due, units, CALENDAR, PROGRESS, known, at("10-01 15:00"))
        for due in DUES
    )


def rules_of(
    known: Ledger,
    last: dict[str, int | None] | None = None,
    rules: TalkRules = RULES,
    units: Roster = COUNTIES,
) -> dict[str, set[str]]:
    return {
        t.unit: {reason.rule.value for reason in t.reasons}
        for t in proposals(MONTH, month(known, units), last, rules)
    }


def figures(unit: str, *completed: int | None) -> list[Report]:
    """A unit's figures for the month's periods; None where it did not report."""
    return [
        report(unit, due, value, f"{due:%m-%d} 10:00")
        for due, value in zip(DUES, completed, strict=True)
        if value is not None
    ]


def known(**by_unit: tuple[int | None, ...]) -> Ledger:
    return ledger(
        *(r for unit, values in by_unit.items() for r in figures(unit, *values))
    )


GOOD = {"甲县": (90, 95, 99), "乙县": (90, 95, 98), "嘉阳集团": (90, 95, 99)}


def test_the_last_place_below_the_schedule() -> None:
    assert rules_of(known(**GOOD, 丙县=(60, 65, 70))) == {
        "丙县": {"last_place"}
    }


def test_a_last_place_at_or_above_the_schedule_is_none() -> None:
    assert rules_of(known(**GOOD, 丙县=(60, 65, 75))) == {}


def test_the_last_place_is_that_of_each_kind() -> None:
    units = roster(
        ("甲县", "county"),
        ("乙县", "county"),
        ("A公司", "municipal"),
        ("B公司", "municipal"),
    )
    found = known(
        甲县=(50, 60, 74),
        乙县=(50, 60, 73),
        A公司=(50, 60, 72),
        B公司=(50, 60, 71),
    )
    assert rules_of(found, units=units) == {
        "乙县": {"last_place"},
        "B公司": {"last_place"},
    }


def test_ties_share_the_last_place() -> None:
    found = known(
        甲县=(50, 60, 70),
        乙县=(50, 60, 70),
        丙县=(90, 95, 99),
        嘉阳集团=(90, 95, 99),
    )
    assert rules_of(found) == {"甲县": {"last_place"}, "乙县": {"last_place"}}


@pytest.mark.parametrize(
    ("lowest", "units"),
    [
        (0, set()),
        (1, {"丙县"}),
        (2, {"乙县", "丙县"}),
        (9, {"甲县", "乙县", "丙县"}),
    ],
)
def test_how_many_places_are_last(lowest: int, units: set[str]) -> None:
    found = known(
        甲县=(50, 60, 74),
        乙县=(50, 60, 73),
        丙县=(50, 60, 72),
        嘉阳集团=(90, 95, 99),
    )
    assert set(rules_of(found, rules=TalkRules(lowest=lowest))) == units


def test_a_unit_without_a_figure_has_no_last_place() -> None:
    found = rules_of(
        known(甲县=(50, 60, 74), 乙县=(50, 60, 80), 嘉阳集团=(90, 95, 99))
    )
    assert found["甲县"] == {"last_place"}
    assert found["丙县"] == {"weak_effort"}


@pytest.mark.parametrize(
    ("september", "august", "weak"),
    [
        (
            (60, 62, 64),
            None,
            False,
        ),  # lagging; reported always; there was no bulletin to grow since
        ((60, None, 64), None, False),  # missing once
        ((60, None, None), None, True),  # missing twice
        ((None, None, 64), None, True),
        ((None, None, 65), None, False),  # missing twice and not lagging
        ((60, 62, 64), 63, False),  # grew since the last bulletin
        ((60, 62, 64), 64, True),  # did not
        ((60, 62, 64), 65, True),  # went back
        ((65, 65, 65), 65, False),  # no growth and not lagging
        ((None, None, None), None, True),  # no figure at all, missing
        ((None, None, None), 0, True),
    ],
)
def test_weak_effort(
    september: tuple[int | None, ...], august: int | None, weak: bool
) -> None:
    last: dict[str, int | None] | None = (
        None
        if august is None
        else {"丙县": august, "甲县": 0, "乙县": 0, "嘉阳集团": 0}
    )
    units = roster(
        ("甲县", "county"),
        ("乙县", "county"),
        ("丙县", "county"),
        ("丁县", "county"),
        ("嘉阳集团", "municipal"),
    )
    found = rules_of(
        known(**GOOD, 丙县=september, 丁县=(1, 2, 3)), last, units=units
    )
    assert ("weak_effort" in found.get("丙县", set())) is weak


def test_both_reasons_stand_in_one_proposal() -> None:
    (talk,) = proposals(
        MONTH, month(known(**GOOD, 丙县=(10, None, None))), None, RULES
    )
    last_place, weak_effort = talk.reasons
    assert last_place.rule is TalkRule.LAST_PLACE
    assert (last_place.rate, last_place.rank, last_place.ranked) == (0.1, 3, 3)
    assert weak_effort.rule is TalkRule.WEAK_EFFORT
    assert (weak_effort.missing, weak_effort.periods) == (2, 3)


def test_held_reports_are_not_missing_ones() -> None:
    held = [
        report("丙县", due, 60, f"{due:%m-%d} 10:00", state=ReportState.HELD)
        for due in (SEP20, SEP30)
    ]
    accepted = [
        r
        for unit, values in {**GOOD, "丙县": (10, None, None)}.items()
        for r in figures(unit, *values)
    ]
    assert rules_of(ledger(*accepted, *held)) == {"丙县": {"last_place"}}


def test_a_pool_and_its_members_are_never_proposed() -> None:
    units = Roster(
        (
            *COUNTIES.units,
            Unit("其他", "municipal", 600, pool=True),
            Unit("东风公司", member_of="其他"),
        )
    )
    assert rules_of(known(**GOOD, 丙县=(90, 95, 99)), units=units) == {}


def talk(
    month_: str, state: str = "confirmed", unit: str = "甲县"
) -> TalkRecord:
    return TalkRecord(month_, unit, (), state=state)


@pytest.mark.parametrize(
    ("talks", "month_", "twice"),
    [
        ([talk("2015-09"), talk("2015-10")], "2015-10", True),
        ([talk("2015-12"), talk("2016-01")], "2016-01", True),
        ([talk("2015-09"), talk("2015-11")], "2015-11", False),
        ([talk("2015-09", "proposed"), talk("2015-10")], "2015-10", False),
        ([talk("2015-09"), talk("2015-10", "proposed")], "2015-10", False),
        ([talk("2015-09", "dropped"), talk("2015-10")], "2015-10", False),
        ([talk("2015-09", unit="乙县"), talk("2015-10")], "2015-10", False),
        ([talk("2015-10"), talk("2015-11")], "2015-10", False),
        ([talk("2015-10")], "2015-10", False),
    ],
)
def test_only_confirmed_talks_in_consecutive_months_count(
    talks: list[TalkRecord], month_: str, twice: bool
) -> None:
    before = CALENDAR.month_before(Month(month_))
    assert twice_in_a_row(Month(month_), before, "甲县", talks) is twice


@pytest.mark.parametrize(
    ("before", "month_", "twice"),
    [
        ("2024-03", "2024-06", True),
        ("2023-12", "2024-03", True),
        ("2024-03", "2024-09", False),
        # A quarter has no bulletin in its other months.
        ("2024-05", "2024-06", False),
    ],
)
def test_where_units_report_by_the_quarter_quarters_follow_each_other(
    before: str, month_: str, twice: bool
) -> None:
    talks = [talk(before), talk(month_)]
    last = QUARTERS.month_before(Month(month_))
    assert twice_in_a_row(Month(month_), last, "甲县", talks) is twice


def test_no_month_comes_before_the_first_bulletin() -> None:
    assert QUARTERS.month_before(Month("2023-09")) is None
    assert not twice_in_a_row(Month("2023-09"), None, "甲县", [talk("2023-09")])
