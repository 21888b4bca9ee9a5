"""check --online --send: a letter to oneself that must then lie in the mailbox, can be
filed away, and tells of this computer's clock.

The one thing of `check` that sends. The letter carries the program's own mark, so that
the worker ignores it.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from pipeline.bootstrap import Program, envelope_sender
from pipeline.edges.clock import Clock
from pipeline.edges.mail.mailbox import ImapMailbox
from pipeline.judging.operation.clock_skew import SLACK
from pipeline.model.notice import Outgoing
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.post import Sighting, Verdict
from pipeline.model.values.frozen import frozen
from pipeline.writing.envelope import freeze, message_id

# Seconds; a provider that scans mail takes some
WAIT_SECONDS = 90.0
# Seconds between two looks
_PAUSE = 3.0
_SUBJECT = "旬报程序试发"
_TEXT = "这封信是 xunbao check --online --send 发给自己的，收到就说明收发都通；不用理会，可以删去。"


@frozen
class Arrival:
    """Where the letter lies, and this computer's time before and after its way."""

    folder: str
    sighting: Sighting
    begun: datetime
    found: datetime


class RoundTrip:
    """The letter's way in three steps, each told by itself; EdgeError with what did not
    go well."""

    def __init__(self, program: Program) -> None:
        self._program = program
        # The real one: --now would prove nothing of a server
        self._clock = Clock()
        self.arrival: Arrival | None = None

    def sent(self) -> Iterator[str]:
        own = self._program.settings.address
        begun = self._clock.now()
        identity = message_id([secrets.token_hex()], own, secrets.token_bytes())
        known = _known(self._program)
        _send(self._program, own, identity, begun)
        yield f"已给自己（{own}）发出一封试发信"
        folder, sighting = _awaited(self._program, identity, known, self._clock)
        found = self._clock.now()
        self.arrival = Arrival(folder, sighting, begun, found)
        took = (found - begun).total_seconds()
        yield f"试发信在“{folder}”里找到了，用了大约 {took:.0f} 秒"
        if folder != self._program.settings.mailbox.folder:
            advice = (
                f"自己发的信进了“{folder}”，各单位的表也可能这样："
                "请在网页邮箱里把自己加进白名单"
            )
            raise EdgeError("junk", advice)

    def filed(self) -> Iterator[str]:
        """As the worker files what it has read; nothing where it files nothing."""
        done_folder = self._program.settings.mailbox.done_folder
        arrival = self.arrival
        if arrival is None or not done_folder:
            return
        for mailbox in self._program.servers.folders():
            with mailbox as opened:
                if opened.folder == arrival.folder:
                    opened.move(arrival.sighting.uid, done_folder)
        yield f"试发信移到了“{done_folder}”（done_folder）"

    def told_time(self) -> Iterator[str]:
        arrival = self.arrival
        if arrival is not None:
            yield clock_line(
                arrival.sighting.received_at, arrival.begun, arrival.found
            )


def _known(program: Program) -> dict[str, int]:
    """Folder -> the highest UID before the letter."""
    found = {}
    for mailbox in program.servers.folders():
        with mailbox as opened:
            found[opened.folder] = max(opened.uids(), default=0)
    return found


def _send(program: Program, own: str, identity: str, now: datetime) -> None:
    letter = Outgoing(
        to=(own,),
        cc=(),
        subject=_SUBJECT,
        text=_TEXT,
        html=f"<p>{_TEXT}</p>",
    )
    sender = program.settings.smtp.sender
    raw = freeze(
        outgoing=letter,
        sender=sender,
        identity=identity,
        kinds=["check"],
        at=now,
    )
    with program.servers.post() as post:
        answer = post.deliver(own, raw)
    if answer.verdict is not Verdict.SENT:
        advice = f"发信服务器不收试发信：{answer.code or ''} {answer.text}"
        raise EdgeError("send", advice, envelope_sender(program.settings.smtp))


def _awaited(
    program: Program, identity: str, known: dict[str, int], clock: Clock
) -> tuple[str, Sighting]:
    end = clock.monotonic() + WAIT_SECONDS
    while True:
        for mailbox in program.servers.folders():
            with mailbox as opened:
                found = _found(opened, identity, known[opened.folder])
                if found is not None:
                    return opened.folder, found
        if clock.monotonic() > end:
            advice = (
                f"试发信已经交给发信服务器，但 {WAIT_SECONDS:.0f} 秒内邮箱里没有出现："
                "请到网页邮箱看看收件箱、垃圾箱和退信"
            )
            raise EdgeError("lost", advice)
        clock.sleep(_PAUSE)


def _found(mailbox: ImapMailbox, identity: str, after: int) -> Sighting | None:
    uids = [uid for uid in mailbox.uids(max(after, 1)) if uid > after]
    for sighting in mailbox.describe(uids):
        if identity.encode() in mailbox.header(sighting):
            return sighting
    return None


def clock_line(received: datetime, begun: datetime, now: datetime) -> str:
    """The server's time for something must lie between its beginning and its being found,
    as ours has them. Raises EdgeError where it does not."""
    early = begun - received
    late = received - now
    wrong = max(early, late)
    if wrong <= SLACK:
        return "本机时钟与邮件服务器一致（相差不到两分钟）"
    way = "快" if early > late else "慢"
    minutes = wrong // timedelta(minutes=1)
    advice = f"本机时钟比邮件服务器{way} {minutes} 分钟以上，请校准时间和时区：按时、迟报都要看它"
    raise EdgeError("clock", advice)
