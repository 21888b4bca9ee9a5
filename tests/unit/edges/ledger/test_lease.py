"""Two workers on two machines, one of them paused past its lease: the one that comes back sends nothing more."""

from datetime import datetime, timedelta
from pathlib import Path

from campaign_maker import moment

from pipeline.edges.clock import Clock
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.lease import LENGTH, RENEWED_AFTER, Lease
from pipeline.edges.ledger.store import Store


class MovedClock(Clock):
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = moment("2015-09-10 09:00")

    def now(self) -> datetime:
        return self.at


def two(tmp_path: Path) -> tuple[MovedClock, Lease, Lease]:
    clock = MovedClock()
    store = Store(open_database(f"sqlite:///{tmp_path}/ledger.db"))
    return clock, Lease(store, "one/1", clock), Lease(store, "two/1", clock)


def test_a_worker_paused_past_its_lease_finds_that_another_has_taken_over(
    tmp_path: Path,
) -> None:
    clock, one, two_ = two(tmp_path)
    assert one.take()
    assert one.held()
    clock.at += LENGTH
    assert two_.take()
    assert not one.held()
    assert not one.held(), "lost until it is taken again"
    assert two_.held()


def test_one_that_works_on_keeps_it_however_long_it_works(
    tmp_path: Path,
) -> None:
    clock, one, two_ = two(tmp_path)
    assert one.take()
    for _ in range(3):
        clock.at += LENGTH - timedelta(seconds=1)
        assert one.held()
        assert not two_.take()


def test_control_without_renewing_a_long_wake_loses_it(tmp_path: Path) -> None:
    clock, one, two_ = two(tmp_path)
    assert one.take()
    clock.at += LENGTH + RENEWED_AFTER
    assert two_.take()


def test_a_clock_that_was_set_back_keeps_nobody_working_who_has_lost_it(
    tmp_path: Path,
) -> None:
    clock, one, two_ = two(tmp_path)
    assert one.take()
    clock.at += LENGTH
    assert two_.take()
    clock.at -= LENGTH + timedelta(hours=1)
    assert not one.held()


def test_whoever_never_took_it_does_not_hold_it(tmp_path: Path) -> None:
    _, one, _ = two(tmp_path)
    assert not one.held()
