"""What both mail edges need of a connection: a deadline for the whole of it, TLS, and
its failures in plain words.

Trusts no server to answer, nor to answer in time: a socket's own timeout is per read,
and a server sending a byte a second outlives it for ever. Never turns certificate
checks off.
"""

import socket
import ssl
import threading
import time
from contextlib import suppress
from pathlib import Path

from pipeline.model.operation.errors import EdgeError, Refused, Unreachable

# For a connection: a server that answers at all does so sooner
CONNECT_SECONDS = 20.0

# The other side spoke plain text
_NOT_TLS = {
    "WRONG_VERSION_NUMBER",
    "RECORD_LAYER_FAILURE",
}

_FAILURES: tuple[tuple[type[Exception], type[EdgeError], str, str], ...] = (
    (
        ssl.SSLCertVerificationError,
        Refused,
        "certificate",
        "服务器的证书无法验证，请检查服务器名称和本机时间，或在 ca_file 中指定证书。",
    ),
    (
        socket.gaierror,
        Unreachable,
        "dns",
        "找不到服务器，请检查服务器名称和网络连接。",
    ),
    (
        ConnectionRefusedError,
        Unreachable,
        "refused",
        "服务器拒绝连接，请检查端口，或稍后再试。",
    ),
    (
        TimeoutError,
        Unreachable,
        "timeout",
        "服务器没有响应，请检查网络连接，程序稍后会自动重试。",
    ),
    (
        Exception,
        Unreachable,
        "connection",
        "与服务器的连接中断，程序稍后会自动重试。",
    ),
)


class Deadline:
    """Cuts the watched connection off when its time is up, whatever the thread using it waits for.

    It runs from the start. Between two commands it can be paused: what the program does
    meanwhile is no fault of the server's.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._left = seconds
        self._lock = threading.Lock()
        self._watched: socket.socket | None = None
        self._timer: threading.Timer | None = None
        self.resume()

    def watch(self, connection: socket.socket) -> None:
        """Watch this connection, in place of the one before. Hand it in before TLS is put around it."""
        with self._lock:
            self._drop()
            # A duplicate, since wrapping in TLS takes the descriptor away from the original object.
            self._watched = connection.dup()
            if self.passed:
                self._shut()

    def resume(self) -> None:
        """Run on with what is left."""
        if self._timer is None:
            self._begun = time.monotonic()
            self._timer = threading.Timer(max(0.0, self._left), self._cut)
            self._timer.daemon = True
            self._timer.start()

    def pause(self) -> None:
        """Stand still."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._left -= time.monotonic() - self._begun

    def restart(self, seconds: float) -> None:
        """Run from now, with this much."""
        self.pause()
        self._left = seconds
        self.resume()

    def renew(self, seconds: float) -> None:
        """This much from now on, standing still. Only while paused."""
        self._left = seconds

    def grant(self, seconds: float) -> None:
        """So much more, for a wait that the program itself asks for. Only while paused."""
        self._left += seconds

    def close(self) -> None:
        """Stop watching."""
        self.pause()
        with self._lock:
            self._drop()

    def _cut(self) -> None:
        with self._lock:
            self.passed = True
            self._shut()

    def _shut(self) -> None:
        if self._watched is not None:
            with suppress(OSError):
                self._watched.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        if self._watched is not None:
            self._watched.close()
            self._watched = None


def connect(
    host: str, port: int, deadline: Deadline, context: ssl.SSLContext | None
) -> socket.socket:
    """A connection under the deadline, inside TLS where a context is given. OSError as
    socket and ssl raise it."""
    connection = socket.create_connection((host, port), CONNECT_SECONDS)
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        deadline.watch(connection)
        if context:
            return context.wrap_socket(connection, server_hostname=host)
        return connection
    except BaseException:
        connection.close()
        raise


def try_reaching(
    host: str, port: int, security: str, ca_file: Path | None
) -> None:
    """Connects, in TLS where it begins with the first byte, and hangs up: what can be
    tried of a server without its password. Raises Unreachable and Refused."""
    context = None
    if security == "tls":
        context = tls_context(ca_file)
    deadline = Deadline(CONNECT_SECONDS)
    try:
        connect(host, port, deadline, context).close()
    except OSError as error:
        raise network_error(error, f"{host}:{port}", deadline) from error
    finally:
        deadline.close()


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Verifying, with the system's authorities, or with those of `ca_file` alone.
    Refused when it cannot be read."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise Refused(
            "ca_file",
            f"无法读取证书文件 {ca_file}，请检查 ca_file 的路径和内容。",
            repr(error),
        ) from error


def network_error(
    error: Exception, server: str, deadline: Deadline | None = None
) -> EdgeError:
    """The failure of a connection to `server` (host:port) as an EdgeError; `deadline`
    is what may have cut it off."""
    if deadline is not None and deadline.passed:
        advice = f"服务器 {server} 响应太慢，本次连接已超时中断，程序稍后会自动重试。"
        return Unreachable("too_slow", advice, repr(error))
    if isinstance(error, ssl.SSLError) and error.reason in _NOT_TLS:
        advice = f"服务器 {server} 的端口与加密方式（security）不符，请检查这两项配置。"
        return Refused("tls", advice, repr(error))
    kind, cause, advice = next(
        row[1:] for row in _FAILURES if isinstance(error, row[0])
    )
    return kind(cause, f"{advice}（服务器 {server}）", repr(error))
