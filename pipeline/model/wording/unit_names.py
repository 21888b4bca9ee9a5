"""Folding of names: what two spellings of one unit have in common (rules.md 3)."""

import re

from pipeline.model.values.frozen import frozen
from pipeline.model.wording.characters import same_characters
from pipeline.model.wording.vocabulary import NAME_AFFIXES, PLACED_OFFICE


@frozen
class NameAffixes:
    """What says nothing about which unit a name names: `places` at its front (岚州市 in
    岚州市甲县总工会), `endings` at its end, `around` beside it in a subject or a file's
    name."""

    places: tuple[str, ...] = ()
    endings: tuple[str, ...] = NAME_AFFIXES
    around: tuple[str, ...] = ()


COMMON_AFFIXES = NameAffixes()


def normal(text: str) -> str:
    """Full-width to half-width, radicals to characters, lower case, spaces and
    punctuation dropped."""
    return re.sub(r"[\W_]+", "", same_characters(text)).lower()


def fold(text: str, affixes: NameAffixes = COMMON_AFFIXES) -> str:
    """`normal`, with the affixes dropped that say nothing: one place at the front, any
    endings (总工会, 管委会)."""
    name = normal(text)
    for place in affixes.places:
        prefix = normal(place)
        if prefix and name.startswith(prefix) and len(name) > len(prefix) + 1:
            name = name[len(prefix) :]
            break
    while True:
        shorter = next(
            (
                name[: -len(s)]
                for s in affixes.endings
                if name.endswith(s) and len(name) > len(s)
            ),
            name,
        )
        if shorter == name:
            return name
        name = shorter


def place_of(organizer: str) -> str:
    """The place whose office runs the campaign, which people write before a unit's
    name: 岚州市 of 岚州市总工会; "" of others."""
    match = PLACED_OFFICE.fullmatch(normal(organizer))
    if match:
        return match[1]
    return ""
