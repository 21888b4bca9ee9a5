"""A pause: until when a mail server is left alone, and why; and an alarm: what stands
wrong until it is mended."""

from datetime import datetime
from enum import StrEnum

from pipeline.model.values.frozen import frozen


class Server(StrEnum):
    """The mail servers, as the ledger names them."""

    MAILBOX = "mailbox"
    SMTP = "smtp"


@frozen
class Pause:
    """`cause` "" ends the pause before it. `fingerprint` stands for the account and its
    secret, which it does not tell.

    `times` counts pauses of this cause in a row, this one included.
    """

    at: datetime
    cause: str
    until: datetime
    fingerprint: str
    times: int = 1


@frozen
class Alarm:
    """What stands wrong since `since`: one sentence, and what to do. Open until the
    same cause is found mended."""

    cause: str
    since: datetime
    what: str
    cure: tuple[str, ...]
