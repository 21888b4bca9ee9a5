"""Real servers for the live tests: Dovecot, the NetEase proxy in front of it, and a socket that says what it is told."""

import imaplib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.settings import Mailbox

HERE = Path(__file__).parent
needs_dovecot = pytest.mark.skipif(
    not shutil.which("dovecot"),
    reason="apt-get install dovecot-imapd dovecot-lmtpd",
)
_users = itertools.count()


@dataclass(frozen=True)
class Dovecot:
    """A user of his own on a running Dovecot; `port` speaks plain and STARTTLS, `tls_port` TLS."""

    port: int
    tls_port: int
    password: str
    ca_file: Path
    user: str

    def settings(self, **changes: object) -> Mailbox:
        values = {
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "user": self.user,
        }
        return Mailbox.model_validate(values | changes)

    @contextmanager
    def raw_session(
        self, folder: str = "INBOX", *, readonly: bool = False
    ) -> Iterator[imaplib.IMAP4]:
        """Bare imaplib: what the mailbox under test did is looked at by other means than its own."""
        session = imaplib.IMAP4("127.0.0.1", self.port)
        try:
            session.login(self.user, self.password)
            session.select(folder, readonly)
            yield session
        finally:
            session.logout()

    def append(
        self, *raws: bytes, when: datetime | None = None, folder: str = "INBOX"
    ) -> None:
        with self.raw_session() as session:
            for raw in raws:
                time_text = imaplib.Time2Internaldate(when) if when else ""
                assert session.append(folder, "", time_text, raw)[0] == "OK"

    def flags(self, folder: str = "INBOX") -> str:
        with self.raw_session(folder, readonly=True) as session:
            return str(session.fetch("1:*", "(FLAGS)"))

    def count(self, folder: str = "INBOX") -> int:
        with self.raw_session(readonly=True) as session:
            answer = session.status(folder, "(MESSAGES)")[1][0]
            return int(answer.rstrip(b")").rsplit(b" ", 1)[1])


@contextmanager
def running_dovecot() -> Iterator[dict[str, str]]:
    """A throw-away Dovecot in a directory of its own (its mail user must be able to enter it); its addresses."""
    directory = Path(tempfile.mkdtemp(prefix="xb"))
    directory.chmod(0o755)
    script = HERE / "dovecot" / "dovecot-run.sh"
    output = subprocess.run(
        ["sh", script, directory], check=True, capture_output=True, text=True
    ).stdout
    values = dict(line.split("=", 1) for line in output.splitlines())
    try:
        yield values
    finally:
        os.kill(int(Path(values["PIDFILE"]).read_text()), signal.SIGTERM)
        shutil.rmtree(directory, ignore_errors=True)


def new_user(values: dict[str, str]) -> Dovecot:
    return Dovecot(
        port=int(values["IMAP_PORT"]),
        tls_port=int(values["IMAPS_PORT"]),
        password=values["IMAP_PASSWORD"],
        ca_file=Path(values["CAFILE"]),
        user=f"user{next(_users)}",
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the server did not come up")


@contextmanager
def netease_proxy(backend: int, **faults: object) -> Iterator[int]:
    """The proxy as a process of its own, with faults (DROP_AFTER, BYE_EVERY, STALL); its port."""
    port = free_port()
    environment = os.environ | {
        name: str(value) for name, value in faults.items()
    }
    command = [
        sys.executable,
        HERE / "netease_proxy.py",
        str(port),
        str(backend),
    ]
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(port, process)
            yield port
        finally:
            process.kill()


@contextmanager
def talking_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that hands each connection to `talk`, which ends by returning or by OSError; its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    connections: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with connection:
            try:
                talk(connection)
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            connections.append(connection)
            threading.Thread(
                target=serve, args=(connection,), daemon=True
            ).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        for connection in connections:
            connection.close()
