"""learned.toml -> lessons: what reviewers told the program to remember, checked as
strictly as config.toml.

Trusts the file for nothing: a unit that the roster does not know, an address of staff,
a name of another unit is a mistake with its line and its cure. A file that is not there
holds nothing.
"""

import difflib
from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from pipeline.model.roster import Lesson
from pipeline.model.wording.unit_names import normal
from pipeline.settings.schema import Email, Settings
from pipeline.settings.toml_lines import Path

# A key of the file and what is wrong with it
Placed = Iterator[tuple[Path, str]]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    unit: str
    since: datetime | None = None
    by: str = ""
    case: str = ""


class AddressPart(_Entry):
    email: Email


class AliasPart(_Entry):
    name: str = Field(min_length=2, max_length=40)


class LearnedPart(BaseModel):
    """The whole of learned.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    address: tuple[AddressPart, ...] = ()
    alias: tuple[AliasPart, ...] = ()


def lessons_of(part: LearnedPart, settings: Settings) -> tuple[Lesson, ...]:
    """A time without an offset is in the campaign's zone."""

    def since(entry: _Entry) -> datetime | None:
        moment = entry.since
        if moment and moment.tzinfo is None:
            return moment.replace(tzinfo=settings.zone)
        return moment

    # What was taught of a unit stays true under its new name.
    renames = {old: u.name for u in settings.unit for old in u.formerly}

    def unit(entry: _Entry) -> str:
        return renames.get(entry.unit, entry.unit)

    addresses = tuple(
        Lesson(
            unit(e),
            address=e.email,
            since=since(e),
            by=e.by,
            case=e.case,
        )
        for e in part.address
    )
    return addresses + tuple(
        Lesson(
            unit(e),
            alias=e.name,
            since=since(e),
            by=e.by,
            case=e.case,
        )
        for e in part.alias
    )


def learned_mistakes(part: LearnedPart, settings: Settings) -> Placed:
    """Where it stands, and one Chinese sentence with the cure."""
    yield from _of_no_unit(part, settings)
    yield from _of_the_inside(part, settings)
    yield from _of_another_unit(part, settings)


def _of_no_unit(part: LearnedPart, settings: Settings) -> Placed:
    """Entries whose unit is not in the roster, or is a pool, which mails nothing."""
    units = {name: u for u in settings.unit for name in (u.name, *u.formerly)}
    for table, entries in (("address", part.address), ("alias", part.alias)):
        for place, entry in enumerate(entries):
            known = units.get(entry.unit)
            if known is None:
                near = difflib.get_close_matches(
                    entry.unit, units, n=1, cutoff=0.4
                )
                if near:
                    hint = f"，是不是 {near[0]}？"
                else:
                    hint = "，请改正或整段删去"
                yield (
                    (table, place, "unit"),
                    f"名单里没有单位 {entry.unit}{hint}",
                )
            elif known.pool:
                yield (
                    (table, place, "unit"),
                    f"{entry.unit} 是汇总行，请写明是哪个成员单位",
                )


def _of_the_inside(part: LearnedPart, settings: Settings) -> Placed:
    """Addresses of those who never report: staff, groups, the mailbox itself."""
    inside = (
        {s.email for s in settings.staff}
        | {e for g in settings.group for e in g.email}
        | {settings.address}
    )
    for place, address in enumerate(part.address):
        if address.email in inside:
            yield (
                ("address", place, "email"),
                f"{address.email} 是工作人员、推进组或报送邮箱，不能记成单位的，请整段删去",
            )


def _of_another_unit(part: LearnedPart, settings: Settings) -> Placed:
    """Names that are another unit's already, by the roster or by an entry before."""
    owners = {
        normal(n): u.name
        for u in settings.unit
        for n in (u.name, *u.aliases, *u.formerly)
    }
    for place, alias in enumerate(part.alias):
        owner = owners.setdefault(normal(alias.name), alias.unit)
        if owner != alias.unit:
            yield (
                ("alias", place, "name"),
                f"“{alias.name}”是 {owner} 的名称，不能又记成 {alias.unit} 的，请删去一个",
            )
