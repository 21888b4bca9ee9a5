"""What an admin hears of the program itself: a table of one state each, and that a well program is silent."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.judging.operation.complaints import Vitals, complaints

NOW = datetime(2015, 9, 10, 12, 0, tzinfo=UTC)
POLLS = [NOW - timedelta(hours=h) for h in (30, 6, 3, 0)]
WELL = Vitals(NOW - timedelta(hours=2), None, 10**12)

STATES = [
    ("well", WELL, []),
    ("first run", Vitals(None, None, 10**12), []),
    (
        "a poll just due is not missed",
        Vitals(NOW - timedelta(minutes=150), None, 10**12),
        [],
    ),
    (
        "slept over one poll",
        Vitals(NOW - timedelta(hours=4), None, 10**12),
        ["poll_missed"],
    ),
    (
        "slept over all",
        Vitals(NOW - timedelta(hours=40), None, 10**12),
        ["poll_missed"],
    ),
    ("a mail waits a while", Vitals(NOW, NOW - timedelta(hours=2), 10**12), []),
    (
        "a mail waits too long",
        Vitals(NOW, NOW - timedelta(hours=2, seconds=1), 10**12),
        ["outbox_stuck"],
    ),
    ("little room", Vitals(NOW, None, 499_999_999), ["disk_low"]),
    ("just enough room", Vitals(NOW, None, 500_000_000), []),
    (
        "all at once",
        Vitals(NOW - timedelta(hours=4), NOW - timedelta(hours=9), 0),
        ["poll_missed", "outbox_stuck", "disk_low"],
    ),
]


@pytest.mark.parametrize(
    ("name", "vitals", "causes"), STATES, ids=[s[0] for s in STATES]
)
def test_complaints(name: str, vitals: Vitals, causes: list[str]) -> None:
    assert [c.cause for c in complaints(NOW, POLLS, vitals)] == causes


def test_how_many_polls_were_missed_is_said() -> None:
    (complaint,) = complaints(
        NOW, POLLS, Vitals(NOW - timedelta(hours=7), None, 10**12)
    )
    assert complaint.count == 2
