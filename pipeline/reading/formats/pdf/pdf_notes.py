"""Notes of a PDF page that change how its text is to be taken: strike-outs, and what a
viewer paints by itself.

Beside pdf_page. What a note paints is flattened onto the page; a viewer that paints its
strike-outs, ink, boxes and fields itself shows them without any picture in the file, so
they are asked here. What stands in such a box is not read: who does not paint it cannot
see it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pypdfium2 import raw

from pipeline.reading.formats.pdf.pdf_objects import Box

# Painted by some viewers where the file brings no picture (AP) of them
_SELF_PAINTED = (
    raw.FPDF_ANNOT_FREETEXT,
    raw.FPDF_ANNOT_LINE,
    raw.FPDF_ANNOT_SQUARE,
    raw.FPDF_ANNOT_CIRCLE,
    raw.FPDF_ANNOT_POLYGON,
    raw.FPDF_ANNOT_POLYLINE,
    raw.FPDF_ANNOT_INK,
    raw.FPDF_ANNOT_STAMP,
    raw.FPDF_ANNOT_CARET,
    raw.FPDF_ANNOT_WIDGET,
)
_STRIKING = (raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_REDACT)
# Of a text field's flags
_PASSWORD = 1 << 13
_TYPED = raw.FPDF_FORMFIELD_TEXTFIELD
# Bytes; a form's measures are some hundred characters
_LONGEST_VALUE = 1 << 16
_NO_DIGIT = re.compile(r"\D+")
# Notes of a page, and places of a note
_MOST = 200


def struck_by_notes(page: Any) -> Iterator[Box]:
    """The places that strike-out notes cover, as the page lies in the file."""
    for note in _notes_of(page):
        if raw.FPDFAnnot_GetSubtype(note) in _STRIKING:
            yield from _places(note)


def painted_by_viewers(page: Any, form: Any) -> Iterator[Box]:
    """The places of notes that only some viewers paint, as the page lies in the file.
    `form`: pdfium's handle of the file's form, None where it has none."""
    for note in _notes_of(page):
        if _is_seen_by_some(note, form):
            yield from _frame(note)


def filled_fields(page: Any, form: Any) -> Iterator[tuple[Box, str]]:
    """The fields that are typed into, with their values: some viewers paint the picture
    that the file brings of a field, some its value."""
    if form is None:
        return
    for note in _notes_of(page):
        if raw.FPDFAnnot_GetFormFieldType(form, note) != _TYPED:
            continue
        value = _value_of(note, form)
        for box in _frame(note):
            yield box, value


def painted_unlike(
    page: Any, fields: Iterable[tuple[Box, str]]
) -> Iterator[Box]:
    """The fields whose picture on the page shows other digits than their value."""
    text = page.get_textpage()
    for box, value in fields:
        shown = text.get_text_bounded(
            left=box.left, bottom=box.bottom, right=box.right, top=box.top
        )
        if _NO_DIGIT.sub("", shown) != _NO_DIGIT.sub("", value):
            yield box


def _value_of(note: Any, form: Any) -> str:
    size = raw.FPDFAnnot_GetFormFieldValue(form, note, None, 0)
    if not 2 <= size <= _LONGEST_VALUE:
        return ""
    units = (raw.FPDF_WCHAR * (size // 2))()
    raw.FPDFAnnot_GetFormFieldValue(form, note, units, size)
    return bytes(units).decode("utf-16-le", "replace").rstrip("\0")


def _notes_of(page: Any) -> Iterator[Any]:
    """The notes, each open until the next one is asked for."""
    count = raw.FPDFPage_GetAnnotCount(page)
    for index in range(min(count, _MOST)):
        note = raw.FPDFPage_GetAnnot(page, index)
        yield note
        raw.FPDFPage_CloseAnnot(note)


def _is_seen_by_some(note: Any, form: Any) -> bool:
    """Whether viewers, or screen and paper, differ in what they show of a note."""
    flags = raw.FPDFAnnot_GetFlags(note)
    if flags & raw.FPDF_ANNOT_FLAG_HIDDEN:
        return False
    if flags & raw.FPDF_ANNOT_FLAG_NOVIEW or _is_secret(note, form):
        return True
    kind = raw.FPDFAnnot_GetSubtype(note)
    return kind in _SELF_PAINTED and not raw.FPDFAnnot_HasKey(note, b"AP")


def _is_secret(note: Any, form: Any) -> bool:
    """Whether a field shows stars for its value (ISO 32000-1, table 228)."""
    if form is None or raw.FPDFAnnot_GetSubtype(note) != raw.FPDF_ANNOT_WIDGET:
        return False
    return bool(raw.FPDFAnnot_GetFormFieldFlags(form, note) & _PASSWORD)


def _places(note: Any) -> Iterator[Box]:
    count = min(raw.FPDFAnnot_CountAttachmentPoints(note), _MOST)
    corners = raw.FS_QUADPOINTSF()
    for place in range(count):
        if raw.FPDFAnnot_GetAttachmentPoints(note, place, corners):
            xs = (corners.x1, corners.x2, corners.x3, corners.x4)
            ys = (corners.y1, corners.y2, corners.y3, corners.y4)
            yield Box(
                left=min(xs),
                bottom=min(ys),
                right=max(xs),
                top=max(ys),
            )
    # Some viewers write the frame of the note and nothing else.
    if count == 0:
        yield from _frame(note)


def _frame(note: Any) -> Iterator[Box]:
    frame = raw.FS_RECTF()
    if raw.FPDFAnnot_GetRect(note, frame):
        yield Box(
            left=frame.left,
            bottom=frame.bottom,
            right=frame.right,
            top=frame.top,
        )
