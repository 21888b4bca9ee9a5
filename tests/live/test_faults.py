"""Every fault of the two mail servers that is known: its class, its wait, its one alarm, and the ledger after it has gone.

Each row runs the program's own wakes as cron would, ten minutes apart, with the fault on, then mends it: nothing is lost,
nothing is double, the alarm is closed. Controls at the end take a protection away and show the loss.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest
from _pytest.mark import ParameterSet
from campaign_maker import form_mail, made, moment, settings
from faults import FaultMaker
from faulty_servers import (
    Fault,
    FaultyImap,
    FaultySmtp,
    cut,
    drip,
    expired_certificate,
    running_imap,
    running_smtp,
    says,
    says_and_closes,
    stall,
)
from plain_reader import PlainReader

from pipeline.bootstrap import Program, assemble
from pipeline.cli.running.one_wake import report
from pipeline.edges.fault_points import FaultPoint
from pipeline.edges.files.alarm_file import NAME
from pipeline.flows import alarms, cooldown_gate
from pipeline.flows.worker import Worked, wake
from pipeline.model.outgoing import DeliveryState

START = moment("2015-09-08 12:00")
JIA = form_mail(
    "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-08 10:00"
)
YI = form_mail(
    "yi@example.cn", "乙县", "2015年9月10日", 200, "2015-09-08 11:00"
)
BOTH = {"jia@example.cn": 1, "yi@example.cn": 1}  # receipts


@dataclass
class World:
    """A campaign in a folder, between two servers; `minutes` is the time since it began."""

    folder: Path
    imap: FaultyImap
    smtp: FaultySmtp
    changes: dict[str, str] = field(default_factory=dict)

    def house(self, minutes: float) -> Program:
        made(self.folder, self.imap.port, self.smtp.port, self.changes)
        return assemble(
            settings(self.folder / "config.toml"),
            START + timedelta(minutes=minutes),
            read_with=PlainReader,
        )

    def once(self, minutes: float) -> tuple[Worked, int]:
        """What `xunbao once` does, and its exit status."""
        worker = self.house(minutes)
        worked = wake(worker.shift())
        return worked, report(worked)

    @property
    def sheet(self) -> str:
        path = self.folder / "storage" / NAME
        return path.read_bytes().decode("utf-8-sig") if path.exists() else ""

    def open_alarms(self) -> list[str]:
        return [
            alarm.cause for alarm in self.house(0).alarms.book.open_alarms()
        ]

    def alarms_mailed(self) -> int:
        return sum("告警" in subject for subject in self.smtp.subjects)

    def receipts(self) -> Counter[str]:
        """How many copies reached whom, alarms left out."""
        pairs = zip(self.smtp.taken, self.smtp.subjects, strict=True)
        return Counter(
            recipient
            for (recipient, _), subject in pairs
            if "告警" not in subject
        )

    def reports(self) -> dict[str, tuple[int, ...]]:
        """unit -> the figures on record, every one of them."""
        found: dict[str, tuple[int, ...]] = {}
        for one in self.house(0).store.ledger().reports:
            found[one.unit or ""] = (
                *found.get(one.unit or "", ()),
                one.completed or 0,
            )
        return found


@pytest.fixture(scope="module")
def new_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with its schema made and no more, to start each row from."""
    folder = tmp_path_factory.mktemp("new")
    made(folder)
    assert (
        assemble(settings(folder / "config.toml")).store.ledger().messages == ()
    )
    return folder


@pytest.fixture
def worlds(
    tmp_path: Path, new_ledger: Path, fault: FaultMaker
) -> Iterator[Callable[[], World]]:
    # In place of ten minutes, and of one
    fault(FaultPoint.SITTING_SECONDS, lambda seconds: 1.5)
    fault(FaultPoint.READ_SECONDS, lambda seconds: 0.5)
    with ExitStack() as stack:

        def world() -> World:
            copytree(new_ledger, tmp_path / "world")
            imap_server = stack.enter_context(running_imap(FaultyImap()))
            return World(
                tmp_path / "world",
                imap_server,
                stack.enter_context(running_smtp(FaultySmtp())),
            )

        yield world


# The mailbox: what keeps it from being read


@dataclass(frozen=True)
class Row:
    """`logins` in three runs with the fault on: one where more would lead to a lockout."""

    name: str
    place: str
    fault: Fault
    alarm: str
    logins: int | None = None


