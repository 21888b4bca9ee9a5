"""Pictures of the places where a file's forms say what they say, for the person who checks.

From the page itself where it can be shown (a PDF, a scan, a document that LibreOffice
prints), else drawn from what was read. Never fails: where no picture can be made there
is none.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field as setting

from pipeline.edges.processes.libreoffice import printed
from pipeline.edges.processes.sandbox import Reader
from pipeline.model.form import FileReading, Form
from pipeline.model.values.frozen import frozen
from pipeline.reading.evidence.glyphs import draws_chinese


@frozen
class Shown:
    """A picture: the file, the form's number in it (from 1), the field, the PNG."""

    file: str
    form: int
    field: str
    png: bytes = setting(repr=False)


def shown(
    reader: Reader,
    content: bytes,
    readings: tuple[FileReading, ...],
    *,
    office: bool = False,
) -> Iterator[Shown]:
    """Every field of every form of one file. `office`: LibreOffice may open it, since a
    person asked."""
    for reading in readings:
        if reading.crops:
            yield from _crops(reading)
            continue
        if reading.forms:
            pdf = _page(content, reading, len(readings), office=office)
        else:
            pdf = b""
        for number, form in enumerate(reading.forms, 1):
            for name, png in reader.pictures(form, pdf):
                yield Shown(
                    file=reading.name,
                    form=number,
                    field=name,
                    png=png,
                )


def page_pictures(
    reader: Reader,
    files: Iterable[tuple[str, bytes]],
    form: Form,
    has_fonts: Callable[[], bool] = draws_chinese,
) -> dict[str, bytes]:
    """Pictures of where a form's fields stand on the page of the file that it was read
    from, by field; none for a field whose place cannot be shown. Nothing is drawn again:
    a letter shows what was read as a table of its own.

    `files` are (name, bytes) as they came. `has_fonts`: whether a page can be printed
    with Chinese on it.
    """
    places = dict(form.evidence)
    home = {place.file for place in places.values()}
    for name, content in files:
        if not any(f == name or f.startswith(f"{name}/") for f in home):
            continue
        readings = tuple(
            r for r in reader.file(name, content) if r.name in home
        )
        for reading in readings:
            for number, found in enumerate(reading.forms, 1):
                if found.evidence == form.evidence:
                    return _of_page(
                        reader=reader,
                        content=content,
                        reading=reading,
                        number=number,
                        has_fonts=has_fonts,
                    )
    return {}


def _of_page(
    reader: Reader,
    content: bytes,
    reading: FileReading,
    number: int,
    has_fonts: Callable[[], bool],
) -> dict[str, bytes]:
    """The pictures of a file's form, its number counted from 1."""
    if reading.crops:
        crops = _crops(reading)
        return {p.field: p.png for p in crops if p.form == number}
    if "/" in reading.name:
        return {}
    pdf = content
    if reading.kind != "pdf":
        pdf = b""
        if has_fonts():
            pdf = reader.page(content, reading.kind)
    if not pdf:
        return {}
    return dict(reader.pictures(reading.forms[number - 1], pdf, drawn=False))


def _page(
    content: bytes, reading: FileReading, members: int, *, office: bool
) -> bytes:
    """The file as PDF; an archive's members are drawn."""
    if members > 1:
        return b""
    if reading.kind == "pdf":
        return content
    if office:
        return printed(content, reading.kind)
    return b""


def _crops(reading: FileReading) -> Iterator[Shown]:
    for name, png in reading.crops:
        field_name = name.rstrip("0123456789")
        yield Shown(
            file=reading.name,
            form=int(name[len(field_name) :] or 1),
            field=field_name,
            png=png,
        )
