"""The body of a WordprocessingML document to blocks: paragraphs, tables with their
merged cells, text boxes, parts of other formats that stand in it.

Beside docx.py, which opens the files. Trusts only well-formed XML. Counters name the
places as a person counts them: 第n段, 表格n, 文本框n.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from pipeline.model.document import (
    Blocks,
    Cell,
    Doubt,
    Grid,
    Paragraph,
    place_in_table,
)
from pipeline.reading.containers.limits import (
    refuse_beyond_limit,
)
from pipeline.reading.formats.seen import Colour, Seen, joined
from pipeline.reading.formats.word.markup.docx_line import (
    UNPAINTED,
    Line,
    LineReader,
    Place,
)
from pipeline.reading.formats.word.markup.wordml import (
    TWIPS,
    VAL,
    Element,
    attribute,
    child_of,
    chosen,
    is_deletion,
    is_gone,
    length,
    local,
    value_of,
    whole,
)
from pipeline.reading.formats.word.markup.wordml_paint import shading
from pipeline.reading.formats.word.markup.wordml_tables import (
    TableLook,
    TablePart,
    TableStyle,
)
from pipeline.reading.formats.word.run_format import CRUSHED_POINTS, as_ground

_STRUCTURE = ("p", "tbl", "tr", "tc")
_IN_FLOW = ("p", "tbl", "altChunk")
# Word itself allows 63
_MOST_COLUMNS = 1_000
# Points: the lowest line that is still read
_LEAST_LINE = 8.0

ReadsChunk = Callable[[Element], Blocks]


@dataclass
class _Draft:
    """A cell while its table is being read; its row span grows with the rows below."""

    seen: Seen
    row: int
    column: int
    columns: int
    rows: int = 1


@dataclass
class _Shape:
    """How a cell is merged: its span, and whether it joins the cell to its left or above."""

    span: int = 1
    across: bool = False
    down: bool = False
    starts: bool = False
    deleted: bool = False

    @classmethod
    def of(cls, properties: Element | None) -> "_Shape":
        shape = cls()
        for child in () if properties is None else properties:
            name = local(child.tag).lower()
            if name == "gridspan":
                shape.span = min(
                    max(whole(child.get(VAL), 1), 1), _MOST_COLUMNS
                )
            elif name in ("vmerge", "hmerge"):
                start = child.get(VAL) == "restart"
                shape.starts |= start and name == "vmerge"
                shape.down |= not start and name == "vmerge"
                shape.across |= not start and name == "hmerge"
            elif name == "celldel":
                shape.deleted = True
        return shape


@dataclass
class _Table:
    """A table while it is being read."""

    style: TableStyle
    look: TableLook
    rows: int
    # Of the table itself
    place: Place
    ground: Colour | None


class Walk:
    """One walk over one body."""

    def __init__(self, lines: LineReader, chunk: ReadsChunk) -> None:
        self._lines = lines
        self._chunk = chunk
        self._paragraphs = self._tables = self._boxes = self._cells = 0

    def blocks(self, container: Element, box: str = "") -> Blocks:
        """The blocks of the body, or of the text box that `box` names, in reading order."""
        found: Blocks = []
        running = Seen()
        for element in _children(container, _IN_FLOW):
            name = local(element.tag)
            if name == "tbl":
                found += self._table(element, Place(drawn=bool(box)))
                continue
            if name == "altChunk":
                found += self._chunk(element)
                continue
            line = self._line(element, box)
            running.add_seen(line.seen)
            if line.ended:
                found += _paragraph(running, box or f"第{self._paragraphs}段")
                running = Seen()
            found += self._box_blocks(line.boxes)
        return found + _paragraph(running, box or f"第{self._paragraphs}段")

    def _line(self, element: Element, box: str) -> Line:
        line = self._lines.line(element, Place(drawn=bool(box)))
        self._paragraphs += not box
        refuse_beyond_limit(self._paragraphs, "paragraphs")
        return line

    def _box_blocks(self, boxes: list[Element]) -> Blocks:
        found: Blocks = []
        for element in boxes:
            self._boxes += 1
            found += self.blocks(element, f"文本框{self._boxes}")
        return found

    def _table(self, element: Element, place: Place) -> Blocks:
        self._tables += 1
        name = f"表格{self._tables}"
        drafts: list[_Draft] = []
        nested: Blocks = []
        merging: dict[int, _Draft] = {}
        rows = []
        for r in _children(element, ("tr",)):
            if not is_gone(child_of(r, "trPr")):
                rows.append(r)
        table = self._opened(element, len(rows), place)
        for number, row in enumerate(rows):
            self._row(
                table=table,
                row=row,
                number=number,
                merging=merging,
                drafts=drafts,
                nested=nested,
            )
        return [_grid(name, drafts), *nested]

    def _opened(self, element: Element, rows: int, place: Place) -> _Table:
        properties = child_of(element, "tblPr")
        style = self._lines.styles.table(value_of(properties, "tblStyle") or "")
        if properties is not None:
            shade = child_of(properties, "shd")
        else:
            shade = None
        ground = as_ground(shading(shade), place.ground)
        return _Table(
            style=style,
            look=TableLook.of(properties),
            rows=rows,
            place=place,
            ground=ground,
        )

    def _row(
        self,
        table: _Table,
        row: Element,
        number: int,
        merging: dict[int, _Draft],
        drafts: list[_Draft],
        nested: Blocks,
    ) -> None:
        properties = child_of(row, "trPr")
        height = _height(properties)
        column = min(whole(value_of(properties, "gridBefore")), _MOST_COLUMNS)
        last: _Draft | None = None
        cells = _children(row, ("tc",))
        for index, cell in enumerate(cells):
            shape = _Shape.of(child_of(cell, "tcPr"))
            if shape.deleted:
                continue
            if shape.across and last is not None:
                last.columns += shape.span
            elif shape.down and column in merging:
                merging[column].rows += 1
            else:
                names = table.look.parts_at(
                    row=number,
                    last_row=number + 1 == table.rows,
                    column=index,
                    last=index + 1 == len(cells),
                )
                part = table.style.of_cell(names, table.ground)
                place = _place_in(cell, part, table, height)
                last = _Draft(
                    seen=self._cell(cell, place, nested),
                    row=number,
                    column=column,
                    columns=shape.span,
                )
                drafts.append(last)
                merging.pop(column, None)
                if shape.starts:
                    merging[column] = last
            column += shape.span

    def _cell(self, cell: Element, place: Place, nested: Blocks) -> Seen:
        """The cell's paragraphs as lines; tables nested in it, and those of its text
        boxes, go to `nested`."""
        self._cells += 1
        refuse_beyond_limit(self._cells)
        before = self._lines.fields_open()
        lines: list[Seen] = []
        running = Seen()
        for element in _children(cell, _IN_FLOW):
            name = local(element.tag)
            if name == "tbl":
                nested += self._table(element, place)
                continue
            if name == "altChunk":
                _sort_in(self._chunk(element), lines, nested)
                continue
            line = self._lines.line(element, place)
            running.add_seen(line.seen)
            if line.ended:
                lines.append(running)
                running = Seen()
            _sort_in(self._box_blocks(line.boxes), lines, nested)
        self._lines.close_fields(before)
        whole_cell = joined([*lines, running])
        least = len(lines) * _LEAST_LINE
        if place.height is not None and least > max(place.height, _LEAST_LINE):
            # The last lines lie below the edge of the row
            whole_cell.doubts.add(Doubt.BARELY_SEEN)
        return whole_cell


def _place_in(
    cell: Element, part: TablePart, table: _Table, height: float | None
) -> Place:
    """Where the paragraphs of a cell stand: its own fill lies over its style's."""
    properties = child_of(cell, "tcPr")
    if properties is not None:
        shade = child_of(properties, "shd")
    else:
        shade = None
    ground = as_ground(shading(shade), as_ground(part.ground, table.ground))
    run = part.run.over(table.place.run)
    if _is_crossed(properties):
        run = replace(run, struck=True)
    low = height is not None and height <= CRUSHED_POINTS
    return Place(
        run=run,
        ground=ground,
        crushed=low or table.place.crushed,
        height=height,
        drawn=table.place.drawn,
    )


