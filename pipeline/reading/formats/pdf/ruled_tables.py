"""Glyphs and ruling lines to tables and lines of text, as a reader sees them on a page.

Pure geometry. A table is a set of lines that touch each other; its cells are what the
lines fence off; text belongs to the innermost cell around it. What stands in no table
is read as lines of paragraphs.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise, product

from pipeline.model.document import Doubt
from pipeline.reading.formats.pdf.pdf_page import Glyph, Ruling

Rulings = list[Ruling]

Glyphs = Sequence[Glyph]

Lines = list[list[Glyph]]

# Points: lines this near are one line
_NEAR = 3.0
# Lines this near meet; a table set into a cell keeps further away
_TOUCHING = 1.6
# Of one table
_CELLS_LIMIT = 10_000
# Of a page; a form has a handful
_TABLES_LIMIT = 40
# a superscript is 0.6 to 0.85 of its line's size (office programs, page makers), raised by a third
_SMALL, _OFF_THE_LINE = 0.9, 0.08
# Of the largest digit beside it: a number is not set in two sizes
_MARK = 0.7
# Of a glyph's size. A blank in Latin letters is a quarter wide, and two digits of one
# number stand closer than that.
_BETWEEN_WORDS, _BETWEEN_DIGITS = 0.3, 0.15
# Of a digit's size: a gap that no thousands separator is. Blanks between digits are a
# quarter to a half wide, the full-width one (U+3000) is one wide, and a tab is wider.
_A_TAB = 1.0
_ITEM = re.compile(
    r"[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[）).．、：]|[①-⑳⑴-⒇㈠-㈩❶-❿]|"
    r"[•·▪●○■□◆◇★☆▶►※➢✓√*]|[-–—－](?![-–—－\d])|第[一二三四五六七八九十]+[，、]"
)
# Of a glyph's size: two whose middles are this near stand below one another
_SAME_COLUMN = 0.7
# Points between a cell's text and its border
_MARGIN = 6.0
_ENDINGS = "。；;！!？?："


@dataclass
class DrawnCell:
    """A fenced-off place: its rows and columns in the table, its box, and the glyphs in it."""

    row: int
    column: int
    rows: int
    columns: int
    left: float
    bottom: float
    right: float
    top: float
    glyphs: list[Glyph] = field(default_factory=list)
    doubts: set[Doubt] = field(default_factory=set)

    @property
    def text(self) -> str:
        return text_of(self.glyphs, self.right)


@dataclass
class DrawnTable:
    """A table: where its lines stand (x from left, y from the top down), and its cells."""

    xs: list[float]
    ys: list[float]
    cells: list[DrawnCell]

    def __post_init__(self) -> None:
        self._by_place = {}
        for cell in self.cells:
            rows = range(cell.row, cell.row + cell.rows)
            columns = range(cell.column, cell.column + cell.columns)
            for place in product(rows, columns):
                self._by_place[place] = cell
        self._downwards = [-y for y in self.ys]

    def cell_at(self, x: float, y: float) -> DrawnCell | None:
        """The cell around a point, None outside of the table."""
        column = bisect_right(self.xs, x) - 1
        row = bisect_right(self._downwards, -y) - 1
        return self._by_place.get((row, column))

    @property
    def top(self) -> float:
        return self.ys[0]

    @property
    def bottom(self) -> float:
        return self.ys[-1]

    @property
    def left(self) -> float:
        return self.xs[0]

    @property
    def right(self) -> float:
        return self.xs[-1]

    @property
    def area(self) -> float:
        width = self.right - self.left
        height = self.top - self.bottom
        return width * height


def tables_of(rulings: Sequence[Ruling]) -> list[DrawnTable]:
    """The tables that the lines make, the innermost first. A mere box round something
    in a table's cell is no table of its own."""
    found: list[DrawnTable] = []
    for group in _groups(rulings):
        table = _table(group)
        if table is not None:
            found.append(table)
    found.sort(key=lambda table: -table.area)
    kept: list[DrawnTable] = []
    for table in found[:_TABLES_LIMIT]:
        is_box = len(table.cells) <= 1
        if is_box and any(_is_within(table, other) for other in kept):
            continue
        kept.append(table)
    return kept[::-1]


def _is_within(inner: DrawnTable, outer: DrawnTable) -> bool:
    if len(outer.cells) <= 1:
        return False
    across = outer.left <= inner.left and inner.right <= outer.right
    down = outer.bottom <= inner.bottom and inner.top <= outer.top
    return across and down


