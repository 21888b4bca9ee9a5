"""run: the worker that stays. APScheduler wakes it; what it does, state decides (flows/worker.py).

A timer that fires late, twice or not at all changes nothing: each wake works out all
that is owed from calendar and ledger.
"""

import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import typer

from pipeline.bootstrap import Program, assemble
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    PERSON,
    ConfigOption,
    GoOption,
    fail,
    guarded,
    note_fault,
    open_worker,
    settings_of,
    teller,
)
from pipeline.cli.first_contact import ASK, is_unseen
from pipeline.cli.once import report, work_once
from pipeline.cli.root import app
from pipeline.cli.several import (
    file_away,
    locked,
    open_folder,
    reading_of,
    refuse_shared,
)
from pipeline.edges.clock import Clock
from pipeline.edges.files.alarm_file import AlarmFile
from pipeline.edges.ping import ping
from pipeline.flows.alarms import alert, cannot_work
from pipeline.flows.deliver import next_try
from pipeline.flows.shared_mailbox import SharedReading
from pipeline.judging.operation.watching import (
    answer_expected,
    forms_expected,
)
from pipeline.judging.progress.agenda import next_wake
from pipeline.model.operation.complaint import AlarmCause, Complaint
from pipeline.model.operation.cooldown import Server
from pipeline.model.operation.errors import Busy, EdgeError, NotAdopted
from pipeline.settings import ConfigError, NoPassword

# Where the config cannot be read
_ZONE_UNREAD = ZoneInfo("Asia/Shanghai")
# Often enough that a letter is never late by more than a person notices.
_BEAT = timedelta(seconds=60)
# A network that is back is found soon, and a server that is down is left in peace.
_RETRY = timedelta(minutes=5)
# How long one look at the mailbox may take before the stop is asked for again.
_WATCH_SECONDS = 30.0


@app.command()
@guarded
def run(
    config: ConfigOption = DEFAULT_CONFIG,
    go: GoOption = False,
) -> None:
    """一直运行：到点收信、催报、发通报。SIGTERM 或 Ctrl-C 做完手头一步后退出。

    --config 写目录，就运行里面的每一项工作。
    """
    if config.is_dir():
        run_folder(config, go=go)
        return
    refuse_shared(config)
    program = _ready(config)
    if not go and is_unseen(program):
        program.close()
        cannot_work(ASK, Clock().now(), program.alarm_file)
        fail(ASK, PERSON)
    with program.worker_lock():
        Worker(config, program).work()


def _ready(config: Path) -> Program:
    """The program, or, where the config is refused, a word on the disk for the one who
    finds the worker down: a service has no screen."""
    try:
        return open_worker(config)
    except ConfigError as error:
        sheet = AlarmFile(config.resolve().parent / "storage", _ZONE_UNREAD)
        cannot_work(
            f"配置文件有误，程序没有启动：{error}", Clock().now(), sheet
        )
        raise


