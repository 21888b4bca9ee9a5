"""Pictures of the places where a file's forms say what they say, for the person who checks.

From the page itself where it can be shown (a PDF, a scan, a document that LibreOffice
prints), else drawn from what was read. Never fails: where no picture can be made there
is none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as setting

from pipeline.edges.processes.libreoffice import printed
from pipeline.edges.processes.sandbox import Reader
from pipeline.model.form import FileReading, Form


@dataclass(frozen=True)
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
                yield Shown(reading.name, number, name, png)


def field_picture(
    reader: Reader,
    files: Iterable[tuple[str, bytes]],
    form: Form,
    field: str = "completed",
) -> bytes:
    """Where a form's figure (or another field) stands in the file that it was read
    from, else drawn; b"" where no picture can be made.

    `files` are (name, bytes) as they came. No office program is started: this is for the worker.
    """
    place = dict(form.evidence).get(field)
    if place is None:
        return b""
    home = (
        (n, content)
        for n, content in files
        if place.file == n or place.file.startswith(f"{n}/")
    )
    for name, content in home:
        readings = tuple(
            r for r in reader.file(name, content) if r.name == place.file
        )
        numbers = [
            n
            for r in readings
            for n, f in enumerate(r.forms, 1)
            if f.evidence == form.evidence
        ]
        for picture in shown(reader, content, readings) if numbers else ():
            if (picture.form, picture.field) == (numbers[0], field):
                return picture.png
    return dict(reader.pictures(form)).get(field, b"")


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
            reading.name, int(name[len(field_name) :] or 1), field_name, png
        )
