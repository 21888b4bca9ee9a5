"""The mailbox where the forms arrive, by IMAP: what is there, and its raw bytes.

Trusts UIDs only as names within one sitting, RFC822.SIZE not at all, and a body only
when it came whole. Uses UIDs and BODY.PEEK alone, so that nothing is marked as read;
changes nothing in the mailbox except in `move`. Never asks for ENVELOPE or
BODYSTRUCTURE (one malformed answer loses a batch), never parses a mail, never decides.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, TypeVar

from imapclient import DELETED

from pipeline.edges.clock import Clock
from pipeline.edges.fault_points import FaultPoint, reach
from pipeline.edges.mail.connection import Deadline
from pipeline.edges.mail.imap_session import (
    Garbled,
    ImapSession,
    Oversize,
    Throttled,
)
from pipeline.model.operation.errors import BrokeOff, Refused, Unreachable
from pipeline.model.operation.post import Fetched, Sighting
from pipeline.settings import Mailbox

T = TypeVar("T")

BATCH_COUNT = 200
BATCH_BYTES = 8_000_000
PIECE = 1_000_000
HEADER_BYTES = 262_144
# UIDs an answer: imaplib reads no line over 1 MB, some 90,000 of them
SEARCH_LIMIT = 50_000
NOOP_SECONDS = 30.0
# Not every server tells of new mail in an open folder
RECOUNT_SECONDS = 300.0
# A year; no mailbox of today is older
_OLDEST = 1990
# A clock that is set is not wrong by more
_FUTURE = timedelta(days=366)
# Octets of a message; above it the number is a mistake
_BIGGEST = 1 << 40
# A sitting: many logins in a row lead to a lockout
RECONNECTS = 5


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
        # Known to exist, by their names here
        self._folders: dict[str, str] = {}

    def __enter__(self) -> "ImapMailbox":
        seconds = reach(FaultPoint.SITTING_SECONDS, lambda: self._seconds)
        self._deadline = Deadline(seconds)
        try:
            self._session = self._open()
        except BaseException:
            self._deadline.close()
            raise
        self._counted_at = self._clock.monotonic()
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
        lines += self._folder_lines()
        if self._settings.host.endswith((".126.com", ".163.com", ".yeah.net")):
            lines.append(
                "请确认网页版邮箱设置中“收取最近30天邮件”已改为“收取全部邮件”，否则旧邮件看不到。"
            )
        return lines

    def _folder_lines(self) -> list[str]:
        """Whether the other two folders are there; what is filed away is not tried."""
        lines = []
        for key, folder in (
            ("done_folder", self._settings.done_folder),
            ("junk_folder", self._settings.junk_folder),
        ):
            if not folder:
                continue
            if self._standing(folder):
                lines.append(f"文件夹“{folder}”（{key}）存在。")
            elif key == "done_folder":
                lines.append(
                    f"文件夹“{folder}”（{key}）还没有，第一次移动邮件时会建立。"
                )
            else:
                raise Refused(
                    "folder",
                    f"邮箱中没有文件夹“{folder}”，请检查 [mailbox] 的 {key} 一项。",
                )
        return lines

    def uids(self, since: int = 1) -> list[int]:
        """The UIDs from `since` on, ascending. `since` = 1 is the whole list.

        Unreachable where the folder is said to hold messages and none can be named.
        """
        found = self._listed(since)
        return sorted(uid for uid in found if uid >= since)

    def answers(self, sighting: Sighting) -> bool:
        """Whether the server hands out this message, which it did before: the test of
        whether a refusal was meant for another."""
        try:
            return (
                self._body(
                    sighting.uid, "BODY.PEEK[HEADER]", (b"BODY[HEADER]",)
                )
                is not None
            )
        except (Garbled, Refused):
            return False

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
        named = (
            b"BODY[HEADER]<0>",
            b"BODY[HEADER]<0.%d>" % HEADER_BYTES,
            b"BODY[HEADER]",
        )
        return self._body(sighting.uid, item, named) or b""

    def move(self, uid: int, folder: str) -> None:
        """Move a message to `folder`, which is created when missing. Needs a mailbox
        with `done_folder` set."""
        if folder not in self._folders:
            self._folders[folder] = self._made(folder)
        name = self._folders[folder]
        self._again(lambda client: _move(client, uid, name))

    def _made(self, folder: str) -> str:
        """The folder, there or created now, under its full name."""
        standing = self._standing(folder)
        if standing:
            return standing
        try:
            self._again(lambda client: client.create_folder(folder))
        except Refused:
            below = self._below_inbox(folder)
            if below == folder:
                raise
            self._again(lambda client: client.create_folder(below))
            return below
        return folder

    def _standing(self, folder: str) -> str:
        """The full name under which the folder is there; "" where it is not. Cyrus and
        Courier take new ones only below the INBOX."""
        if self._exists(folder):
            return folder
        below = self._below_inbox(folder)
        if below != folder and self._exists(below):
            return below
        return ""

    def _exists(self, folder: str) -> bool:
        return bool(self._again(lambda client: client.folder_exists(folder)))

    def _below_inbox(self, folder: str) -> str:
        return self._again(lambda client: _below_inbox(client, folder))

    def wait(self, seconds: float) -> bool:
        """Wait for news in the folder, by IDLE or, as with 126.com, by a NOOP now and
        then; whether there was any.

        Not counted in the sitting's seconds. Under half an hour, please: then servers
        end an IDLE. Now and then the folder is opened anew and its messages counted.
        """
        self._deadline.grant(seconds)
        if self._has_grown():
            return True
        with self._session.command() as client:
            if client.has_capability("IDLE"):
                # What came since the last wait is told now: in the answer to IDLE it
                # would be taken for a refusal.
                if _has_mail(client.noop()[1]):
                    return True
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

    def _has_grown(self) -> bool:
        """By the folder's own count, asked for once in RECOUNT_SECONDS."""
        now = self._clock.monotonic()
        if now - self._counted_at < RECOUNT_SECONDS:
            return False
        self._counted_at = now
        before = self._session.exists
        with self._session.command():
            self._session.recount()
        return self._session.exists > before

    def _open(self) -> ImapSession:
        writable = bool(self._settings.done_folder)
        return ImapSession(
            self._settings, self._password, self._deadline, writable=writable
        )

    def _reopen(self, trouble: Unreachable) -> None:
        """Take a lost connection up again; the trouble itself when that makes no sense any more."""
        if (
            isinstance(trouble, Garbled | Throttled)
            or self._deadline.passed
            or self._reconnects >= RECONNECTS
        ):
            raise trouble
        self._reconnects += 1
        self._session.close()
        self._session = self._open()
        if self._session.uidvalidity != self.uidvalidity:
            raise Unreachable(
                "renumbered",
                "邮箱重新编号了邮件，本次读取中止，程序稍后会自动重试。",
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
        exists = self._session.exists
        limit = self._search_limit
        if exists <= limit:
            return [[]]
        starts = range(1, exists + 1, limit)
        return [[f"{at}:{at + limit - 1}"] for at in starts[:-1]] + [
            [f"{starts[-1]}:*"]
        ]

    def _listed(self, since: int) -> set[int]:
        """The UIDs as SEARCH names them; as SEARCH ALL or FETCH do where it names none,
        since n:* is at least the last message (RFC 3501 6.4.8, 9)."""
        found: set[int] = set()
        for span in self._spans():
            found |= self._searched([*span, "UID", f"{since}:*"])
        if found or not self._session.exists:
            return found
        found = self._searched(["ALL"]) or self._fetched_uids()
        if not found:
            self._session.recount()
        if not found and self._session.exists:
            raise Unreachable(
                "incomplete",
                f"邮箱说有 {self._session.exists} 封邮件，却一封也没有列出来，"
                "这次没有读完，程序稍后会自动重试。",
            )
        return found

    def _searched(self, criteria: list[str]) -> set[int]:
        """What a SEARCH names; nothing where its answer makes no sense, or where it is
        refused in an empty folder."""
        try:
            return set(self._again(lambda client: search(client, criteria)))
        except Garbled:
            if not self._session.exists:
                raise
            return set()
        except Refused:
            if not self._session.is_empty:
                raise
            return set()

    def _fetched_uids(self) -> set[int]:
        try:
            return set(self._again(lambda client: client.fetch("1:*", ["UID"])))
        except (Garbled, Refused):
            return set()

    def _describe(self, uids: list[int]) -> list[Sighting]:
        try:
            answer = self._again(
                lambda s: s.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
            )
        except (Garbled, Refused):
            answer = {}
        found = []
        for uid in uids:
            item = answer.get(uid, {})
            if b"RFC822.SIZE" not in item or b"INTERNALDATE" not in item:
                item = self._described_alone(uid)
            if item is not None:
                found.append(self._sighting(uid, item))
        return found

    def _described_alone(self, uid: int) -> dict[bytes, Any] | None:
        """Size and time of one message, each asked for by itself; what makes no sense
        is left out. None for one that has gone. Unreachable where it is listed, and
        nothing at all is said of it."""
        said: dict[bytes, Any] = {}
        answered = False
        for name in ("RFC822.SIZE", "INTERNALDATE"):
            try:
                item = self._again(lambda s: s.fetch([uid], [name])).get(uid)  # noqa: B023 -- called at once
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

    def lists(self, uid: int) -> bool:
        """Whether the folder still lists the message."""
        return uid in self._listed(uid)

    def _sighting(self, uid: int, item: dict[bytes, Any]) -> Sighting:
        return Sighting(
            self.uidvalidity,
            uid,
            self._received(item.get(b"INTERNALDATE")),
            _size(item.get(b"RFC822.SIZE")),
            self._settings.folder,
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

    def _fetch_batch(self, batch: list[Sighting]) -> Iterator[Fetched]:
        """A batch that is answered oddly is asked for in halves, one that breaks the
        connection message by message."""
        if not batch:
            return
        try:
            answer = self._once(
                lambda s: s.fetch([x.uid for x in batch], ["BODY.PEEK[]"])
            )
        except Throttled:
            raise
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
            yield self._whole(
                sighting, answer.get(sighting.uid, {}).get(b"BODY[]")
            )

    def _fetch_single(self, sighting: Sighting) -> Fetched:
        return self._alone(
            sighting,
            lambda: self._whole(
                sighting, self._body(sighting.uid, "BODY.PEEK[]", (b"BODY[]",))
            ),
        )

    def _fetch_big(self, sighting: Sighting) -> Fetched:
        return self._alone(sighting, lambda: self._in_pieces(sighting))

    def _alone(
        self, sighting: Sighting, fetch: Callable[[], Fetched]
    ) -> Fetched:
        """One message, asked for by itself: whatever goes wrong is its own."""
        try:
            return fetch()
        except Throttled:
            raise
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
            if piece is None and len(raw) < sighting.size:
                return self._in_one(sighting)
            raw += piece or b""
            if not piece or (len(piece) < PIECE and len(raw) >= sighting.size):
                return self._whole(sighting, bytes(raw))
        return Fetched(sighting, failure="too_big")

    def _in_one(self, sighting: Sighting) -> Fetched:
        """A message whose pieces the server does not hand out, asked for as a whole."""
        raw = self._body(sighting.uid, "BODY.PEEK[]", (b"BODY[]",))
        return self._whole(sighting, raw)

    def _piece(self, uid: int, start: int, length: int) -> bytes | None:
        """A piece, under its origin; some servers name the length too."""
        item = f"BODY.PEEK[]<{start}.{length}>"
        named = (b"BODY[]<%d>" % start, b"BODY[]<%d.%d>" % (start, length))
        return self._body(uid, item, named)

    def _whole(self, sighting: Sighting, raw: Any) -> Fetched:
        if not isinstance(raw, bytes) or not raw:
            if self.lists(sighting.uid):
                return Fetched(sighting, failure="empty")
            return Fetched(sighting, failure="gone")
        if len(raw) > self._settings.max_message:
            return Fetched(sighting, failure="too_big")
        return Fetched(sighting, raw)

    def _body(
        self, uid: int, item: str, names: tuple[bytes, ...]
    ) -> bytes | None:
        """The bytes that the answer has under one of `names`; None where it has none."""
        answer = self._again(lambda s: s.fetch([uid], [item])).get(uid, {})
        for name in names:
            body = answer.get(name)
            if isinstance(body, bytes):
                return body
        return None


def search(client: Any, criteria: list[str]) -> list[int]:
    """UID SEARCH, whose answer may come in several lines; what stands in brackets behind
    the numbers (MODSEQ) is none of them."""
    found: list[int] = []
    words = []
    for word in criteria:
        words.append(word.encode("ascii"))
    for line in client._raw_command_untagged(b"SEARCH", words):
        if isinstance(line, bytes):
            found += map(int, line.partition(b"(")[0].split())
    return found


def _below_inbox(client: Any, folder: str) -> str:
    """The folder's name where the server keeps a user's own folders (RFC 2342); the same
    where it names no place, or the folder stands there already."""
    if not client.has_capability("NAMESPACE"):
        return folder
    personal = client.namespace().personal
    prefix = str(personal[0][0]) if personal else ""
    if folder.startswith(prefix):
        return folder
    return prefix + folder


def _size(stated: object) -> int:
    """The size as stated; 0 where it makes no sense, since nothing rests on it."""
    if isinstance(stated, int) and 0 <= stated < _BIGGEST:
        return stated
    return 0


def _move(client: Any, uid: int, folder: str) -> None:
    """Done twice, it moves once, or leaves a second copy in `folder`; never does a message get lost."""
    if client.has_capability("MOVE"):
        client.move([uid], folder)
        return
    client.copy([uid], folder)
    client.add_flags([uid], DELETED, silent=True)
    # A bare EXPUNGE would also remove what people have marked deleted
    if client.has_capability("UIDPLUS"):
        client.uid_expunge([uid])


def _has_mail(answers: Sequence[tuple[Any, ...]]) -> bool:
    return reach(
        FaultPoint.NEWS,
        lambda: any(b"EXISTS" in answer for answer in answers),
    )
