"""Which changed configurations a ledger can follow (rules.md 11)."""

from dataclasses import replace
from datetime import date

import pytest
from judging_makers import CALENDAR, SEP10, SEP20, at, ledger, report

from pipeline.judging.progress.config_changes import (
    lost_reports,
    refused_changes,
)
from pipeline.model.ledger import Reminded
from pipeline.model.notice import NoticeKind
from pipeline.model.notice_key import key_of
from pipeline.model.operation.adopted import Adopted, ConfigRefusal
from pipeline.model.rules import NoticeRules

RULES = CALENDAR.rules
BEFORE = Adopted("", "演示行动", RULES, ("甲县", "乙县", "丙区"))
REMIND = NoticeRules().due_reminder
# 甲县 has reported for 10 September; the program began on the 1st.
KNOWN = ledger(report("甲县", SEP10, 100), born_at=at("09-01 08:00"))
R = ConfigRefusal


def dates(first: date, last: date, *days: int) -> Adopted:
    rules = replace(RULES, first_due=first, last_due=last, report_days=days)
    return replace(BEFORE, calendar=rules)


LAST = RULES.last_due
CASES = [
    (BEFORE, "09-15 12:00", []),
    # What has not begun may change: the end, and periods yet to come.
    (dates(SEP10, date(2016, 1, 30), 10, 20, 30), "09-15 12:00", []),
    (dates(SEP10, date(2015, 11, 30), 10, 20, 30), "09-15 12:00", []),
    # A period whose reminder has gone neither vanishes nor is invented.
    (
        dates(SEP20, LAST, 10, 20, 30),
        "09-15 12:00",
        [(R.PERIOD_DROPPED, SEP10)],
    ),
    (
        dates(SEP10, LAST, 5, 10, 20, 30),
        "10-04 12:00",
        [(R.PERIOD_INVENTED, date(2015, 10, 5))],
    ),
    (
        dates(SEP10, LAST, 10, 25),
        "09-20 12:00",
        [(R.PERIOD_DROPPED, SEP20)],
    ),
    (replace(BEFORE, campaign_id="leshan"), "09-15 12:00", []),
    (replace(BEFORE, campaign_id="x", name="新名称"), "09-15 12:00", []),
]


@pytest.mark.parametrize(("after", "when", "expected"), CASES)
def test_a_period_with_a_past_stays(
    after: Adopted, when: str, expected: list[tuple[ConfigRefusal, date]]
) -> None:
    found = refused_changes(BEFORE, after, REMIND, KNOWN, at(when))
    assert [(change.why, change.period) for change in found] == expected


def test_a_shift_that_would_move_a_past_due_date_is_refused() -> None:
    # 20 September 2015 is a Sunday.
    shifting = replace(BEFORE, calendar=replace(RULES, shift_to_workday=True))
    (change,) = refused_changes(
        BEFORE, shifting, REMIND, KNOWN, at("09-25 12:00")
    )
    assert (change.why, change.period, change.now) == (
        R.PERIOD_MOVED,
        SEP20,
        date(2015, 9, 21),
    )
    assert not refused_changes(
        BEFORE, shifting, REMIND, KNOWN, at("09-15 12:00")
    )


OTHERS = [
    (replace(BEFORE, name="另一项工作"), BEFORE),
    (dates(date(2016, 9, 10), date(2016, 12, 30), 10, 20, 30), BEFORE),
    (replace(BEFORE, campaign_id="b"), replace(BEFORE, campaign_id="a")),
]


@pytest.mark.parametrize(("after", "before"), OTHERS)
def test_another_campaigns_config_is_refused_but_by_an_empty_ledger(
    after: Adopted, before: Adopted
) -> None:
    now = at("2016-09-01 08:00")
    (change,) = refused_changes(before, after, REMIND, KNOWN, now)
    assert change.why is R.OTHER_CAMPAIGN
    assert refused_changes(before, after, REMIND, ledger(), now) == ()


def test_a_ledger_without_mails_is_a_campaigns_once_a_letter_went() -> None:
    now = at("2016-09-01 08:00")
    after = replace(BEFORE, name="另一项工作")
    key = key_of(NoticeKind.DUE_REMINDER, "甲县", SEP10)
    gone = Reminded(key, "甲县", at("09-09 09:00"))
    known = replace(ledger(), reminded=(gone,))
    (change,) = refused_changes(BEFORE, after, REMIND, known, now)
    assert change.why is R.OTHER_CAMPAIGN


def test_a_unit_with_reports_is_renamed_or_leaves_and_is_never_removed() -> (
    None
):
    gone = replace(BEFORE, units=("乙县", "丙区"))
    renamed = replace(
        BEFORE, units=("新甲区", "乙县", "丙区"), formerly=(("甲县", "新甲区"),)
    )
    without_reports = replace(BEFORE, units=("甲县",))
    now = at("09-15 12:00")
    (change,) = refused_changes(BEFORE, gone, REMIND, KNOWN, now)
    assert (change.why, change.subject) == (R.UNIT_GONE, "甲县")
    assert not refused_changes(BEFORE, renamed, REMIND, KNOWN, now)
    assert not refused_changes(BEFORE, without_reports, REMIND, KNOWN, now)


def test_a_ledger_that_adopted_none_loses_no_report() -> None:
    known = ledger(report("甲县", SEP10, 100), report(None, SEP20, 90))
    assert lost_reports(BEFORE, known) == ()
    later = dates(SEP20, LAST, 10, 20, 30)
    gone = replace(later, units=("乙县", "丙区"))
    found = [(x.why, x.period, x.subject) for x in lost_reports(gone, known)]
    assert found == [
        (R.PERIOD_DROPPED, SEP10, ""),
        (R.UNIT_GONE, None, "甲县"),
    ]
    renamed = replace(gone, formerly=(("甲县", "乙县"),))
    assert [x.why for x in lost_reports(renamed, known)] == [R.PERIOD_DROPPED]
