"""The figures beside the main one (rules.md 12): in a cell or line under their own label,
or within the main figure's text (其中实名登记1100人).

Trusts the labels of the spec. Takes what it read out of the document, so that it is
nobody else's value. Never guesses: what is no one clear number is kept as not read, with
its text.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from pipeline.model.document import Block, Cell, Document, Grid, Paragraph
from pipeline.model.form import AlsoFigure, AlsoSpec, Evidence, FormSpec
from pipeline.model.values.frozen import frozen
from pipeline.reading.form.beside.labelled_places import right_of, spaced
from pipeline.reading.form.figure import read_figure
from pipeline.reading.form.figure_tokens import (
    PEOPLE,
    OwnWords,
    Sign,
    tokens_of,
)
from pipeline.reading.form.numbers import as_seen, number_at, whole

# Characters of a cell or line that is a label with its figure
_LONGEST = 60
_BEHIND_LABEL = re.compile(r"\s*(?:[(（][^()（）\d]*[)）])?\s*[:：]?\s*")
_LEAD = re.compile(r"\s*(?:其中|[·•]|\d{1,2}[.、．])?\s*[:：]?\s*")
_NUMBERS = re.compile(r"[0-9０-９][0-9０-９,，.]*")
_LEADS_TO = re.compile(r"[(（，,、；;。\s]*(?:其中|包括|含)?\s*[:：]?\s*$")
_CLOSES = re.compile(r"\s*[)）]")
_WITHIN_GAP = re.compile(r"\s*[:：为共计]{0,2}\s*")


@frozen
class _Place:
    """A figure where it stands: what was read, and the blocks' parts to take out."""

    figure: AlsoFigure
    taken: tuple[Cell, ...] = ()
    line: Paragraph | None = None


def taken_out(
    document: Document, spec: FormSpec
) -> tuple[Document, tuple[AlsoFigure, ...]]:
    """The document without the figures that stand under labels of their own, and those
    figures in reading order."""
    if not spec.also:
        return document, ()
    blocks: list[Block] = []
    found: list[AlsoFigure] = []
    for block in document.blocks:
        places = list(_places(block, spec))
        found += [place.figure for place in places]
        kept = _without(block, places)
        if kept is not None:
            blocks.append(kept)
    return replace(document, blocks=tuple(blocks)), tuple(found)


def _without(block: Block, places: list[_Place]) -> Block | None:
    if isinstance(block, Paragraph):
        return None if places else block
    taken = {id(cell) for place in places for cell in place.taken}
    if not taken:
        return block
    cells = tuple(cell for cell in block.cells if id(cell) not in taken)
    return replace(block, cells=cells)


def _places(block: Block, spec: FormSpec) -> Iterator[_Place]:
    if isinstance(block, Paragraph):
        for also in spec.also:
            tail = _behind(block.text, also)
            if tail:
                figure = _read(
                    text=tail,
                    number=None,
                    where=block.where,
                    also=also,
                    spec=spec,
                )
                yield _Place(figure, line=block)
                return
        return
    for cell in block.cells:
        for also in spec.also:
            place = _in_cell(block, cell, also, spec)
            if place is not None:
                yield place
                break


def _in_cell(
    grid: Grid, cell: Cell, also: AlsoSpec, spec: FormSpec
) -> _Place | None:
    tail = _behind(cell.text, also)
    if tail is None:
        return None
    if any(c.isdigit() for c in tail):
        return _Place(
            _read(
                text=tail,
                number=None,
                where=cell.where,
                also=also,
                spec=spec,
            ),
            taken=(cell,),
        )
    beside = right_of(grid, cell)
    if beside is None:
        return None
    if not beside.text.strip() and beside.number is None:
        return _Place(
            AlsoFigure(also.name, None, Evidence(beside.where, "")),
            taken=(cell, beside),
        )
    figure = _read(
        text=beside.text,
        number=beside.number,
        where=beside.where,
        also=also,
        spec=spec,
    )
    if beside.doubts | cell.doubts:
        figure = replace(figure, value=None)
    return _Place(figure, taken=(cell, beside))


