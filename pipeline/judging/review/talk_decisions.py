"""What staff decide on talks (约谈): confirm, drop, add, circulate, undo; one way for
replies and commands.

Values in, events or a sentence out. All that one reply says is done or nothing of it.
Older events never change.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from pipeline.judging.progress.talk_rules import twice_in_a_row
from pipeline.judging.review.decide import CannotDecide, named_unit
from pipeline.judging.review.reply import nothing_done
from pipeline.judging.rulebook import Rulebook
from pipeline.model.arrival import Judgement, Outcome, ReplyResult
from pipeline.model.ledger import Ledger, TalkRecord
from pipeline.model.review.talk import TalkEvent, TalkOrder, TalkStep, TalkVerb

_WORDS = {
    TalkStep.PROPOSED: "回到待确认",
    TalkStep.CONFIRMED: "已确认约谈",
    TalkStep.DROPPED: "不约谈",
    TalkStep.CIRCULATED: "列入通报名单",
    TalkStep.UNCIRCULATED: "不再列入通报名单",
}


def steps(events: Iterable[TalkEvent]) -> tuple[TalkEvent, ...]:
    """The events that decide something."""
    found = []
    for e in events:
        if e.what is not TalkStep.NOTE:
            found.append(e)
    return tuple(found)


def talks_version(events: Iterable[TalkEvent]) -> int:
    """How often people decided on a month's talks: what a reply must have seen."""
    return sum(e.by != "rule" for e in steps(events))


def judge_talk_reply(
    orders: tuple[TalkOrder, ...],
    month: str,
    events: tuple[TalkEvent, ...],
    rulebook: Rulebook,
    ledger: Ledger,
    by: str,
    now: datetime,
) -> Judgement:
    try:
        made = decide_talks(orders, month, events, rulebook, ledger, by, now)
    except CannotDecide as trouble:
        return nothing_done(str(trouble))
    return Judgement(
        Outcome.COMMAND, talk_words(made), talks=made, reply=ReplyResult.DONE
    )


def talk_words(made: Iterable[TalkEvent]) -> str:
    said = (
        f"{e.unit} {_WORDS[e.what]}{f'（{e.text}）' if e.text else ''}"
        for e in made
    )
    return "；".join(dict.fromkeys(said))


def decide_talks(
    orders: tuple[TalkOrder, ...],
    month: str,
    events: tuple[TalkEvent, ...],
    rulebook: Rulebook,
    ledger: Ledger,
    by: str,
    now: datetime,
) -> tuple[TalkEvent, ...]:
    """The events that the orders make of a month's talks. Raises CannotDecide."""
    talks = {}
    for t in ledger.talks:
        if t.month == month:
            talks[t.unit] = t
    made: list[TalkEvent] = []
    for order in orders:
        for unit, what in _order(order, month, talks, events, rulebook, ledger):
            made.append(
                TalkEvent(
                    month,
                    unit,
                    what,
                    now,
                    by,
                    order.why if what is not TalkStep.CIRCULATED else "",
                )
            )
            talks[unit] = _after(
                talks.get(unit) or TalkRecord(month, unit, (), ("added",)), what
            )
    _no_contradiction(made)
    return tuple(made)


def _order(
    order: TalkOrder,
    month: str,
    talks: dict[str, TalkRecord],
    events: tuple[TalkEvent, ...],
    rulebook: Rulebook,
    ledger: Ledger,
) -> Iterator[tuple[str, TalkStep]]:
    if order.verb is TalkVerb.UNDO:
        yield from _undone(events, talks)
        return
    found = []
    for name in order.units:
        found.append(_unit(name, rulebook))
    units = tuple(found)
    if order.verb is TalkVerb.ADD:
        yield from _added(units, talks, month)
        return
    chosen = units or tuple(
        t.unit for t in talks.values() if t.state == "proposed"
    )
    if order.verb is TalkVerb.CIRCULATE and not units:
        chosen = tuple(
            t.unit
            for t in talks.values()
            if _twice(month, t.unit, talks, ledger)
        )
    if not chosen:
        raise CannotDecide(f"{month} 没有待确认的约谈建议，请写明单位")
    _reason_is_no_unit(order, units, rulebook)
    for unit in chosen:
        if unit not in talks:
            raise CannotDecide(
                f"{month} 没有 {unit} 的约谈建议；要约谈请写 增加{unit}："
                f"原因（命令是 xunbao talks add {unit} --why 原因）"
            )
        if order.verb is TalkVerb.CIRCULATE and not _twice(
            month, unit, talks, ledger
        ):
            raise CannotDecide(f"{unit} 没有连续两个月被约谈，不能列入通报名单")
        yield unit, _STEPS[order.verb]


_STEPS = {
    TalkVerb.CONFIRM: TalkStep.CONFIRMED,
    TalkVerb.DROP: TalkStep.DROPPED,
    TalkVerb.CIRCULATE: TalkStep.CIRCULATED,
}


def _added(
    units: tuple[str, ...], talks: dict[str, TalkRecord], month: str
) -> Iterator[tuple[str, TalkStep]]:
    for unit in units:
        if unit in talks and talks[unit].state != "dropped":
            raise CannotDecide(
                f"{month} 已经有 {unit} 的约谈建议；要确认请写 确认约谈{unit}"
            )
        yield unit, TalkStep.CONFIRMED


def _twice(
    month: str, unit: str, talks: dict[str, TalkRecord], ledger: Ledger
) -> bool:
    others = (t for t in ledger.talks if t.month != month)
    return twice_in_a_row(month, unit, (*others, *talks.values()))


def _unit(name: str, rulebook: Rulebook) -> str:
    found = named_unit(name, rulebook)
    if rulebook.book.roster.by_name[found].pool:
        raise CannotDecide(f"{found} 是汇总行，不约谈")
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
        raise CannotDecide(
            f"“{order.why}”里写了单位；只不约谈这一个，请写 不约谈某单位：原因"
        )


def _undone(
    events: tuple[TalkEvent, ...], talks: dict[str, TalkRecord]
) -> Iterator[tuple[str, TalkStep]]:
    """撤销: what the newest decision (all that one person said at one time) changed is
    as it was before."""
    known = [e for e in steps(events) if e.by != "rule"]
    if not known:
        raise CannotDecide("还没有人作过决定，没有可以撤销的")
    last = known[-1]
    batch = [
        e
        for e in known
        if (e.at, e.by, e.message_key) == (last.at, last.by, last.message_key)
    ]
    for unit in dict.fromkeys(e.unit for e in batch):
        before = [e for e in steps(events) if e.unit == unit and e not in batch]
        was = TalkRecord("", unit, ())
        for event in before:
            was = _after(was, event.what)
        added = not before and "added" in (
            talks[unit].rules if unit in talks else ()
        )
        yield unit, TalkStep.DROPPED if added else TalkStep(was.state)
        if was.circulated:
            yield unit, TalkStep.CIRCULATED


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
            raise CannotDecide(f"对 {event.unit} 有互相矛盾的说法，请只写一种")
