"""Where the printed labels of a form stand in a text, however they are spaced, broken or widened.

Trusts the spec's labels, nothing of the text. Never takes a label's words inside a
sentence for a label.
"""

import re
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from pipeline.model.form import FormSpec
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.characters import same_characters, simplified

# Characters of one text that are searched for labels
LONGEST = 50_000
# Labels of one text; a text with more is no form
MOST = 200
# Blanks between two characters of a label
_WIDEST_GAP = 12


class Field(StrEnum):
    UNIT = "unit"
    DATE = "date"
    COMPLETED = "completed"
    MEASURES = "measures"


@frozen
class Hit:
    """A label in a text: raw positions from its first character to behind its last.

    `at_line_start`: nothing but marks before it. `closed`: a colon, a bracket or the end behind it.
    """

    field: Field
    start: int
    end: int
    at_line_start: bool
    closed: bool


@frozen
class _Folded:
    text: str
    places: tuple[int, ...]


# Characters: labels, names and figures are shorter; a longer text is folded again
_MOST_KEPT = 200
_NO_LETTER = re.compile(r"[\W_]+")
_LEAD = re.compile(
    r"[\s*·•●■◆★☆※>|]*(?:[(（]?[一二三四五六七八九十\d]{1,2}[、.．)）]\s*)?[\s*]*"
)
_WORDS_BEFORE = re.compile(r"[^\s:：,，。;；、|)）]*[:：]?\s*$")
_NEXT = re.compile(r"\s*[:：(（\[【]|\s*$|\s*[\n|\t]|\s{2,}")
# Neither letter nor figure nor blank
_SIGNS = re.compile(r"[^\w\s]|_")
_CLOSING = re.compile(r"\s{0,2}[)）\]】]")
_OTHER_LABEL = re.compile(r"[^\s:：]{1,8}[:：]")
_NOT_COMPLETED = re.compile(r"\s*[的较和及与情上进增比完占]")
# 应完成目标任务数 heads the target, in the circular's own table.
_STILL_TO_DO = ("应", "需", "须", "拟", "未", "计划", "预计", "下达")
_DATED = re.compile(r"\s*[\d０-９〇○零一二三四五六七八九十]")
_MARKED = re.compile(r"\s*[(（]?[一二三四五六七八九十\d①⑴][、.．)）]?")


def fold(text: str) -> str:
    """Letters, figures and characters alone, half-width: what two writings of one label share."""
    if len(text) > _MOST_KEPT:
        return _fold(text)
    return _fold_kept(text)


def _fold(text: str) -> str:
    return simplified(_NO_LETTER.sub("", same_characters(text)))


# The label, the title and each cell are asked for several times a form.
_fold_kept = lru_cache(maxsize=2_048)(_fold)


@lru_cache(maxsize=64)
def labels_of(spec: FormSpec) -> tuple[tuple[str, Field], ...]:
    """Every label, folded, longest first."""
    named = (
        (Field.UNIT, spec.unit_labels),
        (Field.DATE, spec.date_labels),
        (Field.COMPLETED, spec.completed_labels),
        (Field.MEASURES, spec.measures_labels),
    )
    labels = ((fold(name), field) for field, names in named for name in names)
    told = [(name, field) for name, field in labels if name]
    told.sort(key=lambda pair: -len(pair[0]))
    return tuple(told)


def is_title(text: str, spec: FormSpec) -> bool:
    """Whether a line or cell is the form's title, with little else beside it."""
    title = _title_of(spec)
    return (
        bool(title) and len(text) < 4 * len(title) + 40 and title in fold(text)
    )


@lru_cache(maxsize=64)
def _title_of(spec: FormSpec) -> str:
    return fold(spec.title)


def begins_label(folded: str, spec: FormSpec) -> bool:
    """Whether this is the unfinished beginning of some label."""
    return bool(folded) and any(
        name.startswith(folded) and name != folded
        for name, _ in labels_of(spec)
    )


def completes_label(folded: str, spec: FormSpec) -> bool:
    return any(folded.startswith(name) for name, _ in labels_of(spec))


