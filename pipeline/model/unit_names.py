"""Folding of names: what two spellings of one unit have in common (rules.md 3)."""

import re

from pipeline.model.characters import same_characters

_SUFFIXES = ("工会委员会", "总工会", "工会", "管理委员会", "管委会")
_CITY = "乐山市"
_PLACE = re.compile(r"(.+[省市州盟区县旗])(?:总工会|工会)")


def normal(text: str) -> str:
    """Full-width to half-width, radicals to characters, lower case, spaces and
    punctuation dropped."""
    return re.sub(r"[\W_]+", "", same_characters(text)).lower()


def fold(text: str, place: str = "") -> str:
    """`normal`, with the affixes dropped that say nothing: 乐山市, 总工会, 工会,
    工会委员会, 管委会; `place` too, at the front."""
    name = normal(text)
    for prefix in (_CITY, normal(place)):
        if prefix and name.startswith(prefix) and len(name) > len(prefix) + 1:
            name = name[len(prefix) :]
            break
    while True:
        shorter = next(
            (
                name[: -len(s)]
                for s in _SUFFIXES
                if name.endswith(s) and len(name) > len(s)
            ),
            name,
        )
        if shorter == name:
            return name
        name = shorter


def place_of(organizer: str) -> str:
    """The place whose union runs the campaign, which people write before a unit's name:
    岚州市 of 岚州市总工会; "" of others."""
    match = _PLACE.fullmatch(normal(organizer))
    if match:
        return match[1]
    return ""
