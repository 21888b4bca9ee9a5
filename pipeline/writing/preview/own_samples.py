"""The sample letters told of an office's own campaign: its units, groups, organizer, what
it counts, its labels, its days. For people who look at letters before the first mail has
come.

Figures stay those of the sample month. Names are exchanged in every
text of a letter, all at once, so that no exchanged name is exchanged again. Where the
office has fewer units than the sample, the rest are called 示例单位.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from enum import Enum
from itertools import count
from typing import Any

from pipeline.model.form_serial import serial_for
from pipeline.model.letters.bulletins import Bulletin, BulletinDraft
from pipeline.model.letters.letter import Letter
from pipeline.model.letters.letter_sender import Sender
from pipeline.model.letters.receipts import (
    Receipt,
    ReportLine,
    Returned,
    Settled,
)
from pipeline.model.letters.reminders import Reminder, UnitLetter
from pipeline.model.roster import Group, Roster
from pipeline.model.rules import CalendarRules
from pipeline.writing import sample_month
from pipeline.writing.preview.sample_days import SampleDays, sample_days
from pipeline.writing.preview.unmeasured_samples import without_targets
from pipeline.writing.review.draft_words import draft_answers
from pipeline.writing.samples import BULLETIN, LETTERS

# A row that others make up; its name is no unit's
POOL = "其他"
_CLAUSES = (
    "召开工作推进会2次，由分管负责人带队到基层督导11次。",
    "集中宣传4场，发放宣传资料800余份。",
    "组织专门力量上门服务1200次，投入资金15.6万元。",
    "建立台账，逐项对账销号，定期通报进度。",
)
_MEASURE_WORD = re.compile(r"(?<=\d)名(?!次|第)")


def own_samples(
    sender: Sender,
    roster: Roster,
    kinds: Sequence[str],
    rules: CalendarRules,
) -> tuple[tuple[str, Letter], ...]:
    """The sample letters by name. `kinds` are the ids of the campaign's kinds of units,
    in order; `rules` say which days are its own. Without targets those that only
    targets give a meaning are left out."""
    days = sample_days(rules)
    names = {
        **days.texts(sender.words),
        **_own_words(sender),
        **_own_clauses(sender),
        **_own_answers(sender, roster),
        sample_month.SENDER.organizer: sender.organizer,
        "市总工会": sender.organizer,
        sample_month.SENDER.words.topic
        + sample_month.SENDER.words.drive: sender.campaign,
        **_kind_names(sender),
        **_unit_names(roster, kinds),
        **_group_names(roster.groups),
    }
    exchange = _exchange(names, sender.words.unit)
    ids = _kind_ids(kinds)
    found = []
    for name, letter in LETTERS:
        told: Letter = _told(
            letter, lambda text: ids.get(text) or exchange(text), days
        )
        found.append((name, _counted_again(told, sender, days)))
    if roster.has_targets:
        return tuple(found)
    return without_targets(tuple(found), sender.words.target_name)


def _told(value: Any, say: Callable[[str], str], days: SampleDays) -> Any:
    """The same value with every text and day in it said otherwise."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return say(value)
    if isinstance(value, datetime):
        return days.at(value)
    if isinstance(value, date):
        return days.on(value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for field in fields(value):
            if field.init:
                one = getattr(value, field.name)
                changed[field.name] = _told(one, say, days)
        return replace(value, **changed)
    if type(value) is tuple:
        return tuple(_told(one, say, days) for one in value)
    if isinstance(value, dict):
        return dict(_told(tuple(value.items()), say, days))
    return value


def _counted_again(letter: Any, sender: Sender, days: SampleDays) -> Any:
    """A letter with what follows from its texts and days: lengths, the number of a
    form, the periods of a bulletin."""
    match letter:
        case Bulletin():
            return _bulletin_of(letter, sender, days)
        case BulletinDraft():
            drawn = _bulletin_of(letter.bulletin, sender, days)
            return replace(letter, bulletin=drawn)
        case Receipt():
            lines = tuple(_line_of(line) for line in letter.reports)
            return replace(letter, reports=lines)
        case UnitLetter():
            parts = tuple(_numbered(part, sender) for part in letter.parts)
            return replace(letter, parts=parts)
        case Returned():
            return _numbered(letter, sender)
        case Settled():
            return replace(letter, line=_line_of(letter.line))
    return letter


def _line_of(line: ReportLine) -> ReportLine:
    return replace(line, measures_chars=sum(map(len, line.measures)))


def _numbered(part: Any, sender: Sender) -> Any:
    """A letter that carries a form, with that form's own number."""
    if not isinstance(part, Reminder | Returned) or part.period is None:
        return part
    serial = serial_for(sender.campaign, part.unit or "", part.period)
    return replace(part, serial=serial)


def _bulletin_of(
    bulletin: Bulletin, sender: Sender, days: SampleDays
) -> Bulletin:
    """A bulletin of the month's own periods alone."""
    growth = None
    if sender.words.growing:
        growth = bulletin.growth_on_base
    months = []
    for unit in bulletin.months:
        months.append(replace(unit, states=unit.states[-days.in_month :]))
    return replace(
        bulletin,
        periods=bulletin.periods[-days.in_month :],
        months=tuple(months),
        growth_on_base=growth,
    )


def _own_words(sender: Sender) -> dict[str, str]:
    """What the sample says of its form and its figures, and what we say."""
    words = sender.words
    labels = words.labels
    sample = sample_month.SENDER.words
    return {
        "旬报表": words.form,
        "旬报": words.report,
        "请查收本旬报表": f"请查收{words.form}",
        "与上旬重复": f"与上{words.span}重复",
        sample.added_name: words.added_name,
        sample.month_growth: words.month_growth,
        sample.this_month: words.this_month,
        "，举措有2": f"，{labels.deeds}有2",
        "，举措有1": f"，{labels.deeds}有1",
        sample.drive: words.drive,
        sample.target_name: words.target_name,
        sample.guides: words.guides,
        sample.labels.unit: labels.unit,
        sample.labels.date: labels.date,
        sample.labels.completed: labels.completed,
        sample.labels.measures: labels.measures,
    }


def _own_answers(sender: Sender, roster: Roster) -> dict[str, str]:
    sample = draft_answers(sample_month.SENDER.document)
    own = draft_answers(sender.document, has_targets=roster.has_targets)
    found: dict[str, str] = {}
    for said, ours in zip(sample, own, strict=True):
        found.update(zip(said, ours, strict=True))
    return found


def _own_clauses(sender: Sender) -> dict[str, str]:
    """Clauses that any campaign could have sent, in place of the sample's."""
    words = sender.words
    if words.counted == sample_month.SENDER.words.counted:
        return {}
    found = dict(zip(sample_month.CLAUSES, _CLAUSES, strict=True))
    short = f"只有{len(sample_month.CLAUSES[0])}字"
    found[short] = f"只有{len(_CLAUSES[0])}字"
    found[sample_month.SECOND_PRAISED] = (
        f"组成3个专班分片包干，本期{words.verb}54{words.unit}。"
    )
    return found


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
    # A bare number would run into the day that follows it: 示例单位33月31日
    others = (f"示例单位（{number}）" for number in count(1))
    found = {}
    for name, kind, *_ in sample_month.TABLE:
        if name == POOL:
            continue
        own = next(free[ids[kind]], "") or next(others)
        found[name] = found[f"{name}总工会"] = own
    for member in BULLETIN.members:
        found[member.unit] = next(others)
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
