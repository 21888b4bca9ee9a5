"""Run by test_worker_crash: does one piece of the worker's work, and is killed before the n-th thing that reaches the disk.

For each n from 1 on, in a directory of its own: a forked copy works until it kills itself with SIGKILL, then a second one
does the same work to its end. Ends with the first n that there is nothing to kill at. One JSON line each.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import campaign_maker
from compiled_once import keep_compiled
from plain_reader import PlainReader
from sqlalchemy import Engine, event

from pipeline.bootstrap import Program, assemble
from pipeline.cli.ledger.ingest_command import ingested
from pipeline.edges.fault_points import FaultPoint, install
from pipeline.flows.deliver import deliver
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.notify import notify


def opened(folder: Path, now: str) -> Program:
    return assemble(
        campaign_maker.settings(folder / "config.toml"),
        campaign_maker.moment(now),
        read_with=PlainReader,
    )


def ingest(folder: Path, now: str) -> None:
    """As `xunbao ingest` does: keep, record the sighting, take in."""
    worker = opened(folder, now)
    worker.store.born(worker.clock.now())
    intake = worker.intake()
    with intake.gathering() as gathering:
        for path in sorted(folder.glob("*.eml")):
            raw = path.read_bytes()
            received = campaign_maker.moment(
                path.stem.split(" ", 1)[1].replace(".", ":")
            )
            sighting = ingested(raw, received)
            gathering.keep(sighting, raw, worker.clock.now())
    take_in(intake, Taken())


def post(folder: Path, now: str) -> None:
    """Plans what is owed and sends it."""
    worker = opened(folder, now)
    worker.store.born(worker.clock.now())
    notify(worker.clock.now(), worker.desk(), mailbox_read=True)
    deliver(
        worker.clock.now,
        worker.dispatch(),
        worker.desk().ledger(worker.clock.now()),
    )


def kill_before(number: int, *, files: bool) -> None:
    """SIGKILL to this process before the n-th commit, conversation with the mail server or, with `files`, fsync and rename.

    What is sent has bytes of its own in each run, and with them the number of directories that the vault makes: there the
    files are left out, so that n is the same step in every run.
    """
    left = count(number, -1)

    def step() -> None:
        if next(left) == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(work: Callable[[], Any]) -> Any:
        step()
        return work()

    if files:
        for point in (
            FaultPoint.FILE_SYNC,
            FaultPoint.FOLDER_SYNC,
            FaultPoint.RENAME,
        ):
            install(point, counted)
    install(FaultPoint.POST, counted)
    event.listen(Engine, "commit", lambda connection: step())


def in_a_copy(work: Callable[[], None]) -> int:
    """The exit status of a forked process that does the work (negative: the signal that killed it)."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def copied(template: Path, name: str) -> Path:
    """A folder like the template, with a From of its own in its config: by it the mail server tells the runs apart."""
    folder = template.parent / name
    shutil.copytree(template, folder)
    config = folder / "config.toml"
    config.write_text(
        config.read_text("utf-8").replace("<demo@", f"<{name}@"), "utf-8"
    )
    return folder


def main() -> None:
    task = {"ingest": ingest, "post": post}[sys.argv[1]]
    template, now = Path(sys.argv[2]), sys.argv[3]
    keep_compiled()
    # What it imports and compiles here each copy has
    task(copied(template, "unkilled"), now)
    for number in count(1):
        folder = copied(template, f"run{number}")

        def killed(number: int = number, folder: Path = folder) -> None:
            kill_before(number, files=task is ingest)
            task(folder, now)

        def again(folder: Path = folder) -> None:
            task(folder, now)

        first, second = in_a_copy(killed), in_a_copy(again)
        print(
            json.dumps(
                {"folder": str(folder), "first": first, "second": second}
            ),
            flush=True,
        )
        if first == 0:
            return


if __name__ == "__main__":
    main()
