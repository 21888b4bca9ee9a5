"""A worker asleep over deadlines, on a clock that is off or set back, in another zone: each owed day is decided once.

The program itself, on a mailbox and a mail server of its own, woken at the moments of a table. What it comes to is held against
that of a worker which was awake at every hour at which something happens.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from campaign_maker import form_mail, made, moment
from typer.testing import CliRunner

from pipeline.cli.root import app
from pipeline.demo.servers import DemoServers

# After the reminders and digests of the morning, after a deadline, and after the judgement
HOURS = ("09:30", "18:05", "20:05")
MAILS = (
    ("jia@example.cn", "甲县", "2015年9月10日", 700, "2015-09-10 10:00"),
    ("yi@example.cn", "乙县", "2015年9月10日", 100, "2015-09-10 20:00"),  # late
    ("jia@example.cn", "甲县", "2015年9月20日", 760, "2015-09-19 10:00"),
)
FIRST, SECOND = "2015-09-10", "2015-09-20"
LAST = "2015-09-23"


def days(first: int, last: int) -> list[str]:
    return [
        f"2015-09-{day:02} {hour}"
        for day in range(first, last + 1)
        for hour in HOURS
    ]


# The days of events. The 9th, the 13th and the 23rd have theirs in the morning: reminders alone. On the evening of the 13th
# one wakes who slept over its morning
AWAKE = [
    *days(9, 9)[:1],
    *days(10, 11),
    *days(13, 13)[::2],
    *days(20, 21),
    *days(23, 23)[:1],
]
OF_FIRST = [w for w in AWAKE if w < "2015-09-14"]
SLEEPERS = {
    "asleep a day over a deadline": [
        w for w in AWAKE if not "2015-09-10 16" < w < "2015-09-11 17"
    ],
    "asleep three days over a deadline": [
        w for w in AWAKE if not "2015-09-10 16" < w < "2015-09-13 17"
    ],
    "asleep ten days over two deadlines": [
        w for w in AWAKE if not "2015-09-10 16" < w < "2015-09-20 17"
    ],
    "set back by two days": [
        *OF_FIRST,
        *[w for w in AWAKE if w > "2015-09-11"],
    ],
}
# The one that lives its days twice; of the sleepers, test_law_notices_due has any
TOLD_APART = "set back by two days"


class Office:
    """A campaign with its own mailbox and mail server, whose mails arrive as the time of each wake comes."""

    def __init__(self, folder: Path, servers: DemoServers) -> None:
        self.servers = servers
        self.config = made(folder, servers.imap_port, servers.smtp_port)
        self.waiting = list(MAILS)

    def wake(self, when: str) -> None:
        while self.waiting and self.waiting[0][4] <= when:
            mail = self.waiting.pop(0)
            self.servers.append(form_mail(*mail), moment(mail[4]))
        done = self.run("once", when)
        assert done.exit_code in (0, 1), done.output

    def run(self, *words: str) -> Any:
        *command, when = words
        now = f"{when.replace(' ', 'T')}:00+08:00"
        return CliRunner().invoke(
            app, [*command, "--config", str(self.config), "--now", now]
        )

    def json(self, *words: str) -> list[dict[str, Any]]:
        return [
            json.loads(line)
            for line in self.run(
                *words, "--json", f"{LAST} 20:05"
            ).output.splitlines()
        ]

    def decided(self) -> Counter[tuple[str, str | None, str | None]]:
        """What was decided, sent or settled unsent, each with how often."""
        kinds = (
            "period_digest",
            "overdue_reminder",
            "second_overdue_reminder",
            "lag_notice",
            "receipt",
        )
        return Counter(
            (n["kind"], n["unit"], n["period"])
            for n in self.json("notices")
            if n["kind"] in kinds
        )

    def standings(
        self, periods: tuple[str, ...] = (FIRST, SECOND)
    ) -> list[tuple[Any, ...]]:
        every = (self.json("status", "--period", period) for period in periods)
        return [
            (r["unit"], r["state"], r["completed"], r["rank"])
            for rows in every
            for r in rows
            if "unit" in r
        ]

    def sent(self) -> Counter[str]:
        return Counter(
            message_from_bytes(m.raw)["Message-ID"] + " ".join(m.recipients)
            for m in self.servers.collected
        )


@pytest.fixture
def servers() -> Iterator[DemoServers]:
    with DemoServers() as found:
        yield found


def lived(folder: Path, servers: DemoServers, wakes: list[str]) -> Office:
    office = Office(folder, servers)
    for when in wakes:
        office.wake(when)
    return office


@pytest.fixture(scope="module")
def awake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with DemoServers() as servers:
        yield lived(tmp_path_factory.mktemp("awake"), servers, AWAKE)


def test_one_that_is_awake_decides_what_the_rules_say(awake: Office) -> None:
    # The staff's digest, and the one of the guidance group.
    assert awake.decided()["period_digest", None, "2015-09-10"] == 2
    assert awake.decided()["overdue_reminder", "丙公司", "2015-09-10"] == 1
    assert awake.decided()["overdue_reminder", "乙县", "2015-09-20"] == 1
    assert ("overdue_reminder", "甲县", "2015-09-10") not in awake.decided()
    assert ("乙县", "late", 100, 2) in awake.standings()
    assert max(awake.sent().values()) == 1


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == TOLD_APART else pytest.mark.long)
        for name in SLEEPERS
    ],
)
def test_each_owed_day_is_decided_once(
    name: str, awake: Office, tmp_path: Path, servers: DemoServers
) -> None:
    office = lived(tmp_path, servers, SLEEPERS[name])
    assert office.standings() == awake.standings()
    found, digests = office.decided(), ("period_digest", "receipt")
    assert max(found.values()) <= max(awake.decided().values())
    assert {k: n for k, n in found.items() if k[0] in digests} == {
        k: n for k, n in awake.decided().items() if k[0] in digests
    }
    assert set(found) <= set(awake.decided()), (
        "nobody is written to who would not have been"
    )
    assert max(office.sent().values()) == 1


@pytest.mark.skipif(
    not hasattr(time, "tzset"), reason="the zone of a process is POSIX"
)
def test_another_zone_of_the_computer_changes_nothing_of_a_period(
    awake: Office,
    tmp_path: Path,
    servers: DemoServers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(os.environ, "TZ", "America/New_York")
    time.tzset()
    try:
        office = lived(tmp_path, servers, OF_FIRST)
    finally:
        monkeypatch.undo()
        time.tzset()
    of_first = {k: n for k, n in awake.decided().items() if k[2] == FIRST}
    # Which name no period
    receipts = sum(when <= OF_FIRST[-1] for *_, when in MAILS)
    assert office.decided() == of_first | {("receipt", None, None): receipts}
    assert office.standings((FIRST,)) == awake.standings((FIRST,))
