"""Rebuilds the ledger from the raw mail and the decisions of people, and compares: a
ledger that cannot be rebuilt proves nothing.

Messages are taken in by the order of reception, and what people decided at the command
line at its place between them; what reviewers decided by mail comes out of their mails
again. Where the order of handling was another one, differences that vanish in it come
from mails that were late, and are said to. Trusts the vault alone; the ledger is only
read. What was removed at the end of its time cannot be read again: its record is taken
over as it stands, and counted apart.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from itertools import groupby
from typing import Protocol

from pipeline.flows.ingest import Intake, Taken, take_in
from pipeline.flows.recovery.alike import Difference, compared, fingerprint
from pipeline.flows.recovery.rereading import Rereading, plan
from pipeline.judging.progress.campaign import Campaign
from pipeline.model.arrival import Outcome
from pipeline.model.ledger import Ledger, MailRecord
from pipeline.model.operation.errors import Damaged
from pipeline.model.operation.post import HandledSighting, Sighting
from pipeline.model.report import Decision, Report
from pipeline.model.values.frozen import frozen


class Rebuilt(Protocol):
    """A ledger's half for comparing."""

    def mails(self) -> list[MailRecord]: ...
    def ledger(self) -> Ledger: ...


class Source(Rebuilt, Protocol):
    """The ledger that is rebuilt, as it stands."""

    def handled(self) -> list[HandledSighting]: ...
    def removed_raw(self) -> Collection[str]: ...
    def peoples_decisions(self) -> list[Decision]: ...


class Target(Rebuilt, Protocol):
    """A fresh ledger beside it."""

    def keep_sighting(
        self,
        sighting: Sighting,
        key: str,
        at: datetime,
        *,
        too_big: bool = False,
    ) -> None: ...
    def decide(self, decision: Decision) -> None: ...
    def report(self, report_id: str) -> Report | None: ...


class Order(StrEnum):
    RECEIVED = "received"
    HANDLED = "handled"


