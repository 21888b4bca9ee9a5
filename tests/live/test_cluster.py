"""Mails are read by a real cluster of dask workers, in processes of their own, and come back in order."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from form_makers import SPEC
from waiting import wait_until

pytest.importorskip("distributed")

from pipeline.edges.processes.cluster import Cluster
from pipeline.edges.processes.process_group import kill_group, own_group
from pipeline.edges.processes.readers import (
    ReaderKind,
    Readers,
    ReadingPool,
    Threads,
)
from pipeline.edges.processes.sandbox import Reader
from pipeline.model.form import FormSpec

ROOT = Path(__file__).parents[2]
MANY = 60


def child_reader(spec: FormSpec) -> Reader:
    return Reader(spec)


def read(reader: Reader, number: int) -> tuple[int, int | None, int]:
    """The figure of a mail's text, and the process that asked its reader."""
    text = f"旬报表\n报送单位：荷塘县\n报送时间：9月10日\n已完成目标任务数：{number}名"
    (form,) = reader.body(text, "").forms
    return number, form.figure.completed, os.getpid()


@dataclass
class Dask:
    """A scheduler and its workers. `folder` holds what they write."""

    folder: Path
    stack: ExitStack

    @property
    def _file(self) -> Path:
        return self.folder / "scheduler.json"

    @property
    def address(self) -> str:
        return str(json.loads(self._file.read_text())["address"])

    def start(self) -> None:
        self._run(ROOT, "dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        wait_until(lambda: self._file.exists() and bool(self._file.read_text()))

    def worker(self, package: Path = ROOT) -> subprocess.Popen[bytes]:
        return self._run(package, "dask_worker", "--nthreads", "1")

    def _run(
        self, package: Path, program: str, *options: str
    ) -> subprocess.Popen[bytes]:
        tests = Path(__file__).parent
        paths = [package, tests, ROOT / "tests" / "support"]
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                f"distributed.cli.{program}",
                "--scheduler-file",
                str(self._file),
                "--no-dashboard",
                *options,
            ],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **own_group(),
        )
        self.stack.callback(kill, process)
        return process


def kill(process: subprocess.Popen[bytes]) -> None:
    """With all that it has started."""
    if process.poll() is None:
        kill_group(process)
        process.wait()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    with ExitStack() as stack:
        started = Dask(tmp_path, stack)
        started.start()
        yield started


@contextmanager
def pool(
    address: str, told: list[str]
) -> Iterator[tuple[ReadingPool, Cluster]]:
    readers = Readers(ReaderKind(child_reader, SPEC, twice=False))
    cluster = Cluster(address, Threads(1), told.append)
    with closing(ReadingPool(readers, cluster)) as opened:
        yield opened, cluster


def wait_for_workers(cluster: Cluster, width: int) -> None:
    wait_until(lambda: cluster.open()[1] == width)


def test_a_cluster_reads_in_order_and_a_killed_worker_costs_nothing(
    dask: Dask,
) -> None:
    workers = [dask.worker(), dask.worker()]
    told: list[str] = []
    with pool(dask.address, told) as (opened, cluster):
        wait_for_workers(cluster, 2)
        answers = opened.each(read, range(MANY), MANY)
        found = [next(answers)]
        kill(workers[0])
        found += answers
    assert [(n, figure) for n, figure, _ in found] == [
        (n, n) for n in range(MANY)
    ]
    assert os.getpid() not in {pid for _, _, pid in found}


def test_without_a_cluster_mails_are_read_here_and_it_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    told: list[str] = []
    with pool(f"tcp://127.0.0.1:{port}", told) as (opened, _):
        found = list(opened.each(read, range(MANY), MANY))
    assert [n for n, _, _ in found] == list(range(MANY))
    assert {pid for _, _, pid in found} == {os.getpid()}
    assert [said for said in told if "这次在本机读" in said]


def test_a_machine_with_another_edition_of_the_readers_reads_nothing(
    dask: Dask, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "pipeline", tmp_path / "old" / "pipeline")
    changed = tmp_path / "old" / "pipeline" / "reading" / "understand.py"
    changed.write_text(changed.read_text("utf-8") + "\n# older\n", "utf-8")
    dask.worker(tmp_path / "old")
    told: list[str] = []
    with pool(dask.address, told) as (opened, _):
        found: list[tuple[int, int | None, int]] = []
        wait_until(lambda: has_worker(dask))
        found += opened.each(read, range(MANY), MANY)
    assert {pid for _, _, pid in found} == {os.getpid()}
    assert [said for said in told if "同一版" in said]


def has_worker(dask: Dask) -> bool:
    from distributed import Client

    with Client(dask.address, timeout=30) as client:
        return bool(client.nthreads())
