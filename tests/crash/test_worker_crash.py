"""kill -9 between any two steps: taking mails in ends in the same ledger, and sending sends no more than rules.md 9 allows.

Every point at which something reaches the disk or the mail server is tried, one after the other, each in a ledger of its own.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from campaign_maker import form_mail, made, mail

from pipeline.demo.servers import DemoServers
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.outbox import Outbox
from pipeline.edges.ledger.store import Store

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(os.name == "nt", reason="kill -9 and fork are POSIX"),
]

KILL = -9
HERE = Path(__file__).parent
# Python draws the lines between a mail's parts by lot
_BOUNDARY = re.compile(rb"={15}\d+==")
# The same bytes in each run: two mails whose hashes begin alike share a folder of the vault, whose sync is then one for both
MAILS = {
    name: _BOUNDARY.sub(b"=" * 15 + b"==", raw)
    for name, raw in {
        "1 2015-09-10 10.00": form_mail(
            "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
        ),
        "2 2015-09-10 11.00": form_mail(
            "jia@example.cn", "甲县", "2015年9月10日", 310, "2015-09-10 11:00"
        ),
        "3 2015-09-10 12.00": form_mail(
            "yi@example.cn", "丙公司", "2015年9月10日", 50, "2015-09-10 12:00"
        ),
        "4 2015-09-10 13.00": mail(
            "bing@example.cn", "报送旬报", "2015-09-10 13:00"
        ),
    }.items()
}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    folder = tmp_path / "template"
    made(folder)
    for name, raw in MAILS.items():
        (folder / f"{name}.eml").write_bytes(raw)
    return folder


def work(
    task: str,
    template: Path,
    now: str,
    script: Path = HERE / "killed_worker.py",
) -> list[dict[str, Any]]:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(
            [
                str(HERE.parent / "support"),
                str(HERE.parent),
                str(HERE.parent.parent),
            ]
        )
    }
    done = subprocess.run(
        [sys.executable, str(script), task, str(template), now],
        env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return [
        json.loads(line)
        for line in done.stdout.splitlines()
        if line.startswith("{")
    ]


def store_of(folder: Path) -> Store:
    return Store(open_database(f"sqlite:///{folder}/storage/ledger.db"))


def ledger_of(folder: Path) -> dict[str, Any]:
    """What the ledger says, without what tells one run from another."""
    store = store_of(folder)
    found = store.ledger()
    return {
        "messages": found.messages,
        "reports": found.reports,
        "forms": [store.report(r.id) for r in found.reports],
        "decisions": [
            [
                (d.rule, d.state, d.unit, d.period, d.completed, d.supersedes)
                for d in store.decisions(r.id)
            ]
            for r in found.reports
        ],
        "open": [key for _, _, key, _ in store.unhandled()],
    }


def test_a_mail_taken_in_is_in_the_ledger_once_wherever_the_worker_was_killed(
    template: Path,
) -> None:
    runs = work("ingest", template, "2015-09-10 18:05")
    assert [r["first"] for r in runs] == [KILL] * (len(runs) - 1) + [0]
    assert {r["second"] for r in runs} == {0}
    assert len(runs) > 5 * len(MAILS), (
        "each mail is kept, seen, tried and recorded"
    )
    whole = ledger_of(template.parent / "unkilled")
    assert [m.outcome for m in whole["messages"]] == ["reported"] * 3 + [
        "unreadable"
    ]
    assert [r.state.value for r in whole["reports"]] == [
        "superseded",
        "accepted",
        "held",
    ]
    assert whole["open"] == []
    for run in runs:
        assert ledger_of(Path(run["folder"])) == whole, run


@pytest.fixture
def servers() -> Iterator[DemoServers]:
    with DemoServers() as found:
        yield found


def test_a_letter_goes_at_most_twice_and_a_bulletin_never(
    template: Path, servers: DemoServers
) -> None:
    """Killed between the final dot and the commit, a letter goes again under the same Message-ID; a bulletin does not."""
    shorter = {
        "first_due = 2015-09-10": "first_due = 2015-09-30",
        'approval = "none"': "to_units = false",
    }
    made(template, smtp_port=servers.smtp_port, replaced=shorter)
    runs = work(
        "post", template, "2015-10-01 15:00"
    )  # the overdue reminders, the digest and the month's bulletin
    assert [r["first"] for r in runs] == [KILL] * (len(runs) - 1) + [0]
    assert {r["second"] for r in runs} == {0}
    whole = copies(servers, template.parent / "unkilled")
    bulletins = {copy for copy in whole if "通报" in copy[1]}
    assert (len(whole), len(bulletins)) == (3 + 2 + 1, 1), (
        "three units, the digests of staff and group, the bulletin"
    )
    assert set(whole.values()) == {1}
    twice: list[tuple[str, str]] = []
    in_doubt = 0
    for run in runs:
        sent = copies(servers, Path(run["folder"]))
        lost = set(whole) - set(sent)
        assert set(sent) <= set(whole), run
        assert lost <= bulletins, (
            "no letter is lost; a bulletin in doubt is left to a person"
        )
        assert sum(n - 1 for n in sent.values()) <= 1, run
        assert all(n == 1 for copy, n in sent.items() if copy in bulletins), run
        book = booked(Path(run["folder"]))
        assert book <= {subject for _, subject in sent}, (
            "nothing stands as sent that did not go"
        )
        assert {subject for _, subject in set(sent) - bulletins} <= book
        twice += [copy for copy, n in sent.items() if n > 1]
        in_doubt += len(lost)
    assert sorted(twice) == sorted(set(whole) - bulletins), (
        "the window after the final dot, once for each letter"
    )
    assert in_doubt == 1, "and before it, once for the bulletin"


def copies(servers: DemoServers, folder: Path) -> Counter[tuple[str, str]]:
    """How often each (recipient, subject) came from a run, which has a From of its own; always with one Message-ID."""
    found: Counter[tuple[str, str]] = Counter()
    identities: dict[tuple[str, str], set[str]] = {}
    for taken in servers.collected:
        if taken.sender.split("@")[0] == folder.name:
            letter = message_from_bytes(taken.raw, policy=default)
            (recipient,) = taken.recipients
            # Each ledger has a secret of its own, and so other codes.
            subject = re.sub(r" \[[^\]]+\]$", "", str(letter["Subject"]))
            found[recipient, subject] += 1
            identities.setdefault((recipient, subject), set()).add(
                str(letter["Message-ID"])
            )
    assert all(len(known) == 1 for known in identities.values())
    return found


def booked(folder: Path) -> set[str]:
    """The subjects of what the ledger says was sent."""
    return {
        line.subject
        for line in Outbox(store_of(folder).engine).notices()
        if line.state == "sent"
    }
