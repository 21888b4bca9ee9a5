"""A small second reading of docs/rules.md 2, 7, 8, 9 and 11, for campaigns that change while they go on. Imports nothing of the program.

Reports here are plain (a unit, a period, a figure): what a mail says is another rulebook's matter (tests/campaigns).
Straightforward on purpose: everything is worked out anew from the reports that had come by a moment.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from fractions import Fraction
from functools import cache

ZONE = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
TOO_LATE = timedelta(days=2)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


@dataclass
class Unit:
    """`names` and `targets` are (from when, what), in order."""

    uid: str
    email: str
    names: list[tuple[date, str]]
    targets: list[tuple[date, int]] = field(default_factory=list)
    joined: date | None = None
    left: date | None = None
    pool: bool = False
    member_of: str = ""

    def name(self, day: date) -> str:
        return _newest(self.names, day)

    def target(self, day: date) -> int:
        return _newest(self.targets, day)

    def takes_part(self, period: date) -> bool:
        begun = self.joined is None or self.joined <= period
        return begun and (self.left is None or period <= self.left)


def _newest(dated: list, day: date):
    held = [what for start, what in dated if start <= day]
    return held[-1] if held else dated[0][1]


@dataclass
class Report:
    uid: str
    period: date
    received: datetime
    figure: int


# Asked thousands of times in a life
@cache
def _periods(
    first: date,
    last: date,
    days: tuple[int, ...],
    pauses: tuple[tuple[date, date], ...],
) -> list[date]:
    found, day = [], first
    while day <= last:
        length = calendar.monthrange(day.year, day.month)[1]
        due = day.day in {min(d, length) for d in days}
        paused = any(a <= day <= b for a, b in pauses)
        if due and not paused:
            found.append(day)
        day += DAY
    return found


@dataclass
class Rules:
    """One campaign. `pauses` are (first, last) of days on which nothing is due."""

    units: list[Unit]
    first: date
    last: date
    days: tuple[int, ...]
    pauses: list[tuple[date, date]] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    # month -> (when it was drawn, what it printed: uid -> the report that counted)
    printed: dict[str, dict[str, Report]] = field(default_factory=dict)
    printed_figures: dict[str, dict[str, int | None]] = field(
        default_factory=dict
    )
    told: set[tuple] = field(default_factory=set)
    sent: set[tuple] = field(default_factory=set)
    lag_asked: set[date] = field(default_factory=set)
    talks: set[tuple[str, str]] = field(default_factory=set)
    talks_asked: set[str] = field(default_factory=set)

    # 2 Calendar
    def periods(self) -> list[date]:
        return _periods(self.first, self.last, self.days, tuple(self.pauses))

    def deadline(self, period: date) -> datetime:
        return at(period, 18)

    def month_ends(self) -> dict[str, date]:
        return {f"{p:%Y-%m}": p for p in self.periods()}

    # 7 Standing
    def rows(self, period: date) -> list[Unit]:
        return [
            u for u in self.units if not u.member_of and u.takes_part(period)
        ]

    def members(self, pool: Unit, period: date) -> list[Unit]:
        return [
            u
            for u in self.units
            if u.member_of == pool.uid and u.takes_part(period)
        ]

    def counting(self, uid: str, period: date, now: datetime) -> Report | None:
        mine = [
            r
            for r in self.reports
            if r.uid == uid and r.period == period and r.received <= now
        ]
        return max(mine, key=lambda r: r.received, default=None)

    def latest(self, uid: str, period: date, now: datetime) -> Report | None:
        for p in reversed(self.periods()):
            if p <= period and (found := self.counting(uid, p, now)):
                return found
        return None

    def figure(self, unit: Unit, period: date, now: datetime) -> int | None:
        if unit.pool:
            own = [
                self.latest(m.uid, period, now)
                for m in self.members(unit, period)
            ]
            known = [r.figure for r in own if r]
            return sum(known) if known else None
        found = self.latest(unit.uid, period, now)
        return found.figure if found else None

    def state(self, unit: Unit, period: date, now: datetime) -> str | None:
        names = (
            [m.uid for m in self.members(unit, period)]
            if unit.pool
            else [unit.uid]
        )
        came = [
            min(r.received for r in mine)
            for uid in names
            if (
                mine := [
                    r
                    for r in self.reports
                    if r.uid == uid and r.period == period and r.received <= now
                ]
            )
        ]
        if came:
            return "on_time" if min(came) <= self.deadline(period) else "late"
        return "missing" if now >= self.deadline(period) else None

    def schedule(self, period: date) -> Fraction:
        year = self.first.year
        first, last = date(year, 1, 1), date(year, 12, 31)
        return Fraction((period - first).days + 1, (last - first).days + 1)

    def rate(self, unit: Unit, period: date, now: datetime) -> Fraction | None:
        figure = self.figure(unit, period, now)
        return None if figure is None else Fraction(figure, unit.target(period))

    def lags(self, unit: Unit, period: date, now: datetime) -> bool:
        rate = self.rate(unit, period, now)
        behind = self.schedule(period) - Fraction(1, 10)
        return rate is not None and not unit.pool and rate < behind

    def standing(self, period: date, now: datetime) -> dict[str, tuple]:
        """uid -> (state, completed, target, rate, rank, lagging)."""
        rates = {
            u.uid: rate
            for u in self.rows(period)
            if not u.pool and (rate := self.rate(u, period, now)) is not None
        }
        return {
            u.uid: (
                self.state(u, period, now),
                self.figure(u, period, now),
                u.target(period),
                None if (r := self.rate(u, period, now)) is None else float(r),
                1 + sum(o > rates[u.uid] for o in rates.values())
                if u.uid in rates
                else None,
                self.lags(u, period, now),
            )
            for u in self.rows(period)
        }

    # 8 Talks
    def proposed(self, month: str, now: datetime) -> set[str]:
        last = self.month_ends()[month]
        rows = [u for u in self.rows(last) if not u.pool]
        rates = [r for u in rows if (r := self.rate(u, last, now)) is not None]
        months = [m for m in sorted(self.printed_figures) if m < month]
        before = self.printed_figures[months[-1]] if months else None
        found = set()
        for unit in rows:
            rate = self.rate(unit, last, now)
            if (
                rate is not None
                and rate < self.schedule(last)
                and rate == min(rates)
            ):
                found.add(unit.uid)
            missed = sum(
                self.state(unit, p, now) == "missing"
                for p in self.periods()
                if f"{p:%Y-%m}" == month and unit.takes_part(p)
            )
            stuck = before is not None and (
                self.figure(unit, last, now) or 0
            ) <= (before.get(unit.uid) or 0)
            weak = rate is None or self.lags(unit, last, now)
            if weak and (missed >= 2 or stuck):
                found.add(unit.uid)
        return found

    # 9 What is sent
    def owed(self, now: datetime) -> set[tuple]:
        """(kind, uid or None, period or month) of what goes in a wake at `now` which has read the mailbox; afterwards it has gone."""
        found = {*self._reminders(now), *self._of_periods(now)}
        found |= {*self._of_months(now)}
        new = found - self.sent
        self.sent |= new
        return new

    def _reminders(self, now: datetime):
        for p in self.periods():
            expected = [
                u
                for u in self.units
                if u.takes_part(p) and not u.pool and not u.member_of
            ]
            silent = [
                u for u in expected if self.counting(u.uid, p, now) is None
            ]
            if at(p - DAY, 9) <= now < self.deadline(p):
                yield from (("due_reminder", u.uid, str(p)) for u in silent)
            first, second = at(p + DAY, 9), at(p + 3 * DAY, 9)
            if first <= now < second and now - first <= TOO_LATE:
                yield from (("overdue_reminder", u.uid, str(p)) for u in silent)
            if second <= now <= second + TOO_LATE:
                kind = "second_overdue_reminder"
                yield from ((kind, u.uid, str(p)) for u in silent)

    def _of_periods(self, now: datetime):
        for p in self.periods():
            lag, digest = at(p + DAY, 9), at(p + DAY, 9, 30)
            if now >= lag and p not in self.lag_asked:
                self.lag_asked.add(p)
                if now - lag <= TOO_LATE:
                    for u in self.rows(p):
                        if self.lags(u, p, now):
                            yield "lag_notice", u.uid, str(p)
            if digest <= now <= digest + TOO_LATE:
                yield "period_digest", None, str(p)

    def _of_months(self, now: datetime):
        for month, last in self.month_ends().items():
            if now >= at(last + DAY, 9, 30) and month not in self.talks_asked:
                self.talks_asked.add(month)
                who = self.proposed(month, now)
                self.talks |= {(uid, month) for uid in who}
                if who:
                    yield "talk_proposal", None, month
            if now >= at(last + DAY, 15):
                if month not in self.printed:
                    self._print(month, last, now)
                    yield "monthly_bulletin", None, month
                yield from self._corrected(month, last, now)

    def _print(self, month: str, last: date, now: datetime) -> None:
        self.printed[month] = {
            u.uid: r
            for u in self.units
            if u.takes_part(last) and (r := self.latest(u.uid, last, now))
        }
        self.printed_figures[month] = {
            u.uid: self.figure(u, last, now) for u in self.rows(last)
        }

    def _corrected(self, month: str, last: date, now: datetime):
        """更正, once for each state in which a printed figure counts no more."""
        state, corrected = [], False
        for unit in self.units:
            if unit.pool or not unit.takes_part(last):
                continue
            was = self.printed[month].get(unit.uid)
            is_ = self.latest(unit.uid, last, now)
            if (is_ and is_.figure) != (was and was.figure):
                state.append((unit.uid, is_ and is_.figure))
            if (
                was
                and self.counting(unit.uid, was.period, now).figure
                != was.figure
            ):
                corrected = True
        key = ("erratum", None, month, tuple(state))
        if corrected and state and key not in self.told:
            self.told.add(key)
            self.sent.discard(("erratum", None, month))
            yield "erratum", None, month
