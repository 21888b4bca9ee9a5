"""One look at the running program: each part well, or with what a person must do.

Values in, findings out, in an order for reading. A code for each part, its state and
what goes with it; the sentences are written elsewhere (writing/checkup_words.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pipeline.judging.operation.clock_skew import SLACK
from pipeline.judging.operation.health import LOW_DISK, Vitals, missed_polls
from pipeline.model.operation.finding import Finding, Part, State

# `run` beats once a minute; a laptop that was busy may miss some.
_ALIVE: Final = timedelta(minutes=5)
_STUCK: Final = timedelta(hours=2)


@dataclass(frozen=True)
class Seen:
    """What was found of the program at a moment; times are UTC."""

    vitals: Vitals
    heartbeat: datetime | None
    mailbox_shut_until: datetime | None
    post_shut_until: datetime | None
    held: int
    alarms: int
    unknown_years: Sequence[int]
    has_office: bool
    has_scans: bool
    # Chinese can be drawn
    has_fonts: bool = True
    # By how much our clock is ahead of the mail server's; None: not compared of late
    clock_ahead: timedelta | None = timedelta(0)


def checkup(
    now: datetime, polls: Iterable[datetime], seen: Seen
) -> tuple[Finding, ...]:
    """One finding a part, in the order in which they are told. `polls`: when the mailbox
    is to be read."""
    return (
        _worker(now, polls, seen),
        _server(Part.MAILBOX, seen.mailbox_shut_until),
        _server(Part.POST, seen.post_shut_until),
        _counted(Part.HELD, seen.held),
        _outbox(now, seen.vitals.oldest_open),
        _disk(seen.vitals.free_bytes),
        _counted(Part.ALARMS, seen.alarms),
        _clock(seen.clock_ahead),
        _counted(Part.HOLIDAYS, len(seen.unknown_years)),
        _optional(Part.OFFICE, there=seen.has_office),
        _optional(Part.FONTS, there=seen.has_fonts),
        _optional(Part.SCANS, there=seen.has_scans),
    )


def worst(findings: Iterable[Finding]) -> State:
    """What the whole comes to; a part that is not installed is no fault."""
    states = set()
    for finding in findings:
        states.add(finding.state)
    for state in (State.UNREACHABLE, State.PERSON):
        if state in states:
            return state
    return State.WELL


def _worker(now: datetime, polls: Iterable[datetime], seen: Seen) -> Finding:
    """Alive by its beat, or, where `once` is called by a clock, by polls that were kept."""
    last = max(
        filter(None, (seen.heartbeat, seen.vitals.last_poll)), default=None
    )
    beats = seen.heartbeat is not None and now - seen.heartbeat < _ALIVE
    if beats:
        return Finding(Part.WORKER, State.WELL, last)
    missed = missed_polls(now, polls, seen.vitals.last_poll)
    stopped = seen.heartbeat is not None and seen.heartbeat == last
    if last is None or missed or stopped:
        return Finding(
            part=Part.WORKER,
            state=State.PERSON,
            when=last,
            count=missed,
        )
    return Finding(Part.WORKER, State.WELL, last)


def _server(part: Part, shut_until: datetime | None) -> Finding:
    if shut_until is None:
        return Finding(part, State.WELL)
    return Finding(part, State.UNREACHABLE, shut_until)


def _counted(part: Part, count: int) -> Finding:
    return Finding(part, State.PERSON if count else State.WELL, count=count)


def _clock(ahead: timedelta | None) -> Finding:
    """`count`: whole minutes, negative where we are behind."""
    if ahead is None:
        return Finding(Part.CLOCK, State.ABSENT)
    if abs(ahead) <= SLACK:
        return Finding(Part.CLOCK, State.WELL)
    minutes = int(ahead.total_seconds() / 60)
    return Finding(Part.CLOCK, State.PERSON, count=minutes)


def _outbox(now: datetime, oldest_open: datetime | None) -> Finding:
    if oldest_open is not None and now - oldest_open > _STUCK:
        return Finding(Part.OUTBOX, State.PERSON, oldest_open)
    return Finding(Part.OUTBOX, State.WELL, oldest_open)


def _disk(free: int) -> Finding:
    state = State.PERSON if free < LOW_DISK else State.WELL
    return Finding(Part.DISK, state, count=free)


def _optional(part: Part, *, there: bool) -> Finding:
    return Finding(part, State.WELL if there else State.ABSENT)
