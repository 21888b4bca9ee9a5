"""How a help page is laid out where the text is Chinese: in columns of the terminal, a
Chinese character taking two, and broken between characters.

typer measures by characters and breaks at spaces alone: its columns do not stand under
each other, and a Chinese sentence runs out of the window. Knows widths, and no word.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import typer
from rich.cells import cell_len
from typer.exceptions import TyperException

# What no line may begin with, and what none may end with (GB/T 15834)
_NOT_FIRST: Final = "，。、；：？！”’）》】…"
_NOT_LAST: Final = "“‘（《【"
# A Latin word, number or path stays whole; of all else each character stands alone
_PIECE: Final = re.compile(r"[!-~]+|\s+|.")
# Columns between a term and what is said of it
_GAP: Final = 2
# A page is not laid out narrower: a window of 20 columns shows no help anyway
_NARROWEST: Final = 16

Translate = Callable[[str], str]


def broken(text: str, width: int) -> list[str]:
    """A paragraph in lines of at most `width` columns; a word that is longer than that
    stays whole."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(" ".join(text.split())):
        if line and cell_len(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()]


def _pieces(text: str) -> Iterator[str]:
    """What may be parted from what comes before it."""
    held = ""
    for piece in _PIECE.findall(text):
        if held and piece not in _NOT_FIRST and held[-1] not in _NOT_LAST:
            yield held
            held = ""
        held += piece
    yield held


# The class is public as the context's own alone, under no name of typer's.
_HelpFormatter: Any = typer.Context.formatter_class


class TranslatedFormatter(_HelpFormatter):  # type: ignore[misc]
    """A help page whose words are put into another language before they are measured."""

    def __init__(self, translate: Translate, width: int | None) -> None:
        super().__init__(width=width)
        self.translate = translate

    def text(self) -> str:
        """What was written, without the last line's end."""
        return str(self.getvalue()).rstrip("\n")

    def write_usage(
        self, prog: str, args: str = "", prefix: str | None = None
    ) -> None:
        self.write(self.translate(f"Usage: {prog} {args}").rstrip() + "\n")

    def write_heading(self, heading: str) -> None:
        self.write(self.translate(f"{heading}:") + "\n")

    def write_text(self, text: str) -> None:
        first, *others = text.split("\n\n")
        self._write_lines(first)
        for paragraph in others:
            self.write("\n")
            self._write_lines(paragraph)

    def write_dl(
        self,
        rows: Iterable[tuple[str, str]],
        col_max: int = 30,
        col_spacing: int = _GAP,
    ) -> None:
        """The rows, each term in a column as wide as the longest; one that is longer
        than `col_max` has a line of its own."""
        told = [(self.translate(a), self.translate(b)) for a, b in rows]
        fitting = (cell_len(term) for term, _ in told)
        first = max((n for n in fitting if n <= col_max), default=0)
        for term, text in told:
            indent = " " * self.current_indent
            self.write(indent + term)
            if cell_len(term) > first:
                self.write(f"\n{indent}{' ' * first}")
            else:
                self.write(" " * (first - cell_len(term)))
            self._write_beside(
                text, len(indent) + first + col_spacing, col_spacing
            )

    def _write_beside(self, text: str, column: int, gap: int) -> None:
        lines = broken(text, max(self.width - column, _NARROWEST))
        self.write((" " * gap + lines[0]).rstrip() + "\n")
        for line in lines[1:]:
            self.write(" " * column + line + "\n")

    def _write_lines(self, text: str) -> None:
        indent = " " * self.current_indent
        for line in broken(text, self.width - len(indent)):
            self.write(indent + line + "\n")


class TranslatedPages:
    """How a command or a group of them writes its help: before one of typer's classes."""

    translate: Translate

    def get_help(self: Any, ctx: Any) -> str:
        page = TranslatedFormatter(self.translate, ctx.terminal_width)
        self.format_help(ctx, page)
        return page.text()

    def get_usage(self: Any, ctx: Any) -> str:
        page = TranslatedFormatter(self.translate, ctx.terminal_width)
        self.format_usage(ctx, page)
        return page.text()

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As typer does; a mistake that its parser finds says no command, and is told
        which it was."""
        try:
            found: list[str] = super().parse_args(ctx, args)  # type: ignore[misc]
        except TyperException as error:
            if getattr(error, "ctx", None) is None:
                vars(error)["ctx"] = ctx
            raise
        return found


def asked_for(error: Any) -> str:
    """What is to be written where it is missing or wrong, as the help page says it; empty
    where the mistake is about no option or argument."""
    context = getattr(error, "ctx", None)
    named = getattr(error, "option_name", None)
    parameter = getattr(error, "param", None)
    if context is None:
        return ""
    for one in context.command.params:
        if one is parameter or named in one.opts:
            return str(one.help or "")
    return ""
