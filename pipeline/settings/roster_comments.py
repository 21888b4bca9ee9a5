"""The comments between the tables of a config, while those tables are put in another
order, come or go. Pure.

tomlkit counts what stands before a table as the end of the table above it: a comment
would go with the wrong one, or be lost with it.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import tomlkit
from tomlkit.items import AoT, Item, Table

# Comments and empty lines, as tomlkit keeps them: without a key
Trivia = list[tuple[Any, Item]]


class Comments:
    """What stands before each table of an array, and after the last; taken out of the
    tables when it is made, and put back among those that are there then."""

    def __init__(self, tables: AoT) -> None:
        self._before: dict[int, Trivia] = {}
        self._old = list(tables)
        above: Trivia = []
        for table in self._old:
            self._before[id(table)] = above
            above = _taken_off(table)
        self._last = above

    def put_among(self, tables: Sequence[Table]) -> AoT:
        """The array of these tables. What stood before one that has gone stands before
        the one that came after it."""
        self._move_on({id(table) for table in tables[1:]})
        array = tomlkit.aot()
        for table in tables:
            array.append(table)
            # The empty line before it stands among the comments.
            table.trivia.indent = ""
        for above, table in pairwise(tables):
            above.value.body.extend(
                self._before.get(id(table)) or _empty_line()
            )
        if tables:
            tables[-1].value.body.extend(self._last)
        return array

    def _move_on(self, staying: set[int]) -> None:
        waiting: Trivia = []
        for table in self._old:
            before = [*waiting, *self._before.pop(id(table))]
            if id(table) in staying:
                self._before[id(table)] = before
                waiting = []
            elif any(_is_comment(part) for part in before):
                waiting = before
        self._last = [*waiting, *self._last]


def _taken_off(table: Table) -> Trivia:
    body: Trivia = table.value.body
    end = len(body)
    while end and body[end - 1][0] is None:
        end -= 1
    taken = body[end:]
    del body[end:]
    return taken


def _is_comment(part: tuple[Any, Item]) -> bool:
    return isinstance(part[1], tomlkit.items.Comment)


def _empty_line() -> Trivia:
    return [(None, tomlkit.ws("\n"))]
