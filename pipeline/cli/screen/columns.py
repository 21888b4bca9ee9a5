"""A table in lines of a terminal's columns, a Chinese character taking two: heads, rows,
and sums below a rule.

Rules are of hyphens: what draws boxes is two columns wide on a Chinese console, and the
table falls apart. What stands in a cell may come out of a mail: it is told without
control characters, and nothing in it is a mark. Never cuts: a long cell takes several
lines, a figure stays in one piece, and what is too wide even so stays too wide.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len, chop_cells

from pipeline.cli.screen.help_layout import broken
from pipeline.model.values.frozen import frozen
from pipeline.writing.words import plain

Cells = Sequence[str]
_INDENT = " "
_GAP = "  "
# Characters: "2015-09-10 18:05". A time or a state is one piece; what is longer may take
# several lines
_ONE_PIECE = 16
# Columns that a folded cell is left at least
_NARROWEST = 8


@frozen
class Table:
    """`words` columns from the left are words, the others figures. The title is the program's own."""

    heads: Cells
    rows: Sequence[Cells]
    words: int
    title: str = ""
    sums: Cells = ()


@frozen
class _Column:
    head: str
    cells: Cells
    is_figures: bool

    @property
    def width(self) -> int:
        return max(map(cell_len, (self.head, *self.cells)))

    @property
    def unhurried(self) -> int:
        """What it keeps while others may still be folded."""
        if self.is_figures or max(map(len, self.cells)) <= _ONE_PIECE:
            return self.width
        return self.narrowest

    @property
    def narrowest(self) -> int:
        if self.is_figures:
            return min(self.width, max(_NARROWEST, *map(cell_len, self.cells)))
        return min(self.width, _NARROWEST)


def drawn(table: Table, width: int | None) -> Iterator[str]:
    """Its lines, of at most `width` columns where it can be; whole ones for None."""
    heads, *rows = (_plain(row) for row in (table.heads, *table.rows))
    sums = [_plain(table.sums)] if table.sums else []
    columns = []
    for place, cells in enumerate(zip(*rows, *sums, strict=True)):
        columns.append(_Column(heads[place], cells, place >= table.words))
    widths = _fitted(columns, width)
    rule = _INDENT + "-" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    if table.title:
        yield table.title
    yield ""
    yield from _lines(heads, widths, table.words)
    yield rule
    for row in rows:
        yield from _lines(row, widths, table.words)
    for row in sums:
        yield rule
        yield from _lines(row, widths, table.words)
    yield ""


def _plain(cells: Cells) -> Cells:
    return tuple(map(plain, cells))


def _fitted(columns: Sequence[_Column], width: int | None) -> list[int]:
    """How wide each column is: the widest gives way first."""
    widths = [column.width for column in columns]
    if width is None:
        return widths
    room = width - len(_INDENT) - len(_GAP) * (len(columns) - 1)
    _narrow(widths, [column.unhurried for column in columns], room)
    _narrow(widths, [column.narrowest for column in columns], room)
    return widths


def _narrow(widths: list[int], least: Sequence[int], room: int) -> None:
    for place, width in enumerate(widths):
        # At once, since a mail's subject may be a million characters
        widths[place] = max(least[place], min(width, room))
    while sum(widths) > room:
        able = [n for n, width in enumerate(widths) if width > least[n]]
        if not able:
            return
        widths[max(able, key=widths.__getitem__)] -= 1


def _lines(cells: Cells, widths: Sequence[int], words: int) -> Iterator[str]:
    folded = map(_folded, cells, widths)
    for parts in zip_longest(*folded, fillvalue=""):
        shown = []
        for place, (part, width) in enumerate(zip(parts, widths, strict=True)):
            blank = " " * (width - cell_len(part))
            shown.append(part + blank if place < words else blank + part)
        yield (_INDENT + _GAP.join(shown)).rstrip()


def _folded(text: str, width: int) -> list[str]:
    if cell_len(text) <= width:
        return [text]
    found = []
    for line in broken(text, width):
        # A word that is longer than the column
        found += chop_cells(line, width)
    return found
