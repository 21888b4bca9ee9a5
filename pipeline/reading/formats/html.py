"""Web pages to Document: html (also under .doc and .xls names), mhtml, what a mail
client or an office program saves as one.

Trusts no label: a page declared gb2312 holds GB18030. Gives what a browser paints, with
list numbers as text; drops scripts, styles, comments, hidden elements and deleted
revisions. Text that is struck through raises a doubt.
"""

import email
import re
from dataclasses import dataclass, field
from email.message import Message

from lxml import etree

from pipeline.model.document import Block, Cell, Document, Grid, Paragraph
from pipeline.model.trouble import TroubleCode
from pipeline.reading.charsets import decode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import (
    CELLS_LIMIT,
    STRUCK,
    UnreadableError,
    corrupt_on,
)
from pipeline.reading.formats import list_numbers

_SIZE_LIMIT = 16 << 20
_PARTS_LIMIT = 50
_MOST_SPAN = 1_000
_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_STRUCK_STYLE = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_WIDE_BREAK = re.compile(
    r"(?<=[\u2e80-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u2e80-\u9fff\uff00-\uffef])"
)
_UNSEEN = frozenset(
    (
        "head",
        "script",
        "style",
        "title",
        "del",
        "template",
        "comment",
        "noframes",
        "select",
        "option",
    )
)
_STRUCK_TAGS = frozenset(("s", "strike"))
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "caption", "header", "footer")
_PARTS = (
    "body",
    "div",
    "section",
    "article",
    "center",
    "blockquote",
    "form",
    "fieldset",
    "address",
    "pre",
    "hr",
)
_BLOCKS = frozenset(("p", "li", "ul", "ol", "dl", "dt", "dd", *_HEADINGS, *_PARTS))
_LIST_FORMATS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}

Element = etree._Element


def read_html(file: ForeignFile) -> Document:
    """A page. Raises UnreadableError: TOO_BIG, CORRUPT, EMPTY."""
    return _document(file.kind, [_tree(file.content, "")])


def read_mhtml(file: ForeignFile) -> Document:
    """A page with its parts in one file: all its HTML parts, in order (a workbook has one a sheet)."""
    content = file.content
    if len(content) > _SIZE_LIMIT:
        raise UnreadableError(TroubleCode.TOO_BIG, f"{len(content)} bytes")
    with corrupt_on(ValueError, LookupError, AttributeError, TypeError, RecursionError):
        parts = [
            p
            for p in email.message_from_bytes(content).walk()
            if p.get_content_type() == "text/html"
        ]
        trees = [
            _tree(_payload(part), str(part.get_param("charset", "")))
            for part in parts[:_PARTS_LIMIT]
        ]
    if not trees:
        raise UnreadableError(TroubleCode.CORRUPT, "no HTML part")
    return _document(file.kind, trees)


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    return b""


def _tree(content: bytes, label: str) -> Element:
    if len(content) > _SIZE_LIMIT:
        raise UnreadableError(TroubleCode.TOO_BIG, f"{len(content)} bytes")
    declared = _META.search(content[:4096])
    text = decode(content, label or (declared[1].decode("ascii") if declared else ""))
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    with corrupt_on(etree.LxmlError, ValueError):
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        raise UnreadableError(TroubleCode.EMPTY, "no element")
    return root


def _document(kind: str, trees: list[Element]) -> Document:
    walk = _Walk()
    blocks = [block for tree in trees for block in walk.blocks(tree)]
    return Document(kind, tuple(blocks), doubts=(STRUCK,) if walk.struck else ())


@dataclass
class _Flow:
    """Text as it is painted into the body or a cell: finished lines and grids, and the
    line that is being written."""

    items: list[str | Grid] = field(default_factory=list)
    line: str = ""
    mark: str = ""  # of a list item whose text has not come yet

    def write(self, text: str | None, pre: bool = False) -> None:
        if self.mark and text and text.strip():
            self.line, self.mark = self.mark + self.line.lstrip(), ""
            text = text.lstrip()
        if text and pre:
            *lines, rest = text.split("\n")
            for line in lines:
                self.line += line
                self.end_line()
            self.line += rest
        elif text:
            text = _SPACES.sub(" ", _WIDE_BREAK.sub("", text))
            self.line += text if self.line else text.lstrip(" ")

    def end_line(self) -> None:
        if self.line.strip():
            self.items.append(self.line.replace("\xa0", " ").strip())
        self.line = ""


