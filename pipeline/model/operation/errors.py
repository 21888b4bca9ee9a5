"""The one kind of error that leaves the edges: a code for the program, a Chinese sentence for a person.

It stands in the model since flows and edges never meet. Each edge turns what a library
raises into one of these, in one place. Never holds a password.
"""

from collections.abc import Sequence
from datetime import datetime

from pipeline.model.operation.carried import Carried
from pipeline.model.operation.post import Sighting


class EdgeError(Carried):
    """Something in the world did not work. `cause` is a stable code, `advice` one
    Chinese sentence saying what to do.

    `detail` is what the other side or the library said, for the log.
    """

    def __init__(self, cause: str, advice: str, detail: str = "") -> None:
        super().__init__(advice)
        self.cause = cause
        self.advice = advice
        self.detail = detail


class Unreachable(EdgeError):
    """A server could not be reached, or fell silent: the next poll tries again (exit status 3).

    `wait_seconds`: for how long the server asks to be left alone, None where it does
    not say.
    """

    wait_seconds: int | None = None


class Refused(EdgeError):
    """A server answered, and said no: login, folder or sender must be put right by a person."""


class BrokeOff(Unreachable):
    """The connection was lost again and again over `sightings`, one of which may be what breaks it."""

    def __init__(
        self, trouble: Unreachable, sightings: Sequence[Sighting]
    ) -> None:
        super().__init__(trouble.cause, trouble.advice, trouble.detail)
        self.sightings = tuple(sightings)


class Waiting(Unreachable):
    """A server is left alone until `until` (UTC), since it refused us, or asked for it:
    nothing was asked of it."""

    def __init__(self, until: datetime) -> None:
        advice = (
            "服务器上次拒绝了本程序或要求过一段时间再来，为免账号被锁，暂不再试；"
            "改好配置或授权码后会马上再试。"
        )
        super().__init__("waiting", advice, until.isoformat())
        self.until = until


class StorageFailed(EdgeError):
    """The disk, or the ledger on it, did not take or give what it should: the wake ends
    here, with nothing half done (exit status 1)."""


class Damaged(EdgeError):
    """What is stored is not what was kept."""


class Removed(EdgeError):
    """What was stored is gone on purpose: its time was over, and its removal is on record."""


class Busy(EdgeError):
    """Another worker holds the ledger."""


class NotAdopted(EdgeError):
    """The ledger cannot follow the configuration (exit status 2): `sentences` say why,
    each with its cure."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("config", "\n".join(sentences))
        self.sentences = tuple(sentences)


class ReaderDied(EdgeError):
    """The child process that reads foreign bytes died or was late: the flow counts the attempt."""


class Unwritable(EdgeError):
    """A letter could not be put into words: a template has a mistake, named by file and line."""
