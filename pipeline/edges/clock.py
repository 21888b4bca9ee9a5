"""The clock: the only file that asks what time it is.

Trusts the operating system. Never decides anything; the core is handed `now` as a value.
"""

import time
from datetime import UTC, datetime


class Clock:
    """The real one. `now` is for what is recorded, `monotonic` for deadlines: it never goes back."""

    def now(self) -> datetime:
        """The time, aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from an arbitrary point."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait; zero or less does not."""
        if seconds > 0:
            time.sleep(seconds)


class FixedClock(Clock):
    """For --now: `now` stands still, while deadlines and waits stay real, since servers do."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a fixed time needs its offset")
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now


class ToldClock(Clock):
    """For a story: `now` is what `at` was set to last, for every part that holds this
    clock; deadlines and waits stay real."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a told time needs its offset")
        self.at = at

    def now(self) -> datetime:
        return self.at.astimezone(UTC)
