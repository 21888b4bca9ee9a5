"""One ledger, two storages, one host name: two workers that know nothing of each other's folder double no letter."""

import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment
from faulty_servers import (
    Fault,
    FaultyImap,
    FaultySmtp,
    Send,
    running_imap,
    running_smtp,
    says,
)
from warm.program import warm_program

NOW = "2015-09-10T18:05:00+08:00"
AGAIN = "2015-09-10T18:40:00+08:00"
LATER = "2015-09-11T09:35:00+08:00"
SENDERS = {"jia": "甲县", "yi": "乙县", "bing": "丙公司"}


@pytest.fixture
def imap() -> Iterator[FaultyImap]:
    server = FaultyImap()
    for hour, (name, unit) in enumerate(SENDERS.items(), 10):
        at = f"2015-09-10 {hour}:00"
        sender = f"{name}@example.cn"
        raw = form_mail(sender, unit, "2015年9月10日", 300, at)
        server.hold(raw, moment(at))
    with running_imap(server):
        yield server


@pytest.fixture
def smtp() -> Iterator[FaultySmtp]:
    with running_smtp(FaultySmtp()) as server:
        yield server


def config_of(
    folder: Path, imap: FaultyImap, smtp: FaultySmtp, database: str
) -> Path:
    storage = f'[storage]\ndirectory = "{folder}/storage"\ndatabase = "{database}"\n\n[smtp]'
    return made(folder, imap.port, smtp.port, {"[smtp]": storage})


# The control: each worker takes the lease for its own, whoever holds it.
UNGUARDED = [
    sys.executable,
    "-c",
    """
from pipeline.edges.ledger.lease import Lease
Lease.take = Lease.held = lambda lease: True
from pipeline.__main__ import main; main()""",
]


@pytest.fixture(scope="module")
def guarded() -> Iterator[list[str]]:
    with warm_program() as program:
        yield program


def started(
    program: list[str], config: Path, now: str
) -> "subprocess.Popen[bytes]":
    words = ["once", "--config", str(config), "--now", now]
    return subprocess.Popen(
        [*program, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def both(program: list[str], configs: list[Path], now: str) -> list[int]:
    workers = [started(program, config, now) for config in configs]
    return [worker.wait(120) for worker in workers]


def slowly(send: Send, right: bytes) -> None:
    """As long as it takes for the other worker to come by."""
    threading.Event().wait(0.3)
    send(right)


def two_storages(
    folder: Path, imap: FaultyImap, smtp: FaultySmtp
) -> list[Path]:
    database = f"sqlite:///{folder}/ledger.db"
    configs = []
    for name in ("one", "two"):
        configs.append(config_of(folder / name, imap, smtp, database))
    smtp.faults["RCPT"] = slowly
    return configs


@pytest.mark.timeout(180)
def test_no_letter_is_doubled(
    tmp_path: Path, imap: FaultyImap, smtp: FaultySmtp, guarded: list[str]
) -> None:
    configs = two_storages(tmp_path, imap, smtp)
    codes = both(guarded, configs, NOW)
    assert min(codes) in (0, 1), codes
    # Whoever came second is told that another works, and reads and sends nothing.
    for config in configs:
        started(guarded, config, LATER).wait(120)
    letters = Counter(smtp.taken)
    assert {who for who, _ in letters} >= {f"{n}@example.cn" for n in SENDERS}
    assert set(letters.values()) == {1}


def letters_under_way(
    folder: Path, imap: FaultyImap, smtp: FaultySmtp, program: list[str]
) -> list[Path]:
    """Two storages that both hold every letter, none of which the server has taken yet."""
    configs = two_storages(folder, imap, smtp)
    smtp.faults["RCPT"] = says("451 4.3.0 try later")
    started(program, configs[0], NOW).wait(120)
    assert smtp.taken == []
    kept = folder / "one/storage/raw"
    shutil.copytree(kept, folder / "two/storage/raw", dirs_exist_ok=True)
    smtp.faults["RCPT"] = meeting()
    return configs


def meeting() -> Fault:
    """The first answer waits for the other worker to ask too, where it does; then none waits."""
    both_here = threading.Barrier(2, timeout=15)

    def fault(send: Send, right: bytes) -> None:
        with suppress(threading.BrokenBarrierError):
            both_here.wait()
        both_here.abort()
        send(right)

    return fault


@pytest.mark.timeout(180)
@pytest.mark.parametrize("leased", [True, False])
def test_letters_under_way_are_doubled_by_two_workers_without_the_lease_alone(
    tmp_path: Path,
    imap: FaultyImap,
    smtp: FaultySmtp,
    guarded: list[str],
    leased: bool,
) -> None:
    """With its control: what the lease keeps from happening is seen to happen without it."""
    configs = letters_under_way(tmp_path, imap, smtp, guarded)
    both(guarded if leased else UNGUARDED, configs, AGAIN)
    assert smtp.taken
    doubled = max(Counter(smtp.taken).values()) > 1
    assert doubled is not leased
