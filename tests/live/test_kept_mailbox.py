"""A poll on the connection that watches the mailbox: what it costs, and that it is told the same as on one of its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from campaign_maker import config_text, moment
from counting_relay import Counted, counting_relay
from live_servers import Dovecot, netease_proxy

from pipeline.bootstrap import Program, assemble
from pipeline.edges.clock import Clock
from pipeline.edges.mail.imap_session import ImapSession
from pipeline.edges.mail.kept_mailbox import KeptMailbox
from pipeline.edges.mail.mailbox import ImapMailbox
from pipeline.flows.fetch import new_in
from pipeline.model.operation.errors import Unreachable
from pipeline.model.operation.post import KeptSighting
from pipeline.settings import Mailbox, load

pytestmark = pytest.mark.live
NOW = moment("2015-09-10 12:00")
# A poll asks for as many UIDs as it looks back, 200: above, its answer grows no more
MANY = 230
MORE = 900


def mails(count: int) -> list[bytes]:
    found = []
    for number in range(count):
        found.append(b"Subject: number %06d\r\n\r\nA\r\n" % number)
    return found


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """Its ledger is what is asked of it."""
    config = tmp_path / "config.toml"
    config.write_text(config_text(1, 1), "utf-8")
    (tmp_path / "password").write_text("demo", "utf-8")
    made = assemble(load(config), NOW)
    yield made
    made.close()


@pytest.fixture(params=["dovecot", "netease"])
def relayed(
    request: pytest.FixtureRequest, dovecot: Dovecot
) -> Iterator[tuple[Mailbox, Counted]]:
    """The user's mailbox behind a relay that counts, as Dovecot or as 126.com behaves."""
    with ExitStack() as stack:
        backend = dovecot.port
        if request.param == "netease":
            backend = stack.enter_context(netease_proxy(backend))
        port, counted = stack.enter_context(counting_relay(backend))
        yield dovecot.settings(port=port), counted


def opened(settings: Mailbox, dovecot: Dovecot) -> ImapMailbox:
    return ImapMailbox(settings, dovecot.password, Clock(), noop_seconds=0.2)


def polled(mailbox: ImapMailbox, program: Program) -> int:
    """What is new is noted as seen; how much it was."""
    fresh = new_in(mailbox, program.store, NOW, whole=False).fresh
    found = []
    for sighting in fresh:
        found.append(KeptSighting(sighting, f"{sighting.uid:064x}", NOW))
    program.store.keep_sightings(found)
    return len(fresh)


class Watch:
    """A thread that waits at the kept mailbox, as that of a worker; `news` is set once
    it was told of any, `trouble` when it ended by one."""

    def __init__(self, kept: KeptMailbox) -> None:
        self.news = threading.Event()
        self.ended = threading.Event()
        self.trouble = False
        self._left = threading.Event()
        self._kept = kept
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()

    def leave(self) -> None:
        self._left.set()
        for _ in range(50):
            # A poll has it let go; it may have been about to begin
            with self._kept.sitting(_NOBODY):  # type: ignore[arg-type]
                pass
            self._thread.join(0.4)
            if not self._thread.is_alive():
                return
        raise AssertionError("the watch does not let go")

    def _wait(self) -> None:
        try:
            while not self._left.is_set():
                if self._kept.wait(30):
                    self.news.set()
        except Unreachable:
            self.trouble = True
        finally:
            self.ended.set()


class _Nobody:
    """In place of a mailbox of another account."""

    _settings = _password = None

    def __enter__(self) -> "_Nobody":
        return self

    def __exit__(self, *error: object) -> None: ...


_NOBODY = _Nobody()


@contextmanager
def watching(mailbox: ImapMailbox) -> Iterator[tuple[KeptMailbox, Watch]]:
    with KeptMailbox().watching(mailbox) as kept:
        watch = Watch(kept)
        yield kept, watch
        watch.leave()


def test_an_empty_poll_costs_the_same_at_any_size(
    relayed: tuple[Mailbox, Counted], dovecot: Dovecot, program: Program
) -> None:
    settings, counted = relayed
    octets = []
    for more in (MANY, MORE):
        dovecot.append(*mails(more))
        with opened(settings, dovecot) as mailbox:
            assert polled(mailbox, program) == more
        counted.forget()
        with opened(settings, dovecot) as mailbox:
            assert polled(mailbox, program) == 0
        assert counted.connections == 1
        # Nor are they where 126.com names none in its greeting
        assert b"CAPABILITY" not in counted.asked
        assert counted.trips == 6
        octets.append(counted.octets)
    # 200 numbers have a digit more, and the goodbye before may be counted late; to list
    # all of the folder would be five octets a mail more
    assert octets[1] - octets[0] < 500 < MORE


