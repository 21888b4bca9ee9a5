"""Three invented campaigns on one mailbox over a year and a half: who takes part under which name, with which target, what they mail, and what their office edits meanwhile. All of it from a seed.

Knows the rulebook's nouns, and of the program only what its config.toml looks like.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from campaign_maker import SERVERS, form_mail

from lives.rulebook import DAY, ZONE, Report, Rules, Unit, at

_HEAD = """
[campaign]
id = "{id}"
name = "{name}"
organizer = "演示总工会"
form_title = "演示行动旬报表"
first_due = {first}
last_due = {last}

[schedule]
report_days = [{days}]
{pause}
[bulletin]
pdf = "off"
approval = "none"

[checks]
second_look = "off"

"""


@dataclass
class Mail:
    received: datetime
    raw: bytes
    sender: str


@dataclass
class Plan:
    """A campaign as its office means it. `edits` are the mornings on which the config is written anew; `written` says what it then knows."""

    id: str
    name: str
    rules: Rules
    # (known from, what the calendar is from then on)
    ends: list[tuple[date, date]]
    pauses: list[tuple[date, tuple[date, date]]]
    edits: list[date]
    by_id: set[str]
    dated: set[str]
    mails: list[Mail] = field(default_factory=list)

    def config(self, day: date) -> str:
        """config.toml as it stands on a day."""
        known = [(a, b) for since, (a, b) in self.pauses if since <= day]
        pause = "".join(
            f'pause = [{{ from = {a}, to = {b}, why = "停报" }}]\n'
            for a, b in known
        )
        last = [end for since, end in self.ends if since <= day][-1]
        head = _HEAD.format(
            id=self.id,
            name=self.name,
            first=self.rules.first,
            last=last,
            days=", ".join(map(str, self.rules.days)),
            pause=pause,
        )
        servers = SERVERS.format(imap_port=1, smtp_port=1)
        return (
            head
            + servers
            + "".join(
                self._unit(unit, day)
                for unit in self.rules.units
                if self._known(unit, day)
            )
        )

    def _known(self, unit: Unit, day: date) -> bool:
        return unit.joined is None or unit.joined - 5 * DAY <= day

    def _unit(self, unit: Unit, day: date) -> str:
        names = [name for since, name in unit.names if since <= day]
        lines = [f'name = "{names[-1]}"']
        if unit.uid in self.by_id:
            lines.append(f'id = "{unit.uid}"')
        elif len(names) > 1:
            # only the last step, as somebody writes it who edits what is there
            lines.append(f'formerly = ["{names[-2]}"]')
        if unit.member_of:
            pool = next(u for u in self.rules.units if u.uid == unit.member_of)
            lines.append(f'member_of = "{pool.name(day)}"')
        else:
            lines.append(f'kind = "{"municipal" if unit.pool else "county"}"')
            lines.append(f"target = {self._target(unit, day)}")
        if unit.pool:
            lines.append("pool = true")
        else:
            lines.append(f'email = ["{unit.email}"]')
        if unit.joined:
            lines.append(f"joined = {unit.joined}")
        if unit.left and unit.left - 5 * DAY <= day:
            lines.append(f"left = {unit.left}")
        return "\n[[unit]]\n" + "\n".join(lines) + "\n"

    def _target(self, unit: Unit, day: date) -> str:
        if unit.uid not in self.dated:
            return str(unit.target(day))
        parts = ", ".join(
            f"{{ from = {since}, value = {value} }}"
            for since, value in unit.targets
        )
        return f"[{parts}]"


def plans(seed: int) -> list[Plan]:
    chance = random.Random(seed)
    return [
        _plan(
            chance,
            "chun",
            "春季行动",
            date(2015, 3, 15),
            date(2015, 6, 30),
            (15, 30),
        ),
        _plan(
            chance,
            "qiu",
            "秋季行动",
            date(2015, 10, 10),
            date(2015, 12, 30),
            (10, 20, 30),
        ),
        _plan(
            chance,
            "ming",
            "次年行动",
            date(2016, 2, 10),
            date(2016, 6, 25),
            (10, 25),
        ),
    ]


def _plan(
    chance: random.Random,
    id_: str,
    name: str,
    first: date,
    last: date,
    days: tuple[int, ...],
) -> Plan:
    rules = Rules([], first, last, days)
    middle = rules.periods()[len(rules.periods()) // 2]
    edit = middle - 4 * DAY
    rules.units = _units(chance, first, edit)
    # The calendar changes for what has not begun: one period falls away, one is added.
    paused = rules.periods()[-2]
    plan = Plan(
        id_,
        name,
        rules,
        [(date.min, last)],
        [(edit, (paused - DAY, paused + DAY))],
        [edit],
        {u.uid for u in rules.units if chance.random() < 0.5},
        {u.uid for u in rules.units if chance.random() < 0.5},
    )
    rules.pauses = [span for _, span in plan.pauses]
    longer = Rules([], first, last + 20 * DAY, days).periods()[-1]
    plan.ends.append((edit, longer))
    rules.last = longer
    for unit in rules.units:
        plan.edits += [since for since, _ in unit.names[1:] + unit.targets[1:]]
        plan.edits += [unit.joined - 5 * DAY] if unit.joined else []
        plan.edits += [unit.left - 5 * DAY] if unit.left else []
    plan.edits = sorted(set(plan.edits))
    _write(chance, plan)
    return plan


def _units(chance: random.Random, first: date, edit: date) -> list[Unit]:
    """Four rows, a pool and two members; one is renamed (a second time, perhaps), one joins, one leaves, targets change."""

    def target() -> int:
        return chance.randrange(200, 900, 10)

    start = date.min
    a, b, c, d = (
        Unit(
            uid,
            f"{uid}@example.cn",
            [(start, name)],
            [(start, target())],
        )
        for uid, name in zip(
            "abcd", ("甲县", "乙县", "丙县", "丁县"), strict=True
        )
    )
    a.names.append((edit, "新甲区"))
    if chance.random() < 0.5:
        a.names.append((edit + 9 * DAY, "大甲市"))
    b.targets.append((edit, target()))
    c.joined = edit
    d.left = edit + timedelta(chance.randrange(8, 20))
    pool = Unit("p", "", [(start, "其他")], [(start, target())], pool=True)
    m, n = (
        Unit(uid, f"{uid}@example.cn", [(start, name)], member_of="p")
        for uid, name in (("m", "一厂"), ("n", "二厂"))
    )
    m.names.append((edit, "第一钢厂"))
    if chance.random() < 0.5:
        n.left = edit + timedelta(10)
    return [a, b, c, d, pool, m, n]


def _write(chance: random.Random, plan: Plan) -> None:
    """What the units mail: in time, early, late, corrected, or nothing."""
    rules = plan.rules
    done = dict.fromkeys((u.uid for u in rules.units), 0)
    for period in rules.periods():
        for unit in rules.units:
            if unit.pool or not unit.takes_part(period):
                continue
            kind = chance.choices(
                ("in time", "early", "late", "silent", "corrected"),
                (9, 1, 3, 3, 2),
            )[0]
            if kind == "silent":
                continue
            hour = chance.randrange(10, 17)
            hours = {
                "early": at(period - 2 * DAY, hour),
                "late": at(period + 2 * DAY, hour),
            }
            received = hours.get(kind, at(period, hour))
            smallest = min((value for _, value in unit.targets), default=300)
            done[unit.uid] += chance.randrange(1, max(2, smallest // 8))
            _mail(plan, unit, period, received, done[unit.uid], "报送报表")
            if kind == "corrected" and not unit.member_of:
                figure = max(0, done[unit.uid] - chance.randrange(1, 5))
                if figure > _before(rules, unit, period):
                    later = received + timedelta(
                        days=chance.choice((1, 3)), hours=1
                    )
                    _mail(plan, unit, period, later, figure, "更正报表")
                    done[unit.uid] = figure
    plan.mails.sort(key=lambda mail: mail.received)


def _before(rules: Rules, unit: Unit, period: date) -> int:
    earlier = [
        r.figure
        for r in rules.reports
        if r.uid == unit.uid and r.period < period
    ]
    return max(earlier, default=0)


def _mail(
    plan: Plan,
    unit: Unit,
    period: date,
    received: datetime,
    figure: int,
    subject: str,
) -> None:
    plan.rules.reports.append(Report(unit.uid, period, received, figure))
    raw = form_mail(
        unit.email,
        unit.name(received.date()),
        str(period),
        figure,
        f"{received.astimezone(ZONE):%Y-%m-%d %H:%M}",
        subject=subject,
    )
    plan.mails.append(Mail(received, raw, unit.email))


def write_config(plan: Plan, folder: Path, day: date) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "password").write_text("demo", encoding="utf-8")
    config = folder / "config.toml"
    config.write_text(plan.config(day), encoding="utf-8")
    return config
