"""kill -9 while the vault writes: afterwards each key is whole or absent, and what was acknowledged is there.

A kill at each single system call of `keep` (strace), and at random moments. The control writes straight to the final
name, as a naive vault would, and must be caught with a torn file.
"""

import os
import shutil
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.edges.files.vault import Vault

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(os.name == "nt", reason="kill -9 and strace are POSIX"),
]

RAW = bytes(range(256)) * 4096  # 1 MiB

KEEP_ONE = """
import sys
from pathlib import Path
from pipeline.edges.files.vault import Vault
print(Vault(Path(sys.argv[1])).keep(bytes(range(256)) * 4096))
"""

KEEP_NAIVELY = """
import sys
from hashlib import sha256
from pathlib import Path
raw = bytes(range(256)) * 4096
target = Path(sys.argv[1], "00", sha256(raw).hexdigest())
target.parent.mkdir(parents=True)
with target.open("wb", buffering=0) as file:
    for at in range(0, len(raw), 4096):
        file.write(raw[at : at + 4096])
"""

KEEP_FOR_EVER = """
import itertools, sys
from pathlib import Path
from pipeline.edges.files.vault import Vault
vault = Vault(Path(sys.argv[1]))
for number in itertools.count():
    print(vault.keep(b"%d\\n" % number * 20_000), flush=True)
"""


def whole_files(directory: Path) -> dict[str, bool]:
    """Each file under a key, and whether its bytes match the key."""
    files = [
        p
        for p in directory.rglob("*")
        if p.is_file() and p.parent.name != "incoming"
    ]
    return {
        p.name: sha256(p.read_bytes()).hexdigest().endswith(p.name)
        for p in files
    }


@pytest.mark.skipif(
    shutil.which("strace") is None,
    reason="needs strace (apt-get install strace)",
)
@pytest.mark.parametrize(
    "syscall",
    [
        "write",
        "fsync",
        "?rename,?renameat,?renameat2",
        "?chmod,?fchmodat,?fchmodat2",
    ],
)
def test_a_kill_at_a_system_call_leaves_nothing_or_the_whole_file(
    tmp_path: Path, syscall: str
) -> None:
    command = [
        "strace",
        "-f",
        "-qq",
        "-o",
        os.devnull,
        f"--inject={syscall}:signal=KILL:when=1",
    ]
    vault_directory = tmp_path / "raw"
    Vault(vault_directory)  # its own mkdir and fsync are not under test
    run = subprocess.run(
        [*command, sys.executable, "-B", "-c", KEEP_ONE, str(vault_directory)],
        capture_output=True,
        check=False,
    )
    assert run.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
    assert all(whole_files(vault_directory).values())
    assert Vault(vault_directory).open(Vault(vault_directory).keep(RAW)) == RAW


