"""OpenDocument text to Document: odt and fodt, by a walk over content.xml. Its sheets
are read by ods.py.

Trusts only well-formed XML (limits.py). Gives list numbers as text, text boxes once, no
tracked deletions, no hidden text, no prompts, and notes beside the blocks alone; tells
of every cell and line what is doubtful.
"""

import re
from dataclasses import dataclass, field

from pipeline.model.document import (
    Block,
    Blocks,
    Cell,
    Document,
    Doubt,
    Grid,
    Paragraph,
    place_in_table,
)
from pipeline.model.trouble import TroubleCode
from pipeline.model.values.frozen import frozen
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import (
    UnreadableError,
    parse_xml,
    refuse_beyond_limit,
)
from pipeline.reading.formats import list_numbers
from pipeline.reading.formats.seen import Colour, Seen, doubted, joined
from pipeline.reading.formats.word.odf_line import (
    Painter,
    Revisions,
    doubts_of_value,
)
from pipeline.reading.formats.word.odf_line import is_hidden as _is_hidden
from pipeline.reading.formats.word.odf_notes import notes_in
from pipeline.reading.formats.word.odf_styles import (
    DRAW,
    OFFICE,
    OUTLINE,
    STYLE,
    TABLE,
    TEXT,
    Element,
    OdfLists,
    OdfStyles,
    whole,
)
from pipeline.reading.formats.word.run_format import (
    NOTHING_SAID,
    RunFormat,
    as_ground,
)

_DRAWN = (f"{DRAW}text-box", f"{DRAW}g", f"{DRAW}frame", f"{DRAW}custom-shape")
_CONTAINERS = frozenset(
    (
        *_DRAWN,
        f"{TEXT}section",
        f"{TEXT}index-body",
    )
)
_LOEXT = (
    "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
)
_DRAWN_TABLES = (
    f"{_LOEXT}table",
    f"{_LOEXT}table-row",
    f"{_LOEXT}table-cell",
)
# A list's item that stands without its list
_NUMBERED = f"{TEXT}numbered-paragraph"
_LINES = frozenset((f"{TEXT}p", f"{TEXT}h"))
# Of a table's columns and rows
_MOST_SPAN = 1_000
# Of a text that says nothing of styles the part that holds them is not opened
_USES_STYLES = re.compile(rb"<text:(?:list|h)|style-name")


def read_odt(file: ForeignFile) -> Document:
    """An OpenDocument text. Raises UnreadableError: ENCRYPTED, CORRUPT, BOMB, TOO_BIG."""
    root, styles = open_odf(file)
    body = root.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise UnreadableError(TroubleCode.CORRUPT, "no office:text")
    blocks: tuple[Block, ...] = tuple(
        _Walk(styles, Revisions.of(body)).blocks(body)
    )
    if file.content.startswith(b"PK") and file.package.doubled:
        blocks = doubted(blocks, Doubt.UNTOLD)
    return Document(file.kind, blocks, notes=tuple(notes_in(body)))


def open_odf(file: ForeignFile) -> tuple[Element, OdfStyles]:
    """The root that holds the body, and the styles, of a package or of a flat file."""
    if not file.content.startswith(b"PK"):
        root = _with_drawn_tables(parse_xml(file.content))
        return root, OdfStyles([root])
    package = file.package
    if b"encryption-data" in package.get("META-INF/manifest.xml"):
        raise UnreadableError(TroubleCode.ENCRYPTED, "manifest")
    data = package.read("content.xml")
    root = _with_drawn_tables(parse_xml(data))
    if _USES_STYLES.search(data):
        common = package.get("styles.xml")
    else:
        common = b""
    return root, OdfStyles([parse_xml(common), root] if common else [root])


def _with_drawn_tables(root: Element) -> Element:
    """The root with the tables of shapes under their usual names: LibreOffice writes
    them in a vocabulary of its own (loext:table)."""
    for part in list(root.iter(*_DRAWN_TABLES)):
        part.tag = str(part.tag).replace(_LOEXT, TABLE)
    return root


