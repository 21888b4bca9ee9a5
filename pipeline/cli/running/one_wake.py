"""One wake of a campaign, as `run` and `once` both make it: under the lease, told of
afterwards.
"""

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import DONE, PERSON, UNREACHABLE
from pipeline.cli.running.wake_summary import summary
from pipeline.edges.clock import Clock
from pipeline.edges.files.alarm_file import NAME as ALARM_FILE
from pipeline.edges.files.lock import storage_id
from pipeline.edges.ledger.lease import WORKED_ELSEWHERE, Lease
from pipeline.flows.alarms import cannot_work
from pipeline.flows.worker import Worked, wake
from pipeline.model.operation.errors import Busy, EdgeError
from pipeline.settings import NoPassword
from pipeline.writing.words import masked

if TYPE_CHECKING:
    from pipeline.flows.shared_mailbox import SharedReading

# Under systemd a line of the error output says its own weight (sd-daemon(3)); elsewhere nobody asks for it.
URGENT = "<2>" if "JOURNAL_STREAM" in os.environ else ""


def _never() -> bool:
    return False


def work_once(
    program: Program,
    told_to_stop: Callable[[], bool] = _never,
    shared: "SharedReading | None" = None,
) -> Worked:
    """One wake under the lease. What keeps it from being done at all stands in 告警.txt afterwards."""
    try:
        return _wake(program, told_to_stop, shared)
    except Busy:
        raise
    except (EdgeError, NoPassword) as trouble:
        # Where not even the folder can be made, the error output is left.
        with suppress(OSError, EdgeError):
            cannot_work(str(trouble), program.clock.now(), program.alarm_file)
        raise


def _wake(
    program: Program,
    told_to_stop: Callable[[], bool],
    shared: "SharedReading | None",
) -> Worked:
    place = storage_id(program.storage())
    holder = f"{socket.gethostname()}:{place}/{os.getpid()}"
    lease = Lease(program.store, holder, Clock())
    if not lease.take():
        raise Busy(
            "lease",
            f"{WORKED_ELSEWHERE}，15 分钟没有动静才算停下",
        )
    program.refuse_other_storage()
    program.refuse_config()
    program.vault.sweep()
    program.take_up_config()
    worked = wake(
        program.shift(lambda: told_to_stop() or not lease.held(), shared)
    )
    _lay_out_board(program, worked)
    return worked


def _lay_out_board(program: Program, worked: Worked) -> None:
    """Again after each wake: how far the mailbox was read stands on it."""
    from pipeline.cli.board_command import draw_board

    folder = program.settings.board.folder
    if folder is None:
        return
    try:
        draw_board(program, folder)
    except EdgeError as trouble:
        worked.unwritten.append(trouble.advice)


def report(worked: Worked) -> int:
    """Says what was done; the exit status."""
    taken = worked.taken
    line = summary(
        fetched=taken.fetched,
        recorded=taken.recorded,
        held=taken.held,
        planned=worked.planned.frozen,
        sent=worked.delivered.sent,
    )
    typer.echo(line)
    if worked.planned.unanswered:
        typer.echo(
            f"启用本程序以前的来信 {worked.planned.unanswered} 封：只登记，不再答复"
        )
    if taken.outside:
        typer.echo(
            f"不在这项工作起止日期内的来信 {taken.outside} 封：不看内容，不答复"
        )
    for line in [
        *(
            f"{URGENT}告警：{alarm.what}（详见 storage 目录里的 {ALARM_FILE}）"
            for alarm in worked.alarms
        ),
        *worked.damages,
        *worked.unreachable,
        *taken.unfetched,
        *taken.set_aside,
        *worked.planned.unwritten,
        *worked.delivered.problems,
        *worked.unwritten,
    ]:
        typer.echo(masked(line), err=True)
    if worked.unreachable:
        return UNREACHABLE
    if worked.needs_a_person:
        return PERSON
    return DONE
