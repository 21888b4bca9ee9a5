"""A web server's answer within a time for all of it: one that drips, one that says nothing, one whose first addresses are dead."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.request import Request

import pytest

from pipeline.edges.web import asked

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
REFUSED = b"HTTP/1.1 401 No\r\nContent-Length: 5\r\n\r\n"
SECONDS = 1.0
# What a busy machine may add
ROOM = 8.0


@contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with client:
                client.recv(4096)
                try:
                    talk(client)
                except OSError:
                    # The asker has gone: that is what is looked for
                    continue

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/token"
    finally:
        # A thread in accept() is not woken by close alone
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def drips(begin: bytes) -> Callable[[socket.socket], None]:
    """A byte at a time, each sooner than any single read would give up."""

    def talk(client: socket.socket) -> None:
        client.sendall(begin)
        pause = threading.Event()
        while True:
            client.sendall(b"x")
            pause.wait(0.05)

    return talk


def says_nothing(client: socket.socket) -> None:
    client.recv(1)


def answers(begin: bytes) -> Callable[[socket.socket], None]:
    return lambda client: client.sendall(begin + b"hello")


def test_an_answer_and_a_refusal_are_told_with_their_words() -> None:
    with server(answers(HEAD)) as url:
        assert asked(Request(url), 20.0, 100) == (200, b"hello")
        assert asked(Request(url, b"form"), 20.0, 2) == (200, b"he")
    with server(answers(REFUSED)) as url:
        assert asked(Request(url), 20.0, 100) == (401, b"hello")


LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"
ENDLESS = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.mark.parametrize(
    "talk",
    [
        says_nothing,
        drips(b""),
        drips(b"HTTP/1.1 200 OK\r\nX: "),
        drips(LONG),
        drips(ENDLESS),
        drips(LONG.replace(b"200 OK", b"503 no")),
    ],
    ids=["silent", "status", "header", "body", "body without end", "refusal"],
)
def test_a_server_that_does_not_come_to_an_end_is_left(
    talk: Callable[[socket.socket], None],
) -> None:
    begun = time.monotonic()
    with server(talk) as url, pytest.raises(TimeoutError):
        asked(Request(url), SECONDS, 65_536)
    assert time.monotonic() - begun < SECONDS + ROOM


def test_a_dead_address_leaves_time_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name with two addresses of which the first takes no connection."""
    true = socket.getaddrinfo
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = []
    with full:
        for _ in range(3):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(full.getsockname())
            waiting.append(one)
        with server(answers(HEAD)) as url:

            def two(host: str, port: int, **how: int) -> list[object]:
                (row,) = true("127.0.0.1", port, **how)  # type: ignore[arg-type]
                return [(*row[:4], full.getsockname()), row]

            monkeypatch.setattr(socket, "getaddrinfo", two)
            assert asked(Request(url), 4.0, 100) == (200, b"hello")
    for one in waiting:
        one.close()
