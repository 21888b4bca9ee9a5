"""The embedded servers take part in a round: what is appended is read, what is delivered is collected."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipeline.demo.servers import DemoServers
from pipeline.edges.clock import Clock
from pipeline.edges.mail.mailbox import ImapMailbox
from pipeline.edges.mail.smtp_post import SmtpPost
from pipeline.model.operation.errors import Refused
from pipeline.model.operation.post import Verdict
from pipeline.settings import Mailbox, Smtp

SENDER, UNIT = "zxb@example.cn", "shizhongqu@example.cn"
RECEIVED = datetime(
    2015, 9, 10, 17, 59, 58, tzinfo=timezone(timedelta(hours=8))
)
RAWS = [
    b"From: a@example.cn\r\nSubject: =?gb2312?B?0a6xqA==?=\r\n\r\n"
    + "旬报\r\n".encode("gb18030"),
    b"Subject: \xd1\xae\xb1\xa8 raw 8 bit\r\n\r\n.\r\n..\r\n",
    b"no header at all",
    b"Subject: 3 MB\r\n\r\n" + b"0123456789abcdef\r\n" * 180_000,
]


def mailbox_of(servers: DemoServers, password: str = "") -> ImapMailbox:
    settings = Mailbox(
        host="127.0.0.1",
        port=servers.imap_port,
        security="none",
        user=servers.user,
    )
    return ImapMailbox(settings, password or servers.password, Clock())


def test_what_is_appended_is_read_byte_for_byte_at_its_time() -> None:
    with DemoServers() as servers:
        for number, raw in enumerate(RAWS):
            servers.append(raw, RECEIVED + timedelta(hours=number))
        with mailbox_of(servers) as mailbox:
            sightings = mailbox.describe(mailbox.uids(1))
            fetched = list(mailbox.fetch(sightings))
    assert [f.raw for f in fetched] == RAWS
    assert [s.received_at for s in sightings] == [
        RECEIVED + timedelta(hours=n) for n in range(len(RAWS))
    ]
    assert sightings[0].received_at.tzinfo is UTC


def test_what_arrives_between_two_polls_is_found_by_the_second() -> None:
    with DemoServers() as servers:
        servers.append(RAWS[0], RECEIVED)
        with mailbox_of(servers) as mailbox:
            first = mailbox.uids(1)
        servers.append(RAWS[1], RECEIVED)
        with mailbox_of(servers) as mailbox:
            assert len(mailbox.uids(first[-1] + 1)) == 1


def test_a_hundred_mails_and_a_poll() -> None:
    with DemoServers() as servers:
        for number in range(100):
            servers.append(b"Subject: %d\r\n\r\nx\r\n" % number, RECEIVED)
        with mailbox_of(servers) as mailbox:
            fetched = list(mailbox.fetch(mailbox.describe(mailbox.uids(1))))
    assert [f.raw for f in fetched] == [
        b"Subject: %d\r\n\r\nx\r\n" % n for n in range(100)
    ]


def test_a_wrong_password_is_refused() -> None:
    with (
        DemoServers() as servers,
        pytest.raises(Refused),
        mailbox_of(servers, "wrong"),
    ):
        pass


def test_a_mail_can_be_moved_to_a_chinese_folder() -> None:
    with DemoServers() as servers:
        servers.append(RAWS[0], RECEIVED)
        settings = Mailbox(
            host="127.0.0.1",
            port=servers.imap_port,
            security="none",
            user=servers.user,
            done_folder="Done",
        )
        with ImapMailbox(settings, servers.password, Clock()) as mailbox:
            mailbox.move(mailbox.uids(1)[0], "Done")
            assert mailbox.uids(1) == []


def test_what_is_delivered_is_collected() -> None:
    with DemoServers() as servers:
        settings = Smtp.model_validate(
            {
                "host": "127.0.0.1",
                "port": servers.smtp_port,
                "security": "none",
                "from": SENDER,
            }
        )
        with SmtpPost(settings, "", SENDER, Clock()) as post:
            answers = [post.deliver(UNIT, raw) for raw in RAWS]
        collected = servers.collected
    assert [answer.verdict for answer in answers] == [Verdict.SENT] * len(RAWS)
    assert [(c.sender, c.recipients) for c in collected] == [
        (SENDER, (UNIT,))
    ] * len(RAWS)
    assert [c.raw.removesuffix(b"\r\n") for c in collected] == [
        raw.removesuffix(b"\r\n") for raw in RAWS
    ]


def test_two_pairs_side_by_side_and_ports_free_again() -> None:
    with DemoServers() as one, DemoServers() as two:
        assert (
            len({one.imap_port, one.smtp_port, two.imap_port, two.smtp_port})
            == 4
        )
        one.append(RAWS[0], RECEIVED)
        with mailbox_of(two) as mailbox:
            assert mailbox.uids(1) == []