def _behind(text: str, also: AlsoSpec) -> str | None:
    """What stands behind a label that a short text begins with; None where it begins
    with none."""
    if len(text) > _LONGEST:
        return None
    for label in also.labels:
        match = _labelled(label).match(text)
        # Two numbers are more than one figure: the main one's own text tells them apart.
        if match and len(_NUMBERS.findall(text)) <= 1:
            return text[match.end() :]
    return None


@cache
def _labelled(label: str) -> re.Pattern[str]:
    """A text that begins with the label; asked of every cell and line of a document."""
    return re.compile(_LEAD.pattern + spaced(label) + _BEHIND_LABEL.pattern)


def _read(
    text: str,
    number: float | None,
    where: str,
    also: AlsoSpec,
    spec: FormSpec,
) -> AlsoFigure:
    """By the grammar of the main figure: every character must be understood."""
    own = replace(
        spec,
        completed_labels=also.labels,
        unit=also.unit or spec.unit,
        count="cumulative",
        also=(),
    )
    read = read_figure("", text, number, own)
    value = None if read.holds else read.completed
    return AlsoFigure(also.name, value, Evidence(where, text.strip()))


def within(
    text: str, where: str, spec: FormSpec
) -> tuple[str, tuple[AlsoFigure, ...]]:
    """The figures that stand in the main one's own text, behind their labels. What the
    vocabulary does not know of them is taken out of the text, so that it is no foreign
    word there."""
    found = []
    for also in spec.also:
        for label in also.labels:
            match, place = _behind_either(text, label, also, spec)
            if match is None or place is None:
                continue
            value, end = place
            told = text[match.start() : end]
            found.append(AlsoFigure(also.name, value, Evidence(where, told)))
            if _is_foreign(match.group()) and _says_more(text, told):
                text = _cut(text, match.start(), end)
            break
    return text, tuple(found)


def _behind_either(
    text: str, label: str, also: AlsoSpec, spec: FormSpec
) -> tuple[re.Match[str] | None, tuple[int, int] | None]:
    """The label as printed, else its core, with the number that stands behind it."""
    for word in (label, _core(label)):
        match = re.search(spaced(word), text)
        place = _number_behind(text, match, also, spec) if match else None
        if place is not None:
            return match, place
    return None, None


def _core(label: str) -> str:
    """A label as it stands in a sentence: 其中实名登记 and 实名登记人数 are 实名登记."""
    short = label.removeprefix("其中")
    for ending in ("人数", "总数", "数"):
        if len(short) > len(ending) + 2:
            short = short.removesuffix(ending)
    return short


def _number_behind(
    text: str, match: re.Match[str], also: AlsoSpec, spec: FormSpec
) -> tuple[int, int] | None:
    seen = as_seen(text)
    gap = _WITHIN_GAP.match(seen, match.end())
    at = gap.end() if gap else match.end()
    number = number_at(seen, at)
    if number is None or number.percent or number.rounded:
        return None
    value = whole(number.value)
    unit = also.unit or spec.unit
    units = (*PEOPLE, "个") if unit == PEOPLE[0] else (unit,)
    after = number.end + (seen[number.end : number.end + 1] == " ")
    for word in units:
        if value is not None and seen.startswith(word, after):
            return value, after + len(word)
    return None


def _cut(text: str, start: int, end: int) -> str:
    """The text without a figure, the words that lead to it and its brackets."""
    lead = _LEADS_TO.search(text[:start])
    begin = lead.start() if lead else start
    closes = _CLOSES.match(text, end)
    if closes and lead and lead.group()[:1] in "(（":
        end = closes.end()
    return text[:begin] + text[end:]


def _is_foreign(word: str) -> bool:
    return any(t.kind is Sign.FOREIGN for t in tokens_of(word, "", OwnWords()))


def _says_more(text: str, told: str) -> bool:
    """Whether a number is left to be the main figure."""
    return any(c.isdigit() for c in text.replace(told, "", 1))
