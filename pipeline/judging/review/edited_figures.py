"""The figures of an edited draft held against those of the document that the program
made: what a reviewer's hand changed of a number, or of the name that it stands with.

Values in, values out. Never decides whether a change is meant: that is asked.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from pipeline.model.values.frozen import frozen
from pipeline.model.wording.vocabulary import DOCUMENT_NUMBER

# 43,560 or 75.1% or 2015; list marks such as 1. are numbers, too: a changed one is asked
# about rather than overlooked.
_SNAPSHOT: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-F]{12}(?![0-9A-Za-z])")
_NUMBER: Final = r"\d[\d,]*(?:\.\d+)?%?"


@frozen
class FigureChange:
    """Numbers or units' names that stand otherwise; `before` is () for ones that were
    added. `line` is the reviewer's."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    line: str


def changed_figures(
    ours: Sequence[str], theirs: Sequence[str], names: Sequence[str]
) -> tuple[FigureChange, ...]:
    """What the reviewer's lines say that ours do not, in their order: numbers, and the units'
    `names` among them, since a figure belongs to the name before it.

    What is left out altogether is no changed figure: staff may strike a sentence.
    """
    known = [_plain(line) for line in ours]
    given = [_plain(line) for line in theirs]
    token = _token(names)
    found: list[FigureChange] = []
    for what, i1, i2, j1, j2 in SequenceMatcher(
        None, known, given, autojunk=False
    ).get_opcodes():
        if what in ("replace", "insert"):
            found += _within(known[i1:i2], given[j1:j2], token)
    return tuple(found)


def stands_in(number: str, lines: Sequence[str]) -> bool:
    """Whether a 文号 stands in a line, in whatever brackets and widths it is written."""
    wanted = _letters(number)
    return any(wanted in _letters(line) for line in lines)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return "".join(filter(str.isalnum, plain))


def _within(
    ours: Sequence[str], theirs: Sequence[str], token: re.Pattern[str]
) -> Iterator[FigureChange]:
    """The changes within lines that stand for one another."""
    known = [text for line in ours for text in _tokens(line, token)]
    given = [(text, line) for line in theirs for text in _tokens(line, token)]
    told = [text for text, _ in given]
    for what, i1, i2, j1, j2 in SequenceMatcher(
        None, known, told, autojunk=False
    ).get_opcodes():
        if what not in ("replace", "insert"):
            continue
        before = tuple(known[i1:i2])
        after = tuple(told[j1:j2])
        yield FigureChange(before, after, given[j1][1])


def _tokens(line: str, token: re.Pattern[str]) -> list[str]:
    return [found.rstrip(",") for found in token.findall(line)]


def _token(names: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(map(_plain, names), key=len, reverse=True)
    return re.compile("|".join([*map(re.escape, longest_first), _NUMBER]))


def _plain(line: str) -> str:
    text = unicodedata.normalize("NFKC", line)
    # The number of the document is staff's to give; that of the data is an older one's
    # where a document that was sent back is edited once more.
    plain = DOCUMENT_NUMBER.sub("", re.sub(r"\s+", "", text))
    return _SNAPSHOT.sub("", plain)
