"""When the worker sits at the mailbox: while forms are expected, and while an answer is."""

import pytest
from judging_makers import CAMPAIGN, SEP10, at, ledger, report

from pipeline.judging.operation.watching import answer_expected, forms_expected
from pipeline.model.ledger import Ledger, TalkRecord
from pipeline.model.report import ReportState


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("09-09 08:59", False),
        ("09-09 09:00", True),  # the reminder goes
        ("09-10 17:59", True),
        ("09-10 19:59", True),
        ("09-10 20:00", False),  # closed
        ("09-15 12:00", False),
        ("2016-02-01 12:00", False),
    ],
)
def test_forms_are_expected_from_the_reminder_to_the_close(
    now: str, expected: bool
) -> None:
    assert forms_expected(at(now), CAMPAIGN) is expected


def told(held: Ledger, now: str) -> bool:
    return answer_expected(at(now), CAMPAIGN, held)


def test_a_case_is_waited_for_until_its_token_has_run_out() -> None:
    held = ledger(
        report("甲县", SEP10, 50, "09-10 12:00", state=ReportState.HELD)
    )
    assert told(held, "09-15 12:00")
    assert not told(held, "10-11 12:00")


def test_what_counts_is_waited_for_no_more() -> None:
    assert not told(
        ledger(report("甲县", SEP10, 50, "09-10 12:00")), "09-15 12:00"
    )


@pytest.mark.parametrize(
    ("state", "expected"), [("proposed", True), ("confirmed", False)]
)
def test_a_talk_is_waited_for_while_it_is_proposed(
    state: str, expected: bool
) -> None:
    talk = TalkRecord("2015-09", "甲县", (), state=state)
    assert told(ledger(talks=(talk,)), "10-02 12:00") is expected


def test_a_draft_is_waited_for_until_its_bulletin_goes() -> None:
    draft = "bulletin_draft:2015-09:2"
    asked = ledger(settled=frozenset({draft}))
    gone = ledger(settled=frozenset({draft, "monthly_bulletin:2015-09"}))
    assert told(asked, "10-02 12:00")
    assert not told(gone, "10-02 12:00")