@dataclass
class Worker:
    """The worker's own state: what it works with and when it means to wake. Everything
    else is in the ledger."""

    config: Path
    program: Program
    stopped: threading.Event = field(default_factory=threading.Event)
    mail_came: threading.Event = field(default_factory=threading.Event)
    # Apart from next_at, which a wake that is under way sets when it ends.
    wake_asked: threading.Event = field(default_factory=threading.Event)
    next_at: datetime | None = None
    seen: tuple[float, float] = (0.0, 0.0)
    # Servers that are left alone for a while
    shut: set[Server] = field(default_factory=set)
    # As the ledger stood after the last wake
    answers_expected: bool = False
    # Another host works on the campaign
    standing_by: bool = False
    # Others at the same mailbox: one connection watches it for all
    companions: list["Worker"] = field(default_factory=list)

    def work(self) -> None:
        """Until told to stop."""
        self.seen = self.modified()
        stay(self, self)
        self.program.close()
        typer.echo("旬报程序已停止")

    def stop(self) -> None:
        self.stopped.set()

    def watch(self) -> None:
        """Waits for new mail between the polls, on a connection of its own, and asks
        for a wake.

        Only waits: what came is read by the wake, as at any poll. A lost connection is
        tried again after a while; a new one asks for a wake at once, since mail that
        came before it was there is told to nobody.
        """
        while not self.stopped.wait(1.0):
            if not self._watches():
                continue
            try:
                with self.program.servers.mailbox_door.sitting(
                    self.program.servers.mailbox()
                ) as mailbox:
                    self.mail_came.set()
                    while not self.stopped.is_set() and self._watches():
                        if mailbox.wait(_WATCH_SECONDS):
                            self.mail_came.set()
            except (EdgeError, NoPassword):
                self.stopped.wait(_RETRY.total_seconds())

    def _watches(self) -> bool:
        return self._wants_to_watch() or any(
            other._wants_to_watch() for other in self.companions
        )

    def _wants_to_watch(self) -> bool:
        watch = self.program.settings.schedule.watch
        if watch == "never":
            return False
        if watch or self.answers_expected:
            return True
        return forms_expected(self._now(), self.program.campaign)

    def _note_open_cases(self) -> None:
        """For the watching thread, which may not ask the ledger while a wake writes it."""
        self.answers_expected = answer_expected(
            self._now(), self.program.campaign, self.program.store.ledger()
        )

    def beat(self) -> None:
        """Every minute: take up an edited config, and wake when the time has come,
        however late this beat is."""
        if self.is_due():
            self.wake()

    def is_due(self) -> bool:
        """Takes up an edited config and leaves the heartbeat; whether the time has come,
        or somebody asked for a wake."""
        self._reload()
        now = self._now()
        # A disk that takes no heartbeat is told of by the wake
        with suppress(OSError):
            (self.program.settings.storage.directory / "heartbeat").write_text(
                now.isoformat(), encoding="ascii"
            )
        # A clock that was set back would make it wait for days: more than two are not
        # believed.
        waits = (
            self.next_at is not None
            and now < self.next_at <= now + timedelta(days=2)
        )
        asked = self.wake_asked.is_set()
        self.wake_asked.clear()
        return not waits or asked or self._door_opened()

    def wake(self, shared: SharedReading | None = None) -> None:
        """`shared`: the reading of a mailbox that is not this campaign's alone."""
        self.next_at = self._wake(self._now(), shared)

    def _door_opened(self) -> bool:
        """A server that was left alone may be spoken to again, since its time is up or
        the password was changed."""
        try:
            shut = set()
            for d in (
                self.program.servers.mailbox_door,
                self.program.servers.post_door,
            ):
                if d.closed_until():
                    shut.add(d.server)
        except (EdgeError, NoPassword):
            return False
        opened, self.shut = bool(self.shut - shut), shut
        return opened

    def _wake(self, now: datetime, shared: SharedReading | None) -> datetime:
        try:
            worked = work_once(self.program, self.stopped.is_set, shared)
            self._note_open_cases()
            self.standing_by = False
        except Busy as elsewhere:
            self._stand_by(elsewhere)
            return now + _RETRY
        except (EdgeError, NoPassword, NotAdopted) as trouble:
            typer.echo(str(trouble), err=True)
            return now + _RETRY
        except Exception as fault:  # noqa: BLE001 -- a fault of the program: it is noted, told, and tried again
            where = note_fault(self.config)
            typer.echo(f"程序出错了，详情已写入 {where}", err=True)
            with suppress(EdgeError):
                what = Complaint(
                    AlarmCause.FAULT, (type(fault).__name__,), advice=str(where)
                )
                alert(what, now, self.program.desk())
            return now + _RETRY
        finally:
            self.program.rest()
        report(worked)
        ping(self.program.settings.health.ping_url)
        # From when the wake began: what fell due while it worked is owed at once.
        planned = next_wake(now, self.program.campaign)
        again = next_try(now, self.program.dispatch())
        if worked.unreachable or worked.taken.unfetched:
            soon = [now + _RETRY]
        else:
            soon = []
        # Whatever is shut now is waited for
        self._door_opened()
        return min([planned, *([again] if again else []), *soon])

    def _stand_by(self, elsewhere: Busy) -> None:
        """Another host has the lease: told once, asked again until it lets go or dies."""
        if not self.standing_by:
            name = self.program.settings.campaign.name
            typer.echo(f"{name}：{elsewhere.advice}；本机等着接手", err=True)
        self.standing_by = True

    def _reload(self) -> None:
        """A file with a mistake is refused whole: the old settings stay in force and an
        admin is told."""
        modified = self.modified()
        if modified == self.seen:
            return
        self.seen = modified
        try:
            settings = settings_of(self.config)
            changed = assemble(settings, tell=teller(settings))
            changed.refuse_config()
        except (ConfigError, NotAdopted) as error:
            typer.echo(f"配置文件有误，仍按原来的配置运行：\n{error}", err=True)
            what = Complaint(AlarmCause.CONFIG, advice=str(error))
            alert(what, self._now(), self.program.desk())
            # The alert goes at once
            self.next_at = None
            return
        self.program.close()
        self.program = changed
        self.next_at = None
        typer.echo("已采用修改后的配置")

    def modified(self) -> tuple[float, float]:
        """When config.toml and learned.toml were written; one that cannot be looked at is as it was."""
        return _written(self.config, self.seen[0]), _written(
            self.program.settings.review.learned, 0.0
        )

    def _now(self) -> datetime:
        return self.program.clock.now()


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
    with _Signals(beating.stop):
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


@dataclass
class FolderWorker:
    """Several campaigns, each with a worker of its own, in groups that share a mailbox.
    A group wakes together, so that its mailbox is read once for all."""

    groups: list[list[Worker]]

    @property
    def workers(self) -> list[Worker]:
        return [worker for group in self.groups for worker in group]

    def work(self) -> None:
        """Until told to stop."""
        for worker in self.workers:
            worker.seen = worker.modified()
        firsts = [group[0] for group in self.groups]
        stay(self, firsts[0], *firsts)
        for worker in self.workers:
            worker.program.close()
        typer.echo("旬报程序已停止")

    def stop(self) -> None:
        for worker in self.workers:
            worker.stop()

    def beat(self) -> None:
        # Mail that came to one mailbox has all look: it is cheap, and told of once.
        asked = self.workers[0].wake_asked.is_set()
        for group in self.groups:
            due = [worker.is_due() for worker in group]
            if asked or any(due):
                self._wake(group)

    def _wake(self, group: list[Worker]) -> None:
        shared = reading_of([worker.program for worker in group])
        for worker in group:
            if worker.stopped.is_set():
                return
            worker.wake(shared)
            if shared is not None and worker.standing_by:
                # It reads the mailbox for all of them
                return
        if shared is not None:
            file_away(shared, group[0].program)


def run_folder(folder: Path, *, go: bool) -> None:
    """Works every campaign of a folder until told to stop."""
    opened = open_folder(folder, go=go)
    stopped = threading.Event()
    mail_came = threading.Event()
    wake_asked = threading.Event()
    groups = []
    for group in opened:
        workers = []
        for one in group:
            workers.append(
                Worker(
                    config=one.config,
                    program=one.program,
                    stopped=stopped,
                    mail_came=mail_came,
                    wake_asked=wake_asked,
                )
            )
        workers[0].companions = workers[1:]
        groups.append(workers)
    with locked(opened):
        FolderWorker(groups).work()


def _written(path: Path, otherwise: float) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return otherwise


class _Signals:
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
