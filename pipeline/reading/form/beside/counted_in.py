"""The measure that a file names once for all of its figures, outside of their places:
单位：百人 above the table, 以万人为单位 below it.

For: extract, which holds a figure that is counted in another measure than the campaign's.
Pure. Never multiplies: whether a clerk wrote 12 for 12 people or for 1,200, a person sees.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.model.document import Document
from pipeline.model.form import FormSpec
from pipeline.reading.form.beside.remarks import Remark
from pipeline.reading.form.figure_words import VOCABULARY, Kind
from pipeline.reading.form.labels import is_title
from pipeline.reading.form.numbers import as_seen

_PEOPLE = frozenset("名人位")
# Counts whatever is counted
_ANY = "个"
_MULTIPLIED = r"[十百千万亿]{1,3}"
_BETWEEN_MEASURES = re.compile(r"\s?[/、,]\s?")
_OPENS_BRACKET = re.compile(r"[(（\[【]")


def other_measures(document: Document, spec: FormSpec) -> tuple[Remark, ...]:
    """The lines of a document that name another measure than the figure's and not its
    own beside it."""
    own = _own_measures(spec)
    found = []
    for text in document.texts():
        if "单" not in text and not _hints(text):
            continue
        for line in _lines_for_all(text, spec):
            named = _measures_named(as_seen(line), spec.unit)
            if named and not named & own:
                found.append(Remark(line.strip(), leads=False))
    return tuple(found)


def _own_measures(spec: FormSpec) -> frozenset[str]:
    """What says of the figure nothing new: 单位：人 where 名 is counted."""
    own = {spec.unit, _ANY, *(also.unit for also in spec.also)}
    if own & _PEOPLE:
        own |= _PEOPLE
    return frozenset(own)


def _hints(text: str) -> bool:
    return any(sign in text for sign in "十百千万亿") and len(text) < 60


def _lines_for_all(text: str, spec: FormSpec) -> Iterator[str]:
    """The lines that speak for a whole form: the first of a text, and of a title all,
    with their brackets apart. What follows in a cell is that cell's own:
    完成投资（单位：万元）."""
    if not is_title(text, spec):
        yield text.split("\n", 1)[0]
        return
    for line in text.split("\n"):
        yield from _OPENS_BRACKET.split(line)


def _measures_named(line: str, unit: str) -> frozenset[str]:
    """The measures that a line says all is counted in; none for most lines."""
    said = _naming(unit).search(line)
    if said is None:
        return frozenset()
    named = said[said.lastgroup or 0]
    return frozenset(_BETWEEN_MEASURES.split(re.sub(r"\s", "", named)))


@lru_cache(maxsize=64)
def _naming(unit: str) -> re.Pattern[str]:
    """The wordings, around the measures that are known: the campaign's, those of people,
    and what else is counted."""
    counters = {unit, _ANY, *_PEOPLE}
    for words in VOCABULARY:
        if words.kind is Kind.OTHER:
            counters.update(words.words)
    longest_first = sorted(filter(None, counters), key=len, reverse=True)
    counter = "|".join(map(re.escape, longest_first))
    measure = rf"(?:{_MULTIPLIED}\s?(?:{counter})?|{counter})"
    several = rf"{measure}(?:{_BETWEEN_MEASURES.pattern}{measure})*"
    return re.compile(
        rf"(?:^|[\s,;。])[(\[【]?\s*(?:计量|计数|数量|人数|数据|数字|统计)?单\s*位\s*:\s*"
        rf"(?P<headed>{several})(?=\s*(?:[)\]】,;。]|$)|\s{{2}}|\t)"
        rf"|^\s*[(\[【]?\s*(?P<alone>{_MULTIPLIED}\s?(?:{counter}))\s*[)\]】]?\s*$"
        rf"|(?:以|按)\s*[“\"]?(?P<stated>{_MULTIPLIED}\s?(?:{counter})?)[”\"]?"
        r"\s*(?:为(?:计[量数])?单位|计(?![划算入]))"
    )