def fill(tables: Sequence[DrawnTable], glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Puts each glyph into the innermost cell around it, its doubts with it, and gives
    back those that stand in no table."""
    outside: list[Glyph] = []
    filled: dict[int, DrawnCell] = {}
    for glyph in glyphs:
        cell = _cell_around(tables, glyph)
        if cell is None:
            outside.append(glyph)
            continue
        cell.doubts |= glyph.doubts
        if glyph.text:
            cell.glyphs.append(glyph)
            filled[id(cell)] = cell
    for cell in filled.values():
        raised = raised_digits(cell.glyphs)
        if raised:
            cell.doubts.add(Doubt.RAISED)
            cell.glyphs = [g for g in cell.glyphs if g not in raised]
    return outside


def _cell_around(
    tables: Sequence[DrawnTable], glyph: Glyph
) -> DrawnCell | None:
    for table in tables:
        cell = table.cell_at(*glyph.middle)
        if cell is not None:
            return cell
    return None


def raised_digits(glyphs: Glyphs) -> set[Glyph]:
    """The digits of super- and subscripts: clearly smaller than the character that they
    follow and not on its line, or off the line of the digits around them."""
    found: set[Glyph] = set()
    for line in lines_of(glyphs):
        for before, glyph in pairwise(line):
            if before in found or not glyph.text.isdigit():
                continue
            small = 0 < glyph.points < _SMALL * before.points
            if small and _is_off(glyph, before) and _is_near(before, glyph):
                found.add(glyph)
        for run in _digit_runs(line):
            found |= _off_their_run(run)
    return found


def _digit_runs(line: Glyphs) -> Lines:
    """The digits of a line that stand side by side, run by run."""
    runs: Lines = []
    last: Glyph | None = None
    for glyph in line:
        if glyph.text.isdigit():
            if last is not None and _is_near(last, glyph):
                runs[-1].append(glyph)
            else:
                runs.append([glyph])
            last = glyph
        else:
            last = None
    return runs


def _points_of(glyph: Glyph) -> float:
    return glyph.points


def _off_their_run(run: Glyphs) -> set[Glyph]:
    """The digits of one run that do not stand on its line, which is that of most of
    them: Word's 提升 (w:position) and PDF's text rise move a digit of full size."""
    line = max(run, key=partial(_how_many_beside, run))
    largest = max(map(_points_of, run))
    off: set[Glyph] = set()
    for glyph in run:
        # One of half the size of its neighbours is a mark, on whatever line
        if _is_off(glyph, line) or 0 < glyph.points < _MARK * largest:
            off.add(glyph)
    return off


def _how_many_beside(run: Glyphs, glyph: Glyph) -> int:
    """How many characters of a run stand on the line of one."""
    count = 0
    for other in run:
        if not _is_off(glyph, other):
            count += 1
    return count


def _is_off(glyph: Glyph, base: Glyph) -> bool:
    """Whether two characters stand on two lines; no baseline is known of size 0."""
    apart = abs(glyph.baseline - base.baseline)
    return base.points > 0 and apart > _OFF_THE_LINE * base.points


def _is_near(before: Glyph, glyph: Glyph) -> bool:
    return glyph.left - before.right < before.size


def _groups(rulings: Sequence[Ruling]) -> list[Rulings]:
    """The rulings in groups of those that touch, directly or through others."""
    parent = list(range(len(rulings)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    across = [i for i, r in enumerate(rulings) if r.horizontal]
    down = [i for i, r in enumerate(rulings) if not r.horizontal]
    for i in across:
        for j in down:
            if _touch(rulings[i], rulings[j]):
                parent[root(i)] = root(j)
    groups: dict[int, Rulings] = {}
    for i, ruling in enumerate(rulings):
        groups.setdefault(root(i), []).append(ruling)
    return list(groups.values())


def _touch(across: Ruling, down: Ruling) -> bool:
    gap = _TOUCHING
    return (
        across.start - gap <= down.at <= across.end + gap
        and down.start - gap <= across.at <= down.end + gap
    )


def _table(rulings: Rulings) -> DrawnTable | None:
    across = [r for r in rulings if r.horizontal]
    down = [r for r in rulings if not r.horizontal]
    # One line across is an underline.
    if len(across) < 2 or not down:
        return None
    xs = _edges(down, across)
    # From the top down, as rows are counted
    ys = _edges(across, down)[::-1]
    if len(xs) < 2 or len(ys) < 2:
        return None
    if len(xs) * len(ys) > _CELLS_LIMIT:
        return None
    return DrawnTable(xs, ys, _cells(xs, ys, across, down))


def _edges(lines: Sequence[Ruling], across: Sequence[Ruling]) -> list[float]:
    """Where the lines of one direction stand, and where those across them end: a table
    may be open at its sides."""
    places = [line.at for line in lines]
    places.append(min(line.start for line in across))
    places.append(max(line.end for line in across))
    return clustered(places)


def clustered(values: Iterable[float]) -> list[float]:
    """The values, near ones as one."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _NEAR:
            kept.append(value)
    return kept


def _cells(
    xs: list[float], ys: list[float], across: Rulings, down: Rulings
) -> list[DrawnCell]:
    """The places that the lines fence off, each as wide and then as high as no line cuts it."""
    upright = []
    for x in xs:
        upright.append(_at(down, x))
    level = []
    for y in ys:
        level.append(_at(across, y))
    cells: list[DrawnCell] = []
    taken: set[tuple[int, int]] = set()
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) in taken:
                continue
            right = column + 1
            middle = _mid(ys, row)
            while right < len(xs) - 1 and (row, right) not in taken:
                if _fenced(upright[right], middle):
                    break
                right += 1
            below = row + 1
            columns = range(column, right)
            while below < len(ys) - 1:
                if any((below, c) in taken for c in columns):
                    break
                if any(_fenced(level[below], _mid(xs, c)) for c in columns):
                    break
                below += 1
            taken |= set(product(range(row, below), columns))
            cells.append(
                DrawnCell(
                    row=row,
                    column=column,
                    rows=below - row,
                    columns=right - column,
                    left=xs[column],
                    bottom=ys[below],
                    right=xs[right],
                    top=ys[row],
                )
            )
    return cells


