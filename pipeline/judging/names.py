"""Which unit a name means (rules.md 3): by name or alias after folding, and by nothing looser.

A near miss is offered to staff as a suggestion, never taken. Names are never matched as
substrings: 嘉阳电力公司 is not 嘉阳集团, 井研联峰盐化公司 is not 井研县.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable
from functools import cached_property

from pipeline.model.roster import Roster, Unit
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.unit_names import fold, normal
from pipeline.model.wording.vocabulary import GENERIC_NAME, NAME_SURROUNDINGS

# Folded names, each with the units that it may mean
_Index = dict[str, set[str]]


@frozen
class NameBook:
    """The roster's names and aliases, ready for look-up."""

    roster: Roster

    @cached_property
    def _exact(self) -> _Index:
        return self._index(normal)

    @cached_property
    def _folded(self) -> _Index:
        return self._index(self._fold)

    def _fold(self, text: str) -> str:
        return fold(text, self.roster.affixes)

    @cached_property
    def _surroundings(self) -> re.Pattern[str]:
        """What stands around a name, the campaign's own words first, the longest of
        them before its parts."""
        own = sorted(filter(None, self.roster.affixes.around), key=len)
        words = []
        for word in reversed(own):
            folded = unicodedata.normalize("NFKC", word)
            words.append(re.escape(folded))
        return re.compile("|".join((*words, NAME_SURROUNDINGS)), re.IGNORECASE)

    def _index(self, key: Callable[[str], str]) -> _Index:
        table: _Index = {}
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
        return set(self._fold(text)) <= GENERIC_NAME

    def named_in(self, text: str) -> str | None:
        """The one unit named in a subject or a file's name, once dates and the form's
        own words are taken away."""
        cleaned = self._surroundings.sub(
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

    def _most_alike(self, wanted: str, unit: Unit) -> float:
        """By the unit's name that is nearest."""
        names = self.roster.names_of(unit)
        return max(self._alike(wanted, name) for name in names)

    def _likeness(self, text: str) -> list[tuple[str, float]]:
        wanted = self._fold(text)
        scored = [
            (unit.name, self._most_alike(wanted, unit))
            for unit in self.roster.units
            if not unit.pool
        ]
        return sorted(scored, key=lambda pair: -pair[1])

    def _alike(self, wanted: str, name: str) -> float:
        return difflib.SequenceMatcher(None, wanted, self._fold(name)).ratio()
