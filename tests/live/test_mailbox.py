"""The mailbox against Dovecot, and against a proxy that behaves as imap.126.com and breaks on demand."""

# ruff: noqa: SIM117 -- a server around a sitting around a refusal reads better nested

import imaplib
import socket
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from live_servers import Dovecot, talking_server

from pipeline.edges.clock import Clock
from pipeline.edges.mail import imap_session
from pipeline.edges.mail.mailbox import ImapMailbox
from pipeline.model.operation.errors import Refused, Unreachable
from pipeline.model.operation.post import Fetched, Sighting
from pipeline.settings import Mailbox

pytestmark = pytest.mark.live

Netease = Callable[..., Mailbox]
RECEIVED = datetime(
    2015, 9, 10, 17, 59, 58, tzinfo=timezone(timedelta(hours=8))
)


def mail(number: int, size: int = 300) -> bytes:
    head = b"From: a%d@example.cn\r\nSubject: number %d\r\n\r\n" % (
        number,
        number,
    )
    filler = b"0123456789abcdef" * 4 + b"\r\n"
    return (head + filler * (size // len(filler) + 1))[:size] + b"\r\n"


def sitting(
    settings: Mailbox, dovecot: Dovecot, **options: float
) -> ImapMailbox:
    return ImapMailbox(settings, dovecot.password, Clock(), **options)  # type: ignore[arg-type]


def read_all(mailbox: ImapMailbox) -> list[Fetched]:
    return list(mailbox.fetch(mailbox.describe(mailbox.uids(1))))


def bodies(fetched: Iterable[Fetched]) -> list[bytes | None]:
    return [f.raw for f in fetched]


def test_everything_is_found_once_byte_for_byte(dovecot: Dovecot) -> None:
    raws = [mail(n) for n in range(30)] + [
        b"\x00\xff broken, no header at all\r\n",
        b"Subject: \xd1\xae\xb1\xa8\r\n\r\n",
    ]
    raws = [
        raw.replace(b"\x00", b"") for raw in raws
    ]  # IMAP literals carry no NUL
    dovecot.append(*raws)
    with sitting(dovecot.settings(), dovecot) as mailbox:
        assert bodies(read_all(mailbox)) == raws


def test_reading_changes_nothing_in_the_mailbox(dovecot: Dovecot) -> None:
    dovecot.append(mail(1), mail(2, 2_500_000))
    before = dovecot.flags()
    with sitting(dovecot.settings(), dovecot) as mailbox:
        assert all(f.raw for f in read_all(mailbox))
    assert dovecot.flags() == before
    assert "Seen" not in before


@pytest.mark.parametrize("read_only", [True, False])
def test_flags_stay_untouched_also_where_the_folder_is_writable(
    dovecot: Dovecot, read_only: bool
) -> None:
    dovecot.append(mail(1))
    done_folder = "" if read_only else "已处理"
    with sitting(dovecot.settings(done_folder=done_folder), dovecot) as mailbox:
        read_all(mailbox)
    assert "Seen" not in dovecot.flags()


def test_the_time_is_the_servers_own_in_utc(dovecot: Dovecot) -> None:
    dovecot.append(mail(1, 500), when=RECEIVED)
    with sitting(dovecot.settings(), dovecot) as mailbox:
        [sighting] = mailbox.describe(mailbox.uids(1))
    assert sighting.received_at == RECEIVED
    assert sighting.received_at.tzinfo is UTC
    assert sighting.size == 502
    assert sighting.uidvalidity == mailbox.uidvalidity > 0


def test_a_high_mark_does_not_bring_back_the_last_message(
    dovecot: Dovecot,
) -> None:
    dovecot.append(mail(1), mail(2), mail(3))
    with sitting(dovecot.settings(), dovecot) as mailbox:
        first, *rest = mailbox.uids(1)
        assert mailbox.uids(first + 1) == rest
        assert (
            mailbox.uids(rest[-1] + 1) == []
        )  # UID SEARCH n:* itself would answer rest[-1]


def test_an_empty_mailbox_is_empty(dovecot: Dovecot) -> None:
    with sitting(dovecot.settings(), dovecot) as mailbox:
        assert mailbox.uids(1) == []
        assert read_all(mailbox) == []


def test_a_thousand_in_batches_and_by_ranges(dovecot: Dovecot) -> None:
    raws = [mail(n, 200) for n in range(1000)]
    dovecot.append(*raws)
    with sitting(dovecot.settings(), dovecot, search_limit=300) as mailbox:
        by_ranges = mailbox.uids(1)
        assert mailbox.uids(by_ranges[700]) == by_ranges[700:]
        assert bodies(read_all(mailbox)) == raws
    with sitting(dovecot.settings(), dovecot) as mailbox:
        assert mailbox.uids(1) == by_ranges


def test_big_and_small_come_in_the_order_asked_for(dovecot: Dovecot) -> None:
    raws = [
        mail(n, size)
        for n, size in enumerate([300, 1_200_000, 400, 500, 2_500_000, 600])
    ]
    dovecot.append(*raws)
    with sitting(dovecot.settings(), dovecot) as mailbox:
        sightings = mailbox.describe(mailbox.uids(1))
        assert bodies(mailbox.fetch(sightings)) == raws
        assert bodies(mailbox.fetch(sightings[::-1])) == raws[::-1]


def test_a_message_that_has_gone_does_not_stop_the_others(
    dovecot: Dovecot,
) -> None:
    dovecot.append(mail(1), mail(2), mail(3))
    with sitting(dovecot.settings(), dovecot) as mailbox:
        sightings = mailbox.describe(mailbox.uids(1))
        with dovecot.raw_session() as other:
            other.uid("STORE", str(sightings[1].uid), "+FLAGS", "(\\Deleted)")
            other.expunge()
        assert [
            (f.raw is not None, f.failure) for f in mailbox.fetch(sightings)
        ] == [
            (True, ""),
            (False, "gone"),
            (True, ""),
        ]
        assert [
            s.uid for s in mailbox.describe([s.uid for s in sightings])
        ] == [
            sightings[0].uid,
            sightings[2].uid,
        ]


@pytest.mark.parametrize("size", [60_000, 1_500_000])
def test_what_is_too_big_is_not_fetched_but_its_header_is(
    dovecot: Dovecot, size: int
) -> None:
    dovecot.append(mail(1, size), mail(2))
    with sitting(dovecot.settings(max_message=50_000), dovecot) as mailbox:
        big, small = read_all(mailbox)
        assert (big.raw, big.failure) == (None, "too_big")
        assert small.raw == mail(2)
        assert (
            mailbox.header(big.sighting)
            == b"From: a1@example.cn\r\nSubject: number 1\r\n\r\n"
        )


@pytest.mark.parametrize("size", [999_998, 1_999_998, 2_000_000, 1_000_001])
def test_pieces_join_at_every_boundary(dovecot: Dovecot, size: int) -> None:
    raw = mail(1, size)
    dovecot.append(raw)
    with sitting(dovecot.settings(), dovecot) as mailbox:
        assert bodies(read_all(mailbox)) == [raw]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_both_ways(dovecot: Dovecot, security: str) -> None:
    dovecot.append(mail(1))
    port = dovecot.tls_port if security == "tls" else dovecot.port
    with sitting(
        dovecot.settings(port=port, security=security, ca_file=dovecot.ca_file),
        dovecot,
    ) as mailbox:
        assert bodies(read_all(mailbox)) == [mail(1)]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_unknown_certificate_is_refused(
    dovecot: Dovecot, security: str
) -> None:
    port = dovecot.tls_port if security == "tls" else dovecot.port
    with (
        pytest.raises(Refused) as caught,
        sitting(dovecot.settings(port=port, security=security), dovecot),
    ):
        pass
    assert caught.value.cause == "certificate"


def test_tls_to_a_plain_port_names_the_setting(dovecot: Dovecot) -> None:
    with (
        pytest.raises(Refused) as caught,
        sitting(dovecot.settings(security="tls"), dovecot),
    ):
        pass
    assert caught.value.cause == "tls"
    assert "security" in caught.value.advice


def test_a_wrong_password_names_the_authorisation_code(
    dovecot: Dovecot,
) -> None:
    with (
        pytest.raises(Refused) as caught,
        ImapMailbox(dovecot.settings(), "wrong", Clock()),
    ):
        pass
    assert caught.value.cause == "login"
    assert "授权码" in caught.value.advice
    assert "wrong" not in caught.value.advice + caught.value.detail


@pytest.mark.parametrize("password", ["口令", "a\nb"])
def test_a_password_no_server_could_take_is_refused(
    dovecot: Dovecot, password: str
) -> None:
    with (
        pytest.raises(Refused),
        ImapMailbox(dovecot.settings(), password, Clock()),
    ):
        pass


def test_a_missing_folder_is_named(dovecot: Dovecot) -> None:
    with (
        pytest.raises(Refused) as caught,
        sitting(dovecot.settings(folder="没有的文件夹"), dovecot),
    ):
        pass
    assert caught.value.cause == "folder"
    assert "没有的文件夹" in caught.value.advice


def test_nobody_listening_is_unreachable(dovecot: Dovecot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with (
        pytest.raises(Unreachable),
        sitting(dovecot.settings(port=port), dovecot),
    ):
        pass


def test_check_says_what_is_there(dovecot: Dovecot) -> None:
    dovecot.append(mail(1), mail(2))
    with sitting(dovecot.settings(), dovecot) as mailbox:
        text = "\n".join(mailbox.check())
    assert "2 封" in text
    assert "INBOX" in text
    assert "ID" in text


def assert_moved(dovecot: Dovecot, settings: Mailbox) -> None:
    dovecot.append(mail(1), mail(2), mail(3))
    with (
        dovecot.raw_session() as other
    ):  # somebody's own deleted mail must stay
        other.store("3", "+FLAGS", "(\\Deleted)")
    with sitting(settings, dovecot) as mailbox:
        first = mailbox.uids(1)[0]
        mailbox.move(first, "已处理 & 归档")
        assert first not in mailbox.uids(1)
    assert dovecot.count() == 2
    assert dovecot.count('"&XfJZBHQG- &- &X1JoYw-"') == 1


def test_a_move_creates_the_folder_with_a_chinese_name(
    dovecot: Dovecot,
) -> None:
    assert_moved(dovecot, dovecot.settings(done_folder="已处理 & 归档"))


def test_a_move_without_the_move_command(
    dovecot: Dovecot, netease: Netease
) -> None:
    assert_moved(
        dovecot, netease().model_copy(update={"done_folder": "已处理 & 归档"})
    )


@pytest.mark.parametrize("behind_proxy", [False, True])
def test_waiting_ends_with_a_new_mail_with_idle_and_without(
    dovecot: Dovecot, netease: Netease, behind_proxy: bool
) -> None:
    dovecot.append(mail(1))
    with sitting(
        netease() if behind_proxy else dovecot.settings(),
        dovecot,
        noop_seconds=0.1,
    ) as mailbox:
        assert not mailbox.wait(0.3)
        later = threading.Timer(0.3, dovecot.append, [mail(2)])
        later.start()
        assert mailbox.wait(30)
        later.join()
        assert bodies(read_all(mailbox)) == [mail(1), mail(2)]


# As 126.com behaves


def test_netease_is_read_because_the_id_is_sent(
    dovecot: Dovecot, netease: Netease
) -> None:
    dovecot.append(mail(1), mail(2))
    with sitting(netease(), dovecot) as mailbox:
        assert mailbox.uidvalidity == 1
        assert bodies(read_all(mailbox)) == [mail(1), mail(2)]


def test_control_netease_refuses_a_client_without_id(
    dovecot: Dovecot, netease: Netease, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        imap_session.ImapSession, "_identify", lambda self: False
    )
    with pytest.raises(Refused) as caught, sitting(netease(), dovecot):
        pass
    assert caught.value.cause == "unsafe_login"
    assert "授权码" in caught.value.advice


def test_a_big_mail_cut_twice_comes_whole(
    dovecot: Dovecot, netease: Netease
) -> None:
    raw = mail(1, 23_000_000)
    dovecot.append(raw)
    with sitting(netease(DROP_AFTER=10_000_000), dovecot) as mailbox:
        assert bodies(read_all(mailbox)) == [raw]
    with pytest.raises(
        imaplib.IMAP4.abort
    ):  # control: one FETCH over such a line never ends well
        fetch_naively(netease(DROP_AFTER=10_000_000), dovecot)


def fetch_naively(settings: Mailbox, dovecot: Dovecot) -> None:
    session = imaplib.IMAP4(settings.host, settings.port)
    session.login(settings.user, dovecot.password)
    session.xatom("ID", '("name" "control")')
    session.select("INBOX", readonly=True)
    session.fetch("1", "(BODY.PEEK[])")


def test_a_batch_that_is_cut_comes_in_parts(
    dovecot: Dovecot, netease: Netease
) -> None:
    raws = [mail(n, 100_000) for n in range(12)]
    dovecot.append(*raws)
    with sitting(netease(DROP_AFTER=700_000), dovecot) as mailbox:
        assert bodies(read_all(mailbox)) == raws


def test_interrupted_polls_get_on_and_end_with_everything(
    dovecot: Dovecot, netease: Netease
) -> None:
    raws = [mail(n, 100_000) for n in range(30)]
    dovecot.append(*raws)
    settings = netease(DROP_AFTER=250_000)
    kept: dict[int, bytes] = {}
    for _ in range(10):
        try:
            poll(settings, dovecot, kept)
            break
        except Unreachable:
            continue
    assert [kept[uid] for uid in sorted(kept)] == raws


def poll(settings: Mailbox, dovecot: Dovecot, kept: dict[int, bytes]) -> None:
    with sitting(settings, dovecot) as mailbox:
        missing = [uid for uid in mailbox.uids(1) if uid not in kept]
        for fetched in mailbox.fetch(mailbox.describe(missing)):
            assert fetched.raw is not None
            assert fetched.sighting.uid not in kept
            kept[fetched.sighting.uid] = fetched.raw


def test_a_server_saying_bye_is_dialled_again_a_few_times(
    dovecot: Dovecot, netease: Netease
) -> None:
    dovecot.append(*[mail(n, 1_200_000) for n in range(4)])
    with sitting(netease(BYE_EVERY=8), dovecot) as mailbox:
        assert bodies(read_all(mailbox)) == [
            mail(n, 1_200_000) for n in range(4)
        ]


def test_a_server_that_always_cuts_is_not_dialled_for_ever(
    dovecot: Dovecot, netease: Netease
) -> None:
    dovecot.append(mail(1, 500_000))
    with (
        pytest.raises(Unreachable),
        sitting(netease(DROP_AFTER=20_000), dovecot) as mailbox,
    ):
        read_all(mailbox)


def test_a_stalling_server_is_cut_off_by_the_deadline(
    dovecot: Dovecot, netease: Netease
) -> None:
    dovecot.append(mail(1))
    settings = netease(STALL=30)
    begun = time.monotonic()
    with (
        pytest.raises(Unreachable) as caught,
        sitting(settings, dovecot, session_seconds=2) as mailbox,
    ):
        read_all(mailbox)
    assert caught.value.cause == "too_slow"
    assert (
        time.monotonic() - begun < 20
    )  # far from the 30 of the server and the 60 of a read


def test_what_the_program_does_meanwhile_is_not_counted(
    dovecot: Dovecot, netease: Netease
) -> None:
    dovecot.append(mail(1), mail(2))
    with sitting(netease(), dovecot, session_seconds=1.5) as mailbox:
        assert not mailbox.wait(2)
        time.sleep(2)  # longer than the sitting: the reading of scans, say
        assert bodies(read_all(mailbox)) == [mail(1), mail(2)]


def test_a_connection_lost_meanwhile_is_no_obstacle_to_moving(
    dovecot: Dovecot, netease: Netease
) -> None:
    dovecot.append(mail(1))
    settings = netease(BYE_EVERY=9).model_copy(update={"done_folder": "Done"})
    with sitting(settings, dovecot) as mailbox:
        [uid] = mailbox.uids(1)
        read_all(mailbox)
        mailbox.move(uid, "Done")
    assert (dovecot.count(), dovecot.count("Done") >= 1) == (0, True)


# As no server should


def drip(connection: socket.socket) -> None:
    """A greeting that never ends: a byte each tenth of a second, well inside any timeout of a single read."""
    while True:
        connection.sendall(b"*")
        time.sleep(0.1)


def test_a_server_dripping_bytes_is_cut_off_by_the_deadline(
    dovecot: Dovecot,
) -> None:
    with (
        talking_server(drip) as port,
        pytest.raises(Unreachable) as caught,
        sitting(dovecot.settings(port=port), dovecot, session_seconds=1),
    ):
        pass
    assert caught.value.cause == "too_slow"


def scripted(answers: dict[bytes, bytes]) -> Callable[[socket.socket], None]:
    """An IMAP server that answers OK to all but the commands given; TAG stands for the command's tag."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"* OK ready\r\n")
        for line in connection.makefile("rb"):
            tag, command = line.rstrip().split(b" ", 1)
            answer = next(
                (
                    a
                    for start, a in answers.items()
                    if command.upper().startswith(start)
                ),
                b"TAG OK done\r\n",
            )
            if command.upper().startswith(b"CAPABILITY"):
                answer = b"* CAPABILITY IMAP4rev1 UIDPLUS\r\nTAG OK done\r\n"
            connection.sendall(answer.replace(b"TAG", tag))

    return talk


@pytest.mark.parametrize(
    ("answer", "kind", "cause"),
    [
        (b"TAG NO LOGIN Login error password error\r\n", Refused, "login"),
        (
            b"TAG NO [UNAVAILABLE] Temporary authentication failure\r\n",
            Unreachable,
            "busy",
        ),
        (b"TAG NO Too many simultaneous connections\r\n", Unreachable, "busy"),
        (b"* BYE shutting down\r\n", Unreachable, "connection"),
        (b"nonsense\r\n", Unreachable, "connection"),
    ],
)
def test_what_the_answer_to_login_means(
    dovecot: Dovecot, answer: bytes, kind: type, cause: str
) -> None:
    with talking_server(scripted({b"LOGIN": answer})) as port:
        with (
            pytest.raises(kind) as caught,
            sitting(dovecot.settings(port=port), dovecot),
        ):
            pass
    assert caught.value.cause == cause


def test_a_server_that_knows_no_id_is_read_all_the_same(
    dovecot: Dovecot,
) -> None:
    with talking_server(scripted({b"ID": b"TAG BAD what is that\r\n"})) as port:
        with sitting(dovecot.settings(port=port), dovecot) as mailbox:
            assert not [line for line in mailbox.check() if "ID" in line]


@pytest.mark.parametrize(
    "answer",
    [
        b"* SEARCH \xff\xfe\r\nTAG OK done\r\n",
        b"TAG NO not now\r\n",
        b"TAG BAD never\r\n",
        b"* SEARCH " + b"1 " * 600_000 + b"\r\nTAG OK done\r\n",
    ],
)
def test_odd_answers_to_a_search_are_edge_errors(
    dovecot: Dovecot, answer: bytes
) -> None:
    with talking_server(scripted({b"UID SEARCH": answer})) as port:
        with sitting(dovecot.settings(port=port), dovecot) as mailbox:
            with pytest.raises((Unreachable, Refused)):
                mailbox.uids(1)


FETCH = (
    b'* 1 FETCH (UID 1 RFC822.SIZE 5 INTERNALDATE "10-Sep-2015 18:00:00 +0800")\r\n'
    b'* 2 FETCH (UID 2 RFC822.SIZE 5 INTERNALDATE "32-Foo-2015 18:00:00 +0800")\r\nTAG OK done\r\n'
)


def test_one_senseless_date_costs_no_other_message_its_own(
    dovecot: Dovecot,
) -> None:
    only = {
        b"UID FETCH 1 ": FETCH.replace(FETCH.split(b"\r\n")[1] + b"\r\n", b""),
        b"UID FETCH 2 (RFC822.SIZE)": b"* 2 FETCH (UID 2 RFC822.SIZE 5)\r\nTAG OK done\r\n",
        b"UID FETCH": FETCH,
    }
    before = datetime.now(UTC)  # noqa: TID251 -- the wall clock is what the edge falls back on
    with (
        talking_server(scripted(only)) as port,
        sitting(dovecot.settings(port=port), dovecot) as mailbox,
    ):
        first, second = mailbox.describe([1, 2])
    assert first.received_at == datetime(2015, 9, 10, 10, tzinfo=UTC)
    assert second.received_at >= before


def test_one_unreadable_answer_costs_no_other_message_its_body(
    dovecot: Dovecot,
) -> None:
    good = b"* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\n"
    answers = {
        b"UID FETCH 1 ": good + b"TAG OK done\r\n",
        b"UID FETCH 2 ": b"* 2 FETCH (UID 2 BODY[] (((\r\nTAG OK done\r\n",
        b"UID FETCH 3 ": b"TAG NO cannot read it\r\n",
        b"UID FETCH 4 ": b"* 4 FETCH (UID 4 BODY[] NIL)\r\nTAG OK done\r\n",
        b"UID FETCH 3,4": b"TAG NO cannot read one of them\r\n",
        b"UID FETCH 1,2": good
        + b"* 2 FETCH (UID 2 BODY[] (((\r\nTAG OK done\r\n",
    }
    with (
        talking_server(scripted(answers)) as port,
        sitting(dovecot.settings(port=port), dovecot) as mailbox,
    ):
        fetched = list(mailbox.fetch([small(uid) for uid in (1, 2, 3, 4)]))
    assert bodies(fetched) == [b"hello", None, None, None]
    assert [f.failure.split(":")[0] for f in fetched] == [
        "",
        "garbled",
        "garbled",
        "gone",
    ]


def small(uid: int) -> Sighting:
    return Sighting(0, uid, datetime(2015, 9, 10, tzinfo=UTC), 5)


def test_a_literal_beyond_all_bounds_is_not_read(dovecot: Dovecot) -> None:
    answers = {b"UID FETCH": b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n"}
    settings = dovecot.settings()
    with talking_server(scripted(answers)) as port:
        with sitting(
            settings.model_copy(update={"port": port}), dovecot
        ) as mailbox:
            assert list(mailbox.fetch([small(1)])) == [
                Fetched(small(1), failure="too_big")
            ]
