"""Which unit a name means (rules.md 3): by name or alias after folding, and by nothing looser.

A near miss is offered to staff as a suggestion, never taken. Names are never matched as
substrings: 嘉阳电力公司 is not 嘉阳集团, 井研联峰盐化公司 is not 井研县.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pipeline.model.roster import Roster
from pipeline.model.unit_names import fold, normal

# Words around a name in subjects and file names; what is left between them is matched whole.
_SURROUNDINGS = re.compile(
    r"(?:\d{4}\s*年)?\d{1,2}\s*月(?:\d{1,2}\s*[日号]|[上中下]旬)?|"
    r"\d{2,4}[-./]\d{1,2}(?:[-./]\d{1,2})?|\d{4,8}"
    r"|农民工|入会|集中行动|旬报表|旬报|报表|信息表|统计表|情况表|月报|报送|上报|"
    r"呈报|填报|关于|附件\d*|盖章|扫描件?|补报|更正|重报|更新|最新"
    r"|以此件?为准|定稿|情况|进展|工作|任务|[上中下]旬|(?:re|fw|fwd|回复|答复|"
    r"转发)[:：]|\.[a-z0-9]{2,5}$|[的表]$",
    re.IGNORECASE,
)
_GENERIC = frozenset("县区市本我单位公司集团局厂级总工会委员")


@dataclass(frozen=True)
class NameBook:
    """The roster's names and aliases, ready for look-up."""

    roster: Roster

    @cached_property
    def _exact(self) -> dict[str, set[str]]:
        return self._index(normal)

    @cached_property
    def _folded(self) -> dict[str, set[str]]:
        return self._index(self._fold)

    def _fold(self, text: str) -> str:
        return fold(text, self.roster.place)

    def _index(self, key: Callable[[str], str]) -> dict[str, set[str]]:
        table: dict[str, set[str]] = {}
        for unit in self.roster.units:
            for name in self.roster.names_of(unit):
                table.setdefault(key(name), set()).add(unit.name)
        return table

    def match(self, text: str) -> str | None:
        """The one unit that a text names, or None; a name that fits two units names neither."""
        for key, table in (
            (normal(text), self._exact),
            (self._fold(text), self._folded),
        ):
            found = table.get(key, set())
            if len(found) == 1:
                return next(iter(found))
        return None

    def is_generic(self, text: str) -> bool:
        """Whether a unit cell names nobody at all: empty, or words such as 县总工会 and
        本单位 alone."""
        return set(self._fold(text)) <= _GENERIC

    def named_in(self, text: str) -> str | None:
        """The one unit named in a subject or a file's name, once dates and the form's
        own words are taken away."""
        cleaned = _SURROUNDINGS.sub(
            " ", unicodedata.normalize("NFKC", text[:500]).strip()
        )
        tokens = []
        for t in re.split(r"[\W_]+", cleaned):
            if t:
                tokens.append(t)
        found = set()
        for token in tokens:
            if unit := self.match(token):
                found.add(unit)
        if len(found) == 1:
            return next(iter(found))
        return None

    def suggestions(self, text: str, most: int = 3) -> tuple[str, ...]:
        """Near names for staff to look at, best first."""
        found = []
        for unit, score in self._likeness(text)[:most]:
            if score >= 0.5:
                found.append(unit)
        return tuple(found)

    def nearest(self, text: str, most: int = 3) -> tuple[str, ...]:
        """The units whose names have most in common with a text, best first; those with
        nothing in common are none."""
        found = []
        for unit, score in self._likeness(text)[:most]:
            if score > 0:
                found.append(unit)
        return tuple(found)

    def _likeness(self, text: str) -> list[tuple[str, float]]:
        wanted = self._fold(text)
        scored = [
            (
                unit.name,
                max(
                    self._alike(wanted, name)
                    for name in self.roster.names_of(unit)
                ),
            )
            for unit in self.roster.units
            if not unit.pool
        ]
        return sorted(scored, key=lambda pair: -pair[1])

    def _alike(self, wanted: str, name: str) -> float:
        return difflib.SequenceMatcher(None, wanted, self._fold(name)).ratio()
