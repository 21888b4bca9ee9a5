"""The mails of a time, looked up by what a person who misses a report would look for:
their sender, their subject, and those that nobody can place.

Values in, values out; made once for all units that are asked for. Trusts what was
recorded of each mail; looks into none.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import accumulate

from pipeline.model.arrival import Outcome
from pipeline.model.ledger import Ledger, MailSeen
from pipeline.model.operation.absence_proof import Likeness
from pipeline.model.report import Report, ReportState
from pipeline.model.values.frozen import frozen

_UNREAD = (Outcome.UNREADABLE.value, Outcome.SET_ASIDE.value)
_BETWEEN = "\n"


@frozen
class MailIndex:
    """The mails of a time, in their order, with look-ups: places are those in `mails`."""

    mails: tuple[MailSeen, ...]
    by_key: dict[str, list[int]]
    by_sender: dict[str, list[int]]
    # Unit -> the reports of its that they brought, in the ledger's order
    brought: dict[str, list[Report]]
    # Each subject once, in one text, where each begins in it, and the mails with it
    subjects: str
    begins: tuple[int, ...]
    by_subject: tuple[list[int], ...]
    # Whoever's they are
    unplaced: tuple[tuple[int, Likeness], ...]

    def naming(self, name: str) -> list[int]:
        """The places of the mails whose subject holds a name, in their order."""
        places: list[int] = []
        at = self.subjects.find(name)
        while at >= 0:
            which = bisect_right(self.begins, at) - 1
            places += self.by_subject[which]
            at = self.subjects.find(name, self.begins[which + 1])
        return sorted(places)


def mails_between(ledger: Ledger, since: datetime, now: datetime) -> MailIndex:
    """The mails that came after `since`, up to and with `now`."""
    return ledger.once(
        ("mails between", since, now), (), lambda: _index(ledger, since, now)
    )


def _index(ledger: Ledger, since: datetime, now: datetime) -> MailIndex:
    known = ledger.mails_since(since)
    mails = [m for m in known if since < m.received_at <= now]
    by_key: defaultdict[str, list[int]] = defaultdict(list)
    by_sender: defaultdict[str, list[int]] = defaultdict(list)
    by_subject: defaultdict[str, list[int]] = defaultdict(list)
    for place, mail in enumerate(mails):
        by_key[mail.key].append(place)
        by_sender[mail.sender].append(place)
        by_subject[mail.subject].append(place)
    brought: defaultdict[str, list[Report]] = defaultdict(list)
    for report in ledger.brought_by(by_key.keys()):
        brought[report.unit or ""].append(report)
    lengths = (len(subject) + len(_BETWEEN) for subject in by_subject)
    return MailIndex(
        mails=tuple(mails),
        by_key=dict(by_key),
        by_sender=dict(by_sender),
        brought=dict(brought),
        subjects=_BETWEEN.join(by_subject),
        begins=tuple(accumulate(lengths, initial=0)),
        by_subject=tuple(by_subject.values()),
        unplaced=tuple(_unplaced(mails, ledger)),
    )


def _unplaced(
    mails: Iterable[MailSeen], ledger: Ledger
) -> Iterator[tuple[int, Likeness]]:
    nameless = set()
    for report in ledger.before_people:
        if report.unit is None and report.state is ReportState.HELD:
            nameless.add(report.message_key)
    for place, mail in enumerate(mails):
        if mail.key in nameless:
            yield place, Likeness.NO_UNIT
        elif mail.outcome in _UNREAD:
            yield place, Likeness.UNREAD
