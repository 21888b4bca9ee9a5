"""The fields of words beside the form's four (填报人, 电话, 备注): in the cell beside or
below their label, or behind it in a cell or line of its own.

Trusts the labels of the spec. Takes what it read out of the document, so that it is
nobody else's value. Never guesses: another label in the value's place is no value.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from pipeline.model.document import Block, Cell, Document, Grid, Paragraph
from pipeline.model.form import Evidence, FormSpec, TextField, TextSpec
from pipeline.model.values.frozen import frozen
from pipeline.reading.form.beside.labelled_places import right_of, spaced

# Characters that are kept of a value; more is no remark but a text of its own
_MOST = 500
# Characters of a line or cell that is looked at for such labels
_LONGEST = 400
_BRACKET = r"(?:[(（][^()（）]{0,20}[)）])?"
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
_ENDS_LABEL = re.compile(rf"\s*{_BRACKET}\s*[:：]?\s*$")


@frozen
class _Labels:
    """Every label of a spec: those of text fields, and all others, which end a value."""

    texts: tuple[tuple[str, TextSpec], ...]
    others: tuple[str, ...]

    @property
    def known(self) -> tuple[str, ...]:
        return (*(label for label, _ in self.texts), *self.others)


@cache
def _labels(spec: FormSpec) -> _Labels:
    texts = []
    for text in spec.texts:
        for label in text.labels:
            texts.append((label, text))
    # 联系电话 before 电话: the longer one is meant where it stands.
    texts.sort(key=lambda pair: -len(pair[0]))
    others = [
        *spec.unit_labels,
        *spec.date_labels,
        *spec.completed_labels,
        *spec.measures_labels,
    ]
    for also in spec.also:
        others += also.labels
    return _Labels(tuple(texts), tuple(others))


def texts_taken_out(
    document: Document, spec: FormSpec
) -> tuple[Document, tuple[TextField, ...]]:
    """The document without these fields and their labels, and the fields in reading
    order."""
    if not spec.texts:
        return document, ()
    blocks: list[Block] = []
    found: list[TextField] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            text, fields = _cut(block.text, block.where, spec)
            kept: Block | None = replace(block, text=text)
            if fields and not text.strip():
                kept = None
        else:
            kept, fields = _of_grid(block, spec)
        found += fields
        if kept is not None:
            blocks.append(kept)
    return replace(document, blocks=tuple(blocks)), tuple(found)


def each_once(found: Iterable[TextField]) -> tuple[TextField, ...]:
    """Of one form each name once: the first that says something."""
    told: dict[str, TextField] = {}
    for field in found:
        known = told.get(field.name)
        if known is None or not known.value:
            told[field.name] = field
    return tuple(told.values())


def _of_grid(grid: Grid, spec: FormSpec) -> tuple[Grid, list[TextField]]:
    taken: set[int] = set()
    changed: dict[int, Cell] = {}
    found = []
    for cell in grid.cells:
        if id(cell) in taken:
            continue
        asked = _is_label(cell.text, spec)
        if asked is None:
            text, fields = _cut(cell.text, cell.where, spec)
            if fields:
                found += fields
                changed[id(cell)] = replace(cell, text=text)
            continue
        taken.add(id(cell))
        place = _value_cell(grid, cell, spec)
        if place is None:
            found.append(_field(asked, "", cell.where))
            continue
        taken.add(id(place))
        found.append(_field(asked, _shown(place), place.where))
    if not found:
        return grid, found
    kept = []
    for cell in grid.cells:
        if id(cell) not in taken:
            kept.append(changed.get(id(cell), cell))
    return replace(grid, cells=tuple(kept)), found


def _shown(cell: Cell) -> str:
    """What a cell says; a telephone number that a narrow column shows as 1.38E+10 is
    told in full."""
    number = cell.number
    if number is None or not _SCIENTIFIC.fullmatch(cell.text.strip()):
        return cell.text
    return f"{number:.0f}"


def _value_cell(grid: Grid, label: Cell, spec: FormSpec) -> Cell | None:
    """The cell just beside a label; in a row of heads the one just below it. One that
    begins with a label holds no value."""
    if _heads_a_row(grid, label.row, spec):
        for cell in grid.cells:
            edge = label.row + label.row_span
            if cell.column == label.column and cell.row == edge:
                return cell
        return None
    beside = right_of(grid, label)
    if beside is None or _begins_with_label(beside.text, spec):
        return None
    return beside


def _heads_a_row(grid: Grid, row: int, spec: FormSpec) -> bool:
    """Whether a row holds two labels side by side over a row without any: its values
    stand below them."""
    heads = [c for c in grid.cells if c.row == row and _is_label(c.text, spec)]
    pairs = []
    for cell in heads:
        beside = right_of(grid, cell)
        pairs.append(beside is not None and _is_label(beside.text, spec))
    under = [c.text for c in grid.cells if c.row == row + 1]
    headless = not any(_begins_with_label(text, spec) for text in under)
    return any(pairs) and bool(under) and headless


def _is_label(text: str, spec: FormSpec) -> TextSpec | None:
    """The field whose label is all that a cell holds, its bracket and colon aside."""
    for label, asked in _labels(spec).texts:
        match = _spaced(label).match(text.strip())
        if match and _ENDS_LABEL.match(text.strip(), match.end()):
            return asked
    return None


def _begins_with_label(text: str, spec: FormSpec) -> bool:
    start = text.strip()
    return any(_spaced(label).match(start) for label in _labels(spec).known)


@cache
def _spaced(label: str) -> re.Pattern[str]:
    return re.compile(spaced(label))


def _cut(text: str, where: str, spec: FormSpec) -> tuple[str, list[TextField]]:
    """The text without the fields that stand in it behind a label with a colon, and
    those fields. A value ends at two blanks, at the line's end, or at the next label."""
    if len(text) > _LONGEST:
        return text, []
    found = []
    for start, end, asked, value in reversed(list(_inline(text, spec))):
        found.append(_field(asked, value, where))
        text = text[:start] + text[end:]
    return text, found[::-1]


def _inline(
    text: str, spec: FormSpec
) -> Iterator[tuple[int, int, TextSpec, str]]:
    at = 0
    for match in _inline_pattern(spec).finditer(text):
        if match.start() < at:
            continue
        at = match.end()
        asked = dict(_labels(spec).texts)[_plain(match["label"])]
        yield match.start(), at, asked, match["value"]


@cache
def _inline_pattern(spec: FormSpec) -> re.Pattern[str]:
    labels = _labels(spec)
    texts = "|".join(spaced(label) for label, _ in labels.texts)
    known = "|".join(spaced(label) for label in labels.known)
    ends = rf"\s{{2,}}|\t|\n|[\s,，;；、(（]*(?:{known})\s*[:：]|$"
    return re.compile(
        rf"(?<![\u4e00-\u9fff])(?P<label>{texts})\s*{_BRACKET}\s*[:：][ \u3000]*"
        rf"(?P<value>[^\n\t]*?)(?={ends})"
    )


def _plain(label: str) -> str:
    return re.sub(r"\s", "", label)


def _field(asked: TextSpec, text: str, where: str) -> TextField:
    value = text.strip().strip("_＿").strip()[:_MOST]
    return TextField(asked.name, value, Evidence(where, value))
