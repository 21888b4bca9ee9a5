"""The state of one unit for one period (rules.md 3 and 7): of its best report, else of
what came and could not be placed or read.

Values in, values out. That nothing came proves 漏报 only where silence.py says so.
"""

from collections.abc import Iterable
from datetime import date

from pipeline.judging.calendar import Calendar
from pipeline.model.ledger import Ledger, MailSeen
from pipeline.model.report import Report, ReportState, Timeliness
from pipeline.model.roster import Roster, Unit
from pipeline.model.standing import State

_ACCEPTABLE = (
    ReportState.ACCEPTED,
    ReportState.SUPERSEDED,
    ReportState.DUPLICATE,
)


def report_state(reports: Iterable[Report]) -> State | None:
    """The state that a unit's reports for a period give it; timeliness is that of the
    first acceptable one."""
    known = list(reports)
    if len(known) > 1:
        known.sort(key=lambda r: (r.received_at, r.sequence))
    for report in known:
        if report.state in _ACCEPTABLE:
            if report.timeliness is Timeliness.ON_TIME:
                return State.ON_TIME
            return State.LATE
    if any(report.state is ReportState.HELD for report in known):
        return State.HELD
    return None


def unit_state(
    unit: Unit, period: date, roster: Roster, calendar: Calendar, ledger: Ledger
) -> State | None:
    """The unit's state for the period; None while nothing has come from it."""
    state = _reported(period, ledger).get(unit.name)
    if state is not None:
        return state
    if unit.name in _unplaced(period, roster, ledger):
        return State.HELD
    if unit.name in _unread(period, roster, calendar, ledger):
        return State.UNREADABLE
    return None


def _reported(period: date, ledger: Ledger) -> dict[str, State]:
    """unit -> the state that its reports for a period give it."""

    def work() -> dict[str, State]:
        found = {}
        for unit, reports in ledger.by_period.get(period, {}).items():
            state = report_state(reports)
            if state is not None:
                found[unit] = state
        return found

    return ledger.once(("reported", period), (), work)


def _unplaced(period: date, roster: Roster, ledger: Ledger) -> frozenset[str]:
    """The units from whose own address a report for the period came that could not be
    placed."""

    def work() -> frozenset[str]:
        found = set()
        for sender, about in ledger.unplaced:
            alone = roster.alone_at(sender)
            if about == period and alone is not None:
                found.add(alone.name)
        return frozenset(found)

    return ledger.once(("unplaced", period), (roster,), work)


def unread_mail(
    unit: Unit, period: date, roster: Roster, calendar: Calendar, ledger: Ledger
) -> MailSeen | None:
    """The newest mail that was meant as the unit's report and could not be read."""
    return _unread(period, roster, calendar, ledger).get(unit.name)


def _unread(
    period: date, roster: Roster, calendar: Calendar, ledger: Ledger
) -> dict[str, MailSeen]:
    """unit -> the newest mail that was meant as its report for the period and could not
    be read."""

    def work() -> dict[date, dict[str, MailSeen]]:
        found: dict[date, dict[str, MailSeen]] = {}
        for mail in ledger.unread_mails:
            about = mail.period or calendar.received_for(mail.received_at)
            unit = mail.unit
            if unit is None and (alone := roster.alone_at(mail.sender)):
                unit = alone.name
            if unit is not None:
                found.setdefault(about, {})[unit] = mail
        return found

    return ledger.once(("unread",), (roster, calendar), work).get(period, {})


def silent_units(
    period: date, roster: Roster, ledger: Ledger
) -> frozenset[str]:
    """The names of those who are to be reminded: nothing has come that could become
    their report for a period in which they take part."""

    def work() -> frozenset[str]:
        reported = _reported(period, ledger)
        unplaced = _unplaced(period, roster, ledger)
        taking_part = roster.on(period).by_name
        return frozenset(taking_part.keys() - reported.keys() - unplaced)

    return ledger.once(("silent", period), (roster,), work)
