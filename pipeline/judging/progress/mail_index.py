"""The mails of a time, looked up by what a person who misses a report would look for:
their sender, their subject, and those that nobody can place.

Values in, values out; made once for all units that are asked for. Trusts what was
recorded of each mail; looks into none.
"""

from bisect import bisect_right
from collections.abc import Collection
from datetime import datetime
from itertools import accumulate, count
from operator import attrgetter

from pipeline.model.arrival import Outcome
from pipeline.model.ledger import Ledger, MailSeen
from pipeline.model.memory.alike_places import AlikePlaces
from pipeline.model.operation.absence_proof import Likeness
from pipeline.model.report import ReportState
from pipeline.model.values.frozen import frozen

_UNREAD = (Outcome.UNREADABLE.value, Outcome.SET_ASIDE.value)
_BETWEEN = "\n"
_KEY = attrgetter("key")
_SENDER = attrgetter("sender")
_SUBJECT = attrgetter("subject")


@frozen
class MailIndex:
    """The mails of a time, in their order, with look-ups: places are those in `mails`."""

    mails: tuple[MailSeen, ...]
    # Of several mails of one key the first
    by_key: dict[str, int]
    by_sender: AlikePlaces
    # Each subject once, in one text, and where each begins in it
    subjects: str
    begins: tuple[int, ...]
    by_subject: AlikePlaces
    # Whoever's they are
    unplaced: tuple[tuple[int, Likeness], ...]

    def naming(self, name: str) -> list[int]:
        """The places of the mails whose subject holds a name, in their order."""
        places: list[int] = []
        at = self.subjects.find(name)
        while at >= 0:
            which = bisect_right(self.begins, at) - 1
            begin, end = self.begins[which : which + 2]
            subject = self.subjects[begin : end - len(_BETWEEN)]
            places += self.by_subject.of(subject)
            at = self.subjects.find(name, end)
        return sorted(places)


def mails_between(ledger: Ledger, since: datetime, now: datetime) -> MailIndex:
    """The mails that came after `since`, up to and with `now`."""
    return ledger.once(
        ("mails between", since, now), (), lambda: _index(ledger, since, now)
    )


def _index(ledger: Ledger, since: datetime, now: datetime) -> MailIndex:
    known = ledger.mails_since(since)
    mails = [m for m in known if since < m.received_at <= now]
    # Backwards, so that the first of a key is the last to be put in
    keys = map(_KEY, reversed(mails))
    by_key = dict(zip(keys, count(len(mails) - 1, -1), strict=False))
    subjects = dict.fromkeys(map(_SUBJECT, mails))
    lengths = (len(subject) + len(_BETWEEN) for subject in subjects)
    return MailIndex(
        mails=tuple(mails),
        by_key=by_key,
        by_sender=AlikePlaces(map(_SENDER, mails)),
        subjects=_BETWEEN.join(subjects),
        begins=tuple(accumulate(lengths, initial=0)),
        by_subject=AlikePlaces(map(_SUBJECT, mails)),
        unplaced=tuple(_unplaced(mails, by_key, ledger)),
    )


def _unplaced(
    mails: Collection[MailSeen], by_key: dict[str, int], ledger: Ledger
) -> list[tuple[int, Likeness]]:
    found = {}
    for place, mail in enumerate(mails):
        if mail.outcome in _UNREAD:
            found[place] = Likeness.UNREAD
    for report in ledger.before_people:
        nameless = report.unit is None and report.state is ReportState.HELD
        if nameless and report.message_key in by_key:
            found[by_key[report.message_key]] = Likeness.NO_UNIT
    return sorted(found.items())
