"""From a configuration, present or as the ledger keeps it (plain keys and values), to
what the ledger is tied to.

Trusts what `diff.flat` wrote, of this version or an older one: a key that is not there
had its default.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from zoneinfo import ZoneInfo

from pipeline.model.operation.adopted import Adopted
from pipeline.model.rules import CalendarPause, CalendarRules
from pipeline.settings.schema import SchedulePart, Settings
from pipeline.settings.workdays import Workdays


def adopted_now(settings: Settings) -> Adopted:
    """Of the settings, what a ledger must be able to follow when they change
    (rules.md 11)."""
    units = settings.unit
    renamed = [(old, unit.name) for unit in units for old in unit.formerly]
    return Adopted(
        campaign_id=settings.campaign.id,
        name=settings.campaign.name,
        calendar=settings.calendar_rules,
        units=tuple(unit.name for unit in units),
        formerly=tuple(renamed),
        ids=tuple((unit.name, unit.id) for unit in units if unit.id),
    )


def adopted_then(flat: Mapping[str, str]) -> Adopted:
    """What stood in a configuration that the ledger keeps."""
    plain = SchedulePart()
    deadline = flat.get("schedule.deadline")
    rules = CalendarRules(
        zone=ZoneInfo(flat["campaign.timezone"]),
        first_due=date.fromisoformat(flat["campaign.first_due"]),
        last_due=date.fromisoformat(flat["campaign.last_due"]),
        report_days=_numbers(flat, "report_days") or plain.report_days,
        weekdays=_numbers(flat, "weekdays"),
        months=_numbers(flat, "months"),
        deadline=time.fromisoformat(deadline) if deadline else plain.deadline,
        pauses=tuple(_pauses(flat)),
        shift_to_workday=flat.get("schedule.holiday_shift") == "next_workday",
        is_workday=Workdays(
            _day_set(flat.get("holidays.off", "")),
            _day_set(flat.get("holidays.work", "")),
        ),
    )
    names = tuple(_unit_names(flat))
    return Adopted(
        campaign_id=flat.get("campaign.id", ""),
        name=flat.get("campaign.name", ""),
        calendar=rules,
        units=names,
        formerly=tuple(_formerly(flat, names)),
        ids=tuple(_ids(flat, names)),
    )


def _numbers(flat: Mapping[str, str], key: str) -> tuple[int, ...]:
    written = flat.get(f"schedule.{key}", "")
    return tuple(map(int, written.split("、"))) if written else ()


def _day_set(text: str) -> frozenset[date]:
    found = set()
    for day in text.split("、"):
        if day:
            found.add(date.fromisoformat(day))
    return frozenset(found)


def _pauses(flat: Mapping[str, str]) -> Iterator[CalendarPause]:
    """Pauses have no name: they stand under their number."""
    number = 1
    while f"schedule.pause.{number}.start" in flat:
        key = f"schedule.pause.{number}"
        start, end = (
            date.fromisoformat(flat[f"{key}.{x}"]) for x in ("start", "end")
        )
        yield CalendarPause(start, end, flat.get(f"{key}.why", ""))
        number += 1


def _formerly(
    flat: Mapping[str, str], names: Iterable[str]
) -> Iterator[tuple[str, str]]:
    for name in names:
        for old in flat.get(f"unit.{name}.formerly", "").split("、"):
            if old:
                yield old, name


def _ids(
    flat: Mapping[str, str], names: Iterable[str]
) -> Iterator[tuple[str, str]]:
    for name in names:
        written = flat.get(f"unit.{name}.id", "")
        if written:
            yield name, written


def _unit_names(flat: Mapping[str, str]) -> list[str]:
    """A unit's name is its key, too; a dot in it stays in it."""
    start = "unit."
    end = ".name"
    found = []
    for key, value in flat.items():
        if (
            key.startswith(start)
            and key.endswith(end)
            and key == f"{start}{value}{end}"
        ):
            found.append(value)
    return found
