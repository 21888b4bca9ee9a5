"""The state of one unit for one period (rules.md 3 and 7): of its best report, else of
what came and could not be placed or read.

Values in, values out. That nothing came proves 漏报 only where silence.py says so.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from operator import attrgetter

from pipeline.judging.calendar import Calendar
from pipeline.judging.progress.unread_mails import unread_mails
from pipeline.model.ledger import Ledger, MailSeen
from pipeline.model.report import Report, ReportState, Timeliness
from pipeline.model.roster import Roster, Unit
from pipeline.model.standing import State
from pipeline.model.values.frozen import frozen

_ACCEPTABLE = (
    ReportState.ACCEPTED,
    ReportState.SUPERSEDED,
    ReportState.DUPLICATE,
)


def report_states(
    period: date, ledger: Ledger
) -> dict[str | None, State | None]:
    """unit -> the state that its reports for a period give it; timeliness is that of
    the first acceptable one. None for a unit whose reports were all given back."""
    found: dict[str | None, State | None] = {}
    several = set()
    told = ledger.told_of_period(period, "unit", "state", "timeliness")
    for unit, came_to, timeliness in told:
        if unit in found:
            several.add(unit)
        found[unit] = _report_state(came_to, timeliness)
    # Of one report nobody asks when it came
    for unit in several:
        found[unit] = _first_state(ledger.for_period(unit or "", period))
    return found


def _first_state(reports: Iterable[Report]) -> State | None:
    """By the first acceptable one, else whether one is held."""
    best = None
    for report in sorted(reports, key=_IN_ORDER):
        state = _report_state(report.state, report.timeliness)
        if state is not None and best in (None, State.HELD):
            best = state
    return best


# When received, and of one moment when learnt
_IN_ORDER = attrgetter("received_at", "sequence")


def _report_state(came_to: ReportState, timeliness: Timeliness) -> State | None:
    """None of a report that was given back."""
    if came_to in _ACCEPTABLE:
        if timeliness is Timeliness.ON_TIME:
            return State.ON_TIME
        return State.LATE
    if came_to is ReportState.HELD:
        return State.HELD
    return None


@frozen
class UnitStates:
    """What has come for one period: the state of each unit, by name."""

    # By its reports
    reported: Mapping[str | None, State | None]
    # From whose own address one came that could not be placed
    unplaced: frozenset[str]
    # Whose mail could not be read
    unread: Mapping[str, MailSeen]

    def of(self, unit: Unit) -> State | None:
        """The unit's state for the period; None while nothing has come from it."""
        state = self.reported.get(unit.name)
        if state is not None:
            return state
        if unit.name in self.unplaced:
            return State.HELD
        if unit.name in self.unread:
            return State.UNREADABLE
        return None


def unit_state(
    unit: Unit, period: date, roster: Roster, calendar: Calendar, ledger: Ledger
) -> State | None:
    """The unit's state for the period; None while nothing has come from it."""
    return unit_states(period, roster, calendar, ledger).of(unit)


def unit_states(
    period: date, roster: Roster, calendar: Calendar, ledger: Ledger
) -> UnitStates:
    """The states of all units for a period; worked out once for a ledger."""
    return ledger.once(
        ("unit states", period),
        (roster, calendar),
        lambda: UnitStates(
            reported=ledger.once_of_period(
                "reported", (), period, lambda: report_states(period, ledger)
            ),
            unplaced=_unplaced(period, roster, ledger),
            unread=unread_mails(period, roster, calendar, ledger),
        ),
    )


def _unplaced(period: date, roster: Roster, ledger: Ledger) -> frozenset[str]:
    found = set()
    for sender, about in ledger.unplaced:
        alone = roster.alone_at(sender)
        if about == period and alone is not None:
            found.add(alone.name)
    return frozenset(found)


def silent_units(
    period: date, roster: Roster, ledger: Ledger
) -> frozenset[str]:
    """The names of those who are to be reminded: nothing has come that could become
    their report for a period in which they take part."""
    return ledger.once(
        ("silent units", period),
        (roster,),
        lambda: _silent(period, roster, ledger),
    )


def _silent(period: date, roster: Roster, ledger: Ledger) -> frozenset[str]:
    """Asked of each period there was, so no state is made: any report that was not
    given back gives its unit one."""
    unheard = ledger.once_of_period(
        "unheard", (roster,), period, lambda: _unheard(period, roster, ledger)
    )
    return unheard - _unplaced(period, roster, ledger)


def _unheard(period: date, roster: Roster, ledger: Ledger) -> frozenset[str]:
    names = roster.on(period).by_name
    heard = _heard(period, ledger)
    # Nearly all have sent something: no set of all the names is made for the few
    return frozenset(name for name in names if name not in heard)


def _heard(period: date, ledger: Ledger) -> set[str | None]:
    rejected = ReportState.REJECTED
    told = ledger.told_of_period(period, "unit", "state")
    return {unit for unit, state in told if state is not rejected}
