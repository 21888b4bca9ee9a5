"""The post against a real SMTP server that answers as it is told, and against sockets that break off."""

import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session
from live_servers import free_port, talking_server
from sqlalchemy import Engine

from pipeline.edges.clock import Clock
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.outbox import Outbox
from pipeline.edges.ledger.store import Store
from pipeline.edges.mail.smtp_post import SmtpPost
from pipeline.judging.operation.clock_skew import difference
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.operation.errors import Refused, Unreachable
from pipeline.model.operation.post import PostAnswer, Verdict
from pipeline.model.outgoing import DeliveryEvent, DeliveryState, FrozenMail
from pipeline.settings import Smtp

SENDER = "zxb@example.cn"
UNIT = "shizhongqu@example.cn"
RAW = b"From: zxb@example.cn\r\nTo: shizhongqu@example.cn\r\nSubject: x\r\n\r\n.one dot\r\n..two\r\n.\r\nend\r\n"


def plain(port: int, **changes: Any) -> Smtp:
    values = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "from": f"组宣部 <{SENDER}>",
    }
    return Smtp.model_validate(values | changes)


@dataclass
class ScriptedServer:
    """Answers each command as `replies` says ("MAIL", "RCPT", "DATA", "AUTH"), else takes it; `taken` is the mail."""

    replies: dict[str, str] = field(default_factory=dict)
    taken: list[Envelope] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)
    logins: list[tuple[str, bytes, bytes]] = field(default_factory=list)
    port: int = 0

    async def handle_MAIL(
        self,
        server: Any,
        session: Session,
        envelope: Envelope,
        address: str,
        options: Any,
    ) -> str:
        self.sessions.add(id(session))
        if "MAIL" not in self.replies:
            envelope.mail_from = address
        return self.replies.get("MAIL", "250 OK")

    async def handle_RCPT(
        self,
        server: Any,
        session: Session,
        envelope: Envelope,
        address: str,
        options: Any,
    ) -> str:
        if "RCPT" not in self.replies:
            envelope.rcpt_tos.append(address)
        return self.replies.get("RCPT", "250 OK")

    async def handle_DATA(
        self, server: Any, session: Session, envelope: Envelope
    ) -> str:
        if "DATA" not in self.replies:
            self.taken.append(envelope)
        return self.replies.get(
            "DATA",
            f"250 Mail OK queued as smtp{len(self.taken)},CsCow== 1441880000",
        )

    def authenticate(
        self,
        server: Any,
        session: Any,
        envelope: Any,
        mechanism: str,
        data: Any,
    ) -> AuthResult:
        self.logins.append((mechanism, data.login, data.password))
        if "AUTH" in self.replies:
            return AuthResult(
                success=False, handled=False, message=self.replies["AUTH"]
            )
        return AuthResult(success=True)

    def settings(self, **changes: Any) -> Smtp:
        return plain(self.port, **changes)


@contextmanager
def running(server: ScriptedServer, **options: Any) -> Iterator[ScriptedServer]:
    server.port = free_port()
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        authenticator=server.authenticate,
        auth_require_tls=False,
        decode_data=False,
        **options,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with running(ScriptedServer()) as scripted:
        yield scripted


def post(settings: Smtp, **options: Any) -> SmtpPost:
    return SmtpPost(settings, "authcode", SENDER, Clock(), **options)


def deliver(
    settings: Smtp, recipient: str = UNIT, raw: bytes = RAW, **options: Any
) -> PostAnswer:
    with post(settings, **options) as opened:
        return opened.deliver(recipient, raw)


def test_a_mail_arrives_byte_for_byte_and_its_queue_id_is_kept(
    server: ScriptedServer,
) -> None:
    answer = deliver(server.settings())
    assert (answer.verdict, answer.code, answer.queue_id) == (
        Verdict.SENT,
        250,
        "smtp1,CsCow==",
    )
    [envelope] = server.taken
    assert (envelope.mail_from, envelope.rcpt_tos, envelope.content) == (
        SENDER,
        [UNIT],
        RAW,
    )


