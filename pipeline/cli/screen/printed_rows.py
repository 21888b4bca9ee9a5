"""Rows as people see them: on a terminal a table as wide as it, elsewhere a line each.

A pipe gets whole lines, so that grep and cut find in them what they look for.
"""

import shutil
import sys
from collections.abc import Iterable, Sequence

import typer

from pipeline.cli.app import say
from pipeline.cli.screen.columns import Cells, Table, drawn


def print_rows(heads: Cells, rows: Iterable[Cells], none: str) -> None:
    """`none` is said where there are no rows."""
    found = list(rows)
    if not found:
        say(none)
    elif on_terminal():
        print_table(_without_empty(heads, found))
    else:
        for cells in found:
            say("  ".join(cell for cell in cells if cell))


def print_table(table: Table) -> None:
    """As wide as the terminal; elsewhere as wide as it is."""
    width = None
    if on_terminal():
        # A console of old Windows puts an empty line behind a full one
        width = shutil.get_terminal_size().columns - 1
    typer.echo("\n".join(drawn(table, width)))


def on_terminal() -> bool:
    return sys.stdout.isatty()


def _without_empty(heads: Cells, rows: Sequence[Cells]) -> Table:
    """A table of words, of the columns that anything stands in."""
    shown = [place for place in range(len(heads)) if _filled(rows, place)]
    kept = []
    for cells in rows:
        kept.append([cells[place] for place in shown])
    return Table([heads[place] for place in shown], kept, words=len(shown))


def _filled(rows: Iterable[Cells], place: int) -> bool:
    return any(cells[place] for cells in rows)
