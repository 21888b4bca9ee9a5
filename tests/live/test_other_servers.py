"""The mailbox and the post against Cyrus, Courier, Mailutils imap4d, Postfix and Exim as Debian builds them."""

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from campaign_maker import form_mail, moment
from mails.programs import program_in
from other_servers import PASSWORD, USER, Running, running

from pipeline.edges.clock import Clock
from pipeline.edges.mail.imap_bodies import PIECE
from pipeline.edges.mail.mailbox import ImapMailbox
from pipeline.edges.mail.smtp_post import SmtpPost
from pipeline.flows.fetch import poll
from pipeline.flows.ingest import Taken
from pipeline.model.operation.post import PostAnswer, Verdict
from pipeline.settings import Mailbox, Smtp

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]

IMAP = ("cyrus", "courier", "imap4d")
SMTP = ("postfix", "exim")
WHEN = moment("2015-09-10 10:00")
REPORT = form_mail(
    "shizhongqu@example.cn", "市中区", "2015年9月10日", 1200, "2015-09-10 10:00"
)
CORRECTION = form_mail(
    "shizhongqu@example.cn",
    "市中区",
    "2015年9月10日",
    1300,
    "2015-09-10 11:00",
    subject="更正：旬报表",
)
# No text: of so much the reading would take seconds
BIG = (
    b"Subject: big\r\nFrom: a@example.cn\r\nContent-Type: image/png\r\n\r\n"
    + b"0123456789abcde\r\n" * (PIECE // 12)
)
ADDED = (b"X-IMAPbase:", b"X-UID", b"Status:", b"X-UIDVALIDITY")


@pytest.fixture(params=IMAP, scope="module")
def imap(request: pytest.FixtureRequest) -> Iterator[Running]:
    with running(request.param) as server:
        yield server


@contextmanager
def session(port: int) -> Iterator[imaplib.IMAP4]:
    """Bare imaplib: what the mailbox under test did is looked at by other means."""
    client = imaplib.IMAP4("127.0.0.1", port)
    try:
        client.login(USER, PASSWORD)
        yield client
    finally:
        client.logout()


def emptied(server: Running) -> None:
    with session(server.port) as client:
        client.select("INBOX")
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()


def put(server: Running, *mails: tuple[datetime, bytes]) -> None:
    """Into the INBOX, each with its time. imap4d keeps one of several that are appended:
    its mbox is written as a mail system writes it."""
    if server.name != "imap4d":
        with session(server.port) as client:
            for at, raw in mails:
                when = imaplib.Time2Internaldate(at)
                assert client.append("INBOX", "", when, raw)[0] == "OK"
        return
    with (server.folder / "var/mail/demo").open("ab") as mbox:
        for at, raw in mails:
            line = f"From a@example.cn {at:%a %b %d %H:%M:%S %Y}\n"
            text = raw.replace(b"\r\n", b"\n").rstrip(b"\n")
            mbox.write(line.encode() + text + b"\n\n")


@pytest.fixture
def filled(imap: Running) -> int:
    """The INBOX with a report, its correction and a big mail; the port."""
    emptied(imap)
    mails = []
    for number, raw in enumerate((REPORT, CORRECTION, BIG)):
        mails.append((WHEN + timedelta(hours=number), raw))
    put(imap, *mails)
    return imap.port


def mailbox(port: int, **changes: object) -> ImapMailbox:
    values = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "user": USER,
    }
    settings = Mailbox.model_validate(values | changes)
    return ImapMailbox(settings, PASSWORD, Clock())


def as_lines(raw: bytes | None) -> list[bytes]:
    """The bytes but for line ends: an mbox has others."""
    return (raw or b"").rstrip().splitlines()


def test_all_mails_come_whole_and_none_is_marked(
    imap: Running, filled: int
) -> None:
    with mailbox(filled) as box:
        seen = box.describe(box.uids())
        got = [as_lines(one.raw) for one in box.fetch(seen)]
    for lines, raw in zip(got, (REPORT, CORRECTION, BIG), strict=True):
        # imap4d adds fields of its own, and a blank to one; nobody loses a line.
        own = [one.strip() for one in lines if not one.startswith(ADDED)]
        assert own == [one.strip() for one in as_lines(raw)]
    times = [one.received_at for one in seen]
    assert [at - times[0] for at in times] == [
        timedelta(hours=n) for n in range(3)
    ]
    if imap.name != "imap4d":  # which drops the zone of what it is given
        assert times[0] == WHEN
    with session(filled) as client:
        client.select("INBOX", True)
        flags = str(client.fetch("1:*", "(FLAGS)"))
    assert "Seen" not in flags


def test_the_reports_are_taken_in_once(filled: int, tmp_path: Path) -> None:
    program = program_in(tmp_path)
    for expected in (3, 0):
        taken = Taken()
        with mailbox(filled) as box:
            poll(box, program.intake(), taken, whole=True)
        assert (taken.recorded, taken.unfetched) == (expected, [])
    counting = program.store.ledger().counting["市中区"]
    assert [report.completed for report in counting.values()] == [1300]


def test_an_empty_inbox_is_read(imap: Running, filled: int) -> None:
    emptied(imap)
    with mailbox(filled) as box:
        assert box.uids() == []


def test_a_new_mail_is_seen_behind_those_that_went(
    imap: Running, filled: int
) -> None:
    with mailbox(filled) as box:
        before = box.uids()
    with session(filled) as client:
        client.select("INBOX")
        client.store("1:2", "+FLAGS", r"(\Deleted)")
        client.expunge()
    put(imap, (WHEN, REPORT))
    with mailbox(filled) as box:
        assert [uid for uid in box.uids(before[-1]) if uid > before[-1]]
        assert len(box.uids()) == 2


@pytest.mark.parametrize("folder", ["done", "已处理"])
def test_what_was_read_is_filed_away(
    imap: Running, filled: int, folder: str
) -> None:
    with mailbox(filled, done_folder=folder) as box:
        first = box.uids()[0]
        box.move(first, folder)
        assert list(box.check())
        assert first not in box.uids() or imap.name == "imap4d"
    with session(filled) as client:
        listed = str(client.list())
    encoded = {"done": "done", "已处理": "&XfJZBHQG-"}[folder]
    assert encoded in listed


@pytest.fixture(params=SMTP, scope="module")
def smtp(request: pytest.FixtureRequest) -> Iterator[int]:
    with running(request.param) as server:
        yield server.port


def delivered(port: int, to: str, sender: str = "me@example.cn") -> PostAnswer:
    settings = Smtp.model_validate(
        {
            "host": "127.0.0.1",
            "port": port,
            "security": "none",
            "from": f"组宣部 <{sender}>",
        }
    )
    with SmtpPost(settings, "", sender, Clock()) as post:
        return post.deliver(to, REPORT)


def test_a_letter_is_taken(smtp: int) -> None:
    assert delivered(smtp, "a@example.cn").verdict is Verdict.SENT


def test_a_dead_address_is_told_from_a_full_one(smtp: int) -> None:
    dead = delivered(smtp, "nobody@example.cn")
    full = delivered(smtp, "full@example.cn")
    assert dead.verdict is Verdict.REFUSED_RECIPIENT
    assert full.verdict is Verdict.TRANSIENT


def test_a_sender_that_is_refused_costs_no_letter(smtp: int) -> None:
    """It is said of us, no recipient is blamed, and after mending the letter goes."""
    answer = delivered(smtp, "a@example.cn", "wrong@example.cn")
    assert answer.verdict in (Verdict.CONFIGURATION, Verdict.PAUSED)
    assert delivered(smtp, "a@example.cn").verdict is Verdict.SENT
