"""Which changes of the configuration a ledger cannot follow (rules.md 11): another
campaign's, a period with a past that would move, vanish or be invented, a unit with
reports that would be gone.

Values in, codes out. Trusts what the ledger says was adopted last. Never: forbids what
concerns periods alone whose reminder has not gone.
"""

from collections.abc import Iterator
from datetime import date, datetime

from pipeline.judging.calendar import Calendar
from pipeline.model.ledger import Ledger
from pipeline.model.operation.adopted import (
    Adopted,
    ConfigRefusal,
    RefusedChange,
)
from pipeline.model.rules import Step


def same_campaign(before: Adopted, after: Adopted) -> bool:
    """Whether two configurations are of one campaign. Ids speak where both have one;
    without any the name and the year do; an id that is new joins on to its year."""
    if before.campaign_id and after.campaign_id:
        return before.campaign_id == after.campaign_id
    if (
        not before.campaign_id
        and not after.campaign_id
        and before.name != after.name
    ):
        return False
    return before.calendar.first_due.year == after.calendar.first_due.year


def refused_changes(
    before: Adopted,
    after: Adopted,
    remind: Step,
    ledger: Ledger,
    now: datetime | None,
) -> tuple[RefusedChange, ...]:
    """What of a changed configuration is refused; () for one that may be taken up.
    `remind` is the reminder's step: a period has a past once its hour has come. Without
    `now` only the campaign is looked at."""
    if not same_campaign(before, after):
        if not _has_begun(ledger):
            return ()
        known = before.campaign_id
        if not known:
            known = f"{before.name} {before.calendar.first_due.year}"
        return (RefusedChange(ConfigRefusal.OTHER_CAMPAIGN, known),)
    if now is None:
        return ()
    periods = _periods(
        before=Calendar(before.calendar),
        after=Calendar(after.calendar),
        remind=remind,
        ledger=ledger,
        now=now,
    )
    return (*periods, *_units(before, after, ledger))


def lost_reports(after: Adopted, ledger: Ledger) -> tuple[RefusedChange, ...]:
    """What a configuration would lose of a ledger that adopted none: periods and units
    that have reports and that it does not know; in order."""
    calendar = Calendar(after.calendar)
    periods = set()
    units = set()
    for report in ledger.reports:
        periods.add(report.period)
        if report.unit is not None:
            units.add(report.unit)
    lost = []
    dropped = periods.difference(calendar.dues)
    for due in sorted(dropped):
        refused = RefusedChange(
            why=ConfigRefusal.PERIOD_DROPPED,
            period=due,
        )
        lost.append(refused)
    gone = units.difference(_names(after))
    for name in sorted(gone):
        refused = RefusedChange(
            why=ConfigRefusal.UNIT_GONE,
            subject=name,
        )
        lost.append(refused)
    return tuple(lost)


def _names(adopted: Adopted) -> set[str]:
    """Of its units, the earlier ones too."""
    found = set(adopted.units)
    for earlier, _ in adopted.formerly:
        found.add(earlier)
    return found


def _has_begun(ledger: Ledger) -> bool:
    """Whether a ledger is a campaign's already: it holds a mail, or somebody has had a
    letter of it. Until then a wrong config may be put right."""
    return bool(ledger.messages or ledger.reminded or ledger.reached)


def _periods(
    before: Calendar,
    after: Calendar,
    remind: Step,
    ledger: Ledger,
    now: datetime,
) -> Iterator[RefusedChange]:
    reported = set()
    for report in ledger.reports:
        reported.add(report.period)
    for due in before.dues:
        if due not in reported and not _has_past(
            due=due,
            calendar=before,
            remind=remind,
            ledger=ledger,
            now=now,
        ):
            continue
        if due not in after.by_due:
            yield RefusedChange(ConfigRefusal.PERIOD_DROPPED, period=due)
        elif before.shifted(due) != after.shifted(due):
            yield RefusedChange(
                ConfigRefusal.PERIOD_MOVED,
                period=due,
                was=before.shifted(due),
                now=after.shifted(due),
            )
    for due in after.dues:
        if due not in before.by_due and _has_past(
            due=due,
            calendar=after,
            remind=remind,
            ledger=ledger,
            now=now,
        ):
            yield RefusedChange(ConfigRefusal.PERIOD_INVENTED, period=due)


def _has_past(
    due: date, calendar: Calendar, remind: Step, ledger: Ledger, now: datetime
) -> bool:
    """Its reminder's hour has come, and the program was there by its deadline."""
    born = ledger.born_at
    if born is None or calendar.deadline(due) < born:
        return False
    return calendar.step(due, remind) <= now


def _units(
    before: Adopted, after: Adopted, ledger: Ledger
) -> Iterator[RefusedChange]:
    known = _names(after)
    reported = set()
    for report in ledger.reports:
        reported.add(report.unit)
    for name in before.units:
        if name in reported and name not in known:
            yield RefusedChange(ConfigRefusal.UNIT_GONE, name)
    yield from _mistaken(before, after, reported)


def _mistaken(
    before: Adopted, after: Adopted, reported: set[str | None]
) -> Iterator[RefusedChange]:
    """Units that would take over another's reports, which the ledger keeps by name."""
    once = dict(before.formerly)
    ids = dict(before.ids)
    own = {old for old, name in after.formerly if old == name}
    for name in after.units:
        if name not in reported or name in own:
            continue
        if name not in before.units and name in once:
            yield RefusedChange(
                ConfigRefusal.UNIT_NAME_REUSED, name, once[name]
            )
    for name, written in after.ids:
        if name in reported and ids.get(name, written) != written:
            yield RefusedChange(ConfigRefusal.UNIT_ID_CHANGED, name, ids[name])
