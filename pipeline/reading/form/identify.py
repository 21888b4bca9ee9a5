"""Where forms stand in a document: fields found by their labels, grouped into forms in reading order.

Trusts the labels of the spec. A form is what has a completed label and at least one of
the others (or the title): a document without one holds no form. Never joins fields
across sheets, never reads two forms as one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from pipeline.model.document import Document, Grid, Paragraph
from pipeline.model.form import FormSpec
from pipeline.reading.files.kinds import Nature, has_nature
from pipeline.reading.form.figure import read_figure
from pipeline.reading.form.findings import (
    Border,
    Fields,
    Found,
    Item,
    Items,
    Row,
    Title,
)
from pipeline.reading.form.grid_fields import fields_in_grid
from pipeline.reading.form.labels import Field
from pipeline.reading.form.line_fields import fields_in_lines

# Filled cells of a table within the value cell
_MOST_NESTED = 8
_EMPTY_PLACE = {
    Field.UNIT: re.compile(r"[\W_]"),
    Field.DATE: re.compile(r"[\W_年月日]"),
    Field.COMPLETED: re.compile(r"[\W_名人个位处件家户次项台所份起场]"),
    Field.MEASURES: re.compile(r"\b\d{1,2}[.、．]|[\W_]"),
}
_WRITTEN_IN_BLANK = re.compile(r"[\d〇零一二三四五六七八九十无]")


@dataclass
class _Group:
    """The fields of one form while they are being gathered."""

    fields: Fields = field(default_factory=dict)
    titled: bool = False
    listed: bool = False

    def is_form(self) -> bool:
        return Field.COMPLETED in self.fields and (
            len(self.fields) > 1 or self.titled
        )

    def lend(self, other: "_Group") -> None:
        """Give another group what it lacks: the unit and date line above a table, the
        signature below it."""
        for name, found in self.fields.items():
            mine = other.fields.get(name)
            if mine is None or not _says(mine):
                other.fields[name] = found


def forms_in(document: Document, spec: FormSpec) -> tuple[Fields, ...]:
    """The fields of every form, in reading order; a form that nobody filled in is none
    beside filled ones."""
    sheets = _between_borders(_items(document, spec))
    forms = [g.fields for items in sheets for g in _forms(items)]
    filled = [f for f in forms if _reports(f)]
    return tuple(filled or [f for f in forms if _names_somebody(f)])


def _items(document: Document, spec: FormSpec) -> Iterator[Item]:
    for is_grid, run in groupby(
        document.blocks, key=lambda b: isinstance(b, Grid)
    ):
        if not is_grid:
            yield from fields_in_lines(
                [b for b in run if isinstance(b, Paragraph)], spec
            )
            continue
        yield from _run_items(
            [b for b in run if isinstance(b, Grid)], document.kind, spec
        )


def _run_items(grids: list[Grid], kind: str, spec: FormSpec) -> Iterator[Item]:
    """The items of grids that follow one another. A small table without labels right
    behind the form stands in its value cell, as the readers give nested tables: what it
    says is said there too."""
    items: Items = []
    for grid in grids:
        if has_nature(kind, Nature.SHEET):
            items += [Border(), *fields_in_grid(grid, spec)]
            continue
        found = fields_in_grid(grid, spec)
        nested = "" if found else _figure_in(grid, spec)
        if nested and _figure_place(items) is not None:
            _say_more(items, nested, grid)
        else:
            items += found
    yield from items


def _figure_in(grid: Grid, spec: FormSpec) -> str:
    """The text of a small table that speaks of a figure; "" for any other."""
    filled = []
    for c in grid.cells:
        if c.text.strip():
            filled.append(c.text.strip())
    text = "\n".join(filled)
    if not 0 < len(filled) <= _MOST_NESTED:
        return ""
    read = read_figure("", text, None, spec)
    return text if read.seen and not read.unexplained else ""


def _figure_place(items: Items) -> int | None:
    """Where the figure that was found last stands."""
    for place in range(len(items) - 1, -1, -1):
        item = items[place]
        if isinstance(item, Found) and item.field is Field.COMPLETED:
            return place
    return None


def _say_more(items: Items, text: str, grid: Grid) -> None:
    place = _figure_place(items)
    found = items[place] if place is not None else None
    if place is None or not isinstance(found, Found):
        return
    doubts = frozenset(d for c in grid.cells for d in c.doubts)
    items[place] = replace(
        found,
        text="\n".join(t for t in (found.text, text) if t),
        doubts=found.doubts | doubts,
    )


def _between_borders(items: Iterable[Item]) -> list[Items]:
    parts: list[Items] = [[]]
    for item in items:
        if isinstance(item, Border):
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


def _forms(items: Items) -> list[_Group]:
    """Groups with what has no form of its own lent to its neighbour: the one after it,
    at the end the one before."""
    forms: list[_Group] = []
    orphans = _Group()
    for group in _groups(items):
        if not group.is_form():
            group.lend(orphans)
            continue
        orphans.lend(group)
        if not group.listed:
            orphans = _Group()
        forms.append(group)
    for form in forms[-1:]:
        orphans.lend(form)
    return forms


def _groups(items: Items) -> Iterator[_Group]:
    """A field that comes again, or a title after a figure, begins the next form."""
    group = _Group()
    # The field just before, if the item before was one
    last: Field | None = None
    for item in items:
        if isinstance(item, Row):
            yield group
            yield _Group({f.field: f for f in item.fields}, listed=True)
            group = _Group()
        elif isinstance(item, Title):
            if group.fields:
                yield group
                group = _Group()
            group.titled = True
        elif isinstance(item, Found):
            twice = item.field is last is Field.COMPLETED
            if item.field in group.fields and not twice:
                yield group
                group = _Group()
            group.fields[item.field] = (
                _together(group.fields[item.field], item) if twice else item
            )
        if isinstance(item, Found):
            last = item.field
        else:
            last = None
    yield group


def _together(first: Found, second: Found) -> Found:
    """Two figures in a row, 本旬完成任务数 and 累计完成任务数, are one field: its words
    tell them apart."""
    text = "\n".join(t for t in (first.text, second.text) if t)
    label = " ".join(t for t in (first.label, second.label) if t)
    lead = first.lead
    if not _says(first):
        lead = second.lead
    return replace(
        first,
        lead=lead,
        label=label,
        text=text,
        number=None,
    )


def _says(found: Found) -> bool:
    """Whether anything is written there; the rulings and words of an empty place (___,
    年 月 日, 名) are nothing."""
    written = _EMPTY_PLACE[found.field].sub("", found.text)
    blank = found.field is Field.COMPLETED and _WRITTEN_IN_BLANK.search(
        found.label
    )
    return (
        bool(written or blank)
        or found.number is not None
        or found.day is not None
    )


def _names_somebody(fields: Fields) -> bool:
    """Whether a form without figure and measures is at least somebody's. A day alone is
    the circular's own, whose text stands above its blank form."""
    unit = fields.get(Field.UNIT)
    return unit is not None and _says(unit)


def _reports(fields: Fields) -> bool:
    """Whether anybody wrote a figure or measures into the form."""
    return any(
        _says(f)
        for name, f in fields.items()
        if name in (Field.COMPLETED, Field.MEASURES)
    )
