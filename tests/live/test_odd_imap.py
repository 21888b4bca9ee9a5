"""IMAP servers whose answers disagree, after public bug reports: understood where the sense is clear, else the mailbox was
not read to its end; no mail is lost, and no mail costs another."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment, settings
from faulty_servers import FaultyImap, Send, running_imap, says, tagged

from pipeline.edges.clock import FixedClock
from pipeline.edges.mail.imap_bodies import PIECE
from pipeline.edges.mail.mailbox import ImapMailbox
from pipeline.model.operation.errors import Unreachable

NOW = moment("2015-09-10 12:00")
MAILS = [
    form_mail(
        f"{name}@example.cn",
        "甲县",
        "2015年9月10日",
        300,
        f"2015-09-10 1{n}:00",
    )
    for n, name in enumerate(("jia", "yi", "bing"))
]


@pytest.fixture
def server() -> Iterator[FaultyImap]:
    server = FaultyImap()
    for n, raw in enumerate(MAILS):
        server.hold(raw, moment(f"2015-09-10 1{n}:00"))
    with running_imap(server):
        yield server


@pytest.fixture
def mailbox(server: FaultyImap, tmp_path: Path) -> ImapMailbox:
    config = settings(made(tmp_path, server.port, 1))
    return ImapMailbox(config.mailbox, "demo", FixedClock(NOW))


SEARCHES = {
    "nothing named": lambda body: b"* SEARCH\r\n",
    "no answer at all": lambda body: b"",
    "ESEARCH": lambda body: b'* ESEARCH (TAG "A1") UID ALL 1:3\r\n',
    "several lines": lambda body: b"* SEARCH 1\r\n* SEARCH 2 3\r\n",
    "a line more": lambda body: body + b"* SEARCH\r\n",
    "MODSEQ": lambda body: b"* SEARCH 1 2 3 (MODSEQ 917162500)\r\n",
    "blanks": lambda body: b"* SEARCH  1  2 3 \r\n",
}


@pytest.mark.parametrize("answer", SEARCHES)
def test_a_search_is_understood_however_it_is_answered(
    server: FaultyImap, mailbox: ImapMailbox, answer: str
) -> None:
    server.faults["SEARCH"] = tagged(SEARCHES[answer])
    with mailbox:
        assert mailbox.uids() == [1, 2, 3]


def test_a_folder_whose_messages_nobody_names_was_not_read(
    server: FaultyImap, mailbox: ImapMailbox
) -> None:
    for place in ("SEARCH", "ALL", "LIST"):
        server.faults[place] = tagged(lambda body: b"")
    with mailbox, pytest.raises(Unreachable) as trouble:
        mailbox.uids()
    assert trouble.value.cause == "incomplete"


def test_an_empty_box_that_says_no_is_empty(
    server: FaultyImap, mailbox: ImapMailbox
) -> None:
    server.mails.clear()
    server.faults["SEARCH"] = says("TAG NO no such message")
    with mailbox:
        assert mailbox.uids() == []


BUSY = [
    "TAG NO Request is throttled. Suggested Backoff Time: 299910 milliseconds",
    "TAG NO [THROTTLED] slow down",
    "TAG NO [UNAVAILABLE] try later",
    "TAG BAD User is authenticated but not connected.",
    "TAG NO System busy!",
]


@pytest.mark.parametrize("answer", BUSY)
def test_bodies_that_a_server_gives_nobody_are_asked_for_a_few_times(
    server: FaultyImap, mailbox: ImapMailbox, answer: str
) -> None:
    """It may be said of one message: only who knows one that came before can tell."""
    asked = []
    talk = says(answer)

    def counted(send: Send, right: bytes) -> None:
        asked.append(right)
        talk(send, right)

    server.faults["BODY"] = counted
    with mailbox:
        failed = list(mailbox.fetch(mailbox.describe(mailbox.uids())))
    for one in failed:
        assert isinstance(one.busy, Unreachable)
        assert one.busy.cause == "busy"
        assert one.busy.wait_seconds == (300 if "Backoff" in answer else None)
    assert (len(failed), server.logins) == (3, 1)
    assert len(asked) <= 1 + 3


@pytest.mark.parametrize("answer", BUSY)
@pytest.mark.parametrize("place", ["SIZES", "SEARCH", "EXAMINE"])
def test_a_server_that_serves_nobody_is_left_alone(
    server: FaultyImap, mailbox: ImapMailbox, place: str, answer: str
) -> None:
    server.faults[place] = says(answer)
    with pytest.raises(Unreachable) as trouble, mailbox:
        list(mailbox.fetch(mailbox.describe(mailbox.uids())))
    assert trouble.value.cause == "busy"
    assert server.logins == 1, "it is not asked again and again"
    assert trouble.value.wait_seconds == (300 if "Backoff" in answer else None)


SIZES = {
    "no data": lambda body: b"",
    "no UID": lambda body: body.replace(b"UID ", b"X-ID "),
}


@pytest.mark.parametrize("answer", SIZES)
def test_messages_that_are_listed_and_not_described_were_not_read(
    server: FaultyImap, mailbox: ImapMailbox, answer: str
) -> None:
    server.faults["SIZES"] = tagged(SIZES[answer])
    with mailbox, pytest.raises(Unreachable):
        mailbox.describe(mailbox.uids())


NONSENSE = {
    "the year 9999": lambda body: re.sub(
        rb'"10-Sep-2015 11[^"]*"', b'"31-Dec-9999 23:59:59 -0800"', body
    ),
    "a zone of 99 hours": lambda body: re.sub(
        rb'"10-Sep-2015 11[^"]*"', b'"10-Sep-2015 11:00:00 +9959"', body
    ),
    "the future": lambda body: re.sub(
        rb'"10-Sep-2015 11[^"]*"', b'"10-Sep-2035 11:00:00 +0800"', body
    ),
    "no date": lambda body: re.sub(rb'"10-Sep-2015 11[^"]*"', b"NIL", body),
    "no size": lambda body: re.sub(
        rb"UID 2 RFC822.SIZE \d+", b"UID 2 RFC822.SIZE NIL", body
    ),
    "a size of 2^64": lambda body: re.sub(
        rb"UID 2 RFC822.SIZE \d+",
        b"UID 2 RFC822.SIZE 18446744073709551616",
        body,
    ),
}


@pytest.mark.parametrize("answer", NONSENSE)
def test_nonsense_costs_that_mail_its_time_and_no_other_anything(
    server: FaultyImap, mailbox: ImapMailbox, answer: str
) -> None:
    server.faults["SIZES"] = tagged(NONSENSE[answer])
    with mailbox:
        found = mailbox.describe(mailbox.uids())
        fetched = [one.raw for one in mailbox.fetch(found)]
    assert fetched == MAILS
    first, second, third = (sighting.received_at for sighting in found)
    assert (first, third) == (
        moment("2015-09-10 10:00"),
        moment("2015-09-10 12:00"),
    )
    assert second in (NOW, moment("2015-09-10 11:00"))


BIG = MAILS[0] + b"<!-- " + b"x" * (PIECE + 1000) + b" -->\r\n"
ORIGINS = {
    "the beginning, always": lambda body: re.sub(rb"\]<\d+>", b"]<0>", body),
    "with its length": lambda body: re.sub(
        rb"\]<(\d+)>", rb"]<\1.%d>" % PIECE, body
    ),
    "none at all": None,
}


@pytest.mark.parametrize("answer", ORIGINS)
def test_a_big_mail_comes_whatever_its_pieces_are_called(
    server: FaultyImap, mailbox: ImapMailbox, answer: str
) -> None:
    server.mails.clear()
    server.hold(BIG, NOW)
    change = ORIGINS[answer] or (
        lambda body: re.sub(rb"BODY\[\]<\d+>", b"BODY[]", body)
    )
    server.faults["BODY"] = tagged(change)
    with mailbox:
        (fetched,) = mailbox.fetch(mailbox.describe(mailbox.uids()))
    assert fetched.raw == BIG


@pytest.mark.parametrize("body", ["NIL", '""', "{0}\r\n"])
def test_an_empty_body_of_a_listed_mail_has_not_gone(
    server: FaultyImap, mailbox: ImapMailbox, body: str
) -> None:
    def empty(right: bytes) -> bytes:
        found = re.findall(rb"\* (\d+) FETCH \(UID (\d+)", right)
        return b"".join(
            b"* %s FETCH (UID %s BODY[] %s)\r\n" % (n, uid, body.encode())
            for n, uid in found
        )

    server.faults["BODY"] = tagged(empty)
    with mailbox:
        failures = [
            one.failure for one in mailbox.fetch(mailbox.describe([1, 2]))
        ]
    assert failures == ["empty", "empty"]


def test_a_body_that_names_no_mail_is_no_mails(
    server: FaultyImap, mailbox: ImapMailbox
) -> None:
    """Without its UID nobody knows whose it is: another's bytes are never taken for a mail's own."""
    unnamed = tagged(lambda body: re.sub(rb"\(UID \d+ ", b"(", body))
    server.faults["BODY"] = unnamed
    with mailbox:
        found = mailbox.describe(mailbox.uids())
        assert {one.failure for one in mailbox.fetch(found)} == {"empty"}
        del server.faults["BODY"]
        assert [one.raw for one in mailbox.fetch(found)] == MAILS


def test_what_is_listed_no_more_has_gone(
    server: FaultyImap, mailbox: ImapMailbox
) -> None:
    with mailbox:
        found = mailbox.describe(mailbox.uids())
        server.vanished.add(2)
        server.faults["SEARCH"] = tagged(lambda body: b"* SEARCH 3\r\n")
        failures = [one.failure for one in mailbox.fetch(found)]
    assert failures == ["", "gone", ""]


def test_a_passing_refusal_of_the_folder_is_no_mistake_in_it(
    server: FaultyImap, mailbox: ImapMailbox
) -> None:
    server.faults["EXAMINE"] = says("TAG NO EXAMINE failed")
    with pytest.raises(Unreachable), mailbox:
        pass
