"""The post: hands mails to the mail server, one recipient a transaction, and says what
its answer means.

Trusts the server's `250` after the final dot and nothing earlier: cut off after the dot
the mail may have gone, and the answer is UNKNOWN. Sends the bytes it is given (line
ends made CRLF), never composes, never sends twice by itself.
"""

import re
import smtplib
import ssl
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from types import TracebackType

from pipeline.edges.clock import Clock
from pipeline.edges.fault_points import FaultPoint, reach
from pipeline.edges.mail.access_token import bearer, login_secret
from pipeline.edges.mail.connection import Deadline, network_error, tls_context
from pipeline.edges.mail.redact import Hush
from pipeline.edges.mail.smtp_replies import (
    LATER,
    Stage,
    classify,
    greeting_time,
    queue_id,
)
from pipeline.edges.mail.smtp_session import COMMAND_SECONDS, WatchedSmtp
from pipeline.model.operation.errors import EdgeError, Refused, Unreachable
from pipeline.model.operation.post import (
    SERVER_SECOND,
    PostAnswer,
    Verdict,
)
from pipeline.settings import Smtp

# For a mail's bytes to go out over a slow line
CONTENT_SECONDS = 300.0
# Printable ASCII without @ < >
_ADDRESS = re.compile(r"[!-;=?A-~]+@[!-;=?A-~]+")
_MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")
_BY_TOKEN = "XOAUTH2"
_PASSWORD_CURE = (
    "请检查用户名和口令；网易、QQ 等邮箱"
    "须在网页版设置中开启 SMTP 服务，并用授权码（不是登录密码）作为口令。"
)
_TOKEN_CURE = (
    "它不接受登录服务给的令牌：请检查 user；再请邮箱的管理员确认应用有发信权限"
    "（SMTP.SendAsApp），而且这个邮箱没有关掉 SMTP 登录（Authenticated SMTP）。"
)


class _NotAccepted(Exception):
    """A reply that is no success, at a stage."""

    def __init__(self, stage: Stage, code: int, text: bytes) -> None:
        super().__init__(code, text)
        self.stage = stage
        self.answer = _heard(stage, code, text)


