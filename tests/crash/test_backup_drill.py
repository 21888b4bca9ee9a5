"""The restore drill: backed up while the worker works, then more work, then everything is destroyed; restored and woken, the ledger
is that of an office to which nothing happened. Real Dovecot, the program as a process of its own.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from torture.ledger import told
from torture.world import CountingPost, Mailbox, Moment, World, moments
from warm.program import warm_program

NEEDED = [name for name in ("dovecot", "openssl") if shutil.which(name) is None]
pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(os.name == "nt", reason="Dovecot is POSIX"),
    pytest.mark.skipif(
        bool(NEEDED),
        reason=f"needs {NEEDED}: apt-get install dovecot-imapd openssl",
    ),
]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[World]:
    from live_servers import running_dovecot

    with running_dovecot() as dovecot, CountingPost() as post:
        yield World(dovecot, post, tmp_path)


# A command of the program on an office's configuration, as a process of its own
Starts = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def started() -> Iterator[Starts]:
    with warm_program() as program:

        def start(folder: Path, *words: str) -> "subprocess.Popen[str]":
            command = [
                *program,
                *words,
                "--config",
                str(folder / "config.toml"),
            ]
            return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # fmt: skip

        yield start


def ended(process: "subprocess.Popen[str]", *statuses: int) -> str:
    said, _ = process.communicate(timeout=120)
    assert process.returncode in statuses, said
    return said


def woken(started: Starts, folder: Path, now: datetime) -> None:
    ended(started(folder, "once", "--now", now.isoformat()), 0, 1)


def filled(mailbox: Mailbox, moment: Moment) -> None:
    for received, raw in moment.mails:
        mailbox.append(raw, received)


def test_after_the_restore_and_one_wake_the_ledger_is_as_if_nothing_had_happened(
    place: World, started: Starts
) -> None:
    _, noon, evening = moments(1)[:3]
    spared, struck = (
        place.life(name, place.mailbox(name)) for name in ("spared", "struck")
    )
    for life in (spared, struck):
        filled(place.mailbox(life.name), noon)
    woken(started, spared, noon.now)

    worker = started(struck, "once", "--now", noon.now.isoformat())
    tries = 0
    while (
        worker.poll() is None or tries == 0
    ):  # as often as there is time for while it works
        tries += 1
        at = f"2015-09-10T12:{tries:02}:00+08:00"
        done = started(struck, "backup", str(struck / "kept"), "--now", at)
        ended(done, 0) if (
            struck / "storage" / "ledger.db"
        ).exists() else ended(done, 0, 1)
    ended(worker, 0, 1)
    ended(
        started(
            struck,
            "backup",
            str(struck / "kept"),
            "--now",
            "2015-09-10T13:30:00+08:00",
        ),
        0,
    )

    for life in (spared, struck):
        filled(place.mailbox(life.name), evening)
        woken(started, life, evening.now)
    assert told(struck).rows == told(spared).rows
    shutil.rmtree(struck / "storage")
    ended(
        started(
            struck,
            "restore",
            str(struck / "kept"),
            "--now",
            evening.now.isoformat(),
        ),
        0,
    )
    assert told(struck).rows != told(spared).rows, (
        "control: the backup alone lacks the evening"
    )
    woken(started, struck, evening.now)
    assert told(struck).rows == told(spared).rows
    assert "完全一致" in ended(started(struck, "verify"), 0)
    copies, _ = place.post.of("struck")
    assert max(copies.values()) <= 2, (
        "what went after the backup went once more, under the same Message-ID"
    )
    for kept in sorted((struck / "kept").glob("*/manifest.txt"))[
        :2
    ]:  # also those made while it worked
        shutil.rmtree(struck / "storage")
        ended(started(struck, "restore", str(kept.parent)), 0, 1)
        assert "完全一致" in ended(started(struck, "verify"), 0)
