"""A PDF with text to Document: its drawn tables as grids, the rest as paragraphs.

Trusts nothing. A table that was printed over two pages, cut across or cut along, is one
grid again. Struck text is left out and raises a doubt, as does what nobody sees. A PDF
without painted text is a scan, for which this reader has no eyes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.model.document import (
    Blocks,
    Cell,
    Document,
    Doubt,
    Grid,
    Paragraph,
    place_in_table,
)
from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.formats.pdf.crossed_cells import doubt_crossed
from pipeline.reading.formats.pdf.pdf_page import Glyph, Page, read_pages
from pipeline.reading.formats.pdf.ruled_tables import (
    DrawnCell,
    DrawnTable,
    clustered,
    fill,
    lines_of,
    raised_digits,
    tables_of,
    text_of,
)
from pipeline.reading.formats.pdf.watermarks import only_upright, slanted_words
from pipeline.reading.formats.seen import seen_text

# A scanner's page number or stamp is no text
_FEWEST_GLYPHS = 8
# Points: lines this near are one line
_NEAR = 3.0
# Points: the strips by which glyphs of one place are found
_ROW = 20.0
# Points: by so much a printer may shift one page against the next
_SAME_HEIGHT = 1.5


def read_pdf(file: ForeignFile) -> Document:
    """A PDF. Raises UnreadableError: ENCRYPTED, CORRUPT, TOO_BIG, SCAN_UNREAD where
    there is no text."""
    pages = read_pages(file.content)
    painted = sum(1 for page in pages for glyph in page.glyphs if glyph.text)
    if painted < _FEWEST_GLYPHS:
        raise UnreadableError(TroubleCode.SCAN_UNREAD, "no text in the PDF")
    items: Pieces = []
    marks: Pieces = []
    for number, page in _whole_sheets(pages):
        items += _items(page, number)
        for word in slanted_words(page.glyphs):
            marks.append(_Text(text=word, page=number, top=0.0))
    blocks = _blocks([*_joined_down(items), *marks])
    return Document(file.kind, tuple(blocks))


@dataclass
class _Text:
    """A line outside of tables."""

    text: str
    page: int
    top: float
    doubts: frozenset[Doubt] = frozenset()


@dataclass
class _Table:
    """A table as it will be a grid; `rows` counts them, since a second page may add some."""

    cells: list[DrawnCell]
    texts: list[str]
    xs: list[float]
    rows: int
    page: int
    top: float
    last_on_page: bool = False
    first_on_page: bool = False


Pieces = list[_Text | _Table]


def _items(page: Page, number: int) -> Pieces:
    """What a page holds, from the top down; a table inside of a cell follows the table around it."""
    tables = tables_of(page.rulings)
    outside = fill(tables, only_upright(page.glyphs))
    doubt_crossed(tables, page.slanted)
    items: Pieces = []
    tops = []
    for table in tables:
        # What fences nothing off is an ornament.
        if any(cell.glyphs for cell in table.cells):
            items.append(_table(table, number))
            tops.append(table.top)
    items += _paragraphs(outside, tops, number, _right_margin(page))
    items.sort(key=lambda item: -item.top)
    if items and isinstance(items[0], _Table):
        items[0].first_on_page = True
    if items and isinstance(items[-1], _Table):
        items[-1].last_on_page = True
    return items


def _table(drawn: DrawnTable, number: int) -> _Table:
    cells = []
    for cell in drawn.cells:
        width = cell.right - cell.left
        if cell.glyphs or width > _NEAR:
            cells.append(cell)
    return _Table(
        cells=cells,
        texts=[c.text for c in cells],
        xs=drawn.xs,
        rows=len(drawn.ys) - 1,
        page=number,
        top=drawn.top,
    )


def _right_margin(page: Page) -> float:
    """Where full lines end: as far from the right edge as the leftmost text is from the
    left, or where text goes further."""
    if not page.glyphs:
        return page.width
    leftmost = min(g.left for g in page.glyphs)
    furthest = max(g.right for g in page.glyphs)
    return max(page.width - leftmost, furthest)


def _paragraphs(
    glyphs: Sequence[Glyph], tops: list[float], number: int, right: float
) -> Pieces:
    """The lines outside of tables, in stretches between them."""
    if not glyphs:
        return []
    stretches: dict[int, list[Glyph]] = {}
    for line in lines_of(glyphs):
        above = sum(top > line[0].middle[1] for top in tops)
        stretches.setdefault(above, []).extend(line)
    found: Pieces = []
    for stretch in stretches.values():
        doubts = frozenset[Doubt]().union(*(g.doubts for g in stretch))
        raised = raised_digits(stretch)
        if raised:
            doubts |= {Doubt.RAISED}
        top = max(g.top for g in stretch)
        seen = [g for g in stretch if g.text and g not in raised]
        for offset, text in enumerate(text_of(seen, right).split("\n")):
            found.append(
                _Text(
                    text=text,
                    page=number,
                    top=top - offset / 1000,
                    doubts=doubts,
                )
            )
    return found


def _whole_sheets(pages: list[Page]) -> list[tuple[int, Page]]:
    """The pages by number, those put back together over which one wide sheet was
    printed side by side."""
    sheets: list[tuple[int, Page]] = []
    for number, page in enumerate(pages, 1):
        if sheets:
            first, before = sheets[-1]
            if _goes_on_right(before, page):
                sheets[-1] = first, _beside(before, page)
                continue
        sheets.append((number, page))
    return sheets


def _goes_on_right(page: Page, following: Page) -> bool:
    """Whether the lines of a table run off the right edge of one page and go on, at the
    same heights, on the next."""
    ys = _heights(page)
    next_ys = _heights(following)
    # Two lines make a box, which any two pages may have at the same heights.
    if len(ys) < 3 or len(ys) != len(next_ys):
        return False
    for one, other in zip(ys, next_ys, strict=True):
        if abs(one - other) > _SAME_HEIGHT:
            return False
    edge = _right_edge(page)
    fence = []
    for ruling in page.rulings:
        if not ruling.horizontal and abs(ruling.at - edge) <= _NEAR:
            fence.append((ruling.start, ruling.end))
    # A table that ends on the page is fenced off there.
    return clustered_length(fence) < 0.9 * (ys[-1] - ys[0])


def _right_edge(page: Page) -> float:
    return max(r.end for r in page.rulings if r.horizontal)


def _heights(page: Page) -> list[float]:
    """Where lines run across a page."""
    return clustered(r.at for r in page.rulings if r.horizontal)


def clustered_length(stretches: Sequence[tuple[float, float]]) -> float:
    """How much the stretches cover together."""
    covered = 0.0
    reached = float("-inf")
    for start, end in sorted(stretches):
        covered += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return covered


def _beside(page: Page, following: Page) -> Page:
    """One page of two: the second moved to the right of the first; glyphs of cut cells,
    painted on both, once. What one page's edge cut off and the other shows is seen."""
    begin = min(r.start for r in following.rulings if r.horizontal)
    dx = _right_edge(page) - begin
    shifted = [g.moved(dx) for g in following.glyphs]
    glyphs = [g for g in page.glyphs if g.text]
    places = _Places(glyphs)
    for glyph in shifted:
        if glyph.text and glyph.text not in places.texts_at(glyph):
            glyphs.append(glyph)
    places = _Places(glyphs)
    for glyph in (*page.glyphs, *shifted):
        if not glyph.text and not places.texts_at(glyph):
            glyphs.append(glyph)
    rulings = list(page.rulings)
    for ruling in following.rulings:
        rulings.append(ruling.moved(dx))
    slanted = list(page.slanted)
    for (x0, y0), (x1, y1) in following.slanted:
        slanted.append(((x0 + dx, y0), (x1 + dx, y1)))
    return Page(glyphs, rulings, page.width + dx, slanted)


