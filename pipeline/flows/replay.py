"""Rebuilds the ledger from the raw mail and the decisions of people, and compares: a ledger that cannot be rebuilt proves nothing.

Messages are taken in one by one in the order they were handled, with what people decided at the command line at its place
between them; what reviewers decided by mail comes out of their mails again. The real ledger is only read; nothing is sent.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from pipeline.flows.ingest import Intake, Taken, take_in
from pipeline.judging.due import Campaign
from pipeline.model.ledger import Ledger, MailRecord
from pipeline.model.post import HandledSighting, Sighting
from pipeline.model.report import Decision, Report
from pipeline.model.standing import Standing


class Source(Protocol):
    """The ledger that is rebuilt, as it stands."""

    def handled(self) -> list[HandledSighting]: ...
    def peoples_decisions(self) -> list[Decision]: ...
    def mails(self) -> list[MailRecord]: ...
    def ledger(self) -> Ledger: ...


class Target(Protocol):
    """The fresh ledger beside it."""

    def keep_sighting(self, sighting: Sighting, key: str, at: datetime, *, too_big: bool = False) -> None: ...
    def decide(self, decision: Decision) -> None: ...
    def mails(self) -> list[MailRecord]: ...
    def ledger(self) -> Ledger: ...


@dataclass
class ReplayClock:
    """Stands at the moment of the event that is replayed."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


def rebuild(source: Source, target: Target, intake: Intake, clock: ReplayClock) -> int:
    """Takes everything in again; how many messages. `intake` writes into `target` and reads `clock`."""
    handled = source.handled()
    events: list[tuple[datetime, int, HandledSighting | Decision]] = [(h.at, 0, h) for h in handled]
    # What was decided by mail comes with its mail; a decision at the command line names an account, not an address.
    events += [(d.at, 1, d) for d in source.peoples_decisions() if "@" not in d.by]
    for at, _, event in sorted(events, key=lambda item: item[:2]):
        clock.moment = at
        if isinstance(event, Decision):
            target.decide(event)
            continue
        target.keep_sighting(event.sighting, event.key, at, too_big=event.too_big)
        take_in(intake, Taken())
    return len(handled)


def differences(source: Source, target: Target, campaign: Campaign, now: datetime) -> Iterator[str]:
    """Every difference between the two ledgers, one sentence each."""
    yield from _mails(source.mails(), target.mails())
    before, after = source.ledger(), target.ledger()
    yield from _reports(before, after)
    for period in campaign.calendar.periods:
        if period.deadline <= now:
            old, new = (campaign.standing(period.due, ledger, now) for ledger in (before, after))
            yield from _standings(old, new)


def _mails(before: list[MailRecord], after: list[MailRecord]) -> Iterator[str]:
    old, new = (
        Counter((m.seen.message_id, m.seen.outcome, m.seen.reason or "—") for m in mails)
        for mails in (before, after)
    )
    for identity, outcome, reason in old - new:
        yield f"邮件 {identity}：台账中是 {outcome}（{reason}），重做得不到"
    for identity, outcome, reason in new - old:
        yield f"邮件 {identity}：重做得到 {outcome}（{reason}），台账中没有"


def _reports(before: Ledger, after: Ledger) -> Iterator[str]:
    old, new = ({r.id: r for r in ledger.reports} for ledger in (before, after))
    for report_id in sorted(old.keys() | new.keys()):
        one, other = old.get(report_id), new.get(report_id)
        if one is None or other is None:
            yield f"报表 {report_id}：{'台账中没有' if one is None else '重做得不到'}"
        elif _told(one) != _told(other):
            yield f"报表 {report_id}：台账中是 {_words(one)}，重做得到 {_words(other)}"


def _told(report: Report) -> Report:
    """What must come out the same: all but when and by whom it was written down, and which copies were looked at."""
    return replace(report, sequence=0, decided_by="", why="", form=None, files=())


def _words(report: Report) -> str:
    marks = "、".join([*report.holds, *report.notes]) or "无备注"
    return f"{report.unit or '单位不明'} {report.period} 累计 {report.completed} {report.state}（{marks}）"


def _standings(before: Standing, after: Standing) -> Iterator[str]:
    for row in before.rows:
        other = after.by_unit[row.unit]
        if (row.state, row.completed, row.rank) != (other.state, other.completed, other.rank):
            yield (
                f"{before.period} {row.unit}：台账中累计 {row.completed}、第 {row.rank} 名，"
                f"重做得到 {other.completed}、第 {other.rank} 名"
            )
