"""`once` again and again: between two occasions it only looks at the mailbox, and whatever happens there, in the ledger, in the
configuration or by the clock ends that at once."""

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment
from long_rows import long_rows
from made_folders import MadeFolders, made_folders
from starting import DATABASE, LETTERS, READERS, told_and_imported
from warm.program import warm_program

from pipeline.demo.servers import DemoServers
from pipeline.edges import lull_file

__all__ = ["made_folders"]  # a fixture

NOON = datetime.fromisoformat("2015-09-10T12:01:00+08:00")
IDLE = "收信 0 封，记录 0 封，待核 0 份；拟发 0 封，发出 0 份"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with warm_program() as program:

        def ran(
            config: Path, now: datetime, *words: str
        ) -> subprocess.CompletedProcess[str]:
            asked = words or ("once",)
            return subprocess.run(
                [*program, *asked, "--config", str(config), "--now", f"{now}"],
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )

        yield ran


@pytest.fixture(scope="module")
def servers() -> Iterator[DemoServers]:
    """With a mailbox that stays empty."""
    with DemoServers() as found:
        yield found


def idle(folder: Path, servers: DemoServers, run: Run) -> Path:
    """A campaign of which all is done that is due at noon, known to be so."""
    made_here = made(folder, servers.imap_port, servers.smtp_port)
    for _ in range(3):
        run(made_here, NOON)
    assert lull_file.last(folder / "storage") is not None
    return made_here


@pytest.fixture
def config(
    tmp_path: Path, servers: DemoServers, run: Run, made_folders: MadeFolders
) -> Path:
    """Such a campaign of a test's own."""
    make = partial(idle, servers=servers, run=run)
    made_folders.copied(tmp_path, "idle", make)
    # It is that of another folder
    (tmp_path / "storage" / lull_file.NAME).unlink()
    config = tmp_path / "config.toml"
    run(config, NOON)
    assert lull_file.last(tmp_path / "storage") is not None
    return config


def polls(config: Path) -> int:
    """How often the mailbox was read by a wake, which alone writes that it was."""
    ledger = config.parent / "storage" / "ledger.db"
    with closing(sqlite3.connect(ledger)) as opened:
        (found,) = opened.execute("SELECT count(*) FROM poll").fetchone()
        return int(found)


def wakes(config: Path, run: Run, now: datetime = NOON) -> bool:
    """Whether a `once` makes a wake; without one it ends as one that had nothing to do."""
    before = polls(config)
    done = run(config, now)
    woke = polls(config) > before
    if not woke:
        assert (done.stdout.strip(), done.returncode) == (IDLE, 0)
    return woke


def test_while_nothing_happens_no_wake_is_made(config: Path, run: Run) -> None:
    assert not wakes(config, run)
    assert not wakes(config, run, NOON + timedelta(hours=3))


def test_a_mail_that_came_is_taken_in(tmp_path: Path, run: Run) -> None:
    came = form_mail(
        "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 12:02"
    )
    with DemoServers() as servers:
        config = idle(tmp_path, servers, run)
        servers.append(came, moment("2015-09-10 12:02"))
        done = run(config, NOON + timedelta(minutes=2))
    assert "记录 1 封" in done.stdout


@pytest.mark.parametrize(
    "now",
    [
        # A clock that was set back
        NOON - timedelta(minutes=1),
        # The poll at 16:00
        NOON.replace(hour=16, minute=0),
        NOON + timedelta(days=1),
    ],
)
def test_by_the_clock(config: Path, run: Run, now: datetime) -> None:
    assert wakes(config, run, now)


def test_whatever_was_written_into_the_ledger_ends_it(
    config: Path, run: Run
) -> None:
    until = ("--until", "2015-09-12T12:00", "--why", "电话请示，同意")
    given = run(
        config, NOON, "extend", "甲县", "--period", "2015-09-10", *until
    )
    assert given.returncode == 0, given.stderr
    assert wakes(config, run)


def test_an_edited_configuration_ends_it(config: Path, run: Run) -> None:
    with config.open("a", encoding="utf-8") as file:
        file.write('\n[schedule]\ndeadline = "18:30"\n')
    assert wakes(config, run)


def test_a_sheet_of_trouble_that_is_mended_is_taken_away(
    config: Path, run: Run
) -> None:
    password = config.parent / "password"
    kept = password.read_bytes()
    password.unlink()
    assert run(config, NOON).returncode != 0
    sheet = config.parent / "storage" / "告警.txt"
    assert sheet.is_file()
    password.write_bytes(kept)
    assert wakes(config, run)
    assert not sheet.is_file()


@pytest.mark.parametrize(
    "left", [b'{"begun": 1}', *long_rows(b"", b"{", b"\xff")]
)
def test_a_broken_note_is_none(config: Path, run: Run, left: bytes) -> None:
    (config.parent / "storage" / "lull").write_bytes(left)
    assert wakes(config, run)
    assert not wakes(config, run)


def test_a_mailbox_that_is_not_there_is_told_of(
    tmp_path: Path, run: Run
) -> None:
    with DemoServers() as servers:
        config = idle(tmp_path, servers, run)
    done = run(config, NOON)
    assert done.returncode == 3
    assert "收信：" in done.stderr


def test_the_look_brings_no_database(config: Path) -> None:
    told, imported = told_and_imported(
        "once", "--config", str(config), "--now", f"{NOON}"
    )
    assert told == IDLE
    assert imported & {*DATABASE, *LETTERS, *READERS, "apscheduler"} == set()
    assert "imapclient" in imported
