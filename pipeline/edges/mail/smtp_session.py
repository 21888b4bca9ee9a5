"""smtplib over a connection that is watched by a deadline, and that knows a whole reply
from half of one.

Trusts nothing beyond what smtplib checks; never sends by itself.
"""

import smtplib
import ssl
from socket import socket
from typing import BinaryIO, cast

from pipeline.edges.mail.connection import Deadline, connect
from pipeline.edges.mail.redact import Hush
from pipeline.settings import Smtp

# For one answer of the server
COMMAND_SECONDS = 60.0
# The name given in EHLO; a fixed literal, since a Chinese Windows has host names that are no ASCII.
OWN_NAME = "[127.0.0.1]"


class _WholeLines:
    """What smtplib reads replies from: a line without its end is a lost connection,
    whatever its first three digits."""

    def __init__(self, file: BinaryIO, hush: Hush) -> None:
        self._file = file
        self._hush = hush
        self.close = file.close

    def readline(self, limit: int) -> bytes:
        line = self._hush(self._file.readline(limit))
        if line and len(line) < limit and not line.endswith(b"\n"):
            raise ConnectionError(f"reply cut short: {line!r}")
        return line


class WatchedSmtp(smtplib.SMTP):
    """smtplib over a watched connection, in TLS from the first byte where a context is given."""

    def __init__(
        self,
        settings: Smtp,
        context: ssl.SSLContext | None,
        deadline: Deadline,
        hush: Hush,
    ) -> None:
        self._hush = hush
        self._context = context
        self._deadline = deadline
        super().__init__(local_hostname=OWN_NAME, timeout=COMMAND_SECONDS)
        # What STARTTLS checks the certificate against
        self._host = settings.host

    def _get_socket(self, host: str, port: int, timeout: float) -> socket:
        connection = connect(host, port, self._deadline, self._context)
        connection.settimeout(timeout)
        return connection

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _WholeLines(
                cast(BinaryIO, self.sock.makefile("rb")), self._hush
            )
        return super().getreply()