class _Places:
    """Glyphs by where they stand."""

    def __init__(self, glyphs: Sequence[Glyph]) -> None:
        self._rows: dict[int, list[Glyph]] = {}
        for glyph in glyphs:
            self._rows.setdefault(int(glyph.bottom // _ROW), []).append(glyph)

    def texts_at(self, glyph: Glyph) -> set[str]:
        """What stands where this glyph does."""
        row = int(glyph.bottom // _ROW)
        found: set[str] = set()
        for near in (row - 1, row, row + 1):
            for other in self._rows.get(near, ()):
                if _same_place(glyph, other):
                    found.add(other.text)
        return found


def _same_place(glyph: Glyph, other: Glyph) -> bool:
    near = 0.4 * glyph.size
    across = abs(glyph.left - other.left) < near
    return across and abs(glyph.bottom - other.bottom) < near


def _joined_down(items: Pieces) -> Pieces:
    """The items, with a table that goes on at the top of the next page put under its beginning."""
    kept: Pieces = []
    last: _Text | _Table | None = None
    for item in items:
        if (
            isinstance(item, _Table)
            and isinstance(last, _Table)
            and _goes_on_below(last, item)
        ):
            _append(last, item)
        else:
            kept.append(item)
            last = item
    return kept


def _goes_on_below(table: _Table, following: _Table) -> bool:
    """Whether a table at the top of a page goes on with the one at the end of the page
    before: they are as wide."""
    if not (table.last_on_page and following.first_on_page):
        return False
    if following.page <= table.page:
        return False
    left = abs(table.xs[0] - following.xs[0]) <= _NEAR
    right = abs(table.xs[-1] - following.xs[-1]) <= _NEAR
    return left and right


def _append(table: _Table, following: _Table) -> None:
    """Puts rows under a table. A first row whose label is empty only goes on with the
    row that the page end cut."""
    xs = clustered(table.xs + following.xs)
    _recolumn(table, xs)
    _recolumn(following, xs)
    last_row = {}
    for index, cell in enumerate(table.cells):
        if cell.row + cell.rows == table.rows:
            last_row[cell.column] = index
    cut = _is_cut(following, last_row)
    for cell, text in zip(following.cells, following.texts, strict=True):
        if cut and cell.row == 0:
            index = last_row[cell.column]
            both = filter(None, (table.texts[index], text))
            table.texts[index] = "\n".join(both)
            continue
        cell.row += table.rows - cut
        table.cells.append(cell)
        table.texts.append(text)
    table.rows += following.rows - cut
    table.page = following.page
    table.last_on_page = following.last_on_page


def _is_cut(following: _Table, last_row: Mapping[int, int]) -> bool:
    """Whether its first row is the rest of the row before: its label is empty, and it
    has that row's columns."""
    first = []
    for index, cell in enumerate(following.cells):
        if cell.row == 0:
            first.append(index)
    if len(first) < 2 or following.texts[first[0]]:
        return False
    return all(following.cells[i].column in last_row for i in first)


def _recolumn(table: _Table, xs: list[float]) -> None:
    """Numbers the columns of a table by the lines of a finer grid."""
    at = [_nearest(xs, x) for x in table.xs]
    for cell in table.cells:
        first = at[cell.column]
        last = at[cell.column + cell.columns]
        cell.column, cell.columns = first, max(last - first, 1)
    table.xs = xs


def _nearest(xs: Sequence[float], wanted: float) -> int:
    """The place of the value nearest to the wanted one."""
    return min(range(len(xs)), key=lambda i: abs(xs[i] - wanted))


def _blocks(items: Sequence[_Text | _Table]) -> Blocks:
    blocks: Blocks = []
    tables = 0
    for item in items:
        if isinstance(item, _Text):
            seen = seen_text(item.text.strip())
            if seen.text:
                place = f"第{item.page}页"
                doubts = item.doubts | seen.told()
                blocks.append(Paragraph(seen.text, place, doubts))
            continue
        tables += 1
        blocks.append(_grid(item, f"表格{tables}"))
    return blocks


def _grid(table: _Table, name: str) -> Grid:
    cells: list[Cell] = []
    for drawn, text in zip(table.cells, table.texts, strict=True):
        seen = seen_text(text)
        cell = Cell(
            text=seen.text,
            row=drawn.row,
            column=drawn.column,
            where=place_in_table(name, drawn.row, drawn.column),
            row_span=drawn.rows,
            column_span=drawn.columns,
            doubts=seen.told() | drawn.doubts,
        )
        cells.append(cell)
    return Grid(name, tuple(cells))
