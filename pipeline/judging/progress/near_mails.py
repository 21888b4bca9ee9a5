"""Which mails come nearest to being a unit's report for a period: what a person looks at
who doubts that it was missing.

Values in, values out. Trusts what was recorded of each mail; looks into none.
"""

from collections.abc import Iterator
from datetime import date, datetime

from pipeline.judging.progress.mail_index import MailIndex, mails_between
from pipeline.model.ledger import Ledger
from pipeline.model.operation.absence_proof import Likeness, Near
from pipeline.model.roster import Unit


def near_mails(
    unit: Unit, period: date, ledger: Ledger, since: datetime, now: datetime
) -> Iterator[Near]:
    """Mails of the time, the nearest kind first: the unit's own, those that name it,
    those nobody can place."""
    known = mails_between(ledger, since, now)
    brought = _brought(unit, period, known, ledger)
    told: set[str] = set()
    for found in (
        _own(unit, period, brought, known),
        _named(unit, known),
        known.unplaced,
    ):
        for place, why in found:
            mail = known.mails[place]
            if mail.key not in told:
                told.add(mail.key)
                yield Near(mail, why, brought.get(mail.key))


def _own(
    unit: Unit, period: date, brought: dict[str, date], known: MailIndex
) -> Iterator[tuple[int, Likeness]]:
    places: set[int] = set()
    for key in brought:
        places.add(known.by_key[key])
    for address in unit.emails:
        places.update(known.by_sender.of(address))
    for place in sorted(places):
        of = brought.get(known.mails[place].key)
        if of is None:
            yield place, Likeness.NO_REPORT
        elif of == period:
            yield place, Likeness.ITS_REPORT
        else:
            yield place, Likeness.OTHER_PERIOD


def _named(unit: Unit, known: MailIndex) -> Iterator[tuple[int, Likeness]]:
    for place in known.naming(unit.name):
        yield place, Likeness.NAMED


def _brought(
    unit: Unit, period: date, known: MailIndex, ledger: Ledger
) -> dict[str, date]:
    """The mails with reports of the unit: of which period; of several this one."""
    found: dict[str, date] = {}
    for key, of in ledger.told_of_unit(unit.name, "message_key", "period"):
        if key in known.by_key and found.get(key) != period:
            found[key] = of
    return found