def test_an_answer_has_the_second_of_a_server_that_greets_with_its_time(
    tmp_path: Path,
) -> None:
    """Kept with the letter, it tells of a clock three hours ahead at the first one."""
    three_hours_ago = Clock().now() - timedelta(hours=3)
    scripted = ScriptedServer(replies={"DATA": "250 OK id=1tGqQz-0001"})
    greeting = f"ESMTP Exim 4.96 {format_datetime(three_hours_ago)}"
    with running(scripted, ident=greeting):
        answer = deliver(scripted.settings())
    engine = open_database(f"sqlite:///{tmp_path}/ledger.db")
    sent(engine, answer, Clock().now())
    evidence = Store(engine).clock_evidence()
    doubt = difference(evidence, Clock().now())
    assert doubt is not None
    assert abs(doubt.ahead - timedelta(hours=3)) < timedelta(minutes=1)


def sent(engine: Engine, answer: PostAnswer, at: datetime) -> None:
    """A letter in a ledger, with that answer to it."""
    outbox = Outbox(engine)
    action = Action(
        NoticeKind.RECEIPT, "receipt:1", at, "甲县", None, to=(UNIT,)
    )
    mail = FrozenMail(
        message_id="<1@example.cn>",
        key="1",
        subject="回执",
        recipients=(UNIT,),
        actions=(action,),
    )
    assert outbox.plan(mail, at)
    (delivery,) = outbox.open_deliveries()
    outbox.record(
        DeliveryEvent(
            delivery.id, at, DeliveryState.SENT, code=250, text=answer.text
        )
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"a: b\n\n.x\n\n.\n",
        b"a: b\r\r.\rx",
        b"a: b\r\n\r\nno end",
        b"",
        "a: b\n\n旬报".encode(),
    ],
)
def test_line_ends_become_crlf_and_nothing_else_changes(
    server: ScriptedServer, raw: bytes
) -> None:
    assert deliver(server.settings(), raw=raw).verdict is Verdict.SENT
    content = server.taken[0].content
    assert isinstance(content, bytes)
    assert content.removesuffix(b"\r\n") == re.sub(
        rb"\r\n|\r|\n", b"\r\n", raw
    ).removesuffix(b"\r\n")


def test_one_connection_one_recipient_a_transaction(
    server: ScriptedServer,
) -> None:
    with post(server.settings()) as opened:
        answers = [opened.deliver(f"unit{n}@example.cn", RAW) for n in range(5)]
    assert len({answer.queue_id for answer in answers}) == 5
    assert [envelope.rcpt_tos for envelope in server.taken] == [
        [f"unit{n}@example.cn"] for n in range(5)
    ]
    assert len(server.sessions) == 1


# facts.md, "126.com by SMTP", a row each, over the wire
@pytest.mark.parametrize(
    ("at", "reply", "verdict", "retry_after"),
    [
        (
            "AUTH",
            "535 Error: authentication failed",
            Verdict.CONFIGURATION,
            None,
        ),
        ("AUTH", "550 User has no permission", Verdict.CONFIGURATION, None),
        (
            "MAIL",
            "553 Mail from must equal authorized user",
            Verdict.CONFIGURATION,
            None,
        ),
        (
            "RCPT",
            "550 User not found: shizhongqu@example.cn",
            Verdict.REFUSED_RECIPIENT,
            None,
        ),
        ("MAIL", "421 HL:REP 126 smtp11", Verdict.PAUSED, 900),
        ("RCPT", "450 Requested mail action not taken", Verdict.TRANSIENT, 900),
        ("RCPT", "451 MI:SFQ 126 smtp1", Verdict.PAUSED, 900),
        ("DATA", "451 DT:SPM 126 smtp1", Verdict.TRANSIENT, 120),
        ("DATA", "554 DT:SPM 126 smtp1", Verdict.REFUSED_TEXT, None),
        ("DATA", "554 MI:STC 126 smtp1", Verdict.PAUSED, 4 * 3600),
    ],
)
def test_what_126_says_and_what_is_done(
    at: str, reply: str, verdict: Verdict, retry_after: int | None
) -> None:
    with running(ScriptedServer({at: reply})) as server:
        answer = deliver(server.settings(user=SENDER))
    assert (answer.verdict, answer.retry_after) == (verdict, retry_after)
    assert answer.code == int(reply[:3])
    assert answer.text == reply[4:]
    assert not server.taken


