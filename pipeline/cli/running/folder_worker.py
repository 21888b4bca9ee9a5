"""The worker of a folder of campaigns: those that share a mailbox wake together."""

import threading
from dataclasses import dataclass
from pathlib import Path

import typer

from pipeline.cli.config_folder import (
    file_away,
    locked,
    open_folder,
    reading_of,
)
from pipeline.cli.running.campaign_worker import Worker
from pipeline.cli.running.staying import stay


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
            worker.end()
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
    is_alone = sum(map(len, opened)) == 1
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
                    is_alone=is_alone,
                )
            )
        workers[0].companions = workers[1:]
        groups.append(workers)
    with locked(opened):
        FolderWorker(groups).work()
