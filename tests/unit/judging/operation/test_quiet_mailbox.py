"""A mailbox that is silent before a deadline is told; one whose units have all reported, or into which anybody writes, is not."""

import pytest
from judging_makers import CAMPAIGN, SEP10, at, ledger, report, seen

from pipeline.judging.operation.complaints import unkept_polls
from pipeline.judging.operation.quiet_mailbox import quiet_mailbox
from pipeline.model.ledger import Ledger
from pipeline.model.operation.complaint import AlarmCause

LAST_POLL = "09-10 16:00"


def told(now: str, held: Ledger) -> bool:
    found = quiet_mailbox(at(now), CAMPAIGN, held)
    if found is not None:
        assert (found.cause, found.due) == (AlarmCause.MAILBOX_QUIET, SEP10)
    return found is not None


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("09-09 16:00", False),  # the day before: there is time
        ("09-10 12:00", False),  # another poll follows
        (LAST_POLL, True),
        ("09-10 17:59", True),
        ("09-10 18:00", False),  # past: the digest names who is missing
    ],
)
def test_it_is_told_at_the_last_poll_before_a_deadline(
    now: str, expected: bool
) -> None:
    assert told(now, Ledger()) is expected


@pytest.mark.parametrize(
    ("came", "expected"), [("09-09 16:01", False), ("09-09 15:59", True)]
)
def test_any_mail_within_a_day_is_a_sign_of_life(
    came: str, expected: bool
) -> None:
    letter = seen("k" * 64, at(came), None, None, "ignored")
    assert told(LAST_POLL, Ledger(messages=(letter,))) is expected


def test_where_all_have_reported_silence_is_good() -> None:
    units = [u for u in CAMPAIGN.roster.rows if not u.pool]
    early = [report(u.name, SEP10, 50, "09-08 10:00") for u in units]
    assert told(LAST_POLL, ledger(*early[1:]))
    assert not told(LAST_POLL, ledger(*early))


def test_a_poll_is_kept_within_the_hour_after_its_time() -> None:
    polls = [at("09-10 08:30"), at("09-10 12:00"), at("09-10 16:00")]
    kept = [at("09-10 08:29"), at("09-10 12:59")]
    now = at("09-10 17:01")
    assert unkept_polls(now, polls, kept) == (polls[0], polls[2])
    assert unkept_polls(at("09-10 16:59"), polls, kept) == (polls[0],)
