"""One IMAP connection: connected, logged in, made known by ID, its folder open; every
failure an EdgeError.

Trusts no answer of the server: literals are bounded, the whole session has a deadline,
and whatever imapclient or imaplib raises on a strange answer is turned into an
EdgeError here and nowhere else. Never logs a password or a body.
"""

import imaplib
import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socket import socket
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError, ProtocolError
from imapclient.imapclient import join_message_ids

from pipeline.edges.fault_points import FaultPoint, reach
from pipeline.edges.mail.access_token import login_secret
from pipeline.edges.mail.asked_wait import asked_wait
from pipeline.edges.mail.connection import (
    CONNECT_SECONDS,
    Deadline,
    connect,
    network_error,
    tls_context,
)
from pipeline.edges.mail.imap_ahead import BodiesAhead
from pipeline.edges.mail.imap_answers import items
from pipeline.edges.mail.redact import Hush
from pipeline.model.operation.errors import EdgeError, Refused, Unreachable
from pipeline.settings import Mailbox

# For one answer of the server
READ_SECONDS = 60.0

# It warns in English on the terminal of what a server says in Chinese
logging.getLogger("imapclient").setLevel(logging.CRITICAL)

# RFC 3501. What speaks another does not get past the login
_VERSION = "IMAP4REV1"
# RFC 2971. NetEase refuses SELECT to a client that has not said who it is; ASCII only.
_IDENTITY = '("name" "xunbao" "version" "1.0" "vendor" "xunbao")'
# RFC 5530, and what servers write in their place: the login is right, the server cannot serve it now.
_BUSY_MARKS = (
    "[UNAVAILABLE]",
    "[INUSE]",
    "[LIMIT]",
    "[SERVERBUG]",
    "TOO MANY",
    "SYSTEM BUSY",
    "TRY AGAIN",
    # Exchange: Request is throttled. Suggested Backoff Time: ...; Yahoo:
    # [THROTTLED]
    "THROTTL",
    "BACKOFF",
    # Exchange: User is authenticated but not connected
    "NOT CONNECTED",
    "TEMPORAR",
    "INTERNAL ERROR",
    # Gmail: Account exceeded command or bandwidth limits
    "BANDWIDTH",
    "EXCEEDED",
    "RATE LIMIT",
    "稍后",
    "频繁",
    "系统忙",
)
# What servers say of a folder that is not there; any other refusal to open it passes.
_NO_FOLDER_MARKS = (
    "NONEXISTENT",
    "NOT EXIST",
    "N'T EXIST",
    "NO SUCH",
    "UNKNOWN MAILBOX",
    "UNKNOWN FOLDER",
    "NOT FOUND",
    "INVALID MAILBOX",
    "不存在",
)

_LOGIN_ADVICE = (
    "邮箱服务器 {server} 拒绝登录。请检查用户名和口令；网易（126、163）、QQ 等邮箱须先在网页版设置中"
    "开启 IMAP 服务，并用那里生成的授权码（不是登录密码）作为口令。"
)
_TOKEN_ADVICE = (
    "邮箱服务器 {server} 不接受登录服务给的令牌。请检查 user；再请邮箱的管理员确认："
    "应用有 IMAP 权限（IMAP.AccessAsApp），而且得到了这个邮箱的授权（Add-MailboxPermission）。"
)
_UNSAFE_ADVICE = (
    "网易邮箱（{server}）以“Unsafe Login”拒绝打开文件夹：它不认可这个客户端。"
    "请在网页版邮箱的设置中确认 IMAP 服务已开启，重新生成授权码后再试；仍不行时，请联系网易客服放行。"
)


class Garbled(Unreachable):
    """The connection stands, but an answer could not be understood: other messages may still be had."""


class Throttled(Unreachable):
    """The server serves nobody, or not us, for a while: asking again makes it worse."""


class Oversize(Unreachable):
    """A message came that is bigger than may be read, whatever size was named before;
    the connection is lost by it."""


class _BoundedImap4(imaplib.IMAP4):
    """imaplib over a watched connection, refusing literals above the limit before it reads them.

    `left` is what may still be read in the answer to the command in hand: the sizes
    that a server names may be lies. `exceeded` says that it was more, since imaplib
    makes one kind of error of all.
    """

    def __init__(
        self,
        settings: Mailbox,
        context: ssl.SSLContext | None,
        deadline: Deadline,
        hush: Hush,
    ) -> None:
        self._context = context
        self._deadline = deadline
        self._hush = hush
        self._literal_limit = settings.max_message + 65_536
        self._will_encrypt = settings.security == "starttls"
        self.begin()
        super().__init__(settings.host, settings.port)

    def _create_socket(self, timeout: float | None) -> socket:
        return connect(self.host, self.port, self._deadline, self._context)

    def _get_capabilities(self) -> None:
        """What the greeting names is not asked for once more. Never what came in plain
        text, once the connection is encrypted: anyone may have written it. Of a greeting
        that names nothing (126.com) only STARTTLS must be known before the login; a
        logged-in imapclient asks for itself where anything rests on more."""
        told = self.untagged_responses.pop("CAPABILITY", None) or [b""]
        words: list[str] = []
        if isinstance(told[-1], bytes):
            words = told[-1].decode("ascii", "replace").upper().split()
        if self._will_encrypt and (
            self._tls_established or _VERSION not in words
        ):
            super()._get_capabilities()  # type: ignore[misc]  # typeshed has it not
        else:
            self.capabilities = tuple(dict.fromkeys((_VERSION, *words)))

    def begin(self) -> None:
        """A new command begins."""
        self.left = 2 * self._literal_limit
        self.exceeded = False

    def read(self, size: int) -> bytes:
        self.left -= size
        if size > self._literal_limit or self.left < 0:
            self.exceeded = True
            raise self.abort(f"literal of {size} bytes")
        return super().read(size)

    def readline(self) -> bytes:
        return self._hush(super().readline())


