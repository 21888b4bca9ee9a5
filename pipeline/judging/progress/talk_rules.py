"""Talks and circulation (约谈, 通报名单; rules.md 8): proposals with their reasons,
consecutive months.

The program proposes and states figures; staff confirm. Nothing here blames anyone.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from pipeline.model.ledger import TalkRecord
from pipeline.model.month import Month
from pipeline.model.review.talk import TalkProposal, TalkReason, TalkRule
from pipeline.model.rules import TalkRules
from pipeline.model.standing import (
    UNREACHABLE,
    Row,
    Standing,
    State,
)


def proposals(
    month: Month,
    standings: tuple[Standing, ...],
    last_bulletin: Mapping[str, int | None] | None,
    rules: TalkRules,
) -> tuple[TalkProposal, ...]:
    """Who is proposed for a talk in a month.

    `standings` are those of the month's periods in order, the last one deciding;
    `last_bulletin` gives each unit's figure at the last monthly bulletin, None before
    the first. Nobody without targets: there is nothing to be behind.
    """
    final = standings[-1]
    if not final.has_targets:
        return ()
    ranked = _ranked_rates(final)
    found = []
    for row in final.rows:
        if row.pool:
            continue
        reasons = (
            _last_place(row, ranked.get(row.kind, []), rules),
            _weak_effort(row, standings, last_bulletin, rules),
        )
        hold = tuple(reason for reason in reasons if reason is not None)
        if hold:
            found.append(TalkProposal(month, row.unit, hold))
    return tuple(found)


def _ranked_rates(final: Standing) -> dict[str, list[Fraction]]:
    """Kind -> the rates of its units that have a rank, the lowest first. Sorted once
    for all rows: for each of them again it would be quadratic in the units."""
    found: dict[str, list[Fraction]] = {}
    for row in final.rows:
        if row.rank is not None:
            found.setdefault(row.kind, []).append(_exact(row))
    for rates in found.values():
        rates.sort()
    return found


def _last_place(
    row: Row, rates: list[Fraction], rules: TalkRules
) -> TalkReason | None:
    """末位: among the lowest of its kind, ties included, and below schedule progress.
    `rates` are those of its kind, the lowest first."""
    schedule = row.schedule
    if rules.lowest < 1 or row.rate is None or schedule is None:
        return None
    if row.rate >= schedule:
        return None
    if _exact(row) > rates[min(rules.lowest, len(rates)) - 1]:
        return None
    return TalkReason(
        rule=TalkRule.LAST_PLACE,
        rate=row.rate,
        schedule=schedule,
        rank=row.rank,
        ranked=len(rates),
    )


def _weak_effort(
    row: Row,
    standings: tuple[Standing, ...],
    last_bulletin: Mapping[str, int | None] | None,
    rules: TalkRules,
) -> TalkReason | None:
    """工作力度不大: lagging or without any figure, and missing too often or without
    growth since the last bulletin."""
    if not row.lagging and row.completed is not None:
        return None
    missing = sum(_to_blame(s.by_unit.get(row.unit)) for s in standings)
    too_often = missing >= rules.missing
    if not too_often and (
        _has_grown(row, last_bulletin) or _all_held(row.unit, standings)
    ):
        return None
    return TalkReason(
        rule=TalkRule.WEAK_EFFORT,
        rate=row.rate,
        schedule=row.schedule or 0.0,
        missing=missing if too_often else None,
        periods=len(standings),
        completed=row.completed or 0,
    )


def _has_grown(
    row: Row, last_bulletin: Mapping[str, int | None] | None
) -> bool:
    """Whether the figure is above the one that was published; before the first bulletin
    there is none to be above."""
    if last_bulletin is None:
        return True
    return (row.completed or 0) > (last_bulletin.get(row.unit) or 0)


def _all_held(unit: str, standings: tuple[Standing, ...]) -> bool:
    """Of a unit whose reports of the month all wait nobody knows whether it grew."""
    rows = []
    for s in standings:
        if unit in s.by_unit:
            rows.append(s.by_unit[unit])
    return bool(rows) and all(row.state is State.HELD for row in rows)


def _to_blame(row: Row | None) -> bool:
    """漏报 counts against a unit only while it takes part and somebody can reach it."""
    if row is None:
        return False
    return row.state is State.MISSING and UNREACHABLE not in row.notes


def _exact(row: Row) -> Fraction:
    if row.target:
        return Fraction(row.completed or 0, row.target)
    return Fraction(0)


def twice_in_a_row(
    month: Month,
    before: Month | None,
    unit: str,
    talks: Iterable[TalkRecord],
) -> bool:
    """连续两次被约谈: confirmed talks in this month and in the one whose bulletin came
    `before`; None where there was none."""
    confirmed = set()
    for t in talks:
        if t.unit == unit and t.state == "confirmed":
            confirmed.add(t.month)
    return {month, before} <= confirmed
