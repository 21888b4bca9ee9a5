"""Who reports: units with targets, the pool's members, guidance groups
(督促指导推进组), staff; and what reviewers taught."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from pipeline.model.values.frozen import frozen
from pipeline.model.wording.unit_names import COMMON_AFFIXES, NameAffixes

T = TypeVar("T")


def folded(email: str) -> str:
    """An address in lower case, ASCII letters alone: str.lower() makes a k of the
    Kelvin sign, and so one address of two."""
    if email.isascii():
        return email.lower()
    return "".join(char.lower() if char.isascii() else char for char in email)


@frozen
class Unit:
    """A row of the target table, a pool row, or a member of a pool.

    `kind` is the id of one of the config's kinds ("" for a member). `base` is what its
    growth is measured on, where its kind has one. A pool has a target and no mailbox; its figure is the
    sum of its members'. `target` is None for a member, and for everybody in a campaign
    without targets (rules.md 7). `formerly` are its earlier names, the oldest first. `targets`
    are dated, in order: (from when, how many); `target` is then the newest (rules.md 11).
    """

    name: str
    kind: str = ""
    target: int | None = None
    base: int | None = None
    emails: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    pool: bool = False
    member_of: str = ""
    expects_report: bool = True
    id: str = ""
    formerly: tuple[str, ...] = ()
    joined: date | None = None
    left: date | None = None
    targets: tuple[tuple[date, int], ...] = ()

    @property
    def first_name(self) -> str:
        """The name at first sight, which no rename changes: what its notices' keys hold."""
        return self.formerly[0] if self.formerly else self.name

    def reports_on(self, day: date) -> bool:
        """Whether it takes part on a day: from `joined` on, up to and with `left`."""
        begun = self.joined is None or self.joined <= day
        return begun and (self.left is None or day <= self.left)

    def on(self, day: date) -> "Unit":
        """The unit with the target that holds on a day; before the first dated target,
        that one."""
        if not self.targets:
            return self
        held = []
        for start, value in self.targets:
            if start <= day:
                held.append(value)
        target = held[-1] if held else self.targets[0][1]
        return replace(self, target=target, targets=())


Units = tuple[Unit, ...]


@frozen
class Group:
    name: str
    department: str
    emails: tuple[str, ...]
    units: tuple[str, ...]


@frozen
class Staff:
    """`roles`: digest, bulletin, review, alert."""

    name: str
    email: str
    roles: tuple[str, ...]


@frozen
class Lesson:
    """What a reviewer told the program to remember of a unit: an address that may
    report for it, or another name of it.

    Exactly one of `address` and `alias` is set. `since`: mails received before it are
    judged without it (None: all are judged with it), so that a replay judges each mail
    as it was judged. `by` and `case` say who taught it, on which report.
    """

    unit: str
    address: str = ""
    alias: str = ""
    since: datetime | None = None
    by: str = ""
    case: str = ""


