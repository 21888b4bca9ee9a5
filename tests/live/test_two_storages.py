"""One ledger, two storages, one host name: two workers that know nothing of each other's folder double no letter."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment
from faulty_servers import (
    FaultyImap,
    FaultySmtp,
    Send,
    running_imap,
    running_smtp,
)

NOW = "2015-09-10T18:05:00+08:00"
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


def started(config: Path, now: str) -> "subprocess.Popen[bytes]":
    words = ["-m", "pipeline", "once", "--config", str(config), "--now", now]
    return subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def both(configs: list[Path], now: str) -> list[int]:
    workers = [started(config, now) for config in configs]
    return [worker.wait(120) for worker in workers]


def slowly(send: Send, right: bytes) -> None:
    """As long as it takes for the other worker to come by."""
    import threading

    threading.Event().wait(0.3)
    send(right)


@pytest.mark.timeout(180)
def test_no_letter_is_doubled(
    tmp_path: Path, imap: FaultyImap, smtp: FaultySmtp
) -> None:
    database = f"sqlite:///{tmp_path}/ledger.db"
    configs = []
    for name in ("one", "two"):
        configs.append(config_of(tmp_path / name, imap, smtp, database))
    smtp.faults["RCPT"] = slowly
    codes = both(configs, NOW)
    assert min(codes) in (0, 1), codes
    # Whoever came second is told that another works, and reads and sends nothing.
    for config in configs:
        started(config, LATER).wait(120)
    letters = Counter(smtp.taken)
    assert {who for who, _ in letters} >= {f"{n}@example.cn" for n in SENDERS}
    assert set(letters.values()) == {1}
