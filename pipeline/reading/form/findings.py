"""What a search for forms finds on the way: fields with their values, titles, and where
one form cannot go on.

Values only; the layouts (grids, lines) make them, identify groups them into forms.
"""

import re
from dataclasses import dataclass
from datetime import date

from pipeline.model.document import Cell, Doubt
from pipeline.reading.form.labels import Field


@dataclass(frozen=True)
class Found:
    """One field of a form. `label` is what stands beside the printed label in its own
    cell or line (the label blank, an inline value); `text` is what stands in the
    value's place. `number`, `day`: the value cell's typed content. `doubts`: what is to
    be seen of the cells or lines that it comes from."""

    field: Field
    label: str
    text: str
    where: str
    number: float | None = None
    day: date | None = None
    doubts: frozenset[Doubt] = frozenset()
    # What stands before the printed label in its cell or line
    lead: str = ""


@dataclass(frozen=True)
class Title:
    """The form's title: whatever follows belongs to a new form."""


@dataclass(frozen=True)
class Border:
    """A sheet's edge: no form goes on across it."""


@dataclass(frozen=True)
class Row:
    """A row of a listing table: a whole form of its own."""

    fields: tuple[Found, ...]


Item = Found | Title | Border | Row

_PAREN = re.compile(r"\s*[(（\[【][^()（）\[\]【】]{0,60}[)）\]】]?")
_DATE_PIECE = re.compile(r"\d{0,4}|[年月日./-]|\d{1,4}[年月日]")
_COLON = re.compile(r"[\s:：]+")
_NEXT_PAIR = re.compile(r"\s+(?=[^\s:：,，。;；]{2,10}\s?[:：])")


def split_tail(tail: str) -> tuple[str, str]:
    """What follows a label in its own text: its bracket （新增 1234 名…）, and the
    value written behind it."""
    bracket = _PAREN.match(tail)
    if bracket:
        at = bracket.end()
    else:
        at = 0
    return tail[:at], _COLON.sub("", tail[at:], count=1) if _COLON.match(
        tail[at:]
    ) else tail[at:]


def found_inline(field: Field, tail: str, where: str) -> Found:
    """A field whose value stands behind its label. A number counts as standing in the
    label's blank or as the value alike."""
    bracket, value = split_tail(tail)
    if field in (Field.UNIT, Field.DATE):
        value = one_value(value)
    return Found(
        field, bracket if field is Field.COMPLETED else "", value.strip(), where
    )


def one_value(text: str) -> str:
    """The first value of a line that goes on with other pairs (报送单位：甲  联系人：乙)."""
    line = text.strip().split("\n", 1)[0]
    return _NEXT_PAIR.split(line, maxsplit=1)[0].strip()


def found_in_cells(
    field: Field, bracket: str, cells: list[Cell], where: str
) -> Found:
    """A field whose value stands in cells of its own; the first typed number or day
    among them is the field's."""
    filled = [
        c
        for c in cells
        if c.text.strip() or c.number is not None or c.day is not None
    ]
    if field is Field.UNIT or (field is Field.DATE and not _in_pieces(filled)):
        filled = filled[:1]
    number = next((c.number for c in filled if c.number is not None), None)
    day = next((c.day for c in filled if c.day is not None), None)
    text = ("" if field is Field.DATE else "\n").join(
        c.text.strip() for c in filled
    )
    if sum(c.number is not None for c in filled) > 1:
        number = None
    # an empty cell too: what is hidden in it may be the figure that is meant
    doubts = frozenset[Doubt]().union(*(c.doubts for c in cells))
    place = filled[0].where if filled else where
    return Found(field, bracket, text, place, number, day, doubts)


def _in_pieces(cells: list[Cell]) -> bool:
    """2015年 | 9月 | 10日: a date over several cells."""
    return len(cells) > 1 and all(
        c.day is None and _DATE_PIECE.fullmatch(c.text.strip()) for c in cells
    )
