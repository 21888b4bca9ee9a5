"""What staff decide on talks (约谈): confirm, drop, add, circulate, undo; one way for
replies and commands.

Values in, events or a code out that says why there are none. All that one reply says is
done or nothing of it. Older events never change.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from pipeline.judging.progress.talk_rules import twice_in_a_row
from pipeline.judging.review.decide import named_unit
from pipeline.judging.rulebook import Rulebook
from pipeline.model.actor import RULE, Actor
from pipeline.model.ledger import Ledger, TalkRecord
from pipeline.model.month import Month
from pipeline.model.review.refusal import CannotDecide, Refusal
from pipeline.model.review.talk import (
    TalkEvent,
    TalkOrder,
    TalkRule,
    TalkStep,
    TalkVerb,
)

# A unit and what is decided on it
Steps = Iterator[tuple[str, TalkStep]]

Events = tuple[TalkEvent, ...]

# By unit
Talks = dict[str, TalkRecord]


def steps(events: Iterable[TalkEvent]) -> Events:
    """The events that decide something."""
    found = []
    for e in events:
        if e.what is not TalkStep.NOTE:
            found.append(e)
    return tuple(found)


def talks_version(events: Iterable[TalkEvent]) -> int:
    """How often people decided on a month's talks: what a reply must have seen."""
    return sum(e.by != RULE for e in steps(events))


def decide_talks(
    orders: tuple[TalkOrder, ...],
    month: Month,
    events: Events,
    rulebook: Rulebook,
    ledger: Ledger,
    by: Actor,
    now: datetime,
) -> Events:
    """The events that the orders make of a month's talks. Raises CannotDecide."""
    talks = {}
    for t in ledger.talks:
        if t.month == month:
            talks[t.unit] = t
    made: list[TalkEvent] = []
    for order in orders:
        for unit, what in _order(
            order=order,
            month=month,
            talks=talks,
            events=events,
            rulebook=rulebook,
            ledger=ledger,
        ):
            made.append(
                TalkEvent(
                    month=month,
                    unit=unit,
                    what=what,
                    at=now,
                    by=by,
                    text=order.why if what is not TalkStep.CIRCULATED else "",
                )
            )
            talk = talks.get(unit) or _new_talk(month, unit)
            talks[unit] = _after(talk, what)
    _no_contradiction(made)
    return tuple(made)


def _new_talk(month: Month, unit: str) -> TalkRecord:
    """A talk that no rule proposed: people put the unit on the list."""
    return TalkRecord(
        month=month,
        unit=unit,
        reasons=(),
        rules=(TalkRule.ADDED,),
    )


def _order(
    order: TalkOrder,
    month: Month,
    talks: Talks,
    events: Events,
    rulebook: Rulebook,
    ledger: Ledger,
) -> Steps:
    if order.verb is TalkVerb.UNDO:
        yield from _undone(events, talks)
        return
    units = tuple(_unit(name, rulebook) for name in order.units)
    if order.verb is TalkVerb.ADD:
        yield from _added(units, talks, month)
        return
    chosen = units or _meant(order.verb, month, talks, rulebook, ledger)
    if not chosen:
        raise CannotDecide(Refusal.NO_TALK_WAITS, month=month)
    _reason_is_no_unit(order, units, rulebook)
    for unit in chosen:
        if unit not in talks:
            raise CannotDecide(Refusal.NO_TALK, month=month, unit=unit)
        twice = _twice(month, unit, talks, rulebook, ledger)
        if order.verb is TalkVerb.CIRCULATE and not twice:
            raise CannotDecide(Refusal.NOT_TWICE_IN_A_ROW, unit=unit)
        yield unit, _STEPS[order.verb]


def _meant(
    verb: TalkVerb,
    month: Month,
    talks: Talks,
    rulebook: Rulebook,
    ledger: Ledger,
) -> tuple[str, ...]:
    """Whom an order means that names nobody: all that it can be said of."""
    found = []
    for talk in talks.values():
        if verb is TalkVerb.CIRCULATE:
            can_be = _twice(month, talk.unit, talks, rulebook, ledger)
        else:
            can_be = talk.state == TalkStep.PROPOSED
        if can_be:
            found.append(talk.unit)
    return tuple(found)


