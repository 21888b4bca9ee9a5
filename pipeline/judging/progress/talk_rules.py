"""Talks and circulation (约谈, 通报名单; rules.md 8): proposals with their reasons,
consecutive months.

The program proposes and states figures; staff confirm. Nothing here blames anyone.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from pipeline.model.ledger import TalkRecord
from pipeline.model.rules import TalkRules
from pipeline.model.standing import (
    UNREACHABLE,
    Row,
    Standing,
    State,
    shown_rate,
)


def proposals(
    month: str,
    standings: tuple[Standing, ...],
    last_bulletin: Mapping[str, int | None] | None,
    rules: TalkRules,
    unit: str = "名",
) -> tuple[TalkRecord, ...]:
    """Who is proposed for a talk in a month.

    `standings` are those of the month's periods in order, the last one deciding;
    `last_bulletin` gives each unit's figure at the last monthly bulletin, None before
    the first. `unit` is the measure word of the figure.
    """
    final = standings[-1]
    found = []
    for row in final.rows:
        if row.pool:
            continue
        reasons = _last_place(row, final, rules) | _weak_effort(
            row, standings, last_bulletin, rules, unit
        )
        if reasons:
            found.append(
                TalkRecord(
                    month, row.unit, tuple(reasons.values()), tuple(reasons)
                )
            )
    return tuple(found)


def _last_place(row: Row, final: Standing, rules: TalkRules) -> dict[str, str]:
    """末位: among the lowest of its kind, ties included, and below schedule progress."""
    if rules.lowest < 1 or row.rate is None or row.rate >= row.schedule:
        return {}
    rates = sorted(
        _exact(r)
        for r in final.rows
        if r.kind == row.kind and r.rank is not None
    )
    if _exact(row) > rates[min(rules.lowest, len(rates)) - 1]:
        return {}
    return {
        "last_place": f"完成率{shown_rate(row.rate)}%，在同类{len(rates)}个单位中排第{row.rank}位（末位），"
        f"低于时序进度{shown_rate(row.schedule)}%"
    }


def _weak_effort(
    row: Row,
    standings: tuple[Standing, ...],
    last_bulletin: Mapping[str, int | None] | None,
    rules: TalkRules,
    unit: str,
) -> dict[str, str]:
    """工作力度不大: lagging or without any figure, and missing too often or without
    growth since the last bulletin."""
    if not row.lagging and row.completed is not None:
        return {}
    if row.rate is not None:
        behind = f"完成率{shown_rate(row.rate)}%，进度滞后（时序进度{shown_rate(row.schedule)}%）"
    else:
        behind = "至今没有报过数"
    missing = sum(_to_blame(s.by_unit.get(row.unit)) for s in standings)
    if missing >= rules.missing:
        return {
            "weak_effort": f"{behind}，本月{len(standings)}期中有{missing}期没有报送"
        }
    if last_bulletin is not None:
        before = last_bulletin.get(row.unit)
    else:
        before = None
    grown = last_bulletin is None or (row.completed or 0) > (before or 0)
    if not grown and not _all_held(row.unit, standings):
        return {
            "weak_effort": f"{behind}，自上次通报以来没有增长"
            f"（仍为{row.completed or 0:,}{unit}）"
        }
    return {}


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


def previous_month(month: str) -> str:
    year, number = map(int, month.split("-"))
    if number == 1:
        day = date(year - 1, 12, 1)
    else:
        day = date(year, number - 1, 1)
    return f"{day:%Y-%m}"


def twice_in_a_row(month: str, unit: str, talks: Iterable[TalkRecord]) -> bool:
    """连续两次被约谈: confirmed talks in this month and the one before."""
    confirmed = set()
    for t in talks:
        if t.unit == unit and t.state == "confirmed":
            confirmed.add(t.month)
    return {month, previous_month(month)} <= confirmed
