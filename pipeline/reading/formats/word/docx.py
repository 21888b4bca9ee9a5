"""WordprocessingML to Document: docx, docm, dotx, zip-wps, Flat OPC and Word 2003 XML,
by a walk over the body.

Trusts nothing but well-formed XML (bounds.py). Gives what the printed page shows: the
final text of tracked changes, text boxes once, content controls, automatic numbers;
never hidden or deleted text, field codes, comments or the placeholder of an empty
control.
"""

import posixpath
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
from pipeline.reading.containers.zip_package import Package
from pipeline.reading.formats.word.wordml import (
    VAL,
    Element,
    Numbering,
    Styles,
    W,
    child_of,
    choice,
    is_deletion,
    is_gone,
    is_on,
    is_placeholder,
    list_of,
    local,
    mark_is_deleted,
    one_vocabulary,
    symbol,
    value_of,
    whole,
)

_UNPAINTED = (
    "del",
    "moveFrom",
    "delText",
    "instrText",
    "delInstrText",
    "fldData",
    "binData",
    "rt",
)
_PROPERTIES = (
    "pPr",
    "rPr",
    "tblPr",
    "tblGrid",
    "tblPrEx",
    "trPr",
    "tcPr",
    "sdtPr",
    "sdtEndPr",
    "sectPr",
    "docPr",
)
_DROPPED = frozenset((*_UNPAINTED, *_PROPERTIES))
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_STRUCTURE = ("p", "tbl", "tr", "tc")
_STYLE_USES = (b"pStyle ", b"rStyle ")
_RUN_MARKS = (b"vanish", b"trike", b"rStyle ")
_MOST_COLUMNS = 1_000
_OFFICE_DOCUMENT = "/relationships/officeDocument"


def read_docx(file: ForeignFile) -> Document:
    """A WordprocessingML package. Raises UnreadableError: damaged, encrypted members,
    DTD, a member beyond its bound."""
    package = file.package
    main = _main_part(package)
    data = one_vocabulary(package.read(main))
    folder = posixpath.dirname(main)
    styles = _styles(package, posixpath.join(folder, "styles.xml"), data)
    if b"numPr" in data or styles.numbered:
        lists = package.get(posixpath.join(folder, "numbering.xml"))
    else:
        lists = b""
    body = parse_xml(data).find(f"{{{W}}}body")
    walk = _Walk(
        styles, Numbering.parse(lists), any(mark in data for mark in _RUN_MARKS)
    )
    blocks = () if body is None else tuple(walk.blocks(body))
    return Document(file.kind, blocks, custom_properties(package), walk.doubts)


def read_word_xml(file: ForeignFile) -> Document:
    """Word 2003 XML (one w:wordDocument) or Flat OPC (one pkg:package). Raises UnreadableError."""
    root = parse_xml(one_vocabulary(file.content))
    body = next(root.iter(f"{{{W}}}body"), None)
    if body is None:
        raise UnreadableError(TroubleCode.CORRUPT, "no w:body")
    walk = _Walk(Styles.of(root), Numbering.of(root))
    return Document(file.kind, tuple(walk.blocks(body)), doubts=walk.doubts)


def _styles(package: Package, part: str, document: bytes) -> Styles:
    """The styles, where the document uses any; by far the most forms do not, and the part is large."""
    if any(use in document for use in _STYLE_USES):
        return Styles.parse(package.get(part))
    return Styles()


def custom_properties(package: Package) -> tuple[tuple[str, str], ...]:
    """The custom document properties of an OOXML package, as (name, text)."""
    data = package.get("docProps/custom.xml")
    if not data:
        return ()
    found = [
        (e.get("name", ""), "".join(str(t) for t in e.itertext()).strip())
        for e in parse_xml(data)
    ]
    return tuple((name, text) for name, text in found if name)


