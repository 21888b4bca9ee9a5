"""What a careful office would have sent (rules.md 9), step by step; part of the second reading of the rules."""

from datetime import date, datetime, timedelta

from campaigns.rulebook import ZONE, Rules
from campaigns.towns import STAFF


class Letters:
    """rules.md 9: what is sent, step by step."""

    def __init__(self, rules: Rules) -> None:
        self.rules, self.town = rules, rules.town
        self.sent: list[dict] = []
        self.done: set[tuple] = set()
        self.keep = timedelta(hours=self.town.drop_after_hours)

    def steps(self) -> list[dict]:
        """Every time at which the worker is run, less the outages."""
        found: set[tuple[datetime, str, date]] = set()
        for p in self.rules.periods:
            day = self.rules.moved(p)

            def at(d: int, text: str, day: date = day) -> datetime:
                return datetime.fromisoformat(
                    f"{day + timedelta(days=d)}T{text}:00+08:00"
                )

            found |= {(at(0, t), "poll", p) for t in self.town.poll}
            found |= {
                (at(d, min(self.town.poll)), "poll", p) for d in (1, 2, 3)
            }
            found |= {
                (at(-1, "09:00"), "due_reminder", p),
                (at(1, "09:00"), "overdue", p),
            }
            found |= {
                (at(1, "09:30"), "digest", p),
                (at(3, "09:00"), "second", p),
            }
            found.add((self.rules.deadline(p) + timedelta(hours=2), "close", p))
            if (
                p
                == [
                    q
                    for q in self.rules.periods
                    if f"{q:%Y-%m}" == f"{p:%Y-%m}"
                ][-1]
            ):
                found.add((at(1, "15:00"), "bulletin", p))
        kept = [
            s
            for s in sorted(found)
            if not any(self._off(s[0], a, b) for a, b in self.town.outages)
        ]
        return [
            {"now": t.isoformat(), "what": w, "period": str(p)}
            for t, w, p in kept
        ]

    @staticmethod
    def _off(moment: datetime, start: str, end: str) -> bool:
        a, b = (datetime.fromisoformat(x + ":00+08:00") for x in (start, end))
        return a <= moment <= b

    def tell(self, kind: str, key: tuple, to, now: datetime, **more) -> None:
        if (kind, *key) in self.done:
            return
        self.done.add((kind, *key))
        row = {
            "kind": kind,
            "unit": None,
            "period": None,
            "month": None,
            "to": sorted(to),
            "cc": [],
            "at": now.isoformat(),
            "n": None,
        }
        self.sent.append({**row, **more})

    def work(self, now: datetime) -> None:
        """The timed notices owed at one step, after the mail was read."""
        for p in self.rules.periods:
            day = self.rules.moved(p)

            def at(d, h, m=0, day=day):
                return datetime.combine(
                    day + timedelta(days=d), datetime.min.time(), ZONE
                ) + timedelta(hours=h, minutes=m)

            if (
                at(-1, 9) <= now < self.rules.deadline(p)
                and now - at(-1, 9) <= self.keep
            ):
                self._remind("due_reminder", p, now)
            if at(1, 9) <= now < at(3, 9) and now - at(1, 9) <= self.keep:
                self._remind("overdue_reminder", p, now)
            if at(1, 9) <= now and ("lag round", p) not in self.done:
                self.done.add(("lag round", p))
                for r in self.rules.standing(p):
                    if r["lagging"] and now - at(1, 9) <= self.keep:
                        to = self.town.by_name(r["unit"]).emails
                        self.tell(
                            "lag_notice",
                            (r["unit"], p),
                            to,
                            now,
                            unit=r["unit"],
                            period=str(p),
                        )
            if at(3, 9) <= now and now - at(3, 9) <= self.keep:
                self._remind("second_overdue_reminder", p, now)
            if at(1, 9, 30) <= now and now - at(1, 9, 30) <= self.keep:
                to = [e for _, e, roles in STAFF if "digest" in roles]
                self.tell("period_digest", (p,), to, now, period=str(p))
            month = f"{p:%Y-%m}"
            last = [q for q in self.rules.periods if f"{q:%Y-%m}" == month][-1]
            if (
                p == last
                and at(1, 15) <= now
                and ("monthly_bulletin", month) not in self.done
            ):
                self.rules.bulletin(month)
                to = [e for o in self.town.rows for e in o.emails] + [
                    e for _, es, _ in self.town.groups for e in es
                ]
                to += [e for _, e, roles in STAFF if "bulletin" in roles]
                self.tell(
                    "monthly_bulletin", (month,), set(to), now, month=month
                )

    def _remind(self, kind: str, period: date, now: datetime) -> None:
        for o in self.town.offices:
            if (
                o.pool
                or (o.member_of and not o.expects)
                or self.rules.state(o.name, period)
            ):
                continue
            cc = sorted(
                {
                    e
                    for _, es, us in self.town.groups
                    if o.name in us
                    for e in es
                }
            )
            more = {"cc": cc} if kind.startswith("second") else {}
            self.tell(
                kind,
                (o.name, period),
                o.emails,
                now,
                unit=o.name,
                period=str(period),
                **more,
            )
