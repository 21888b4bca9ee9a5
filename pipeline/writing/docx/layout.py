"""The strokes that documents are made of, and that python-docx has no words for:
dressed runs, measured paragraphs, lines.

Trusts its callers for the texts; what XML cannot hold is dropped by `words.plain`
before it comes here. East Asian fonts are set by name on every run, never by theme, and
Chinese quotes, dashes and dots are told to keep them.
"""

import io
import re
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from functools import lru_cache
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from pipeline.model.values.frozen import frozen
from pipeline.writing.docx.package import LATIN_FONT, blank_docx, sealed

# Western fonts own these too: without a hint they are taken from those.
_EAST_ASIAN_MARKS = re.compile("([“”‘’—…·]+)")


# Of an element: their names without the prefix, with their values
Attributes = tuple[tuple[str, str], ...]

# What the schema wants after a paragraph's borders.
_AFTER_BORDERS = (
    "w:shd",
    "w:tabs",
    "w:suppressAutoHyphens",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:jc",
    "w:rPr",
)


def blank_document(
    properties: Sequence[tuple[str, str]] = (),
    title: str = "",
    author: str = "",
) -> Any:
    """A python-docx Document of one empty A4 section; `properties` become custom
    document properties."""
    return docx.Document(io.BytesIO(blank_docx(properties, title, author)))


def saved(document: Any, at: datetime) -> bytes:
    """The document's bytes; equal documents give equal bytes."""
    buffer = io.BytesIO()
    document.save(buffer)
    return sealed(buffer.getvalue(), at)


def write(
    paragraph: Any,
    text: str,
    font: str,
    size: float,
    *,
    color: str = "",
    spacing: int = 0,
    latin: str = LATIN_FONT,
) -> None:
    """Adds `text` in an East Asian `font` of `size` points; Chinese quotes, dashes and
    dots keep that font, letters and digits stand in `latin`.

    `color` is RRGGBB; `spacing` in twips is added to every character.
    """
    dress = _Dress(
        font=font,
        latin=latin,
        size=size,
        color=color,
        spacing=spacing,
    )
    for index, piece in enumerate(_EAST_ASIAN_MARKS.split(text)):
        if not piece:
            continue
        # The marks are what the pattern splits at: every second piece.
        marks = index % 2 == 1
        if _BREAKS.search(piece):
            dress.put_on(paragraph.add_run(piece), marks=marks)
        else:
            paragraph._p.append(_dressed_run(dress, piece, marks=marks))


# What python-docx writes as an element of its own
_BREAKS = re.compile("[\t\r\n]")


def _dressed_run(dress: "_Dress", text: str, *, marks: bool) -> Any:
    """A run of plain text: a copy of one that is dressed alike. Dressing one takes five
    times as long, and a bulletin for 400 units has eight thousand."""
    run = deepcopy(_empty_run(dress, marks=marks))
    shown = run[-1]
    shown.text = text
    if len(text.strip()) < len(text):
        shown.set(qn("xml:space"), "preserve")
    return run


# There are some ten dresses, each with and without marks
@lru_cache(maxsize=128)
def _empty_run(dress: "_Dress", *, marks: bool) -> Any:
    paragraph = Paragraph(OxmlElement("w:p"), None)
    run = paragraph.add_run()
    dress.put_on(run, marks=marks)
    _child(run._r, "w:t")
    return run._r


@frozen
class _Dress:
    """What a run of text wears: sizes in points, `spacing` in twips, `color` RRGGBB."""

    font: str
    latin: str
    size: float
    color: str = ""
    spacing: int = 0

    def put_on(self, run: Any, *, marks: bool = False) -> None:
        properties = run._r.get_or_add_rPr()
        names = {"ascii": self.latin, "hAnsi": self.latin, "cs": self.latin}
        fonts = _child(properties, "w:rFonts", eastAsia=self.font, **names)
        if marks:
            fonts.set(qn("w:hint"), "eastAsia")
        if self.color:
            _child(properties, "w:color", val=self.color)
        if self.spacing:
            _child(properties, "w:spacing", val=str(self.spacing))
        # OOXML counts sizes in half points.
        half_points = str(round(self.size * 2))
        _child(properties, "w:sz", val=half_points)
        _child(properties, "w:szCs", val=half_points)
        _child(properties, "w:lang", val="en-US", eastAsia="zh-CN")


