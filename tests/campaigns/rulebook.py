"""A plain second reading of docs/rules.md, for the truth of made-up campaigns. Imports nothing of the program under test.

Straightforward on purpose: dates and lists, one paragraph of the rules per function.
"""

import calendar
import itertools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

import chinese_calendar

from campaigns.towns import Town

ZONE = timezone(timedelta(hours=8))
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Said:
    """What a figure's words say to a careful reader."""

    completed: int | None = None
    added: int | None = None
    bare: int | None = None  # a number without a word beside it
    nil: str = ""  # "nought" or "word"
    approximate: bool = False
    rounded: bool = False
    unclear: bool = False
    rate: float | None = None


@dataclass(frozen=True)
class Paper:
    """One form of a mail as a careful reader sees it. `unit` is None where the form names nobody, "?" where it names a stranger."""

    unit: str | None
    said: Said
    measures: tuple[str, ...]
    days: tuple[
        date, ...
    ] = ()  # every day that the form, the subject and the file's name mention
    elsewhere: str | None = (
        None  # the unit named in the subject or the file's name
    )
    holds: tuple[str, ...] = ()  # scan_unread and the like


@dataclass
class Entry:
    """A report on record."""

    n: int
    unit: str | None
    period: date
    received: datetime
    completed: int | None
    added: int | None
    notes: list[str]
    holds: list[str]
    measures: tuple[str, ...]
    state: str
    timeliness: str
    ever_accepted: bool = field(default=False)
    wrote: str | None = (
        None  # the unit whose address it came from, where that is one alone
    )

    def row(self) -> dict:
        return {
            "unit": self.unit,
            "period": str(self.period),
            "completed": self.completed,
            "added": self.added,
            "timeliness": self.timeliness,
            "state": self.state,
            "notes": sorted(self.notes),
            "holds": sorted(self.holds),
            "measures": list(self.measures),
        }


