"""What 漏报 rests on: where was looked for a unit's report, when, and which mails come
nearest to being it.

Values in, values out. Proves nothing beyond what was read: a mail that never reached
the mailbox is not seen here.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice

from pipeline.judging.progress.agenda import poll_times
from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.progress.near_mails import near_mails
from pipeline.judging.progress.silence import limit
from pipeline.model.ledger import Ledger
from pipeline.model.operation.absence_proof import Absence
from pipeline.model.values.frozen import frozen

_BEFORE_FIRST = timedelta(days=10)
_PUNCTUAL = timedelta(hours=1)
# Mails that are named: more would not be looked at
_MOST_NEAR = 5


def absence(
    unit: str,
    period: date,
    campaign: Campaign,
    ledger: Ledger,
    polls: Iterable[datetime],
    now: datetime,
) -> Absence:
    """What was searched for a unit's report on a period, up to `now`; `polls` are all
    that read the mailbox to its end."""
    return Search(period, campaign, ledger, tuple(polls), now).of(unit)


@frozen
class _Looks:
    """When was looked for what was due by one time, and when not."""

    after: tuple[datetime, ...]
    missed: tuple[datetime, ...]


@frozen
class Search:
    """What was searched for a period's reports up to `now`, asked of one unit after the
    other: what is the same for all is looked up once."""

    period: date
    campaign: Campaign
    ledger: Ledger
    # All that read the mailbox to its end
    polls: tuple[datetime, ...]
    now: datetime

    def of(self, unit: str) -> Absence:
        """What was searched for this unit's report."""
        end = limit(unit, self.period, self.campaign.calendar, self.ledger)
        if end not in self._by_end:
            self._by_end[end] = self._looks(end)
        looks = self._by_end[end]
        near = near_mails(
            unit=self.campaign.roster.by_name[unit],
            period=self.period,
            ledger=self.ledger,
            since=self._since,
            now=self.now,
        )
        # Of a mailbox that was never read nothing is claimed
        folders: tuple[str, ...] = ()
        if self.polls:
            folders = self.campaign.folders
        return Absence(
            unit=unit,
            period=self.period,
            since=self._since,
            end=end,
            folders=folders,
            polls=self._made,
            after=looks.after,
            missed=looks.missed,
            near=tuple(islice(near, _MOST_NEAR)),
        )

    @cached_property
    def _by_end(self) -> dict[datetime, _Looks]:
        return {}

    @cached_property
    def _since(self) -> datetime:
        calendar = self.campaign.calendar
        before = calendar.before(self.period)
        if before:
            return calendar.deadline(before)
        return calendar.deadline(self.period) - _BEFORE_FIRST

    @cached_property
    def _made(self) -> tuple[datetime, ...]:
        return tuple(p for p in self.polls if self._since < p <= self.now)

    def _looks(self, end: datetime) -> _Looks:
        after = tuple(p for p in self._made if p >= end)
        # Nor that a poll of it was missed
        if not self.polls:
            return _Looks(after, ())
        last = min(self.now, end + timedelta(days=4)) - _PUNCTUAL
        planned = []
        for one in poll_times(self.campaign):
            if self._since < one < last:
                planned.append(one)
        return _Looks(after, tuple(_missed(planned, self._made)))


def _missed(
    planned: Iterable[datetime], made: Iterable[datetime]
) -> Iterator[datetime]:
    for one in planned:
        if not _was_kept(one, made):
            yield one


def _was_kept(planned: datetime, made: Iterable[datetime]) -> bool:
    """Whether a poll was made at its time or soon after it."""
    return any(planned <= one <= planned + _PUNCTUAL for one in made)
