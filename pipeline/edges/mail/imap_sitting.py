"""One sitting at the mailbox: the connection, taken up again where it was lost.

For: mailbox.py and its parts, which ask through it. Trusts UIDs only as names within
one sitting: where the folder was renumbered meanwhile, it ends. Never: logs in more
often than RECONNECTS times, since many logins in a row lead to a lockout.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from pipeline.edges.mail.connection import Deadline
from pipeline.edges.mail.imap_session import (
    Garbled,
    ImapSession,
    Oversize,
    Throttled,
)
from pipeline.model.operation.errors import Unreachable
from pipeline.settings import Mailbox

T = TypeVar("T")

# Of one sitting
RECONNECTS = 5


class Sitting:
    """A session with its deadline: `seconds` spent on the server's answers at most.
    Methods raise Unreachable and Refused."""

    def __init__(
        self, settings: Mailbox, password: str, seconds: float
    ) -> None:
        self._settings = settings
        self._password = password
        self._reconnects = 0
        self.deadline = Deadline(seconds)
        try:
            self.session = self._open()
        except BaseException:
            self.deadline.close()
            raise
        self.uidvalidity = self.session.uidvalidity

    def close(self) -> None:
        self.session.close()
        self.deadline.close()

    def _open(self) -> ImapSession:
        writable = bool(self._settings.done_folder)
        return ImapSession(
            self._settings,
            self._password,
            self.deadline,
            writable=writable,
        )

    def begin_again(self, seconds: float) -> None:
        """A new sitting on the connection that stands, with so many seconds of its own:
        the folder is opened once more, and may be numbered again."""
        self._reconnects = 0
        self.deadline.renew(seconds)
        self.session.recount()
        self.uidvalidity = self.session.uidvalidity

    def reopen(self, trouble: Unreachable) -> None:
        """Take a lost connection up again; the trouble itself when that makes no sense any more."""
        if (
            isinstance(trouble, Garbled | Throttled)
            or self.deadline.passed
            or self._reconnects >= RECONNECTS
        ):
            raise trouble
        self._reconnects += 1
        self.session.close()
        self.session = self._open()
        # The numbers in hand may name other messages now
        if self.session.uidvalidity != self.uidvalidity:
            raise Unreachable(
                "renumbered",
                "邮箱重新编号了邮件，本次读取中止，程序稍后会自动重试。",
            ) from trouble

    def once(self, ask: Callable[[Any], T]) -> T:
        with self.session.command() as client:
            return ask(client)

    def again(self, ask: Callable[[Any], T]) -> T:
        """Ask; on a lost connection ask once more on a new one."""
        try:
            return self.once(ask)
        except Oversize:
            raise
        except Unreachable as trouble:
            self.reopen(trouble)
        return self.once(ask)
