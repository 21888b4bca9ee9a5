"""When the worker wakes: whether the time has come, and when it comes next.

Values in, times out. Never: knows what a wake does.
"""

from datetime import datetime, timedelta

from pipeline.judging.progress.agenda import next_wake
from pipeline.judging.progress.campaign import Campaign

# A network that is back is found soon, and a server that is down is left in peace.
RETRY = timedelta(minutes=5)
# A clock that was set back would make the worker wait for days: more are not believed.
_FARTHEST = timedelta(days=2)
# Between two periods nothing is planned for days. The mailbox is looked at all the same:
# a correction or an answer lies there no longer than this.
_AT_LEAST = timedelta(days=1)


def is_time(now: datetime, planned: datetime | None) -> bool:
    """Whether a wake that was planned is due, however late; None: at once."""
    if planned is None or planned <= now:
        return True
    return planned > now + _FARTHEST


def wake_after(
    began: datetime,
    campaign: Campaign,
    again: datetime | None,
    *,
    incomplete: bool,
) -> datetime:
    """When to wake after a wake that began at a time: what fell due while it worked is
    owed at once, and no more than a day is slept. `again`: when a letter is to be tried
    again; `incomplete`: a server could not be reached, or a mail not be fetched."""
    moments = [
        next_wake(began, campaign),
        began + _AT_LEAST,
    ]
    if again is not None:
        moments.append(again)
    if incomplete:
        moments.append(began + RETRY)
    return min(moments)
