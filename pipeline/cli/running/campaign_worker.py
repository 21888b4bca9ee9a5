"""The worker of one campaign: what each beat does, and when it wakes next.

Trusts nothing that it was told before: each wake works out all that is owed from
calendar and ledger. A timer that fires late, twice or not at all changes nothing.
"""

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import typer

from pipeline.bootstrap import Program, assemble
from pipeline.cli.app import (
    note_fault,
    settings_of,
    teller,
)
from pipeline.cli.running.one_wake import report, work_once
from pipeline.edges import heartbeat
from pipeline.edges.ping import ping
from pipeline.flows.alarms import alert
from pipeline.flows.deliver import next_try
from pipeline.flows.shared_mailbox import SharedReading
from pipeline.judging.operation.waking import RETRY, is_time, wake_after
from pipeline.judging.operation.watching import answer_expected, wants_to_watch
from pipeline.model.operation.complaint import AlarmCause, Complaint
from pipeline.model.operation.cooldown import Server
from pipeline.model.operation.errors import Busy, EdgeError, NotAdopted
from pipeline.model.operation.last_heartbeat import Heartbeat
from pipeline.settings import ConfigError, NoPassword

# How long one look at the mailbox may take before the stop is asked for again.
_WATCH_SECONDS = 30.0
# How often a service outside hears of the worker between two wakes: days lie between
# some, and a worker that died must be missed sooner.
_LIFE_SHOWN = timedelta(hours=1)


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
    # The last wake came to its end, and both servers were there
    is_well: bool = False
    pinged_at: datetime | None = None
    # Another host works on the campaign
    standing_by: bool = False
    # No other campaign is worked on by this process, whose memory holds its ledger
    is_alone: bool = True
    # Others at the same mailbox: one connection watches it for all
    companions: list["Worker"] = field(default_factory=list)

    def stop(self) -> None:
        self.stopped.set()

    def end(self) -> None:
        """After the last beat: whoever asks is told that it was stopped, not that it
        is well for some minutes more."""
        heartbeat.leave(
            self.program.settings.storage.directory,
            Heartbeat(self._now(), stopped=True),
        )
        self.program.close()

    def watch(self) -> None:
        """Waits for new mail between the polls, and asks for a wake, to which it lends
        its connection.

        Only waits: what came is read by the wake, as at any poll. A lost connection is
        tried again after a while; a new one asks for a wake at once, since mail that
        came before it was there is told to nobody.
        """
        while not self.stopped.wait(1.0):
            if not self._watches():
                continue
            try:
                with self.program.servers.mailbox_door.sitting(
                    self.program.servers.watched()
                ) as mailbox:
                    self.mail_came.set()
                    while not self.stopped.is_set() and self._watches():
                        if mailbox.wait(_WATCH_SECONDS):
                            self.mail_came.set()
            except (EdgeError, NoPassword):
                self.stopped.wait(RETRY.total_seconds())

    def _watches(self) -> bool:
        return self._wants_to_watch() or any(
            other._wants_to_watch() for other in self.companions
        )

    def _wants_to_watch(self) -> bool:
        return wants_to_watch(
            now=self._now(),
            campaign=self.program.campaign,
            setting=self.program.settings.schedule.watch,
            answers=self.answers_expected,
        )

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
        heartbeat.leave(self.program.settings.storage.directory, Heartbeat(now))
        self._show_life(now, after=_LIFE_SHOWN)
        asked = self.wake_asked.is_set()
        self.wake_asked.clear()
        if asked or is_time(now, self.next_at):
            return True
        return self._door_opened()

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

    def _show_life(self, now: datetime, after: timedelta) -> None:
        """Calls the service outside where it has heard nothing for so long. One that
        neither mail nor screen can tell of must fall silent there."""
        if not self.is_well:
            return
        if self.pinged_at is None or abs(now - self.pinged_at) >= after:
            ping(self.program.settings.health.ping_url)
            self.pinged_at = now

    def _wake(self, now: datetime, shared: SharedReading | None) -> datetime:
        self.is_well = False
        keeps_ledger = False
        try:
            worked = work_once(self.program, self.stopped.is_set, shared)
            self._note_open_cases()
            self.standing_by = False
            keeps_ledger = self.is_alone
        except Busy as elsewhere:
            self._stand_by(elsewhere)
            return now + RETRY
        except (EdgeError, NoPassword, NotAdopted) as trouble:
            typer.echo(str(trouble), err=True)
            return now + RETRY
        except Exception as fault:  # noqa: BLE001 -- a fault of the program: it is noted, told, and tried again
            where = note_fault(self.config)
            typer.echo(f"程序出错了，详情已写入 {where}", err=True)
            with suppress(EdgeError):
                what = Complaint(
                    AlarmCause.FAULT, (type(fault).__name__,), advice=str(where)
                )
                alert(what, now, self.program.desk())
            return now + RETRY
        finally:
            self.program.rest(keeps_ledger=keeps_ledger)
        report(worked)
        self.is_well = not worked.unreachable
        self._show_life(now, after=timedelta(0))
        unfetched = bool(worked.taken.unfetched)
        following = wake_after(
            now,
            self.program.campaign,
            next_try(now, self.program.dispatch()),
            incomplete=bool(worked.unreachable) or unfetched,
        )
        # Whatever is shut now is waited for
        self._door_opened()
        return following

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


def _written(path: Path, otherwise: float) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return otherwise
