"""A relay in front of a server that counts what a client asks of it: connections, round trips, octets."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Counted:
    """`trips` are the times that the client spoke after the server had, `octets` those
    of both ways, `asked` what the client said, in order, credentials and all."""

    connections: int = 0
    trips: int = 0
    octets: int = 0
    asked: bytes = b""
    # Seconds between two octets of what the server says: a slow line, which breaks lines anywhere
    pause: float = 0.0
    links: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_servers_turn: bool = False

    def client_said(self, said: bytes) -> None:
        with self._lock:
            if not self._is_servers_turn:
                self.trips += 1
            self._is_servers_turn = True
            self.octets += len(said)
            self.asked += said

    def server_said(self, said: bytes) -> None:
        with self._lock:
            self._is_servers_turn = False
            self.octets += len(said)

    def pieces(self, said: bytes, *, asks: bool) -> Iterator[bytes]:
        """What was said as it is handed on."""
        if asks or not self.pause:
            yield said
            return
        for at in range(len(said)):
            time.sleep(self.pause)
            yield said[at : at + 1]

    def forget(self) -> None:
        """Counts from here on."""
        with self._lock:
            self.connections = self.trips = self.octets = 0
            self.asked = b""

    def cut(self) -> None:
        """Ends every connection, as a server does that logs idle clients out."""
        for link in self.links:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)


@contextmanager
def counting_relay(backend: int) -> Iterator[tuple[int, Counted]]:
    """The relay's port, and what it counts."""
    counted = Counted()
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, sink: socket.socket, *, asks: bool) -> None:
        told = counted.client_said if asks else counted.server_said
        with suppress(OSError):
            while said := source.recv(65536):
                told(said)
                for piece in counted.pieces(said, asks=asks):
                    sink.sendall(piece)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client = listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", backend))
                for link in (client, server):
                    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                counted.connections += 1
                counted.links += [client, server]
                for ends, asks in (
                    ((client, server), True),
                    ((server, client), False),
                ):
                    threading.Thread(
                        target=pump,
                        args=ends,
                        kwargs={"asks": asks},
                        daemon=True,
                    ).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1], counted
    finally:
        listener.close()
        counted.cut()
        for link in counted.links:
            link.close()