UNREACHABLE, LOGIN, SETUP = (
    "mailbox_unreachable",
    "mailbox_login",
    "mailbox_setup",
)
MAILBOX_ROWS = [
    Row("cut in a literal", "BODY", cut, UNREACHABLE),
    Row("silent within an answer", "SIZES", stall, UNREACHABLE),
    Row("a byte a while, for ever", "BODY", drip, UNREACHABLE),
    Row(
        "BYE as the greeting",
        "GREETING",
        says_and_closes("* BYE too many connections"),
        UNREACHABLE,
        0,
    ),
    Row(
        "BYE to SELECT",
        "EXAMINE",
        says_and_closes("* BYE going down"),
        UNREACHABLE,
        3,
    ),
    Row(
        "BYE while it is read",
        "BODY",
        says_and_closes("* BYE going down"),
        UNREACHABLE,
    ),
    Row("closed in the greeting", "GREETING", cut, UNREACHABLE, 0),
    Row(
        "no login for now",
        "LOGIN",
        says("TAG NO [UNAVAILABLE] try again later"),
        UNREACHABLE,
        3,
    ),
    Row(
        "too many connections",
        "LOGIN",
        says("TAG NO Too many simultaneous connections"),
        UNREACHABLE,
        3,
    ),
    Row(
        "no SELECT for now",
        "EXAMINE",
        says("TAG NO [UNAVAILABLE] System busy"),
        UNREACHABLE,
        3,
    ),
    Row(
        "wrong password",
        "LOGIN",
        says("TAG NO LOGIN Login error password error"),
        LOGIN,
        1,
    ),
    Row(
        "unsafe login",
        "EXAMINE",
        says("TAG NO SELECT Unsafe Login. Please contact kefu"),
        LOGIN,
        1,
    ),
    Row(
        "no such folder",
        "EXAMINE",
        says("TAG NO Mailbox does not exist"),
        SETUP,
        3,
    ),
]


# Each as another row is: closed where BYE was said, a reply of the same class as another
# (test_smtp_replies has every reply)
ALIKE = {
    "closed in the greeting",
    "BYE while it is read",
    "too many connections",
    "no SELECT for now",
    "no permission",
    "sender not the login",
    "greylisted",
    "too many mails",
}


def rows(all_of_them: "Sequence[Row | Letter]") -> list[ParameterSet]:
    return [
        pytest.param(
            row,
            id=row.name,
            marks=pytest.mark.long if row.name in ALIKE else [],
        )
        for row in all_of_them
    ]


@pytest.mark.parametrize("row", rows(MAILBOX_ROWS))
def test_what_keeps_the_mailbox_from_being_read(
    worlds: Callable[[], World], row: Row
) -> None:
    world = worlds()
    world.imap.hold(JIA, moment("2015-09-08 10:00"))
    world.imap.hold(YI, moment("2015-09-08 11:00"))
    world.imap.faults[row.place] = row.fault
    runs = [0, 10, 20] if row.fault not in (stall, drip) else [0, 10]
    assert [world.once(minute)[1] for minute in runs] == [3] * len(runs)
    assert world.open_alarms() == [row.alarm]
    assert "邮箱没有读成" in world.sheet
    assert world.alarms_mailed() == 1, "one alarm, however often it fails"
    assert row.logins in (None, world.imap.logins)
    world.imap.faults.clear()
    if row.alarm == LOGIN:
        world.imap.password = "renewed"
        (world.folder / "renewed").write_text("renewed", encoding="utf-8")
        world.changes = {
            'password_file = "password"': 'password_file = "renewed"'
        }
    worked, status = world.once(30)
    assert (status, worked.alarms, world.sheet) == (0, [], "")
    assert world.reports() == {"甲县": (300,), "乙县": (200,)}
    assert world.receipts() == BOTH
    assert world.alarms_mailed() == 1


def test_an_expired_certificate_stops_all_and_no_password_is_shown_to_it(
    worlds: Callable[[], World], tmp_path: Path
) -> None:
    world = worlds()
    world.imap.hold(JIA, moment("2015-09-08 10:00"))
    world.imap.context = world.smtp.context = expired_certificate(tmp_path)
    secure = f'security = "tls"\nca_file = "{tmp_path / "cert.pem"}"'
    world.changes = {
        'security = "none"': secure,
        "[smtp]": '[smtp]\nuser = "demo@example.cn"',
    }
    for minute in (0, 10):
        assert world.once(minute)[1] == 3
    # The alarm of the mailbox waits for a mail server, and stands on the sheet as well until then.
    assert world.open_alarms() == ["mailbox_setup", "smtp_setup"]
    assert "证书" in world.sheet
    assert (world.imap.logins, world.smtp.attempts, world.smtp.taken) == (
        0,
        0,
        [],
    )
    world.imap.context = world.smtp.context = None
    world.changes = {}
    assert world.once(30)[1] == 0
    assert (world.sheet, world.reports()) == ("", {"甲县": (300,)})
    assert (world.receipts(), world.alarms_mailed()) == (
        {"jia@example.cn": 1},
        1,
    )


