"""Mail servers that hold real mails and go wrong as they are told, while they run: for tests of faults, and for the soak.

`FaultyImap.faults` maps a place (GREETING, LOGIN, EXAMINE, SEARCH, SIZES, BODY) to what is done there in place of the right
answer; `FaultySmtp.faults` does so for CONNECT, AUTH, MAIL, RCPT, DATA and DOT. Both count what a provider would count.
"""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from subprocess import run

from live_servers import talking_server

Send = Callable[[bytes], None]
Fault = Callable[[Send, bytes], None]  # how to send, and the right answer
_closing = threading.Event()  # never set: to wait on is to wait


class Gone(OSError):
    """The server closes this connection."""


def says(text: str) -> Fault:
    """TAG stands for the command's tag."""

    def fault(send: Send, right: bytes) -> None:
        tag = right.rsplit(b"\r\n", 2)[-2].split(b" ", 1)[0]
        send(text.encode().replace(b"TAG", tag) + b"\r\n")

    return fault


def says_and_closes(text: str) -> Fault:
    def fault(send: Send, right: bytes) -> None:
        send(text.encode() + b"\r\n")
        raise Gone

    return fault


def tagged(answer: Callable[[bytes], bytes]) -> Fault:
    """The right answer with its untagged lines made into others."""

    def fault(send: Send, right: bytes) -> None:
        before, end, tag = right[:-2].rpartition(b"\r\n")
        send(answer(before + end) + tag + b"\r\n")

    return fault


