"""Waiting for news in the folder, by IDLE or, where the server has none, by a NOOP now and then.

For: mailbox.py. Trusts no server to tell of new mail in an open folder: now and then the
folder is opened again and its messages counted. Never: takes what a poll on the same
connection was told for told to itself.
"""

from collections.abc import Callable, Sequence
from selectors import EVENT_READ, DefaultSelector
from socket import socket
from ssl import SSLSocket
from typing import Any

from pipeline.edges.clock import Clock
from pipeline.edges.fault_points import FaultPoint, reach
from pipeline.edges.mail.imap_listing import Listing
from pipeline.edges.mail.imap_sitting import Sitting

# Between two questions for news, where the server cannot tell of it by itself
NOOP_SECONDS = 30.0
# Not every server tells of new mail in an open folder
RECOUNT_SECONDS = 300.0
# Until a server must have begun to listen
FIRST_IDLE_SECONDS = 2.0
# How long a poll may have to wait for the connection
WANTED_SECONDS = 1.0


def nobody() -> bool:
    """Nobody else wants the connection."""
    return False


class Waiting:
    """At the folder of a sitting, between its polls."""

    def __init__(
        self,
        sitting: Sitting,
        listing: Listing,
        clock: Clock,
        noop_seconds: float,
        recount_seconds: float,
    ) -> None:
        self._sitting = sitting
        self._listing = listing
        self._clock = clock
        self._noop_seconds = noop_seconds
        self._recount_seconds = recount_seconds
        self._counted_at = clock.monotonic()
        self._polled = False

    def note_poll(self) -> None:
        """A poll has the connection: the server may tell it what it tells nobody twice."""
        self._polled = True

    def wait(self, seconds: float, wanted: Callable[[], bool]) -> bool:
        """As `ImapMailbox.wait`."""
        self._sitting.deadline.grant(seconds)
        if self._has_more() or self._has_grown():
            return True
        end = self._clock.monotonic() + seconds
        with self._sitting.session.command() as client:
            if client.has_capability("IDLE"):
                # What came since the last wait is told now: in the answer to IDLE it
                # would be taken for a refusal.
                if _has_mail(client.noop()[1]):
                    return True
                return self._is_told(client, end, wanted)
        while (rest := end - self._clock.monotonic()) > 0 and not wanted():
            self._sleep(min(rest, self._noop_seconds), wanted)
            with self._sitting.session.command() as client:
                if _has_mail(client.noop()[1]):
                    return True
        return False

    def _is_told(
        self, client: Any, end: float, wanted: Callable[[], bool]
    ) -> bool:
        """Whether IDLE brought news. A server may tell only of what comes once it
        listens; of what came between the question and that it tells as IDLE ends."""
        first = min(end, self._clock.monotonic() + FIRST_IDLE_SECONDS)
        for until in (first, end):
            if self._has_idled(client, until, wanted):
                return True
            if wanted():
                break
        return False

    def _has_idled(
        self, client: Any, end: float, wanted: Callable[[], bool]
    ) -> bool:
        """Whether an IDLE until `end` brought news."""
        client.idle()
        while (rest := end - self._clock.monotonic()) > 0 and not wanted():
            if _has_answer(client.socket(), min(rest, WANTED_SECONDS)):
                break
        # All that was told is read here, by whole lines
        return _has_mail(client.idle_done()[1])

    def _sleep(self, seconds: float, wanted: Callable[[], bool]) -> None:
        end = self._clock.monotonic() + seconds
        while (rest := end - self._clock.monotonic()) > 0 and not wanted():
            self._clock.sleep(min(rest, WANTED_SECONDS))

    def _has_more(self) -> bool:
        """Whether anything came since a poll on this connection listed the folder: the
        server told the poll of it, and tells nobody twice."""
        if not self._polled:
            return False
        self._polled = False
        known = self._listing.highest
        self._sitting.session.recount()
        self._counted_at = self._clock.monotonic()
        more = self._listing.uids(known + 1)
        # Behind the answer to the search, which does not name it yet
        return bool(more) or self._sitting.session.was_told_of_more

    def _has_grown(self) -> bool:
        """By the folder's own count, asked for once in a while."""
        now = self._clock.monotonic()
        if now - self._counted_at < self._recount_seconds:
            return False
        self._counted_at = now
        before = self._sitting.session.exists
        self._sitting.session.recount()
        return self._sitting.session.exists > before


def _has_answer(connection: socket, seconds: float) -> bool:
    """Whether something can be read within so long, or the connection has ended.

    Looks, and reads nothing: the library's own idle_check takes a line that has come in
    part for the end of the connection.
    """
    # TLS may have read ahead what the system then has no more
    if isinstance(connection, SSLSocket) and connection.pending():
        return True
    with DefaultSelector() as selector:
        selector.register(connection, EVENT_READ)
        return bool(selector.select(seconds))


def _has_mail(answers: Sequence[tuple[Any, ...]]) -> bool:
    return reach(
        FaultPoint.NEWS,
        lambda: any(b"EXISTS" in answer for answer in answers),
    )
