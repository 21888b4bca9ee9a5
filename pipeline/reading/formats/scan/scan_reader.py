"""Scans and photos of forms (rules.md 3, 5): read three times, and a figure counts only
where all readings agree.

Trusts no single reading. Whatever differs between them, or is read with little
confidence, is held as scan_uncertain. Every field comes with a picture of its place.
Without the [ocr] extra, and where no form is found, a scan stays what it was:
SCAN_UNREAD.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pipeline.model.document import (
    Blocks,
    Cell,
    Document,
    Grid,
    Paragraph,
    place_in_table,
)
from pipeline.model.form import FileReading, Form, FormSpec, Hold
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.model.values.frozen import frozen
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.form.extract import extract
from pipeline.reading.formats.scan.misread import repaired, snapped

if TYPE_CHECKING:
    from pipeline.reading.formats.scan.ocr import Said
    from pipeline.reading.formats.scan.recheck import Look
    from pipeline.reading.formats.scan.scan_page import Spot
    from pipeline.reading.formats.scan.sheet import Box, Sheet

KIND = "scan"
_NEEDED = ("rapidocr", "onnxruntime", "cv2", "PIL")
# Characters: what is longer are measures or the form's print
_LONGEST = 60
# The engine's confidence in a digit
_SURE = 0.9
# With less than this it only guessed
_GUESSED = 0.5
# Pixels of the picture for the reviewer, which a phone shows whole
_CROP_WIDTH = 1000.0
_TALLEST = 500.0
_MARGIN = 12.0
# Blue, green, red of the frame
_RED = (40, 40, 220)
# Of the line's height, with the gap to the next
_WIDEST_DIGIT = 0.86
# Of the line's height
_STRUCK_NUMBER, _STRUCK_TEXT = 0.95, 2.2
_NUMBER = re.compile(r"[0-9,，.]+")
_LETTER = re.compile(r"[A-Za-z]")
_WHOLE_NUMBER = re.compile(r"[0-9]+|[0-9]{1,3}(?:[,，][0-9]{3})+")
_DIGITS = frozenset(
    "0123456789０１２３４５６７８９〇零一二三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟两"
)


@frozen
class _Place:
    """A spot of one page with the name by which a person finds it, and its second and third reading."""

    sheet: "Sheet"
    spot: "Spot"
    where: str
    grid: str
    looks: "tuple[Look, ...] | None" = None


_Places = list[_Place]


def available() -> bool:
    """Whether the [ocr] extra is installed."""
    return all(find_spec(name) is not None for name in _NEEDED)


def read_scan(
    name: str, content: bytes, kind: str, spec: FormSpec, trouble: Trouble
) -> FileReading:
    """What a scan holds. `kind` is the picture's format or pdf; `trouble` is what it
    has where nothing can be read."""
    if not available():
        return FileReading(name, kind, trouble=trouble)
    try:
        places = _places(content, kind)
    except UnreadableError as error:
        return FileReading(name, kind, trouble=error.trouble)
    readings = [extract(_document(places, 0, spec), spec, name)]
    places = _looked_at_again(places, readings[0])
    for look in (1, 2):
        readings.append(extract(_document(places, look, spec), spec, name))
    best = max(readings, key=bool)
    if not best:
        detail = f"{trouble.detail}; {len(places)} places read, no form"
        unread = Trouble(TroubleCode.SCAN_UNREAD, trouble.advice, detail)
        return FileReading(name, kind, trouble=unread)
    forms: list[Form] = []
    crops: list[tuple[str, bytes]] = []
    for number, form in enumerate(best):
        judged = _judged(
            number=number,
            form=form,
            readings=readings,
            places=places,
            spec=spec,
        )
        forms.append(judged)
        crops += _crops(number, judged, places)
    # A PDF is a scan here, and is told apart from one that was read by its text.
    shown_kind = kind
    if kind == "pdf":
        shown_kind = KIND
    return FileReading(
        name=name,
        kind=shown_kind,
        forms=tuple(forms),
        crops=tuple(crops),
    )


def _judged(
    number: int,
    form: Form,
    readings: Sequence[tuple[Form, ...]],
    places: _Places,
    spec: FormSpec,
) -> Form:
    """A form with its unit's name put right and its days as most readings have them,
    held where the readings differ."""
    count = len(readings[0])
    same: list[Form | None] = []
    for reading in readings:
        # Where one reading saw more forms than another, which is which is not known.
        if len(reading) == count and number < count:
            same.append(reading[number])
        else:
            same.append(None)
    dated = form
    for other in reversed(same):
        if other is not None and other.mentions:
            dated = other
    named = replace(
        form,
        unit_text=snapped(form.unit_text, spec.unit_names, spec.unit_places),
        mentions=dated.mentions,
        reported_on=dated.reported_on,
    )
    if _agree(same) and _says(form) and _sure(form, places):
        return named
    return _held(named)


def _places(content: bytes, kind: str) -> _Places:
    """Everything that stands on the pages, read once."""
    from pipeline.reading.formats.scan.scan_page import read_page
    from pipeline.reading.formats.scan.scan_pictures import pages_of
    from pipeline.reading.formats.scan.sheet import sheet_of

    places: _Places = []
    tables = 0
    for number, picture in enumerate(pages_of(content, kind), 1):
        sheet, spots = read_page(sheet_of(picture))
        for spot in spots:
            if spot.table is None:
                grid = ""
            else:
                grid = f"表格{tables + spot.table + 1}"
            if grid:
                where = place_in_table(grid, spot.row, spot.column)
            else:
                where = f"第{number}页"
            places.append(
                _Place(
                    sheet=sheet,
                    spot=spot,
                    where=where,
                    grid=grid,
                )
            )
        tables += max(
            (s.table + 1 for s in spots if s.table is not None), default=0
        )
    return places


def _looked_at_again(places: _Places, forms: tuple[Form, ...]) -> _Places:
    """The places with further readings of those that decide figure, date and unit: of
    all where no form was seen."""
    from pipeline.reading.formats.scan.recheck import look_again

    named = set()
    for form in forms:
        for name, evidence in form.evidence:
            if name != "measures":
                named.add(evidence.where)
    deciding = [p for p in places if not named or p.where in named]
    # Whole rows: a digit may stand in the cell beside, where the ruling was not seen.
    rows = []
    for place in places:
        short = len(place.spot.text) <= _LONGEST
        if short and any(_beside(place, d) for d in deciding):
            rows.append(place)
    looks = look_again([(p.sheet, p.spot) for p in rows])
    again = {}
    for place, seen in zip(rows, looks, strict=True):
        again[id(place)] = seen
    return [replace(p, looks=again.get(id(p))) for p in places]


def _document(places: _Places, look: int, spec: FormSpec) -> Document:
    """The document as one of the three readings has it."""
    blocks: Blocks = []
    grids: dict[str, list[Cell]] = {}
    for place in places:
        text = repaired(_text(place, look), spec)
        if not place.grid:
            blocks.append(Paragraph(text, place.where))
            continue
        if place.grid not in grids:
            grids[place.grid] = []
            blocks.append(Grid(place.grid, ()))
        s = place.spot
        grids[place.grid].append(
            Cell(
                text=text,
                row=s.row,
                column=s.column,
                where=place.where,
                row_span=s.rows,
                column_span=s.columns,
            )
        )
    kept: Blocks = []
    for block in blocks:
        if isinstance(block, Grid):
            kept.append(Grid(block.name, tuple(grids[block.name])))
        elif block.text.strip():
            kept.append(block)
    return Document(KIND, tuple(kept))


def _text(place: _Place, look: int) -> str:
    if look == 0 or place.looks is None:
        return place.spot.text
    # The first reading knew whether the second line only goes on.
    if "\n" in place.spot.text:
        joint = "\n"
    else:
        joint = ""
    lines = []
    for line in place.looks:
        said = line.black
        if look == 1:
            said = line.grey
        lines.append(said.text)
    return joint.join(lines)


def _agree(forms: Sequence[Form | None]) -> bool:
    """Whether all readings say the same figure, and those that see a day the same days,
    two of them at least."""
    figures = set()
    dated = []
    for form in forms:
        if form is None:
            return False
        figures.add(_figure(form))
        days = tuple((m.year, m.month, m.day) for m in form.mentions)
        if days:
            dated.append(days)
    if len(figures) != 1:
        return False
    # A day that one reading alone saw may be the print's own specks.
    return len(set(dated)) <= 1 and len(dated) != 1


def _figure(form: Form) -> object:
    f = form.figure
    return f.completed, f.added, f.nil, f.rate, f.holds


def _says(form: Form) -> bool:
    """Whether a figure was read at all: an empty place may be one that was not seen."""
    figure = form.figure
    return any(
        value is not None
        for value in (figure.completed, figure.added, figure.nil)
    )


def _sure(form: Form, places: _Places) -> bool:
    """Whether the digits of the figure's place were each read with confidence, and
    never with little."""
    named = set()
    for name, e in form.evidence:
        if name == "completed":
            named.add(e.where)
    return all(_surely_read(p) for p in places if p.where in named and p.looks)


def _surely_read(place: _Place) -> bool:
    """Line by line: the better of the two further readings surely, the worse one not by
    guessing, and no ink left over."""
    for line in place.looks or ():
        worse, better = sorted((_least(line.grey), _least(line.black)))
        if worse < _GUESSED or better < _SURE or not _accounted_for(line):
            return False
    return True


def _accounted_for(line: "Look") -> bool:
    """Whether the ink is that of the text. What was left of a damaged digit is read as
    a letter, as a digit that is too low, or not at all, which makes a bare number too
    wide or one piece more; what strikes it out is longer than print."""
    text = "".join(line.black.text.split())
    if _LETTER.search(text) or _LETTER.search(line.grey.text):
        return False
    if not _NUMBER.fullmatch(text):
        return line.stroke < _STRUCK_TEXT
    if not _WHOLE_NUMBER.fullmatch(text):
        return False
    commas = sum(not ch.isdigit() for ch in text)
    digits = len(text)
    one_more = line.pieces > digits or line.width > _WIDEST_DIGIT * digits
    return not one_more and line.low <= commas and line.stroke < _STRUCK_NUMBER


def _least(said: "Said") -> float:
    """The confidence of the digit that was read with least; 1 where there is none."""
    least = 1.0
    for ch, sure in zip(said.text, said.sure, strict=True):
        if ch in _DIGITS:
            least = min(least, sure)
    return least


def _held(form: Form) -> Form:
    return replace(form, figure=form.figure.held(Hold.SCAN_UNCERTAIN))


def _crops(
    number: int, form: Form, places: _Places
) -> Iterator[tuple[str, bytes]]:
    """A PNG of the row or line where each field stands, its own place framed; the
    second form's are named completed2."""
    for name, evidence in form.evidence:
        here = [p for p in places if p.where == evidence.where]
        # Lines outside of tables share the name of their page.
        exact = [p for p in here if p.grid or evidence.text in p.spot.text]
        title = name
        if number:
            title = f"{name}{number + 1}"
        if here:
            yield title, _crop((exact or here)[0], places)