@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA"])
def test_after_a_refusal_the_next_mail_goes_on_the_same_connection(
    server: ScriptedServer, at: str
) -> None:
    with post(server.settings()) as opened:
        server.replies[at] = "550 User not found"
        assert opened.deliver(UNIT, RAW).verdict is not Verdict.SENT
        server.replies.clear()
        assert opened.deliver(UNIT, RAW).verdict is Verdict.SENT
    assert len(server.sessions) == 1
    assert server.taken[0].rcpt_tos == [UNIT]


def test_after_421_a_new_connection_is_made(server: ScriptedServer) -> None:
    with post(server.settings()) as opened:
        server.replies["RCPT"] = "421 too busy"
        assert opened.deliver(UNIT, RAW).verdict is Verdict.PAUSED
        server.replies.clear()
        assert opened.deliver(UNIT, RAW).verdict is Verdict.SENT


def test_the_login_is_given_once(server: ScriptedServer) -> None:
    with post(server.settings(user=SENDER)) as opened:
        opened.deliver(UNIT, RAW)
        opened.deliver(UNIT, RAW)
    assert server.logins == [
        ("LOGIN", SENDER.encode(), b"authcode")
    ] or server.logins == [("PLAIN", SENDER.encode(), b"authcode")]


def test_a_refused_login_is_not_repeated() -> None:
    with running(
        ScriptedServer({"AUTH": "535 Error: authentication failed"})
    ) as server:
        with post(server.settings(user=SENDER)) as opened:
            answers = {opened.deliver(UNIT, RAW) for _ in range(3)}
        assert [answer.verdict for answer in answers] == [Verdict.CONFIGURATION]
        assert len(server.logins) == 1
        with (
            pytest.raises(Refused) as caught,
            post(server.settings(user=SENDER)) as opened,
        ):
            opened.check()
    assert "授权码" in caught.value.advice
    assert "authcode" not in caught.value.advice + caught.value.detail


def test_check_sends_nothing(server: ScriptedServer) -> None:
    with post(server.settings(user=SENDER)) as opened:
        assert SENDER in opened.check()[0]
    assert not server.taken
    assert not server.sessions


@pytest.mark.parametrize(
    "recipient", ["单位@example.cn", "a@example.cn\r\nRCPT TO:<b@example.cn>"]
)
def test_what_is_no_address_is_never_sent(
    server: ScriptedServer, recipient: str
) -> None:
    with post(server.settings()) as opened:
        assert (
            opened.deliver(recipient, RAW).verdict is Verdict.REFUSED_RECIPIENT
        )
        assert opened.deliver(UNIT, RAW).verdict is Verdict.SENT
    assert [envelope.rcpt_tos for envelope in server.taken] == [[UNIT]]


def test_nobody_listening_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        deliver(plain(free_port()))


class PacedClock(Clock):
    """A clock whose waits take no time, and are counted."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.waits.append(seconds)
            self.at += seconds


def test_no_more_than_per_minute_in_any_minute(server: ScriptedServer) -> None:
    clock = PacedClock()
    paced = SmtpPost(server.settings(per_minute=3), "", SENDER, clock)
    starts = []
    for _ in range(2):  # two sittings share the pace
        with paced as opened:
            for _ in range(4):
                opened.deliver(UNIT, RAW)
                starts.append(clock.at)
                clock.at += 1
    assert all(
        later - earlier >= 60
        for earlier, later in zip(starts, starts[3:], strict=False)
    )
    assert clock.waits


# Connections that break


def breaking(at: bytes, reply: bytes = b"") -> Callable[[socket.socket], None]:
    """An SMTP server that closes on the command `at` (or the final dot, b"."), after `reply`."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"220 ready\r\n")
        in_content = False
        for line in connection.makefile("rb"):
            command = line.strip().upper()
            if command.startswith(at) and (in_content or at != b"."):
                connection.sendall(reply)
                connection.shutdown(socket.SHUT_RDWR)
                return
            in_content = in_content or command == b"DATA"
            if not in_content or command == b"DATA":
                connection.sendall(
                    b"354 go\r\n" if in_content else b"250 OK\r\n"
                )

    return talk


