"""Who a unit is through all its names (rules.md 11): by its `id`, or, where none is
written, by the name it was first known by.

Looks at the configurations that a ledger has taken up, oldest first, as plain keys and
values (diff.flat). Trusts that each was valid. Never: joins two units that stand in the
present roster under names of their own.
"""

from collections.abc import Iterable, Iterator, Mapping

from pipeline.settings.schema import Settings

Flat = Mapping[str, str]
_START = "unit."
_NAME = ".name"


def with_earlier_names(settings: Settings, kept: Iterable[Flat]) -> Settings:
    """The same settings, in which each unit has all the names that the ledger knows it
    by in `formerly`, the oldest first: its notices' keys are made of that one."""
    lines = _Lines()
    for flat in kept:
        for name, id_, formerly in _units(flat):
            lines.add(name, id_, formerly)
    own = {unit.name for unit in settings.unit}
    units = []
    for unit in settings.unit:
        earlier = lines.earlier(unit.name, unit.id, unit.formerly)
        # A name that another unit bears now is not this one's; where the file itself
        # gives it to both, its check says so.
        taken = own - {unit.name, *unit.formerly}
        names = tuple(name for name in earlier if name not in taken)
        units.append(unit.model_copy(update={"formerly": names}))
    return settings.with_units(tuple(units))


class _Lines:
    """Names that followed each other, each with the one that came after it."""

    def __init__(self) -> None:
        # In the order in which they were first seen
        self._followed_by: dict[str, set[str]] = {}
        self._names_of: dict[str, list[str]] = {}

    def add(self, name: str, id_: str, formerly: Iterable[str]) -> None:
        for old in formerly:
            self._followed_by.setdefault(old, set()).add(name)
        self._followed_by.setdefault(name, set())
        known = self._names_of.setdefault(id_ or name, [])
        for old in known:
            if old != name:
                self._followed_by[old].add(name)
        if name not in known:
            known.append(name)

    def earlier(
        self, name: str, id_: str, formerly: Iterable[str]
    ) -> tuple[str, ...]:
        """Every name that led to this one, the oldest first; with this one among them
        where it is an older one taken up again."""
        self.add(name, id_, formerly)
        found = {name}
        grows = True
        while grows:
            more = {
                old
                for old, later in self._followed_by.items()
                if old not in found and later & found
            }
            grows = bool(more)
            found |= more
        names = [old for old in self._followed_by if old in found]
        if names[-1] == name:
            names.pop()
        return tuple(names)


def _units(flat: Flat) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(name, id, formerly) of each unit; a dot in a name stays in it."""
    for key, name in flat.items():
        if key == f"{_START}{name}{_NAME}":
            about = f"{_START}{name}"
            formerly = flat.get(f"{about}.formerly", "")
            old = tuple(one for one in formerly.split("、") if one)
            yield name, flat.get(f"{about}.id", ""), old
