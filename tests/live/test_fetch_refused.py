"""Messages that the server does not hand out, all, some or one of them, over two days of wakes: it is the server's fault
while nothing comes, the message's only where others come; nobody is reminded meanwhile, and nothing is lost."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from campaign_maker import form_mail, moment
from faulty_servers import Fault, Send, says, tagged
from long_rows import long_rows
from test_faults import JIA, YI, World, new_ledger, worlds

__all__ = ["new_ledger", "worlds"]  # fixtures of test_faults
BING = form_mail(
    "bing@example.cn", "丙公司", "2015年9月10日", 50, "2015-09-08 11:30"
)
UNITS = {1: "甲县", 2: "乙县", 3: "丙公司"}
# Minutes after noon of 8 September; reminders are due at 9:00 the next morning
BEFORE_A_DAY = (0, 10, 20, 30, 60, 21 * 60 + 5)
# When the last of those had failed for a day, and once more
AFTER_A_DAY = (25 * 60, 26 * 60)
MENDED = 49 * 60 + 30


def where_asked(uids: set[int], fault: Fault) -> Fault:
    """The fault, where one of those was asked for."""

    def talk(send: Send, right: bytes) -> None:
        asked = any(b"(UID %d " % uid in right for uid in uids)
        if asked:
            fault(send, right)
        else:
            send(right)

    return talk


_ITEM = re.compile(rb"\* (\d+) FETCH \(UID (\d+) (\S+) \{(\d+)\}\r\n")


def items(right: bytes) -> list[tuple[int, bytes, bytes, bytes]]:
    """UID, number, name of the part, and the whole item, of an answer's bodies."""
    found = []
    for match in _ITEM.finditer(right):
        end = match.end() + int(match[4]) + len(b")\r\n")
        whole = right[match.start() : end]
        found.append((int(match[2]), match[1], match[3], whole))
    return found


def with_body(uids: set[int], said: str) -> Fault:
    """In place of their bodies."""

    def change(right: bytes) -> bytes:
        answer = b""
        for uid, number, name, whole in items(right):
            head = b"* %s FETCH (UID %d %s " % (number, uid, name)
            odd = head + said.encode() + b")\r\n" if said else b""
            answer += odd if uid in uids else whole
        return answer

    return tagged(change)


def without_uid(uids: set[int]) -> Fault:
    def change(right: bytes) -> bytes:
        for uid in uids:
            right = right.replace(b"(UID %d " % uid, b"(")
        return right

    return tagged(change)


SERVER_BUG = "TAG NO [SERVERBUG] Internal error occurred. Refer to server log."
WAYS: dict[str, Callable[[set[int]], Fault]] = {
    "NO": lambda uids: where_asked(uids, says("TAG NO cannot")),
    "BAD": lambda uids: where_asked(uids, says("TAG BAD parse error")),
    "SERVERBUG": lambda uids: where_asked(uids, says(SERVER_BUG)),
    "NIL": lambda uids: with_body(uids, "NIL"),
    '""': lambda uids: with_body(uids, '""'),
    "{0}": lambda uids: with_body(uids, "{0}\r\n"),
    "no data": lambda uids: with_body(uids, ""),
    "no UID": without_uid,
}
# One of each kind: a refusal, an answer without a body, one of nobody's message
KINDS = [
    pytest.param(
        way, marks=[] if way in ("NO", "NIL", "no UID") else pytest.mark.long
    )
    for way in WAYS
]


@dataclass(frozen=True)
class Seen:
    """What people saw of some wakes."""

    statuses: set[int]
    set_aside: list[str]
    reminded: set[str]


def woken(world: World, minutes: tuple[int, ...]) -> Seen:
    statuses, aside = set(), []
    before = len(world.smtp.taken)
    for minute in minutes:
        worked, status = world.once(minute)
        statuses.add(status)
        aside += worked.taken.set_aside
    letters = zip(world.smtp.taken, world.smtp.subjects, strict=True)
    reminded = {
        recipient
        for (recipient, _), subject in list(letters)[before:]
        if "报送提醒" in subject
    }
    return Seen(statuses, aside, reminded)


def three_mails(world: World) -> None:
    for at, raw in (("10:00", JIA), ("11:00", YI), ("11:30", BING)):
        world.imap.hold(raw, moment(f"2015-09-08 {at}"))


