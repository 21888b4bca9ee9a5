"""The mailbox where the forms arrive, by IMAP: what is there, and its raw bytes.

One sitting, whose parts stand beside this file: the connection (imap_sitting.py), what
the folder lists (imap_listing.py), the bytes (imap_bodies.py), the other folders
(imap_folders.py). Trusts UIDs only as names within one sitting, RFC822.SIZE not at all,
and a body only when it came whole. Uses UIDs and BODY.PEEK alone, so that nothing is
marked as read; changes nothing in the mailbox except in `move`. Never asks for ENVELOPE
or BODYSTRUCTURE (one malformed answer loses a batch), never parses a mail, never decides.
"""

from collections.abc import Callable, Iterator, Sequence
from types import TracebackType

from pipeline.edges.clock import Clock
from pipeline.edges.fault_points import FaultPoint, reach
from pipeline.edges.mail.imap_bodies import Bodies
from pipeline.edges.mail.imap_folders import Folders
from pipeline.edges.mail.imap_listing import SEARCH_LIMIT, Listing
from pipeline.edges.mail.imap_sitting import Sitting
from pipeline.edges.mail.imap_waiting import (
    NOOP_SECONDS,
    RECOUNT_SECONDS,
    Waiting,
    nobody,
)
from pipeline.model.operation.post import Fetched, Sighting
from pipeline.settings import Mailbox


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
        noop_seconds: float = NOOP_SECONDS,
        recount_seconds: float = RECOUNT_SECONDS,
    ) -> None:
        self._settings = settings
        self._password = password
        self._clock = clock
        self._seconds = session_seconds
        self._search_limit = search_limit
        self._noop_seconds = noop_seconds
        self.folder = settings.folder
        self._recount_seconds = recount_seconds

    def __enter__(self) -> "ImapMailbox":
        settings = self._settings
        seconds = reach(FaultPoint.SITTING_SECONDS, lambda: self._seconds)
        self._sitting = Sitting(settings, self._password, seconds)
        self._listing = Listing(
            sitting=self._sitting,
            folder=settings.folder,
            clock=self._clock,
            search_limit=self._search_limit,
        )
        self._bodies = Bodies(
            self._sitting, self._listing, settings.max_message
        )
        self._folders = Folders(self._sitting)
        self._waiting = Waiting(
            sitting=self._sitting,
            listing=self._listing,
            clock=self._clock,
            noop_seconds=self._noop_seconds,
            recount_seconds=self._recount_seconds,
        )
        self.uidvalidity = self._sitting.uidvalidity
        return self

    def begin_again(self) -> None:
        """A new sitting on the connection that stands: all is asked again, but for the
        login. Raises as opening it does; then it is of no use any more."""
        self._sitting.begin_again(self._seconds)
        self._listing.begin_again()
        self._waiting.note_poll()
        self.uidvalidity = self._sitting.uidvalidity

    def is_same(self, other: "ImapMailbox") -> bool:
        """Whether both log in alike and open the same folder."""
        return (self._settings, self._password) == (
            other._settings,
            other._password,
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._sitting.close()

    def check(self) -> Iterator[str]:
        """What `xunbao check --online` shows: one Chinese sentence a line, each said
        before the next is looked for. The sitting itself is the test; the junk folder
        has one of its own."""
        yield f"邮箱 {self._settings.user} 登录成功。"
        yield (
            f"文件夹“{self._settings.folder}”可以打开，"
            f"现有 {self._sitting.session.exists} 封邮件。"
        )
        if self._sitting.session.knows_id:
            yield "服务器接受客户端标识（ID）。"
        yield from self._done_folder_lines()
        if self._settings.host.endswith((".126.com", ".163.com", ".yeah.net")):
            yield "请确认网页版邮箱设置中“收取最近30天邮件”已改为“收取全部邮件”，否则旧邮件看不到。"

    def _done_folder_lines(self) -> Iterator[str]:
        """Whether it is there; filing away is tried with a letter to oneself (--send)."""
        folder = self._settings.done_folder
        if not folder:
            return
        if self._folders.standing(folder):
            yield f"文件夹“{folder}”（done_folder）存在。"
        else:
            yield f"文件夹“{folder}”（done_folder）还没有，第一次移动邮件时会建立。"

    def uids(self, since: int = 1) -> list[int]:
        """The UIDs from `since` on, ascending. `since` = 1 is the whole list.

        Unreachable where the folder is said to hold messages and none can be named.
        """
        return self._listing.uids(since)

    def lists(self, uid: int) -> bool:
        """Whether the folder still lists the message."""
        return self._listing.lists(uid)

    def describe(self, uids: Sequence[int]) -> list[Sighting]:
        """Size and time of each; those that have gone are left out."""
        return self._listing.describe(uids)

    def answers(self, sighting: Sighting) -> bool:
        """Whether the server hands out this message, which it did before: the test of
        whether a refusal was meant for another."""
        return self._bodies.answers(sighting)

    def fetch(self, sightings: Sequence[Sighting]) -> Iterator[Fetched]:
        """Each message's bytes, or why they did not come: "gone", "garbled: ...",
        "too_big" (see `header`).

        In the order asked for, so that a correction follows what it corrects. Small
        ones come in batches, big ones in pieces. Unreachable ends it: what was yielded
        is whole; BrokeOff, where the connection was lost over the same message twice,
        or while a batch dripped in for longer than a sitting lasts.
        """
        return self._bodies.fetch(sightings)

    def header(self, sighting: Sighting) -> bytes:
        """The header of a message that is too big to fetch, cut at 256 KiB; b"" when it has gone."""
        return self._bodies.header(sighting)

    def move(self, uid: int, folder: str) -> None:
        """Move a message to `folder`, which is created when missing. Needs a mailbox
        with `done_folder` set."""
        self._folders.move(uid, folder)

    def wait(self, seconds: float, wanted: Callable[[], bool] = nobody) -> bool:
        """Wait for news in the folder, by IDLE or, as with 126.com, by a NOOP now and
        then; whether there was any. `wanted` is asked every second, and ends it.

        Not counted in the sitting's seconds. Under half an hour, please: then servers
        end an IDLE. Now and then the folder is opened again and its messages counted.
        """
        return self._waiting.wait(seconds, wanted)
