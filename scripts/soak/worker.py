"""Run by soak.py: a worker that stays, as `xunbao run` does, with a clock that is told what time it is.

One JSON line in, {"folder", "now", "kill_after"}, one out: when the worker means to wake next, whether anything failed, and what
memory (KB) and how many descriptors it has; null where it was killed (SIGKILL, `kill_after` seconds after it was told). A worker
that was killed, or is to end ("end"), is followed by a fork of this process, which imported everything and has worked through
a report day, but never speaks to a server.
"""

import json
import multiprocessing
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import _environment

_environment.see_tests()

import psutil  # noqa: E402
from campaign_maker import settings  # noqa: E402
from warm.rehearsal import rehearse  # noqa: E402

from pipeline.bootstrap import Program  # noqa: E402
from pipeline.cli.running.one_wake import work_once  # noqa: E402
from pipeline.edges.clock import ToldClock  # noqa: E402
from pipeline.edges.fault_points import FaultPoint, install  # noqa: E402
from pipeline.flows.deliver import next_try  # noqa: E402
from pipeline.model.operation.errors import EdgeError  # noqa: E402
from pipeline.model.operation.post import PostAnswer  # noqa: E402

_RETRY = timedelta(minutes=5)
_FORK = multiprocessing.get_context("fork")


def without_patience() -> None:
    """The control: one refusal for now, and the letter is given up."""

    def impatient(answer: Callable[[], PostAnswer]) -> PostAnswer:
        return replace(answer(), most_tries=1)

    install(FaultPoint.POST_ANSWER, impatient)


def main() -> None:
    if "patience" in sys.argv[1:]:
        without_patience()
    # What a minute is to a real server, a second is to this one
    install(FaultPoint.SITTING_SECONDS, lambda seconds: 6.0)
    install(FaultPoint.READ_SECONDS, lambda seconds: 1.0)
    rehearse()
    worker = None
    for line in sys.stdin:
        task = json.loads(line)
        worker = worker or Worker()
        said = worker.asked(task)
        if said is None:
            worker.end()
            worker = None
        print(json.dumps(said), flush=True)
    if worker is not None:
        worker.end()


class Worker:
    """A fork that does what it is asked until it is killed, or whoever asks is gone."""

    def __init__(self) -> None:
        self._line, its_line = _FORK.Pipe()
        self._process = _FORK.Process(target=_work, args=(its_line, self._line))
        self._process.start()
        its_line.close()

    def asked(self, task: dict[str, Any]) -> dict[str, object] | None:
        """Its answer; None where it is to end or was too late with one."""
        if task.get("end"):
            return None
        self._line.send(task)
        if not self._line.poll(task["kill_after"]):
            return None
        return dict(self._line.recv())

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._line.close()


def _work(line: Connection, others: Connection) -> None:
    # Else it would not see that whoever asks is gone
    others.close()
    # There the answers go out
    os.dup2(2, 1)
    # What it is told comes with each task
    clock = ToldClock(datetime.now(UTC))
    folder, program = "", None
    while (task := _told(line)) is not None:
        clock.at = datetime.fromisoformat(task["now"])
        if program is None or task["folder"] != folder:
            if program is not None:
                program.close()
            folder = task["folder"]
            program = Program(settings(Path(folder) / "config.toml"), clock)
        line.send(wake(program))


def _told(line: Connection) -> dict[str, Any] | None:
    try:
        return dict(line.recv())
    except EOFError:
        return None


def wake(program: Program) -> dict[str, object]:
    """One wake, and the next that `xunbao run` would make of itself before the campaign asks for one."""
    now, failed = program.clock.now(), ""
    try:
        worked = work_once(program)
        failed = "；".join(worked.unreachable + worked.taken.unfetched)
    except EdgeError as trouble:
        failed = str(trouble)
    soon = [now + _RETRY] if failed else []
    again = next_try(now, program.dispatch())
    waits = [*soon, *([again] if again else [])]
    program.rest()
    process = psutil.Process()
    return {
        "next": min(waits).isoformat() if waits else None,
        "failed": failed,
        "alarms": [alarm.cause for alarm in program.alarms.book.open_alarms()],
        "rss": process.memory_info().rss // 1024,
        "descriptors": process.num_fds(),
    }


if __name__ == "__main__":
    main()