def _at(rulings: Rulings, place: float) -> Rulings:
    found = []
    for r in rulings:
        if abs(r.at - place) <= _NEAR:
            found.append(r)
    return found


def _mid(edges: list[float], index: int) -> float:
    return (edges[index] + edges[index + 1]) / 2


def _fenced(rulings: Rulings, along: float) -> bool:
    return any(r.start - 1 <= along <= r.end + 1 for r in rulings)


def lines_of(glyphs: Glyphs) -> Lines:
    """The glyphs in lines from the top down, each from left to right."""
    lines: Lines = []
    for glyph in sorted(glyphs, key=lambda g: (-g.middle[1], g.left)):
        if lines and _beside(lines[-1][0], glyph):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return [sorted(line, key=lambda g: g.left) for line in lines]


def _beside(first: Glyph, glyph: Glyph) -> bool:
    overlap = min(first.top, glyph.top) - max(first.bottom, glyph.bottom)
    return overlap > 0.5 * min(first.size, glyph.size)


def line_text(line: Glyphs) -> str:
    """A line's text, a gap as one space, a wide one between digits as a tab."""
    text = ""
    before: Glyph | None = None
    for glyph in line:
        if before is not None:
            text += _gap(before, glyph)
        text += glyph.text
        before = glyph
    return text


def _gap(before: Glyph, glyph: Glyph) -> str:
    room = glyph.left - before.right
    width = room / glyph.size
    digits = _is_plain_digit(before) and _is_plain_digit(glyph)
    if width <= (_BETWEEN_DIGITS if digits else _BETWEEN_WORDS):
        return ""
    # The box of a glyph is higher than its font's size (ascent, descent)
    points = glyph.points or glyph.size
    numbers = before.text.isdigit() and glyph.text.isdigit()
    if numbers and room > _A_TAB * points:
        return "\t"
    return " "


def _is_plain_digit(glyph: Glyph) -> bool:
    return glyph.text.isascii() and glyph.text.isdigit()


def text_of(glyphs: Glyphs, right: float) -> str:
    """The text up to a right margin: wrapped lines joined, a vertical label read downwards."""
    if not glyphs:
        return ""
    lines = lines_of(glyphs)
    if _is_vertical(lines):
        return _downwards(glyphs)
    text = line_text(lines[0])
    for before, line in pairwise(lines):
        text += _break(before, line, right) + line_text(line)
    return text


def _break(before: Glyphs, line: Glyphs, right: float) -> str:
    """What stands between two lines. A line's end never joins digits: the second may be
    a mark set lower."""
    if not _wraps(before, line, right):
        return "\n"
    if before[-1].text.isdigit() and line[0].text.isdigit():
        return "\t"
    return ""


def _wraps(line: Glyphs, following: Glyphs, right: float) -> bool:
    """Whether the next line only goes on because this one was full: a few glyphs short
    of the margin, since words are kept whole. A list mark begins a line of its own, and
    so does what follows the end of a sentence that left room."""
    if _ITEM.match(line_text(following)):
        return False
    first = following[0]
    width = first.right - first.left
    size = max(first.size, width)
    room = (right - _MARGIN - line[-1].right) / size
    return room < (1.0 if line[-1].text in _ENDINGS else 4.0)


def _is_vertical(lines: Lines) -> bool:
    """A label set downwards: many lines of one or two glyphs, in columns that stand straight."""
    lengths = [len(line) for line in lines]
    if len(lines) < 3 or max(lengths) > 4:
        return False
    if sum(lengths) > 2 * len(lines):
        return False
    return not line_text(lines[0])[:1].isdigit()


def _downwards(glyphs: Glyphs) -> str:
    """Columns from right to left, each from the top down; glyphs that share a line of a
    column stay together."""
    columns: Lines = []
    for glyph in sorted(glyphs, key=lambda g: -g.middle[0]):
        if columns and _is_in_column(columns[-1][0], glyph):
            columns[-1].append(glyph)
        else:
            columns.append([glyph])
    text = ""
    for column in columns:
        for line in lines_of(column):
            for glyph in line:
                text += glyph.text
    return text


def _is_in_column(first: Glyph, glyph: Glyph) -> bool:
    apart = abs(first.middle[0] - glyph.middle[0])
    return apart < _SAME_COLUMN * glyph.size
