"""The sample letters told of an office's own campaign: its units, groups, organizer, what
it counts. For people who look at letters before the first mail has come.

Figures, days and times stay those of the sample month. Names are exchanged in every
text of a letter, all at once, so that no exchanged name is exchanged again. Where the
office has fewer units than the sample, the rest are called 示例单位.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from itertools import count
from typing import Any

from pipeline.model.letters.letter import Letter
from pipeline.model.letters.sender import Sender
from pipeline.model.roster import Group, Roster
from pipeline.writing import sample_month
from pipeline.writing.samples import BULLETIN, LETTERS

# A row that others make up; its name is no unit's
POOL = "其他"
_MEASURE_WORD = re.compile(r"(?<=\d)名(?!次|第)")


def own_samples(
    sender: Sender, roster: Roster, kinds: Sequence[str]
) -> tuple[tuple[str, Letter], ...]:
    """The sample letters by name. `kinds` are the ids of the campaign's kinds of units,
    in order."""
    names = {
        sample_month.SENDER.organizer: sender.organizer,
        "市总工会": sender.organizer,
        sample_month.SENDER.words.topic
        + sample_month.SENDER.words.drive: sender.campaign,
        "旬报表": sender.form_title,
        **_kind_names(sender),
        **_unit_names(roster, kinds),
        **_group_names(roster.groups),
    }
    exchange = _exchange(names, sender.words.unit)
    ids = _kind_ids(kinds)
    found = []
    for name, letter in LETTERS:
        told: Letter = _told(
            letter, lambda text: ids.get(text) or exchange(text)
        )
        found.append((name, told))
    return tuple(found)


def _told(value: Any, say: Callable[[str], str]) -> Any:
    """The same value with every text in it said otherwise."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return say(value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for field in fields(value):
            if field.init:
                changed[field.name] = _told(getattr(value, field.name), say)
        return replace(value, **changed)
    if type(value) is tuple:
        return tuple(_told(one, say) for one in value)
    return value


def _exchange(
    names: Mapping[str, str], measure_word: str
) -> Callable[[str], str]:
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)))

    def exchanged(text: str) -> str:
        named = pattern.sub(lambda found: names[found[0]], text)
        return _MEASURE_WORD.sub(measure_word, named)

    return exchanged


def _unit_names(roster: Roster, kinds: Sequence[str]) -> dict[str, str]:
    """Each sample unit's name to the next of ours of its kind."""
    ids = _kind_ids(kinds)
    free = {kind: iter(_names_of(roster, kind)) for kind in ids.values()}
    numbers = count(1)
    found = {}
    for name, kind, *_ in sample_month.TABLE:
        if name == POOL:
            continue
        own = next(free[ids[kind]], "") or f"示例单位{next(numbers)}"
        found[name] = found[f"{name}总工会"] = own
    for member in BULLETIN.members:
        found[member.unit] = f"示例单位{next(numbers)}"
    return found


def _names_of(roster: Roster, kind: str) -> list[str]:
    return [u.name for u in roster.units if u.kind == kind and not u.pool]


def _group_names(groups: Sequence[Group]) -> dict[str, str]:
    found = {}
    for sample, own in zip(sample_month.GROUPS, groups, strict=False):
        found[sample.name] = own.name
        found[sample.department] = own.department
    return {name: own for name, own in found.items() if own}


def _kind_ids(kinds: Sequence[str]) -> dict[str, str]:
    """The sample has two kinds; where we have one, both are that one."""
    return {"county": kinds[0], "municipal": kinds[min(1, len(kinds) - 1)]}


def _kind_names(sender: Sender) -> dict[str, str]:
    """What a kind is called, and how a bulletin addresses it."""
    kinds = sender.words.kinds
    names = [kind.name for kind in kinds]
    found = {"县（市、区）": names[0]}
    addressed = [kind.addressee or kind.name for kind in kinds]
    for place, sample in enumerate(BULLETIN.addressees):
        found[sample] = addressed[min(place, len(addressed) - 1)]
    return found