@frozen
class _Place:
    """Where lines stand, as far as that changes how they look: the fill behind them,
    what their cell says of text, whether their row is too low to read."""

    ground: Colour | None = None
    run: RunFormat = NOTHING_SAID
    crushed: bool = False
    # In a shape, whose fill is not known here
    drawn: bool = False


_PAGE = _Place()


@dataclass
class _Flow:
    """What a container holds so far, in reading order."""

    place: _Place = _PAGE
    items: list[Seen | Block] = field(default_factory=list)

    def doubt_from(self, begin: int) -> None:
        """Doubts the items from one on: what may be shown on a condition."""
        for place in range(begin, len(self.items)):
            item = self.items[place]
            if isinstance(item, Seen):
                item.doubts.add(Doubt.UNTOLD)
                continue
            self.items[place] = doubted((item,), Doubt.UNTOLD)[0]

    def seen(self) -> Seen:
        """All of it but the grids, line by line."""
        lines = []
        for item in self.items:
            if isinstance(item, Seen):
                lines.append(item)
            elif isinstance(item, Paragraph):
                lines.append(Seen([item.text], set(item.doubts)))
        return joined(lines)

    def grids(self) -> Blocks:
        found: list[Paragraph | Grid] = []
        for i in self.items:
            if isinstance(i, Grid):
                found.append(i)
        return found


class _Walk:
    def __init__(self, styles: OdfStyles, revisions: Revisions) -> None:
        self.styles, self.lists = styles, OdfLists(styles)
        self.revisions = revisions
        self.tables = self.paragraphs = self.boxes = self.cells = 0

    def blocks(self, body: Element) -> Blocks:
        flow = _Flow()
        self._fill(flow, body)
        found: Blocks = []
        for item in flow.items:
            if not isinstance(item, Seen):
                found.append(item)
                continue
            self.paragraphs += 1
            found += _paragraph(item, f"第{self.paragraphs}段")
        return found

    def _fill(
        self,
        flow: _Flow,
        container: Element,
        style: str = "",
        depth: int = 0,
        label: str = "",
    ) -> None:
        """Puts what the container holds into the flow; inside of a list, `style` and
        `depth` are that list's, and `label` is the number of its item, which the first
        line takes."""
        for child in container:
            if child.tag in _LINES:
                self._line(flow, child, label)
                label = ""
            elif child.tag == f"{TABLE}table":
                flow.items += self._table(child, flow.place)
            elif child.tag == f"{TEXT}list":
                self._list(flow, child, style, depth)
            elif child.tag == _NUMBERED:
                own = child.get(f"{TEXT}style-name") or style
                level = max(whole(child.get(f"{TEXT}level"), 1) - 1, 0)
                label = self.lists.label(own, level, child)
                self._fill(
                    flow=flow,
                    container=child,
                    style=own,
                    depth=level + 1,
                    label=label,
                )
                label = ""
            elif child.tag in _CONTAINERS and not _is_hidden(child):
                before = len(flow.items)
                self._fill(
                    flow=flow,
                    container=child,
                    style=style,
                    depth=depth,
                    label=label,
                )
                if child.get(f"{TEXT}display") == "condition":
                    flow.doubt_from(before)

    def _list(
        self, flow: _Flow, element: Element, style: str, depth: int
    ) -> None:
        style = element.get(f"{TEXT}style-name") or style
        self.lists.begin(element, style, depth)
        for item in element:
            if item.tag == f"{TEXT}list-item":
                numbered = any(child.tag in _LINES for child in item)
                if numbered:
                    label = self.lists.label(style, depth, item)
                else:
                    label = ""
                self._fill(
                    flow=flow,
                    container=item,
                    style=style,
                    depth=depth + 1,
                    label=label,
                )
            elif item.tag == f"{TEXT}list-header":
                self._fill(flow, item, style, depth + 1)

    def _line(self, flow: _Flow, paragraph: Element, label: str) -> None:
        style = paragraph.get(f"{TEXT}style-name")
        place = flow.place
        ground = as_ground(self.styles.ground("paragraph", style), place.ground)
        crushed = place.crushed or self.styles.is_crushed("paragraph", style)
        painter = Painter(
            styles=self.styles,
            seen=Seen(),
            ground=ground,
            crushed=crushed,
            revisions=self.revisions,
            drawn=place.drawn,
        )
        painter.gather(
            paragraph, self.styles.run("paragraph", style).over(place.run)
        )
        seen = painter.seen
        if paragraph.tag == f"{TEXT}h" and not label:
            label = self._heading(paragraph)
        if seen.text.strip():
            seen.parts = [list_numbers.before(label, seen.text)]
        flow.items.append(seen)
        for box in painter.boxes:
            self.boxes += 1
            inner = _Flow(_Place(drawn=True))
            self._fill(inner, box)
            for item in inner.items:
                if isinstance(item, Seen):
                    flow.items += _paragraph(item, f"文本框{self.boxes}")
                else:
                    flow.items.append(item)

    def _heading(self, heading: Element) -> str:
        """The number of a heading outside of lists, where the outline numbers its level."""
        depth = whole(heading.get(f"{TEXT}outline-level"), 1) - 1
        level = self.styles.levels.get((OUTLINE, depth))
        listed = heading.get(f"{TEXT}is-list-header") == "true"
        if level is None or listed or not level.get(f"{STYLE}num-format"):
            return ""
        return self.lists.label(OUTLINE, depth, heading)

    def _table(self, table: Element, place: _Place) -> Blocks:
        self.tables += 1
        name = f"表格{self.tables}"
        rows = list(rows_of(table))
        cells: list[Cell] = []
        nested: Blocks = []
        ground = as_ground(
            self.styles.ground("table", table.get(f"{TABLE}style-name")),
            place.ground,
        )
        for number, row in enumerate(rows):
            style = row.get(f"{TABLE}style-name")
            here = _Place(
                ground=as_ground(
                    self.styles.ground("table-row", style), ground
                ),
                run=place.run,
                crushed=place.crushed
                or self.styles.is_crushed("table-row", style),
                drawn=place.drawn,
            )
            column = 0
            for element in row:
                if element.tag == f"{TABLE}table-cell":
                    flow = _Flow(self._place_in(element, here))
                    self._fill_cell(flow, element)
                    nested += flow.grids()
                    at = number, column, len(rows) - number
                    cells.append(_cell(name, element, at, flow.seen()))
                column += _span(element, "columns-repeated")
        return [Grid(name, tuple(cells)), *nested]

    def _place_in(self, cell: Element, row: _Place) -> _Place:
        style = cell.get(f"{TABLE}style-name")
        ground = as_ground(self.styles.ground("table-cell", style), row.ground)
        return _Place(
            ground=ground,
            run=self.styles.run("table-cell", style).over(row.run),
            crushed=row.crushed,
            drawn=row.drawn,
        )

    def _fill_cell(self, flow: _Flow, element: Element) -> None:
        self.cells += 1
        refuse_beyond_limit(self.cells)
        self._fill(flow, element)


