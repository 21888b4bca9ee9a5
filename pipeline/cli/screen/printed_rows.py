"""Rows as people see them: on a terminal a table as wide as it, elsewhere a line each.

What stands in a cell may come out of a mail: it is told without control characters, and
never understood as rich's own marks. A pipe gets whole lines, so that grep and cut find
in them what they look for.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pipeline.cli.app import say
from pipeline.writing.words import plain

if TYPE_CHECKING:
    from rich.box import Box

Cells = Sequence[str]
# Characters: "2015-09-10 18:05"
_ONE_PIECE = 16


def print_rows(heads: Cells, rows: Iterable[Cells], none: str) -> None:
    """`none` is said where there are no rows."""
    found = list(rows)
    if not found:
        say(none)
    elif on_terminal():
        _print_table(heads, found)
    else:
        for cells in found:
            say("  ".join(cell for cell in cells if cell))


def on_terminal() -> bool:
    return sys.stdout.isatty()


def _print_table(heads: Cells, rows: Sequence[Cells]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=plain_box(),
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    shown = [place for place in range(len(heads)) if _filled(rows, place)]
    for place in shown:
        longest = max(len(cells[place]) for cells in rows)
        # A time or a state is one piece; what is longer may take several lines
        table.add_column(
            heads[place], overflow="fold", no_wrap=longest <= _ONE_PIECE
        )
    for cells in rows:
        table.add_row(*(Text(plain(cells[place])) for place in shown))
    Console().print(table)


def plain_box() -> "Box":
    """Lines of hyphens: what draws boxes is two columns wide on a Chinese console, and
    the table falls apart."""
    from rich.box import Box

    empty = "    \n"
    rule = " -- \n"
    return Box(
        empty + empty + rule + empty + rule + empty + empty + empty, ascii=True
    )


def _filled(rows: Iterable[Cells], place: int) -> bool:
    return any(cells[place] for cells in rows)
