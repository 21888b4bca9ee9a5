"""The world that torture.py breaks: a Dovecot of its own, a mail server that counts, and a small campaign with its mails.

The mail server delivers at the final dot, as real ones do, and says 250 afterwards. An *ambiguous attempt* is one whose dot
was taken and whose connection ended before the client said another word: the client cannot know, and no client can.
"""

import imaplib
import re
import shutil
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import _environment

_environment.see_tests()

# One secret for all ledgers, so that their Message-IDs and codes can be
# compared
SECRET = "5e" * 32
_IDENTITY = re.compile(rb"(?im)^Message-ID:\s*(\S+)")

# Who sent (the life), recipient, Message-ID
Copy = tuple[str, str, str]


class CountingPost(socketserver.ThreadingTCPServer):
    """SMTP on a free port of the loopback, as a context; `copies` and `ambiguous` count by (sender, recipient, Message-ID)."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.port = int(self.server_address[1])
        self.copies: Counter[Copy] = Counter()
        self.ambiguous: Counter[Copy] = Counter()
        self.open = 0
        self.guard = threading.Condition()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()

    def quiet(self) -> None:
        """Waits until every conversation has come to its end, so that what was sent is counted."""
        with self.guard:
            if not self.guard.wait_for(lambda: self.open == 0, timeout=60):
                raise TimeoutError("a conversation does not end")

    def of(
        self, life: str
    ) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
        """What one life sent: copies and ambiguous attempts by (recipient, Message-ID)."""
        self.quiet()
        return tuple(  # type: ignore[return-value]
            Counter(
                {
                    key[1:]: n
                    for key, n in found.items()
                    if key[0].partition("@")[0] == life
                }
            )
            for found in (self.copies, self.ambiguous)
        )

    def verify_request(self, request: Any, client_address: Any) -> bool:
        with self.guard:
            self.open += 1
        return True

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self.guard:
            self.open -= 1
            self.guard.notify_all()


class _Conversation(socketserver.StreamRequestHandler):
    """One connection. Whatever comes after the final dot shows that the client lived to hear of it."""

    server: CountingPost
    disable_nagle_algorithm = True
    copy: Copy | None = None

    def handle(self) -> None:
        try:
            self._say("220 counting.example.cn")
            while self._answer(self.rfile.readline()):
                pass
        except OSError:
            pass
        if self.copy is not None:
            with self.server.guard:
                self.server.ambiguous[self.copy] += 1

    def _answer(self, line: bytes) -> bool:
        if not line.endswith(b"\n"):
            return False
        self.copy = None
        word = line[:4].upper()
        if word == b"QUIT":
            self._say("221 bye")
            return False
        if word == b"MAIL":
            self.sender = _address(line)
        elif word == b"RCPT":
            self.recipient = _address(line)
        elif word == b"DATA":
            self._say("354 go on")
            return self._content()
        self._say("250 ok")
        return True

    def _content(self) -> bool:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                return False
            lines.append(line)
        found = _IDENTITY.search(b"".join(lines))
        self.copy = (
            self.sender,
            self.recipient,
            found[1].decode() if found else "",
        )
        with self.server.guard:
            self.server.copies[self.copy] += 1
        self._say("250 ok queued")
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


def _address(line: bytes) -> str:
    return line.partition(b"<")[2].partition(b">")[0].decode()


@dataclass
class Mailbox:
    """A user's INBOX on the Dovecot."""

    values: dict[str, str]
    user: str

    def append(self, raw: bytes, received: datetime) -> None:
        session = self._session()
        assert (
            session.append(
                "INBOX", "", imaplib.Time2Internaldate(received), raw
            )[0]
            == "OK"
        )
        session.logout()

    def renumber(self) -> None:
        """Every mail gets another UID, and the folder another UIDVALIDITY, as after a server's move."""
        session = self._session()
        session.create("moved")
        session.select("INBOX")
        session.copy("1:*", "moved")
        session.store("1:*", "+FLAGS", r"(\Deleted)")
        session.expunge()
        session.close()
        session.delete("INBOX")
        session.select("moved")
        session.copy("1:*", "INBOX")
        session.close()
        session.delete("moved")
        session.logout()

    def _session(self) -> imaplib.IMAP4:
        session = imaplib.IMAP4("127.0.0.1", int(self.values["IMAP_PORT"]))
        session.login(self.user, self.values["IMAP_PASSWORD"])
        return session


