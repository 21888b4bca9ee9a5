"""Power cuts: an ext4 on a loop image is shut down under a writer (no flush of its journal), mounted again, and looked at.

What the writer had acknowledged is there, whole, file and row. Each control takes one sync away and is caught with a loss. Needs root.
"""

import fcntl
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

import pytest

# Imported here, they need not be imported by each writer
import pipeline.edges.ledger.store
import pipeline.flows.mails.keep_mails  # noqa: F401
from pipeline.edges.files.vault import Vault

SHUTDOWN, NO_FLUSH = (
    0x8004587D,
    struct.pack("I", 2),
)  # EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH
pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(
        os.name == "nt"
        or os.geteuid() != 0
        or shutil.which("mkfs.ext4") is None,
        reason="needs root, loop devices and mkfs.ext4 (apt-get install e2fsprogs)",
    ),
]

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.edges.fault_points import FaultPoint, install
from pipeline.edges.files import vault
from pipeline.edges.ledger import database
from pipeline.edges.ledger.store import Store
from pipeline.model.operation.post import Sighting
exec(sys.argv[3])
folder, start, rows = Path(sys.argv[1]), int(sys.argv[2]), "files only" not in sys.argv[3]
kept = vault.Vault(folder / "raw")
store = Store(database.open_database(f"sqlite:///{folder}/ledger.db")) if rows else None
at = datetime(2015, 9, 10, tzinfo=UTC)
for number in range(start, start + 100_000):
    key = kept.keep(b"mail %d " % number * 300)
    if store is not None:
        store.keep_sighting(Sighting(1, number, at, 1, "INBOX"), key, at)
    print(number, key, flush=True)
    sys.stdin.readline()
"""
BATCHES = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.edges.fault_points import FaultPoint, install
from pipeline.edges.files import vault
from pipeline.edges.ledger import database
from pipeline.edges.ledger.store import Store
from pipeline.flows.mails.keep_mails import KeepingBatch
from pipeline.model.operation.post import FetchedMail, Sighting
exec(sys.argv[3])
class NoRows:
    def keep_sightings(self, kept):
        "The commit of a row would sync the names as well."
folder, start = Path(sys.argv[1]), int(sys.argv[2])
if "files only" in sys.argv[3]:
    store = NoRows()
else:
    store = Store(database.open_database(f"sqlite:///{folder}/ledger.db"))
at = datetime(2015, 9, 10, tzinfo=UTC)
batch = KeepingBatch(vault.Vault(folder / "raw"), store, most=23)
for number in range(start, start + 100_000):
    raw = b"mail %d " % number * 300
    batch.add(FetchedMail(Sighting(1, number, at, 1, "INBOX"), raw, at))
    if (number - start) % 23 == 22:
        for uid in range(number - 22, number + 1):
            raw = b"mail %d " % uid * 300
            print(uid, vault.raw_key(raw), flush=True)
            sys.stdin.readline()
"""
NORMAL = """
def loose(durable, cursor):
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA wal_autocheckpoint=0")
install(FaultPoint.DURABLE, loose)
"""
NO_DIRECTORY = (
    "install(FaultPoint.FOLDER_SYNC, lambda sync: None)  # files only"
)
NO_FILE = "install(FaultPoint.FILE_SYNC, lambda sync: None)  # files only"


