"""The raw bytes of messages, in batches and in pieces, or why they did not come.

For: mailbox.py. Trusts a body only when it came whole and named its message. Uses
BODY.PEEK alone, so that nothing is marked as read. Never: blames a message for what the
server refuses to everybody: where it says that it serves nobody, another message is
asked for, and only where that one comes was it said of this one (Dovecot says SERVERBUG
of one damaged message).
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from pipeline.edges.mail.imap_listing import BATCH_COUNT, Listing
from pipeline.edges.mail.imap_session import Garbled, Oversize, Throttled
from pipeline.edges.mail.imap_sitting import Sitting
from pipeline.model.operation.errors import BrokeOff, Refused, Unreachable
from pipeline.model.operation.post import Fetched, Sighting

# Octets of a batch, by the sizes that were stated
BATCH_BYTES = 8_000_000
# Octets; a bigger message comes in pieces of so many
PIECE = 1_000_000
# Octets of the header of a message that is too big
HEADER_BYTES = 262_144


class Bodies:
    """`most` are the octets of a message that is taken."""

    def __init__(self, sitting: Sitting, listing: Listing, most: int) -> None:
        self._sitting = sitting
        self._listing = listing
        self._most = most
        # The last that came in this sitting, to be asked for again
        self._came: Sighting | None = None
        # Whether something went wrong: then nothing is asked for ahead
        self._one_by_one = False
        # The UIDs that were asked for ahead last
        self._ahead: list[int] = []

    def fetch(self, sightings: Sequence[Sighting]) -> Iterator[Fetched]:
        """As `ImapMailbox.fetch`."""
        parts = list(_parts(sightings))
        for part, following in pairwise([*parts, []]):
            if _is_big(part[0]):
                yield self._fetch_big(part[0])
            else:
                yield from self._fetch_batch(part, following)

    def header(self, sighting: Sighting) -> bytes:
        """As `ImapMailbox.header`."""
        item = f"BODY.PEEK[HEADER]<0.{HEADER_BYTES}>"
        named = (
            b"BODY[HEADER]<0>",
            b"BODY[HEADER]<0.%d>" % HEADER_BYTES,
            b"BODY[HEADER]",
        )
        return self._body(sighting.uid, item, named) or b""

    def answers(self, sighting: Sighting) -> bool:
        """As `ImapMailbox.answers`. Its bytes are asked for, where they are few: there
        are servers that keep back bodies alone."""
        item = "BODY.PEEK[]"
        named = (b"BODY[]",)
        if _is_big(sighting):
            item = "BODY.PEEK[HEADER]"
            named = (b"BODY[HEADER]",)
        try:
            body = self._body(
                sighting.uid,
                item,
                named,
            )
        except (Garbled, Refused):
            return False
        return bool(body)

    def _serves(self, sighting: Sighting) -> bool:
        """As `answers`; False too where the server says that it serves nobody."""
        try:
            return self.answers(sighting)
        except Throttled:
            return False

    def _fetch_batch(
        self,
        batch: list[Sighting],
        following: Sequence[Sighting] = (),
    ) -> Iterator[Fetched]:
        """A batch. `following` is asked for ahead, until anything goes wrong: from then
        on one question is on the wire, and it shows which."""
        if not batch:
            return
        uids = _uids(batch)
        then = self._to_ask_ahead(following)
        paired = bool(then) or uids == self._ahead
        try:
            answer = self._sitting.session.bodies(uids, then)
        except (Refused, Unreachable) as trouble:
            self._one_by_one = True
            self._ahead = []
            yield from self._after(trouble, batch, paired=paired)
            return
        self._ahead = then
        for sighting in batch:
            yield self._whole(sighting, answer[sighting.uid].get(b"BODY[]"))

    def _after(
        self,
        trouble: Refused | Unreachable,
        batch: list[Sighting],
        *,
        paired: bool,
    ) -> Iterator[Fetched]:
        """A batch that is answered oddly is asked for in halves, one that breaks the
        connection message by message."""
        if isinstance(trouble, Throttled):
            yield from self._fetch_throttled(batch, trouble)
        elif isinstance(trouble, Garbled | Refused):
            yield from self._fetch_halves(batch)
        elif self._sitting.deadline.passed:
            raise BrokeOff(trouble, batch) from trouble
        else:
            self._sitting.reopen(trouble)
            if paired:
                # Not every server takes two questions at a time
                yield from self._fetch_batch(batch)
                return
            # One of them breaks the connection: alone it shows which
            for sighting in batch:
                yield self._fetch_single(sighting)

    def _to_ask_ahead(self, following: Sequence[Sighting]) -> list[int]:
        """The UIDs of a batch; a big message is asked for in its turn."""
        if self._one_by_one or not following or _is_big(following[0]):
            return []
        return _uids(following)

    def _fetch_halves(self, batch: list[Sighting]) -> Iterator[Fetched]:
        """They find the one that the server cannot hand out in few questions."""
        if len(batch) == 1:
            yield self._fetch_single(batch[0])
            return
        middle = len(batch) // 2
        yield from self._fetch_batch(batch[:middle])
        yield from self._fetch_batch(batch[middle:])

    def _fetch_throttled(
        self, batch: list[Sighting], trouble: Throttled
    ) -> Iterator[Fetched]:
        """A batch over which the server says that it serves nobody. Three are asked for
        alone at most: where none comes, the others are not asked for."""
        if len(batch) == 1:
            yield self._of_one(batch[0], trouble)
            return
        self._look_for_one(batch)
        if self._came is None:
            for sighting in batch:
                yield _throttled(sighting, trouble)
            return
        if not self._serves(self._came):
            raise trouble
        yield from self._fetch_halves(batch)

    def _look_for_one(self, batch: list[Sighting]) -> None:
        middle = batch[len(batch) // 2]
        for sighting in (batch[0], middle, batch[-1]):
            if self._came is None and self._serves(sighting):
                self._came = sighting

    def _of_one(self, sighting: Sighting, trouble: Throttled) -> Fetched:
        """Whether it was said of this one alone is tried on one that came; where none
        did, who called knows one that came before this sitting."""
        if self._came is not None and not self._serves(self._came):
            raise trouble
        return _throttled(sighting, trouble)

    def _fetch_single(self, sighting: Sighting) -> Fetched:
        return self._alone(
            sighting,
            lambda: self._in_one(sighting),
        )

    def _fetch_big(self, sighting: Sighting) -> Fetched:
        return self._alone(sighting, lambda: self._in_pieces(sighting))

    def _alone(
        self, sighting: Sighting, fetch: Callable[[], Fetched]
    ) -> Fetched:
        """One message, asked for by itself: whatever goes wrong is its own."""
        try:
            return fetch()
        except Throttled as trouble:
            return self._of_one(sighting, trouble)
        except Oversize as trouble:
            self._sitting.reopen(trouble)
            return Fetched(sighting, failure="too_big")
        except (Garbled, Refused) as trouble:
            return Fetched(sighting, failure=f"garbled: {trouble.detail}")
        except Unreachable as trouble:
            raise BrokeOff(trouble, [sighting]) from trouble

    def _in_pieces(self, sighting: Sighting) -> Fetched:
        """RFC822.SIZE may be wrong either way: the end is a short piece at or past it,
        or an empty one."""
        limit = self._most
        if sighting.size > limit and self._piece(sighting.uid, limit, 1):
            return Fetched(sighting, failure="too_big")
        raw = bytearray()
        while len(raw) <= limit:
            piece = self._piece(sighting.uid, len(raw), PIECE)
            # No answer before the stated end: this server does not know pieces
            if piece is None and len(raw) < sighting.size:
                return self._in_one(sighting)
            raw += piece or b""
            if not piece or (len(piece) < PIECE and len(raw) >= sighting.size):
                return self._whole(sighting, bytes(raw))
        return Fetched(sighting, failure="too_big")

    def _in_one(self, sighting: Sighting) -> Fetched:
        """A message asked for as a whole: a small one, or one whose pieces the server does
        not hand out."""
        raw = self._body(sighting.uid, "BODY.PEEK[]", (b"BODY[]",))
        return self._whole(sighting, raw)

    def _piece(self, uid: int, start: int, length: int) -> bytes | None:
        """A piece, under its origin; some servers name the length too."""
        item = f"BODY.PEEK[]<{start}.{length}>"
        named = (b"BODY[]<%d>" % start, b"BODY[]<%d.%d>" % (start, length))
        return self._body(uid, item, named)

    def _whole(self, sighting: Sighting, raw: Any) -> Fetched:
        if not isinstance(raw, bytes) or not raw:
            # Only the folder's own list says that a message has gone
            if self._listing.lists(sighting.uid):
                return Fetched(sighting, failure="empty")
            return Fetched(sighting, failure="gone")
        if len(raw) > self._most:
            return Fetched(sighting, failure="too_big")
        self._came = sighting
        return Fetched(sighting, raw)

    def _body(
        self, uid: int, item: str, names: tuple[bytes, ...]
    ) -> bytes | None:
        """The bytes that the answer has under one of `names`; None where it has none."""
        answer = self._sitting.again(lambda s: s.fetch([uid], [item])).get(
            uid, {}
        )
        for name in names:
            body = answer.get(name)
            if isinstance(body, bytes):
                return body
        return None


def _is_big(sighting: Sighting) -> bool:
    return sighting.size > PIECE


def _uids(batch: Sequence[Sighting]) -> list[int]:
    return [sighting.uid for sighting in batch]


def _parts(sightings: Sequence[Sighting]) -> Iterator[list[Sighting]]:
    """What is asked for at a time: so many, so big; a big one goes alone."""
    batch: list[Sighting] = []
    size = 0
    for sighting in sightings:
        full = len(batch) == BATCH_COUNT or size + sighting.size > BATCH_BYTES
        if batch and (full or _is_big(sighting)):
            yield batch
            batch = []
            size = 0
        if _is_big(sighting):
            yield [sighting]
        else:
            batch.append(sighting)
            size += sighting.size
    if batch:
        yield batch


def _throttled(sighting: Sighting, trouble: Throttled) -> Fetched:
    return Fetched(
        sighting,
        failure=f"busy: {trouble.detail}",
        busy=trouble,
    )
