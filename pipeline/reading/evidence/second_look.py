"""A second look at a form: what an office program prints of its file must say what the
reader read there (rules.md 5).

For: the reading child, which is given the forms that were read and the file as PDF.
Independent of the file's own reader: the print is read by its ink. Never corrects a
form: where the print says something else, or the figure is not on it, the form is held
and both are shown. A form that is held already is left as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.model.form import (
    Evidence,
    Figure,
    Form,
    FormSpec,
    Hold,
    Place,
    SeenNumber,
)
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.form.extract import extract
from pipeline.reading.form.labels import fold
from pipeline.reading.form.numbers import normalise
from pipeline.reading.formats.pdf.pdf_reader import read_pdf

# The name of its evidence beside the form's own fields
FIELD = "second_look"
_PRINT = "打印件"
NOT_MADE = "没有打印成，未作打印核对"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def looked_again(
    forms: Sequence[Form], pdf: bytes, spec: FormSpec
) -> tuple[Form, ...]:
    """The forms, each one held that the print does not bear out. Forms are left as they
    are where the print cannot be read."""
    try:
        document = read_pdf(ForeignFile(pdf, "pdf"))
    except UnreadableError:
        return tuple(forms)
    printed = extract(document, spec)
    places = list(document.texts())
    looked: list[Form] = []
    for form in forms:
        if form.figure.holds:
            looked.append(form)
            continue
        other = _contradiction(form, printed, places)
        if other is None:
            looked.append(form)
        else:
            looked.append(_held(form, other, _printed_numbers(form, printed)))
    return tuple(looked)


def not_looked_at(forms: Sequence[Form]) -> tuple[Form, ...]:
    """The forms of a file that could not be printed, each that is not held with a line
    in its evidence that says so: it counts by its own reading alone."""
    told: list[Form] = []
    for form in forms:
        if form.figure.holds:
            told.append(form)
            continue
        line = (FIELD, Evidence(_PRINT, NOT_MADE, _file_of(form)))
        told.append(replace(form, evidence=(*form.evidence, line)))
    return tuple(told)


def _contradiction(
    form: Form, printed: Sequence[Form], places: Sequence[str]
) -> str | None:
    """What the print says instead of the form's figure, unit or day; None where it says
    the same."""
    unit = fold(form.unit_text)
    if not _is_named(unit, fold("".join(places))):
        return f"打印件上没有“{form.unit_text}”"
    others: list[str] = []
    for other in printed:
        if fold(other.unit_text) != unit:
            continue
        if _same_figure(form.figure, other.figure) and _same_day(form, other):
            return None
        if other.figure.completed is not None or other.figure.added is not None:
            others.append(_shown(other))
    if others:
        return others[0]
    return _missing(form, places)


def _printed_numbers(
    form: Form, printed: Sequence[Form]
) -> tuple[SeenNumber, ...]:
    """The figures that the print shows for the form's unit instead of the one read."""
    found: list[SeenNumber] = []
    for other in printed:
        value = other.figure.completed
        if value is None:
            value = other.figure.added
        if fold(other.unit_text) == fold(form.unit_text) and value is not None:
            found.append(SeenNumber(value, Place.PRINT, str(value)))
    return tuple(found)


def _is_named(unit: str, printed: str) -> bool:
    """Whether a part of a unit's name is printed: a narrow column cuts names off."""
    pairs = []
    for at in range(len(unit) - 1):
        pairs.append(unit[at : at + 2])
    return not pairs or any(pair in printed for pair in pairs)


def _same_figure(read: Figure, printed: Figure) -> bool:
    """A doubt of the print alone is none: what is struck or unseen is not in its
    numbers, and an office program prints tracked deletions struck."""
    return (read.completed, read.added, read.nil) == (
        printed.completed,
        printed.added,
        printed.nil,
    )


def _same_day(read: Form, printed: Form) -> bool:
    """A print that shows no day as such says nothing against the one that was read."""
    if read.reported_on is None or printed.reported_on is None:
        return True
    return read.reported_on == printed.reported_on


def _missing(form: Form, places: Sequence[str]) -> str | None:
    """Where the print could not be read as the form (a sheet without lines): each
    number of the figure's place must stand somewhere, whole."""
    place = dict(form.evidence).get("completed")
    if place is None:
        return None
    numbers = _NUMBER.findall(normalise(place.text))
    for number in numbers:
        if not any(_stands_in(number, text) for text in places):
            return f"打印件上没有“{number}”"
    wanted = fold(place.text)
    if not numbers and not any(wanted in fold(text) for text in places):
        return f"打印件上没有“{place.text.strip()}”"
    return None


def _stands_in(number: str, text: str) -> bool:
    return number in _NUMBER.findall(normalise(text))


def _shown(form: Form) -> str:
    place = dict(form.evidence).get("completed")
    text = place.text if place else ""
    day = form.reported_on.isoformat() if form.reported_on else ""
    return f"打印件上是“{text}” {day}".strip()


def _held(form: Form, other: str, numbers: tuple[SeenNumber, ...]) -> Form:
    figure = form.figure
    seen = (*figure.seen, *numbers)
    line = (FIELD, Evidence(_PRINT, other, _file_of(form)))
    evidence = (*form.evidence, line)
    held = replace(figure.held(Hold.SECOND_LOOK), seen=seen)
    return replace(form, figure=held, evidence=evidence)


def _file_of(form: Form) -> str:
    return next((e.file for _, e in form.evidence), "")
