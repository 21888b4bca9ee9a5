"""The mailbox where the forms arrive, by IMAP: what is there, and its raw bytes.

Trusts UIDs only as names within one sitting, RFC822.SIZE not at all, and a body only
when it came whole. Uses UIDs and BODY.PEEK alone, so that nothing is marked as read;
changes nothing in the mailbox except in `move`. Never asks for ENVELOPE or
BODYSTRUCTURE (one malformed answer loses a batch), never parses a mail, never decides.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from types import TracebackType
from typing import Any, TypeVar

from imapclient import DELETED

from pipeline.edges.clock import Clock
from pipeline.edges.mail.connection import Deadline
from pipeline.edges.mail.imap_session import Garbled, ImapSession, Oversize
from pipeline.model.errors import BrokeOff, Refused, Unreachable
from pipeline.model.post import Fetched, Sighting
from pipeline.settings import Mailbox

T = TypeVar("T")

BATCH_COUNT = 200
BATCH_BYTES = 8_000_000
PIECE = 1_000_000
HEADER_BYTES = 262_144
SEARCH_LIMIT = (
    50_000  # UIDs an answer: imaplib reads no line over 1 MB, some 90,000 of them
)
NOOP_SECONDS = 30.0
RECONNECTS = 5  # a sitting: many logins in a row lead to a lockout


class ImapMailbox:
    """`with ImapMailbox(settings, password, clock) as mailbox:` is one sitting:
    `session_seconds` spent on the server's answers at most, what the program does
    between them not counted.

    A lost connection is taken up again, up to five times, where it broke off. Methods
    raise Unreachable and Refused.
    """

    def __init__(
        self,
        settings: Mailbox,
        password: str,
        clock: Clock,
        session_seconds: float = 600,
        search_limit: int = SEARCH_LIMIT,
    ) -> None:
        self._settings = settings
        self._password = password
        self._clock = clock
        self._seconds = session_seconds
        self._search_limit = search_limit
        self._reconnects = 0
        self._folders: set[str] = set()  # known to exist

    def __enter__(self) -> "ImapMailbox":
        self._deadline = Deadline(self._seconds)
        try:
            self._session = self._open()
        except BaseException:
            self._deadline.close()
            raise
        self.uidvalidity = self._session.uidvalidity
        self.folder = self._settings.folder
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()
        self._deadline.close()

    def check(self) -> list[str]:
        """What `xunbao check --online` shows: one Chinese sentence a line. The sitting
        itself is the test."""
        lines = [
            f"邮箱 {self._settings.user} 登录成功。",
            f"文件夹“{self._settings.folder}”可以打开，现有 {self._session.exists} 封邮件。",
        ]
        if self._session.knows_id:
            lines.append("服务器接受客户端标识（ID）。")
        if self._settings.host.endswith((".126.com", ".163.com", ".yeah.net")):
            lines.append(
                "请确认网页版邮箱设置中“收取最近30天邮件”已改为“收取全部邮件”，否则旧邮件看不到。"
            )
        return lines

    def uids(self, since: int = 1) -> list[int]:
        """The UIDs from `since` on, ascending. `since` = 1 is the whole list."""
        found: set[int] = set()
        for span in self._spans():
            found.update(self._again(lambda s: s.search([*span, "UID", f"{since}:*"])))  # noqa: B023 -- called at once
        # n:* answers the last message even when n is above it.
        return sorted(uid for uid in found if uid >= since)

    def describe(self, uids: Sequence[int]) -> list[Sighting]:
        """Size and time of each; those that have gone are left out."""
        return [
            sighting
            for at in range(0, len(uids), BATCH_COUNT)
            for sighting in self._describe(list(uids[at : at + BATCH_COUNT]))
        ]

    def fetch(self, sightings: Sequence[Sighting]) -> Iterator[Fetched]:
        """Each message's bytes, or why they did not come: "gone", "garbled: ...",
        "too_big" (see `header`).

        In the order asked for, so that a correction follows what it corrects. Small
        ones come in batches, big ones in pieces. Unreachable ends it: what was yielded
        is whole; BrokeOff, where the connection was lost over the same message twice,
        or while a batch dripped in for longer than a sitting lasts.
        """
        batch: list[Sighting] = []
        for sighting in sightings:
            big = sighting.size > PIECE
            full = (
                len(batch) == BATCH_COUNT
                or sum(s.size for s in batch) + sighting.size > BATCH_BYTES
            )
            if big or full:
                yield from self._fetch_batch(batch)
                batch = []
            if big:
                yield self._fetch_big(sighting)
            else:
                batch.append(sighting)
        yield from self._fetch_batch(batch)

    def header(self, sighting: Sighting) -> bytes:
        """The header of a message that is too big to fetch, cut at 256 KiB; b"" when it has gone."""
        item = f"BODY.PEEK[HEADER]<0.{HEADER_BYTES}>"
        return self._body(sighting.uid, item, b"BODY[HEADER]<0>") or b""

    def move(self, uid: int, folder: str) -> None:
        """Move a message to `folder`, which is created when missing. Needs a mailbox
        with `done_folder` set."""
        if folder not in self._folders:
            self._again(
                lambda client: (
                    client.folder_exists(folder) or client.create_folder(folder)
                )
            )
            self._folders.add(folder)
        self._again(lambda client: _move(client, uid, folder))

    def wait(self, seconds: float) -> bool:
        """Wait for news in the folder, by IDLE or, as with 126.com, by a NOOP now and
        then; whether there was any.

        Not counted in the sitting's seconds. Under half an hour, please: then servers end an IDLE.
        """
        self._deadline.grant(seconds)
        with self._session.command() as client:
            if client.has_capability("IDLE"):
                client.idle()
                news = client.idle_check(timeout=seconds)
                return _has_mail(news + client.idle_done()[1])
        end = self._clock.monotonic() + seconds
        while (rest := end - self._clock.monotonic()) > 0:
            self._clock.sleep(min(rest, NOOP_SECONDS))
            with self._session.command() as client:
                if _has_mail(client.noop()[1]):
                    return True
        return False

    def _open(self) -> ImapSession:
        writable = bool(self._settings.done_folder)
        return ImapSession(
            self._settings, self._password, self._deadline, writable=writable
        )

    def _reopen(self, trouble: Unreachable) -> None:
        """Take a lost connection up again; the trouble itself when that makes no sense any more."""
        if (
            isinstance(trouble, Garbled)
            or self._deadline.passed
            or self._reconnects >= RECONNECTS
        ):
            raise trouble
        self._reconnects += 1
        self._session.close()
        self._session = self._open()
        if self._session.uidvalidity != self.uidvalidity:
            raise Unreachable(
                "renumbered", "邮箱重新编号了邮件，本次读取中止，程序稍后会自动重试。"
            ) from trouble

    def _once(self, ask: Callable[[Any], T]) -> T:
        with self._session.command() as client:
            return ask(client)

    def _again(self, ask: Callable[[Any], T]) -> T:
        """Ask; on a lost connection ask once more on a new one."""
        try:
            return self._once(ask)
        except Oversize:
            raise
        except Unreachable as trouble:
            self._reopen(trouble)
        return self._once(ask)

    def _spans(self) -> list[list[str]]:
        """The searches to make, by sequence numbers, so that no answer grows too long:
        [[]] is a single one."""
        exists, limit = self._session.exists, self._search_limit
        if exists <= limit:
            return [[]]
        starts = range(1, exists + 1, limit)
        return [[f"{at}:{at + limit - 1}"] for at in starts[:-1]] + [
            [f"{starts[-1]}:*"]
        ]

    def _describe(self, uids: list[int]) -> list[Sighting]:
        try:
            answer = self._again(
                lambda s: s.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
            )
        except (Garbled, Refused):
            if len(uids) == 1:
                return self._describe_timeless(uids[0])
            return [sighting for uid in uids for sighting in self._describe([uid])]
        return [
            self._sighting(uid, answer[uid])
            for uid in uids
            if b"RFC822.SIZE" in answer.get(uid, {})
        ]

    def _describe_timeless(self, uid: int) -> list[Sighting]:
        """A message whose INTERNALDATE makes no sense counts as received when it was first seen."""
        answer = self._again(lambda s: s.fetch([uid], ["RFC822.SIZE"]))
        if b"RFC822.SIZE" in answer.get(uid, {}):
            return [self._sighting(uid, answer[uid])]
        return []

    def _sighting(self, uid: int, item: dict[bytes, Any]) -> Sighting:
        received = item.get(b"INTERNALDATE") or self._clock.now()
        return Sighting(
            self.uidvalidity,
            uid,
            received.astimezone(UTC),
            int(item[b"RFC822.SIZE"]),
            self._settings.folder,
        )

    def _fetch_batch(self, batch: list[Sighting]) -> Iterator[Fetched]:
        """A batch that is answered oddly is asked for in halves, one that breaks the
        connection message by message."""
        if not batch:
            return
        try:
            answer = self._once(
                lambda s: s.fetch([x.uid for x in batch], ["BODY.PEEK[]"])
            )
        except (Garbled, Refused):
            if len(batch) == 1:
                yield self._fetch_single(batch[0])
                return
            middle = len(batch) // 2
            yield from self._fetch_batch(batch[:middle])
            yield from self._fetch_batch(batch[middle:])
            return
        except Unreachable as trouble:
            if self._deadline.passed:
                raise BrokeOff(trouble, batch) from trouble
            self._reopen(trouble)
            for sighting in batch:
                yield self._fetch_single(sighting)
            return
        for sighting in batch:
            yield self._whole(sighting, answer.get(sighting.uid, {}).get(b"BODY[]"))

    def _fetch_single(self, sighting: Sighting) -> Fetched:
        return self._alone(
            sighting,
            lambda: self._whole(
                sighting, self._body(sighting.uid, "BODY.PEEK[]", b"BODY[]")
            ),
        )

    def _fetch_big(self, sighting: Sighting) -> Fetched:
        return self._alone(sighting, lambda: self._in_pieces(sighting))

    def _alone(self, sighting: Sighting, fetch: Callable[[], Fetched]) -> Fetched:
        """One message, asked for by itself: whatever goes wrong is its own."""
        try:
            return fetch()
        except Oversize as trouble:
            self._reopen(trouble)
            return Fetched(sighting, failure="too_big")
        except (Garbled, Refused) as trouble:
            return Fetched(sighting, failure=f"garbled: {trouble.detail}")
        except Unreachable as trouble:
            raise BrokeOff(trouble, [sighting]) from trouble

    def _in_pieces(self, sighting: Sighting) -> Fetched:
        """RFC822.SIZE may be wrong either way: the end is a short piece at or past it,
        or an empty one."""
        limit = self._settings.max_message
        if sighting.size > limit and self._piece(sighting.uid, limit, 1):
            return Fetched(sighting, failure="too_big")
        raw = bytearray()
        while len(raw) <= limit:
            piece = self._piece(sighting.uid, len(raw), PIECE)
            if (
                piece is None
                and len(raw) < sighting.size
                and not (raw and self._describe([sighting.uid]))
            ):
                return Fetched(sighting, failure="gone")
            raw += piece or b""
            if not piece or (len(piece) < PIECE and len(raw) >= sighting.size):
                return self._whole(sighting, bytes(raw))
        return Fetched(sighting, failure="too_big")

    def _piece(self, uid: int, start: int, length: int) -> bytes | None:
        return self._body(uid, f"BODY.PEEK[]<{start}.{length}>", b"BODY[]<%d>" % start)

    def _whole(self, sighting: Sighting, raw: Any) -> Fetched:
        if not isinstance(raw, bytes) or not raw:
            return Fetched(sighting, failure="gone")
        if len(raw) > self._settings.max_message:
            return Fetched(sighting, failure="too_big")
        return Fetched(sighting, raw)

    def _body(self, uid: int, item: str, key: bytes) -> bytes | None:
        body = self._again(lambda s: s.fetch([uid], [item])).get(uid, {}).get(key)
        if isinstance(body, bytes):
            return body
        return None


def _move(client: Any, uid: int, folder: str) -> None:
    """Done twice, it moves once, or leaves a second copy in `folder`; never does a message get lost."""
    if client.has_capability("MOVE"):
        client.move([uid], folder)
        return
    client.copy([uid], folder)
    client.add_flags([uid], DELETED, silent=True)
    if client.has_capability(
        "UIDPLUS"
    ):  # a bare EXPUNGE would also remove what people have marked deleted
        client.uid_expunge([uid])


def _has_mail(answers: Sequence[tuple[Any, ...]]) -> bool:
    return any(b"EXISTS" in answer for answer in answers)