class _WatchedClient(IMAPClient):  # type: ignore[misc]  # imapclient is untyped
    def __init__(
        self,
        settings: Mailbox,
        context: ssl.SSLContext | None,
        deadline: Deadline,
        hush: Hush,
    ) -> None:
        self._make: Callable[[], imaplib.IMAP4] = lambda: _BoundedImap4(
            settings, context, deadline, hush
        )
        read = reach(FaultPoint.READ_SECONDS, lambda: READ_SECONDS)
        timeout = SocketTimeout(connect=CONNECT_SECONDS, read=read)
        super().__init__(
            settings.host,
            settings.port,
            ssl=context is not None,
            timeout=timeout,
        )
        # Else INTERNALDATE comes naive and local
        self.normalise_times = False
        # Else every body is formatted for a log that nobody reads
        self._imap.debug = 0

    def fetch(
        self, messages: Any, data: Any, modifiers: Any = None
    ) -> dict[int, Any]:
        """As imapclient's, by UID; but an item without a UID is nobody's."""
        asked = [
            "UID",
            "FETCH",
            join_message_ids(messages),
            f"({' '.join(data)})",
        ]
        tag = self._imap._command(*asked)
        typ, lines = self._imap._command_complete("FETCH", tag)
        return items(self, typ, lines)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 -- imapclient's hook
        return self._make()