def _paragraph(seen: Seen, where: str) -> Blocks:
    text = seen.text.strip()
    if text:
        return [Paragraph(text, where, seen.told())]
    return []


def _cell(
    name: str, element: Element, at: tuple[int, int, int], seen: Seen
) -> Cell:
    """`at`: row, column, and how many rows are left from there on."""
    row, column, rows_left = at
    seen.doubts |= doubts_of_value(element, seen.text)
    return Cell(
        text=seen.text,
        row=row,
        column=column,
        where=place_in_table(name, row, column),
        row_span=min(_span(element, "rows-spanned"), rows_left),
        column_span=_span(element, "columns-spanned"),
        doubts=seen.told(),
    )


def _span(element: Element, name: str) -> int:
    return min(
        max(whole(element.get(f"{TABLE}number-{name}"), 1), 1), _MOST_SPAN
    )


def rows_of(table: Element) -> list[Element]:
    """The rows of a table, through groups and header rows, not those of tables nested in it."""
    found: list[Element] = []
    for child in table:
        if child.tag == f"{TABLE}table-row":
            found.append(child)
        elif child.tag in (
            f"{TABLE}table-row-group",
            f"{TABLE}table-header-rows",
            f"{TABLE}table-rows",
        ):
            found += rows_of(child)
    return found