def _main_part(package: Package) -> str:
    if "word/document.xml" in package:
        return "word/document.xml"
    for relation in parse_xml(package.read("_rels/.rels")):
        if relation.get("Type", "").endswith(_OFFICE_DOCUMENT):
            return relation.get("Target", "").lstrip("/")
    raise UnreadableError(TroubleCode.CORRUPT, "no main part")


@dataclass
class _Draft:
    """A cell while its table is being read; its row span grows with the rows below."""

    text: str
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
                shape.span = min(max(whole(child.get(VAL), 1), 1), _MOST_COLUMNS)
            elif name in ("vmerge", "hmerge"):
                start = child.get(VAL) == "restart"
                shape.starts |= start and name == "vmerge"
                shape.down |= not start and name == "vmerge"
                shape.across |= not start and name == "hmerge"
            elif name == "celldel":
                shape.deleted = True
        return shape


@dataclass
class _Line:
    """A paragraph's text, the text boxes anchored in it, and whether its end mark
    stands (a deleted one does not)."""

    text: str
    boxes: list[Element] = field(default_factory=list)
    ended: bool = True


class _Walk:
    """One walk over one body. The counters name the places: 第n段, 表格n, 文本框n."""

    def __init__(
        self, styles: Styles, numbering: Numbering, marked: bool = True
    ) -> None:
        self.styles, self.numbering = styles, numbering
        self.marked = (
            marked  # whether any run's properties hide or strike: in most forms none do
        )
        self.paragraphs = self.tables = self.boxes = self.cells = 0
        self.doubts: tuple[str, ...] = ()

    def blocks(self, container: Element, box: str = "") -> list[Block]:
        """The blocks of the body, or of the text box that `box` names, in reading order."""
        found: list[Block] = []
        running = ""
        for element in _children(container, ("p", "tbl")):
            if element.tag.endswith("}tbl"):
                found += self._table(element)
                continue
            line = self._line(element)
            self.paragraphs += not box
            if self.paragraphs > CELLS_LIMIT:
                raise UnreadableError(
                    TroubleCode.TOO_BIG, f"over {CELLS_LIMIT} paragraphs"
                )
            running += line.text
            if line.ended:
                found += _paragraph(running, box or f"第{self.paragraphs}段")
                running = ""
            found += self._box_blocks(line.boxes)
        return found + _paragraph(running, box or f"第{self.paragraphs}段")

    def _box_blocks(self, boxes: list[Element]) -> list[Block]:
        found: list[Block] = []
        for element in boxes:
            self.boxes += 1
            found += self.blocks(element, f"文本框{self.boxes}")
        return found

    def _table(self, table: Element) -> list[Block]:
        self.tables += 1
        name = f"表格{self.tables}"
        drafts: list[_Draft] = []
        nested: list[Block] = []
        merging: dict[int, _Draft] = {}
        number = 0
        for row in _children(table, ("tr",)):
            properties = child_of(row, "trPr")
            if is_gone(properties):
                continue
            self._row(row, number, merging, drafts, nested)
            number += 1
        return [_grid(name, drafts), *nested]

    def _row(
        self,
        row: Element,
        number: int,
        merging: dict[int, _Draft],
        drafts: list[_Draft],
        nested: list[Block],
    ) -> None:
        column = min(
            whole(value_of(child_of(row, "trPr"), "gridBefore")), _MOST_COLUMNS
        )
        last: _Draft | None = None
        for cell in _children(row, ("tc",)):
            shape = _Shape.of(child_of(cell, "tcPr"))
            if shape.deleted:
                continue
            if shape.across and last is not None:
                last.columns += shape.span
            elif shape.down and column in merging:
                merging[column].rows += 1
            else:
                last = _Draft(self._cell_text(cell, nested), number, column, shape.span)
                drafts.append(last)
                merging.pop(column, None)
                if shape.starts:
                    merging[column] = last
            column += shape.span

    def _cell_text(self, cell: Element, nested: list[Block]) -> str:
        """The cell's paragraphs as lines; tables nested in it, and those of its text
        boxes, go to `nested`."""
        self.cells += 1
        if self.cells > CELLS_LIMIT:
            raise UnreadableError(TroubleCode.TOO_BIG, f"over {CELLS_LIMIT} cells")
        lines: list[str] = []
        running = ""
        for element in _children(cell, ("p", "tbl")):
            if element.tag.endswith("}tbl"):
                nested += self._table(element)
                continue
            line = self._line(element)
            running += line.text
            if line.ended:
                lines.append(running)
                running = ""
            for block in self._box_blocks(line.boxes):
                lines.append(block.text) if isinstance(
                    block, Paragraph
                ) else nested.append(block)
        return "\n".join([*lines, running]).strip()

    def _line(self, paragraph: Element) -> _Line:
        properties = child_of(paragraph, "pPr")
        style = value_of(properties, "pStyle") or ""
        line = _Line("", ended=not mark_is_deleted(properties))
        parts: list[str] = []
        self._gather(paragraph, style in self.styles.hidden, parts, line.boxes)
        line.text = "".join(parts)
        if line.text.strip() or line.ended:
            label = self._label(properties, style)
            if line.text.strip():
                line.text = label + line.text
            else:
                line.text = line.text
        return line

    def _label(self, properties: Element | None, style: str) -> str:
        number = list_of(properties) or self.styles.numbered.get(style)
        if number is None:
            return ""
        inherited = self.styles.numbered.get(style, ("", 0))
        return self.numbering.label(number[0] or inherited[0], number[1])

    def _gather(
        self, element: Element, hidden: bool, parts: list[str], boxes: list[Element]
    ) -> None:
        """Collects the text of a paragraph or of anything inside it; text boxes are set
        aside, not entered."""
        for child in element:
            name = local(child.tag)
            if name == "t":
                parts.append("" if hidden else child.text or "")
            elif name == "r":
                self._gather(child, self._hides(child, hidden), parts, boxes)
            elif name == "txbxContent":
                boxes.append(child)
            elif name == "AlternateContent":
                self._gather(choice(child), hidden, parts, boxes)
            elif name in _SIGNS:
                parts.append("" if hidden else _SIGNS[name])
            elif name == "sym":
                parts.append("" if hidden else symbol(child))
            elif (
                name not in _DROPPED
                and not is_deletion(child)
                and not is_placeholder(child)
            ):
                self._gather(child, hidden, parts, boxes)

    def _hides(self, run: Element, hidden: bool) -> bool:
        if self.marked:
            properties = child_of(run, "rPr")
        else:
            properties = None
        if properties is None:
            return hidden
        if is_on(properties, "strike") or is_on(properties, "dstrike"):
            self.doubts = self.doubts or _struck(run)
        if child_of(properties, "vanish") is not None:
            return is_on(properties, "vanish")
        return hidden or value_of(properties, "rStyle") in self.styles.hidden


def _struck(run: Element) -> tuple[str, ...]:
    """Text that somebody struck through by hand, without tracking: it is still there,
    and no longer meant."""
    if "".join(map(str, run.itertext())).strip():
        return (STRUCK,)
    return ()


def _grid(name: str, drafts: list[_Draft]) -> Grid:
    return Grid(
        name,
        tuple(
            Cell(
                d.text,
                d.row,
                d.column,
                f"{name} 第{d.row + 1}行第{d.column + 1}列",
                d.rows,
                d.columns,
            )
            for d in drafts
        ),
    )


def _paragraph(text: str, where: str) -> list[Block]:
    if text.strip():
        return [Paragraph(text.strip(), where)]
    return []


def _children(container: Element, wanted: tuple[str, ...]) -> list[Element]:
    """The wanted elements below, through content controls, insertions and other
    transparent containers."""
    found = []
    for child in container:
        name = local(child.tag)
        if name in wanted:
            found.append(child)
        elif name == "AlternateContent":
            found += _children(choice(child), wanted)
        elif name not in _DROPPED and name not in _STRUCTURE and not is_deletion(child):
            found += _children(child, wanted)
    return found
