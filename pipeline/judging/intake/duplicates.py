"""Whether a mail was seen before (rules.md 6): by its bytes, or by its Message-ID and
content; never by its UID."""

from collections.abc import Iterable
from enum import Enum

from pipeline.model.ledger import MailSeen
from pipeline.model.mail import Message


class Repeat(Enum):
    NEW = "new"
    # Delivered a second time: recorded, with no report and no receipt
    DUPLICATE = "duplicate"
    # Moved, copied back or renumbered: the server's own time is the same
    NOTHING = "nothing"


def seen_before(message: Message, known: Iterable[MailSeen]) -> Repeat:
    """`known` are the recorded mails with the same bytes or the same fingerprint."""
    times = []
    for mail in known:
        times.append(mail.received_at)
    if not times:
        return Repeat.NEW
    same_time = any(
        abs((moment - message.received_at).total_seconds()) < 1
        for moment in times
    )
    if same_time:
        return Repeat.NOTHING
    return Repeat.DUPLICATE