def _is_crossed(properties: Element | None) -> bool:
    """Whether a line runs through a cell from corner to corner: what stands in it is
    crossed out, or does not apply."""
    if properties is None:
        return False
    borders = child_of(properties, "tcBorders")
    drawn = {value_of(borders, "tl2br"), value_of(borders, "tr2bl")}
    return not drawn <= {None, "nil", "none"}


def _height(row_properties: Element | None) -> float | None:
    """The height in points of a row that does not grow with what it holds."""
    if row_properties is not None:
        height = child_of(row_properties, "trHeight")
    else:
        height = None
    if height is None or attribute(height, "hRule") != "exact":
        return None
    return length(height.get(VAL), TWIPS, 12)


def _sort_in(blocks: Blocks, lines: list[Seen], nested: Blocks) -> None:
    """Paragraphs that stand in a cell are lines of it; tables follow it."""
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(Seen([block.text], set(block.doubts)))
        else:
            nested.append(block)


def _grid(name: str, drafts: list[_Draft]) -> Grid:
    cells = []
    for draft in drafts:
        cells.append(
            Cell(
                text=draft.seen.text,
                row=draft.row,
                column=draft.column,
                where=place_in_table(name, draft.row, draft.column),
                row_span=draft.rows,
                column_span=draft.columns,
                doubts=draft.seen.told(),
            )
        )
    return Grid(name, tuple(cells))


def _paragraph(seen: Seen, where: str) -> Blocks:
    text = seen.text.strip()
    if text:
        return [Paragraph(text, where, seen.told())]
    return []


def _children(container: Element, wanted: tuple[str, ...]) -> list[Element]:
    """The wanted elements below, through content controls, insertions and other
    transparent containers."""
    found: list[Element] = []
    for child in container:
        name = local(child.tag)
        if name in wanted:
            found.append(child)
        elif name == "AlternateContent":
            branch = chosen(child)
            if not isinstance(branch, tuple):
                found += _children(branch, wanted)
        elif (
            name not in UNPAINTED
            and name not in _STRUCTURE
            and not is_deletion(child)
        ):
            found += _children(child, wanted)
    return found
