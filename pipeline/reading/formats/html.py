"""Web pages to Document: html (also under .doc and .xls names), mhtml, what a mail
client or an office program saves as one.

Trusts no label: a page declared gb2312 holds GB18030. Gives what a browser paints, with
list numbers as text; drops scripts, comments, hidden elements and deleted revisions, and
tells of every cell and line what is doubtful.
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.message import Message

from lxml import etree

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
from pipeline.reading.charsets import decode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import (
    UnreadableError,
    corrupt_on,
    refuse_beyond_limit,
)
from pipeline.reading.formats import excel_page, list_numbers
from pipeline.reading.formats.css import StyleSheet
from pipeline.reading.formats.html_look import PAGE, Looks, PageLook
from pipeline.reading.formats.seen import Seen, joined
from pipeline.reading.formats.symbol_fonts import UNKNOWN, draws_signs, in_font
from pipeline.reading.page_end import to_its_end

_SIZE_LIMIT = 16 << 20
# Frames of a saved page
_PARTS_LIMIT = 50
# HTML itself allows no more columns
_MOST_SPAN = 1_000
_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_WIDE_BREAK = re.compile(
    r"(?<=[\u2e80-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u2e80-\u9fff\uff00-\uffef])"
)
_UNSEEN_TEXT = (
    "head",
    "script",
    "style",
    "title",
    "template",
    "comment",
    "rt",
    "rp",
)
# what they hold is for programs that cannot show or run them
_UNSEEN_FALLBACK = (
    "noframes",
    "noscript",
    "audio",
    "video",
    "canvas",
    "object",
    "iframe",
    "noembed",
    # What Office keeps beside a page for itself
    "xml",
)
_UNSEEN = frozenset((*_UNSEEN_TEXT, *_UNSEEN_FALLBACK, "datalist", "option"))
# What is painted in them is no text of the page.
_PICTURES = frozenset(("math", "svg", "meter", "progress", "button"))
# Opened by a click, and shut on a page that is only looked at.
_SHUT = {"details": "summary", "dialog": ""}
_TYPED = ("", "text", "number", "tel", "search", "date", "email", "url")
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
    "details",
    "summary",
    "dialog",
    "main",
    "nav",
    "aside",
    "figure",
    "figcaption",
    "menu",
    "dir",
    "legend",
    "listing",
    "xmp",
)
_BLOCKS = frozenset(
    ("p", "li", "ul", "ol", "dl", "dt", "dd", *_HEADINGS, *_PARTS)
)
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
    return _document(file.kind, [_tree(file.content, "")], [])


def read_mhtml(file: ForeignFile) -> Document:
    """A page with its parts in one file: all its HTML parts, in order (a workbook has
    one a sheet). Raises UnreadableError: TOO_BIG, CORRUPT."""
    content = file.content
    if len(content) > _SIZE_LIMIT:
        raise UnreadableError(TroubleCode.TOO_BIG, f"{len(content)} bytes")
    trees: list[Element] = []
    sheets: list[str] = []
    with corrupt_on(
        ValueError, LookupError, AttributeError, TypeError, RecursionError
    ):
        for part in email.message_from_bytes(content).walk():
            label = str(part.get_param("charset", ""))
            if part.get_content_type() == "text/css":
                sheets.append(decode(_payload(part), label))
            elif (
                part.get_content_type() == "text/html"
                and len(trees) < _PARTS_LIMIT
            ):
                trees.append(_tree(_payload(part), label))
    if not trees:
        raise UnreadableError(TroubleCode.CORRUPT, "no HTML part")
    return _document(file.kind, trees, sheets)


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    return b""


def _tree(content: bytes, label: str) -> Element:
    if len(content) > _SIZE_LIMIT:
        raise UnreadableError(TroubleCode.TOO_BIG, f"{len(content)} bytes")
    declared = _META.search(content[:4096])
    text = decode(
        content, label or (declared[1].decode("ascii") if declared else "")
    )
    parser = etree.HTMLParser(
        encoding="utf-8",
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    with corrupt_on(etree.LxmlError, ValueError):
        page = to_its_end(text).encode("utf-8", "replace")
        root = etree.fromstring(page, parser)
    if root is None:
        raise UnreadableError(TroubleCode.EMPTY, "no element")
    return root


def _document(kind: str, trees: list[Element], sheets: list[str]) -> Document:
    walk = _Walk()
    blocks: Blocks = []
    for tree in trees:
        own = []
        for style in tree.iter("style"):
            own.append(str(style.text or ""))
        walk.looks = Looks(StyleSheet([*sheets, *own]))
        blocks += walk.blocks(tree)
    return Document(kind, tuple(blocks))


@dataclass
class _Flow:
    """Text as it is painted into the body or a cell: finished lines and grids, and the
    line that is being written."""

    items: list[Seen | Grid] = field(default_factory=list)
    line: Seen = field(default_factory=Seen)
    # Of a list item whose text has not come yet
    mark: str = ""
    # Of the line that is being written
    own_mark: str = ""

    def write(
        self, text: str | None, look: PageLook, pre: bool = False
    ) -> None:
        if not text:
            return
        if look.unsure and (look.gone or look.invisible) and text.strip():
            self.line.doubts.add(Doubt.UNTOLD)
        if draws_signs(look.font):
            text = _drawn(text, look, self.line)
        if pre:
            *lines, text = text.split("\n")
            for one in lines:
                self._put(one, look)
                self.end_line()
        else:
            text = _SPACES.sub(_one_blank, _WIDE_BREAK.sub("", text))
        self._put(text, look)

    def _put(self, text: str, look: PageLook) -> None:
        if not self.line.text.strip():
            text = text.lstrip(" ")
        before = len(self.line.parts)
        self.line.add(text, look.look())
        if self.mark and "".join(self.line.parts[before:]).strip():
            self.own_mark, self.mark = self.mark, ""

    def end_line(self) -> None:
        text = self.line.text.replace("\xa0", " ").strip()
        if text:
            self.line.parts = [list_numbers.before(self.own_mark, text)]
            self.items.append(self.line)
            self.line = Seen()
        else:
            # What is doubtful of nothing stays with what follows
            self.line.parts.clear()
        self.own_mark = ""

    def finish(self) -> None:
        self.end_line()
        if self.line.doubts:
            self.items.append(Seen([], self.line.doubts))


class _Walk:
    def __init__(self) -> None:
        self.tables = self.paragraphs = self.cells = 0
        self.looks = Looks(StyleSheet([]))

    def blocks(self, root: Element) -> Blocks:
        flow = _Flow()
        self._enter(root, flow, PAGE)
        flow.finish()
        found: Blocks = []
        for item in flow.items:
            if isinstance(item, Grid):
                found.append(item)
            elif item.text:
                self.paragraphs += 1
                place = f"第{self.paragraphs}段"
                found.append(Paragraph(item.text, place, item.told()))
        return found

    def _enter(
        self,
        element: Element,
        flow: _Flow,
        outer: PageLook,
        label: str = "",
        pre: bool = False,
    ) -> None:
        """Paints an element; `label` is the number that a list gives it."""
        tag = element.tag
        # Comments and processing instructions have a function for a tag.
        if not isinstance(tag, str) or tag in _UNSEEN:
            return
        look = self.looks.of(element, outer)
        if look.gone:
            _tell_of_unseen(element, look, flow)
            return
        if tag == "table":
            flow.end_line()
            flow.items += self._table(element, look)
            return
        own_line = tag in _BLOCKS or look.own_line
        if look.own_line:
            look = replace(look, own_line=False)
        if own_line:
            flow.end_line()
        if look.unsure and not outer.unsure and not _text_of(element).strip():
            # Its style may put text in
            flow.line.doubts.add(Doubt.UNTOLD)
        flow.mark = label or flow.mark
        if not _is_control(element, tag, flow, look):
            self._inside(
                element=element,
                tag=tag,
                flow=flow,
                look=look,
                pre=pre,
            )
        if own_line or tag == "br":
            flow.end_line()

    def _inside(
        self, element: Element, tag: str, flow: _Flow, look: PageLook, pre: bool
    ) -> None:
        pre = pre or tag in ("pre", "textarea")
        shut = tag in _SHUT and "open" not in element.attrib
        if not shut:
            flow.write(element.text, look, pre)
        number = _whole(element.get("start"), 1) - 1
        for child in element:
            if shut and child.tag != _SHUT[tag]:
                continue
            label = ""
            if child.tag == "li" and tag in ("ol", "ul"):
                number = _whole(child.get("value"), number + 1)
                label = _list_label(element, number)
            self._enter(
                element=child,
                flow=flow,
                outer=look,
                label=label,
                pre=pre,
            )
            if not shut:
                flow.write(child.tail, look, pre)

    def _table(self, table: Element, outer: PageLook) -> list[Grid]:
        self.tables += 1
        name = f"表格{self.tables}"
        cells: list[Cell] = []
        nested: list[Grid] = []
        # column -> the row up to which a cell from above reaches
        taken: dict[int, int] = {}
        rows = list(self._shown_rows(table, outer))
        for number, (row, look) in enumerate(rows):
            column = 0
            for element in row:
                if element.tag not in ("td", "th"):
                    continue
                cell_look = self.looks.of(element, look)
                if cell_look.gone:
                    continue
                while taken.get(column, -1) >= number:
                    column += 1
                flow = self._cell(element, cell_look)
                nested += [
                    item for item in flow.items if isinstance(item, Grid)
                ]
                cell = _made(
                    name, element, (number, column, len(rows) - number), flow
                )
                cells.append(cell)
                for c in range(column, column + cell.column_span):
                    taken[c] = number + cell.row_span - 1
                column += cell.column_span
        return [Grid(name, tuple(cells)), *nested]

    def _shown_rows(
        self, table: Element, outer: PageLook
    ) -> Iterator[tuple[Element, PageLook]]:
        """The rows of a table that are painted, each with its look."""
        for row in _rows(table):
            parent = row.getparent()
            look = outer
            if parent is not None and parent is not table:
                look = self.looks.of(parent, outer)
            look = self.looks.of(row, look)
            if not look.gone:
                yield row, look

    def _cell(self, element: Element, look: PageLook) -> _Flow:
        self.cells += 1
        refuse_beyond_limit(self.cells)
        flow = _Flow()
        look = replace(look, in_cell=True, placed=False)
        self._inside(
            element=element,
            tag="td",
            flow=flow,
            look=look,
            pre=False,
        )
        flow.finish()
        if _is_otherwise_in_excel(element, look, flow):
            flow.items.append(Seen([], {Doubt.UNTOLD}))
        return flow


def _made(
    name: str, element: Element, at: tuple[int, int, int], flow: _Flow
) -> Cell:
    """`at`: row, column, and how many rows are left from there on."""
    row, column, rows_left = at
    seen = _lines_of(flow)
    return Cell(
        text=seen.text,
        row=row,
        column=column,
        where=place_in_table(name, row, column),
        row_span=min(max(_whole(element.get("rowspan"), 1), 1), rows_left),
        column_span=min(max(_whole(element.get("colspan"), 1), 1), _MOST_SPAN),
        doubts=seen.told(),
    )


def _is_otherwise_in_excel(
    element: Element, look: PageLook, flow: _Flow
) -> bool:
    stored = element.get("x:num")
    if stored is None and not look.number_format:
        return False
    text = _lines_of(flow).text
    return excel_page.shows_otherwise(text, stored, look.number_format)


def _lines_of(flow: _Flow) -> Seen:
    return joined(item for item in flow.items if isinstance(item, Seen))


def _is_control(
    element: Element, tag: str, flow: _Flow, look: PageLook
) -> bool:
    """Paints what shows something else than the text inside of it: a form's control, a
    deletion, a picture."""
    if tag == "input":
        _paint_input(element, flow, look)
        return True
    if tag == "select":
        _paint_choice(element, flow, look)
        return True
    if tag == "w:sdt" and "showingplchdr" in element.attrib:
        flow.line.doubts.add(Doubt.UNFILLED)
        return True
    if "mso-tab-count" in (element.get("style") or ""):
        # Word writes a tab as blanks
        flow.write("\t", look)
        return True
    if tag == "del" or "msodel" in (element.get("class") or "").lower().split():
        if _text_of(element).strip():
            flow.line.doubts.add(Doubt.STRUCK)
        return True
    if tag in _PICTURES or (tag == "img" and look.in_cell):
        flow.line.doubts.add(Doubt.PICTURED)
        return True
    return False


def _paint_input(element: Element, flow: _Flow, look: PageLook) -> None:
    """A control that is typed into shows its value, a box whether it is ticked."""
    kind = (element.get("type") or "").lower()
    if kind in _TYPED:
        _paint_box(element.get("value") or "", flow, look)
        # What a browser shows in grey where nothing was typed
        if element.get("placeholder") and not element.get("value"):
            flow.line.doubts.add(Doubt.UNFILLED)
    elif kind in ("checkbox", "radio"):
        sign = "□"
        if "checked" in element.attrib:
            sign = "☑"
        flow.write(sign, look)
    elif kind != "hidden":
        # A button, a slider, dots for a password
        flow.line.doubts.add(Doubt.PICTURED)


def _paint_box(text: str, flow: _Flow, look: PageLook) -> None:
    """What stands in a box of its own joins no digits before it."""
    if flow.line.text.strip()[-1:].isdigit():
        flow.line.doubts.add(Doubt.UNTOLD)
    flow.write(text, look)


def _paint_choice(select: Element, flow: _Flow, look: PageLook) -> None:
    """A drop-down shows what is chosen of it, a list all that it offers."""
    if "multiple" in select.attrib or _whole(select.get("size"), 1) > 1:
        flow.line.doubts.add(Doubt.UNTOLD)
    _paint_box(_chosen(select), flow, look)


def _chosen(select: Element) -> str:
    """What a drop-down shows: the option that is selected, else the first."""
    options = list(select.iter("option"))
    for option in options:
        if "selected" in option.attrib:
            return _text_of(option).strip()
    if options:
        return _text_of(options[0]).strip()
    return ""


def _tell_of_unseen(element: Element, look: PageLook, flow: _Flow) -> None:
    """Notes that what is not painted here may be painted elsewhere."""
    if look.unsure and _text_of(element).strip():
        flow.line.doubts.add(Doubt.UNTOLD)


def _one_blank(blanks: re.Match[str]) -> str:
    """What is left of blanks. A tab of the text stays one, so that it joins no digits;
    those that indent the source stand behind a line end."""
    if "\t" in blanks[0] and "\n" not in blanks[0]:
        return "\t"
    return " "


def _text_of(element: Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _drawn(text: str, look: PageLook, line: Seen) -> str:
    """Letters as a font of signs draws them; blanks between them stay blanks."""
    pieces = []
    for piece in re.split(r"([\s\xa0]+)", text):
        pieces.append(
            in_font(look.font, piece) if piece.strip("\xa0 \t\r\n") else piece
        )
    drawn = "".join(pieces)
    if UNKNOWN in drawn and not (look.gone or look.invisible):
        line.doubts.add(Doubt.UNTOLD)
    return drawn


def _rows(table: Element) -> list[Element]:
    found = []
    for child in table:
        if child.tag == "tr":
            found.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            found += [row for row in child if row.tag == "tr"]
    return found


def _list_label(container: Element, number: int) -> str:
    if container.tag == "ul":
        return "• "
    return f"{list_numbers.paint(_LIST_FORMATS.get(container.get('type', '1'), 'decimal'), number)}. "


def _whole(text: str | None, default: int) -> int:
    if text and re.fullmatch(r"\s*\d{1,6}\s*", text):
        return int(text.strip())
    return default
