"""What a sheet's cell shows, from its typed content and its style: the one place where
every spreadsheet reader asks.

Pure. The number format decides the text of a number, Seen decides what of a text a
person sees. A formula's result counts only where its program computed it (rules.md 5).
Never drops a doubt: what is not shown leaves one behind.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from math import isfinite

from pipeline.model.document import Doubt
from pipeline.model.values.frozen import frozen
from pipeline.reading.formats.seen import (
    PLAIN,
    Colour,
    Look,
    Rule,
    Seen,
    counts,
)
from pipeline.reading.formats.sheet import number_format
from pipeline.reading.formats.sheet.grid import Position, Range, Value

# what float() takes and no sheet writes: 3_56, inf, digits of other scripts
_NUMBER = re.compile(
    r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII
)
_TEXT_CONSTANT = re.compile(r'=?\s*"(?:[^"]|"")*"\s*')

# A run's text and look; None: as the cell's own font
Run = tuple[str, Look | None]


@frozen
class CellStyle:
    """How a cell is shown: its number format and its font on its fill. `fits`: it is made
    smaller until its column is wide enough (缩小字体填充)."""

    code: str = "General"
    look: Look = PLAIN
    fits: bool = False


ORDINARY = CellStyle()


def filled(look: Look) -> Look:
    """The look of a cell that is set to fill its width (填充): its text stands there as
    often as there is room, 12 as 121212."""
    return replace(look, doubts=look.doubts | {Doubt.UNTOLD})


def stored_number(stored: str | None) -> float | None:
    """A number as XML stores it, None for what is none."""
    if stored is None or not _NUMBER.fullmatch(stored):
        return None
    return float(stored)


@frozen
class Formula:
    """A cell's formula as written; `computed`: its program says that it worked out the
    result that is stored."""

    text: str
    computed: bool


def number_value(
    number: float, style: CellStyle, date1904: bool = False
) -> Value:
    """A stored number under its format: a day where the format paints one, else a number."""
    if not isfinite(number):
        return Value("", doubts=frozenset({Doubt.NOT_A_NUMBER}))
    code = style.code
    if not counts(Rule.FORMATS):
        code = "General"
    painted = number_format.paint(number, code, date1904)
    seen = Seen()
    seen.add(painted.text, style.look)
    doubts = painted.doubts | seen.doubts
    if number < 0 and "-" not in painted.text:
        # (356), or 356 in red: a number below zero that does not look like one
        doubts |= {Doubt.NOT_A_NUMBER}
    if seen.text != painted.text:
        return Value(seen.text, doubts=doubts)
    return Value(
        text=painted.text,
        number=painted.number,
        day=painted.day,
        doubts=doubts,
        fits=style.fits,
    )


def text_value(runs: Iterable[Run], style: CellStyle = ORDINARY) -> Value:
    """A text of one or more runs, what a person sees of it."""
    seen = Seen()
    for text, look in runs:
        if look is None:
            seen.add(text, style.look)
        else:
            seen.add(text, _on(style.look.ground, look))
    if seen.text.strip() and not number_format.shows_text(style.code):
        return Value("", doubts=seen.told() | {Doubt.BARELY_SEEN})
    doubts = seen.told()
    if seen.text.strip() and number_format.changes_text(style.code):
        doubts |= {Doubt.UNTOLD}
    return Value(seen.text, doubts=doubts)


def _on(ground: Colour | None, look: Look) -> Look:
    """A run's look on the fill of its cell."""
    if look.ground == ground:
        return look
    return replace(look, ground=ground)


def plain_text(text: str, style: CellStyle = ORDINARY) -> Value:
    """A text of one run in its cell's own font."""
    return text_value([(text, None)], style)


def no_number(text: str, style: CellStyle = ORDINARY) -> Value:
    """A truth value or an error: shown, and never a count."""
    return doubted(plain_text(text, style), Doubt.NOT_A_NUMBER)


def formula_value(result: Value | None, formula: Formula) -> Value:
    """A formula's stored result, None where none is stored. A text that a formula
    puts together is no count; a text that it merely quotes (="1234") is."""
    if result is None:
        return Value("", doubts=frozenset({Doubt.UNCOMPUTED}))
    if _TEXT_CONSTANT.fullmatch(formula.text):
        return result
    if not formula.computed:
        result = doubted(result, Doubt.UNCOMPUTED)
    if result.number is None and result.text.strip():
        return doubted(result, Doubt.NOT_A_NUMBER)
    return result


def doubt_ranges(
    values: dict[Position, Value], doubtful: Iterable[tuple[Doubt, Range]]
) -> None:
    """Adds a doubt to all that stands in a range."""
    for doubt, (top, left, bottom, right) in doubtful:
        for (row, column), value in values.items():
            inside = top <= row <= bottom and left <= column <= right
            if inside and value.says_something:
                values[row, column] = doubted(value, doubt)


def doubted(value: Value, doubt: Doubt) -> Value:
    return value._replace(doubts=value.doubts | {doubt})