class ImapSession:
    """`folder` opened by EXAMINE, or by SELECT when `writable`. `exists` and
    `uidvalidity` are as it was opened.

    Raises Unreachable, Refused (login, folder, certificate).
    """

    def __init__(
        self,
        settings: Mailbox,
        password: str,
        deadline: Deadline,
        *,
        writable: bool,
    ) -> None:
        self._settings = settings
        self._server = f"{settings.host}:{settings.port}"
        self._deadline = deadline
        deadline.resume()
        secret = login_secret(settings, password)
        with self._plain_words():
            self.client: Any = self._connect(Hush(settings.user, secret))
        self._ahead = BodiesAhead(self.client)
        try:
            self._login(secret)
            self.knows_id = self._identify()
            self._writable = writable
            self._open_folder(writable)
        except EdgeError:
            self.close()
            raise
        deadline.pause()

    @contextmanager
    def command(self) -> Iterator[Any]:
        """The client, for one command. Raises Unreachable, Garbled for an odd answer,
        Refused for NO and BAD."""
        with self._asking() as client:
            self._settle()
            client._imap.begin()
            yield client

    def bodies(
        self, uids: list[int], then: list[int]
    ) -> dict[int, dict[bytes, Any]]:
        """As BodiesAhead.bodies. Raises as `command` does; then `then` may have been
        asked for, too."""
        with self._asking():
            return self._ahead.bodies(uids, then)

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        self._deadline.resume()
        try:
            with self._plain_words():
                self.client._imap.begin()
                yield self.client
        finally:
            self._deadline.pause()

    def _settle(self) -> None:
        """What was asked for ahead is answered before another command: refused or not
        understood, it is asked for again in its turn. Whatever breaks the connection is
        nothing that the command in hand has asked for."""
        try:
            with self._plain_words():
                self._ahead.settle()
        except (Garbled, Throttled, Refused):
            return
        except Oversize as trouble:
            raise Unreachable(
                trouble.cause, trouble.advice, trouble.detail
            ) from trouble

    def close(self) -> None:
        """Log out if the server still listens; never raises."""
        self._deadline.resume()
        with suppress(IMAPClientError, OSError, ValueError, IndexError):
            self.client.logout()
        with suppress(IMAPClientError, OSError, ValueError):
            self.client.shutdown()

    def _connect(self, hush: Hush) -> _WatchedClient:
        security = self._settings.security
        if security == "none":
            context = None
        else:
            context = tls_context(self._settings.ca_file)
        client = self._greeted(context if security == "tls" else None, hush)
        if security == "starttls":
            try:
                client.starttls(context)
            except BaseException:
                with suppress(OSError):
                    client.shutdown()
                raise
        return client

    def _greeted(
        self, context: ssl.SSLContext | None, hush: Hush
    ) -> _WatchedClient:
        """A connection whose greeting is OK; a BYE in its place says that the server
        takes nobody now."""
        try:
            return _WatchedClient(self._settings, context, self._deadline, hush)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise self._busy(str(error)) from error

    def _busy(self, text: str) -> Throttled:
        trouble = Throttled(
            "busy",
            f"邮箱服务器 {self._server} 现在不提供服务，程序稍后会自动重试。",
            text,
        )
        trouble.wait_seconds = asked_wait(text)
        return trouble

    def _login(self, secret: str) -> None:
        if self._settings.oauth2 is None:
            log_in = self.client.login
        else:
            log_in = self.client.oauth2_login
        with self._plain_words():
            try:
                log_in(self._settings.user, secret)
            except UnicodeError as error:
                raise Refused(
                    "login",
                    "邮箱用户名和口令只能用英文字母、数字和符号，请检查配置。",
                ) from error
            except LoginError as error:
                raise self._login_error(error) from error

    def _login_error(self, error: LoginError) -> EdgeError:
        # Imapclient calls a lost connection a LoginError too
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            return network_error(error, self._server, self._deadline)
        if _is_busy(str(error)):
            return self._busy(str(error))
        advice = _LOGIN_ADVICE
        if self._settings.oauth2 is not None:
            advice = _TOKEN_ADVICE
        return Refused(
            "login",
            advice.format(server=self._server),
            str(error),
        )

    def _identify(self) -> bool:
        """Send ID; a server that does not know it says NO or BAD, which does no harm."""
        with self._plain_words():
            try:
                return bool(self.client._imap.xatom("ID", _IDENTITY)[0] == "OK")
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                return False

    def recount(self) -> None:
        """Opens the folder once more, so that `exists` is what it holds now: mails may
        have been moved away since."""
        with self.command():
            self._open_folder(self._writable)

    @property
    def was_told_of_more(self) -> bool:
        """Whether any answer since the folder was opened spoke of more messages than it
        held then."""
        told = self.client._imap.untagged_responses.get("EXISTS", [])
        return max(map(int, told), default=0) > self.exists

    def _open_folder(self, writable: bool) -> None:
        folder = self._settings.folder
        with self._plain_words():
            try:
                answer = self.client.select_folder(
                    folder, readonly=not writable
                )
            except imaplib.IMAP4.abort:
                raise
            except IMAPClientError as error:
                if _is_busy(str(error)):
                    raise self._busy(str(error)) from error
                raise self._folder_error(str(error)) from error
        self.exists = int(answer.get(b"EXISTS", 0))
        # It says so; silence says nothing
        self.is_empty = answer.get(b"EXISTS") == 0
        self.uidvalidity = int(answer.get(b"UIDVALIDITY", 0))

    def _folder_error(self, text: str) -> EdgeError:
        """A folder that is not there is a mistake in the configuration; a refusal of
        one that is there passes."""
        folder = self._settings.folder
        if "unsafe login" in text.lower():
            advice = _UNSAFE_ADVICE.format(server=self._server)
            return Refused("unsafe_login", advice, text)
        named = any(mark in text.upper() for mark in _NO_FOLDER_MARKS)
        if not named and self._lists(folder):
            return self._busy(text)
        advice = (
            f"邮箱（服务器 {self._server}）中打不开文件夹“{folder}”，"
            "请检查 [mailbox] 的 folder、junk_folder 和 done_folder。"
        )
        return Refused(
            "folder",
            advice,
            text,
        )

    def _lists(self, folder: str) -> bool:
        # It is always there (RFC 3501 5.1)
        if folder.upper() == "INBOX":
            return True
        try:
            return bool(self.client.folder_exists(folder))
        except (IMAPClientError, OSError, ValueError):
            return False

    def _exceeded(self) -> bool:
        return reach(
            FaultPoint.OVERSIZE,
            lambda: (
                hasattr(self, "client") and bool(self.client._imap.exceeded)
            ),
        )

    @contextmanager
    def _plain_words(self) -> Iterator[None]:
        try:
            yield
        except (imaplib.IMAP4.abort, OSError) as error:
            if self._exceeded():
                advice = f"邮箱服务器 {self._server} 送来的内容比规定的上限还大，这一封不再接收。"
                raise Oversize("oversize", advice, str(error)) from error
            raise network_error(error, self._server, self._deadline) from error
        except (
            ProtocolError,
            ValueError,
            IndexError,
            KeyError,
            TypeError,
            AttributeError,
            ArithmeticError,
        ) as error:
            if self._deadline.passed:
                raise network_error(
                    error, self._server, self._deadline
                ) from error
            raise Garbled(
                "garbled",
                f"邮箱服务器 {self._server} 的回答无法理解，程序稍后会重试。",
                repr(error),
            ) from error
        except IMAPClientError as error:
            if _is_busy(str(error)):
                raise self._busy(str(error)) from error
            raise Refused(
                "imap",
                f"邮箱服务器 {self._server} 拒绝了操作：{error}",
                repr(error),
            ) from error


def _is_busy(text: str) -> bool:
    return any(mark in text.upper() for mark in _BUSY_MARKS)
