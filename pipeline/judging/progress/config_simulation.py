"""What a changed configuration would do to a campaign that runs: which events come,
whose state, figure or rank differs, at which period.

Values in, values out: two campaigns over one ledger. Never: writes, or asks a server.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from pipeline.judging.progress.agenda import agenda
from pipeline.judging.progress.campaign import Campaign
from pipeline.model.ledger import Ledger
from pipeline.model.rules import AgendaItem
from pipeline.model.standing import Row
from pipeline.model.values.frozen import frozen

_FIELDS = (
    "state",
    "completed",
    "target",
    "rate",
    "lagging",
    "rank",
    "rank_overall",
)


@frozen
class RowChange:
    """`field` of a row at a period, "" for a row that only one of the two has."""

    period: date
    unit: str
    field: str
    before: object
    after: object


@frozen
class EventChange:
    """An event of the agenda that only one of the two has; `comes`: of the new one."""

    at: datetime
    what: AgendaItem
    comes: bool


def row_changes(
    old: Campaign, new: Campaign, before: Ledger, after: Ledger, now: datetime
) -> tuple[RowChange, ...]:
    """Every difference at the periods that both have, up to the one that is open now;
    `before` and `after` are the ledger with its units by the names of each."""
    found: list[RowChange] = []
    closed = True
    for due in old.calendar.dues:
        if not closed:
            break
        closed = old.calendar.deadline(due) <= now
        if due in new.calendar.by_due:
            rows = old.standing(due, before, now).by_unit
            others = new.standing(due, after, now).by_unit
            found += _rows(due, rows, others, new.roster.renames)
    return tuple(found)


def _rows(
    due: date, old: dict[str, Row], new: dict[str, Row], renames: dict[str, str]
) -> Iterable[RowChange]:
    present = {renames.get(unit, unit): row for unit, row in old.items()}
    for unit in {**present, **new}:
        before = present.get(unit)
        after = new.get(unit)
        if before is None or after is None:
            yield RowChange(
                period=due,
                unit=unit,
                field="",
                before=before is not None,
                after=after is not None,
            )
            continue
        for field in _FIELDS:
            was = getattr(before, field)
            now = getattr(after, field)
            if was != now:
                yield RowChange(
                    period=due,
                    unit=unit,
                    field=field,
                    before=was,
                    after=now,
                )


def event_changes(
    old: Campaign, new: Campaign, now: datetime, days: int
) -> tuple[EventChange, ...]:
    """The events of the coming days that are not in both, in order."""
    end = now + timedelta(days=days)
    was = {event for event in agenda(old) if now <= event[0] <= end}
    will = {event for event in agenda(new) if now <= event[0] <= end}
    gone = [EventChange(at, what, False) for at, what in was - will]
    come = [EventChange(at, what, True) for at, what in will - was]
    return tuple(sorted(gone + come, key=lambda event: (event.at, event.what)))