@frozen
class Roster:
    """`affixes` say nothing of which unit a name names (岚州市甲县总工会 is 甲县).

    `learned` is never reminded or reported to of its own accord: such an address may
    report, and gets its receipt.
    """

    units: Units
    groups: tuple[Group, ...] = ()
    staff: tuple[Staff, ...] = ()
    affixes: NameAffixes = COMMON_AFFIXES
    learned: tuple[Lesson, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Unit]:
        found = {}
        for u in self.units:
            found[u.name] = u
        return found

    @cached_property
    def _on(self) -> dict[date, "Roster"]:
        return {}

    @cached_property
    def _changes(self) -> bool:
        """Whether a unit joins, leaves or is given another target."""
        return any(u.joined or u.left or u.targets for u in self.units)

    def on(self, day: date) -> "Roster":
        """The roster of a day: who takes part then, with the targets of then."""
        if not self._changes:
            return self
        if day not in self._on:
            units = tuple(u.on(day) for u in self.units if u.reports_on(day))
            self._on[day] = replace(self, units=units)
        return self._on[day]

    @cached_property
    def renames(self) -> dict[str, str]:
        """An earlier name -> the present one."""
        return {old: unit.name for unit in self.units for old in unit.formerly}

    def first_name_of(self, unit: str) -> str:
        """The name by which a unit was first known: what is told once of it is keyed by
        that. One that the roster has not keeps its own."""
        known = self.by_name.get(unit)
        if known is None:
            return unit
        return known.first_name

    @cached_property
    def rows(self) -> Units:
        """The target table's rows: everything but the members of pools, in the config's order."""
        found = []
        for u in self.units:
            if not u.member_of:
                found.append(u)
        return tuple(found)

    @cached_property
    def has_targets(self) -> bool:
        """Whether the campaign measures its rows against targets. Without: no rate, no
        schedule, nobody lags or has a rank (rules.md 7)."""
        targets = set()
        for row in self.rows:
            targets.add(row.target)
        return bool(targets - {None})

    @cached_property
    def _by_pool(self) -> dict[str, Units]:
        return _grouped((u.member_of, u) for u in self.units if u.member_of)

    def members(self, pool: str) -> Units:
        return self._by_pool.get(pool, ())

    @cached_property
    def _by_address(self) -> dict[str, Units]:
        taught = set()
        for lesson in self.learned:
            taught.add((lesson.unit, lesson.address))
        addresses: dict[str, list[str]] = {}
        for unit, address in taught:
            addresses.setdefault(unit, []).append(address)
        return _grouped(
            (address, unit)
            for unit in self.units
            for address in {*unit.emails, *addresses.get(unit.name, ())}
        )

    def units_of(self, email: str) -> Units:
        """The units an address is registered for, in the config's order; an address may
        serve several."""
        return self._by_address.get(folded(email), ())

    def alone_at(self, email: str) -> Unit | None:
        """The one unit that an address is registered for; None where it serves several
        or none. A pool writes no form, so its row is nobody at an address."""
        writers = []
        for unit in self.units_of(email):
            if not unit.pool:
                writers.append(unit)
        if len(writers) != 1:
            return None
        return writers[0]

    def names_of(self, unit: Unit) -> tuple[str, ...]:
        """A unit's name, its aliases, its earlier names and what reviewers taught."""
        taught = (
            x.alias for x in self.learned if x.unit == unit.name and x.alias
        )
        return (unit.name, *unit.aliases, *unit.formerly, *taught)

    def as_of(self, moment: datetime) -> "Roster":
        """The roster as it was known at a moment: without what was taught later."""
        found = []
        for x in self.learned:
            if x.since is None or x.since <= moment:
                found.append(x)
        known = tuple(found)
        if len(known) == len(self.learned):
            return self
        return replace(self, learned=known)

    @cached_property
    def _groups_by_unit(self) -> dict[str, tuple[Group, ...]]:
        return _grouped(
            (unit, g) for g in self.groups for unit in dict.fromkeys(g.units)
        )

    def groups_of(self, unit: str) -> tuple[Group, ...]:
        return self._groups_by_unit.get(unit, ())

    def staff_emails(self, role: str) -> tuple[str, ...]:
        """The addresses of the staff who have a role, in the config's order."""
        return tuple(
            person.email for person in self.staff if role in person.roles
        )

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Every address that may be written to (rules.md 9)."""
        found: set[str] = set()
        for unit in self.units:
            found.update(unit.emails)
        for group in self.groups:
            found.update(group.emails)
        for person in self.staff:
            found.add(person.email)
        for lesson in self.learned:
            if lesson.address:
                found.add(lesson.address)
        return frozenset(found)


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    table: dict[str, list[T]] = {}
    for key, value in pairs:
        table.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in table.items()}


@frozen
class Extension:
    """`until` and `at` are UTC; until then the unit is not reminded, nor called missing
    or late for the period."""

    unit: str
    period: date
    until: datetime
    why: str
    by: str
    at: datetime
