"""What a search for forms finds on the way: fields with their values, titles, and where
one form cannot go on.

Values only; the layouts (grids, lines) make them, identify groups them into forms.
"""

import re
from datetime import date

from pipeline.model.document import Cell, Cells, Doubt
from pipeline.model.form import DateMention
from pipeline.model.values.frozen import frozen
from pipeline.reading.form.labels import Field


@frozen
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
    # Of a figure from a running sheet: the day that its row is for
    row_day: DateMention | None = None
    # What stands before the printed label in its cell or line
    lead: str = ""


Fields = dict[Field, Found]


@frozen
class Title:
    """The form's title: whatever follows belongs to a new form."""


@frozen
class Border:
    """A sheet's edge: no form goes on across it."""


@frozen
class Row:
    """A row of a listing table: a whole form of its own."""

    fields: tuple[Found, ...]


Item = Found | Title | Border | Row

Items = list[Item]

_PAREN = re.compile(r"\s*[(（\[【][^()（）\[\]【】]{0,60}[)）\]】]?")
_DATE_PIECE = re.compile(r"\d{0,4}|[年月日./-]|\d{1,4}[年月日]")
_COLON = re.compile(r"[\s:：]+")
_NEXT_PAIR = re.compile(r"\s+(?=[^\s:：,，。;；]{2,10}\s?[:：])")


def split_tail(tail: str) -> tuple[str, str]:
    """What follows a label in its own text: its bracket （新增 1234 名…）, and the
    value written behind it."""
    at = 0
    bracket = _PAREN.match(tail)
    if bracket:
        at = bracket.end()
    value = tail[at:]
    # The colon belongs to the label, but only the one right behind it.
    colon = _COLON.match(value)
    if colon:
        value = value[colon.end() :]
    return tail[:at], value


def found_inline(field: Field, tail: str, where: str) -> Found:
    """A field whose value stands behind its label. A number counts as standing in the
    label's blank or as the value alike."""
    bracket, value = split_tail(tail)
    if field in (Field.UNIT, Field.DATE):
        value = one_value(value)
    # Of other fields the bracket is the form's own print: 主要工作举措（300字）
    if field is not Field.COMPLETED:
        bracket = ""
    return Found(
        field=field,
        label=bracket,
        text=value.strip(),
        where=where,
    )


def one_value(text: str) -> str:
    """The first value of a line that goes on with other pairs (报送单位：甲  联系人：乙)."""
    line = text.strip().split("\n", 1)[0]
    return _NEXT_PAIR.split(line, maxsplit=1)[0].strip()


def found_in_cells(
    field: Field, bracket: str, cells: Cells, where: str
) -> Found:
    """A field whose value stands in cells of its own; the first typed number or day
    among them is the field's."""
    filled = [c for c in cells if _says_something(c)]
    # A date over several cells is one; of anything else the first is meant.
    if field is Field.UNIT or (field is Field.DATE and not _in_pieces(filled)):
        filled = filled[:1]
    numbers = []
    days = []
    for cell in filled:
        if cell.number is not None:
            numbers.append(cell.number)
        if cell.day is not None:
            days.append(cell.day)
    # Of several typed numbers none is the one: their texts are read together.
    number = None
    if len(numbers) == 1:
        number = numbers[0]
    day = None
    if days:
        day = days[0]
    between = "\n"
    if field is Field.DATE:
        between = ""
    text = between.join(c.text.strip() for c in filled)
    # an empty cell too: what is hidden in it may be the figure that is meant
    doubts = frozenset[Doubt]().union(*(c.doubts for c in cells))
    if filled:
        where = filled[0].where
    return Found(
        field=field,
        label=bracket,
        text=text,
        where=where,
        number=number,
        day=day,
        doubts=doubts,
    )


def _says_something(cell: Cell) -> bool:
    typed = cell.number is not None or cell.day is not None
    return typed or bool(cell.text.strip())


def _in_pieces(cells: Cells) -> bool:
    """2015年 | 9月 | 10日: a date over several cells."""
    return len(cells) > 1 and all(map(_is_piece, cells))


def _is_piece(cell: Cell) -> bool:
    untyped = cell.day is None
    return untyped and _DATE_PIECE.fullmatch(cell.text.strip()) is not None
