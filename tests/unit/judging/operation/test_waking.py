"""When the worker wakes: however late it is, and never later than anything is owed."""

from datetime import timedelta

import pytest
from judging_makers import CAMPAIGN, at

from pipeline.judging.operation.waking import RETRY, is_time, wake_after
from pipeline.judging.progress.agenda import next_wake

NOW = at("09-10 10:00")


@pytest.mark.parametrize(
    ("planned", "due"),
    [
        (None, True),
        (NOW - timedelta(days=9), True),
        (NOW, True),
        (NOW + timedelta(minutes=1), False),
        (NOW + timedelta(days=2), False),
        # A clock that was set back
        (NOW + timedelta(days=2, minutes=1), True),
    ],
)
def test_the_time_has_come(planned, due: bool) -> None:
    assert is_time(NOW, planned) is due


def test_without_trouble_the_next_date_of_the_campaign_is_waited_for() -> None:
    found = wake_after(NOW, CAMPAIGN, None, incomplete=False)
    assert found == next_wake(NOW, CAMPAIGN) > NOW + RETRY


def test_a_letter_that_is_tried_again_wakes_it_sooner() -> None:
    again = NOW + timedelta(minutes=20)
    assert wake_after(NOW, CAMPAIGN, again, incomplete=False) == again


def test_what_was_left_undone_is_tried_again_soon() -> None:
    again = NOW + timedelta(minutes=20)
    assert wake_after(NOW, CAMPAIGN, again, incomplete=True) == NOW + RETRY
