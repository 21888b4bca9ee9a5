"""Whether the program itself is well (rules.md 9, 告警): polls that were missed, an
outbox that is stuck, a disk that is full.

Values in, complaints out: codes with their facts.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pipeline.model.operation.complaint import AlarmCause, Complaint
from pipeline.model.values.frozen import frozen

_LATE_POLL = timedelta(hours=1)
_STUCK_AFTER = timedelta(hours=2)
# Bytes: some 20,000 mails of 25 KB
LOW_DISK = 500_000_000


@frozen
class Vitals:
    """What is known of the program at a moment; times are UTC, None where there is nothing yet."""

    last_poll: datetime | None
    # The oldest mail of ours with a copy that has not come to an end
    oldest_open: datetime | None
    free_bytes: int


def complaints(
    now: datetime, polls: Iterable[datetime], vitals: Vitals
) -> tuple[Complaint, ...]:
    """What an admin must hear of; `polls` are the campaign's scheduled polls."""
    found = []
    missed = missed_polls(now, polls, vitals.last_poll)
    if missed:
        found.append(Complaint(AlarmCause.POLL_MISSED, count=missed))
    waits = _waits(now, vitals)
    if waits > _STUCK_AFTER:
        hours = int(waits.total_seconds() // 3600)
        found.append(Complaint(AlarmCause.OUTBOX_STUCK, count=hours))
    if vitals.free_bytes < LOW_DISK:
        found.append(Complaint(AlarmCause.DISK_LOW, count=vitals.free_bytes))
    return tuple(found)


def _waits(now: datetime, vitals: Vitals) -> timedelta:
    """How long the oldest mail of ours has been waiting to go."""
    if vitals.oldest_open is None:
        return timedelta(0)
    return now - vitals.oldest_open


def missed_polls(
    now: datetime, polls: Iterable[datetime], last_poll: datetime | None
) -> int:
    """Scheduled polls since the last one that were due more than an hour ago."""
    if last_poll is None:
        return 0
    return sum(last_poll < at < now - _LATE_POLL for at in polls)


def unkept_polls(
    now: datetime, polls: Iterable[datetime], kept: Sequence[datetime]
) -> tuple[datetime, ...]:
    """The scheduled polls more than an hour past at whose time the mailbox was not read,
    nor within the hour after."""
    found = []
    for at in polls:
        if at < now - _LATE_POLL and not any(
            at <= read <= at + _LATE_POLL for read in kept
        ):
            found.append(at)
    return tuple(found)
