"""Folding of names: what two spellings of one unit have in common (rules.md 3)."""

import re
import unicodedata

_SUFFIXES = ("工会委员会", "总工会", "工会", "管理委员会", "管委会")
_PREFIX = "乐山市"


def normal(text: str) -> str:
    """Full-width to half-width, lower case, spaces and punctuation dropped."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def fold(text: str) -> str:
    """`normal`, with the affixes dropped that say nothing: 乐山市, 总工会, 工会, 工会委员会, 管委会."""
    name = normal(text)
    if name.startswith(_PREFIX) and len(name) > len(_PREFIX) + 1:
        name = name[len(_PREFIX) :]
    while True:
        shorter = next((name[: -len(s)] for s in _SUFFIXES if name.endswith(s) and len(name) > len(s)), name)
        if shorter == name:
            return name
        name = shorter
