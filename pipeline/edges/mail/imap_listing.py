"""What is in the folder: the UIDs that it lists, and size and time of each message.

For: mailbox.py. Trusts no single answer: EXISTS, SEARCH and FETCH must agree, else the
folder was not read to its end. Never: believes a size or a time that makes no sense;
it costs that message its time alone.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.edges.clock import Clock
from pipeline.edges.mail.imap_answers import search, search_and_fetch
from pipeline.edges.mail.imap_session import Garbled, Throttled
from pipeline.edges.mail.imap_sitting import Sitting
from pipeline.model.operation.errors import Refused, Unreachable
from pipeline.model.operation.post import Sighting

_DATA = ["RFC822.SIZE", "INTERNALDATE"]
# Messages a FETCH
BATCH_COUNT = 200
# UIDs an answer: imaplib reads no line over 1 MB, some 90,000 of them
SEARCH_LIMIT = 50_000
# A year; no mailbox of today is older
_OLDEST = 1990
# A clock that is set is not wrong by more
_FUTURE = timedelta(days=366)
# Octets of a message; above it the number is a mistake
_BIGGEST = 1 << 40


class Listing:
    """`folder` is the name that its sightings carry."""

    def __init__(
        self, sitting: Sitting, folder: str, clock: Clock, search_limit: int
    ) -> None:
        self._sitting = sitting
        self._folder = folder
        self._clock = clock
        self._search_limit = search_limit
        # The last that was described in this sitting, to be asked for again
        self._described: int | None = None
        self._seen: list[int] = []
        self._expected: int | None = None
        self._told: dict[int, Any] = {}

    @property
    def highest(self) -> int:
        """The highest UID that was listed last; 0 where there was none."""
        return max(self._seen, default=0)

    def begin_again(self) -> None:
        """The folder was opened once more on the connection that stood. The message
        that was described last is asked for beside the next search: a poll looks at it,
        and so is spared a round trip."""
        self._expected, self._described = self._described, None
        self._seen = []

    def uids(self, since: int = 1) -> list[int]:
        """As `ImapMailbox.uids`."""
        found = self._listed(since)
        self._seen = sorted(uid for uid in found if uid >= since)
        return self._seen

    def describe(self, uids: Sequence[int]) -> list[Sighting]:
        """As `ImapMailbox.describe`."""
        return [
            sighting
            for at in range(0, len(uids), BATCH_COUNT)
            for sighting in self._describe(list(uids[at : at + BATCH_COUNT]))
        ]

    def lists(self, uid: int) -> bool:
        """Whether the folder still lists the message."""
        return uid in self._listed(uid)

    def _spans(self) -> list[list[str]]:
        """The searches to make, by sequence numbers, so that no answer grows too long:
        [[]] is a single one."""
        exists = self._sitting.session.exists
        limit = self._search_limit
        if exists <= limit:
            return [[]]
        *starts, newest = range(1, exists + 1, limit)
        spans = []
        for at in starts:
            spans.append([f"{at}:{at + limit - 1}"])
        # What comes meanwhile is asked for, too
        spans.append([f"{newest}:*"])
        return spans

    def _listed(self, since: int) -> set[int]:
        """The UIDs as SEARCH names them; as SEARCH ALL or FETCH do where it names none,
        since n:* is at least the last message (RFC 3501 6.4.8, 9)."""
        found: set[int] = set()
        for span in self._spans():
            found |= self._searched([*span, "UID", f"{since}:*"])
        if found or not self._sitting.session.exists:
            return found
        # n:* names at least the last message: no answer is no empty folder
        found = self._searched(["ALL"]) or self._fetched_uids()
        if not found:
            self._sitting.session.recount()
        if not found and self._sitting.session.exists:
            raise Unreachable(
                "incomplete",
                f"邮箱说有 {self._sitting.session.exists} 封邮件，却一封也没有列出来，"
                "这次没有读完，程序稍后会自动重试。",
            )
        return found

    def _searched(self, criteria: list[str]) -> set[int]:
        """What a SEARCH names; nothing where its answer makes no sense, or where it is
        refused in an empty folder."""
        beside = self._searched_beside(criteria)
        if beside:
            return beside
        try:
            return set(
                self._sitting.again(lambda client: search(client, criteria))
            )
        except Garbled:
            if not self._sitting.session.exists:
                raise
            return set()
        except Refused:
            if not self._sitting.session.is_empty:
                raise
            return set()

    def _searched_beside(self, criteria: list[str]) -> set[int]:
        """A SEARCH with the expected message's size and time in the same round trip, once;
        nothing where there is none, or where either is answered oddly: not every server
        takes two questions at a time, and each by itself shows which is at fault."""
        uid, self._expected = self._expected, None
        if uid is None:
            return set()
        try:
            found, items = self._sitting.once(
                lambda client: search_and_fetch(client, criteria, uid, _DATA)
            )
        except (Garbled, Refused, Throttled):
            return set()
        except Unreachable as trouble:
            self._sitting.reopen(trouble)
            return set()
        if uid in items:
            self._told = {uid: items[uid]}
        return set(found)

    def _fetched_uids(self) -> set[int]:
        try:
            return set(
                self._sitting.again(lambda client: client.fetch("1:*", ["UID"]))
            )
        except (Garbled, Refused):
            return set()

    def _items_of(self, uids: list[int]) -> dict[int, Any]:
        """Size and time of each, as the server says; of a message that was described
        beside the search as it was said there."""
        told, self._told = self._told, {}
        if list(told) == uids:
            return told
        found: dict[int, Any] = self._sitting.again(
            lambda s: s.fetch(uids, _DATA)
        )
        return found

    def _describe(self, uids: list[int]) -> list[Sighting]:
        try:
            answer = self._items_of(uids)
        except Throttled as trouble:
            self._check_serving(uids, trouble)
            answer = {}
        except (Garbled, Refused):
            answer = {}
        found = []
        for uid in uids:
            item = answer.get(uid, {})
            if b"RFC822.SIZE" not in item or b"INTERNALDATE" not in item:
                item = self._described_alone(uid)
            if item is not None:
                found.append(self._sighting(uid, item))
            if item:
                self._described = uid
        return found

    def _check_serving(self, uids: list[int], trouble: Throttled) -> None:
        """Raises the trouble where it was said of every message: what was described
        before is not any more, nor are the ends and the middle of the folder."""
        listed = self._seen or uids
        some = (
            self._described,
            listed[0],
            listed[len(listed) // 2],
            listed[-1],
        )
        for uid in dict.fromkeys(some):
            if uid is not None and self._is_described(uid):
                return
        raise trouble

    def _is_described(self, uid: int) -> bool:
        try:
            return self._item(uid, "RFC822.SIZE") is not None
        except (Garbled, Refused, Throttled):
            return False

    def _described_alone(self, uid: int) -> dict[bytes, Any] | None:
        """Size and time of one message, each asked for by itself; what makes no sense
        is left out. None for one that has gone. Unreachable where it is listed, and
        nothing at all is said of it."""
        said: dict[bytes, Any] = {}
        answered = False
        for name in _DATA:
            try:
                item = self._item(uid, name)
            except Throttled as trouble:
                self._check_serving([uid], trouble)
                answered = True
                continue
            except (Garbled, Refused):
                answered = True
                continue
            if item is not None:
                answered = True
                said.update(item)
        if answered:
            return said
        if not self.lists(uid):
            return None
        raise Unreachable(
            "incomplete",
            "邮箱列出了邮件，却没有给出它的大小和时间，这次没有读完，程序稍后会自动重试。",
            f"UID {uid}",
        )

    def _item(self, uid: int, name: str) -> dict[bytes, Any] | None:
        answer = self._sitting.again(lambda s: s.fetch([uid], [name]))
        found: dict[bytes, Any] | None = answer.get(uid)
        return found

    def _sighting(self, uid: int, item: dict[bytes, Any]) -> Sighting:
        return Sighting(
            uidvalidity=self._sitting.uidvalidity,
            uid=uid,
            received_at=self._received(item.get(b"INTERNALDATE")),
            size=_size(item.get(b"RFC822.SIZE")),
            folder=self._folder,
        )

    def _received(self, stated: object) -> datetime:
        """The server's time for a message; now, where it makes no sense."""
        now = self._clock.now()
        if not isinstance(stated, datetime):
            return now
        try:
            received = stated.astimezone(UTC)
        except (OverflowError, ValueError):
            return now
        if received.year < _OLDEST or received - now > _FUTURE:
            return now
        return received


def _size(stated: object) -> int:
    """The size as stated; 0 where it makes no sense, since nothing rests on it."""
    if isinstance(stated, int) and 0 <= stated < _BIGGEST:
        return stated
    return 0
