"""A roster that changes during the campaign (rules.md 11): renames, comings and goings, dated targets."""

from dataclasses import replace
from datetime import date

from judging_makers import (
    CALENDAR,
    CAMPAIGN,
    OCT10,
    PROGRESS,
    ROSTER,
    SEP10,
    SEP20,
    SEP30,
    at,
    ledger,
    report,
)

from pipeline.judging.names import NameBook
from pipeline.judging.progress.assess_year import assess
from pipeline.judging.progress.standings import standing
from pipeline.model.ledger import Ledger, renamed
from pipeline.model.notice import NoticeKind
from pipeline.model.roster import Roster
from pipeline.model.rules import AssessmentRules
from pipeline.model.standing import Standing
from pipeline.notices.due import due_actions


def changed(which: str, **more: object) -> Roster:
    """The small roster with one unit changed."""
    units = tuple(
        replace(unit, **more) if unit.name == which else unit  # type: ignore[arg-type]
        for unit in ROSTER.units
    )
    return replace(ROSTER, units=units)


def stands(roster: Roster, period: date, known: Ledger, when: str) -> Standing:
    return standing(period, roster, CALENDAR, PROGRESS, known, at(when))


def test_a_unit_is_ranked_and_summed_only_between_its_dates() -> None:
    known = ledger(report("甲县", SEP10, 100), report("乙县", SEP10, 200))
    roster = changed("甲县", joined=SEP20, left=SEP30)
    rows = {
        due: stands(roster, due, known, "10-11 12:00")
        for due in (SEP10, SEP20, OCT10)
    }
    assert "甲县" not in rows[SEP10].by_unit
    assert rows[SEP20].by_unit["甲县"].completed == 100
    assert "甲县" not in rows[OCT10].by_unit
    assert rows[SEP10].totals.completed == 200
    assert rows[SEP20].totals.completed == 300
    assert rows[OCT10].totals.target == rows[SEP20].totals.target - 1000


def test_a_period_uses_the_target_of_its_day() -> None:
    known = ledger(report("甲县", SEP10, 100))
    dated = ((date(2015, 1, 1), 1000), (date(2015, 9, 21), 2000))
    roster = changed("甲县", target=2000, targets=dated)
    before = stands(roster, SEP20, known, "10-11 12:00").by_unit["甲县"]
    after = stands(roster, SEP30, known, "10-11 12:00").by_unit["甲县"]
    assert (before.target, before.rate) == (1000, 0.1)
    assert (after.target, after.rate) == (2000, 0.05)


def test_only_those_who_take_part_are_reminded() -> None:
    roster = changed("甲县", joined=SEP20)
    rulebook = replace(CAMPAIGN.rulebook, book=NameBook(roster))
    campaign = replace(CAMPAIGN, rulebook=rulebook)
    known = ledger(born_at=at("09-01 08:00"))

    def asked(when: str) -> set[str | None]:
        plan = due_actions(at(when), campaign, known)
        return {
            a.unit
            for a in plan.actions
            if a.kind is NoticeKind.DUE_REMINDER and not a.drop_reason
        }

    assert "甲县" not in asked("09-09 09:00")
    assert "乙县" in asked("09-09 09:00")
    assert "甲县" in asked("09-19 09:00")


def test_a_rename_keeps_history_figures_and_what_was_said() -> None:
    known = ledger(report("甲县", SEP10, 100), born_at=at("09-01 08:00"))
    before = due_actions(at("09-21 09:00"), CAMPAIGN, known)
    roster = changed("甲县", name="新甲区", formerly=("甲县",))
    rulebook = replace(CAMPAIGN.rulebook, book=NameBook(roster))
    campaign = replace(CAMPAIGN, rulebook=rulebook)
    now = renamed(known, roster.renames)
    row = stands(roster, SEP20, now, "09-21 12:00").by_unit["新甲区"]
    assert row.completed == 100
    assert NameBook(roster).match("甲县总工会") == "新甲区"
    after = due_actions(at("09-21 09:00"), campaign, now)
    assert {a.key for a in before.actions} == {a.key for a in after.actions}


def test_the_assessment_bears_comings_and_goings() -> None:
    known = ledger(report("甲县", SEP30, 100), report("乙县", SEP10, 200))
    for more in ({"joined": SEP30}, {"left": SEP20}):
        roster = changed("甲县", **more)
        rulebook = replace(CAMPAIGN.rulebook, book=NameBook(roster))
        campaign = replace(CAMPAIGN, rulebook=rulebook)
        rows = assess(campaign, known, AssessmentRules(), at("10-01 12:00"))
        (row,) = [r for r in rows if r.unit == "甲县"]
        assert len(row.periods) == (1 if "joined" in more else 2)
