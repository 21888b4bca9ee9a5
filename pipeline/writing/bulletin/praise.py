"""先进典型: which clauses of the month deserve to be quoted, by what can be measured.

Measured are the unit's rise over the month, the numbers in a clause, its length, and
whether it was told before or by another. Nothing is judged for its style, nothing
rewritten. It is a proposal that staff can change.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from pipeline.model.letters.bulletins import Praise
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import PLAIN_WORDS, CampaignWords
from pipeline.model.wording.vocabulary import (
    PRAISED_COUNTS,
    PRAISED_DEEDS,
    PRAISED_FOR,
)
from pipeline.writing.words import percent, plain

# Characters: less says nothing that another could copy
SHORTEST: Final = 15
# More is not quoted in one breath
LONGEST: Final = 160
# Share of pairs of characters in common: then a clause is last time's with a new figure
_ALIKE: Final = 0.8
# A number in digits or characters; 一次, 一个 count nothing: in characters it is two or
# more.
_NUMBER: Final = (
    r"(?:[\d０-９][\d０-９,，.．]*|"
    r"(?!一[^二三四五六七八九十百千万两])[一二三四五六七八九十百千万两]+(?=[个名人家场次条项万亿]))"
)
_COUNTED: Final = re.compile(_NUMBER)
# What of a clause can be counted, behind a number, whatever it is about.
_COUNTS: Final = "[余多]?(?:名|人(?!次)|位|家|户|个|处|件|项|所|场|条|万元)"
# What has not happened is no example.
_PLANNED: Final = re.compile(
    "计划|拟|将于|力争|预计|争取|目标|下一步|准备|打算"
)
_PARTS: Final = re.compile("[，,；;。]")
_MARKS: Final = re.compile(r"\W+")


@frozen
class Candidate:
    """A clause and what is known of its unit. `rise` is the month's growth as a share
    of the target (0.12 = 12 points).

    `earlier_clauses` are those of the unit's earlier reports.
    """

    unit: str
    clause: str
    period_name: str
    message_id: str
    rise: float
    earlier_clauses: tuple[str, ...] = ()
    # Of the source mail
    subject: str = ""
    received_at: datetime | None = None


@frozen
class Deeds:
    """What a clause must be about to be quoted: it names the matter (`about`), and one
    part of it says what was done (`done`) and counts it (`counted`)."""

    about: re.Pattern[str]
    done: re.Pattern[str]
    counted: re.Pattern[str]


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


def deeds(about: Sequence[str] = PRAISED_FOR) -> Deeds:
    """The deeds of the common vocabulary, who joined and which unions were founded; or
    whatever counts one of the words of a campaign's own, of none anything counted."""
    if tuple(about) == PRAISED_FOR:
        counted = re.compile(_NUMBER + PRAISED_COUNTS)
        return Deeds(_any_of(about), _any_of(PRAISED_DEEDS), counted)
    own = _any_of(about)
    return Deeds(own, re.compile(""), re.compile(_NUMBER + _COUNTS))


def pick(
    candidates: Sequence[Candidate],
    most: int = 5,
    about: Sequence[str] = PRAISED_FOR,
    words: CampaignWords = PLAIN_WORDS,
) -> tuple[Praise, ...]:
    """Up to `most` clauses, at most one a unit, the units with the steepest rise first.

    Left out: units that did not grow, clauses that count nothing of what they should be
    `about`, too short or too long, told before by the unit or told by two units alike.
    The same candidates in any order give the same answer.
    """
    told = _Told(candidates)
    wanted = deeds(about)
    chosen: dict[str, Candidate] = {}
    # The best first: whether a clause is shared takes a look at all others, and is asked
    # of those alone that would be chosen.
    for candidate in sorted(candidates, key=_merit):
        if len(chosen) == most:
            break
        if candidate.unit in chosen or not _fit(candidate, wanted):
            continue
        if not told.is_shared(candidate.clause):
            chosen[candidate.unit] = candidate
    return tuple(_praise(one, words) for one in chosen.values())


def _praise(candidate: Candidate, words: CampaignWords) -> Praise:
    return Praise(
        unit=candidate.unit,
        clause=plain(candidate.clause),
        period_name=candidate.period_name,
        message_id=candidate.message_id,
        why=_why(candidate, words),
        subject=candidate.subject,
        received_at=candidate.received_at,
    )


def _merit(candidate: Candidate) -> tuple[float, int, int, str, str, str]:
    """Sorts the best first: rise, then numbers, then length up to what reads well, then by name."""
    length = abs(len(plain(candidate.clause)) - 60)
    name = (candidate.unit, candidate.clause, candidate.period_name)
    return (-candidate.rise, -min(_numbers(candidate.clause), 4), length, *name)


def _fit(candidate: Candidate, wanted: Deeds) -> bool:
    if candidate.rise <= 0:
        return False
    if not SHORTEST <= len(plain(candidate.clause)) <= LONGEST:
        return False
    if not _tells_a_deed(plain(candidate.clause), wanted):
        return False
    told = candidate.earlier_clauses
    return not any(_alike(candidate.clause, earlier) for earlier in told)


def _tells_a_deed(clause: str, wanted: Deeds) -> bool:
    """Whether one part of the clause counts what was done of the matter."""
    if not wanted.about.search(clause):
        return False
    for part in _PARTS.split(clause):
        done = wanted.done.search(part) and not _PLANNED.search(part)
        if done and wanted.counted.search(part):
            return True
    return False


class _Told:
    """The clauses of a month, by who told them."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._owners: dict[str, set[str]] = {}
        for candidate in candidates:
            owners = self._owners.setdefault(_folded(candidate.clause), set())
            owners.add(candidate.unit)
        self._pairs = {text: _pairs(text) for text in self._owners}

    def is_shared(self, clause: str) -> bool:
        """Whether two units or more tell it alike: nobody knows whose it is."""
        text = _folded(clause)
        owners = self._owners[text]
        pairs = self._pairs[text]
        if len(owners) > 1:
            return True
        return any(
            _same(pairs, self._pairs[other])
            for other, others in self._owners.items()
            if other != text and others != owners
        )


def _alike(one: str, other: str) -> bool:
    """Whether two clauses share most of their pairs of characters, numbers left out:
    last time's with a new figure."""
    return _same(_pairs(_folded(one)), _pairs(_folded(other)))


def _same(pairs: Counter[str], others: Counter[str]) -> bool:
    total = pairs.total() + others.total()
    # What they share is at most the shorter one.
    if total == 0 or 2 * min(pairs.total(), others.total()) / total < _ALIKE:
        return False
    return 2 * (pairs & others).total() / total >= _ALIKE


def _pairs(folded: str) -> Counter[str]:
    text = _COUNTED.sub("", folded)
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


def _folded(clause: str) -> str:
    return _MARKS.sub("", plain(clause))


def _numbers(clause: str) -> int:
    return len(_COUNTED.findall(clause))


def _why(candidate: Candidate, words: CampaignWords) -> str:
    return (
        f"{words.this_month}完成率提高{percent(candidate.rise)[:-1]}个百分点，"
        f"本条含{_numbers(candidate.clause)}项数据，未见于以往{words.report}"
    )
