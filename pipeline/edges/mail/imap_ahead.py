"""The FETCH of many bodies, of which the next may be on the wire before the last one is
answered (RFC 3501 5.5): the server is at work while what came is kept.

For: imap_session.py. Trusts no order of the answers: an item belongs to the message whose
UID it names, whichever question it came to. Never has more than one question ahead, so
that no more than two batches are in memory. Raises what imaplib and imapclient raise.
"""

from collections.abc import Sequence
from typing import Any

from imapclient.imapclient import join_message_ids

from pipeline.edges.mail.imap_answers import items
from pipeline.model.values.frozen import frozen

_BODY = "(BODY.PEEK[])"


@frozen
class _Asked:
    uids: list[int]
    tag: bytes


class BodiesAhead:
    """Of one connection. `client` is imapclient's."""

    def __init__(self, client: Any) -> None:
        self._client = client
        # On the wire, and not yet answered
        self._waiting: _Asked | None = None
        # Answered before its turn
        self._early: list[int] = []
        # Items by UID that nobody has taken yet
        self._told: dict[int, dict[bytes, Any]] = {}

    def bodies(
        self, uids: list[int], then: list[int]
    ) -> dict[int, dict[bytes, Any]]:
        """The items of those messages, by UID; `then`, if any, are asked for before the
        answer is read, and told by the next call."""
        asked = self._asked(uids)
        self._waiting = None
        if then:
            self._waiting = self._ask(then)
        if asked is not None:
            self._read(asked)
        self._early = []
        found = {}
        for uid in uids:
            found[uid] = self._told.pop(uid, {})
        return found

    def settle(self) -> None:
        """Takes the answer that is still to come: something else is about to be asked."""
        asked, self._waiting = self._waiting, None
        if asked is not None:
            self._read(asked)
            self._early = asked.uids

    def _asked(self, uids: list[int]) -> _Asked | None:
        """The question for them, asked by now; None where it was answered before."""
        if self._waiting is not None and self._waiting.uids == uids:
            return self._waiting
        if uids and self._early == uids:
            return None
        self.settle()
        self._told = {}
        return self._ask(uids)

    def _ask(self, uids: Sequence[int]) -> _Asked:
        chosen = join_message_ids(uids)
        tag = self._client._imap._command("UID", "FETCH", chosen, _BODY)
        return _Asked(list(uids), tag)

    def _read(self, asked: _Asked) -> None:
        answer = self._client._imap._command_complete("FETCH", asked.tag)
        for uid, item in items(self._client, *answer).items():
            self._told.setdefault(uid, {}).update(item)
