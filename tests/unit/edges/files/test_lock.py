"""One worker at a time, across processes; a dead holder holds nothing."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.edges.clock import FixedClock
from pipeline.edges.files.lock import WorkerLock
from pipeline.model.operation.errors import Busy, EdgeError

HOLD = """
import sys
from pathlib import Path
from pipeline.edges.files.lock import WorkerLock
with WorkerLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def start_holder(path: Path) -> "subprocess.Popen[str]":
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_process_is_refused_and_told_who_holds_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "worker.lock"
    with start_holder(path) as holder:
        with pytest.raises(Busy) as caught, WorkerLock(path):
            pytest.fail("two workers at once")
        assert f"进程 {holder.pid}，" in caught.value.advice
        holder.communicate("")
    with WorkerLock(path):
        assert f"进程 {os.getpid()}，" in WorkerLock(path).holder()


def test_death_releases_it(tmp_path: Path) -> None:
    path = tmp_path / "worker.lock"
    with start_holder(path) as holder:
        holder.kill()
        holder.wait()
        with WorkerLock(path) as lock:
            assert str(os.getpid()) in lock.holder()


def test_it_can_be_taken_again_after_release(tmp_path: Path) -> None:
    for _ in range(2):
        with WorkerLock(tmp_path / "worker.lock") as lock:
            assert str(os.getpid()) in lock.holder()


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": 1}'])
def test_a_spoilt_note_is_no_obstacle(tmp_path: Path, note: str) -> None:
    path = tmp_path / "worker.lock"
    path.with_name("worker.lock.holder").write_text(note, encoding="utf-8")
    assert WorkerLock(path).holder() == "持有者未知"
    with WorkerLock(path):
        pass


def test_a_missing_directory_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(EdgeError) as caught,
        WorkerLock(tmp_path / "file" / "worker.lock"),
    ):
        pass
    assert caught.value.cause == "lock"


def test_when_the_holder_began_is_told_in_the_campaigns_zone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "worker.lock"
    began = datetime(2015, 9, 10, 23, 30, tzinfo=UTC)
    with WorkerLock(path, FixedClock(began)):
        there = WorkerLock(path, zone=ZoneInfo("Asia/Shanghai"))
        assert there.holder().endswith("开始于 2015-09-11 07:30")
