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
    known = sorted(reports, key=lambda r: (r.received_at, r.sequence))
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
    state = report_state(ledger.for_period(unit.name, period))
    if state is not None:
        return state
    for sender, about in ledger.unplaced:
        if about == period and _is_alone(unit, sender, roster):
            return State.HELD
    if (
        unread_mail(
            unit=unit,
            period=period,
            roster=roster,
            calendar=calendar,
            ledger=ledger,
        )
        is not None
    ):
        return State.UNREADABLE
    return None


def unread_mail(
    unit: Unit, period: date, roster: Roster, calendar: Calendar, ledger: Ledger
) -> MailSeen | None:
    """The newest mail that was meant as the unit's report and could not be read."""
    newest = None
    for mail in ledger.unread_mails:
        about = mail.period or calendar.received_for(mail.received_at)
        if mail.unit is None:
            its = _is_alone(unit, mail.sender, roster)
        else:
            its = mail.unit == unit.name
        if its and about == period:
            newest = mail
    return newest


def is_silent(
    unit: Unit, period: date, roster: Roster, calendar: Calendar, ledger: Ledger
) -> bool:
    """Whether the unit is to be reminded: nothing has come that could become its report."""
    state = unit_state(
        unit=unit,
        period=period,
        roster=roster,
        calendar=calendar,
        ledger=ledger,
    )
    return state is None or state is State.UNREADABLE


def _is_alone(unit: Unit, sender: str, roster: Roster) -> bool:
    """Whether the address is registered for this unit and no other."""
    alone = roster.alone_at(sender)
    return alone is not None and alone.name == unit.name
