"""Run by soak.py: a worker that stays, as `xunbao run` does, with a clock that is told what time it is.

Reads `FOLDER<tab>TIME` a line, does one wake there and then, and says as JSON when it means to wake next, whether anything
failed, and what memory (KB) and how many descriptors it has. Killed with SIGKILL at any moment.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import _environment

_environment.see_tests()

import psutil  # noqa: E402
from campaign_maker import settings  # noqa: E402

from pipeline.bootstrap import Program  # noqa: E402
from pipeline.cli.running.one_wake import work_once  # noqa: E402
from pipeline.edges.clock import ToldClock  # noqa: E402
from pipeline.edges.fault_points import FaultPoint, install  # noqa: E402
from pipeline.flows.deliver import next_try  # noqa: E402
from pipeline.model.operation.errors import EdgeError  # noqa: E402
from pipeline.model.operation.post import PostAnswer  # noqa: E402

_RETRY = timedelta(minutes=5)


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
    # What it is told comes with each line
    clock = ToldClock(datetime.now(UTC))
    folder, program = "", None
    for line in sys.stdin:
        where, _, now = line.strip().partition("\t")
        clock.at = datetime.fromisoformat(now)
        if program is None or where != folder:
            if program is not None:
                program.close()
            folder, program = (
                where,
                Program(settings(Path(where) / "config.toml"), clock),
            )
        print(json.dumps(wake(program)), flush=True)


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