def field(paragraph: Any, code: str, font: str, size: float) -> None:
    """Adds a field, such as PAGE, that the word processor works out; digits in `font` too."""
    dress = _Dress(font, font, size)
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = paragraph.add_run()
        dress.put_on(run)
        if kind == "code":
            _child(run._r, "w:instrText").text = code
        elif kind == "shown":
            _child(run._r, "w:t").text = "1"
        else:
            _child(run._r, "w:fldChar", fldCharType=kind)


def layout(
    paragraph: Any,
    *,
    line: int = 0,
    before: int = 0,
    after: int = 0,
    align: str = "",
    indent_chars: int = 0,
    hanging_chars: int = 0,
    size: float = 16,
    left: int = 0,
    right: int = 0,
    keep: bool = False,
    gridless: bool = False,
) -> Any:
    """Sets a paragraph, once: exact `line` height, spaces and indents in twips;
    `indent_chars` indents the first line, `hanging_chars` all the others.

    `align` is left, right, center or both. `keep` keeps it on one page with what
    follows; `gridless` frees it from the page's grid of lines. Pages are filled to
    their last line, as the standard wants. Returns the paragraph.
    """
    pattern = _paragraph_properties(
        line=line,
        before=before,
        after=after,
        align=align,
        indents=_indents(
            first=indent_chars,
            hanging=hanging_chars,
            size=size,
            left=left,
            right=right,
        ),
        keep=keep,
        gridless=gridless,
    )
    paragraph._p.get_or_add_pPr().extend(list(deepcopy(pattern)))
    return paragraph


# A document has some ten kinds of paragraph, and up to thousands of each
@lru_cache(maxsize=128)
def _paragraph_properties(
    line: int,
    before: int,
    after: int,
    align: str,
    indents: Attributes,
    *,
    keep: bool,
    gridless: bool,
) -> Any:
    properties = OxmlElement("w:pPr")
    if keep:
        _child(properties, "w:keepNext")
    _child(properties, "w:widowControl", val="0")
    if gridless:
        _child(properties, "w:snapToGrid", val="0")
    spacing = {"before": str(before), "after": str(after)}
    if line:
        spacing |= {"line": str(line), "lineRule": "exact"}
    _child(properties, "w:spacing", **spacing)
    if indents:
        _child(properties, "w:ind", **dict(indents))
    if align:
        _child(properties, "w:jc", val=align)
    return properties


def _indents(
    first: int, hanging: int, size: float, left: int, right: int
) -> Attributes:
    """The attributes of w:ind: both in hundredths of a character, which Word follows,
    and in twips, which others do."""
    indents = {}
    if left:
        indents["left"] = str(left)
    if right:
        indents["right"] = str(right)
    if first:
        indents["firstLineChars"] = str(first * 100)
        indents["firstLine"] = str(round(first * size * 20))
    if hanging:
        width = round(hanging * size * 20)
        indents["left"] = str(left + width)
        indents["hangingChars"] = str(hanging * 100)
        indents["hanging"] = str(width)
    return tuple(indents.items())


def borders(paragraph: Any, color: str, space: int = 0, **eighths: int) -> None:
    """Lines at sides of a paragraph, so many `eighths` of a point thick, `space` points
    away from the text."""
    properties = paragraph._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    for side, thick in eighths.items():
        _child(
            borders,
            f"w:{side}",
            val="single",
            sz=str(thick),
            space=str(space),
            color=color,
        )
    properties.insert_element_before(borders, *_AFTER_BORDERS)


def at_the_foot(table: Any, left: int) -> None:
    """Floats a table at the foot of the page's type area, `left` twips from the paper's
    edge.

    From the edge, not from the margin: LibreOffice up to 7.5 lets a table about as wide
    as the text stand in the text unless its place is told so.
    """
    position = OxmlElement("w:tblpPr")
    places = {
        "vertAnchor": "margin",
        "horzAnchor": "page",
        "tblpX": str(left),
        "tblpYSpec": "bottom",
    }
    for name, value in places.items():
        position.set(qn(f"w:{name}"), value)
    properties = table._tbl.tblPr
    # The schema wants it right behind the style.
    place = 0 if properties.find(qn("w:tblStyle")) is None else 1
    properties.insert(place, position)


