"""One question to a web server (HTTP), and its answer, within a time for the whole of it:
name, connection, TLS, proxy, redirections, and the last byte.

Trusts no server to end what it began: urllib's own timeout is for each read, and a
server that sends a byte a second outlives it for ever. Takes no more than it is told to.
"""

import socket
import ssl
import time
import urllib.error
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.request import (
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    build_opener,
)

from pipeline.edges.mail.connection import Deadline


def asked(request: Request, seconds: float, longest: int) -> tuple[int, bytes]:
    """The status and at most `longest` bytes of the answer, a refusal's too. Raises
    TimeoutError when the time is up, else OSError, HTTPException and ValueError as
    urllib does."""
    deadline = Deadline(seconds)
    ways = _Ways(deadline, time.monotonic() + seconds)
    opener = build_opener(_Plain(ways), _Secure(ways))
    try:
        found = _answer(opener, request, seconds, longest)
    except Exception as error:
        if deadline.passed:
            raise TimeoutError(f"no answer in {seconds:.0f} s") from error
        raise
    finally:
        deadline.close()
    # A connection that was cut looks like an answer that came to its end
    if deadline.passed:
        raise TimeoutError(f"no whole answer in {seconds:.0f} s")
    return found


def _answer(
    opener: OpenerDirector, request: Request, seconds: float, longest: int
) -> tuple[int, bytes]:
    try:
        with opener.open(request, timeout=seconds) as answer:
            return int(answer.status), answer.read(longest)
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read(longest)


class _Ways:
    """Makes connections that end with the deadline."""

    def __init__(self, deadline: Deadline, ends: float) -> None:
        self._deadline = deadline
        self._ends = ends

    def plain(self, host: str, /, **how: Any) -> HTTPConnection:
        return self._watched(HTTPConnection(host, **how))

    def secure(self, host: str, /, **how: Any) -> HTTPConnection:
        return self._watched(HTTPSConnection(host, **how))

    def _watched(self, connection: HTTPConnection) -> HTTPConnection:
        # What the library itself calls before TLS and before a proxy's tunnel
        connection._create_connection = self._reach  # type: ignore[attr-defined]
        return connection

    def _reach(
        self, address: tuple[str, int], *ignored: object
    ) -> socket.socket:
        """In place of socket.create_connection, whose time is for each of a name's
        addresses: all of them share what is left."""
        places = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)
        failed: OSError = TimeoutError("no time left")
        for tried, (family, kind, protocol, _, place) in enumerate(places):
            left = self._ends - time.monotonic()
            if left <= 0:
                break
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(left / (len(places) - tried))
                connection.connect(place)
                connection.settimeout(left)
                self._deadline.watch(connection)
                return connection
            except OSError as error:
                connection.close()
                failed = error
        raise failed


class _Plain(HTTPHandler):
    def __init__(self, ways: _Ways) -> None:
        super().__init__()
        self._ways = ways

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(self._ways.plain, req)


class _Secure(HTTPSHandler):
    def __init__(self, ways: _Ways) -> None:
        super().__init__()
        self._ways = ways

    def https_open(self, req: Request) -> HTTPResponse:
        # Verifying, with the system's authorities
        context = ssl.create_default_context()
        return self.do_open(self._ways.secure, req, context=context)
