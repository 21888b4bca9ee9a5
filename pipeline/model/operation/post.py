"""What passes the two mail edges: messages seen in the mailbox, mails handed to the
mail server and its answers."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from pipeline.model.operation.carried import Carried
from pipeline.model.values.frozen import frozen

# Above every label of a folder's numbering: what people asked for once more
RETAKEN = 1 << 56
# Before the server's second (Unix) in an answer that the post dated by the greeting
SERVER_SECOND = "server second"


@frozen
class Sighting:
    """A message seen in a folder of the mailbox, not yet read. `received_at` is
    INTERNALDATE in UTC; `size` in bytes. Where campaigns share the mailbox,
    `shared_with` names the others that have it too, and `contested` says that its form
    may be theirs."""

    uidvalidity: int
    uid: int
    received_at: datetime
    size: int
    folder: str = "INBOX"
    shared_with: tuple[str, ...] = ()
    contested: bool = False


@frozen
class FetchedMail:
    """A message that came, to be kept: `at` is when, and of one that is too big `raw` is
    its header alone."""

    sighting: Sighting
    raw: bytes
    at: datetime
    too_big: bool = False


@frozen
class KeptSighting:
    """The same once it is kept: the vault's key of its bytes."""

    sighting: Sighting
    key: str
    at: datetime
    too_big: bool = False


@frozen
class HandledSighting:
    """A sighting that was handled: when, and the vault's key of its bytes."""

    at: datetime
    sighting: Sighting
    key: str
    too_big: bool


@frozen
class Fetched:
    """The raw bytes of a sighting, or the reason why they did not come (`raw` None): it
    is tried again later. `busy`: where the server said that it serves nobody, what it
    said, since it may mean just that."""

    sighting: Sighting
    raw: bytes | None = field(repr=False, default=None)
    failure: str = ""
    busy: Carried | None = None


class Verdict(StrEnum):
    """What a mail server's answer means (facts.md, 126.com by SMTP)."""

    SENT = "sent"
    # Again after `retry_after`
    TRANSIENT = "transient"
    # Said of all that we send, not of this mail: the queue waits
    # `retry_after`
    PAUSED = "paused"
    # permanent for that address: never written to again, an admin is told
    REFUSED_RECIPIENT = "refused_recipient"
    # Permanent for this text or day: hold, alarm
    REFUSED_TEXT = "refused_text"
    # login or sender refused: the queue stops, alarm; repeating leads to a lockout
    CONFIGURATION = "configuration"
    # Cut off after the final dot: it may have gone
    UNKNOWN = "unknown"


@frozen
class PostAnswer:
    """One recipient's transaction. `queue_id` is from `250 ... queued as ID`, "" where
    the server names none.

    `retry_after` in seconds, for TRANSIENT and PAUSED; None else. `most_tries` answers
    of this kind, then it is given up.
    """

    verdict: Verdict
    code: int = 0
    text: str = ""
    queue_id: str = ""
    retry_after: int | None = None
    most_tries: int = 20

    @property
    def lost(self) -> bool:
        """The connection broke before the final dot: no word of the server's, so no
        fault of the mail's is known."""
        return self.verdict is Verdict.TRANSIENT and not self.code