def cut(send: Send, right: bytes) -> None:
    """In the middle of the answer."""
    send(right[: len(right) // 2])
    raise Gone


def stall(send: Send, right: bytes) -> None:
    send(right[: len(right) // 2])
    _closing.wait(30)
    raise Gone


def drip(send: Send, right: bytes) -> None:
    """Byte after byte, each well within the time of one read."""
    for at in range(len(right)):
        send(right[at : at + 1])
        _closing.wait(0.05)


@dataclass
class Held:
    """A mail in the mailbox; `size` is what RFC822.SIZE says of it, where that is a lie."""

    uid: int
    when: datetime
    raw: bytes = field(repr=False)
    size: int | None = None
    literal: int | None = (
        None  # the length that the literal claims, where nobody could send so much
    )


@dataclass
class FaultyImap:
    password: str = "demo"
    uidvalidity: int = 1
    mails: list[Held] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)
    vanished: set[int] = field(
        default_factory=set
    )  # found by SEARCH, gone at FETCH
    missed: set[int] = field(
        default_factory=set
    )  # and from then on listed no more
    logins: int = 0
    served: int = 0  # bytes of bodies
    context: ssl.SSLContext | None = None
    port: int = 0

    def hold(self, raw: bytes, when: datetime, **lies: int) -> None:
        self.mails.append(Held(len(self.mails) + 1, when, raw, **lies))

    def talk(self, plain: socket.socket) -> None:
        connection = (
            self.context.wrap_socket(plain, server_side=True)
            if self.context
            else plain
        )
        try:
            self._answer(connection, "GREETING", b"* OK ready\r\n")
            # Unbuffered: what was sent ahead is still on the wire
            for line in connection.makefile("rb", buffering=0):
                tag, command = line.rstrip().split(b" ", 1)
                place, answer = self._right(command.decode("latin-1"))
                status = (
                    b" NO LOGIN Login error password error\r\n"
                    if place == "WRONG"
                    else b" OK done\r\n"
                )
                self._answer(connection, place, answer + tag + status)
                if place == "LOGOUT":
                    return
        except Gone:
            connection.shutdown(socket.SHUT_RDWR)

    def _answer(
        self, connection: socket.socket, place: str, right: bytes
    ) -> None:
        if place in ("LOGIN", "WRONG"):
            self.logins += 1
        fault = self.faults.get(place)
        if fault is None:
            connection.sendall(right)
        else:
            fault(connection.sendall, right)

    def _right(self, command: str) -> tuple[str, bytes]:
        verb = command.split(" ", 1)[0].upper()
        if verb == "CAPABILITY":
            return verb, b"* CAPABILITY IMAP4rev1 ID UIDPLUS\r\n"
        if (
            verb == "LOGIN"
            and f'"{self.password}"' not in command
            and not command.endswith(f" {self.password}")
        ):
            return "WRONG", b""
        if verb in ("EXAMINE", "SELECT"):
            return "EXAMINE", b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] ok\r\n" % (
                len(self.mails),
                self.uidvalidity,
            )
        if command.upper().startswith("UID SEARCH"):
            if command.upper() == "UID SEARCH ALL":
                listed = " ".join(str(m.uid) for m in self.mails)
                return "ALL", b"* SEARCH " + listed.encode() + b"\r\n"
            since = int((re.search(r"UID (\d+):\*", command) or ["", "1"])[1])
            left = [m.uid for m in self.mails if m.uid not in self.missed]
            found = [str(uid) for uid in left if uid >= since] or [
                str(uid) for uid in left[-1:]
            ]
            return "SEARCH", b"* SEARCH " + " ".join(found).encode() + b"\r\n"
        if command.upper().startswith("UID FETCH"):
            return self._fetched(command)
        return verb, b""

    def _fetched(self, command: str) -> tuple[str, bytes]:
        which, wanted = command[len("UID FETCH ") :].split(" ", 1)
        if which == "1:*":
            return "LIST", b"".join(
                b"* %d FETCH (UID %d)\r\n" % (n, m.uid)
                for n, m in enumerate(self.mails, 1)
            )
        uids = {int(text) for text in which.split(",")}
        held = [(n, m) for n, m in enumerate(self.mails, 1) if m.uid in uids]
        if "RFC822.SIZE" in wanted or "INTERNALDATE" in wanted:
            return "SIZES", b"".join(_size_line(n, m) for n, m in held)
        lines = [
            _body_line(n, m, wanted)
            for n, m in held
            if m.uid not in self.vanished
        ]
        self.served += sum(map(len, lines))
        self.missed |= uids & self.vanished
        return "BODY", b"".join(lines)


def _size_line(number: int, mail: Held) -> bytes:
    size = len(mail.raw) if mail.size is None else mail.size
    when = mail.when.strftime("%d-%b-%Y %H:%M:%S %z")
    return f'* {number} FETCH (UID {mail.uid} RFC822.SIZE {size} INTERNALDATE "{when}")\r\n'.encode()


def _body_line(number: int, mail: Held, wanted: str) -> bytes:
    part = re.search(r"BODY\.PEEK\[(HEADER)?\](?:<(\d+)\.(\d+)>)?", wanted)
    assert part is not None, wanted
    raw = (
        mail.raw.split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n" if part[1] else mail.raw
    )
    name = f"BODY[{part[1] or ''}]"
    if part[2] is not None:
        start, length = int(part[2]), int(part[3])
        raw, name = raw[start : start + length], f"{name}<{start}>"
    claimed = len(raw) if mail.literal is None or part[1] else mail.literal
    return (
        f"* {number} FETCH (UID {mail.uid} {name} {{{claimed}}}\r\n".encode()
        + raw
        + b")\r\n"
    )


@contextmanager
def running_imap(server: FaultyImap) -> Iterator[FaultyImap]:
    with talking_server(server.talk) as server.port:
        yield server


@dataclass
class FaultySmtp:
    """`taken` is (recipient, Message-ID) of every mail whose final dot was accepted, whether the client heard so or not."""

    faults: dict[str, Fault] = field(default_factory=dict)
    only: set[str] = field(
        default_factory=set
    )  # the recipients that RCPT, DATA and DOT go wrong for; empty: all
    password: str = ""
    accepted: str = "250 Mail OK queued as smtp7,{n}"
    taken: list[tuple[str, str]] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    attempts: int = 0  # MAIL FROM, or a login that was refused
    ambiguous: int = (
        0  # final dots that were accepted and whose answer never arrived
    )
    context: ssl.SSLContext | None = None
    port: int = 0

    def talk(self, plain: socket.socket) -> None:
        connection = (
            self.context.wrap_socket(plain, server_side=True)
            if self.context
            else plain
        )
        try:
            self._answer(connection, "CONNECT", "220 ready")
            self._serve(connection)
        except Gone:
            connection.shutdown(socket.SHUT_RDWR)

    def _serve(self, connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        recipient = ""
        for line in lines:
            verb = line[:4].upper().strip().decode("latin-1")
            if verb == "EHLO":
                connection.sendall(
                    b"250-ready\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n"
                )
            elif verb == "AUTH":
                self.attempts += "AUTH" in self.faults
                self._answer(connection, "AUTH", "235 ok")
            elif verb == "RCPT":
                recipient = line.decode().split("<", 1)[1].split(">", 1)[0]
                self._answer(connection, "RCPT", "250 ok", recipient)
            elif verb == "DATA":
                self._answer(connection, "DATA", "354 go", recipient)
                if "DATA" not in self.faults or (
                    self.only and recipient not in self.only
                ):
                    self._take(
                        connection,
                        b"".join(iter(lines.readline, b".\r\n")),
                        recipient,
                    )
            elif verb == "QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                self.attempts += verb == "MAIL"
                self._answer(connection, verb, "250 ok")

    def _take(
        self, connection: socket.socket, raw: bytes, recipient: str
    ) -> None:
        letter = message_from_bytes(raw, policy=default)
        fault = (
            self.faults.get("DOT")
            if not self.only or recipient in self.only
            else None
        )
        if fault in (None, cut):
            self.taken.append((recipient, str(letter["Message-ID"])))
            self.subjects.append(str(letter["Subject"]))
        if fault is cut:
            self.ambiguous += 1
            raise Gone
        self._answer(
            connection,
            "DOT",
            self.accepted.format(n=len(self.taken)),
            recipient,
        )

    def _answer(
        self,
        connection: socket.socket,
        place: str,
        right: str,
        recipient: str = "",
    ) -> None:
        fault = self.faults.get(place)
        if fault is None or (self.only and recipient not in self.only):
            connection.sendall(right.encode() + b"\r\n")
        else:
            fault(connection.sendall, right.encode() + b"\r\n")


@contextmanager
def running_smtp(server: FaultySmtp) -> Iterator[FaultySmtp]:
    with talking_server(server.talk) as server.port:
        yield server


def expired_certificate(folder: Path) -> ssl.SSLContext:
    """A server's context whose certificate was good for one day in 2015; the certificate is `folder`/cert.pem."""
    key, certificate, request = (
        folder / "key.pem",
        folder / "cert.pem",
        folder / "request.pem",
    )
    database = folder / "ca"
    database.mkdir()
    (database / "index.txt").touch()
    (database / "serial").write_text("01\n", encoding="ascii")
    config = folder / "openssl.cnf"
    config.write_text(
        f"[ca]\ndefault_ca=own\n[own]\ndatabase={database}/index.txt\nserial={database}/serial\nnew_certs_dir={database}\n"
        "policy=any\ndefault_md=sha256\nx509_extensions=names\n[any]\ncommonName=supplied\n[names]\n"
        "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:true\n[req]\ndistinguished_name=dn\n[dn]\n",
        encoding="ascii",
    )
    curve = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    made = [
        "openssl",
        "req",
        "-new",
        *curve,
        "-subj",
        "/CN=localhost",
        "-config",
        config,
        "-keyout",
        key,
        "-out",
        request,
    ]
    run(made, check=True, capture_output=True)
    days = ["-startdate", "20150910000000Z", "-enddate", "20150911000000Z"]
    signed = [
        "openssl",
        "ca",
        "-batch",
        "-selfsign",
        "-config",
        config,
        "-keyfile",
        key,
        "-in",
        request,
        *days,
    ]
    run(
        [*signed, "-out", certificate, "-notext"],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