class _Walk:
    def __init__(self) -> None:
        self.tables = self.paragraphs = self.cells = 0
        self.struck = False

    def blocks(self, root: Element) -> list[Block]:
        flow = _Flow()
        self._enter(root, flow)
        flow.end_line()
        return [self._paragraph(i) if isinstance(i, str) else i for i in flow.items]

    def _paragraph(self, text: str) -> Paragraph:
        self.paragraphs += 1
        return Paragraph(text, f"第{self.paragraphs}段")

    def _enter(
        self, element: Element, flow: _Flow, label: str = "", pre: bool = False
    ) -> None:
        """Paints an element; `label` is the number that a list gives it."""
        if isinstance(element.tag, str):
            tag = element.tag
        else:
            tag = ""
        if not tag or tag in _UNSEEN or _is_hidden(element):
            return
        if tag == "table":
            flow.end_line()
            flow.items += self._table(element)
            return
        if tag in _BLOCKS:
            flow.end_line()
        flow.mark = label or flow.mark
        pre = pre or tag in ("pre", "textarea")
        flow.write(element.text, pre)
        self.struck = self.struck or (
            _is_struck(element) and bool("".join(map(str, element.itertext())).strip())
        )
        self._children(element, tag, flow, pre)
        if tag in _BLOCKS or tag == "br":
            flow.end_line()

    def _children(self, element: Element, tag: str, flow: _Flow, pre: bool) -> None:
        number = _whole(element.get("start"), 1) - 1
        for child in element:
            label = ""
            if child.tag == "li" and tag in ("ol", "ul"):
                number = _whole(child.get("value"), number + 1)
                label = _list_label(element, number)
            self._enter(child, flow, label, pre)
            flow.write(child.tail, pre)

    def _table(self, table: Element) -> list[Grid]:
        self.tables += 1
        name = f"表格{self.tables}"
        cells: list[Cell] = []
        nested: list[Grid] = []
        taken: dict[
            int, int
        ] = {}  # column -> the row up to which a cell from above reaches
        rows = [row for row in _rows(table) if not _is_hidden(row)]
        for number, row in enumerate(rows):
            column = 0
            for element in row:
                if element.tag not in ("td", "th") or _is_hidden(element):
                    continue
                while taken.get(column, -1) >= number:
                    column += 1
                cell = self._cell(name, element, number, column, len(rows), nested)
                cells.append(cell)
                for c in range(column, column + cell.column_span):
                    taken[c] = number + cell.row_span - 1
                column += cell.column_span
        return [Grid(name, tuple(cells)), *nested]

    def _cell(
        self,
        name: str,
        element: Element,
        row: int,
        column: int,
        rows: int,
        nested: list[Grid],
    ) -> Cell:
        self.cells += 1
        if self.cells > CELLS_LIMIT:
            raise UnreadableError(TroubleCode.TOO_BIG, f"over {CELLS_LIMIT} cells")
        flow = _Flow()
        flow.write(element.text)
        self._children(element, "td", flow, False)
        flow.end_line()
        nested += [item for item in flow.items if isinstance(item, Grid)]
        text = "\n".join(item for item in flow.items if isinstance(item, str))
        row_span = min(max(_whole(element.get("rowspan"), 1), 1), rows - row)
        column_span = min(max(_whole(element.get("colspan"), 1), 1), _MOST_SPAN)
        return Cell(
            text,
            row,
            column,
            f"{name} 第{row + 1}行第{column + 1}列",
            row_span,
            column_span,
        )


def _rows(table: Element) -> list[Element]:
    found = []
    for child in table:
        if child.tag == "tr":
            found.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            found += [row for row in child if row.tag == "tr"]
    return found


def _is_hidden(element: Element) -> bool:
    style = element.get("style")
    return "hidden" in element.attrib or (
        style is not None and bool(_HIDDEN_STYLE.search(style))
    )


def _is_struck(element: Element) -> bool:
    style = element.get("style")
    return element.tag in _STRUCK_TAGS or (
        style is not None and bool(_STRUCK_STYLE.search(style))
    )


def _list_label(container: Element, number: int) -> str:
    if container.tag == "ul":
        return "• "
    return f"{list_numbers.paint(_LIST_FORMATS.get(container.get('type', '1'), 'decimal'), number)}. "


def _whole(text: str | None, default: int) -> int:
    if text and re.fullmatch(r"\s*\d{1,6}\s*", text):
        return int(text.strip())
    return default
