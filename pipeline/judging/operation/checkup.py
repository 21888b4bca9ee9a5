"""One look at the running program: each part well, or with what a person must do.

Values in, findings out, in an order for reading. A code for each part, its state and
what goes with it; the sentences are written elsewhere (writing/checkup_words.py).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from pipeline.judging.operation.clock_skew import SLACK
from pipeline.judging.operation.complaints import LOW_DISK, Vitals, missed_polls
from pipeline.model.operation.finding import Finding, Part, State
from pipeline.model.operation.last_heartbeat import Heartbeat
from pipeline.model.values.frozen import frozen

# `run` beats once a minute; a laptop that was busy may miss some.
_ALIVE: Final = timedelta(minutes=5)
_STUCK: Final = timedelta(hours=2)


@frozen
class Seen:
    """What was found of the program at a moment; times are UTC."""

    vitals: Vitals
    heartbeat: Heartbeat | None
    mailbox_shut_until: datetime | None
    post_shut_until: datetime | None
    held: int
    alarms: int
    # The path of 告警.txt and what it says first; "" where there is none
    alarm_word: str
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
        worker(now, polls, seen.heartbeat, seen.vitals.last_poll),
        _server(Part.MAILBOX, seen.mailbox_shut_until),
        _server(Part.POST, seen.post_shut_until),
        _counted(Part.HELD, seen.held),
        _outbox(now, seen.vitals.oldest_open),
        _disk(seen.vitals.free_bytes),
        _alarms(seen),
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


def worker(
    now: datetime,
    polls: Iterable[datetime],
    beat: Heartbeat | None,
    last_poll: datetime | None,
) -> Finding:
    """Alive by its beat, or, where `once` is called by a clock, by polls that were kept."""
    last = _latest(beat, last_poll)
    if _is_alive(now, beat):
        return Finding(Part.WORKER, State.WELL, last)
    missed = missed_polls(now, polls, last_poll)
    # Else `once` has been called since
    is_down = beat is not None and beat.at == last
    if last is not None and not missed and not is_down:
        return Finding(Part.WORKER, State.WELL, last)
    return Finding(
        part=Part.WORKER,
        state=State.PERSON,
        when=last,
        count=missed,
        stopped=is_down and beat is not None and beat.stopped,
    )


def _is_alive(now: datetime, beat: Heartbeat | None) -> bool:
    """Whether a worker that stays looked up lately and was not told to end."""
    return beat is not None and not beat.stopped and now - beat.at < _ALIVE


def _latest(
    beat: Heartbeat | None, last_poll: datetime | None
) -> datetime | None:
    if beat is None:
        return last_poll
    if last_poll is None:
        return beat.at
    return max(beat.at, last_poll)


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


def _alarms(seen: Seen) -> Finding:
    """By the ledger, and by the file: a worker that could not start leaves its word
    there alone."""
    wrong = seen.alarms or seen.alarm_word
    return Finding(
        part=Part.ALARMS,
        state=State.PERSON if wrong else State.WELL,
        count=seen.alarms,
        word=seen.alarm_word,
    )


def _outbox(now: datetime, oldest_open: datetime | None) -> Finding:
    if oldest_open is not None and now - oldest_open > _STUCK:
        return Finding(Part.OUTBOX, State.PERSON, oldest_open)
    return Finding(Part.OUTBOX, State.WELL, oldest_open)


def _disk(free: int) -> Finding:
    state = State.PERSON if free < LOW_DISK else State.WELL
    return Finding(Part.DISK, state, count=free)


def _optional(part: Part, *, there: bool) -> Finding:
    return Finding(part, State.WELL if there else State.ABSENT)
