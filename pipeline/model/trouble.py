"""A trouble: why something could not be read, in words for the sender.

Values, not exceptions: a reader that cannot read returns a Trouble, and the flow goes
on with the next file.
"""

from dataclasses import dataclass
from enum import StrEnum


class TroubleCode(StrEnum):
    """What went wrong with a file; the sentence for the sender stands in `Trouble.advice`."""

    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    EMPTY = "empty"
    TOO_BIG = "too_big"
    BOMB = "bomb"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    UNSUPPORTED = "unsupported"
    EXECUTABLE = "executable"
    NO_FORM = "no_form"
    SCAN_UNREAD = "scan_unread"
    SCAN_UNCERTAIN = "scan_uncertain"
    CLOUD_LINK = "cloud_link"
    NO_ATTACHMENT = "no_attachment"


@dataclass(frozen=True)
class Trouble:
    """`advice` is one plain Chinese sentence for a clerk: what is wrong and what to do.
    `detail` is for the log."""

    code: TroubleCode
    advice: str
    detail: str = ""
