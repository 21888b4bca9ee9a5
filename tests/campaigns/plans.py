"""Who sends what when: every trap at least once where the campaign is long enough, strays in between."""

from datetime import date, datetime, timedelta

from campaigns.rulebook import ZONE
from campaigns.strays import Strays
from campaigns.towns import Office

TRAPS = [
    "both",
    "both",
    "both",
    "added_only",
    "added_only",
    "total_words",
    "total_words",
    "rate",
    "rate_wrong",
    "approx",
    "approx",
    "wan",
    "wan",
    "nil_zero",
    "nil_word",
    "nil_zero",
    "nil_word",
    "in_label",
    "in_label",
    "label_and_cell",
    "conflict",
    "two_numbers",
    "nonsense",
    "empty_figure",
    "jump",
    "rise",
    "decreased",
    "decreased",
    "typed",
    "typed",
    "empty_measures",
    "short",
    "one_clause",
    "no_date",
    "stale",
    "stale",
    "stale_unreported",
    "far",
    "early_filled",
    "year_missing",
    "year_missing",
    "tenth",
    "unit_missing",
    "near_miss",
    "desk",
    "desk_file",
    "desk_unclear",
    "unknown_sender",
    "unknown_no_unit",
    "mismatch",
    "period_conflict",
    "buchong",
    "correction",
    "in_force",
    "again",
    "other_received",
    "resend",
    "resend",
    "city_name",
]


class Plans(Strays):
    """Lays the campaign's mails out in time."""

    def plan(self) -> None:
        """Who sends what when; every trap at least once where the campaign is long enough."""
        rng = self.rng
        traps = list(TRAPS)
        rng.shuffle(traps)
        late_first = [
            "stale",
            "decreased",
            "rise",
            "nil_zero",
            "both",
            "correction",
            "buchong",
        ]
        traps = traps + late_first
        offices = [o for o in self.town.offices if not o.pool]
        for k, period in enumerate(self.rules.periods):
            dead, open_at = self.rules.deadline(period), self._opens(period)
            for o in offices:
                if o.member_of and rng.random() < 0.5:
                    continue
                dice = rng.random()
                if dice < 0.12:
                    continue
                at = (
                    self._time(open_at, dead)
                    if dice < 0.88
                    else dead + timedelta(minutes=rng.randint(1, 2600))
                )
                trap = self._trap(traps, o, k)
                self.push(
                    at,
                    lambda me, at, o=o, p=period, t=trap: me.report(
                        at, o.name, p, t
                    ),
                )
                if trap in ("correction_pair",) or rng.random() < 0.05:
                    second = rng.choice(("correction", "in_force", "reissue"))
                    self.push(
                        at + timedelta(minutes=rng.randint(30, 1500)),
                        lambda me, at, o=o, p=period, t=second: me.report(
                            at, o.name, p, t
                        ),
                    )
            self._extras(period, open_at, dead, k)

    def _opens(self, period: date) -> datetime:
        at = self.rules.periods.index(period)
        before = (
            self.rules.periods[at - 1] if at else period - timedelta(days=10)
        )
        gap = (period - before).days
        return datetime.combine(period, datetime.min.time(), ZONE) - timedelta(
            days=min(2, gap / 2), hours=-7
        )

    def _time(self, start: datetime, end: datetime) -> datetime:
        seconds = self.rng.randint(
            0, max(60, int((end - start).total_seconds()) - 60)
        )
        return (start + timedelta(seconds=seconds)).replace(microsecond=0)

    def _trap(self, traps: list[str], office: Office, k: int) -> str:
        if not traps or self.rng.random() < 0.35:
            return ""
        for trap in traps:
            desk = any(len(self.town.units_of(e)) > 1 for e in office.emails)
            if trap.startswith("desk") and not desk:
                continue
            if (
                trap
                in (
                    "stale",
                    "stale_unreported",
                    "decreased",
                    "rise",
                    "both",
                    "nil_zero",
                    "nil_word",
                    "added_only",
                    "period_conflict",
                    "buchong",
                )
                and k == 0
                and self.rng.random() < 0.8
            ):
                continue
            if trap == "wan" and office.target < 4000:
                continue
            traps.remove(trap)
            return trap
        return ""

    def _extras(
        self, period: date, start: datetime, dead: datetime, k: int
    ) -> None:
        rng = self.rng
        names = [
            o.name for o in self.town.rows if not o.pool and len(o.emails) == 1
        ]
        noises = (
            "auto_reply",
            "qq_auto",
            "vacation_outlook",
            "bounce",
            "dsn_delay",
            "mdn",
            "list",
            "own",
            "spam",
            "question",
            "photo",
            "reply",
        )
        for kind in rng.sample(noises, 4):
            self.push(
                self._time(start, dead),
                lambda me, at, kind=kind: me.noise(at, kind),
            )
        what = (
            "corrupt",
            "empty",
            "wrong_file",
            "locked",
            "no_attachment",
            "big_link",
        )
        for w in rng.sample(what, 2):
            self.push(
                self._time(start, dead),
                lambda me, at, w=w: me.unreadable(at, rng.choice(names), w),
            )
        self.push(
            self._time(start, dead),
            lambda me, at: me.with_scan(
                at, rng.choice(names), period, alone=k % 2 == 0
            ),
        )
        if k % 2:
            self.push(
                self._time(start, dead), lambda me, at: me.two_forms(at, period)
            )
        else:
            self.push(
                self._time(start, dead), lambda me, at: me.listed(at, period)
            )
        if rng.random() < 0.7 and k + 1 < len(self.rules.periods):
            nxt = self.rules.periods[k + 1]
            self.push(
                dead + timedelta(hours=rng.randint(2, 60)),
                lambda me, at: me.report(at, rng.choice(names), nxt, "early"),
            )
