"""OpenDocument text to Document: odt and fodt, by a walk over content.xml. Its sheets
are read by ods.py.

Trusts only well-formed XML (bounds.py). Gives list numbers as text, text boxes once, no
tracked deletions, no hidden text, no notes; text that is struck through raises a doubt.
"""

from dataclasses import dataclass, field

from pipeline.model.document import Block, Cell, Document, Grid, Paragraph
from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import (
    CELLS_LIMIT,
    STRUCK,
    UnreadableError,
    parse_xml,
)
from pipeline.reading.formats.word.odf_styles import (
    DRAW,
    OFFICE,
    TABLE,
    TEXT,
    Element,
    OdfLists,
    OdfStyles,
    whole,
)

_NOTES = (
    f"{OFFICE}annotation",
    f"{OFFICE}annotation-end",
    f"{OFFICE}forms",
    f"{TEXT}note",
    f"{TEXT}ruby-text",
)
_UNSEEN = frozenset(
    (*_NOTES, f"{TEXT}tracked-changes", f"{TEXT}hidden-text", f"{TEXT}sequence-decls")
)
_DRAWN = (f"{DRAW}text-box", f"{DRAW}g", f"{DRAW}frame", f"{DRAW}custom-shape")
_CONTAINERS = frozenset(
    (*_DRAWN, f"{TEXT}section", f"{TEXT}index-body", f"{TEXT}numbered-paragraph")
)
_LINES = frozenset((f"{TEXT}p", f"{TEXT}h"))
_SHAPES = frozenset((f"{DRAW}text-box", f"{DRAW}custom-shape", f"{DRAW}rect"))
_MOST_SPAN = 1_000


def read_odt(file: ForeignFile) -> Document:
    """An OpenDocument text. Raises UnreadableError: ENCRYPTED, CORRUPT, BOMB, TOO_BIG."""
    root, styles = open_odf(file)
    body = root.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise UnreadableError(TroubleCode.CORRUPT, "no office:text")
    walk = _Walk(styles)
    blocks = walk.blocks(body)
    return Document(file.kind, tuple(blocks), doubts=(STRUCK,) if walk.struck else ())


def open_odf(file: ForeignFile) -> tuple[Element, OdfStyles]:
    """The root that holds the body, and the styles, of a package or of a flat file."""
    if not file.content.startswith(b"PK"):
        root = parse_xml(file.content)
        return root, OdfStyles([root])
    package = file.package
    if b"encryption-data" in package.get("META-INF/manifest.xml"):
        raise UnreadableError(TroubleCode.ENCRYPTED, "manifest")
    data = package.read("content.xml")
    root = parse_xml(data)
    if b"<text:list" in data or b"style-name" in data:
        common = package.get("styles.xml")
    else:
        common = b""
    return root, OdfStyles([parse_xml(common), root] if common else [root])


@dataclass
class _Flow:
    """What a container holds so far, in reading order."""

    items: list[str | Block] = field(default_factory=list)

    def text(self) -> str:
        return "\n".join(
            i if isinstance(i, str) else i.text
            for i in self.items
            if not isinstance(i, Grid)
        )

    def grids(self) -> list[Block]:
        return [i for i in self.items if isinstance(i, Grid)]


