"""The door to a mail server: whether it may be spoken to now, remembered across runs of the program.

A refused login shuts it for longer and longer; an answer that asks all our mail to wait,
or us to come back later, shuts it for as long as it says; a changed account or secret
opens it at once. It holds no mail back for its own sake: what is not sent stays in the
outbox.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from typing import TypeVar

from pipeline.flows.ports import PauseBook
from pipeline.judging.operation.backoff import (
    LOGIN_CAUSES,
    next_pause,
    waits_until,
)
from pipeline.model.operation.complaint import Failure
from pipeline.model.operation.cooldown import Pause, Server
from pipeline.model.operation.errors import (
    EdgeError,
    Refused,
    Unreachable,
    Waiting,
)
from pipeline.model.values.frozen import frozen

T = TypeVar("T")
# The cause of a pause for which the server named the time
ASKED = "asked"


@frozen
class Door:
    """`server` is its code in the book, `fingerprint` tells one account and secret from
    another without telling them."""

    server: Server
    book: PauseBook
    fingerprint: Callable[[], str]
    now: Callable[[], datetime]

    def closed_until(self) -> datetime | None:
        return waits_until(
            self.book.newest_pause(self.server), self.fingerprint(), self.now()
        )

    def shut(self, cause: str, seconds: int | None = None) -> Pause:
        """Leaves the server alone from now on; until when, and how often in a row."""
        before = self.book.newest_pause(self.server)
        pause = next_pause(
            before=before,
            cause=cause,
            fingerprint=self.fingerprint(),
            now=self.now(),
            seconds=seconds,
        )
        self.book.record_pause(self.server, pause)
        return pause

    def welcomed(self) -> None:
        """The server took us in: a pause before it counts no more."""
        before = self.book.newest_pause(self.server)
        if before is not None and before.cause:
            now = self.now()
            self.book.record_pause(
                self.server,
                next_pause(
                    before=None,
                    cause="",
                    fingerprint=self.fingerprint(),
                    now=now,
                    seconds=0,
                ),
            )

    @contextmanager
    def sitting(self, connection: AbstractContextManager[T]) -> Iterator[T]:
        """The connection, entered; Waiting while the door is shut, which a refused login does."""
        if (until := self.closed_until()) is not None:
            raise Waiting(until)
        with ExitStack() as stack:
            try:
                opened = stack.enter_context(connection)
                self.welcomed()
                yield opened
            except Refused as trouble:
                if trouble.cause in LOGIN_CAUSES:
                    self.shut(trouble.cause)
                raise
            except Unreachable as trouble:
                if trouble.wait_seconds is not None:
                    self.shut(ASKED, trouble.wait_seconds)
                raise


def failure(trouble: EdgeError) -> Failure:
    """The class of a failure, by which alarms are told apart."""
    if trouble.cause in LOGIN_CAUSES:
        return Failure.LOGIN
    if isinstance(trouble, Refused):
        return Failure.SETUP
    if isinstance(trouble, Unreachable):
        return Failure.UNREACHABLE
    return Failure.STORAGE
