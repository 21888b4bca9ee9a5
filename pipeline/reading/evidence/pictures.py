"""Pictures of the places where a form's fields stand, for the person who must check:
rendered from a PDF, else drawn.

Given what was read (field, label, text), never decides anything. A place that is not
found on the pages, or found more than once, is drawn as a small table of what was read,
so that no picture ever shows the wrong place.
"""

from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium

from pipeline.model.form import Form, FormSpec
from pipeline.model.values.frozen import frozen
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.evidence import pdf_table, png
from pipeline.reading.evidence.second_look import FIELD as PRINTED
from pipeline.reading.form.labels import fold, hits
from pipeline.reading.formats.pdf.pdf_page import read_pages, upright
from pipeline.reading.formats.pdf.ruled_tables import DrawnCell, fill, tables_of

# The field, a PNG
Picture = tuple[str, bytes]
# Left, bottom, right, top in points
Box = tuple[float, float, float, float]

_NAMES = {
    "unit": "报送单位",
    "date": "报送时间",
    "completed": "已完成目标任务数",
    "measures": "主要工作举措",
}
# Pixels a point, and points around the place
_SCALE = 2.0
_MARGIN = 10.0
# Points of a picture
_TALLEST = 300.0
# Of a document that is looked through for the place
_PAGES_LIMIT = 12


@frozen
class _Row:
    """A row of a table on a page: its cells from left to right."""

    page: int
    cells: tuple[DrawnCell, ...]


def pictures(
    pdf: bytes, form: Form, spec: FormSpec, *, drawn: bool = True
) -> tuple[Picture, ...]:
    """A PNG for each of a form's fields. `pdf` is the file, or how an office program
    prints it; b"" where there is none. Without `drawn` only for those that are found on
    its pages."""
    fields = {name: e.text for name, e in form.evidence}
    if pdf:
        found = dict(_located(pdf, fields, spec))
    else:
        found = {}
    rest = {name: text for name, text in fields.items() if name not in found}
    if drawn:
        found.update(_drawn(form, rest))
    return tuple((name, found[name]) for name in fields if name in found)


def _located(
    pdf: bytes, fields: dict[str, str], spec: FormSpec
) -> Iterator[Picture]:
    try:
        rows = list(_rows(pdf))
    except UnreadableError:
        return
    document = pdfium.PdfDocument(pdf)
    try:
        for name, text in fields.items():
            places = [
                (row, cell)
                for row in rows
                for cell in row.cells
                if _is_place(
                    cell=cell,
                    row=row,
                    name=name,
                    text=text,
                    spec=spec,
                )
            ]
            if len({id(cell) for _, cell in places}) == 1:
                row, cell = places[0]
                page = upright(document, row.page)
                yield name, _picture(page, _around(row, cell), _box(cell))
    finally:
        document.close()


def _rows(pdf: bytes) -> Iterator[_Row]:
    for number, page in enumerate(read_pages(pdf)[:_PAGES_LIMIT]):
        tables = tables_of(page.rulings)
        fill(tables, page.glyphs)
        for table in tables:
            for at in range(len(table.ys) - 1):
                cells = (
                    c
                    for c in table.cells
                    if c.row <= at < c.row + c.rows and c.glyphs
                )
                yield _Row(number, tuple(sorted(cells, key=lambda c: c.column)))


def _is_place(
    cell: DrawnCell, row: _Row, name: str, text: str, spec: FormSpec
) -> bool:
    """The cell that says just this beside the field's label, or the label's own cell
    with the value in it. Of the print, which says something else than was read, the cell
    beside the figure's label."""
    if name == PRINTED:
        return _is_beside(cell, row, "completed", spec)
    said = fold(cell.text)
    wanted = fold(text)
    if not wanted or wanted not in said:
        return False
    if any(hit.field == name for hit in hits(cell.text, spec)):
        return True
    return said == wanted and _is_beside(cell, row, name, spec)


def _is_beside(cell: DrawnCell, row: _Row, name: str, spec: FormSpec) -> bool:
    """Whether a cell stands right of the field's label."""
    left = []
    for c in row.cells:
        if c.column < cell.column:
            left.append(c)
    if not left:
        return False
    return any(hit.field == name for hit in hits(left[-1].text, spec))


def _box(cell: DrawnCell) -> Box:
    return cell.left, cell.bottom, cell.right, cell.top


def _around(row: _Row, cell: DrawnCell) -> Box:
    """The whole row with a margin, of a tall one the upper part."""
    left = min(c.left for c in row.cells)
    right = max(c.right for c in row.cells)
    return (
        left - _MARGIN,
        max(cell.bottom, cell.top - _TALLEST) - _MARGIN,
        right + _MARGIN,
        cell.top + _MARGIN,
    )


def _drawn(form: Form, fields: dict[str, str]) -> Iterator[Picture]:
    """What was read, as a table with where it stands; the picture of a field frames its row."""
    if not fields:
        return
    shown = [
        (f"{_NAMES.get(name, name)}\n（{e.where}）", e.text or "（空）")
        for name, e in form.evidence
    ]
    content, boxes = pdf_table.table(shown)
    document = pdfium.PdfDocument(content)
    try:
        width, height = document[0].get_size()
        for (name, _), box in zip(form.evidence, boxes, strict=True):
            if name in fields:
                yield (
                    name,
                    _picture(document[0], (0.0, 0.0, width, height), box),
                )
    finally:
        document.close()


def _picture(page: Any, view: Box, framed: Box) -> bytes:
    """A part of a page with a red frame in it."""
    width, height = page.get_size()
    left = max(view[0], 0.0)
    bottom = max(view[1], 0.0)
    right = min(view[2], width)
    top = min(view[3], height)
    bitmap = page.render(
        scale=_SCALE,
        crop=(left, bottom, width - right, height - top),
        rev_byteorder=True,
    )
    canvas = png.from_buffer(
        buffer=bytes(bitmap.buffer),
        width=bitmap.width,
        height=bitmap.height,
        stride=bitmap.stride,
        channels=bitmap.n_channels,
    )
    x0 = round((framed[0] - left) * _SCALE)
    x1 = round((framed[2] - left) * _SCALE)
    y0 = round((top - framed[3]) * _SCALE)
    y1 = round((top - framed[1]) * _SCALE)
    canvas.frame(
        left=x0,
        top=y0,
        right=x1,
        bottom=y1,
    )
    return canvas.png()
