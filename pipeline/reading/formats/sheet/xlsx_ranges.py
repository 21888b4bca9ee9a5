"""References to cells as SpreadsheetML writes them: A1, $B$2, A1:C3.

Pure. What is no reference is none; nothing is guessed.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.reading.formats.sheet.grid import Position, Range

_A1 = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


@lru_cache(maxsize=4096)
def position_of(reference: str) -> Position | None:
    """Row and column from 0 of a reference to one cell."""
    match = _A1.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def ranges_of(references: str) -> Iterator[Range]:
    """The ranges of a list of references: A1 B2:C3."""
    for reference in references.split():
        first, _, last = reference.partition(":")
        start = position_of(first)
        end = position_of(last or first)
        if start and end:
            yield start[0], start[1], end[0], end[1]
