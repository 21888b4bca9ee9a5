"""Removes what is kept no longer, each removal recorded before it is done: a worker
killed between the two removes it next time.

With raw_months and log_months at 0, the default, nothing is ever removed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from pipeline.judging.operation.retention_plan import months_before
from pipeline.model.values.frozen import frozen


class Archive(Protocol):
    """The vault's half for removing; True where something was there."""

    def remove(self, key: str) -> bool: ...
    def holds(self, key: str) -> bool: ...


class Removals(Protocol):
    def raw_before(self, moment: datetime) -> list[str]: ...
    def record_removal(
        self, what: str, name: str, at: datetime, why: str
    ) -> None: ...


class OldLog(Protocol):
    """The log's half: the files that hold lines from before, and the cutting of them off."""

    def older(self, before: datetime) -> list[str]: ...
    def trim(self, name: str, before: datetime) -> None: ...


@frozen
class Shelves:
    """What is kept for how long, in months; 0 keeps for good."""

    archive: Archive
    removals: Removals
    log: OldLog
    raw_months: int = 0
    log_months: int = 0
    tell: Callable[[str], None] = lambda text: None


def tidy(now: datetime, shelves: Shelves) -> int:
    """Removes what is over its time; how many originals and files that were."""
    return _tidy_raw(now, shelves) + _tidy_log(now, shelves)


def _tidy_raw(now: datetime, shelves: Shelves) -> int:
    if not shelves.raw_months:
        return 0
    old = shelves.removals.raw_before(months_before(now, shelves.raw_months))
    there = [key for key in old if shelves.archive.holds(key)]
    for key in there:
        shelves.removals.record_removal(
            what="raw",
            name=key,
            at=now,
            why=f"raw_months = {shelves.raw_months}",
        )
        shelves.archive.remove(key)
    if there:
        shelves.tell(f"按保存期限删除原件 {len(there)} 份")
    return len(there)


def _tidy_log(now: datetime, shelves: Shelves) -> int:
    if not shelves.log_months:
        return 0
    before = months_before(now, shelves.log_months)
    names = shelves.log.older(before)
    for name in names:
        shelves.removals.record_removal(
            "log", name, now, f"log_months = {shelves.log_months}"
        )
        shelves.log.trim(name, before)
    return len(names)
