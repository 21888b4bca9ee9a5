"""Bodies are asked for a batch ahead: the next question is on the wire before the last is answered, and whatever the
server makes of two questions at a time, every mail comes once, in its order, and none is blamed for another."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment, settings
from faults import FaultMaker
from faulty_servers import FaultyImap, running_imap

from pipeline.edges.clock import FixedClock
from pipeline.edges.fault_points import FaultPoint
from pipeline.edges.mail.imap_bodies import BATCH_BYTES
from pipeline.edges.mail.mailbox import ImapMailbox
from pipeline.model.operation.errors import BrokeOff
from pipeline.model.operation.post import Fetched

MAILS = 22
# So that a batch holds eight of them
STATED = BATCH_BYTES // 8 - 1
NOW = moment("2015-09-10 18:00")


RAW = [
    form_mail(
        "jia@example.cn",
        "甲县",
        "2015年9月10日",
        number,
        f"2015-09-10 10:{number:02}",
    )
    for number in range(MAILS)
]


Answering = Callable[["Watching", socket.socket, int, bytes], None]


@dataclass
class Watching(FaultyImap):
    """Answers a question for several bodies as it is told, and looks first what else is
    on the wire: `ahead` is how many such questions, for each."""

    batches: int = 0
    ahead: list[int] = field(default_factory=list)
    answering: Answering | None = None

    def _answer(
        self, connection: socket.socket, place: str, right: bytes
    ) -> None:
        if place != "BODY" or right.count(b" FETCH (") < 2:
            super()._answer(connection, place, right)
            return
        self.batches += 1
        # Half of the answer is out: whoever waits for its end has sent nothing yet
        middle = len(right) // 2
        if self.answering is None:
            connection.sendall(right[:middle])
            self.ahead.append(on_the_wire(connection).count(b"UID FETCH"))
            connection.sendall(right[middle:])
        else:
            self.answering(self, connection, self.batches, right)


def on_the_wire(
    connection: socket.socket, flags: int = socket.MSG_PEEK
) -> bytes:
    """What the client has sent by now, or sends in the next second."""
    connection.settimeout(1)
    try:
        return connection.recv(100_000, flags)
    except TimeoutError:
        return b""
    finally:
        connection.settimeout(None)


@pytest.fixture
def server() -> Iterator[Watching]:
    server = Watching()
    for number in range(MAILS):
        at = moment(f"2015-09-10 10:{number:02}")
        server.hold(RAW[number], at, size=STATED)
    with running_imap(server):
        yield server


@pytest.fixture
def mailbox(server: Watching, tmp_path: Path) -> ImapMailbox:
    config = settings(made(tmp_path, server.port, 1))
    return ImapMailbox(config.mailbox, "demo", FixedClock(NOW))


def all_came(found: list[Fetched]) -> bool:
    bodies = [(one.sighting.uid, one.raw) for one in found]
    return bodies == [(n + 1, RAW[n]) for n in range(MAILS)]


def test_the_next_is_asked_for_before_the_last_is_answered(
    server: Watching, mailbox: ImapMailbox
) -> None:
    with mailbox:
        found = list(mailbox.fetch(mailbox.describe(mailbox.uids())))
    assert all_came(found)
    assert server.ahead == [1, 1, 0], "one ahead, and none behind the last"
    assert server.logins == 1


def says(status: bytes) -> Answering:
    """In place of an answer, with the tag of the question."""

    def answer(
        server: Watching, wire: socket.socket, nth: int, right: bytes
    ) -> None:
        tag = right.rsplit(b"\r\n", 2)[-2].split(b" ", 1)[0]
        wire.sendall(tag + b" " + status + b"\r\n")

    return answer


def hangs_up(
    server: Watching, wire: socket.socket, nth: int, right: bytes
) -> None:
    wire.sendall(right[: len(right) // 2])
    wire.shutdown(socket.SHUT_RDWR)


def swallows(
    server: Watching, wire: socket.socket, nth: int, right: bytes
) -> None:
    """As servers do that read one question and forget what came with it."""
    on_the_wire(wire, flags=0)
    wire.sendall(right)


def tells_twice(
    server: Watching, wire: socket.socket, nth: int, right: bytes
) -> None:
    """The answer, and within it a line on another message."""
    lines, end, tag = right[:-2].rpartition(b"\r\n")
    news = b"* 22 FETCH (UID 22 FLAGS (\\Seen))\r\n* 23 EXISTS\r\n"
    wire.sendall(lines + end + news + tag + b"\r\n")


FAULTS = {
    "NO": says(b"NO not now"),
    "BAD": says(b"BAD one at a time"),
    "throttled": says(b"NO [THROTTLED] slow down"),
    "cut": hangs_up,
    "swallowed": swallows,
    "news between": tells_twice,
}


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("name", FAULTS)
def test_whatever_goes_wrong_once_each_comes_once_in_its_order(
    server: Watching,
    mailbox: ImapMailbox,
    fault: FaultMaker,
    name: str,
    nth: int,
) -> None:
    def once(
        server: Watching, wire: socket.socket, number: int, right: bytes
    ) -> None:
        if number == nth:
            FAULTS[name](server, wire, number, right)
        else:
            wire.sendall(right)

    server.answering = once
    fault(FaultPoint.READ_SECONDS, lambda seconds: 3.0)
    with mailbox:
        found = list(mailbox.fetch(mailbox.describe(mailbox.uids())))
    assert all_came(found)
    assert server.logins <= 2


def test_a_server_that_mixes_two_answers_is_understood(
    server: Watching, mailbox: ImapMailbox
) -> None:
    """RFC 3501 5.5 lets it: here the second's are told before the first has ended."""
    held: list[bytes] = []

    def mixed(
        server: Watching, wire: socket.socket, nth: int, right: bytes
    ) -> None:
        lines, end, tag = right[:-2].rpartition(b"\r\n")
        if nth == 1:
            second = on_the_wire(wire, flags=0).rstrip()
            other, command = second.split(b" ", 1)
            _, told = server._right(command.decode())
            wire.sendall(told + lines + end + tag + b"\r\n")
            wire.sendall(other + b" OK done\r\n")
            held.append(second)
        else:
            wire.sendall(right)

    server.answering = mixed
    with mailbox:
        found = list(mailbox.fetch(mailbox.describe(mailbox.uids())))
    assert held
    assert all_came(found)
    assert server.logins == 1