def test_random_kills_lose_nothing_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    for acknowledgements in (1, 3, 7, 20):
        worker = subprocess.Popen(
            [sys.executable, "-B", "-c", KEEP_FOR_EVER, str(tmp_path)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert worker.stdout is not None
        keys = [
            worker.stdout.readline().strip() for _ in range(acknowledgements)
        ]
        worker.kill()
        worker.wait()
        vault = Vault(tmp_path)
        assert all(vault.open(key) for key in keys)
        assert all(whole_files(tmp_path).values())
        vault.sweep()


@pytest.mark.skipif(
    shutil.which("strace") is None,
    reason="needs strace (apt-get install strace)",
)
def test_control_a_naive_writer_is_caught_with_a_torn_file(
    tmp_path: Path,
) -> None:
    directory = tmp_path / "raw"
    command = [
        "strace",
        "-f",
        "-qq",
        "-o",
        os.devnull,
        "--inject=write:signal=KILL:when=5",
    ]
    subprocess.run(
        [*command, sys.executable, "-B", "-c", KEEP_NAIVELY, str(directory)],
        capture_output=True,
        check=False,
    )
    assert not all(whole_files(directory).values())


KEEP_BATCHES = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.edges.files.vault import Vault
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.store import Store
from pipeline.flows.mails.keep_mails import KeepingBatch
from pipeline.model.operation.post import FetchedMail, Sighting
folder = Path(sys.argv[1])
folder.mkdir()
store = Store(open_database(f"sqlite:///{folder}/ledger.db"))
vault = Vault(folder / "raw")
at = datetime(2015, 9, 10, tzinfo=UTC)
batch = KeepingBatch(vault, store, most=30)
for uid in range(75):
    raw = b"mail %d" % uid
    batch.add(FetchedMail(Sighting(1, uid, at, 1, "INBOX"), raw, at))
batch.write()
"""


def unsynced(script: str, folder: Path, log: Path) -> tuple[int, list[str]]:
    """How many files took a name in the vault; and what was not fsynced in its time: a
    file before it took its name, a folder before the ledger was next written to."""
    traced = "--trace=fsync,pwrite64,?rename,?renameat,?renameat2"
    command = ["strace", "-f", "-y", "-qq", "-o", str(log), traced]
    subprocess.run(
        [*command, sys.executable, "-B", "-c", script, str(folder)],
        check=True,
        capture_output=True,
    )
    renamed = 0
    synced: set[str] = set()
    waiting: set[str] = set()
    missed = []
    for line in finished(log.read_text().splitlines()):
        call = line.split("(")[0]
        if call == "fsync":
            path = line.split("<", 1)[1].split(">", 1)[0]
            synced.add(path)
            waiting.discard(path)
        elif call == "pwrite64" and "/ledger.db" in line:
            missed += sorted(waiting)
            waiting.clear()
        elif call.startswith("rename") and "/incoming/" in line:
            renamed += 1
            old, new = line.split('"')[1], line.split('"')[3]
            if old not in synced:
                missed.append(old)
            waiting.add(str(Path(new).parent))
    return renamed, missed + sorted(waiting)


def finished(lines: list[str]) -> list[str]:
    """Calls in the order in which they ended; those of several threads cut each other."""
    begun: dict[str, str] = {}
    found = []
    for line in lines:
        thread, call = line.split(maxsplit=1)
        if call.endswith("<unfinished ...>"):
            begun[thread] = call
        elif call.startswith("<... "):
            found.append(begun.pop(thread))
        else:
            found.append(call)
    return found


@pytest.mark.skipif(
    shutil.which("strace") is None,
    reason="needs strace (apt-get install strace)",
)
@pytest.mark.parametrize(
    ("without", "caught"),
    [("", None), ("FILE_SYNC", "incoming"), ("FOLDER_SYNC", "raw")],
)
def test_all_of_a_batch_is_synced_before_its_rows_are_written(
    tmp_path: Path, without: str, caught: str | None
) -> None:
    """The last two are the controls."""
    script = KEEP_BATCHES
    if without:
        script = (
            "from pipeline.edges.fault_points import FaultPoint, install\n"
            f"install(FaultPoint.{without}, lambda sync: None)\n{script}"
        )
    renamed, missed = unsynced(script, tmp_path / "office", tmp_path / "log")
    assert renamed == 75
    if caught is None:
        assert missed == []
    else:
        assert any(Path(path).parent.name == caught for path in missed)


def calls_of_keep(script: str, directory: Path, log: Path) -> list[str]:
    """The system calls that touch `directory`, in order, each as `name target`: target is file, directory or name."""
    traced = "--trace=write,fsync,fdatasync,?rename,?renameat,?renameat2"
    command = ["strace", "-f", "-y", "-qq", "-o", str(log), traced]
    subprocess.run(
        [*command, sys.executable, "-B", "-c", script, str(directory)],
        check=True,
        capture_output=True,
    )
    lines = [
        line.split(" ", 1)[1].strip()
        for line in log.read_text().splitlines()
        if str(directory) in line
    ]
    return [
        line.split("(")[0] + (" directory" if is_directory(line) else "")
        for line in lines
    ]


def is_directory(line: str) -> bool:
    target = line.split("<", 1)[-1].split(">", 1)[0]
    return (
        "rename" not in line.split("(", maxsplit=1)[0] and Path(target).is_dir()
    )


def survives_a_power_cut(calls: list[str]) -> bool:
    """Whether the last rename comes after fsync of the file, and before fsync of a directory."""
    renames = [at for at, call in enumerate(calls) if call.startswith("rename")]
    return (
        bool(renames)
        and "fsync" in calls[: renames[-1]]
        and "fsync directory" in calls[renames[-1] :]
    )


@pytest.mark.skipif(
    shutil.which("strace") is None,
    reason="needs strace (apt-get install strace)",
)
def test_file_and_directory_are_synced_around_the_rename(
    tmp_path: Path,
) -> None:
    assert survives_a_power_cut(
        calls_of_keep(KEEP_ONE, tmp_path / "raw", tmp_path / "log")
    )


@pytest.mark.skipif(
    shutil.which("strace") is None,
    reason="needs strace (apt-get install strace)",
)
def test_control_without_the_directory_it_would_not_survive(
    tmp_path: Path,
) -> None:
    without = (
        "from pipeline.edges.fault_points import FaultPoint, install\n"
        "install(FaultPoint.FOLDER_SYNC, lambda sync: None)\n" + KEEP_ONE
    )
    assert not survives_a_power_cut(
        calls_of_keep(without, tmp_path / "raw", tmp_path / "log")
    )
    assert not survives_a_power_cut(
        calls_of_keep(KEEP_NAIVELY, tmp_path / "other", tmp_path / "log")
    )