# The mailbox: what it is read through


def renumbered(world: World) -> None:
    """A restore: the same UIDVALIDITY, the UIDs name other mails."""
    world.once(0)
    third = form_mail(
        "bing@example.cn", "丙公司", "2015年9月10日", 50, "2015-09-08 12:00"
    )
    world.imap.mails.reverse()
    world.imap.hold(third, moment("2015-09-08 12:00"))
    world.imap.mails[1].raw, world.imap.mails[2].raw = (
        third,
        world.imap.mails[1].raw,
    )
    world.imap.mails[1].when, world.imap.mails[2].when = (
        moment("2015-09-08 12:00"),
        world.imap.mails[1].when,
    )
    for uid, held in enumerate(world.imap.mails, 1):
        held.uid = uid


def another_uidvalidity(world: World) -> None:
    world.once(0)
    world.imap.uidvalidity = 77
    for held in world.imap.mails:
        held.uid += 100


def vanished(world: World) -> None:
    world.imap.hold(b"Subject: gone\r\n\r\nx", moment("2015-09-08 09:00"))
    world.imap.vanished = {3}


def smaller(world: World) -> None:
    world.imap.mails[0].size = 5


def larger(world: World) -> None:
    world.imap.mails[0].size = 3_000_000


def beyond_the_limit(world: World) -> None:
    world.imap.mails[0].size = 60_000_000


def bomb_behind_a_small_size(world: World) -> None:
    """SIZE says 300 bytes; the literal is 100 MB, and nobody reads it."""
    bomb = form_mail(
        "bing@example.cn", "丙公司", "2015年9月10日", 50, "2015-09-08 09:00"
    )
    world.imap.hold(
        bomb, moment("2015-09-08 09:00"), size=300, literal=100_000_000
    )


def hundred_megabytes(world: World) -> None:
    big = form_mail(
        "bing@example.cn", "丙公司", "2015年9月10日", 50, "2015-09-08 09:00"
    )
    world.imap.hold(big + b"x" * 100_000_000, moment("2015-09-08 09:00"))


SURVIVED = [
    (renumbered, {"丙公司": (50,)}, []),
    (another_uidvalidity, {}, []),
    (vanished, {}, []),
    (smaller, {}, []),
    (larger, {}, []),
    (beyond_the_limit, {}, []),
    (bomb_behind_a_small_size, {}, ["unreadable"]),
    (hundred_megabytes, {}, ["unreadable"]),
]


