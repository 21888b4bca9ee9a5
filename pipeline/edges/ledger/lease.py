"""The lease of the worker that works on a ledger, kept for as long as it works: at most
one works at a time, on whatever machine.

Trusts the clocks of the machines to agree within the lease's length. A worker that was
paused past its lease (a machine asleep, a stopped process) finds on waking that another
has taken over, and ends its wake before the next mail or letter.
"""

from datetime import datetime, timedelta

from pipeline.edges.clock import Clock
from pipeline.edges.ledger.store import Store

# Longer than the longest wait for a mail server's last answer (600 s, RFC
# 5321 4.5.3.2.6)
LENGTH = timedelta(seconds=900)
RENEWED_AFTER = timedelta(seconds=60)
# What is said where another host has it
WORKED_ELSEWHERE = "另一台电脑上的旬报程序正在使用这个台账"


class Lease:
    """One worker's, by its name "host/process". The clock is the real one, never a
    simulated `--now`."""

    def __init__(self, store: Store, holder: str, clock: Clock) -> None:
        self._store = store
        self._holder = holder
        self._clock = clock
        self._renewed: datetime | None = None

    def take(self) -> bool:
        """Takes it at a wake's beginning, under the lock file, which proves that no
        other worker of this host lives."""
        return self._take(alone=True)

    def held(self) -> bool:
        """Whether it is still ours, renewing it now and then; once it was lost, it is
        lost until it is taken again."""
        if self._renewed is None:
            return False
        now = self._clock.now()
        # A clock that was set back says nothing about how long we were away: ask.
        if timedelta(0) <= now - self._renewed < RENEWED_AFTER:
            return True
        return self._take(alone=False)

    def _take(self, *, alone: bool) -> bool:
        now = self._clock.now()
        taken = self._store.take_lease(
            self._holder, now, int(LENGTH.total_seconds()), alone=alone
        )
        if taken:
            self._renewed = now
        else:
            self._renewed = None
        return taken
