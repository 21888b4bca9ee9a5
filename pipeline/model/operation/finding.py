"""What one look at the running program found of each of its parts: codes, not sentences."""

from datetime import datetime
from enum import StrEnum

from pipeline.model.values.frozen import frozen


class State(StrEnum):
    WELL = "well"
    # Somebody must look
    PERSON = "person"
    # A server is left alone for now
    UNREACHABLE = "unreachable"
    # A part that is not installed, or a clock that nothing was compared with; what it
    # costs is said
    ABSENT = "absent"


class Part(StrEnum):
    WORKER = "worker"
    MAILBOX = "mailbox"
    POST = "post"
    HELD = "held"
    OUTBOX = "outbox"
    DISK = "disk"
    ALARMS = "alarms"
    # This computer's, beside the mail server's
    CLOCK = "clock"
    HOLIDAYS = "holidays"
    OFFICE = "office"
    FONTS = "fonts"
    SCANS = "scans"


@frozen
class Finding:
    """`when` and what follows are what the sentence of this part and state tells:
    `word` is a file's path and its words, `stopped` that the worker was told to end."""

    part: Part
    state: State
    when: datetime | None = None
    count: int = 0
    word: str = ""
    stopped: bool = False
