"""Pictures, boxes and charts that lie over the cells of a sheet (.xlsx and .xlsb).

Trusts only well-formed XML. Never looks at what a drawing shows: a cell under it may be
covered, and what stands there for a person is the drawing.
"""

from collections.abc import Iterator

from lxml import etree

from pipeline.reading.containers.limits import parse_xml
from pipeline.reading.containers.opc import relations
from pipeline.reading.containers.zip_package import Package
from pipeline.reading.formats.sheet.grid import Range
from pipeline.reading.formats.sheet.xlsx_styles import whole

_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_ANCHORS = (f"{_XDR}twoCellAnchor", f"{_XDR}oneCellAnchor")
_LAID_OVER = (f"{_XDR}pic", f"{_XDR}sp", f"{_XDR}grpSp", f"{_XDR}graphicFrame")
# Drawings of one sheet; a form has a seal or two
_MOST = 200

Element = etree._Element


def drawn_over(package: Package, part: str) -> Iterator[Range]:
    """The ranges of cells that a sheet's drawings lie over."""
    found = 0
    for relation in relations(package, part):
        if relation.kind != "drawing" or relation.part not in package:
            continue
        for anchor in parse_xml(package.read(relation.part)):
            covered = _covered(anchor)
            if covered is not None and found < _MOST:
                found += 1
                yield covered


def _covered(anchor: Element) -> Range | None:
    first = anchor.find(f"{_XDR}from")
    last = anchor.find(f"{_XDR}to")
    if anchor.tag not in _ANCHORS or first is None:
        return None
    if not any(child.tag in _LAID_OVER for child in anchor):
        return None
    top, left = _place(first)
    if last is None:
        return top, left, top, left
    bottom, right = _place(last)
    # an edge that only touches the next row or column covers nothing of it
    if bottom > top and whole(last.findtext(f"{_XDR}rowOff")) == 0:
        bottom -= 1
    if right > left and whole(last.findtext(f"{_XDR}colOff")) == 0:
        right -= 1
    return top, left, bottom, right


def _place(corner: Element) -> tuple[int, int]:
    row = whole(corner.findtext(f"{_XDR}row"))
    column = whole(corner.findtext(f"{_XDR}col"))
    return row, column
