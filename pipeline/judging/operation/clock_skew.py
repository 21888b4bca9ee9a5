"""Whether this computer's clock can be trusted: held against the mail server's own
times, of which two kinds reach us.

A mail that is dated in our future shows that we are behind; one alone by more than a
day shows only that its time makes no sense. Mails that were not there
at the last reading and are dated before it show that we are ahead: only several
together, since one may have been moved in, and by no more than the newest of them
leaves room for, since a mail that has just come cannot be older than we are ahead. The
sending server's answer shows both, where it names its second (NetEase) or the greeting
did (Exim, Sendmail, Exchange). Without evidence nothing is doubted.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipeline.model.operation.clock_evidence import (
    ClockDoubt,
    ClockEvidence,
    ClockSource,
)
from pipeline.model.operation.post import SERVER_SECOND

SLACK = timedelta(minutes=2)
# Old evidence says nothing of a clock that was set since
HOLDS = timedelta(days=1)
# Mails, each of which would have to be moved in
_TOGETHER = 3

# The second that ends an answer: NetEase's own (250 Mail OK queued as smtp7,Dsmow...,
# 1441880123, or a blank before it), or the one reckoned from a server's greeting
_QUEUED_AT = re.compile(
    rf"(?:queued as \S+?[,\s]\s*|{SERVER_SECOND} )(\d{{10}})\s*$"
)


def named_second(words: str, at: datetime) -> tuple[datetime, datetime] | None:
    """The second that the sending server names in its answer, and `at`, when we had it;
    None where it names none."""
    named = _QUEUED_AT.search(words)
    if named is None:
        return None
    theirs = datetime.fromtimestamp(int(named[1]), UTC)
    return theirs, at


def difference(evidence: ClockEvidence, now: datetime) -> ClockDoubt | None:
    """What the newest evidence shows, where the clocks differ by more than two minutes;
    None: nothing is known to be wrong."""
    newest = newest_shown(evidence)
    if (
        newest is None
        or abs(newest.ahead) <= SLACK
        or abs(now - newest.seen_at) > HOLDS
    ):
        return None
    return newest


def newest_shown(evidence: ClockEvidence) -> ClockDoubt | None:
    """What the newest evidence shows, be it no difference; None where there is none."""
    shown = [
        found
        for found in (_by_arrivals(evidence), _by_post(evidence))
        if found is not None
    ]
    return max(shown, key=lambda found: found.seen_at, default=None)


def _by_post(evidence: ClockEvidence) -> ClockDoubt | None:
    if evidence.queued is None:
        return None
    theirs, ours = evidence.queued
    return ClockDoubt(ours - theirs, ClockSource.POST, ours)


def _by_arrivals(evidence: ClockEvidence) -> ClockDoubt | None:
    """How far we are off at least; no difference where the mails fit between the two readings."""
    evidence = _believable(evidence)
    if not evidence.arrivals:
        return None
    seen_at = max(kept for _, kept in evidence.arrivals)
    behind = max(received - kept for received, kept in evidence.arrivals)
    if behind > SLACK:
        return ClockDoubt(-behind, ClockSource.ARRIVALS, seen_at)
    ahead = _ahead(evidence)
    # Too few, or too old: they show nothing
    if ahead is None:
        return None
    return ClockDoubt(ahead, ClockSource.ARRIVALS, seen_at)


def _believable(evidence: ClockEvidence) -> ClockEvidence:
    """Without a mail that alone is dated more than a day in our future: servers write
    such times of one mail, and a clock that far behind shows in all of them."""
    far = []
    for arrival in evidence.arrivals:
        received, kept = arrival
        if received - kept > HOLDS:
            far.append(arrival)
    if len(far) != 1:
        return evidence
    near = list(evidence.arrivals)
    near.remove(far[0])
    return replace(evidence, arrivals=tuple(near))


def _ahead(evidence: ClockEvidence) -> timedelta | None:
    before = evidence.read_before
    if before is None:
        return timedelta(0)
    came = sorted(evidence.arrivals)
    newest, seen_at = came[-1]
    if len(came) >= _TOGETHER:
        # By so much at least that several were there at the reading before.
        shared = before - came[_TOGETHER - 1][0]
        # No mail has come in the time that we are ahead.
        if SLACK < shared <= seen_at - newest and shared < HOLDS:
            return shared
    if before - newest <= SLACK:
        return timedelta(0)
    return None