def right_tab(paragraph: Any, at: int) -> None:
    """A tab stop `at` twips, where text ends."""
    tabs = OxmlElement("w:tabs")
    _child(tabs, "w:tab", val="right", pos=str(at))
    paragraph._p.get_or_add_pPr().insert_element_before(
        tabs, "w:snapToGrid", "w:spacing", "w:ind", "w:jc"
    )


def shade(cell: Any, color: str) -> None:
    """Fills a table cell with RRGGBB."""
    filling = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", color)):
        filling.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().insert_element_before(
        filling, "w:noWrap", "w:tcMar", "w:textDirection", "w:vAlign"
    )


def cell_margins(table: Any, twips: int) -> None:
    """The space between the lines of a table and its texts, left and right."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        _child(margins, f"w:{side}", w=str(twips), type="dxa")
    table._tbl.tblPr.find(qn("w:tblLayout")).addnext(margins)


def _before_layout(table: Any, element: Any) -> None:
    """The schema wants the lines before the layout that `fixed_widths` set."""
    table._tbl.tblPr.find(qn("w:tblLayout")).addprevious(element)


def grid_lines(table: Any, **eighths: int) -> None:
    """Draws a table's lines by side (top, left, bottom, right, insideH, insideV), in
    eighths of a point."""
    lines = OxmlElement("w:tblBorders")
    for side, thick in eighths.items():
        _child(
            lines,
            f"w:{side}",
            val="single",
            sz=str(thick),
            space="0",
            color="000000",
        )
    _before_layout(table, lines)


def fixed_widths(table: Any, widths: Sequence[int]) -> None:
    """Fixes a table's columns to `widths` in twips, whatever stands in them; centred on the page."""
    properties = table._tbl.tblPr
    for name in ("w:tblW", "w:tblLayout", "w:jc", "w:tblLook"):
        for old in properties.findall(qn(name)):
            properties.remove(old)
    _child(properties, "w:tblW", w=str(sum(widths)), type="dxa")
    _child(properties, "w:jc", val="center")
    _child(properties, "w:tblLayout", type="fixed")
    for column, width in zip(
        table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True
    ):
        column.set(qn("w:w"), str(width))
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            # English Metric Units: 635 to a twip.
            cell._tc.width = width * 635


def joined_down(table: Any, column: int) -> None:
    """Joins the cells of a column that follow each other with the same text; it stays
    in the first of them alone."""
    cells = []
    # Before any is emptied: each is compared with the one above as it was.
    texts = []
    for row in table._tbl.tr_lst:
        cell = row.tc_lst[column]
        cells.append(cell)
        texts.append("".join(cell.itertext()))
    for index, cell in enumerate(cells):
        above = index > 0 and texts[index] == texts[index - 1]
        below = index + 1 < len(texts) and texts[index] == texts[index + 1]
        if above or below:
            _join(cell, "continue" if above else "restart")


def _join(cell: Any, how: str) -> None:
    if how == "continue":
        paragraph = cell.p_lst[0]
        for run in paragraph.r_lst:
            paragraph.remove(run)
    merge = OxmlElement("w:vMerge")
    merge.set(qn("w:val"), how)
    cell.get_or_add_tcPr().insert_element_before(
        merge, "w:tcBorders", "w:shd", "w:noWrap", "w:tcMar", "w:vAlign"
    )


def repeat_head(row: Any) -> None:
    """Prints a table's row again at the top of every page."""
    _child(row._tr.get_or_add_trPr(), "w:tblHeader")


def unbroken(row: Any) -> None:
    """Never splits a table's row over two pages."""
    _child(row._tr.get_or_add_trPr(), "w:cantSplit")


def _child(parent: Any, name: str, **attributes: str) -> Any:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    parent.append(element)
    return element
