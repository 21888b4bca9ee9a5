"""Disks that fail: EIO, ENOSPC and EROFS at each write, a disk that is really full, a locked and a damaged ledger.

Nothing acknowledged is lost, the next wake with a whole disk ends in the ledger of one that never failed, and until then a person
reads in Chinese what to do, with exit status 1, and never a traceback.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from campaign_maker import form_mail, made
from long_rows import long_rows
from typer.testing import CliRunner
from warm.program import warm_program

from pipeline.cli.root import app

ROOT = Path(__file__).parents[2]
NOW = "2015-09-10T18:05:00+08:00"
pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(
        os.name == "nt", reason="mounts, locks and strace are POSIX"
    ),
]
needs_strace = pytest.mark.skipif(
    not (shutil.which("strace") and shutil.which("dovecot")),
    reason="needs strace and Dovecot: apt-get install strace dovecot-imapd openssl",
)


def faulty(*arguments: str) -> dict[str, Any]:
    environment = {**os.environ, "XUNBAO_ENVIRONMENT": str(ROOT / ".venv")}
    done = subprocess.run(
        [sys.executable, "scripts/torture/torture.py", "--faults", "--json", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=560,
    )  # fmt: skip
    assert done.stdout, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


@needs_strace
@pytest.mark.timeout(600)  # the machine may be busy
@pytest.mark.parametrize("faults", [18, *long_rows(60)])
def test_every_failing_write_is_told_of_and_made_good(faults: int) -> None:
    score = faulty("--kills", str(faults))
    assert score["failed_wakes"] == [], "none ended in anything but a sentence"
    assert score["damage"].pop("lines") == []
    assert set(score["damage"].values()) == {0}
    assert {place.split()[0] for place in score["kills"]} == {
        "EIO",
        "ENOSPC",
        "EROFS",
    }
    assert sum(score["kills"].values()) > faults * 2 // 3


@needs_strace
@pytest.mark.timeout(1200)  # two sweeps
@pytest.mark.long
def test_control_with_the_row_before_the_bytes_a_failing_disk_loses_a_mail() -> (
    None
):
    # Which writes are hit depends on how many there are: a second, denser sweep where the first steps over those that matter.
    swept = (
        faulty("--kills", kills, "--without", "bytes-first")
        for kills in ("90", "140")
    )
    assert any(score["damage"]["mails_lost"] > 0 for score in swept)


# A command of the program on an office's configuration, as a process of its own
Runs = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def run() -> Iterator[Runs]:
    with warm_program() as program:

        def run(
            folder: Path, *words: str
        ) -> "subprocess.CompletedProcess[str]":
            config = ["--config", str(folder / "config.toml")]
            return subprocess.run(
                [*program, *words, *config],
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )

        yield run


def told_plainly(done: "subprocess.CompletedProcess[str]", *words: str) -> str:
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "Traceback" not in said
    assert "程序出错了" not in said
    assert any(word in said for word in words), said
    return said


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB, and a campaign on it with 24 mails beside it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False, capture_output=True).returncode:  # fmt: skip
        pytest.skip("needs the right to mount a tmpfs (root)")
    try:
        made(disk)
        (tmp_path / "mails").mkdir()
        for number in range(24):
            raw = form_mail(
                "jia@example.cn",
                "甲县",
                "2015年9月10日",
                100 + number,
                f"2015-09-10 10:{number:02}",
            )
            padded = raw + b"\r\n" + b"x" * 40_000
            (tmp_path / "mails" / f"{number:02}.eml").write_bytes(padded)
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_is_told_of_and_once_there_is_room_the_work_is_done(
    small_disk: Path, run: Runs
) -> None:
    mails = small_disk.parent / "mails"
    said = told_plainly(
        run(small_disk, "ingest", str(mails), "--now", NOW), "磁盘", "空间"
    )
    assert "Logging error" not in said
    kept = [
        p
        for p in (small_disk / "storage" / "raw").glob("??/*")
        if p.parent.name != "incoming"
    ]
    assert kept, "some were acknowledged before the disk was full"
    told_plainly(run(small_disk, "once", "--now", NOW), "磁盘", "空间")
    subprocess.run(["mount", "-o", "remount,size=32m", small_disk], check=True)
    done = run(small_disk, "ingest", str(mails), "--now", NOW)
    assert done.returncode in (0, 1), done.stderr
    assert run(small_disk, "verify").returncode == 0
    with closing(
        sqlite3.connect(small_disk / "storage" / "ledger.db")
    ) as ledger:
        assert ledger.execute(
            "SELECT count(*), count(DISTINCT message_key) FROM report"
        ).fetchone() == (
            24,
            24,
        )
        (figure,) = ledger.execute("SELECT completed FROM decision WHERE state = 'accepted' ORDER BY id DESC").fetchone()  # fmt: skip
    assert figure == 123


def test_a_backup_that_finds_no_room_says_so_and_is_none(
    small_disk: Path, run: Runs
) -> None:
    subprocess.run(["mount", "-o", "remount,size=32m", small_disk], check=True)
    assert run(
        small_disk, "ingest", str(small_disk.parent / "mails"), "--now", NOW
    ).returncode in (0, 1)
    narrow = small_disk.parent / "narrow"
    narrow.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", narrow], check=True
    )
    try:
        told_plainly(
            run(small_disk, "backup", str(narrow / "kept"), "--now", NOW),
            "磁盘",
            "空间",
        )
        assert not list(narrow.glob("kept/*/manifest.txt"))
    finally:
        subprocess.run(["umount", "-l", narrow], check=True)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office") / "x"
    made(folder)
    (folder / "1.eml").write_bytes(
        form_mail(
            "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
        )
    )
    said(folder, "ingest", str(folder / "1.eml"), "--now", NOW)
    return folder


def said(folder: Path, *words: str) -> Any:
    return CliRunner().invoke(
        app, [*words, "--config", str(folder / "config.toml")]
    )


def test_a_ledger_that_another_program_holds_is_told_of_and_then_goes_on(
    office: Path, tmp_path: Path, run: Runs
) -> None:
    folder = Path(shutil.copytree(office, tmp_path / "x"))
    mail = folder / "2.eml"
    mail.write_bytes(
        form_mail(
            "yi@example.cn", "乙县", "2015年9月10日", 50, "2015-09-10 11:00"
        )
    )
    with closing(sqlite3.connect(folder / "storage" / "ledger.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        told_plainly(run(folder, "ingest", str(mail), "--now", NOW), "占用")
        other.rollback()
    assert run(folder, "ingest", str(mail), "--now", NOW).returncode == 0
    with closing(sqlite3.connect(folder / "storage" / "ledger.db")) as ledger:
        assert ledger.execute("SELECT count(*) FROM report").fetchone() == (2,)


def test_half_a_value_is_damage_and_no_fault_of_the_program(
    office: Path, tmp_path: Path
) -> None:
    """The last page of a long value may be lost without SQLite's noticing."""
    folder = Path(shutil.copytree(office, tmp_path / "x"))
    with closing(sqlite3.connect(folder / "storage" / "ledger.db")) as ledger:
        triggers = ledger.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'config'"
        ).fetchall()
        for (name,) in triggers:
            ledger.execute(f"DROP TRIGGER {name}")
        cut = "UPDATE config SET settings = substr(settings, 1, 3000)"
        assert ledger.execute(cut).rowcount > 0
        ledger.commit()
    status = said(folder, "status", "--now", NOW)
    assert (status.exit_code, "台账文件已损坏" in status.output) == (1, True)
    assert said(folder, "verify").exit_code == 1
    assert not (folder / "xunbao-error.log").exists()


def test_whatever_page_is_damaged_no_command_ends_in_a_traceback(
    office: Path, tmp_path: Path
) -> None:
    """Reading may go well where the damage is elsewhere; then `verify` names it. What fails says what to do."""
    with closing(sqlite3.connect(office / "storage" / "ledger.db")) as ledger:
        ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    good = (office / "storage" / "ledger.db").read_bytes()
    folder = Path(shutil.copytree(office, tmp_path / "x"))
    found = 0
    for page in range(len(good) // 4096):
        damaged = bytearray(good)
        damaged[page * 4096 : page * 4096 + 4096] = os.urandom(1) * 4096
        (folder / "storage" / "ledger.db").write_bytes(damaged)
        results = [said(folder, word, *now) for word, now in (("status", ("--now", NOW)), ("messages", ()), ("verify", ()))]  # fmt: skip
        assert not (folder / "xunbao-error.log").exists(), (
            page,
            (folder / "xunbao-error.log").read_text(),
        )
        assert {r.exit_code for r in results} <= {0, 1}, page
        found += results[-1].exit_code
    assert found > len(good) // 4096 // 2, (
        "most pages hold something that verify proves"
    )