def test_on_the_kept_connection_it_is_two_round_trips(
    relayed: tuple[Mailbox, Counted], dovecot: Dovecot, program: Program
) -> None:
    settings, counted = relayed
    dovecot.append(*mails(MANY))
    with KeptMailbox().watching(opened(settings, dovecot)) as kept:
        with kept.sitting(opened(settings, dovecot)) as mailbox:
            assert polled(mailbox, program) == MANY
        for _ in range(2):
            counted.forget()
            with kept.sitting(opened(settings, dovecot)) as mailbox:
                assert polled(mailbox, program) == 0
            assert counted.trips == 2
            assert counted.connections == 0
        dovecot.append(b"Subject: later\r\n\r\nB\r\n")
        with kept.sitting(opened(settings, dovecot)) as mailbox:
            assert polled(mailbox, program) == 1


def test_the_watch_lends_its_connection_and_goes_on(
    relayed: tuple[Mailbox, Counted], dovecot: Dovecot, program: Program
) -> None:
    settings, counted = relayed
    dovecot.append(*mails(2))
    with watching(opened(settings, dovecot)) as (kept, watch):
        for expected in (2, 0):
            with kept.sitting(opened(settings, dovecot)) as mailbox:
                assert polled(mailbox, program) == expected
        watch.news.clear()
        dovecot.append(b"Subject: later\r\n\r\nB\r\n")
        assert watch.news.wait(20)
        with kept.sitting(opened(settings, dovecot)) as mailbox:
            assert polled(mailbox, program) == 1
        assert counted.connections == 1
        assert counted.asked.count(b" LOGIN ") == 1


def test_a_mail_that_came_while_a_poll_had_the_connection_is_told(
    relayed: tuple[Mailbox, Counted], dovecot: Dovecot, program: Program
) -> None:
    settings, _ = relayed
    dovecot.append(*mails(2))
    with watching(opened(settings, dovecot)) as (kept, watch):
        with kept.sitting(opened(settings, dovecot)) as mailbox:
            assert polled(mailbox, program) == 2
            dovecot.append(b"Subject: meanwhile\r\n\r\nB\r\n")
            # The server tells of it now, and only now
            assert mailbox.lists(mailbox.uids(1)[0])
            watch.news.clear()
        assert watch.news.wait(20)


def test_a_mail_that_comes_while_the_watch_looks_is_told(
    relayed: tuple[Mailbox, Counted],
    dovecot: Dovecot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After it opened the folder and before it searches: the search does not name it
    yet, and the server tells of it behind the answer, once."""
    settings, _ = relayed
    dovecot.append(*mails(2))
    with opened(settings, dovecot) as mailbox:
        mailbox.begin_again()
        assert len(mailbox.uids(1)) == 2
        recount = ImapSession.recount

        def and_then_a_mail(session: ImapSession) -> None:
            recount(session)
            dovecot.append(b"Subject: meanwhile\r\n\r\nB\r\n")

        monkeypatch.setattr(ImapSession, "recount", and_then_a_mail)
        assert mailbox.wait(3)


def test_a_dead_connection_is_no_empty_mailbox(
    relayed: tuple[Mailbox, Counted], dovecot: Dovecot, program: Program
) -> None:
    settings, counted = relayed
    dovecot.append(*mails(3))
    with watching(opened(settings, dovecot)) as (kept, watch):
        counted.cut()
        with kept.sitting(opened(settings, dovecot)) as mailbox:
            assert polled(mailbox, program) == 3
        assert watch.ended.wait(20)
        assert watch.trouble


def test_one_that_dies_while_nobody_waits_is_no_empty_mailbox(
    dovecot: Dovecot, program: Program
) -> None:
    dovecot.append(*mails(3))
    with counting_relay(dovecot.port) as (port, counted):
        settings = dovecot.settings(port=port)
        with KeptMailbox().watching(opened(settings, dovecot)) as kept:
            counted.cut()
            with kept.sitting(opened(settings, dovecot)) as mailbox:
                assert polled(mailbox, program) == 3
            with pytest.raises(Unreachable):
                kept.wait(0.1)


@pytest.mark.parametrize(
    "changed",
    [
        lambda settings: settings.model_copy(update={"folder": "Junk"}),
        lambda settings: settings.model_copy(update={"user": "other"}),
    ],
    ids=["another folder", "another account"],
)
def test_another_mailbox_is_not_taken_for_it(
    dovecot: Dovecot, changed: Callable[[Mailbox], Mailbox]
) -> None:
    with dovecot.raw_session() as session:
        session.create("Junk")
    settings = dovecot.settings()
    other = opened(changed(settings), dovecot)
    with KeptMailbox().watching(opened(settings, dovecot)) as kept:
        with kept.sitting(other) as mailbox:
            assert mailbox is other
        with kept.sitting(opened(settings, dovecot)) as mailbox:
            assert mailbox.folder == "INBOX"


def test_over_which_anything_went_wrong_it_is_not_used_again(
    dovecot: Dovecot,
) -> None:
    settings = dovecot.settings()
    with KeptMailbox().watching(opened(settings, dovecot)) as kept:
        first = opened(settings, dovecot)
        with pytest.raises(Unreachable), kept.sitting(first) as mailbox:
            assert mailbox is not first
            raise Unreachable("connection", "无", "")
        with kept.sitting(first) as mailbox:
            assert mailbox is first