class Disk:
    """An ext4 in a file, on a mount point of its own."""

    def __init__(self, folder: Path) -> None:
        self.image, self.mount = folder / "image", folder / "mnt"
        self.mount.mkdir()
        with self.image.open("wb") as file:
            file.truncate(48 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True)

    def on(self) -> bool:
        command = ["mount", "-o", "loop", self.image, self.mount]
        return (
            subprocess.run(command, check=False, capture_output=True).returncode
            == 0
        )

    def cut(self) -> None:
        """The power goes: what is not on the disk now never will be."""
        handle = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, NO_FLUSH)
        finally:
            os.close(handle)

    def off(self) -> None:
        subprocess.run(["umount", self.mount], check=False, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    found = Disk(tmp_path)
    if not found.on():
        pytest.skip("no loop device can be mounted here")
    yield found
    found.off()


@contextmanager
def forked(
    script: str, words: list[str]
) -> Iterator[tuple[int, IO[str], IO[str]]]:
    """A process that runs `script` with these arguments: what it says, what it is told. A copy of this one, which has imported
    the program."""
    (its_input, ours), (our_input, its) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(its_input, 0)
            os.dup2(its, 1)
            os.closerange(3, its + 1)
            sys.argv = ["-c", *words]
            sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w")
            exec(script, {"__name__": "__main__"})
        finally:
            os._exit(1)
    os.close(its_input)
    os.close(its)
    with os.fdopen(our_input) as said, os.fdopen(ours, "w") as told:
        yield pid, said, told
        os.waitpid(pid, 0)


def cut_after(
    disk: Disk,
    acknowledgements: int,
    without: str,
    start: int = 0,
    writer: str = WRITER,
) -> dict[int, str]:
    """What a writer acknowledged before the power went, number -> key; it may have been at work on the next."""
    words = [str(disk.mount / "office"), str(start), without]
    told: dict[int, str] = {}
    with forked(writer, words) as (pid, acknowledged, goes_on):
        for nth in range(acknowledgements):
            number, key = acknowledged.readline().split()
            told[int(number)] = key
            if nth < acknowledgements - 1:
                goes_on.write("\n")
                goes_on.flush()
        disk.cut()
        os.kill(pid, signal.SIGKILL)
    disk.off()
    assert disk.on()
    return told


def lost(disk: Disk, told: dict[int, str], *, rows: bool) -> list[int]:
    """Acknowledged mails whose file is not whole, or whose row is not there."""
    folder = disk.mount / "office"
    vault = Vault(folder / "raw")
    there = {n: vault.path(key).is_file() and sha256(vault.path(key).read_bytes()).hexdigest() == key for n, key in told.items()}  # fmt: skip
    known = set(told)
    if rows:
        with closing(sqlite3.connect(folder / "ledger.db")) as ledger:
            known = {
                uid for (uid,) in ledger.execute("SELECT uid FROM sighting")
            }
    return [
        number for number in told if not there[number] or number not in known
    ]


def test_power_cuts_lose_nothing_that_was_acknowledged(disk: Disk) -> None:
    told: dict[int, str] = {}
    for nth, acknowledgements in enumerate((1, 2, 5, 11, 23)):
        told |= cut_after(disk, acknowledgements, "", start=1000 * (nth + 1))
        assert lost(disk, told, rows=True) == []
    assert len(told) == 42


def test_power_cuts_lose_nothing_of_a_batch_that_was_acknowledged(
    disk: Disk,
) -> None:
    told: dict[int, str] = {}
    for nth, batches in enumerate((1, 2, 3)):
        start = 1000 * (nth + 1)
        told |= cut_after(disk, 23 * batches, "", start, BATCHES)
        assert lost(disk, told, rows=True) == []
    assert len(told) == 23 * 6


@pytest.mark.parametrize(
    "without", [NO_DIRECTORY, NO_FILE], ids=["no-directory", "no-file"]
)
def test_control_without_one_of_the_syncs_a_batch_is_lost(
    disk: Disk, without: str
) -> None:
    told = cut_after(disk, 46, without, 6000, BATCHES)
    assert lost(disk, told, rows=False)


@pytest.mark.parametrize(
    ("without", "rows"),
    [(NORMAL, True), (NO_DIRECTORY, False), (NO_FILE, False)],
    ids=["normal", "no-directory", "no-file"],
)
def test_control_without_one_of_the_syncs_an_acknowledged_mail_is_lost(
    disk: Disk, without: str, rows: bool
) -> None:
    cut_after(
        disk, 1, "", start=5000
    )  # the ledger's own tables are no part of the control
    told = cut_after(disk, 9, without)
    assert lost(disk, told, rows=rows)
