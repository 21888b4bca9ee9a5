"""Whether the program itself is well (rules.md 9, 告警): polls that were missed, an
outbox that is stuck, a disk that is full.

Values in, complaints out: what is wrong in one sentence, and what to do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_LATE_POLL = timedelta(hours=1)
_STUCK_AFTER = timedelta(hours=2)
# Bytes: some 20,000 mails of 25 KB
LOW_DISK = 500_000_000


@dataclass(frozen=True)
class Vitals:
    """What is known of the program at a moment; times are UTC, None where there is nothing yet."""

    last_poll: datetime | None
    # The oldest mail of ours with a copy that has not come to an end
    oldest_open: datetime | None
    free_bytes: int


@dataclass(frozen=True)
class Complaint:
    cause: str
    what: str
    cure: tuple[str, ...]


def complaints(
    now: datetime, polls: Iterable[datetime], vitals: Vitals
) -> tuple[Complaint, ...]:
    """What an admin must hear of; `polls` are the campaign's scheduled polls."""
    found = []
    missed = missed_polls(now, polls, vitals.last_poll)
    if missed:
        found.append(
            Complaint(
                "poll_missed",
                f"程序停过：有 {missed} 次定时收信没有按时进行，现在已经补做",
                (
                    "确认电脑或服务器没有休眠、程序随系统启动",
                    "补做时已过时的提醒不再发出，用 xunbao notices 查看",
                ),
            )
        )
    if (
        vitals.oldest_open is not None
        and now - vitals.oldest_open > _STUCK_AFTER
    ):
        hours = int((now - vitals.oldest_open).total_seconds() // 3600)
        found.append(
            Complaint(
                "outbox_stuck",
                f"有邮件 {hours} 小时还没有发出去",
                (
                    "运行 xunbao check --online 看发信服务器是否正常",
                    "用 xunbao notices 查看是哪些邮件",
                ),
            )
        )
    if vitals.free_bytes < LOW_DISK:
        found.append(
            Complaint(
                "disk_low",
                f"磁盘快满了，只剩 {vitals.free_bytes // 1_000_000} MB",
                ("清理磁盘；storage 目录里的邮件和台账不要删",),
            )
        )
    return tuple(found)


def missed_polls(
    now: datetime, polls: Iterable[datetime], last_poll: datetime | None
) -> int:
    """Scheduled polls since the last one that were due more than an hour ago."""
    if last_poll is None:
        return 0
    return sum(last_poll < at < now - _LATE_POLL for at in polls)


def unkept_polls(
    now: datetime, polls: Iterable[datetime], kept: Sequence[datetime]
) -> tuple[datetime, ...]:
    """The scheduled polls more than an hour past at whose time the mailbox was not read,
    nor within the hour after."""
    found = []
    for at in polls:
        if at < now - _LATE_POLL and not any(
            at <= read <= at + _LATE_POLL for read in kept
        ):
            found.append(at)
    return tuple(found)
