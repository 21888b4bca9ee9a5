"""Passwords that servers say back, and database errors that carry rows: what reaches a person or the ledger holds neither."""

import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from pipeline.edges.clock import Clock
from pipeline.edges.files.permissions import private_folder
from pipeline.edges.ledger.database import open_database
from pipeline.edges.mail.mailbox import ImapMailbox
from pipeline.edges.mail.redact import Hush
from pipeline.edges.mail.smtp_post import SmtpPost
from pipeline.model.operation.errors import EdgeError
from pipeline.settings import Mailbox, Smtp
from pipeline.writing.words import masked

USER, PASSWORD = "demo@example.cn", "Qx7AuthCodeNinetyOne"
PLAIN = b64encode(f"\0{USER}\0{PASSWORD}".encode())
BARE = b64encode(PASSWORD.encode())


@contextmanager
def echoing(greeting: bytes) -> Iterator[int]:
    """A server that refuses every login and says back each line that it was sent; its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(greeting)
            for line in lines:
                connection.sendall(_answer(line.strip()))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(10)


def _answer(line: bytes) -> bytes:
    if line[:4].upper() == b"EHLO":
        return b"250-example.cn\r\n250 AUTH PLAIN\r\n"
    if b"CAPABILITY" in line:
        return b"* CAPABILITY IMAP4rev1\r\n" + line.split()[0] + b" OK done\r\n"
    if b"LOGIN" in line:
        return line.split()[0] + b" NO login failed: " + line + b"\r\n"
    return b"535 5.7.8 bad credentials: " + line + b" (" + BARE + b")\r\n"


def said(error: EdgeError) -> str:
    parts = [
        error.advice,
        error.detail,
        repr(error),
        str(error.__cause__),
        repr(error.__context__),
    ]
    return " ".join(parts)


def test_an_smtp_server_that_says_the_login_back_tells_nobody(
    tmp_path: Path,
) -> None:
    with echoing(b"220 ready\r\n") as port:
        settings = Smtp.model_validate(
            {
                "host": "127.0.0.1",
                "port": port,
                "security": "none",
                "user": USER,
                "from": USER,
            }
        )
        with (
            pytest.raises(EdgeError) as caught,
            SmtpPost(settings, PASSWORD, USER, Clock()) as post,
        ):
            post.check()
    assert "bad credentials" in said(caught.value), (
        "the rest of the answer is kept"
    )
    assert not any(
        secret in said(caught.value)
        for secret in (PASSWORD, PLAIN.decode(), BARE.decode())
    )


def test_an_imap_server_that_says_the_login_back_tells_nobody() -> None:
    with echoing(b"* OK ready\r\n") as port:
        settings = Mailbox.model_validate(
            {
                "host": "127.0.0.1",
                "port": port,
                "security": "none",
                "user": USER,
            }
        )
        with (
            pytest.raises(EdgeError) as caught,
            ImapMailbox(settings, PASSWORD, Clock()) as mailbox,
        ):
            mailbox.uids()
    assert "login failed" in said(caught.value)
    assert PASSWORD not in said(caught.value)


# (what it shows, the line as read, the line as handed on)
LINES = [
    ("a refusal in plain", b"a1 NO bad Qx7AuthCodeNinetyOne", b"a1 NO bad ***"),
    ("AUTH PLAIN without its padding", b"535 no " + PLAIN.rstrip(b"="), b"535 no ***"),
    ("AUTH LOGIN", b"535-no " + BARE, b"535-no ***" + b"=" * BARE.count(b"=")),
    ("a goodbye", b"* BYE Qx7AuthCodeNinetyOne", b"* BYE ***"),
    ("a list of numbers is data", b"* SEARCH 1 Qx7AuthCodeNinetyOne", b"* SEARCH 1 Qx7AuthCodeNinetyOne"),
    ("a literal's line is data", b"Subject: Qx7AuthCodeNinetyOne", b"Subject: Qx7AuthCodeNinetyOne"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "handed_on"),
    [row[1:] for row in LINES],
    ids=[row[0] for row in LINES],
)
def test_what_a_server_says_is_handed_on_without_the_password(
    line: bytes, handed_on: bytes
) -> None:
    assert Hush(USER, PASSWORD)(line) == handed_on


@pytest.mark.parametrize("password", ["", "demo"])
def test_a_password_that_is_no_password_hides_nothing(password: str) -> None:
    assert (
        Hush("demo", password)(b"a1 OK demo logged in")
        == b"a1 OK demo logged in"
    )


def test_an_error_of_the_database_names_no_figure_and_no_address(
    tmp_path: Path,
) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.db'}")
    row = {"key": "again", "value": "jia@example.cn 73519"}
    with Session(engine) as session, pytest.raises(IntegrityError) as caught:
        for _ in range(2):
            session.connection().execute(
                text("INSERT INTO meta VALUES (:key, :value)"), row
            )
    assert "INSERT INTO meta" in str(caught.value), "what failed is told"
    assert "jia@example.cn" not in str(caught.value)


def test_a_database_elsewhere_is_named_without_its_password() -> None:
    with pytest.raises(EdgeError) as caught:
        open_database(f"mssql+pymssql://xunbao:{PASSWORD}@db.example.cn/ledger")
    assert PASSWORD not in caught.value.advice
    assert "db.example.cn" in caught.value.advice


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            "jia@example.cn：550 no such user",
            "j***@example.cn：550 no such user",
        ),
        ("发给 <jia.yi@a.example.cn>", "发给 <j***@a.example.cn>"),
        ("a@b.cn、cd@e.cn", "a***@b.cn、c***@e.cn"),
        ("没有地址", "没有地址"),
    ],
)
def test_addresses_are_masked(line: str, shown: str) -> None:
    assert masked(line) == shown


def test_a_folder_that_was_open_is_closed_and_one_that_is_tighter_stays(
    tmp_path: Path,
) -> None:
    for before, after in ((0o755, 0o700), (0o777, 0o700), (0o500, 0o500)):
        folder = tmp_path / oct(before)
        folder.mkdir()
        folder.chmod(before)
        assert private_folder(folder).stat().st_mode & 0o777 == after