@dataclass
class ReplayClock:
    """Stands at the newest event of those that are being replayed."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


@frozen
class Bench:
    """A fresh ledger to rebuild in; `intake` writes into `target` and reads `clock`.

    `take_over` makes `target` hold a mail as the ledger holds it, unread.
    """

    target: Target
    intake: Intake
    clock: ReplayClock
    take_over: Callable[[HandledSighting], None]


@frozen
class Replayed:
    """`removed` of the messages have no original any more: their records were taken
    over as they stand. The fingerprints are those of the whole ledger and of the
    rebuilt one (flows/alike.py); `differences` may be of a part of it."""

    messages: int
    differences: tuple[Difference, ...]
    removed: int
    fingerprint: str
    rebuilt: str
    rereading: Rereading


@frozen
class _Event:
    place: datetime
    what: HandledSighting | Decision


def replay(
    source: Source,
    bench: Callable[[Order], Bench],
    campaign: Campaign,
    now: datetime,
    since: datetime | None = None,
) -> Replayed:
    """Every difference, or those about what was received since. All is rebuilt either
    way, since a figure rests on those before.

    A second rebuilding is made only where the first one differs and the two orders do.

    What the second one alone brings forth is no difference: the order of reception is the measure.
    """
    gone = source.removed_raw()
    mails = source.mails()
    ledger = source.ledger()
    received = bench(Order.RECEIVED)
    differences = partial(
        _differences,
        source=source,
        campaign=campaign,
        now=now,
        since=since,
    )
    found = differences(bench=received, order=Order.RECEIVED)
    if found and _orders_differ(source):
        handled = bench(Order.HANDLED)
        lasting = set(differences(bench=handled, order=Order.HANDLED))
        # A mail that was read in two ways (its reader was late once) would look like one that came late.
        steady = _read_alike(received.target, handled.target)
        found = [
            replace(d, by_order=steady and d not in lasting) for d in found
        ]
    rebuilt = received.target.ledger()
    return Replayed(
        messages=len(source.handled()),
        differences=tuple(found),
        removed=sum(mail.key in gone for mail in source.handled()),
        fingerprint=fingerprint(mails, ledger, campaign, now),
        rebuilt=fingerprint(received.target.mails(), rebuilt, campaign, now),
        rereading=plan(found, ledger, rebuilt, campaign),
    )


def _orders_differ(source: Source) -> bool:
    return _sequence(source, Order.RECEIVED) != _sequence(source, Order.HANDLED)


def _sequence(source: Source, order: Order) -> list[HandledSighting | Decision]:
    found = []
    for event in _events(source, order):
        found.append(event.what)
    return found


def _read_alike(one: Rebuilt, other: Rebuilt) -> bool:
    """Whether every mail that both took in was read the same: reading knows no order,
    so it must have been."""
    first, second = _readings(one), _readings(other)
    return all(
        first[key] == second[key] for key in first.keys() & second.keys()
    )


def _readings(ledger: Rebuilt) -> dict[str, object]:
    """What was read of each mail."""
    return {mail.seen.key: mail.readings for mail in ledger.mails()}


def _differences(
    source: Source,
    bench: Bench,
    order: Order,
    campaign: Campaign,
    now: datetime,
    since: datetime | None,
) -> list[Difference]:
    lost = list(rebuild(source, bench, order))
    return [
        *lost,
        *compared(
            mails=source.mails(),
            ledger=source.ledger(),
            other=bench.target,
            campaign=campaign,
            now=now,
            since=since,
        ),
    ]


def rebuild(source: Source, bench: Bench, order: Order) -> Iterator[Difference]:
    """Takes everything in again; yields the mails whose bytes are gone or damaged."""
    for are_mails, events in groupby(
        _events(source, order), lambda e: isinstance(e.what, HandledSighting)
    ):
        for place, together in groupby(
            events, lambda e: e.place if order is Order.HANDLED else None
        ):
            yield from _replayed(
                events=list(together),
                place=place,
                source=source,
                bench=bench,
                are_mails=are_mails,
            )


def _replayed(
    events: list[_Event],
    place: datetime | None,
    source: Source,
    bench: Bench,
    *,
    are_mails: bool,
) -> Iterator[Difference]:
    """Mails that stand together are taken in together, as a poll does."""
    bench.clock.moment = place or events[-1].place
    gone = source.removed_raw()
    for event in events:
        if isinstance(event.what, Decision):
            _decide(event.what, bench.target)
        elif event.what.key in gone:
            bench.take_over(event.what)
        else:
            yield from _keep(event.what, bench)
    if are_mails:
        take_in(bench.intake, Taken())


def _events(source: Source, order: Order) -> list[_Event]:
    """Mails and decisions in order; a decision stands behind the report that it
    decides, and behind mails of its moment."""
    handled = source.handled()
    by_mail = {
        m.seen.sender
        for m in source.mails()
        if m.seen.outcome == Outcome.COMMAND
    }
    received = {r.id: r.received_at for r in source.ledger().reports}
    events = [
        _Event(h.sighting.received_at if order is Order.RECEIVED else h.at, h)
        for h in handled
    ]
    for decision in source.peoples_decisions():
        if decision.by not in by_mail:
            events.append(
                _Event(max(decision.at, received[decision.report_id]), decision)
            )
    return sorted(events, key=lambda e: (e.place, isinstance(e.what, Decision)))


def _keep(mail: HandledSighting, bench: Bench) -> Iterator[Difference]:
    try:
        bench.intake.vault.open(mail.key)
    except Damaged as trouble:
        yield Difference(
            kind="raw",
            subject=f"原始邮件 {mail.key[:12]}",
            field="文件",
            before="应当完好",
            after=trouble.advice,
        )
        return
    bench.target.keep_sighting(
        mail.sighting, mail.key, bench.clock.moment, too_big=mail.too_big
    )


def _decide(decision: Decision, target: Target) -> None:
    """A decision on a report that could not be rebuilt is left out: the report itself
    is named as a difference."""
    if target.report(decision.report_id) is not None:
        target.decide(decision)