def test_of_none_none_is_asked_for(
    server: Watching, mailbox: ImapMailbox
) -> None:
    with mailbox:
        assert list(mailbox.fetch([])) == []
    assert server.batches == 0


def test_something_else_may_be_asked_between(
    server: Watching, mailbox: ImapMailbox
) -> None:
    """The header of a message of the first batch, as of one that is too big."""
    with mailbox:
        sightings = mailbox.describe(mailbox.uids())
        coming = mailbox.fetch(sightings)
        found = [next(coming)]
        header = mailbox.header(sightings[0])
        found += coming
    assert RAW[0].startswith(header.rstrip())
    assert all_came(found)
    assert server.ahead == [1, 0, 0], "the second is answered before the header"


@pytest.mark.parametrize("bad", [3, 11, 20])
def test_one_that_breaks_the_connection_is_blamed_alone(
    server: Watching, mailbox: ImapMailbox, bad: int
) -> None:
    def breaks(
        server: Watching, wire: socket.socket, nth: int, right: bytes
    ) -> None:
        if b"(UID %d " % bad in right:
            hangs_up(server, wire, nth, right)
        else:
            wire.sendall(right)

    server.answering = breaks
    server.faults["BODY"] = lambda send, right: (
        hangs_up(server, send.__self__, 0, right)  # type: ignore[attr-defined]
        if b"(UID %d " % bad in right
        else send(right)
    )
    found = []
    with mailbox, pytest.raises(BrokeOff) as broken:
        for one in mailbox.fetch(mailbox.describe(mailbox.uids())):
            found.append(one.sighting.uid)
    assert [s.uid for s in broken.value.sightings] == [bad]
    assert found == list(range(1, bad))


def test_what_was_asked_ahead_and_left_there_is_nobodys(
    server: Watching, mailbox: ImapMailbox
) -> None:
    """The disk failed behind the first message: the connection is good for the next poll."""
    with mailbox:
        sightings = mailbox.describe(mailbox.uids())
        coming = mailbox.fetch(sightings)
        next(coming)
        coming.close()
        assert mailbox.uids() == [s.uid for s in sightings]
        assert all_came(list(mailbox.fetch(sightings)))
    assert server.logins == 1
