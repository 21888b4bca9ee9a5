"""Which mails were meant as whose report and could not be read (来件未能读取, rules.md 7).

Values in, values out. Trusts the ledger for what each mail was.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.judging.calendar import Calendar
from pipeline.model.arrival import Outcome
from pipeline.model.ledger import Ledger, MailSeen
from pipeline.model.roster import Roster, Unit

_ByPeriod = dict[date, dict[str, MailSeen]]


def unread_mail(
    unit: Unit, period: date, roster: Roster, calendar: Calendar, ledger: Ledger
) -> MailSeen | None:
    """The newest mail that was meant as the unit's report and could not be read."""
    return unread_mails(period, roster, calendar, ledger).get(unit.name)


def unread_mails(
    period: date, roster: Roster, calendar: Calendar, ledger: Ledger
) -> Mapping[str, MailSeen]:
    """unit -> the newest mail that was meant as its report for the period; worked out
    for all periods once."""
    by_period = ledger.once(
        ("unread mails",),
        (roster, calendar),
        lambda: _by_period(
            roster, calendar, ledger.mails_of(Outcome.UNREADABLE)
        ),
    )
    return by_period.get(period, {})


def _by_period(
    roster: Roster, calendar: Calendar, mails: Iterable[MailSeen]
) -> _ByPeriod:
    found: _ByPeriod = {}
    for mail in mails:
        period = mail.period or calendar.received_for(mail.received_at)
        unit = mail.unit
        alone = roster.alone_at(mail.sender)
        if unit is None and alone is not None:
            unit = alone.name
        if unit is not None:
            found.setdefault(period, {})[unit] = mail
    return found
