"""Which mails come nearest to being a unit's report for a period: what a person looks at
who doubts that it was missing.

Values in, values out. Trusts what was recorded of each mail; looks into none.
"""

from collections.abc import Iterator
from datetime import date, datetime

from pipeline.model.arrival import Outcome
from pipeline.model.ledger import Ledger, MailSeen
from pipeline.model.operation.absence_proof import Likeness, Near
from pipeline.model.report import ReportState
from pipeline.model.roster import Unit

_UNREAD = (Outcome.UNREADABLE.value, Outcome.SET_ASIDE.value)


def near_mails(
    unit: Unit, period: date, ledger: Ledger, since: datetime, now: datetime
) -> Iterator[Near]:
    """Mails of the time, the nearest kind first: the unit's own, those that name it,
    those nobody can place."""
    mails = []
    for mail in ledger.messages:
        if since < mail.received_at <= now:
            mails.append(mail)
    nameless = set()
    for report in ledger.reports:
        if report.unit is None and report.state is ReportState.HELD:
            nameless.add(report.message_key)
    brought = _brought(unit, period, ledger)

    def own(mail: MailSeen) -> Likeness | None:
        of = brought.get(mail.key)
        if of == period:
            return Likeness.ITS_REPORT
        if of is not None:
            return Likeness.OTHER_PERIOD
        if mail.sender in unit.emails:
            return Likeness.NO_REPORT
        return None

    def named(mail: MailSeen) -> Likeness | None:
        if unit.name in mail.subject:
            return Likeness.NAMED
        return None

    def unplaced(mail: MailSeen) -> Likeness | None:
        if mail.key in nameless:
            return Likeness.NO_UNIT
        if mail.outcome in _UNREAD:
            return Likeness.UNREAD
        return None

    told: set[str] = set()
    for test in (own, named, unplaced):
        for mail in mails:
            why = test(mail)
            if why is not None and mail.key not in told:
                told.add(mail.key)
                yield Near(mail, why, brought.get(mail.key))


def _brought(unit: Unit, period: date, ledger: Ledger) -> dict[str, date]:
    """The mails with reports of the unit: of which period; of several this one."""
    found = {}
    for report in ledger.of_unit(unit.name):
        found[report.message_key] = report.period
    for report in ledger.for_period(unit.name, period):
        found[report.message_key] = period
    return found
