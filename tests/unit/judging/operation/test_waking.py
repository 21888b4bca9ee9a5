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


def test_between_two_periods_it_wakes_daily_and_not_at_every_beat() -> None:
    """The last poll after one period and the reminder before the next lie five days apart."""
    began = at("09-14 09:00")
    assert next_wake(began, CAMPAIGN) > began + timedelta(days=2)
    planned = wake_after(began, CAMPAIGN, None, incomplete=False)
    assert planned == began + timedelta(days=1)
    assert not is_time(began + timedelta(minutes=1), planned)


def test_a_letter_that_is_tried_again_wakes_it_sooner() -> None:
    again = NOW + timedelta(minutes=20)
    assert wake_after(NOW, CAMPAIGN, again, incomplete=False) == again


def test_what_was_left_undone_is_tried_again_soon() -> None:
    again = NOW + timedelta(minutes=20)
    assert wake_after(NOW, CAMPAIGN, again, incomplete=True) == NOW + RETRY