@pytest.mark.parametrize(
    ("change", "more", "outcomes"),
    SURVIVED,
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_the_mailbox_is_read_through(
    worlds: Callable[[], World],
    fault: FaultMaker,
    change: Callable[[World], None],
    more: dict[str, tuple[int, ...]],
    outcomes: list[str],
) -> None:
    # As long as the program itself waits: a busy machine takes more than a moment for what is large
    for point in (FaultPoint.SITTING_SECONDS, FaultPoint.READ_SECONDS):
        fault(point, lambda seconds: seconds())
    world = worlds()
    world.imap.hold(JIA, moment("2015-09-08 10:00"))
    world.imap.hold(YI, moment("2015-09-08 11:00"))
    change(world)
    world.imap.served = 0
    for minute in (10, 20):
        worked, status = world.once(minute)
        assert (status, worked.alarms, worked.taken.set_aside) == (0, [], [])
    assert world.reports() == {"甲县": (300,), "乙县": (200,), **more}
    found = [m.outcome for m in world.house(0).store.ledger().messages]
    assert sorted(found) == sorted(["reported"] * (2 + len(more)) + outcomes)
    assert all(count == 1 for count in world.receipts().values())
    assert world.imap.served < 2_000_000, "what is too big is not fetched"


# The mail server


@dataclass(frozen=True)
class Letter:
    """`tries` are the minutes after the first at which the server is tried, of those in `runs`; `fate` is the letter's."""

    name: str
    place: str
    reply: str
    tries: list[float]
    alarm: str | None = None
    fate: str = "sent"
    others: bool = False  # the other letter goes all the same

    runs = (0, 1, 2, 10, 16)


# facts.md, "126.com by SMTP", a row each, and what any server may say
LETTERS = [
    Letter(
        "wrong password",
        "AUTH",
        "535 Error: authentication failed",
        [0],
        "smtp_login",
    ),
    Letter(
        "no permission", "AUTH", "550 User has no permission", [0], "smtp_login"
    ),
    Letter(
        "sender not the login",
        "MAIL",
        "553 Mail from must equal authorized user",
        [0],
        "smtp_login",
    ),
    Letter(
        "user not found",
        "RCPT",
        "550 User not found: jia@example.cn",
        [0],
        None,
        "failed",
        True,
    ),
    Letter("421 HL", "MAIL", "421 HL:REP 126 smtp11", [0, 16]),
    Letter(
        "450 for the recipient",
        "RCPT",
        "450 Requested mail action not taken",
        [0, 16],
        others=True,
    ),
    Letter(
        "greylisted",
        "RCPT",
        "451 4.7.1 Greylisting in action, please come back later",
        [0, 16],
        others=True,
    ),
    Letter("too many mails", "RCPT", "451 MI:SFQ 126 smtp1", [0, 16]),
    Letter(
        "spam for now",
        "DOT",
        "451 DT:SPM 126 smtp1",
        [0, 2, 10, 16],
        None,
        "failed",
        True,
    ),
    Letter("spam", "DOT", "554 DT:SPM 126 smtp1", [0], None, "failed", True),
    Letter("the day's quota", "DOT", "554 MI:STC 126 smtp1", [0], "smtp_limit"),
    Letter("no mail at all now", "CONNECT", "421 too busy", [0, 16]),
]


@pytest.mark.parametrize("row", rows(LETTERS))
def test_what_the_mail_server_says(
    worlds: Callable[[], World], row: Letter
) -> None:
    world = worlds()
    world.changes = {
        "[smtp]": '[smtp]\nuser = "demo@example.cn"\npassword_file = "password"'
    }
    world.imap.hold(JIA, moment("2015-09-08 10:00"))
    world.imap.hold(YI, moment("2015-09-08 11:00"))
    world.smtp.faults[row.place] = says(row.reply)
    if row.others:
        world.smtp.only = {"jia@example.cn"}
    tries, statuses = [], []
    for minute in row.runs:
        before = tried(world)
        statuses.append(world.once(minute)[1])
        if tried(world) > before:
            tries.append(minute)
    assert tries == row.tries
    assert world.open_alarms() == ([row.alarm] if row.alarm else [])
    assert world.sheet or not row.alarm
    assert statuses[0] == int(
        bool(row.alarm) or (row.fate == "failed" and row.tries == [0])
    )
    assert world.receipts() == ({"yi@example.cn": 1} if row.others else {})
    world.smtp.faults.clear()
    world.changes |= {
        "[smtp]": world.changes["[smtp]"].replace('"password"', '"other"')
    }
    (world.folder / "other").write_text("other", encoding="utf-8")
    world.once(32)
    assert world.receipts() == (
        BOTH if row.fate == "sent" else {"yi@example.cn": 1}
    )
    assert (world.sheet, world.open_alarms()) == ("", [])
    told = [s for s in world.smtp.subjects if "告警" in s]
    assert len(told) == (row.fate == "failed"), (
        "what was not delivered is told once; what mail cannot tell, not by mail"
    )


def tried(world: World) -> int:
    """Conversations about the letter to jia that came to an answer."""
    with world.house(0).store.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "select count(*) from delivery_event e join delivery d on d.id = e.delivery_id"
            " where d.recipient = 'jia@example.cn' and e.state != ?",
            (DeliveryState.SENDING.value,),
        )
        return int(found.scalar_one())


def test_cut_after_the_final_dot_a_letter_goes_again_under_its_own_name(
    worlds: Callable[[], World],
) -> None:
    world = worlds()
    world.imap.hold(JIA, moment("2015-09-08 10:00"))
    world.smtp.faults["DOT"] = cut
    assert world.once(0)[1] == 1
    world.smtp.faults.clear()
    for minute in (10, 16, 30, 60):
        world.once(minute)
    to_jia = [
        identity
        for recipient, identity in world.smtp.taken
        if recipient == "jia@example.cn"
    ]
    assert len(to_jia) == 1 + world.smtp.ambiguous == 2
    assert len(set(to_jia)) == 1