class _Walk:
    def __init__(self, styles: OdfStyles) -> None:
        self.styles, self.lists = styles, OdfLists(styles)
        self.tables = self.paragraphs = self.boxes = self.cells = 0
        self.struck = False

    def blocks(self, body: Element) -> list[Block]:
        flow = _Flow()
        self._fill(flow, body, "", 0, "")
        found: list[Block] = []
        for item in flow.items:
            if not isinstance(item, str):
                found.append(item)
                continue
            self.paragraphs += 1
            if item.strip():
                found.append(Paragraph(item.strip(), f"第{self.paragraphs}段"))
        return found

    def _fill(
        self, flow: _Flow, container: Element, style: str, depth: int, label: str
    ) -> None:
        """Puts what the container holds into the flow; inside of a list, `style` and
        `depth` are that list's, and `label` is the number of its item, which the first
        line takes."""
        for child in container:
            if child.tag in _LINES:
                self._line(flow, child, label)
                label = ""
            elif child.tag == f"{TABLE}table":
                flow.items += self._table(child)
            elif child.tag == f"{TEXT}list":
                self._list(flow, child, style, depth)
            elif child.tag in _CONTAINERS and not _is_hidden(child):
                self._fill(flow, child, style, depth, label)

    def _list(self, flow: _Flow, element: Element, style: str, depth: int) -> None:
        style = element.get(f"{TEXT}style-name") or style
        self.lists.begin(element, style, depth)
        for item in element:
            if item.tag == f"{TEXT}list-item":
                numbered = any(child.tag in _LINES for child in item)
                if numbered:
                    label = self.lists.label(style, depth, item)
                else:
                    label = ""
                self._fill(flow, item, style, depth + 1, label)
            elif item.tag == f"{TEXT}list-header":
                self._fill(flow, item, style, depth + 1, "")

    def _line(self, flow: _Flow, paragraph: Element, label: str) -> None:
        boxes: list[Element] = []
        parts: list[str] = []
        hidden = self.styles.hides(paragraph.get(f"{TEXT}style-name"))
        self._gather(paragraph, hidden, parts, boxes)
        text = "".join(parts)
        flow.items.append(label + text if text.strip() else text)
        for box in boxes:
            self.boxes += 1
            inner = _Flow()
            self._fill(inner, box, "", 0, "")
            place = f"文本框{self.boxes}"
            flow.items += [
                Paragraph(i.strip(), place) if isinstance(i, str) else i
                for i in inner.items
                if i != ""
            ]

    def _gather(
        self, element: Element, hidden: bool, parts: list[str], boxes: list[Element]
    ) -> None:
        if not hidden and element.text:
            parts.append(element.text)
        for child in element:
            self._piece(child, hidden, parts, boxes)
            if not hidden and child.tail:
                parts.append(child.tail)

    def _piece(
        self, child: Element, hidden: bool, parts: list[str], boxes: list[Element]
    ) -> None:
        if child.tag == f"{TEXT}s":
            parts.append(
                "" if hidden else " " * min(whole(child.get(f"{TEXT}c"), 1), 200)
            )
        elif child.tag == f"{TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{TEXT}line-break":
            parts.append("\n")
        elif child.tag in _SHAPES:
            boxes.append(child)
        elif child.tag not in _UNSEEN and not _is_hidden(child):
            style = child.get(f"{TEXT}style-name")
            self._gather(child, hidden or self.styles.hides(style), parts, boxes)
            self.struck = self.struck or (
                self.styles.strikes(style)
                and bool("".join(map(str, child.itertext())).strip())
            )

    def _table(self, table: Element) -> list[Block]:
        self.tables += 1
        name = f"表格{self.tables}"
        rows = list(rows_of(table))
        cells: list[Cell] = []
        nested: list[Block] = []
        for number, row in enumerate(rows):
            column = 0
            for element in row:
                if element.tag == f"{TABLE}table-cell":
                    cells.append(
                        self._cell(name, element, number, column, len(rows), nested)
                    )
                column += min(
                    whole(element.get(f"{TABLE}number-columns-repeated"), 1), _MOST_SPAN
                )
        return [Grid(name, tuple(cells)), *nested]

    def _cell(
        self,
        name: str,
        element: Element,
        row: int,
        column: int,
        rows: int,
        nested: list[Block],
    ) -> Cell:
        self.cells += 1
        if self.cells > CELLS_LIMIT:
            raise UnreadableError(TroubleCode.TOO_BIG, f"over {CELLS_LIMIT} cells")
        flow = _Flow()
        self._fill(flow, element, "", 0, "")
        nested += flow.grids()
        row_span = min(
            max(whole(element.get(f"{TABLE}number-rows-spanned"), 1), 1), rows - row
        )
        column_span = min(
            max(whole(element.get(f"{TABLE}number-columns-spanned"), 1), 1), _MOST_SPAN
        )
        where = f"{name} 第{row + 1}行第{column + 1}列"
        return Cell(flow.text().strip(), row, column, where, row_span, column_span)


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


def _is_hidden(element: Element) -> bool:
    return (
        element.get(f"{TEXT}display") == "none"
        or element.get(f"{TEXT}is-hidden") == "true"
    )