class Rules:
    """rules.md 2-8 for one town, with the reports on record."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.periods = self._periods()
        self.entries: list[Entry] = []
        self.unread: set[tuple[str, date]] = set()
        self.bulletins: dict[str, dict[str, int | None]] = {}
        self.talks: list[dict] = []

    # 2 Calendar
    def _periods(self) -> list[date]:
        found, day = [], self.town.first_due
        while day <= self.town.last_due:
            length = calendar.monthrange(day.year, day.month)[1]
            if day.day in {min(d, length) for d in self.town.report_days}:
                found.append(day)
            day += DAY
        return found

    def moved(self, period: date) -> date:
        day = period
        while self.town.shift and not chinese_calendar.is_workday(day):
            day += DAY
        return day

    def deadline(self, period: date) -> datetime:
        return datetime.combine(self.moved(period), self.town.deadline, ZONE)

    def near(self, day: date) -> date:
        if day in self.periods:
            return day
        return min(
            self.periods, key=lambda p: (abs((self.moved(p) - day).days), p)
        )

    # 4 Which period
    def period(
        self,
        days: tuple[date, ...],
        received: datetime,
        correction: bool,
        unit: str | None,
    ):
        by_day = self.near(received.date())
        named = {self.near(d) for d in days}
        if not named:
            return by_day, [], []
        if by_day in named:
            return by_day, ["period_conflict"] if len(named) > 1 else [], []
        if len(named) > 1:
            return by_day, [], ["period_unclear"]
        only = named.pop()
        if only < by_day:
            if correction:
                return only, [], []
            if self.counting(unit, only):
                return by_day, ["stale_date"], []
            return only, [], []
        if self.periods.index(only) == self.periods.index(by_day) + 1:
            return only, [], []
        return by_day, [], ["period_unclear"]

    # 3 Which unit
    def unit(self, paper: Paper, sender: str):
        senders = self.town.units_of(sender)
        holds, notes = [], []
        if paper.unit == "?":
            unit = None
        elif paper.unit:
            unit = paper.unit
        elif len(senders) == 1:
            unit = senders[0]
        else:
            unit = paper.elsewhere
        if not senders:
            (notes if self.town.unknown_accept else holds).append(
                "unknown_sender"
            )
        if unit is None:
            holds.append("unit_unclear")
        elif senders and unit not in senders:
            holds.append("sender_mismatch")
        return unit, notes, holds

    # 5 Which figure
    def figure(self, said: Said, unit: str | None, period: date):
        last = self.last_before(unit, period)
        notes, holds = [], []
        completed, added = said.completed, said.added
        if said.bare is not None:
            if self.town.count == "increment":
                added = said.bare
            else:
                completed = said.bare
        if said.rounded:
            notes.append("rounded")
        if said.approximate:
            holds.append("figure_approximate")
        if said.unclear:
            return None, None, notes, [*holds, "figure_unclear"]
        if said.nil:
            if last is not None:
                completed = last
                notes.append("nil_report")
            elif said.nil == "nought":
                completed = 0
            else:
                return None, None, notes, [*holds, "figure_unclear"]
        elif completed is None and added is not None:
            if last is None and self.town.count != "increment":
                return None, added, notes, [*holds, "figure_unclear"]
            completed = (last or 0) + added
            notes.append("derived_cumulative")
        if completed is None:
            return (
                None,
                added,
                notes,
                holds if holds else [*holds, "figure_unclear"],
            )
        office = self.town.by_name(unit) if unit else None
        if office:
            target = office.target if not office.member_of else 0
            if (
                said.rate is not None
                and target
                and abs(said.rate - completed / target) > 0.01
            ):
                notes.append("rate_mismatch")
            if last is not None and completed < last:
                holds.append("figure_decreased")
            if target >= self.town.small:
                over = completed > Fraction(str(self.town.over)) * target
                rise = (
                    last is not None
                    and completed - last
                    > Fraction(str(self.town.jump)) * target
                )
                if over or rise:
                    holds.append("figure_jump")
        return completed, added, notes, holds

    def measures(self, clauses: tuple[str, ...]) -> list[str]:
        if not clauses:
            return ["measures_missing"]
        notes = []
        if sum(len(c) for c in clauses) < self.town.min_chars:
            notes.append("measures_short")
        if len(clauses) < 2:
            notes.append("measures_not_itemised")
        return notes

    # 6 Corrections
    def counting(self, unit: str | None, period: date) -> Entry | None:
        found = [
            e
            for e in self.entries
            if unit
            and e.unit == unit
            and e.period == period
            and e.state == "accepted"
        ]
        return found[-1] if found else None

    def last_before(self, unit: str | None, period: date) -> int | None:
        for p in reversed([p for p in self.periods if p < period]):
            if e := self.counting(unit, p):
                return e.completed
        return None

    def take(
        self,
        n: int,
        sender: str,
        received: datetime,
        paper: Paper,
        correction: bool,
    ) -> Entry:
        unit, notes, holds = self.unit(paper, sender)
        period, more, bad = self.period(paper.days, received, correction, unit)
        completed, added, figure_notes, figure_holds = self.figure(
            paper.said, unit, period
        )
        holds = [*holds, *bad, *figure_holds, *paper.holds]
        if "scan_unread" in paper.holds:
            figure_notes, figure_holds, holds = (
                [],
                [],
                [h for h in holds if h != "figure_unclear"],
            )
        entry = Entry(
            n,
            unit,
            period,
            received,
            completed,
            added,
            [
                *notes,
                *more,
                *figure_notes,
                *([] if paper.holds else self.measures(paper.measures)),
            ],
            sorted(set(holds)),
            paper.measures,
            "held" if holds else "accepted",
            "on_time" if received <= self.deadline(period) else "late",
        )
        senders = self.town.units_of(sender)
        entry.wrote = senders[0] if len(senders) == 1 else None
        if entry.state == "accepted":
            before = self.counting(unit, period)
            if before and (before.completed, before.measures) == (
                completed,
                paper.measures,
            ):
                entry.state = "duplicate"
            elif before:
                before.state = "superseded"
            entry.ever_accepted = True
        self.entries.append(entry)
        return entry

    def decide(
        self, entry: Entry, verdict: str, number: int | None = None
    ) -> None:
        """A reviewer's word on a held report."""
        if verdict == "reject":
            entry.state = "rejected"
            return
        if number is not None:
            entry.completed = number
        if before := self.counting(entry.unit, entry.period):
            before.state = "superseded"
        entry.state, entry.ever_accepted = "accepted", True
        self.entries.remove(entry)
        self.entries.append(entry)  # the newest accepted one counts

    # 7 Standing
    def cannot_read(self, unit: str, received: datetime) -> None:
        """Something meant as a unit's report came and could not be read."""
        self.unread.add((unit, self.near(received.date())))

    def state(self, unit: str, period: date) -> str | None:
        mine = sorted(
            (e for e in self.entries if e.unit == unit and e.period == period),
            key=lambda e: e.received,
        )
        good = [
            e
            for e in mine
            if e.state in ("accepted", "superseded", "duplicate")
        ]
        if good:
            return good[0].timeliness
        if any(
            e.state == "held" for e in [*mine, *self._in_question(unit, period)]
        ):
            return "held"
        return None

    def _in_question(self, unit: str, period: date) -> list[Entry]:
        """Forms of nobody yet that came from an address of this unit alone (rules.md 3)."""
        return [
            e
            for e in self.entries
            if e.unit is None and e.wrote == unit and e.period == period
        ]

    def at(self, unit: str, period: date) -> int | None:
        for p in reversed([p for p in self.periods if p <= period]):
            if e := self.counting(unit, p):
                return e.completed
        return None

    def schedule(self, day: date) -> Fraction:
        town = self.town
        if town.milestones:
            points = [
                (town.start, Fraction(0)),
                *((d, Fraction(str(v))) for d, v in town.milestones),
            ]
            for (a, low), (b, high) in itertools.pairwise(points):
                if a <= day <= b:
                    return low + (high - low) * Fraction(
                        (day - a).days, (b - a).days
                    )
            return points[-1][1]
        return Fraction(
            (day - town.start).days + 1, (town.end - town.start).days + 1
        )

    def standing(self, period: date) -> list[dict]:
        schedule = self.schedule(period)
        rows = []
        for o in self.town.rows:
            if o.pool:
                figures = [
                    f
                    for m in self.town.members(o.name)
                    if (f := self.at(m.name, period)) is not None
                ]
                completed = sum(figures) if figures else None
                states = [
                    s
                    for m in self.town.members(o.name)
                    if (s := self.state(m.name, period))
                ]
                state = (
                    min(states, key=["on_time", "late", "held"].index)
                    if states
                    else "missing"
                )
            else:
                completed = self.at(o.name, period)
                state = self.state(o.name, period) or (
                    "unreadable"
                    if (o.name, period) in self.unread
                    else "missing"
                )
            rate = None if completed is None else Fraction(completed, o.target)
            rows.append(
                {
                    "period": str(period),
                    "unit": o.name,
                    "kind": o.kind,
                    "state": state,
                    "completed": completed,
                    "target": o.target,
                    "rate": rate,
                    "schedule": schedule,
                    "lagging": rate is not None
                    and not o.pool
                    and rate < schedule - Fraction(str(self.town.lag_margin)),
                    "rank": None,
                    "rank_overall": None,
                    "pool": o.pool,
                }
            )
        ranked = [r for r in rows if r["rate"] is not None and not r["pool"]]
        for r in ranked:
            r["rank_overall"] = 1 + sum(x["rate"] > r["rate"] for x in ranked)
            r["rank"] = 1 + sum(
                x["rate"] > r["rate"] for x in ranked if x["kind"] == r["kind"]
            )
        return rows

    # 8 Talks
    def bulletin(self, month: str) -> None:
        periods = [p for p in self.periods if f"{p:%Y-%m}" == month]
        standings = [self.standing(p) for p in periods]
        last = list(self.bulletins.values())[-1] if self.bulletins else None
        for row in standings[-1]:
            reasons = self._reasons(row, standings, last)
            if reasons:
                month_before = _month_before(month)
                twice = any(
                    t["unit"] == row["unit"] and t["month"] == month_before
                    for t in self.talks
                )
                self.talks.append(
                    {
                        "month": month,
                        "unit": row["unit"],
                        "reasons": reasons,
                        "circulated": twice,
                    }
                )
        self.bulletins[month] = {
            r["unit"]: r["completed"] for r in standings[-1]
        }

    def _reasons(
        self,
        row: dict,
        standings: list[list[dict]],
        last: dict[str, int | None] | None,
    ) -> list[str]:
        if row["pool"]:
            return []
        reasons = []
        if row["rate"] is not None and row["rate"] < row["schedule"]:
            rates = sorted(
                r["rate"]
                for r in standings[-1]
                if r["kind"] == row["kind"] and r["rank"] is not None
            )
            if row["rate"] <= rates[min(self.town.lowest, len(rates)) - 1]:
                reasons.append("last_place")
        if row["lagging"] or row["completed"] is None:
            missed = sum(
                r["state"] == "missing"
                for s in standings
                for r in s
                if r["unit"] == row["unit"]
            )
            stuck = last is not None and (row["completed"] or 0) <= (
                last.get(row["unit"]) or 0
            )
            if missed >= self.town.missing or stuck:
                reasons.append("weak_effort")
        return reasons


def _month_before(month: str) -> str:
    return f"{date(int(month[:4]), int(month[5:]), 1) - DAY:%Y-%m}"


def plain(rows: list[dict]) -> list[dict]:
    """Standing rows as JSON has them."""
    shown = ({k: v for k, v in r.items() if k != "pool"} for r in rows)
    return [
        {k: float(v) if isinstance(v, Fraction) else v for k, v in r.items()}
        for r in shown
    ]
