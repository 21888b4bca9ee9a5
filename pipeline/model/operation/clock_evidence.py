"""What is known of the mail server's time, and of how far this computer's clock is from it."""

from datetime import datetime, timedelta
from enum import StrEnum

from pipeline.model.values.frozen import frozen


@frozen
class ClockEvidence:
    """What the ledger holds of two clocks; every time UTC. `ours` is this computer's.

    `arrivals` are the mails that the newest poll with news brought: (server's time for
    it, ours when it was kept). `read_before` is ours at the poll before that. `queued`
    is the newest answer of the sending server that names its time: (server's, ours).
    """

    arrivals: tuple[tuple[datetime, datetime], ...] = ()
    read_before: datetime | None = None
    queued: tuple[datetime, datetime] | None = None


class ClockSource(StrEnum):
    """What shows how the clocks differ."""

    # The server's times of the mails that have come
    ARRIVALS = "arrivals"
    # The sending server's answer to a mail of ours
    POST = "post"


@frozen
class ClockDoubt:
    """The two clocks differ: ours is `ahead` of the server's (negative: behind) by at
    least that. `seen_at` is ours."""

    ahead: timedelta
    source: ClockSource
    seen_at: datetime