_STEPS = {
    TalkVerb.CONFIRM: TalkStep.CONFIRMED,
    TalkVerb.DROP: TalkStep.DROPPED,
    TalkVerb.CIRCULATE: TalkStep.CIRCULATED,
}


def _added(units: tuple[str, ...], talks: Talks, month: Month) -> Steps:
    for unit in units:
        if unit in talks and talks[unit].state != "dropped":
            raise CannotDecide(Refusal.TALK_EXISTS, month=month, unit=unit)
        yield unit, TalkStep.CONFIRMED


def _twice(
    month: Month,
    unit: str,
    talks: Talks,
    rulebook: Rulebook,
    ledger: Ledger,
) -> bool:
    others = (t for t in ledger.talks if t.month != month)
    before = rulebook.calendar.month_before(month)
    return twice_in_a_row(month, before, unit, (*others, *talks.values()))


def _unit(name: str, rulebook: Rulebook) -> str:
    found = named_unit(name, rulebook)
    if rulebook.book.roster.by_name[found].pool:
        raise CannotDecide(Refusal.TALK_WITH_POOL, unit=found)
    return found


def _reason_is_no_unit(
    order: TalkOrder, units: tuple[str, ...], rulebook: Rulebook
) -> None:
    """不约谈：甲县 may mean the unit or the reason; for all proposals at once it would
    be a grave mistake."""
    if (
        order.verb is TalkVerb.DROP
        and not units
        and rulebook.book.named_in(order.why)
    ):
        raise CannotDecide(Refusal.REASON_NAMES_UNIT, why=order.why)


def _undone(events: Events, talks: Talks) -> Steps:
    """撤销: what the newest decision (all that one person said at one time) changed is
    as it was before."""
    decided = steps(events)
    batch = _newest(decided)
    if not batch:
        raise CannotDecide(Refusal.NO_TALK_TO_UNDO)
    for unit in dict.fromkeys(e.unit for e in batch):
        before = [e for e in decided if e.unit == unit and e not in batch]
        if not before and _was_added(unit, talks):
            yield unit, TalkStep.DROPPED
            continue
        was = TalkRecord(batch[0].month, unit, ())
        for event in before:
            was = _after(was, event.what)
        yield unit, TalkStep(was.state)
        if was.circulated:
            yield unit, TalkStep.CIRCULATED


def _newest(decided: Events) -> list[TalkEvent]:
    """All that one person said at one time, the last of them; none where nobody has
    said anything."""
    batch: list[TalkEvent] = []
    for event in reversed(decided):
        if event.by == RULE:
            continue
        if batch and _moment(event) != _moment(batch[0]):
            continue
        batch.append(event)
    return list(reversed(batch))


def _moment(event: TalkEvent) -> tuple[datetime, str, str]:
    return event.at, event.by, event.message_key


def _was_added(unit: str, talks: Talks) -> bool:
    return unit in talks and TalkRule.ADDED in talks[unit].rules


def _after(talk: TalkRecord, what: TalkStep) -> TalkRecord:
    """A talk once an event has come to it; the store reads its events in the same way."""
    if what is TalkStep.CIRCULATED:
        return replace(talk, circulated=True)
    if what is TalkStep.UNCIRCULATED:
        return replace(talk, circulated=False)
    circulated = talk.circulated and what is TalkStep.CONFIRMED
    if what is TalkStep.NOTE:
        return talk
    return replace(talk, state=what.value, circulated=circulated)


def _no_contradiction(made: list[TalkEvent]) -> None:
    states: dict[str, TalkStep] = {}
    for event in made:
        if event.what is TalkStep.CIRCULATED:
            continue
        if states.setdefault(event.unit, event.what) is not event.what:
            raise CannotDecide(Refusal.CONTRADICTION, unit=event.unit)