# One way after the other is refused one mail at a time below
@pytest.mark.parametrize(
    "way",
    [
        pytest.param(way, marks=[] if way == "NO" else pytest.mark.long)
        for way in WAYS
    ],
)
def test_all_refused_is_the_servers_fault(
    worlds: Callable[[], World], way: str
) -> None:
    world = worlds()
    three_mails(world)
    world.imap.faults["BODY"] = WAYS[way]({1, 2, 3})
    seen = woken(world, BEFORE_A_DAY + AFTER_A_DAY)
    assert not seen.statuses & {0}
    assert (seen.set_aside, seen.reminded) == ([], set())
    assert len(world.open_alarms()) == 1
    assert "error(" not in world.sheet
    world.imap.faults.clear()
    assert world.once(MENDED)[1] == 0
    assert set(world.reports()) == set(UNITS.values())
    assert world.sheet == ""


# Two of three, the one between, the last: what a server answers does not go by which
@pytest.mark.parametrize(
    "uids",
    [{1, 3}, *long_rows({2}, {3})],
    ids=str,
)
@pytest.mark.parametrize("way", KINDS)
def test_one_refused_costs_no_other_anything(
    worlds: Callable[[], World], way: str, uids: set[int]
) -> None:
    world = worlds()
    three_mails(world)
    world.imap.faults["BODY"] = WAYS[way](uids)
    seen = woken(world, BEFORE_A_DAY)
    others = {unit for uid, unit in UNITS.items() if uid not in uids}
    assert set(world.reports()) == others
    assert (seen.set_aside, seen.reminded) == ([], set())
    assert world.open_alarms() == ["mail_unfetched"]
    after = woken(world, AFTER_A_DAY)
    assert len(after.set_aside) == len(uids), "a day, then it is given up"
    assert all("error(" not in said for said in after.set_aside)
    assert "review retry" in world.sheet or any(
        "已搁置" in subject for subject in world.smtp.subjects
    )


# Which way it was refused is past by then
@pytest.mark.parametrize(
    "way",
    [
        pytest.param(way, marks=[] if way == "NIL" else pytest.mark.long)
        for way in WAYS
    ],
)
def test_mended_at_the_last_moment_nothing_was_given_up(
    worlds: Callable[[], World], way: str
) -> None:
    """However long it was refused: before it is given up it is asked for."""
    world = worlds()
    three_mails(world)
    world.imap.faults["BODY"] = WAYS[way]({2})
    assert woken(world, BEFORE_A_DAY).set_aside == []
    world.imap.faults.clear()
    worked, status = world.once(MENDED)
    assert (status, worked.taken.set_aside) == (0, [])
    assert set(world.reports()) == set(UNITS.values())


@pytest.mark.parametrize(
    "uids",
    [
        {1, 3},
        *long_rows({1}, {2}, {3}),
    ],
    ids=str,
)
def test_a_message_that_cannot_be_described_costs_its_time_alone(
    worlds: Callable[[], World], uids: set[int]
) -> None:
    """Dovecot says SERVERBUG of one message whose file is damaged, to SIZE already."""
    world = worlds()
    three_mails(world)
    world.imap.faults["SIZES"] = where_asked(uids, says(SERVER_BUG))
    assert woken(world, (0, 10)).statuses == {0}
    assert set(world.reports()) == set(UNITS.values())


def test_a_backlog_under_throttling_is_taken_in_and_none_given_up(
    worlds: Callable[[], World],
) -> None:
    """Three bodies a login, then throttled: two days of it give no mail up."""
    world = worlds()
    for n in range(12):
        at = f"2015-09-08 10:{n:02}"
        raw = form_mail("jia@example.cn", "甲县", "2015年9月10日", 300 + n, at)
        world.imap.hold(raw, moment(at))
    bodies: list[int] = []

    def throttle(send: Send, right: bytes) -> None:
        bodies.append(world.imap.logins)
        if bodies.count(world.imap.logins) > 3:
            says("TAG NO Request is throttled.")(send, right)
        else:
            send(right)

    def big(send: Send, right: bytes) -> None:
        # One message a question
        if len(items(right)) > 1:
            says("TAG NO Request is throttled.")(send, right)
        else:
            throttle(send, right)

    world.imap.faults["BODY"] = big
    seen = woken(world, tuple(range(0, 48 * 60, 300)))
    assert seen.set_aside == []
    world.imap.faults.clear()
    assert world.once(MENDED)[1] == 0
    outcomes = [m.outcome for m in world.house(0).store.ledger().messages]
    assert outcomes == ["reported"] * 12
