"""One connection to the mailbox for the thread that watches it and for the wakes, in turn.

For: a worker that stays. While it watches, a poll needs no login of its own: the watch
lets go, the folder is opened once more, and the poll asks what it asks of a new
connection. Trusts a connection that stood for nothing: one that is lost, odd or refused
is closed, and the poll has one of its own, so that a dead connection is never taken for an
empty mailbox. Never: uses a connection whose settings or password are not those of
now, nor one over which anything went wrong.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.edges.mail.imap_session import Throttled
from pipeline.edges.mail.mailbox import ImapMailbox
from pipeline.model.operation.errors import EdgeError, Unreachable

# For the watch to let go: it looks every second, and ends its IDLE in one round trip
_TURN_SECONDS = 10.0


class KeptMailbox:
    """Nothing is kept until somebody is `watching`."""

    def __init__(self) -> None:
        self._kept: ImapMailbox | None = None
        self._turn = threading.Condition()
        self._waits = False
        self._polls = False

    @contextmanager
    def watching(self, mailbox: ImapMailbox) -> Iterator["KeptMailbox"]:
        """The mailbox, entered, to `wait` at; the wakes may use it meanwhile."""
        with mailbox:
            with self._turn:
                self._kept = mailbox
            try:
                yield self
            finally:
                with self._turn:
                    self._turn.wait_for(lambda: not self._polls)
                    self._kept = None

    def wait(self, seconds: float) -> bool:
        """As `ImapMailbox.wait`, until a poll wants the connection. Raises Unreachable
        where it was lost over a poll."""
        with self._turn:
            self._turn.wait_for(lambda: not self._polls)
            mailbox = self._kept
            if mailbox is None:
                raise Unreachable(
                    "connection", "与服务器的连接中断，程序稍后会自动重试。"
                )
            self._waits = True
        try:
            return mailbox.wait(seconds, lambda: self._polls)
        finally:
            with self._turn:
                self._waits = False
                self._turn.notify_all()

    @contextmanager
    def sitting(self, fresh: ImapMailbox) -> Iterator[ImapMailbox]:
        """The kept mailbox where it is of the same account and folder, and answers; else
        the fresh one, entered."""
        with self._turn:
            self._polls = True
            free = self._turn.wait_for(lambda: not self._waits, _TURN_SECONDS)
        try:
            kept = self._answering(fresh) if free else None
            if kept is None:
                with fresh:
                    yield fresh
            else:
                yield from self._used(kept)
        finally:
            with self._turn:
                self._polls = False
                self._turn.notify_all()

    def _answering(self, fresh: ImapMailbox) -> ImapMailbox | None:
        kept = self._kept
        if kept is None or not kept.is_same(fresh):
            return None
        try:
            kept.begin_again()
        except Throttled:
            self._kept = None
            raise
        except EdgeError:
            self._kept = None
            return None
        return kept

    def _used(self, kept: ImapMailbox) -> Iterator[ImapMailbox]:
        try:
            yield kept
        except BaseException:
            self._kept = None
            raise