@dataclass
class World:
    """The two servers and a folder for everything else."""

    dovecot: dict[str, str]
    post: CountingPost
    folder: Path
    lives: set[str] = field(default_factory=set)

    def mailbox(self, user: str) -> Mailbox:
        return Mailbox(self.dovecot, user)

    def life(
        self, name: str, mailbox: Mailbox, like: Path | None = None
    ) -> Path:
        """A folder with config, password and ledger of its own, new or like another; its letters go out in its name."""
        from campaign_maker import made

        assert name not in self.lives, name
        self.lives.add(name)
        folder = self.folder / name
        if like is not None:
            shutil.copytree(like, folder)
        changes = {
            'user = "demo@example.cn"': f'user = "{mailbox.user}"',
            "<demo@": f"<{name}@",
            "[mailbox]": "[talks]\nauto_confirm = true\n\n[mailbox]",
        }
        made(folder, int(self.dovecot["IMAP_PORT"]), self.post.port, changes)
        (folder / "password").write_text(self.dovecot["IMAP_PASSWORD"], "utf-8")
        return folder


@contextmanager
def world(folder: Path) -> Iterator[World]:
    from live_servers import running_dovecot

    with running_dovecot() as dovecot, CountingPost() as post:
        yield World(dovecot, post, folder)


@dataclass(frozen=True)
class Moment:
    """A time at which the worker wakes, and the mails that have come since the one before."""

    now: datetime
    mails: tuple[tuple[datetime, bytes], ...] = ()
    renumbered: bool = False


def moments(months: int) -> list[Moment]:
    """The campaign's hours that matter, from the eve of 10 September 2015 on, in order."""
    days = [(9, 10), (9, 20), (9, 30), (10, 10), (10, 20), (10, 30)][
        : 3 * months
    ]
    return [
        moment
        for number, (month, day) in enumerate(days)
        for moment in _period(number, month, day)
    ]


def _period(number: int, month: int, day: int) -> Iterator[Moment]:
    from campaign_maker import moment

    due = moment(f"2015-{month:02}-{day:02} 00:00")
    yield Moment(due - timedelta(hours=15))
    yield Moment(due + timedelta(hours=12), _in_time(number, due))
    yield Moment(
        due + timedelta(hours=20),
        _late(number, due),
        renumbered=number % 3 == 1,
    )
    yield Moment(due + timedelta(days=1, hours=9, minutes=30))
    yield Moment(due + timedelta(days=1, hours=15))
    yield Moment(due + timedelta(days=3, hours=9), renumbered=number % 3 == 2)


def _in_time(number: int, due: datetime) -> tuple[tuple[datetime, bytes], ...]:
    """A report, its correction, the same mail twice, a mail without its form, a stranger's report (held)."""
    from campaign_maker import form_mail, mail

    first = due + timedelta(hours=9)
    day, figure = f"{due.year}年{due.month}月{due.day}日", 100 + 40 * number
    report = form_mail("jia@example.cn", "甲县", day, figure, _text(first))
    return (
        (first, report),
        (
            first + timedelta(minutes=1),
            form_mail(
                "bing@example.cn", "丙公司", day, figure // 2, _text(first)
            ),
        ),
        (
            first + timedelta(minutes=2),
            form_mail(
                "jia@example.cn",
                "甲县",
                day,
                figure + 10,
                _text(due),
                subject="更正 旬报表",
            ),
        ),
        (first + timedelta(minutes=3), report),
        (
            first + timedelta(minutes=4),
            mail("bing@example.cn", "报送旬报", _text(due)),
        ),
        (
            first + timedelta(minutes=5),
            form_mail("who@example.org", "丁县", day, 9, _text(first)),
        ),
    )


def _late(number: int, due: datetime) -> tuple[tuple[datetime, bytes], ...]:
    """乙县 reports late, and not every time; once less than before (held)."""
    from campaign_maker import form_mail

    if number % 3 == 1:
        return ()
    at = due + timedelta(hours=19)
    day, figure = (
        f"{due.year}年{due.month}月{due.day}日",
        60 if number == 2 else 40 + 30 * number - number**2,
    )
    return ((at, form_mail("yi@example.cn", "乙县", day, figure, _text(at))),)


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")


def waited_for(condition: Any, seconds: float) -> bool:
    """Whether a condition came true in time; for other processes, which tell nobody."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.001)
    return False
