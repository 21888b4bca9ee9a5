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
_ANCHORS = (
    f"{_XDR}twoCellAnchor",
    f"{_XDR}oneCellAnchor",
    f"{_XDR}absoluteAnchor",
)
# A row and a column of the usual size (13.5 pt, 54 pt) in English Metric Units
_ROW, _COLUMN = 171_450, 685_800
# cxnSp is a line, contentPart ink: what strikes a number by hand
_LAID_OVER = (
    "{*}pic",
    "{*}sp",
    "{*}cxnSp",
    "{*}grpSp",
    "{*}graphicFrame",
    "{*}contentPart",
)
# Drawings of one sheet; a form has a seal or two
_MOST = 200

Element = etree._Element


def drawn_over(package: Package, part: str) -> Iterator[Range]:
    """The ranges of cells that a sheet's drawings lie over."""
    found = 0
    for relation in relations(package, part):
        if relation.kind != "drawing" or relation.part not in package:
            continue
        root = parse_xml(package.read(relation.part))
        # also those of mc:AlternateContent
        for anchor in root.iter(*_ANCHORS):
            covered = _covered(anchor)
            if covered is not None and found < _MOST:
                found += 1
                yield covered


def _covered(anchor: Element) -> Range | None:
    if next(anchor.iter(*_LAID_OVER), None) is None:
        return None
    first = anchor.find(f"{_XDR}from")
    last = anchor.find(f"{_XDR}to")
    if first is not None:
        top, left = _place(first)
    else:
        top, left = _measured(anchor.find(f"{_XDR}pos"), "y", "x")
    if last is None:
        rows, columns = _measured(anchor.find(f"{_XDR}ext"), "cy", "cx")
        return top, left, top + rows, left + columns
    bottom, right = _place(last)
    # an edge that only touches the next row or column covers nothing of it
    if bottom > top and whole(last.findtext(f"{_XDR}rowOff")) == 0:
        bottom -= 1
    if right > left and whole(last.findtext(f"{_XDR}colOff")) == 0:
        right -= 1
    return top, left, bottom, right


def _measured(length: Element | None, down: str, right: str) -> tuple[int, int]:
    """How many rows and columns of the usual size a length goes over: how large those
    of the sheet are is not asked."""
    if length is None:
        return 0, 0
    rows = whole(length.get(down)) // _ROW
    return rows, whole(length.get(right)) // _COLUMN


def _place(corner: Element) -> tuple[int, int]:
    row = whole(corner.findtext(f"{_XDR}row"))
    column = whole(corner.findtext(f"{_XDR}col"))
    return row, column
