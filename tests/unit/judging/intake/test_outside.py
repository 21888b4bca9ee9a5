"""Mail from before or after the campaign is counted and never judged (rules.md 2)."""

from dataclasses import replace
from datetime import date

import pytest
from judging_makers import CALENDAR, RULEBOOK, arrival, file, form

from pipeline.judging.calendar import Calendar
from pipeline.judging.intake.judge import judge
from pipeline.model.arrival import IgnoredReason, Outcome
from pipeline.model.ledger import Ledger

# The campaign's first and last due dates are 10 September and 30 December.
MOMENTS = [
    ("2014-12-30 10:00", IgnoredReason.BEFORE_CAMPAIGN),
    ("2015-08-30 23:59", IgnoredReason.BEFORE_CAMPAIGN),
    ("2015-08-31 00:00", None),
    ("2016-01-29 23:59", None),
    ("2016-01-30 00:00", IgnoredReason.AFTER_CAMPAIGN),
    ("2016-09-10 10:00", IgnoredReason.AFTER_CAMPAIGN),
]


@pytest.mark.parametrize(("when", "reason"), MOMENTS)
def test_only_the_campaigns_own_mail_is_judged(
    when: str, reason: IgnoredReason | None
) -> None:
    found = judge(
        arrival(file(form("甲县", 100)), when=when), RULEBOOK, Ledger()
    )
    if reason is None:
        assert found.outcome is Outcome.REPORTED
    else:
        assert (found.outcome, found.reason) == (Outcome.IGNORED, reason)
        assert found.reports == ()
        assert found.files == ()


def test_the_config_may_move_both_ends() -> None:
    rules = replace(
        CALENDAR.rules, begins=date(2015, 9, 1), ends=date(2016, 3, 1)
    )
    wider = replace(RULEBOOK, calendar=Calendar(rules))
    late = arrival(file(form("甲县", 100)), when="2016-02-20 10:00")
    early = arrival(file(form("甲县", 100)), when="2015-08-31 10:00")
    assert judge(late, wider, Ledger()).outcome is Outcome.REPORTED
    assert judge(early, wider, Ledger()).reason == IgnoredReason.BEFORE_CAMPAIGN
