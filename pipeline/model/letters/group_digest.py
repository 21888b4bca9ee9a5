"""The part of the period's digest (旬进度简报) that one guidance group gets.

Trusts the staff's digest. Never tells a group of another one's units.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from pipeline.model.letters.bulletins import Excused
from pipeline.model.letters.digests import Delay, Digest
from pipeline.model.letters.reminders import Arrears
from pipeline.model.letters.reviews import HeldCase
from pipeline.model.roster import Group

T = TypeVar("T")


def for_group(digest: Digest, group: Group) -> Digest:
    """What of the staff's digest is of one guidance group's own units; its leader
    decides on no figure, so nothing can be answered."""
    own = frozenset(group.units)
    return replace(
        digest,
        late=_own(digest.late, own, _unit),
        missing=_own(digest.missing, own, _itself),
        held=_own(digest.held, own, _whose),
        lagging=_own(digest.lagging, own, _unit),
        excused=_own(digest.excused, own, _unit),
        undecided=(),
        searched=_own(digest.searched, own, _first),
        unreachable=_own(digest.unreachable, own, _itself),
        delayed=_own(digest.delayed, own, _itself),
        unread=_own(digest.unread, own, _first),
        asides=_own(digest.asides, own, _first),
        slept=(),
        moved=None,
        groups=(),
        group=group,
        answers=(),
        token=None,
        code="",
    )


def _whose(case: HeldCase) -> str:
    """A case without a unit waits for whoever wrote, as in the states (rules.md 3)."""
    return case.line.unit or case.sender_unit


def _unit(told: Delay | Arrears | Excused) -> str:
    return told.unit


def _itself(unit: str) -> str:
    return unit


def _first(pair: tuple[str, str]) -> str:
    return pair[0]


def _own(
    told: tuple[T, ...],
    own: frozenset[str],
    unit_of: Callable[[T], str],
) -> tuple[T, ...]:
    """What of all that is told is of the group's own units."""
    found = []
    for one in told:
        if unit_of(one) in own:
            found.append(one)
    return tuple(found)
