"""The result of a formula that no program has computed yet: + - * /, brackets, cells of
the same sheet, SUM.

Pure and bounded in depth and area. Anything else has no result: None, and the cell
stays empty for a person to see.
"""

import re
from collections.abc import Callable, Iterator, Mapping

_TOKEN = re.compile(
    r"\s*(?:(\d+\.?\d*(?:E[+-]?\d+)?%?)|(\$?[A-Z]{1,3}\$?\d{1,7})|(SUM(?=\())|([-+*/():,]))",
    re.IGNORECASE,
)
_DEPTH = 20
_AREA = 2_000
_LONGEST = 500
_MOST_STEPS = 5_000  # cells looked up for one formula: each may name the next one twice, and so on

Position = tuple[int, int]


def evaluate(
    text: str, numbers: Mapping[Position, float], formulas: Mapping[Position, str]
) -> float | None:
    """The number that `text` (without its =) comes to. `numbers` are the sheet's stored
    numbers, `formulas` its formulas without a stored result. None for what is not
    understood, divides by nought, runs in a circle or takes too long."""
    return _evaluate(text, numbers, formulas, 0, iter(range(_MOST_STEPS)))


def _evaluate(
    text: str,
    numbers: Mapping[Position, float],
    formulas: Mapping[Position, str],
    depth: int,
    steps: Iterator[int],
) -> float | None:
    """`steps` is shared by all the formulas that one leads to; it runs out."""
    tokens = _tokens(text)
    if tokens is None or depth > _DEPTH:
        return None

    def cell(reference: str) -> float:
        if next(steps, None) is None:
            raise ValueError("too many steps")
        place = _position(reference)
        if place in numbers:
            return numbers[place]
        if place not in formulas:
            return 0.0
        result = _evaluate(formulas[place], numbers, formulas, depth + 1, steps)
        if result is None:
            raise ValueError(reference)
        return result

    parser = _Parser(tokens, cell)
    try:
        result = parser.sum()
    except (ValueError, ZeroDivisionError, OverflowError, RecursionError):
        return None
    if parser.at_end:
        return result
    return None


def _tokens(text: str) -> list[str] | None:
    if len(text) > _LONGEST:
        return None
    tokens, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        tokens.append(match[0].strip().upper())
        at = match.end()
    return tokens


def _position(reference: str) -> Position:
    letters, digits = re.findall(r"[A-Z]+|\d+", reference.upper())
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits) - 1, column - 1


class _Parser:
    """Recursive descent over the tokens; ValueError where they make no formula."""

    def __init__(self, tokens: list[str], cell: Callable[[str], float]) -> None:
        self._tokens, self._cell, self._at = tokens, cell, 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._tokens)

    def _peek(self) -> str:
        if not self.at_end:
            return self._tokens[self._at]
        return ""

    def _take(self, wanted: str = "") -> str:
        token = self._peek()
        if not token or (wanted and token != wanted):
            raise ValueError(token)
        self._at += 1
        return token

    def sum(self) -> float:
        value = self._product()
        while self._peek() in ("+", "-"):
            if self._take() == "+":
                value = value + self._product()
            else:
                value = value - self._product()
        return value

    def _product(self) -> float:
        value = self._factor()
        while self._peek() in ("*", "/"):
            if self._take() == "*":
                value = value * self._factor()
            else:
                value = value / self._factor()
        return value

    def _factor(self) -> float:
        token = self._take()
        if token in ("-", "+"):
            if token == "-":
                return -self._factor()
            return self._factor()
        if token == "(":
            value = self.sum()
            self._take(")")
            return value
        if token == "SUM":
            return self._sum_of_ranges()
        if token[0].isdigit():
            return float(token.rstrip("%")) / (100 if token.endswith("%") else 1)
        if token[0] in "$" or token[0].isalpha():
            return self._cell(token)
        raise ValueError(token)

    def _sum_of_ranges(self) -> float:
        self._take("(")
        total = self._range()
        while self._peek() == ",":
            self._take()
            total += self._range()
        self._take(")")
        return total

    def _range(self) -> float:
        if self._at + 1 >= len(self._tokens) or self._tokens[self._at + 1] != ":":
            return self.sum()
        first, _, last = (
            _position(self._take()),
            self._take(":"),
            _position(self._take()),
        )
        rows, columns = range(first[0], last[0] + 1), range(first[1], last[1] + 1)
        if len(rows) * len(columns) > _AREA:
            raise ValueError("range too large")
        return sum(self._cell(f"{_letters(c)}{r + 1}") for r in rows for c in columns)


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, index = divmod(column - 1, 26)
        letters = chr(ord("A") + index) + letters
    return letters
