"""先进典型: which clauses of the month deserve to be quoted, by what can be measured.

Measured are the unit's rise over the month, the numbers in a clause, its length, and
whether it was told before or by another. Nothing is judged for its style, nothing
rewritten. It is a proposal that staff can change.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.model.letters.bulletins import Praise
from pipeline.writing.words import percent, plain

SHORTEST: Final = 15  # characters: less says nothing that another could copy
LONGEST: Final = 160  # more is not quoted in one breath
_ALIKE: Final = 0.8
_COUNTED: Final = re.compile(  # 一次, 一个 count nothing: a number in characters is two or more
    r"[\d０-９][\d０-９,，.．]*|"
    r"(?!一[^二三四五六七八九十百千万两])[一二三四五六七八九十百千万两]+(?=[个名人家场次条项万亿])"
)
_MARKS: Final = re.compile(r"\W+")


@dataclass(frozen=True)
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


def pick(candidates: Sequence[Candidate], most: int = 5) -> tuple[Praise, ...]:
    """Up to `most` clauses, at most one a unit, the units with the steepest rise first.

    Left out: units that did not grow, clauses without a number, too short or too long,
    told before by the unit or told by two units alike. The same candidates in any order
    give the same answer.
    """
    shared = _shared(candidates)
    fit = [c for c in candidates if _fit(c) and _folded(c.clause) not in shared]
    best: dict[str, Candidate] = {}
    for candidate in sorted(fit, key=_merit):
        best.setdefault(candidate.unit, candidate)
    chosen = sorted(best.values(), key=_merit)[:most]
    return tuple(
        Praise(c.unit, plain(c.clause), c.period_name, c.message_id, _why(c))
        for c in chosen
    )


def _merit(candidate: Candidate) -> tuple[float, int, int, str, str, str]:
    """Sorts the best first: rise, then numbers, then length up to what reads well, then by name."""
    length = abs(len(plain(candidate.clause)) - 60)
    name = (candidate.unit, candidate.clause, candidate.period_name)
    return (-candidate.rise, -min(_numbers(candidate.clause), 4), length, *name)


def _fit(candidate: Candidate) -> bool:
    return (
        candidate.rise > 0
        and SHORTEST <= len(plain(candidate.clause)) <= LONGEST
        and _numbers(candidate.clause) > 0
        and not any(
            _alike(candidate.clause, earlier) for earlier in candidate.earlier_clauses
        )
    )


def _shared(candidates: Iterable[Candidate]) -> set[str]:
    """Folded clauses that two units or more tell alike: nobody knows whose they are."""
    owners: dict[str, set[str]] = {}
    for candidate in candidates:
        owners.setdefault(_folded(candidate.clause), set()).add(candidate.unit)
    clauses = list(owners)
    alike = {
        text
        for i, one in enumerate(clauses)
        for other in clauses[i + 1 :]
        if owners[one] != owners[other] and _alike(one, other)
        for text in (one, other)
    }
    return alike | {text for text, units in owners.items() if len(units) > 1}


def _alike(one: str, other: str) -> bool:
    """Whether two clauses share most of their pairs of characters, numbers left out:
    last time's with a new figure."""
    pairs, others = _pairs(one), _pairs(other)
    total = sum(pairs.values()) + sum(others.values())
    return total > 0 and 2 * sum((pairs & others).values()) / total >= _ALIKE


def _pairs(clause: str) -> Counter[str]:
    text = _COUNTED.sub("", _folded(clause))
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


def _folded(clause: str) -> str:
    return _MARKS.sub("", plain(clause))


def _numbers(clause: str) -> int:
    return len(_COUNTED.findall(clause))


def _why(candidate: Candidate) -> str:
    return (
        f"本月完成率提高{percent(candidate.rise)[:-1]}个百分点，"
        f"本条含{_numbers(candidate.clause)}项数据，未见于以往旬报"
    )