def test_a_server_that_is_away_is_told_of_in_the_file_alone(
    worlds: Callable[[], World],
) -> None:
    world = worlds()
    world.imap.hold(JIA, moment("2015-09-08 10:00"))
    port, world.smtp.port = world.smtp.port, 1
    assert [world.once(minute)[1] for minute in (0, 10, 20)] == [3, 3, 3]
    assert world.open_alarms() == ["smtp_unreachable"]
    assert "信发不出去" in world.sheet
    world.smtp.port = port
    assert world.once(30)[1] == 0
    assert (world.receipts(), world.alarms_mailed(), world.sheet) == (
        {"jia@example.cn": 1},
        0,
        "",
    )


def test_both_servers_away_leave_one_alarm_of_each_and_one_letter_afterwards(
    worlds: Callable[[], World],
) -> None:
    world = worlds()
    ports = (world.imap.port, world.smtp.port)
    world.imap.port = world.smtp.port = 1
    for hour in range(0, 48, 6):  # two days
        assert world.once(60 * hour)[1] == 3
    assert sorted(world.open_alarms()) == [
        "mailbox_unreachable",
        "outbox_stuck",
        "smtp_unreachable",
    ]
    world.imap.port, world.smtp.port = ports
    world.once(60 * 49)
    world.once(60 * 50)
    assert (world.open_alarms(), world.sheet) == ([], "")
    assert (
        Counter(s for s in world.smtp.subjects if "告警" in s).most_common(1)[
            0
        ][1]
        == 1
    )


def test_a_server_that_hides_its_queue_id_is_believed_and_its_bounce_is_matched(
    worlds: Callable[[], World],
) -> None:
    world = worlds()
    world.imap.hold(JIA, moment("2015-09-08 10:00"))
    world.smtp.accepted = "250 Mail OK"
    world.once(0)
    ((_, identity),) = world.smtp.taken
    bounce = (
        f"From: postmaster@example.cn\r\nTo: demo@example.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        f"Auto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        f"--b\r\n\r\nundelivered\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        f"Final-Recipient: rfc822; jia@example.cn\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {identity}\r\n\r\nx\r\n--b--\r\n"
    )
    world.imap.hold(bounce.encode(), moment("2015-09-08 12:05"))
    worked, _ = world.once(10)
    assert len(worked.taken.bounced) == 1
    (line,) = [
        n
        for n in world.house(10).outbox.notices()
        if n.action.kind == "receipt"
    ]
    assert line.state == "failed"


# Controls: with a protection off, the same faults do harm


def test_control_without_the_door_the_wrong_password_is_repeated(
    worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cooldown_gate, "waits_until", lambda *_: None)
    world = worlds()
    world.imap.faults["LOGIN"] = says("TAG NO LOGIN Login error password error")
    for minute in (0, 10, 20):
        world.once(minute)
    assert world.imap.logins == 3


def test_control_without_the_book_of_alarms_each_run_writes_one(
    worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarms, "_told_lately", lambda *_: False)
    world = worlds()
    world.imap.hold(JIA, moment("2015-09-08 10:00"))
    world.imap.faults["SEARCH"] = says("TAG NO not now")
    for minute in (0, 10, 20):
        world.once(minute)
    assert world.alarms_mailed() == 3


def test_control_without_the_bound_a_bomb_ends_every_poll(
    worlds: Callable[[], World],
    monkeypatch: pytest.MonkeyPatch,
    fault: FaultMaker,
) -> None:
    fault(FaultPoint.OVERSIZE, lambda exceeded: False)
    monkeypatch.setattr("pipeline.flows.fetch.SUSPECT_AFTER", 1000)
    world = worlds()
    bomb_behind_a_small_size(world)
    world.imap.hold(JIA, moment("2015-09-08 10:00"))
    assert [world.once(minute)[1] for minute in (0, 10, 20)] == [3, 3, 3]
    assert world.reports() == {}


def test_control_a_letter_in_doubt_taken_for_sent_would_be_lost(
    worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that breaks off before the dot is believed to have the letter: nobody ever gets it."""
    monkeypatch.setitem(
        __import__("pipeline.flows.deliver", fromlist=["_STATES"])._STATES,
        "transient",
        DeliveryState.SENT,
    )
    world = worlds()
    world.imap.hold(JIA, moment("2015-09-08 10:00"))
    world.smtp.faults["RCPT"] = cut
    world.once(0)
    world.smtp.faults.clear()
    world.once(30)
    assert world.receipts() == {}
