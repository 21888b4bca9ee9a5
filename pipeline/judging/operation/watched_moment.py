"""A moment that notes how long what is asked of it stays answered alike: handed to the
judging in place of `now`, it tells when the judging may come to another answer, without
knowing its rules.

Every comparison of a moment flips at one other moment, which is noted; until the first
of them each comparison comes out as it did, and so does whatever follows from them.
Trusts that nothing else is asked of a moment: what has no such answer (its minute, its
text) notes that nothing holds any longer.
"""

import datetime as day_and_time
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any, Self, SupportsIndex, overload

_DAY = timedelta(days=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Watch:
    """Until when all that was asked since holds; UTC. The comparisons that were over
    before `begun` never flip again."""

    begun: datetime
    until: datetime = _NEVER

    def flips_in(self, span: timedelta, *, behind: bool) -> None:
        """What was asked is answered otherwise so much later; never, if earlier.
        `behind`: not yet at that moment itself, but behind it."""
        if span < timedelta(0) or (not span and not behind):
            return
        try:
            self.until = min(self.until, self.begun + span)
        except OverflowError:
            # Behind the last day of any calendar
            return

    def holds_no_longer(self) -> None:
        self.until = self.begun


def watched(now: datetime) -> "tuple[WatchedMoment, Watch]":
    """`now` (aware) with the watch that notes what is asked of it."""
    watch = Watch(now.astimezone(UTC))
    return WatchedMoment.at(now, watch), watch


class WatchedSpan(timedelta):
    """Between a watched moment and a fixed one. `rises` with time, else it falls;
    `folded` is its absolute value."""

    _plain: timedelta
    _watch: Watch
    _rises: bool
    _folded: bool

    @classmethod
    def of(
        cls,
        plain: timedelta,
        watch: Watch,
        *,
        rises: bool,
        folded: bool = False,
    ) -> Self:
        made = cls(plain.days, plain.seconds, plain.microseconds)
        made._plain, made._watch = plain, watch
        made._rises, made._folded = rises, folded
        return made

    def __abs__(self) -> "WatchedSpan":
        return self.of(self._plain, self._watch, rises=self._rises, folded=True)

    def _against(
        self, other: timedelta, *, over: bool | None = None
    ) -> timedelta:
        """The span as it is compared; notes when it becomes as long as `other`. `over`:
        the answer is another once it is longer, or (False) as long; None: either."""
        behind = over is None or self._folded or over == self._rises
        for length in {other, -other} if self._folded else {other}:
            gap = length - self._plain
            self._watch.flips_in(gap if self._rises else -gap, behind=behind)
        return abs(self._plain) if self._folded else self._plain

    def __lt__(self, other: timedelta) -> bool:
        return self._against(other, over=False) < other

    def __le__(self, other: timedelta) -> bool:
        return self._against(other, over=True) <= other

    def __gt__(self, other: timedelta) -> bool:
        return self._against(other, over=True) > other

    def __ge__(self, other: timedelta) -> bool:
        return self._against(other, over=False) >= other

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, timedelta):
            return NotImplemented
        return self._against(other) == other

    def __hash__(self) -> int:
        self._watch.holds_no_longer()
        return hash(self._plain)

    def __getattribute__(self, name: str) -> Any:
        if name not in _OF_SPAN and not name.startswith("_"):
            self._watch.holds_no_longer()
        return object.__getattribute__(self, name)


_OF_SPAN = frozenset({"of"})


class WatchedMoment(datetime):
    """A moment that goes on with the clock, or one that keeps its distance from it."""

    _plain: datetime
    _watch: Watch

    @classmethod
    def at(cls, plain: datetime, watch: Watch) -> Self:
        made = cls(
            plain.year,
            plain.month,
            plain.day,
            plain.hour,
            plain.minute,
            plain.second,
            plain.microsecond,
            plain.tzinfo,
            fold=plain.fold,
        )
        made._plain, made._watch = plain, watch
        return made

    def astimezone(self, tz: tzinfo | None = None) -> Self:
        return self.at(self._plain.astimezone(tz), self._watch)

    def date(self) -> day_and_time.date:
        """Another one at the next midnight."""
        today = self._plain.date()
        midnight = datetime.combine(today + _DAY, time(), self._plain.tzinfo)
        self._watch.flips_in(_between(midnight, self._plain), behind=False)
        return today

    def _against(self, other: day_and_time.date, *, behind: bool) -> datetime:
        """The moment as it is compared; notes when it comes to the other, or has just
        come behind it."""
        # The distance of two that are watched stays
        if not isinstance(other, WatchedMoment):
            gap = _between(_fixed(other), self._plain)
            self._watch.flips_in(gap, behind=behind)
        return self._plain

    def __lt__(self, other: day_and_time.date) -> bool:
        return self._against(other, behind=False) < _fixed(other)

    def __le__(self, other: day_and_time.date) -> bool:
        return self._against(other, behind=True) <= _fixed(other)

    def __gt__(self, other: day_and_time.date) -> bool:
        return self._against(other, behind=True) > _fixed(other)

    def __ge__(self, other: day_and_time.date) -> bool:
        return self._against(other, behind=False) >= _fixed(other)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, datetime):
            return NotImplemented
        return self._against(other, behind=True) == _fixed(other)

    def __hash__(self) -> int:
        # Not that of the plain moment: nobody finds what was worked out for that one
        return hash((WatchedMoment, self._plain))

    def __add__(self, span: timedelta) -> Self:
        return self.at(self._plain + span, self._watch)

    __radd__ = __add__

    @overload  # type: ignore[override]
    def __sub__(self, other: datetime) -> timedelta: ...
    @overload
    def __sub__(self, other: timedelta) -> Self: ...
    def __sub__(self, other: datetime | timedelta) -> timedelta | Self:
        if isinstance(other, timedelta):
            return self.at(self._plain - other, self._watch)
        span = self._plain - _fixed(other)
        if isinstance(other, WatchedMoment):
            return span
        return WatchedSpan.of(span, self._watch, rises=True)

    def __rsub__(self, other: datetime) -> timedelta:
        return WatchedSpan.of(other - self._plain, self._watch, rises=False)

    def __str__(self) -> str:
        self._watch.holds_no_longer()
        return str(self._plain)

    def __format__(self, spec: str) -> str:
        self._watch.holds_no_longer()
        return format(self._plain, spec)

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        self._watch.holds_no_longer()
        return self._plain.__reduce_ex__(protocol)

    def __getattribute__(self, name: str) -> Any:
        if name not in _OF_MOMENT and not name.startswith("_"):
            self._watch.holds_no_longer()
        return object.__getattribute__(self, name)


_OF_MOMENT = frozenset({"at", "astimezone", "date", "tzinfo"})


def _fixed(moment: day_and_time.date) -> datetime:
    """TypeError for a day, which is compared with no moment."""
    if isinstance(moment, WatchedMoment):
        return moment._plain
    if isinstance(moment, datetime):
        return moment
    raise TypeError(f"{moment} is no moment")


def _between(later: datetime, earlier: datetime) -> timedelta:
    """By the clock of the world: two times of one zone are subtracted by its own, which
    jumps in summer."""
    return later.astimezone(UTC) - earlier.astimezone(UTC)
