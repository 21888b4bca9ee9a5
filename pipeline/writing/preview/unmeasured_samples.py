"""The sample letters of a campaign without targets (rules.md 12): none of a lag or a
talk, and in the others no target, rate, schedule progress or rank.

Trusts the sample letters. Decides nothing: what a campaign without targets leaves out
is named here by the letters' own fields.
"""

from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from pipeline.model.letters.letter import Letter
from pipeline.model.letters.reminders import LagNotice, UnitLetter
from pipeline.model.letters.reviews import HeldCase
from pipeline.model.letters.talk_letters import TalkNotice, TalkProposal

# What is not known of anybody without a target
_UNKNOWN: Final = frozenset(
    {
        "target",
        "rate",
        "rate_now",
        "rate_printed",
        "rank",
        "rank_now",
        "rank_overall",
        "rank_printed",
        "schedule",
    }
)
# What nobody is, and how many there are of it
_NOBODY: Final = frozenset(
    {
        "circulated",
        "gap_to_schedule",
        "lagging",
        "of_all",
        "of_kind",
        "rank_before",
        "ranks_before",
        "schedule_days",
        "schedules",
        "talks",
    }
)


def without_targets(
    letters: tuple[tuple[str, Letter], ...], target_name: str
) -> tuple[tuple[str, Letter], ...]:
    """The letters, by name, that are sent without targets too, as they are then;
    `target_name` is what these letters call a unit's target."""
    found = []
    for name, letter in letters:
        if isinstance(letter, TalkNotice | TalkProposal):
            continue
        told = _unmeasured(letter, target_name)
        if not isinstance(told, UnitLetter) or told.parts:
            found.append((name, told))
    return tuple(found)


def _unmeasured(value: Any, target_name: str) -> Any:
    """The same value with nothing in it that only targets give a meaning."""
    if type(value) is tuple:
        kept = (one for one in value if not isinstance(one, LagNotice))
        return tuple(_unmeasured(one, target_name) for one in kept)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {}
    for field in fields(value):
        if field.init:
            one = getattr(value, field.name)
            changed[field.name] = _field(field.name, one, target_name)
    told = replace(value, **changed)
    if isinstance(told, HeldCase):
        against = (line for line in told.against if line[0] != target_name)
        told = replace(told, against=tuple(against))
    return told


def _field(name: str, value: Any, target_name: str) -> Any:
    if name in _UNKNOWN:
        return None
    if name in _NOBODY:
        return type(value)()
    return _unmeasured(value, target_name)