def _crop(place: _Place, places: _Places) -> bytes:
    import cv2

    from pipeline.reading.formats.scan.sheet import Box, around

    row = []
    for other in places:
        if other.sheet is place.sheet and _beside(other, place):
            row.append(other.spot.box)
    left, top, right, bottom = around(row)
    view = Box(
        left=left - _MARGIN,
        top=top - _MARGIN,
        right=right + _MARGIN,
        bottom=min(bottom + _MARGIN, top - _MARGIN + _TALLEST),
    )
    zoom = min(1.0, _CROP_WIDTH / view.width)
    picture = place.sheet.look(view, zoom)
    own = place.spot.box
    first = _in_view(own.left, own.top, view, zoom)
    last = _in_view(own.right, own.bottom, view, zoom)
    cv2.rectangle(picture, first, last, _RED, 2)
    return bytes(cv2.imencode(".png", picture)[1])


def _in_view(x: float, y: float, view: "Box", zoom: float) -> tuple[int, int]:
    """Where a point of the sheet stands in the picture of a view of it."""
    across = (x - view.left) * zoom
    down = (y - view.top) * zoom
    return round(across), round(down)


def _beside(place: _Place, figure: _Place) -> bool:
    if not figure.grid:
        return place is figure
    if place.grid != figure.grid:
        return False
    spot = place.spot
    other = figure.spot
    begins_before = spot.row < other.row + other.rows
    ends_after = other.row < spot.row + spot.rows
    return begins_before and ends_after