def hits(text: str, spec: FormSpec) -> list[Hit]:
    """Every label that stands in a text as a label, in order, none inside another."""
    searched = text[:LONGEST]
    plain = fold(searched)
    names = [pair for pair in labels_of(spec) if pair[0] in plain]
    if names:
        folded = _folded(searched)
    else:
        folded = _Folded("", ())
    own = _signs_of(spec)
    taken: list[Hit] = []
    for name, field in names:
        at = folded.text.find(name)
        while at >= 0 and len(taken) < MOST:
            hit = _hit(
                text=text,
                folded=folded,
                at=at,
                name=name,
                field=field,
                signs=own[name],
            )
            if hit and not any(
                h.start < hit.end and hit.start < h.end for h in taken
            ):
                taken.append(hit)
            at = folded.text.find(name, at + len(name))
    return sorted(taken, key=lambda h: h.start)


def lead_of(text: str, start: int, behind: int = 0) -> str:
    """What stands before the label at `start` and goes with it: its line so far without
    a list's mark; behind another field of the line (which ends by `behind`) only the
    words right before it."""
    line_start = text.rfind("\n", 0, start) + 1
    lead = text[max(line_start, behind) : start]
    if behind > line_start:
        words = _WORDS_BEFORE.search(lead)
        return words[0].strip() if words else ""
    mark = _LEAD.match(lead)
    return lead[mark.end() if mark else 0 :].strip()


def _folded(text: str) -> _Folded:
    kept = [(f, i) for i, c in enumerate(text) for f in fold(c)]
    text = "".join(character for character, _ in kept)
    places = tuple(place for _, place in kept)
    return _Folded(text, places)


def _hit(
    text: str,
    folded: _Folded,
    at: int,
    name: str,
    field: Field,
    signs: frozenset[int],
) -> Hit | None:
    places = folded.places[at : at + len(name)]
    start = places[0]
    end = _closed(text, start, places[-1] + 1)
    if not _one_word(text, places, signs):
        return None
    line_start = text.rfind("\n", 0, start) + 1
    lead = text[line_start:start]
    at_line_start = _LEAD.fullmatch(lead[-40:]) is not None
    if not _is_label(
        text=text,
        field=field,
        lead=lead,
        end=end,
        at_line_start=at_line_start,
    ):
        return None
    return Hit(
        field=field,
        start=start,
        end=end,
        at_line_start=at_line_start,
        closed=_NEXT.match(text[end : end + 40]) is not None,
    )


def _closed(text: str, start: int, end: int) -> int:
    """The end of a label with the bracket that it opened itself: 填报单位（公章）."""
    label = text[start:end]
    opened = sum(map(label.count, "(（[【"))
    if opened <= sum(map(label.count, ")）]】")):
        return end
    closing = _CLOSING.match(text, end)
    return closing.end() if closing else end


def _one_word(
    text: str, places: tuple[int, ...], signs: frozenset[int]
) -> bool:
    """Whether nothing but a few blanks stands between a label's characters, and the
    signs that are its own (做法/成效): those behind the characters at `signs`."""
    for index, (a, b) in enumerate(pairwise(places)):
        gap = text[a + 1 : b]
        if index in signs:
            gap = _SIGNS.sub("", gap)
        if b - a > _WIDEST_GAP or gap.strip():
            return False
    return True


@lru_cache(maxsize=64)
def _signs_of(spec: FormSpec) -> dict[str, frozenset[int]]:
    """Behind which characters of each folded label a sign of its own stands."""
    found = {}
    for name in (
        *spec.unit_labels,
        *spec.date_labels,
        *spec.completed_labels,
        *spec.measures_labels,
    ):
        places = set()
        for at, character in enumerate(name):
            if at and _SIGNS.fullmatch(character):
                places.add(len(fold(name[:at])) - 1)
        found[fold(name)] = frozenset(places)
    return found


def _is_label(
    text: str, field: Field, lead: str, end: int, at_line_start: bool
) -> bool:
    tail = text[end : end + 40]
    if field is Field.COMPLETED and lead.rstrip().endswith(_STILL_TO_DO):
        return False
    if _NEXT.match(tail):
        return (
            at_line_start
            or lead[-1:].isspace()
            or bool(re.match(r"\s*[:：]", tail))
            or len(text) <= 40
        )
    if not at_line_start:
        return False
    if field is Field.MEASURES:
        return _MARKED.match(tail) is not None
    if field is Field.COMPLETED:
        return not _NOT_COMPLETED.match(tail)
    if field is Field.DATE and not _DATED.match(tail):
        return False
    return (
        not _OTHER_LABEL.match(tail) and len(text[end:].split("\n", 1)[0]) <= 60
    )
