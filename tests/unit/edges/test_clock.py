"""The clock tells aware UTC; a fixed one stands still, and refuses a time without an offset."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipeline.edges.clock import Clock, FixedClock

NOON_IN_CHINA = datetime(
    2015, 9, 10, 12, 0, tzinfo=timezone(timedelta(hours=8))
)


def test_the_real_clock_is_aware_and_utc() -> None:
    assert Clock().now().utcoffset() == timedelta(0)


def test_the_real_clock_runs() -> None:
    clock = Clock()
    before = clock.now(), clock.monotonic()
    clock.sleep(0.01)
    assert clock.now() > before[0]
    assert clock.monotonic() - before[1] >= 0.01


def test_a_fixed_clock_stands_still_in_utc_while_waits_stay_real() -> None:
    clock = FixedClock(NOON_IN_CHINA)
    begun = clock.monotonic()
    clock.sleep(0.01)
    assert clock.now() == datetime(2015, 9, 10, 4, 0, tzinfo=UTC)
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() > begun


def test_a_wait_of_nought_or_less_is_none() -> None:
    clock = Clock()
    begun = clock.monotonic()
    clock.sleep(-3600)  # time.sleep would raise ValueError
    assert clock.monotonic() - begun < 3600


def test_a_fixed_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        FixedClock(datetime(2015, 9, 10))  # noqa: DTZ001 -- the naive time is the point
