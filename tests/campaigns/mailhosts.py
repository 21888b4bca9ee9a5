"""The mailbox that a campaign is driven through: a real Dovecot, or a server that wavers as public bug reports tell.

Each knows what the config has to say of it (`ports`, `password`), takes a mail (`append`), and says how the program's next
wake shall fare (`trouble`): whether it will be refused, and must then say nothing of anybody's silence.
"""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import cycle

from faulty_servers import (
    Fault,
    FaultyImap,
    Send,
    running_imap,
    says,
    tagged,
)
from live_servers import running_dovecot

from campaigns.towns import OWN

# What servers say that serve nobody for a while (Exchange, Yahoo, RFC 5530, NetEase). None
# names a time, for which the program would wait: tests/unit/flows/test_asked_pause.py.
THROTTLES = (
    "TAG NO Request is throttled.",
    "TAG NO [THROTTLED] slow down",
    "TAG BAD User is authenticated but not connected.",
    "TAG NO [UNAVAILABLE] try later",
    "TAG NO System busy!",
)
PLACES = ("EXAMINE", "BODY", "SEARCH", "SIZES")
# Of so many wakes one is refused first
EVERY = 3


class DovecotHost:
    def __init__(self, values: dict[str, str]) -> None:
        from imapclient import IMAPClient

        port, trusted = int(values["IMAPS_PORT"]), values["CAFILE"]
        self.ports = {"IMAP_PORT": port, "CA_FILE": trusted}
        self.password = values["IMAP_PASSWORD"]
        context = ssl.create_default_context(cafile=trusted)
        self._session = IMAPClient(
            "127.0.0.1", port=port, ssl_context=context, timeout=60
        )
        self._session.login(OWN, self.password)

    def append(self, raw: bytes, when: datetime) -> None:
        self._session.append("INBOX", raw, (), when)

    def trouble(self) -> bool:
        return False

    def well_again(self) -> None:
        pass


class WaveringHost:
    """Every third wake is throttled first, at one place after another; between, each wake gets its answers in another dress."""

    def __init__(self, server: FaultyImap) -> None:
        self._server = server
        self.ports = {"IMAP_PORT": server.port, "CA_FILE": ""}
        self.password = server.password
        self._wakes = 0
        self._refusals = cycle(
            (place, answer) for answer in THROTTLES for place in PLACES
        )
        self._dresses = cycle(DRESSES)
        self.refused = 0

    def append(self, raw: bytes, when: datetime) -> None:
        self._server.hold(raw, when)

    def trouble(self) -> bool:
        """Whether the next wake will be refused, at the first thing that it asks for."""
        self._wakes += 1
        if self._wakes % EVERY:
            return False
        place, answer = next(self._refusals)
        self._server.faults = {place: self._counted(says(answer))}
        return True

    def _counted(self, refusal: Fault) -> Fault:
        def refuse(send: Send, right: bytes) -> None:
            self.refused += 1
            refusal(send, right)

        return refuse

    def well_again(self) -> None:
        place, dress = next(self._dresses)
        self._server.faults = {place: dress}


def _in_several_lines(body: bytes) -> bytes:
    uids = body.removeprefix(b"* SEARCH").split()
    return b"".join(b"* SEARCH " + uid + b"\r\n" for uid in uids)


# Answers that are right and look otherwise, each after a public bug report.
DRESSES = (
    ("SEARCH", tagged(_in_several_lines)),
    ("SEARCH", tagged(lambda body: b"* SEARCH\r\n")),
    ("SEARCH", tagged(lambda body: b"")),
    ("SEARCH", tagged(lambda body: body[:-2] + b" (MODSEQ 917162500)\r\n")),
    ("BODY", tagged(lambda body: re.sub(rb"\]<(\d+)>", rb"]<\1.1000000>", body))),
    ("BODY", tagged(lambda body: re.sub(rb"BODY\[\]<\d+>", b"BODY[]", body))),
    ("SIZES", tagged(lambda body: re.sub(rb"SIZE \d+", b"SIZE NIL", body))),
    ("SIZES", tagged(lambda body: re.sub(rb"SIZE \d+", b"SIZE 18446744073709551616", body))),
)  # fmt: skip


@contextmanager
def dovecot_host() -> Iterator[DovecotHost]:
    with running_dovecot() as values:
        yield DovecotHost(values)


@contextmanager
def wavering_host() -> Iterator[WaveringHost]:
    with running_imap(FaultyImap()) as server:
        yield WaveringHost(server)