class SmtpPost:
    """`with post:` is one sitting: the connection is made with the first mail, reused,
    and remade when it is lost.

    `sender` is the envelope's (NetEase: the login itself). At most `per_minute` mails
    in any 60 seconds, counted across sittings; `password` may change between two. A
    refused login is not repeated in one: that leads to a lockout.
    """

    def __init__(
        self,
        settings: Smtp,
        password: str,
        sender: str,
        clock: Clock,
        answer_seconds: float = 600,
        command_seconds: float = COMMAND_SECONDS,
        content_seconds: float = CONTENT_SECONDS,
    ) -> None:
        self._settings = settings
        self.password = password
        self._sender = sender
        self._clock = clock
        self._answer_seconds = answer_seconds
        self._command_seconds = command_seconds
        self._content_seconds = content_seconds
        self._server = f"{settings.host}:{settings.port}"
        self._begun: deque[float] = deque(maxlen=settings.per_minute)
        self._smtp: WatchedSmtp | None = None
        self._refused: PostAnswer | None = None
        # (the server's time by its greeting, ours on a clock that nobody sets)
        self._greeted: tuple[datetime, float] | None = None

    def __enter__(self) -> "SmtpPost":
        self._refused = None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._smtp is not None:
            # SMTPException is one
            with suppress(OSError):
                self._smtp.quit()
        self._drop()

    def check(self) -> list[str]:
        """Connect and log in, send nothing; what `xunbao check --online` shows. Raises
        Unreachable and Refused."""
        try:
            self._connected()
        except _NotAccepted as refusal:
            raise self._refusal(refusal.answer) from refusal
        if self._settings.user:
            login = f"用户 {self._settings.user} 登录成功"
        else:
            login = "无需登录"
        return [f"发信服务器 {self._server} 可以连接，{login}。"]

    def check_envelope(self, own: str) -> str:
        """Has the server say whether it takes a letter from us to ourselves, and takes
        it back. Raises Unreachable and Refused."""
        try:
            smtp, _ = self._connected()
            self._ask(Stage.SENDER, 250, lambda: smtp.mail(self._sender))
            self._ask(Stage.RECIPIENT, (250, 251), lambda: smtp.rcpt(own))
        except _NotAccepted as refusal:
            raise self._envelope_refusal(refusal, own) from refusal
        self._reset()
        return f"发信服务器接受发件人 {self._sender} 和收件人 {own}。"

    def _envelope_refusal(self, refusal: _NotAccepted, own: str) -> EdgeError:
        said = f"{refusal.answer.code} {refusal.answer.text}"
        if refusal.answer.verdict in (Verdict.TRANSIENT, Verdict.PAUSED):
            return self._refusal(refusal.answer)
        if refusal.stage is Stage.RECIPIENT:
            advice = f"发信服务器 {self._server} 不接受收件人 {own}（{said}），请检查报送邮箱的地址。"
        else:
            advice = (
                f"发信服务器 {self._server} 不接受发件人 {self._sender}（{said}）。"
                "请把 [smtp] 的 from 里的地址写成登录的那个邮箱。"
            )
        return Refused("envelope", advice, said)

    def deliver(self, recipient: str, raw: bytes) -> PostAnswer:
        """One mail to one recipient. Unreachable and Refused (TLS, certificate):
        nothing was handed over.

        A login that the server refuses is an answer, CONFIGURATION; a connection lost
        before the final dot is TRANSIENT, after it UNKNOWN.
        """
        # Smtplib would take the first address out of anything
        if not _ADDRESS.fullmatch(recipient):
            return PostAnswer(
                Verdict.REFUSED_RECIPIENT, text=f"not an address: {recipient!r}"
            )
        if self._refused is not None:
            return self._refused
        self._pace()
        kept = self._smtp is not None
        try:
            return reach(
                FaultPoint.POST, lambda: self._transaction(recipient, raw)
            )
        except _NotAccepted as refusal:
            if kept and self._smtp is None and refusal.stage is Stage.SENDER:
                # The kept connection had been closed meanwhile
                return self._on_new_connection(recipient, raw)
            return self._after(refusal)

    def _on_new_connection(self, recipient: str, raw: bytes) -> PostAnswer:
        try:
            return self._transaction(recipient, raw)
        except _NotAccepted as refusal:
            return self._after(refusal)

    def _after(self, refusal: _NotAccepted) -> PostAnswer:
        at_the_door = refusal.stage in {Stage.GREETING, Stage.LOGIN}
        if at_the_door and refusal.answer.verdict is not Verdict.TRANSIENT:
            self._refused = refusal.answer
        return refusal.answer

    def _transaction(self, recipient: str, raw: bytes) -> PostAnswer:
        smtp, deadline = self._connected()
        deadline.restart(
            4 * self._command_seconds
            + self._content_seconds
            + self._answer_seconds
        )
        eight_bit = not raw.isascii() and smtp.has_extn("8bitmime")
        if eight_bit:
            options = ["BODY=8BITMIME"]
        else:
            options = []
        self._ask(Stage.SENDER, 250, lambda: smtp.mail(self._sender, options))
        self._ask(Stage.RECIPIENT, (250, 251), lambda: smtp.rcpt(recipient))
        self._ask(Stage.CONTENT, 354, lambda: smtp.docmd("DATA"))
        return self._hand_over(smtp, raw)

    def _hand_over(self, smtp: WatchedSmtp, raw: bytes) -> PostAnswer:
        body = re.sub(rb"\r\n|\n|\r", b"\r\n", raw)
        body = re.sub(
            rb"(?m)^\.",
            b"..",
            body if body.endswith(b"\r\n") else body + b"\r\n",
        )
        self._set_timeout(smtp, self._content_seconds)
        try:
            smtp.send(body)
        except OSError as error:
            raise self._lost(Stage.CONTENT, error) from error
        try:
            self._set_timeout(smtp, self._answer_seconds)
            smtp.send(b".\r\n")
            code, text = smtp.getreply()
            self._set_timeout(smtp, self._command_seconds)
        except OSError as error:
            self._drop()
            return PostAnswer(
                Verdict.UNKNOWN, text=f"cut off after the final dot: {error}"
            )
        return self._final(code, text)

    def _final(self, code: int, text: bytes) -> PostAnswer:
        if code == 421:
            self._drop()
        if 200 <= code < 300:
            words = text.decode("utf-8", "replace")
            return PostAnswer(
                verdict=Verdict.SENT,
                code=code,
                text=self._dated(words),
                queue_id=queue_id(words),
            )
        if 400 <= code < 600:
            return _heard(Stage.CONTENT, code, text)
        # No SMTP reply: what became of the mail, nobody knows
        self._drop()
        return PostAnswer(
            Verdict.UNKNOWN, code, text.decode("utf-8", "replace")
        )

    def _ask(
        self,
        stage: Stage,
        wanted: int | tuple[int, ...],
        command: Callable[[], tuple[int, bytes]],
    ) -> None:
        """Run a command that is before the final dot; _NotAccepted unless it is answered as wanted."""
        try:
            code, text = command()
        except OSError as error:
            raise self._lost(stage, error) from error
        if code in (wanted if isinstance(wanted, tuple) else (wanted,)):
            return
        # The server closes, or speaks no SMTP
        if code == 421 or not 200 <= code < 600:
            self._drop()
        self._reset()
        raise _NotAccepted(stage, code, text)

    def _lost(self, stage: Stage, error: OSError) -> _NotAccepted:
        self._drop()
        return _NotAccepted(stage, 0, f"connection lost: {error}".encode())

    def _connected(self) -> tuple[WatchedSmtp, Deadline]:
        if self._smtp is None:
            deadline = Deadline(4 * self._command_seconds)
            try:
                self._smtp = self._open(deadline)
            except OSError as error:
                deadline.close()
                raise network_error(error, self._server, deadline) from error
            except BaseException:
                deadline.close()
                raise
            self._deadline = deadline
        return self._smtp, self._deadline

    def _open(self, deadline: Deadline) -> WatchedSmtp:
        secret = login_secret(self._settings, self.password)
        security = self._settings.security
        if security == "none":
            context = None
        else:
            context = tls_context(self._settings.ca_file)
        smtp = WatchedSmtp(
            self._settings,
            context if security == "tls" else None,
            deadline,
            Hush(self._settings.user, secret),
        )
        try:
            code, text = smtp.connect(self._settings.host, self._settings.port)
            if code != 220:
                raise _NotAccepted(Stage.GREETING, code, text)
            self._note_greeting(text)
            if security == "starttls":
                self._start_tls(smtp, context)
            self._log_in(smtp, secret)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _note_greeting(self, text: bytes) -> None:
        """The server's time, which dates its answers where they name none themselves."""
        theirs = greeting_time(text.decode("utf-8", "replace"))
        self._greeted = None
        if theirs is not None:
            self._greeted = theirs, self._clock.monotonic()

    def server_time(self) -> datetime | None:
        """The server's time now, where the newest greeting named it."""
        if self._greeted is None:
            return None
        theirs, ours = self._greeted
        return theirs + timedelta(seconds=self._clock.monotonic() - ours)

    def _dated(self, words: str) -> str:
        """A final answer, with the server's second where its greeting named it."""
        theirs = self.server_time()
        if theirs is None:
            return words
        return f"{words} {SERVER_SECOND} {int(theirs.timestamp())}"

    def _start_tls(
        self, smtp: WatchedSmtp, context: ssl.SSLContext | None
    ) -> None:
        try:
            code, text = smtp.starttls(context=context)
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(
                "tls",
                f"发信服务器 {self._server} 不支持 STARTTLS，请检查 security 一项。",
                str(error),
            ) from error
        if code != 220:
            raise _NotAccepted(Stage.LOGIN, code, text)

    def _log_in(self, smtp: WatchedSmtp, secret: str) -> None:
        """One attempt by one mechanism: smtplib's own login tries them all, and
        failures are counted."""
        try:
            smtp.ehlo_or_helo_if_needed()
            if self._settings.user:
                self._authenticate(smtp, secret)
        except (
            smtplib.SMTPAuthenticationError,
            smtplib.SMTPHeloError,
        ) as error:
            if isinstance(error.smtp_error, bytes):
                text = error.smtp_error
            else:
                text = error.smtp_error.encode()
            raise _NotAccepted(Stage.LOGIN, error.smtp_code, text) from error
        except UnicodeError as error:
            raise Refused(
                "login",
                "发信用户名和口令只能用英文字母、数字和符号，请检查配置。",
            ) from error

    def _authenticate(self, smtp: WatchedSmtp, secret: str) -> None:
        offered = smtp.esmtp_features.get("auth", "").upper().split()
        usable: tuple[str, ...] = _MECHANISMS
        if self._settings.oauth2 is not None:
            usable = (_BY_TOKEN,)
        mechanism = next((m for m in usable if m in offered), None)
        if mechanism is None:
            raise Refused(
                "login",
                f"发信服务器 {self._server} 不提供可用的登录方式，请检查端口和 security。",
                str(offered),
            )
        if mechanism == _BY_TOKEN:
            smtp.auth(mechanism, bearer(self._settings.user, secret))
            return
        smtp.user = self._settings.user
        smtp.password = secret
        answer = getattr(smtp, "auth_" + mechanism.lower().replace("-", "_"))
        # Some servers ignore what comes with AUTH LOGIN and ask for the name all the
        # same; smtplib would take the question for the one after the password.
        at_once = mechanism != "LOGIN"
        smtp.auth(mechanism, answer, initial_response_ok=at_once)

    def _refusal(self, answer: PostAnswer) -> EdgeError:
        if answer.verdict in (Verdict.TRANSIENT, Verdict.PAUSED):
            return Unreachable(
                "busy",
                f"发信服务器 {self._server} 暂时不能使用，请稍后再试。",
                answer.text,
            )
        cure = _PASSWORD_CURE
        if self._settings.oauth2 is not None:
            cure = _TOKEN_CURE
        told = f"发信服务器 {self._server} 拒绝登录（{answer.code} {answer.text}）。"
        return Refused("login", told + cure, answer.text)

    def _pace(self) -> None:
        if len(self._begun) == self._settings.per_minute:
            self._clock.sleep(self._begun[0] + 60 - self._clock.monotonic())
        self._begun.append(self._clock.monotonic())

    def _set_timeout(self, smtp: WatchedSmtp, seconds: float) -> None:
        if smtp.sock is not None:
            smtp.sock.settimeout(seconds)

    def _reset(self) -> None:
        if self._smtp is not None:
            try:
                self._smtp.rset()
            except OSError:
                self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._deadline.close()
            self._smtp = None


def _heard(stage: Stage, code: int, text: bytes) -> PostAnswer:
    """What a reply that is no success means for the mail and for us."""
    return reach(FaultPoint.POST_ANSWER, lambda: _answer(stage, code, text))


def _answer(stage: Stage, code: int, text: bytes) -> PostAnswer:
    words = text.decode("utf-8", "replace")
    if not code:
        return PostAnswer(Verdict.TRANSIENT, text=words, retry_after=LATER)
    row = classify(stage, code, words)
    return PostAnswer(
        verdict=row.verdict,
        code=code,
        text=words,
        retry_after=row.retry_after,
        most_tries=row.most_tries,
    )
