"""All that is looked up in a ledger, so that two ways to the same one can be held against each other."""

from collections.abc import Iterable
from datetime import date

from pipeline.model.arrival import Outcome
from pipeline.model.ledger import Ledger


def answers(
    ledger: Ledger, units: Iterable[str | None], periods: Iterable[date]
) -> list[object]:
    told: list[object] = [
        list(ledger.reports),
        {u: dict(known) for u, known in ledger.counting.items() if known},
        list(ledger.before_people),
        ledger.unplaced,
    ]
    dues = list(periods)
    for unit in units:
        told.append(list(ledger.of_unit(unit or "")))
        told.append(list(ledger.told_of_unit(unit or "", "id", "period")))
        for period in dues:
            told.append(list(ledger.for_period(unit or "", period)))
            told.append(ledger.placed_for(unit, period))
    for period in dues:
        told.append(list(ledger.of_period(period)))
        told.append(list(ledger.told_of_period(period, "unit", "state")))
    for one in ledger.reports:
        told.append(ledger.report(one.id))
        told.append(ledger.of_mail(one.message_key))
        read = (one.read_completed, one.added, one.measures)
        told.append(list(ledger.read_alike(one.unit or "", read)))
    told.append({p for p in ledger.periods if list(ledger.of_period(p))})
    return [*told, *_of_mails(ledger)]


def _of_mails(ledger: Ledger) -> Iterable[object]:
    yield list(ledger.messages)
    for outcome in Outcome:
        yield list(ledger.mails_of(outcome))
        yield list(ledger.unanswered(outcome, "receipt:"))
    for mail in ledger.messages:
        yield ledger.mails_with((mail.key, None))
        yield list(ledger.mails_since(mail.received_at))
    for report in ledger.reports:
        yield ledger.sender_of(report)