@pytest.mark.parametrize(
    ("at", "reply", "verdict"),
    [
        (b"MAIL", b"", Verdict.TRANSIENT),
        (b"RCPT", b"", Verdict.TRANSIENT),
        (b"DATA", b"", Verdict.TRANSIENT),
        (b".", b"", Verdict.UNKNOWN),
        (b".", b"25", Verdict.UNKNOWN),
        (b".", b"250 queued as X", Verdict.UNKNOWN),
        (b".", b"250-queued\r\n", Verdict.UNKNOWN),
        (b".", b"nonsense\r\n", Verdict.UNKNOWN),
        (b".", b"250 queued as X1\r\n", Verdict.SENT),
        (b".", b"421 closing\r\n", Verdict.PAUSED),
        (b".", b"554 DT:SPM\r\n", Verdict.REFUSED_TEXT),
    ],
)
def test_where_it_broke_off_decides(
    at: bytes, reply: bytes, verdict: Verdict
) -> None:
    with talking_server(breaking(at, reply)) as port:
        answer = deliver(plain(port), raw=b"a: b\r\n\r\nc\r\n")
    assert answer.verdict is verdict
    assert (answer.retry_after is not None) == (
        verdict in (Verdict.TRANSIENT, Verdict.PAUSED)
    )


def silent_after_the_dot(connection: socket.socket) -> None:
    connection.sendall(b"220 ready\r\n")
    for line in connection.makefile("rb"):
        if line.startswith(b"DATA"):
            connection.sendall(b"354 go\r\n")
            break
        connection.sendall(b"250 OK\r\n")
    while connection.recv(4096):
        pass


def test_no_answer_after_the_dot_in_time_is_unknown() -> None:
    with talking_server(silent_after_the_dot) as port:
        settings = plain(port)
        assert deliver(settings, answer_seconds=0.3).verdict is Verdict.UNKNOWN


def test_an_answer_dripping_in_is_cut_off_by_the_deadline() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"220 ready\r\n")
        for line in connection.makefile("rb"):
            connection.sendall(
                b"354 go\r\n" if line.startswith(b"DATA") else b"250 OK\r\n"
            )
            if line.startswith(b"DATA"):
                break
        while True:
            connection.sendall(b"2")
            threading.Event().wait(0.05)

    with talking_server(drip) as port:
        answer = deliver(
            plain(port),
            answer_seconds=0.5,
            command_seconds=0.2,
            content_seconds=0.2,
        )
        assert answer.verdict is Verdict.UNKNOWN


def test_a_kept_connection_that_was_closed_meanwhile_is_remade() -> None:
    closed = threading.Event()

    def one_mail_only(connection: socket.socket) -> None:
        connection.sendall(b"220 ready\r\n")
        in_content = False
        for line in connection.makefile("rb"):
            if in_content and line == b".\r\n":
                connection.sendall(b"250 queued as X\r\n")
                connection.shutdown(socket.SHUT_RDWR)
                closed.set()
                return
            if not in_content:
                in_content = line.startswith(b"DATA")
                connection.sendall(
                    b"354 go\r\n" if in_content else b"250 OK\r\n"
                )

    with (
        talking_server(one_mail_only) as port,
        post(plain(port)) as opened,
    ):
        assert opened.deliver(UNIT, RAW).verdict is Verdict.SENT
        assert closed.wait(5)
        assert opened.deliver(UNIT, RAW).verdict is Verdict.SENT


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    directory = tmp_path_factory.mktemp("tls")
    key, certificate = directory / "key.pem", directory / "cert.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = [
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        str(key),
        "-out",
        str(certificate),
    ]
    try:
        subprocess.run(
            [*command.split(), *names], check=True, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("needs openssl: apt-get install openssl")
    return key, certificate


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_both_ways_and_a_stranger_is_refused(
    certificate: tuple[Path, Path], security: str
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate[1], certificate[0])
    options = (
        {"ssl_context": context}
        if security == "tls"
        else {"tls_context": context, "require_starttls": True}
    )
    with running(ScriptedServer(), **options) as server:
        known = server.settings(
            security=security, ca_file=certificate[1], user=SENDER
        )
        assert deliver(known).verdict is Verdict.SENT
        with pytest.raises(Refused) as caught:
            deliver(server.settings(security=security))
    assert caught.value.cause == "certificate"
    assert len(server.taken) == 1
