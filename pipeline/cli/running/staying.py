"""What keeps a worker beating until it is told to stop: APScheduler's timer, the threads
that sit at the mailboxes, the system's signals.

What a beat does is the worker's own affair.
"""

import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

import typer

from pipeline.cli.running.campaign_worker import Worker

# Often enough that a letter is never late by more than a person notices.
_BEAT = timedelta(seconds=60)


class Beating(Protocol):
    """What stays: it is told every minute, and when mail came."""

    def beat(self) -> None: ...
    def stop(self) -> None: ...


def stay(beating: Beating, state: Worker, *watched: Worker) -> None:
    """Beats until told to stop. All jobs run in one thread, so that no two wakes ever
    meet; each of `watched` (or `state` itself) sits at its mailbox in one of its own."""
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.schedulers.background import BackgroundScheduler

    scheduler = BackgroundScheduler(
        # One thread: no two wakes may meet.
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={
            # A laptop that slept runs the missed beat, once.
            "misfire_grace_time": None,
            "coalesce": True,
            "max_instances": 1,
        },
        timezone="UTC",
    )
    with Signals(beating.stop):
        scheduler.add_job(
            beating.beat,
            "interval",
            seconds=_BEAT.total_seconds(),
            next_run_time=state.program.clock.now(),
        )
        scheduler.start()
        typer.echo("旬报程序已启动")
        for worker in watched or (state,):
            threading.Thread(
                target=worker.watch,
                name="watch",
                daemon=True,
            ).start()
        # A bounded wait, since Windows hands Ctrl-C over only between waits.
        while not state.stopped.wait(1.0):
            if state.mail_came.is_set():
                state.mail_came.clear()
                state.wake_asked.set()
                scheduler.add_job(beating.beat)
        scheduler.shutdown(wait=True)


def work(worker: Worker) -> None:
    """One campaign, until told to stop."""
    worker.seen = worker.modified()
    stay(worker, worker)
    worker.end()
    typer.echo("旬报程序已停止")


class Signals:
    """SIGTERM and Ctrl-C (and Ctrl-Break on Windows) call `stop`; the former handlers
    come back afterwards."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        names = ("SIGTERM", "SIGINT", "SIGBREAK")
        self._numbers = [
            getattr(signal, name) for name in names if hasattr(signal, name)
        ]
        self._former: dict[int, Any] = {}

    def __enter__(self) -> None:
        for number in self._numbers:
            self._former[number] = signal.signal(
                number, lambda *_: self._stop()
            )

    def __exit__(self, *error: object) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)
