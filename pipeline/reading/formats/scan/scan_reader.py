"""Scans and photos of forms (rules.md 3, 5): read three times, and a figure counts only
where all readings agree.

Trusts no single reading. Whatever differs between them, or is read with little
confidence, is held as scan_uncertain. Every field comes with a picture of its place.
Without the [ocr] extra, and where no form is found, a scan stays what it was:
SCAN_UNREAD.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pipeline.model.document import Block, Cell, Document, Grid, Paragraph
from pipeline.model.form import FileReading, Form, FormSpec, Hold
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.form.extract import extract
from pipeline.reading.formats.scan.misread import repaired, snapped

if TYPE_CHECKING:
    from pipeline.reading.formats.scan.ocr import Said
    from pipeline.reading.formats.scan.recheck import Look
    from pipeline.reading.formats.scan.scan_page import Spot
    from pipeline.reading.formats.scan.sheet import Sheet

KIND = "scan"
# what it costs to run without the [ocr] extra, for check and the demo
WITHOUT_EYES = (
    "没有安装扫描件识别，只发来扫描件或照片的报表都要人工读数；"
    "要自动识别请在程序目录运行 python3 scripts/install.py ocr（下载约350 MB，识别时占内存约1 GB）"
)
_NEEDED = ("rapidocr", "onnxruntime", "cv2", "PIL")
# Characters: what is longer are measures or the form's print
_LONGEST = 60
# The engine's confidence in a digit
_SURE = 0.9
_GUESSED = 0.5
_CROP_WIDTH = 1000.0
_TALLEST = 500.0
_MARGIN = 12.0
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


@dataclass(frozen=True)
class _Place:
    """A spot of one page with the name by which a person finds it, and its second and third reading."""

    sheet: "Sheet"
    spot: "Spot"
    where: str
    grid: str
    looks: "tuple[Look, ...] | None" = None


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
    first = extract(_document(places, 0, spec), spec, name)
    places = _looked_at_again(places, first)
    readings = (
        first,
        *(
            extract(_document(places, look, spec), spec, name)
            for look in (1, 2)
        ),
    )
    best = next((r for r in readings if r), ())
    if not best:
        detail = f"{trouble.detail}; {len(places)} places read, no form"
        return FileReading(
            name,
            kind,
            trouble=Trouble(TroubleCode.SCAN_UNREAD, trouble.advice, detail),
        )
    forms = tuple(
        _judged(number, form, readings, places, spec)
        for number, form in enumerate(best)
    )
    crops = tuple(
        crop
        for number, form in enumerate(forms)
        for crop in _crops(number, form, places)
    )
    return FileReading(
        name, KIND if kind == "pdf" else kind, forms, crops=crops
    )


def _judged(
    number: int,
    form: Form,
    readings: Sequence[tuple[Form, ...]],
    places: list[_Place],
    spec: FormSpec,
) -> Form:
    """A form with its unit's name put right and its days as most readings have them,
    held where the readings differ."""
    count = len(readings[0])
    same = []
    for r in readings:
        same.append(r[number] if len(r) == count and number < count else None)
    dated = next((f for f in same if f is not None and f.mentions), form)
    named = replace(
        form,
        unit_text=snapped(form.unit_text, spec.unit_names, spec.unit_places),
        mentions=dated.mentions,
        reported_on=dated.reported_on,
    )
    if _agree(same) and _says(form) and _sure(form, places):
        return named
    return _held(named)


def _places(content: bytes, kind: str) -> list[_Place]:
    """Everything that stands on the pages, read once."""
    from pipeline.reading.formats.scan.scan_page import read_page
    from pipeline.reading.formats.scan.scan_pictures import pages_of
    from pipeline.reading.formats.scan.sheet import sheet_of

    places: list[_Place] = []
    tables = 0
    for number, picture in enumerate(pages_of(content, kind), 1):
        sheet, spots = read_page(sheet_of(picture))
        for spot in spots:
            if spot.table is None:
                grid = ""
            else:
                grid = f"表格{tables + spot.table + 1}"
            if grid:
                where = f"{grid} 第{spot.row + 1}行第{spot.column + 1}列"
            else:
                where = f"第{number}页"
            places.append(_Place(sheet, spot, where, grid))
        tables += max(
            (s.table + 1 for s in spots if s.table is not None), default=0
        )
    return places


def _looked_at_again(
    places: list[_Place], forms: tuple[Form, ...]
) -> list[_Place]:
    """The places with further readings of those that decide figure, date and unit: of
    all where no form was seen."""
    from pipeline.reading.formats.scan.recheck import look_again

    named = {
        e.where
        for form in forms
        for name, e in form.evidence
        if name != "measures"
    }
    deciding = [p for p in places if not named or p.where in named]
    rows = [
        p
        for p in places
        if len(p.spot.text) <= _LONGEST and any(_beside(p, d) for d in deciding)
    ]
    again = dict(
        zip(
            map(id, rows),
            look_again([(p.sheet, p.spot) for p in rows]),
            strict=True,
        )
    )
    return [replace(p, looks=again.get(id(p))) for p in places]


def _document(places: list[_Place], look: int, spec: FormSpec) -> Document:
    """The document as one of the three readings has it."""
    blocks: list[Block] = []
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
            Cell(text, s.row, s.column, place.where, s.rows, s.columns)
        )
    filled = (
        Grid(b.name, tuple(grids[b.name])) if isinstance(b, Grid) else b
        for b in blocks
    )
    return Document(
        KIND, tuple(b for b in filled if isinstance(b, Grid) or b.text.strip())
    )


def _text(place: _Place, look: int) -> str:
    if look == 0 or place.looks is None:
        return place.spot.text
    if "\n" in place.spot.text:
        joint = "\n"
    else:
        joint = ""
    return joint.join(
        (line.grey if look == 1 else line.black).text for line in place.looks
    )


def _agree(forms: Sequence[Form | None]) -> bool:
    """Whether all readings say the same figure, and those that see a day the same days,
    two of them at least."""
    seen = [form for form in forms if form is not None]
    days = [
        tuple((m.year, m.month, m.day) for m in form.mentions) for form in seen
    ]
    dated = []
    for d in days:
        if d:
            dated.append(d)
    one_figure = (
        len(seen) == len(forms) and len({_figure(form) for form in seen}) == 1
    )
    return one_figure and len(set(dated)) <= 1 and len(dated) != 1


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


def _sure(form: Form, places: list[_Place]) -> bool:
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
    one_more = line.pieces > len(text) or line.width > _WIDEST_DIGIT * len(text)
    return not one_more and line.low <= commas and line.stroke < _STRUCK_NUMBER


def _least(said: "Said") -> float:
    return min(
        (
            sure
            for ch, sure in zip(said.text, said.sure, strict=True)
            if ch in _DIGITS
        ),
        default=1.0,
    )


def _held(form: Form) -> Form:
    holds = tuple(dict.fromkeys((*form.figure.holds, Hold.SCAN_UNCERTAIN)))
    return replace(form, figure=replace(form.figure, holds=holds))


def _crops(
    number: int, form: Form, places: list[_Place]
) -> Iterator[tuple[str, bytes]]:
    """A PNG of the row or line where each field stands, its own place framed; the
    second form's are named completed2."""
    for name, evidence in form.evidence:
        here = [p for p in places if p.where == evidence.where]
        exact = [p for p in here if p.grid or evidence.text in p.spot.text]
        if here:
            yield (
                (f"{name}{number + 1}" if number else name),
                _crop((exact or here)[0], places),
            )


def _crop(place: _Place, places: list[_Place]) -> bytes:
    import cv2

    row = []
    for p in places:
        if p.sheet is place.sheet and _beside(p, place):
            row.append(p.spot.box)
    left = min(b[0] for b in row) - _MARGIN
    top = min(b[1] for b in row) - _MARGIN
    right = max(b[2] for b in row) + _MARGIN
    bottom = max(b[3] for b in row) + _MARGIN
    bottom = min(bottom, top + _TALLEST)
    zoom = min(1.0, _CROP_WIDTH / (right - left))
    picture = place.sheet.look((left, top, right, bottom), zoom)
    x0, y0, x1, y1 = place.spot.box
    first = round((x0 - left) * zoom), round((y0 - top) * zoom)
    last = round((x1 - left) * zoom), round((y1 - top) * zoom)
    cv2.rectangle(picture, first, last, _RED, 2)
    return bytes(cv2.imencode(".png", picture)[1])


def _beside(place: _Place, figure: _Place) -> bool:
    if not figure.grid:
        return place is figure
    if place.grid != figure.grid:
        return False
    spot = place.spot
    other = figure.spot
    return (
        place.grid == figure.grid
        and spot.row < other.row + other.rows
        and other.row < spot.row + spot.rows
    )
